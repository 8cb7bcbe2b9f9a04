//! Keys of the algorithms that the engine has behind its `EVP_PKEY` alone.

use std::ptr;

use aws_lc_sys as lc;

use super::{Owned, check, release};
use crate::status::{Result, Status};

release! {
    lc::EVP_PKEY => lc::EVP_PKEY_free;
    lc::EVP_PKEY_CTX => lc::EVP_PKEY_CTX_free;
}

/// Such a key.
#[derive(Debug)]
pub(super) struct Key(Owned<lc::EVP_PKEY>);

impl Key {
    /// What a constructor of the engine returned. Fails with `InvalidParameter`, or with `NoMemory`, for NULL.
    pub(super) fn new(key: *mut lc::EVP_PKEY) -> Result<Self> {
        Owned::or(key, Status::InvalidParameter).map(Self)
    }

    /// A context for one operation with the key.
    pub(super) fn context(&self) -> Result<Owned<lc::EVP_PKEY_CTX>> {
        // SAFETY: the key is valid; the context counts as another owner of it, by an atomic number.
        Owned::new(unsafe { lc::EVP_PKEY_CTX_new(self.0.as_ptr(), ptr::null_mut()) })
    }

    /// Writes the encoded public key over all of `out`, which has its size.
    pub(super) fn public(&self, out: &mut [u8]) -> Result<()> {
        let mut size = out.len();
        // SAFETY: the key is valid; pointer and length are of one slice.
        let written =
            unsafe { lc::EVP_PKEY_get_raw_public_key(self.0.as_ptr(), out.as_mut_ptr(), &mut size) };
        check(written, Status::InternalError)
    }

    /// Writes the encoded private key over all of `out`, which has its size.
    pub(super) fn private(&self, out: &mut [u8]) -> Result<()> {
        let mut size = out.len();
        // SAFETY: as above.
        let written =
            unsafe { lc::EVP_PKEY_get_raw_private_key(self.0.as_ptr(), out.as_mut_ptr(), &mut size) };
        check(written, Status::InternalError)
    }
}
