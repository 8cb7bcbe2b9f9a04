//! ChaCha20-Poly1305 (RFC 8439).

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{Aead, Capability, Cipher, Limits, Message, Mode, Text, Unit};
use crate::engine::cipher::{AeadAlgorithm, AeadKey, TAG};
use crate::memory;
use crate::provider::Choice;
use crate::status::Result;

/// The algorithm CHACHA20_POLY1305.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static LIMITS: Limits = Limits {
            key_bits: (256, 256, 0),
            extended_key_bits: 256,
            block: 1,
            modes: &[Mode::NotApplicable],
            unit: Unit::None,
            tags: &[(Mode::NotApplicable, (16, 16, 0))],
        };
        &LIMITS
    }

    fn expand(&self, key: &[u8], _: &Choice) -> Result<Arc<dyn Cipher>> {
        Ok(memory::shared(ChaCha(AeadKey::new(AeadAlgorithm::ChaCha20Poly1305, key, TAG)?))?)
    }
}

#[derive(Debug)]
struct ChaCha(AeadKey);

impl Cipher for ChaCha {
    fn capability(&self, _: Mode) -> Result<Capability<'_>> {
        Ok(Capability::Aead(self))
    }
}

impl Aead for ChaCha {
    fn nonces(&self) -> RangeInclusive<usize> {
        12..=12
    }

    fn longest(&self, _: usize) -> u64 {
        // 2^32 - 1 blocks.
        ((1 << 32) - 1) * 64
    }

    fn seal(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &mut [u8; TAG]) -> Result<()> {
        self.0.seal(message.nonce, message.aad, text, tag)
    }

    fn open(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &[u8]) -> Result<()> {
        self.0.open(message.nonce, message.aad, text, tag)
    }
}
