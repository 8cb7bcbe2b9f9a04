//! Hash functions.

use std::ptr;

use aws_lc_sys as lc;

use super::{Owned, check, release};
use crate::status::{Result, Status};

release! {
    lc::EVP_MD_CTX => lc::EVP_MD_CTX_free;
}

/// A hash function of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5 (RFC 1321).
    Md5,
    /// MD5 and SHA-1 side by side, as TLS 1.0 and 1.1 use them.
    Md5Sha1,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
}

impl Hash {
    pub(super) fn pointer(self) -> *const lc::EVP_MD {
        // SAFETY: no preconditions; the descriptions are static.
        unsafe {
            match self {
                Self::Md5 => lc::EVP_md5(),
                Self::Md5Sha1 => lc::EVP_md5_sha1(),
                Self::Sha1 => lc::EVP_sha1(),
                Self::Sha256 => lc::EVP_sha256(),
                Self::Sha384 => lc::EVP_sha384(),
                Self::Sha512 => lc::EVP_sha512(),
                Self::Sha3_256 => lc::EVP_sha3_256(),
                Self::Sha3_384 => lc::EVP_sha3_384(),
                Self::Sha3_512 => lc::EVP_sha3_512(),
            }
        }
    }
}

impl Hash {
    /// The function that hashes one part without a context in memory of its own, for the common hashes.
    fn at_once(self) -> Option<unsafe extern "C" fn(*const u8, usize, *mut u8) -> *mut u8> {
        match self {
            Self::Sha1 => Some(lc::SHA1),
            Self::Sha256 => Some(lc::SHA256),
            Self::Sha384 => Some(lc::SHA384),
            Self::Sha512 => Some(lc::SHA512),
            _ => None,
        }
    }
}

struct DigestContext(Owned<lc::EVP_MD_CTX>);

/// Hashes the parts one after the other; `out` has the digest's length.
pub fn digest(hash: Hash, parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    if let ([part], Some(at_once)) = (parts, hash.at_once()) {
        // SAFETY: pointer and length are of one slice, and `out` has the digest's length as below.
        unsafe { at_once(part.as_ptr(), part.len(), out.as_mut_ptr()) };
        return Ok(());
    }
    // SAFETY: no preconditions.
    let context = DigestContext(Owned::new(unsafe { lc::EVP_MD_CTX_new() })?);
    // SAFETY: the context is valid, each pointer and length is of one slice, and `digest::Digest`
    // hands in an `out` as long as this hash's digest.
    unsafe {
        let context = context.0.as_ptr();
        check(lc::EVP_DigestInit_ex(context, hash.pointer(), ptr::null_mut()), Status::NoMemory)?;
        for part in parts {
            check(lc::EVP_DigestUpdate(context, part.as_ptr().cast(), part.len()), Status::InternalError)?;
        }
        debug_assert_eq!(out.len(), lc::EVP_MD_size(hash.pointer()));
        check(lc::EVP_DigestFinal_ex(context, out.as_mut_ptr(), ptr::null_mut()), Status::InternalError)
    }
}
