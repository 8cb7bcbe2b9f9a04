//! BCryptKeyDerivation: behaviour.md g11, s84 to s97.

mod hkdf;
mod known;
mod parameters;
mod threads;
mod wycheproof;

use windows_sys::Win32::Security::Cryptography as cng;

pub use crate::cipher::blobs::import;
pub use crate::cipher::call::{duplicate, key as new_key, key_with};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, open};
use crate::support::output::{Fetch, fetch};
use crate::support::params::Params;
use crate::support::property::set;
use crate::support::status::Status;
use crate::support::text::wide_bytes;

/// BCRYPT_CAPI_AES_FLAG
pub const CAPI_AES: u32 = 0x10;

/// A derivation, to be made with one of the functions of `output`.
pub fn derivation<O: Object>(key: &O, params: &Params, flags: u32) -> impl Fetch + use<O> {
    let (key, params) = (key.handle(), params.clone());
    move |output: *mut u8, size: u32, result: *mut u32| {
        params.list(|list| lib().key_derivation(key.raw(), list, output, size, result, flags))
    }
}

/// What is derived; it is as long as was asked for, and so is the size that is reported.
pub fn derived(key: &impl Object, params: &Params, length: usize) -> Result<Vec<u8>, Status> {
    let bytes = fetch(&derivation(key, params, 0), length)?;
    assert_eq!(bytes.len(), length, "pcbResult is what was asked for");
    Ok(bytes)
}

/// A key of an algorithm; HKDF's is not finalized.
pub fn raw_key(algorithm: &str, secret: &[u8]) -> Key {
    new_key(&open(algorithm), secret)
}

/// A key that derives; HKDF's has SHA-256 and a salt.
pub fn ready_key(algorithm: &str, secret: &[u8]) -> Key {
    let key = raw_key(algorithm, secret);
    if algorithm == "HKDF" {
        finalized(&key, "SHA256", b"salt");
    }
    key
}

/// Finalizes a key of HKDF with a hash and a salt.
pub fn finalized(key: &impl Object, hash: &str, salt: &[u8]) {
    set(key, "HkdfHashAlgorithm", &wide_bytes(hash)).unwrap();
    set(key, "HkdfSaltAndFinalize", salt).unwrap();
}

/// Parameters with which every algorithm derives, those of the others included.
pub fn enough(hash: &str) -> Params {
    Params::none()
        .hash(hash)
        .with(cng::KDF_LABEL, b"label")
        .with(cng::KDF_CONTEXT, b"context")
        .with(cng::KDF_SALT, b"salt")
        .with(cng::KDF_ITERATION_COUNT, &3_u64.to_le_bytes())
        .with(cng::KDF_ALGORITHMID, b"algorithm")
        .with(cng::KDF_PARTYUINFO, b"u")
        .with(cng::KDF_PARTYVINFO, b"v")
        .with(cng::KDF_TLS_PRF_LABEL, b"tls label")
        .with(cng::KDF_TLS_PRF_SEED, b"seed")
        .with(cng::KDF_HKDF_INFO, b"info")
}
