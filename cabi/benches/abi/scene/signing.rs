//! Signatures of ECDSA and DSA, the keys made once: the library, the bare engine where its bindings have the calls, and
//! OpenSSL through EVP with a context that is used again. All have the same key.

use std::ffi::{c_long, c_void};
use std::path::Path;
use std::ptr::null_mut;

use aws_lc_sys as lc;
use serde_json::Value;

use crate::measure::{Comparisons, Effort, Side, Work};
use crate::openssl::Kind;
use crate::peer::bcrypt::{as_bytes, call::Functions, wide};
use crate::peer::functions;

type Handle = *mut c_void;

/// What a row's keys are of.
#[derive(Clone, Copy)]
enum Of {
    /// CNG's name of the curve, its object identifier in DER, the engine's number of it or 0, bytes of a coordinate.
    Curve(&'static str, &'static [u8], i32, usize),
    /// Bits of p.
    Dsa(u32),
}

/// Name, key, bytes of the digest and of a signature.
type Row = (&'static str, Of, usize, usize);

static ROWS: [Row; 8] = [
    (
        "ECDSA P-256",
        curve("nistP256", &[6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7], lc::NID_X9_62_prime256v1, 32),
        32,
        64,
    ),
    ("ECDSA P-384", curve("nistP384", &[6, 5, 0x2B, 0x81, 4, 0, 0x22], lc::NID_secp384r1, 48), 48, 96),
    ("ECDSA P-521", curve("nistP521", &[6, 5, 0x2B, 0x81, 4, 0, 0x23], lc::NID_secp521r1, 66), 64, 132),
    ("ECDSA secP256k1", curve("secP256k1", &[6, 5, 0x2B, 0x81, 4, 0, 0x0A], lc::NID_secp256k1, 32), 32, 64),
    (
        "ECDSA brainpoolP256r1",
        curve("brainpoolP256r1", &[6, 9, 0x2B, 0x24, 3, 3, 2, 8, 1, 1, 7], 0, 32),
        32,
        64,
    ),
    ("DSA-1024", Of::Dsa(1024), 20, 40),
    ("DSA-2048", Of::Dsa(2048), 32, 64),
    ("DSA-3072", Of::Dsa(3072), 32, 64),
];

const fn curve(name: &'static str, oid: &'static [u8], nid: i32, width: usize) -> Of {
    Of::Curve(name, oid, nid, width)
}

functions! {
    /// Types as in OpenSSL 3's evp.h and x509.h.
    OpenSsl from "libcrypto.so.3", "libcrypto.3.dylib" {
        private: b"d2i_AutoPrivateKey", fn(*mut Handle, *mut *const u8, c_long) -> Handle;
        context: b"EVP_PKEY_CTX_new", fn(Handle, Handle) -> Handle;
        sign_init: b"EVP_PKEY_sign_init", fn(Handle) -> i32;
        sign: b"EVP_PKEY_sign", fn(Handle, *mut u8, *mut usize, *const u8, usize) -> i32;
        verify_init: b"EVP_PKEY_verify_init", fn(Handle) -> i32;
        verify: b"EVP_PKEY_verify", fn(Handle, *const u8, usize, *const u8, usize) -> i32;
    }
}

/// A new key of the library and its private blob.
fn new_key(call: &Functions, of: Of) -> (Handle, Vec<u8>) {
    let (id, bits, kind) = match of {
        Of::Curve(..) => ("ECDSA", 0, "ECCPRIVATEBLOB"),
        Of::Dsa(bits) => ("DSA", bits, "DSAPRIVATEBLOB"),
    };
    let (provider, mut blob) = (call.open(&wide(id)), vec![0; 4096]);
    if let Of::Curve(name, ..) = of {
        call.set(provider, &wide("ECCCurveName"), as_bytes(&wide(name)));
    }
    let key = call.generate(provider, bits);
    call.finalize(key);
    let size = call.export(key, &wide(kind), &mut blob);
    blob.truncate(size);
    (key, blob)
}

/// The numbers of a private blob, as PKCS #8.
fn pkcs8(of: Of, blob: &[u8]) -> Vec<u8> {
    match of {
        Of::Curve(_, oid, _, width) => Kind::curve(oid).private_curve(&blob[8 + 2 * width..]),
        Of::Dsa(bits) => {
            let (head, order, width) = if bits > 1024 { (28, 32, bits / 8) } else { (12, 20, bits / 8) };
            let (q, rest) = blob[head + order..].split_at(order);
            let (p, g) = (&rest[..width as usize], &rest[width as usize..2 * width as usize]);
            Kind::dsa(p, q, g).private_dsa(&rest[3 * width as usize..])
        }
    }
}

/// The engine's key of the same numbers, on its own curves.
fn engine_key(of: Of, blob: &[u8]) -> Option<*mut lc::EC_KEY> {
    let Of::Curve(_, _, nid, width) = of else { return None };
    if nid == 0 {
        return None;
    }
    // SAFETY: objects are made here, valid, and never freed; pointers and lengths are of slices.
    unsafe {
        let key = lc::EC_KEY_new_by_curve_name(nid);
        let number = |place: usize| lc::BN_bin2bn(blob[8 + place * width..].as_ptr(), width, null_mut());
        assert_eq!(lc::EC_KEY_set_private_key(key, number(2)), 1);
        assert_eq!(lc::EC_KEY_set_public_key_affine_coordinates(key, number(0), number(1)), 1);
        Some(key)
    }
}

/// Signing and verifying, for each row.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Vec<Value> {
    let call = Functions::for_good(path);
    // The works borrow it for as long as the process lives.
    let openssl: Option<&'static OpenSsl> = OpenSsl::load().map(|openssl| &*Box::leak(Box::new(openssl)));
    let mut comparisons = Comparisons::new(effort, only);
    for (name, of, digest, size) in &ROWS {
        if !["sign", "verify"].iter().any(|operation| comparisons.has(&format!("{name} {operation}"))) {
            continue;
        }
        let (key, blob) = new_key(call, *of);
        let (pkcs8, engine) = (pkcs8(*of, &blob), engine_key(*of, &blob));
        for operation in ["sign", "verify"] {
            let digest = vec![7_u8; *digest];
            comparisons.operation(name, operation, || {
                let mut sides = vec![ours(call, key, operation, &digest, *size)];
                sides.extend(engine.map(|key| bare(key, operation, &digest)));
                sides.extend(openssl.and_then(|openssl| theirs(openssl, &pkcs8, operation, &digest)));
                sides
            });
        }
    }
    comparisons.rows()
}

