//! BCryptDeriveKey: what all KDFs share (behaviour.md e1 to e11). One file per KDF below.

mod concat;
mod hash;
mod hkdf;
mod tls_prf;
mod truncate;

use std::ptr::{null, null_mut};

use crate::support::curves::{nist, p256};
use crate::support::library::lib;
use crate::support::objects::{Handle, Object, Secret, agree, derivation, derive, import, new_key, open};
use crate::support::output::size;
use crate::support::params::Params;
use crate::support::property::open_curve;
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED};
use crate::support::text::{reversed, wide};

const KDFS: [&str; 6] = ["HASH", "HMAC", "TLS_PRF", "SP800_56A_CONCAT", "TRUNCATE", "HKDF"];

/// A secret, with Z as the KDFs take it: big-endian, or RFC 7748's bytes for curve25519.
pub struct Known {
    pub what: &'static str,
    pub secret: Secret,
    pub z: Vec<u8>,
    /// The hash SP800_56A_CONCAT takes (behaviour.md e15).
    pub concat_hash: &'static str,
}

/// The secret of P-256.
pub fn known() -> Known {
    of_curve(&p256())
}

fn of_curve(curve: &crate::support::curves::Curve) -> Known {
    let algorithm = open(curve.id);
    let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let public = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
    let secret = agree(&private, &public).unwrap();
    Known { what: curve.id, secret, z: reversed(&curve.raw_secret()), concat_hash: curve.concat_hash }
}

/// One secret of each kind. That DH and curve25519 take SHA-256 for CONCAT is decided for DH-2048 only.
pub fn every_kind() -> Vec<Known> {
    let mut all: Vec<Known> = nist().iter().map(of_curve).collect();
    for (what, algorithm, bits) in [("DH", open("DH"), 1024), ("curve25519", open_curve("curve25519"), 0)] {
        let key = new_key(&algorithm, bits);
        let secret = agree(&key, &new_peer(&key, &algorithm)).unwrap();
        let z = reversed(&crate::support::objects::raw_secret(&secret));
        all.push(Known { what, secret, z, concat_hash: "SHA256" });
    }
    all
}

/// Another key of the same group. Keys made one after the other share the group of their size.
fn new_peer(key: &impl Object, algorithm: &impl Object) -> crate::support::objects::Key {
    let bits = crate::support::property::number(key, "KeyLength").unwrap();
    new_key(algorithm, bits)
}

/// behaviour.md e1.
#[test]
fn arguments_every_kdf_needs() {
    let known = known();
    let key = new_key(&open("ECDH_P256"), 256);
    let hash = wide("HASH");
    let (mut result, mut output) = (7, [0xA5; 20]);
    let to = output.as_mut_ptr();
    let call = |secret: Handle, kdf: *const u16, result: *mut u32| {
        lib().derive_key(secret.raw(), kdf, null(), to, 20, result, 0)
    };
    assert_eq!(call(Handle(0), hash.as_ptr(), &mut result), INVALID_HANDLE);
    assert_eq!(call(key.handle(), hash.as_ptr(), &mut result), INVALID_HANDLE);
    assert_eq!(call(Handle(0x2A1), hash.as_ptr(), &mut result), INVALID_HANDLE);
    assert_eq!(call(known.secret.handle(), null(), &mut result), INVALID_PARAMETER);
    assert_eq!(call(known.secret.handle(), hash.as_ptr(), null_mut()), INVALID_PARAMETER);
    assert_eq!(call(Handle(0), null(), null_mut()), INVALID_HANDLE, "the handle comes first: undecided");
    assert_eq!((result, output), (7, [0xA5; 20]), "untouched on failure");
}

/// behaviour.md e3; exact spelling is our choice.
#[test]
fn unknown_kdfs_are_not_supported() {
    let known = known();
    for name in ["", "NOPE", "hash", "Hash", "HASH ", "HMAC2", "TRUNCAT", "PBKDF2", "SHA256"] {
        assert_eq!(derive(&known.secret, name, &Params::none()), Err(NOT_SUPPORTED), "{name}");
    }
}

/// behaviour.md e4: unknown names, and algorithms that are no hash, at the query already.
#[test]
fn unknown_hashes_are_not_supported() {
    let known = known();
    for name in
        ["", "NOPE", "RNG", "AES", "ECDH_P256", "SHA224", "SHA-256", "SHA256 ", "SHAKE128", "AES-CMAC"]
    {
        for kdf in ["HASH", "HMAC"] {
            let call = derivation(&known.secret, kdf, &Params::none().hash(name), 0);
            assert_eq!(size(&call), Err(NOT_SUPPORTED), "{kdf} {name}");
            assert_eq!(crate::support::output::fetch(&call, 20), Err(NOT_SUPPORTED), "{kdf} {name}");
        }
    }
}

/// behaviour.md e10: one flag exists. That the others are refused is our choice.
#[test]
fn unknown_flags_are_invalid_undecided() {
    let known = known();
    for kdf in KDFS {
        for flag in (1..32).map(|bit| 1 << bit) {
            let call = derivation(&known.secret, kdf, &Params::none(), flag);
            assert_eq!(size(&call), Err(INVALID_PARAMETER), "{kdf} {flag:#x}");
        }
    }
}

/// behaviour.md e8.
#[test]
fn a_secret_serves_many_derivations() {
    for known in every_kind() {
        let first = derive(&known.secret, "HASH", &Params::none());
        for kdf in ["TRUNCATE", "HMAC", "HASH"] {
            derive(&known.secret, kdf, &Params::none()).unwrap_or_else(|status| panic!("{kdf}: {status:?}"));
        }
        assert_eq!(derive(&known.secret, "HASH", &Params::none()), first, "{}", known.what);
    }
}
