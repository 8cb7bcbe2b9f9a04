//! The bare engine: AWS-LC called directly, as a Rust program would that has no need of CNG.

use std::ptr::{null, null_mut};

use aws_lc_sys as lc;

use super::Peer;
use crate::algorithm::{Algorithm, Kdf, Kind, Operation, exponent_bits, parameters};
use crate::measure::Work;

pub struct Engine;

impl Peer for Engine {
    fn name(&self) -> &'static str {
        "AWS-LC"
    }

    fn version(&self) -> String {
        String::from_utf8_lossy(&lc::AWSLC_VERSION_NUMBER_STRING[..]).trim_end_matches('\0').to_string()
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        match (algorithm.kind, operation) {
            (_, Operation::Derive(kdf)) => derivation(kdf),
            (Kind::Curve { openssl: "X25519", .. }, _) => x25519(operation),
            (Kind::Curve { openssl: "secp256k1", .. }, _) => ec(lc::NID_secp256k1, operation),
            (Kind::Curve { bits, openssl, .. }, _) => match (bits, openssl) {
                (256, "prime256v1") => ec(lc::NID_X9_62_prime256v1, operation),
                (384, "secp384r1") => ec(lc::NID_secp384r1, operation),
                (521, "secp521r1") => ec(lc::NID_secp521r1, operation),
                _ => None,
            },
            (Kind::Dh { bits, standard }, Operation::Agree) => Some(exponentiation(bits, standard, false)),
            (Kind::Dh { bits, standard }, Operation::Generate) => Some(exponentiation(bits, standard, true)),
            (Kind::Dh { .. }, _) => None,
        }
    }
}

/// All objects are valid until the program ends, unless they are freed below.
fn new_key(nid: i32) -> *mut lc::EC_KEY {
    // SAFETY: the key is valid, and set up by the first call.
    unsafe {
        let key = lc::EC_KEY_new_by_curve_name(nid);
        assert_eq!(lc::EC_KEY_generate_key(key), 1);
        key
    }
}

/// The public point as bytes. The engine leaves it in a form that takes an inversion to write out, and
/// that tells of the scalar until then, so a key is not made before it is written.
fn written(key: *mut lc::EC_KEY, out: &mut [u8; 133]) -> usize {
    // SAFETY: the key is valid and complete; the buffer has the size given.
    unsafe {
        lc::EC_POINT_point2oct(
            lc::EC_KEY_get0_group(key),
            lc::EC_KEY_get0_public_key(key),
            lc::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
            out.as_mut_ptr(),
            out.len(),
            null_mut(),
        )
    }
}

fn imported(nid: i32, encoding: &[u8]) -> *mut lc::EC_KEY {
    // SAFETY: the key is valid; pointer and length are of one slice; the point is copied and freed once.
    unsafe {
        let key = lc::EC_KEY_new_by_curve_name(nid);
        let group = lc::EC_KEY_get0_group(key);
        let point = lc::EC_POINT_new(group);
        let decoded = lc::EC_POINT_oct2point(group, point, encoding.as_ptr(), encoding.len(), null_mut());
        assert_eq!(decoded, 1);
        assert_eq!(lc::EC_KEY_set_public_key(key, point), 1);
        lc::EC_POINT_free(point);
        key
    }
}

fn agreed(own: *mut lc::EC_KEY, peer: *mut lc::EC_KEY, out: &mut [u8; 66]) -> usize {
    // SAFETY: the keys are valid; the buffer has the size given.
    let written = unsafe {
        let point = lc::EC_KEY_get0_public_key(peer);
        lc::ECDH_compute_key(out.as_mut_ptr().cast(), out.len(), point, own, None)
    };
    assert!(written > 0);
    written as usize
}

fn free(key: *mut lc::EC_KEY) {
    // SAFETY: each key is freed once.
    unsafe { lc::EC_KEY_free(key) }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    // SAFETY: pointer and length are of one slice; the digest has 32 bytes.
    unsafe { lc::SHA256(bytes.as_ptr(), bytes.len(), digest.as_mut_ptr()) };
    digest
}

fn ec(nid: i32, operation: Operation) -> Option<Work<'static>> {
    let (own, peer, mut point) = (new_key(nid), new_key(nid), [0; 133]);
    let length = written(peer, &mut point);
    Some(match operation {
        Operation::Generate => Box::new(move || {
            let key = new_key(nid);
            assert!(written(key, &mut [0; 133]) > 0);
            free(key);
        }),
        Operation::Import => Box::new(move || free(imported(nid, &point[..length]))),
        Operation::Agree => Box::new(move || {
            std::hint::black_box(agreed(own, peer, &mut [0; 66]));
        }),
        Operation::Exchange => Box::new(move || {
            let own = new_key(nid);
            assert!(written(own, &mut [0; 133]) > 0);
            let (peer, mut shared) = (imported(nid, &point[..length]), [0; 66]);
            let size = agreed(own, peer, &mut shared);
            std::hint::black_box(sha256(&shared[..size]));
            free(peer);
            free(own);
        }),
        Operation::Derive(_) => return None,
    })
}