fn ours(call: &'static Functions, key: Handle, operation: &str, digest: &[u8], size: usize) -> Side<'static> {
    let (digest, mut signature) = (digest.to_vec(), vec![0; size]);
    call.sign(key, &digest, &mut signature);
    let work: Work<'static> = match operation {
        "sign" => Box::new(move || call.sign(key, &digest, &mut signature)),
        _ => Box::new(move || call.verify(key, &digest, &signature)),
    };
    ("bcrypt-shim", work)
}

fn bare(key: *mut lc::EC_KEY, operation: &str, digest: &[u8]) -> Side<'static> {
    let digest = digest.to_vec();
    // SAFETY: the key and its signatures are valid; pointer and length are of one vector; what is made is freed once.
    let work: Work<'static> = unsafe {
        let signature = lc::ECDSA_do_sign(digest.as_ptr(), digest.len(), key);
        match operation {
            "sign" => {
                Box::new(move || lc::ECDSA_SIG_free(lc::ECDSA_do_sign(digest.as_ptr(), digest.len(), key)))
            }
            _ => Box::new(move || {
                assert_eq!(lc::ECDSA_do_verify(digest.as_ptr(), digest.len(), signature, key), 1);
            }),
        }
    };
    ("AWS-LC", work)
}

fn theirs(openssl: &'static OpenSsl, pkcs8: &[u8], operation: &str, digest: &[u8]) -> Option<Side<'static>> {
    let digest = digest.to_vec();
    let mut signature = vec![0; 256];
    let mut size = signature.len();
    // SAFETY: key and contexts are valid and never freed; pointers and lengths are of vectors.
    let (signing, verifying) = unsafe {
        let mut place = pkcs8.as_ptr();
        let key = (openssl.private)(null_mut(), &mut place, pkcs8.len() as c_long);
        if key.is_null() {
            return None;
        }
        let (signing, verifying) = ((openssl.context)(key, null_mut()), (openssl.context)(key, null_mut()));
        assert_eq!((openssl.sign_init)(signing), 1);
        assert_eq!((openssl.verify_init)(verifying), 1);
        let made = (openssl.sign)(signing, signature.as_mut_ptr(), &mut size, digest.as_ptr(), digest.len());
        assert_eq!(made, 1);
        (signing, verifying)
    };
    let work: Work<'static> = match operation {
        "sign" => Box::new(move || {
            let (out, mut size) = (signature.as_mut_ptr(), signature.len());
            // SAFETY: as above.
            let made = unsafe { (openssl.sign)(signing, out, &mut size, digest.as_ptr(), digest.len()) };
            assert_eq!(made, 1);
        }),
        _ => Box::new(move || {
            let (given, hash) = (signature.as_ptr(), digest.as_ptr());
            // SAFETY: as above.
            assert_eq!(unsafe { (openssl.verify)(verifying, given, size, hash, digest.len()) }, 1);
        }),
    };
    Some(("OpenSSL", work))
}
