//! Key derivation functions.

use std::ptr;

use aws_lc_sys as lc;

use super::check;
use super::digest::Hash;
use crate::status::{Result, Status};

/// The TLS pseudo-random function (RFC 2246 with [`Hash::Md5Sha1`], RFC 5246 otherwise).
pub fn tls_prf(hash: Hash, secret: &[u8], label: &[u8], seed: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: each pointer and length is of one slice; the second seed is empty.
    let returned = unsafe {
        lc::CRYPTO_tls1_prf(
            hash.pointer(),
            out.as_mut_ptr(),
            out.len(),
            secret.as_ptr(),
            secret.len(),
            label.as_ptr().cast(),
            label.len(),
            seed.as_ptr(),
            seed.len(),
            ptr::null(),
            0,
        )
    };
    check(returned, Status::InternalError)
}

/// The one-step key derivation of SP 800-56C with a hash; `out` is not empty.
pub fn concat_kdf(hash: Hash, secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: each pointer and length is of one slice.
    let returned = unsafe {
        lc::SSKDF_digest(
            out.as_mut_ptr(),
            out.len(),
            hash.pointer(),
            secret.as_ptr(),
            secret.len(),
            info.as_ptr(),
            info.len(),
        )
    };
    check(returned, Status::InvalidParameter)
}
