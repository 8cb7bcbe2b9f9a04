//! Every row with key pairs: what a key signs the other half verifies, and a flipped bit is noticed; what one half encrypts
//! the other decrypts; keys that agree, agree both ways; and what a row can't do is answered with NOT_SUPPORTED, whatever else
//! is wrong.

use std::ptr::{null, null_mut};

use bcrypt_shim::algorithm::{ALGORITHMS, Class, Does};

use crate::pair::rsa::call::{self as rsa, Pad, Way};
use crate::support::guard_page::Guarded;
use crate::support::library::lib;
use crate::support::objects::{
    self, Alg, Key, Object, agree, agreed, export, exported, finalize, generate, import, open, receive,
};
use crate::support::output::size;
use crate::support::property::{number, set_curve};
use crate::support::sequence::Sequence;
use crate::support::status::{INVALID_PARAMETER, INVALID_SIGNATURE, NOT_SUPPORTED, Status};
use crate::support::text::wide_bytes;

/// The rows and, for those that have none of their own, some curves, or all parameter sets.
fn cases() -> Vec<(&'static str, Class, Option<&'static str>)> {
    let rows = ALGORITHMS.iter().filter(|row| matches!(row.does, Does::Pair(_)));
    let curves = |name| match name {
        "ECDH" | "ECDSA" => &[Some("brainpoolP256r1"), Some("secP256k1"), Some("secP160r1")][..],
        "ML-KEM" => &[Some("512"), Some("768"), Some("1024")],
        "ML-DSA" => &[Some("44"), Some("65"), Some("87")],
        _ => &[None],
    };
    let cases: Vec<_> =
        rows.flat_map(|row| curves(row.name).iter().map(|curve| (row.name, row.class, *curve))).collect();
    assert!(cases.len() > 10, "the table was read");
    cases
}

fn is_rsa(name: &str) -> bool {
    name.starts_with("RSA")
}

/// Whether the row's keys sign; RSA's class is that of encryption.
fn signs(class: Class) -> bool {
    matches!(class, Class::Signature | Class::AsymmetricEncryption)
}

/// Signs as the row's keys do.
fn sign(name: &str, key: &Key, hash: &[u8]) -> Result<Vec<u8>, Status> {
    if is_rsa(name) { rsa::sign(key, Pad::Pkcs1(None), hash) } else { objects::sign(key, hash) }
}

/// Verifies as the row's keys do.
fn verify(name: &str, key: &Key, hash: &[u8], signature: &[u8]) -> Result<(), Status> {
    match is_rsa(name) {
        true => rsa::verify(key, Pad::Pkcs1(None), hash, signature),
        false => objects::verify(key, hash, signature),
    }
}

/// A provider with the curve chosen.
fn provider(name: &str, curve: Option<&str>) -> Alg {
    let algorithm = open(name);
    if let Some(curve) = curve.filter(|_| name.starts_with("EC")) {
        set_curve(&algorithm, curve).unwrap();
    }
    algorithm
}

fn key(name: &str, choice: Option<&str>) -> Key {
    let bits = match name {
        "DSA" => 512,
        _ if name == "DH" || is_rsa(name) => 1024,
        _ => 0,
    };
    let key = generate(&provider(name, choice), bits).unwrap();
    if let Some(set) = choice.filter(|_| name.starts_with("ML-")) {
        crate::support::property::set(&key, "ParameterSetName", &wide_bytes(set)).unwrap();
    }
    finalize(&key).unwrap();
    key
}

/// The public half, by way of a blob.
fn public(name: &str, curve: Option<&str>, key: &Key) -> Key {
    import(&provider(name, curve), "PUBLICBLOB", &exported(key, "PUBLICBLOB").unwrap()).unwrap()
}

#[test]
fn what_is_signed_is_verified() {
    let mut random = Sequence::new(15);
    for (name, _, curve) in cases().into_iter().filter(|(_, class, _)| signs(*class)) {
        let (key, stranger) = (key(name, curve), key(name, curve));
        let public = public(name, curve, &key);
        let length = number(&key, "SignatureLength").unwrap() as usize;
        for _ in 0..4 {
            // DSA takes digests as long as q alone.
            let size = if name == "DSA" { length / 2 } else { random.below(70) + 1 };
            let hash: Vec<u8> = (0..size).map(|_| random.next() as u8 | 1).collect();
            let good = sign(name, &key, &hash).unwrap();
            assert_eq!(good.len(), length, "{name}");
            assert_eq!(verify(name, &public, &hash, &good), Ok(()), "{name} {curve:?}");
            // Of RSA it can be a number above the other key's modulus.
            let refused = verify(name, &stranger, &hash, &good);
            let is_refused =
                refused == Err(INVALID_SIGNATURE) || is_rsa(name) && refused == Err(INVALID_PARAMETER);
            assert!(is_refused, "{name} {curve:?} {refused:?}");
            let mut wrong = good.clone();
            // In the last half: a greater number can be one that no signature of RSA's is.
            wrong[length / 2 + random.below(length / 2)] ^= 1 << random.below(8);
            assert_eq!(verify(name, &public, &hash, &wrong), Err(INVALID_SIGNATURE), "{name} {curve:?}");
            let mut other = hash.clone();
            other[0] ^= 0x10;
            assert_eq!(verify(name, &public, &other, &good), Err(INVALID_SIGNATURE), "{name} {curve:?}");
            assert_eq!(verify(name, &public, &hash, &good[1..]), Err(INVALID_PARAMETER), "{name} {curve:?}");
        }
        assert_eq!(sign(name, &public, &[1; 20]), Err(INVALID_PARAMETER), "{name}: no private half");
    }
}