fn x25519(operation: Operation) -> Option<Work<'static>> {
    let pair = || {
        let (mut public, mut private) = ([0; 32], [0; 32]);
        // SAFETY: both arrays have the 32 bytes the function writes.
        unsafe { lc::X25519_keypair(public.as_mut_ptr(), private.as_mut_ptr()) };
        (public, private)
    };
    let agreed = |private: &[u8; 32], public: &[u8; 32]| {
        let mut shared = [0; 32];
        // SAFETY: all arrays have the 32 bytes the function reads and writes.
        assert_eq!(unsafe { lc::X25519(shared.as_mut_ptr(), private.as_ptr(), public.as_ptr()) }, 1);
        shared
    };
    let (own, peer) = (pair().1, pair().0);
    Some(match operation {
        Operation::Generate => Box::new(move || {
            std::hint::black_box(pair());
        }),
        Operation::Agree => Box::new(move || {
            std::hint::black_box(agreed(&own, &peer));
        }),
        Operation::Exchange => Box::new(move || {
            std::hint::black_box(sha256(&agreed(&pair().1, &peer)));
        }),
        _ => return None,
    })
}

/// An exponentiation with everything prepared: the arithmetic of an agreement or, with g as its base, of a
/// key's generation.
fn exponentiation(bits: u32, standard: bool, of_generator: bool) -> Work<'static> {
    let (p, g) = parameters(bits, standard);
    let exponent_bits = exponent_bits(bits, standard);
    // SAFETY: all objects are valid until the program ends; pointers and lengths are of one slice each.
    unsafe {
        let number = |bytes: &[u8]| lc::BN_bin2bn(bytes.as_ptr(), bytes.len(), null_mut());
        let (modulus, scratch, result) = (number(p), lc::BN_CTX_new(), lc::BN_new());
        let (base, exponent) = (number(&g), lc::BN_new());
        if !of_generator {
            assert_eq!(lc::BN_rand(base, bits as i32 - 8, 0, 0), 1);
        }
        assert_eq!(lc::BN_rand(exponent, exponent_bits as i32 - 1, 0, 0), 1);
        let prepared = lc::BN_MONT_CTX_new_for_modulus(modulus, scratch);
        let mut out = vec![0; p.len()];
        Box::new(move || {
            if of_generator {
                assert_eq!(lc::BN_rand(exponent, exponent_bits as i32 - 1, 0, 0), 1);
            }
            let done = lc::BN_mod_exp_mont_consttime(result, base, exponent, modulus, scratch, prepared);
            assert_eq!(done, 1);
            assert_eq!(lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), result), 1);
        })
    }
}

fn derivation(kdf: Kdf) -> Option<Work<'static>> {
    let (secret, mut out, mut length) = ([5_u8; 32], [0_u8; 48], 0);
    // SAFETY: pointers and lengths are of one array each; each output has the size its function is told.
    Some(match kdf {
        Kdf::Hash => Box::new(move || {
            std::hint::black_box(sha256(&secret));
        }),
        // SAFETY: as above.
        Kdf::Hmac => Box::new(move || unsafe {
            let key = [7_u8; 32];
            let done = lc::HMAC(
                lc::EVP_sha256(),
                key.as_ptr().cast(),
                key.len(),
                secret.as_ptr(),
                secret.len(),
                out.as_mut_ptr(),
                &mut length,
            );
            assert!(!done.is_null());
        }),
        // SAFETY: as above.
        Kdf::TlsPrf => Box::new(move || unsafe {
            let (label, seed) = (b"master secret", [9_u8; 64]);
            let done = lc::CRYPTO_tls1_prf(
                lc::EVP_sha256(),
                out.as_mut_ptr(),
                48,
                secret.as_ptr(),
                secret.len(),
                label.as_ptr().cast(),
                label.len(),
                seed.as_ptr(),
                seed.len(),
                null(),
                0,
            );
            assert_eq!(done, 1);
        }),
        // SAFETY: as above.
        Kdf::Concat => Box::new(move || unsafe {
            let info = b"algorithmoneother";
            let done = lc::SSKDF_digest(
                out.as_mut_ptr(),
                32,
                lc::EVP_sha256(),
                secret.as_ptr(),
                secret.len(),
                info.as_ptr(),
                info.len(),
            );
            assert_eq!(done, 1);
        }),
        // SAFETY: as above.
        Kdf::Hkdf => Box::new(move || unsafe {
            let info = b"information";
            let done = lc::HKDF_expand(
                out.as_mut_ptr(),
                32,
                lc::EVP_sha256(),
                secret.as_ptr(),
                secret.len(),
                info.as_ptr(),
                info.len(),
            );
            assert_eq!(done, 1);
        }),
    })
}
