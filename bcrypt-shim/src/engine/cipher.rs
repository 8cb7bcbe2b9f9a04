//! Ciphers of the engine, and those of RustCrypto where it has none: RC2 and the hash of GCM in parts.

use std::fmt;

use ghash::GHash;
use ghash::universal_hash::UniversalHash;
use rc2::Rc2 as Schedule;
use rc2::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt};
use zeroize::Zeroize;

pub use super::ffi::{
    AES_BLOCK, AeadAlgorithm, AeadKey, AesKey, CipherContext, Generic as GenericCipher, TAG, is_equal,
};
use crate::cipher::Way;

/// An expanded RC2 key (RFC 2268).
#[derive(Debug)]
pub struct Rc2(Schedule);

/// Bytes of a block of RC2.
pub const RC2_BLOCK: usize = 8;

impl Rc2 {
    /// The key of 1 to 128 bytes, of which as many bits count, 1 to 1024.
    pub fn new(key: &[u8], effective_bits: usize) -> Self {
        Self(Schedule::new_with_eff_key_len(key, effective_bits))
    }

    /// Encrypts or decrypts whole blocks in place.
    pub fn apply(&self, way: Way, text: &mut [u8]) {
        let (blocks, _) = text.as_chunks_mut::<RC2_BLOCK>();
        for block in blocks {
            let block: &mut Block<Schedule> = block.into();
            match way {
                Way::Encrypt => self.0.encrypt_block(block),
                Way::Decrypt => self.0.decrypt_block(block),
            }
        }
    }
}

/// GHASH (SP 800-38D), from any state on.
pub struct Ghash {
    hash: GHash,
    /// The state to go on from, until it is added to the first block.
    pending: Option<[u8; AES_BLOCK]>,
}

impl Ghash {
    /// Goes on from a state, zero at first, with the hash key.
    pub fn resume(key: &[u8; AES_BLOCK], state: &[u8; AES_BLOCK]) -> Self {
        Self { hash: GHash::new(key.into()), pending: Some(*state) }
    }

    /// Hashes bytes, the last block filled up with zeros.
    pub fn update(&mut self, bytes: &[u8]) {
        let Some(mut state) = self.pending.take_if(|_| !bytes.is_empty()) else {
            return self.hash.update_padded(bytes);
        };
        let (first, rest) = bytes.split_at(bytes.len().min(AES_BLOCK));
        state.iter_mut().zip(first).for_each(|(to, from)| *to ^= from);
        self.hash.update_padded(&state);
        self.hash.update_padded(rest);
        state.zeroize();
    }

    /// The state.
    pub fn finish(self) -> [u8; AES_BLOCK] {
        match self.pending {
            Some(state) => state,
            None => self.hash.finalize().into(),
        }
    }
}

impl fmt::Debug for Ghash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ghash").finish_non_exhaustive()
    }
}
