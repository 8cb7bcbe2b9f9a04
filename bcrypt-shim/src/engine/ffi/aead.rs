//! Authenticated encryption in one call.

use std::ptr;

use aws_lc_sys as lc;

use super::{Owned, check, release};
use crate::cipher::Text;
use crate::memory;
use crate::status::{Result, Status};

release! {
    lc::EVP_AEAD_CTX => lc::EVP_AEAD_CTX_free;
}

/// Bytes of a whole tag.
pub const TAG: usize = 16;

/// An algorithm of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AeadAlgorithm {
    /// AES in GCM, with a key of 16, 24 or 32 bytes.
    AesGcm,
    /// ChaCha20 and Poly1305 (RFC 8439), with a key of 32 bytes.
    ChaCha20Poly1305,
}

/// A key for authenticated encryption. Nothing of it changes: threads may share it.
#[derive(Debug)]
pub struct AeadKey(Owned<lc::EVP_AEAD_CTX>);

impl AeadKey {
    /// Expands a key for tags of a length. Fails with `InvalidParameter` for a key or tag that the algorithm does not
    /// take.
    pub fn new(algorithm: AeadAlgorithm, key: &[u8], tag: usize) -> Result<Self> {
        // SAFETY: the descriptions are static; the engine checks the lengths, and pointer and length are of one slice.
        let made = unsafe {
            let algorithm = match (algorithm, key.len()) {
                (AeadAlgorithm::AesGcm, 16) => lc::EVP_aead_aes_128_gcm(),
                (AeadAlgorithm::AesGcm, 24) => lc::EVP_aead_aes_192_gcm(),
                (AeadAlgorithm::AesGcm, _) => lc::EVP_aead_aes_256_gcm(),
                (AeadAlgorithm::ChaCha20Poly1305, _) => lc::EVP_aead_chacha20_poly1305(),
            };
            lc::EVP_AEAD_CTX_new(algorithm, key.as_ptr(), key.len(), tag)
        };
        Ok(Self(Owned::or(made, Status::InvalidParameter)?))
    }

    /// Encrypts, and writes the tag, for a key whose tags are whole.
    pub fn seal(&self, nonce: &[u8], aad: &[u8], text: &mut Text<'_>, tag: &mut [u8; TAG]) -> Result<()> {
        let (from, to, length) = text.pointers();
        let mut written = 0;
        // SAFETY: the context is valid; each pointer and length is of one slice, and the text's two have `length`
        // bytes and are the same or do not overlap.
        let sealed = unsafe {
            lc::EVP_AEAD_CTX_seal_scatter(
                self.0.as_ptr(),
                to,
                tag.as_mut_ptr(),
                &mut written,
                TAG,
                nonce.as_ptr(),
                nonce.len(),
                from,
                length,
                ptr::null(),
                0,
                aad.as_ptr(),
                aad.len(),
            )
        };
        check(sealed, Status::InvalidParameter)
    }

    /// Decrypts if the tag, of this key's length, is right. Fails with `AuthTagMismatch`; no plaintext is left then.
    pub fn open(&self, nonce: &[u8], aad: &[u8], text: &mut Text<'_>, tag: &[u8]) -> Result<()> {
        let (from, to, length) = text.pointers();
        // SAFETY: as in `seal`.
        let opened = unsafe {
            lc::EVP_AEAD_CTX_open_gather(
                self.0.as_ptr(),
                to,
                nonce.as_ptr(),
                nonce.len(),
                from,
                length,
                tag.as_ptr(),
                tag.len(),
                aad.as_ptr(),
                aad.len(),
            )
        };
        check(opened, Status::AuthTagMismatch)
    }
}

/// Whether two tags are the same, in a time that does not tell where they differ.
pub fn is_equal(one: &[u8], other: &[u8]) -> bool {
    // SAFETY: both pointers have as many bytes.
    one.len() == other.len()
        && memory::declassify(unsafe {
            lc::CRYPTO_memcmp(one.as_ptr().cast(), other.as_ptr().cast(), one.len()) == 0
        })
}
