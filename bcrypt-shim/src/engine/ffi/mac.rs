//! Message authentication codes.

use std::{fmt, ptr};

use aws_lc_sys as lc;

use super::digest::Hash;
use super::{Owned, check, failed, release};
use crate::status::{Result, Status};

release! {
    lc::CMAC_CTX => lc::CMAC_CTX_free;
}

/// HMAC (RFC 2104) of one input, without memory of the heap; `out` has the digest's length.
pub fn hmac(hash: Hash, key: &[u8], input: &[u8], out: &mut [u8]) -> Result<()> {
    if out.len() != hash.length() {
        return Err(Status::InternalError);
    }
    // SAFETY: each pointer and length is of one slice, an empty slice's pointer is not NULL, and `out` has the
    // digest's length; NULL does not ask for it.
    let written = unsafe {
        let (key_bytes, input_bytes) = (key.as_ptr().cast(), input.as_ptr());
        let (hash, out, unasked) = (hash.pointer(), out.as_mut_ptr(), ptr::null_mut());
        lc::HMAC(hash, key_bytes, key.len(), input_bytes, input.len(), out, unasked)
    };
    if written.is_null() { Err(failed(Status::NoMemory)) } else { Ok(()) }
}

/// Bytes of the MACs of AES.
pub const AES_MAC: usize = 16;

/// AES-CMAC (SP 800-38B) in progress.
///
/// Once it is finished it has to be [restarted](Self::restart) before anything else.
pub struct Cmac(Owned<lc::CMAC_CTX>);

impl Cmac {
    /// With a key of 16, 24 or 32 bytes. Fails with `InvalidParameter` for another one, with `NoMemory`.
    pub fn new(key: &[u8]) -> Result<Self> {
        // SAFETY: no preconditions; the descriptions are static.
        let cipher = unsafe {
            match key.len() {
                16 => lc::EVP_aes_128_cbc(),
                24 => lc::EVP_aes_192_cbc(),
                32 => lc::EVP_aes_256_cbc(),
                _ => return Err(Status::InvalidParameter),
            }
        };
        let context = cmac_context()?;
        // SAFETY: the context is valid; pointer and length are of one slice, as long as this cipher's key.
        let set = unsafe {
            lc::CMAC_Init(context.as_ptr(), key.as_ptr().cast(), key.len(), cipher, ptr::null_mut())
        };
        check(set, Status::NoMemory)?;
        Ok(Self(context))
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        // SAFETY: the context has a key; pointer and length are of one slice.
        let read = unsafe { lc::CMAC_Update(self.0.as_ptr(), input.as_ptr(), input.len()) };
        check(read, Status::InternalError)
    }

    /// Writes the MAC.
    pub fn finish(&mut self, out: &mut [u8; AES_MAC]) -> Result<()> {
        let mut length = 0;
        // SAFETY: the context has a key, and `out` the length of a MAC.
        check(
            unsafe { lc::CMAC_Final(self.0.as_ptr(), out.as_mut_ptr(), &mut length) },
            Status::InternalError,
        )
    }

    /// As it was when made.
    pub fn restart(&mut self) -> Result<()> {
        // SAFETY: the context has a key.
        check(unsafe { lc::CMAC_Reset(self.0.as_ptr()) }, Status::InternalError)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        let copy = cmac_context()?;
        // SAFETY: both contexts are valid.
        check(unsafe { lc::CMAC_CTX_copy(copy.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        Ok(Self(copy))
    }
}

fn cmac_context() -> Result<Owned<lc::CMAC_CTX>> {
    // SAFETY: no preconditions.
    Owned::new(unsafe { lc::CMAC_CTX_new() })
}

impl fmt::Debug for Cmac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AES-CMAC")
    }
}

/// Bytes of an initialization vector of GMAC.
pub const GMAC_IV: usize = 12;

/// AES-GMAC (SP 800-38D): GCM that encrypts nothing.
pub struct Gmac(Owned<lc::EVP_CIPHER_CTX>);

impl Gmac {
    /// With a key of 16, 24 or 32 bytes; [`start`](Self::start) comes next. Fails with `InvalidParameter` for another
    /// one, with `NoMemory`.
    pub fn new(key: &[u8]) -> Result<Self> {
        // SAFETY: no preconditions; the descriptions are static.
        let cipher = unsafe {
            match key.len() {
                16 => lc::EVP_aes_128_gcm(),
                24 => lc::EVP_aes_192_gcm(),
                32 => lc::EVP_aes_256_gcm(),
                _ => return Err(Status::InvalidParameter),
            }
        };
        let context = cipher_context()?;
        // SAFETY: the context is valid; the key is as long as this cipher's, and a NULL IV sets none.
        let set = unsafe {
            lc::EVP_EncryptInit_ex(context.as_ptr(), cipher, ptr::null_mut(), key.as_ptr(), ptr::null())
        };
        check(set, Status::NoMemory)?;
        Ok(Self(context))
    }

    /// Starts a MAC with this IV.
    pub fn start(&mut self, iv: &[u8; GMAC_IV]) -> Result<()> {
        // SAFETY: the context has a cipher and a key, which NULL leaves; the IV has the cipher's default length.
        let set = unsafe {
            let (cipher, implementation, key) = (ptr::null(), ptr::null_mut(), ptr::null());
            lc::EVP_EncryptInit_ex(self.0.as_ptr(), cipher, implementation, key, iv.as_ptr())
        };
        check(set, Status::InternalError)
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        input.chunks(LONGEST_INPUT).try_for_each(|part| {
            let mut length = 0;
            // SAFETY: the context has a key and an IV; pointer and length are of one slice, whose length an int holds;
            // a NULL output makes it additional data.
            let read = unsafe {
                let (out, data, size) = (ptr::null_mut(), part.as_ptr(), part.len() as i32);
                lc::EVP_EncryptUpdate(self.0.as_ptr(), out, &mut length, data, size)
            };
            check(read, Status::InternalError)
        })
    }

    /// Writes the MAC; [`start`](Self::start) comes next.
    pub fn finish(&mut self, out: &mut [u8; AES_MAC]) -> Result<()> {
        let (context, mut length) = (self.0.as_ptr(), 0);
        // SAFETY: the context has a key and an IV; the end of nothing encrypted is written nowhere, and `out` has the
        // length of a tag.
        unsafe {
            check(lc::EVP_EncryptFinal_ex(context, out.as_mut_ptr(), &mut length), Status::InternalError)?;
            let tag = lc::EVP_CIPHER_CTX_ctrl(
                context,
                lc::EVP_CTRL_AEAD_GET_TAG,
                AES_MAC as i32,
                out.as_mut_ptr().cast(),
            );
            check(tag, Status::InternalError)
        }
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        let copy = cipher_context()?;
        // SAFETY: both contexts are valid.
        check(unsafe { lc::EVP_CIPHER_CTX_copy(copy.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        Ok(Self(copy))
    }
}

/// The engine's lengths of input are ints.
const LONGEST_INPUT: usize = 1 << 30;

fn cipher_context() -> Result<Owned<lc::EVP_CIPHER_CTX>> {
    // SAFETY: no preconditions.
    Owned::new(unsafe { lc::EVP_CIPHER_CTX_new() })
}

impl fmt::Debug for Gmac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AES-GMAC")
    }
}