/// The structure of another padding may be shorter than what the flags' own one would be: it is not read.
#[test]
fn a_structure_of_another_kind_is_not_looked_at() {
    let info = Guarded::new(&[0; 4]);
    for (name, _, choice) in cases().into_iter().filter(|(_, class, _)| signs(*class)) {
        let (key, hash, mut out, mut written) = (key(name, choice), [1; 32], [0xA5_u8; 5000], 0_u32);
        let own: &[u32] = match name {
            _ if is_rsa(name) => &[2, 8, 0x12],
            "ML-DSA" => &[0x20],
            _ => &[],
        };
        for flags in [1, 2, 4, 8, 0x12, 0x20, 0x22, 0x40].into_iter().filter(|flags| !own.contains(flags)) {
            let (key, info, place) = (key.raw(), info.as_ptr().cast(), out.as_mut_ptr());
            let signed = lib().sign_hash(key, info, hash.as_ptr(), 32, place, 5000, &mut written, flags);
            let verified = lib().verify_signature(key, info, hash.as_ptr(), 32, place, 64, flags);
            assert_eq!([signed, verified], [INVALID_PARAMETER; 2], "{name} {flags:#x}");
        }
        assert_eq!((out, written), ([0xA5; 5000], 0), "{name}: nothing was written");
    }
}

#[test]
fn what_is_encrypted_is_decrypted() {
    let mut random = Sequence::new(16);
    for (name, ..) in cases().into_iter().filter(|(_, class, _)| *class == Class::AsymmetricEncryption) {
        let (key, stranger) = (key(name, None), key(name, None));
        let public = public(name, None, &key);
        for pad in [Pad::Flags(2), Pad::Oaep("SHA1", b""), Pad::Oaep("SHA256", b"label")] {
            let text: Vec<u8> = (0..random.below(60)).map(|_| random.next() as u8).collect();
            let ciphertext = rsa::encrypt(&public, pad, &text).unwrap();
            assert_eq!(rsa::decrypt(&key, pad, &ciphertext), Ok(text.clone()), "{name} {pad:?}");
            assert_eq!(
                rsa::decrypt(&public, pad, &ciphertext),
                Err(INVALID_PARAMETER),
                "{name}: no private half"
            );
            assert_ne!(rsa::decrypt(&stranger, pad, &ciphertext), Ok(text), "{name} {pad:?}");
        }
    }
}

#[test]
fn what_agrees_agrees_both_ways() {
    for (name, _, curve) in cases().into_iter().filter(|(_, class, _)| *class == Class::SecretAgreement) {
        let own = key(name, curve);
        let algorithm = provider(name, curve);
        let peer = match name {
            // A group of one's own has no second key but by its parameters.
            "DH" => import(&algorithm, "PRIVATEBLOB", &exported(&own, "PRIVATEBLOB").unwrap()).unwrap(),
            _ => key(name, curve),
        };
        let (one, other) =
            (agreed(&own, &public(name, curve, &peer)), agreed(&peer, &public(name, curve, &own)));
        assert!(one.is_ok() && one == other, "{name} {curve:?}");
    }
}

#[test]
fn what_a_row_lacks_is_not_supported() {
    for (name, class, curve) in cases() {
        let key = key(name, curve);
        if !signs(class) {
            let (mut out, mut written) = ([0xA5; 600], 7);
            let pointer = out.as_mut_ptr();
            for result in [null_mut(), &raw mut written] {
                for (out, size) in [(null_mut(), 0), (pointer, 0), (pointer, 600)] {
                    for flags in [0, 2, 8, u32::MAX] {
                        let signed =
                            lib().sign_hash(key.raw(), null(), pointer, 20, out, size, result, flags);
                        assert_eq!(signed, NOT_SUPPORTED, "{name}");
                        let verified = lib().verify_signature(key.raw(), null(), out, size, out, size, flags);
                        assert_eq!(verified, NOT_SUPPORTED, "{name}");
                    }
                }
            }
            assert_eq!((out, written), ([0xA5; 600], 7), "{name}: nothing was written");
        }
        if class != Class::AsymmetricEncryption {
            for way in [Way::Encrypt, Way::Decrypt] {
                for room in [None, Some(0), Some(600)] {
                    for flags in [0, 2, 4, u32::MAX] {
                        let (status, ..) = rsa::run(way, &key, Pad::Flags(flags), &[1; 64], room);
                        assert_eq!(status, NOT_SUPPORTED, "{name} {way:?}");
                    }
                }
            }
        }
        if class != Class::KeyEncapsulation {
            let (mut out, mut written) = ([0xA5; 1600], 7);
            let pointer = out.as_mut_ptr();
            for result in [null_mut(), &raw mut written] {
                for (out, size) in [(null_mut(), 0), (pointer, 0), (pointer, 1600)] {
                    for flags in [0, 8, u32::MAX] {
                        let (key, lib) = (key.raw(), lib());
                        let made = lib.encapsulate(key, out, size, result, out, size, result, flags);
                        assert_eq!(made, NOT_SUPPORTED, "{name}");
                        let opened = lib.decapsulate(key, out, size, out, size, result, flags);
                        assert_eq!(opened, NOT_SUPPORTED, "{name}");
                    }
                }
            }
            assert_eq!((out, written), ([0xA5; 1600], 7), "{name}: nothing was written");
        }
        if class != Class::SecretAgreement {
            assert_eq!(agree(&key, &key).unwrap_err(), NOT_SUPPORTED, "{name}");
        }
        assert_eq!(size(&export(&key, "KeyDataBlob")), Err(NOT_SUPPORTED), "{name}");
        let secret = receive(|out| {
            lib().generate_symmetric_key(open(name).raw(), out, null_mut(), 0, [0; 16].as_ptr(), 16, 0)
        });
        assert_eq!(secret.unwrap_err(), NOT_SUPPORTED, "{name}");
    }
}
