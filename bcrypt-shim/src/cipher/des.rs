//! DES (FIPS 46-3) and what is built on it: DES three times with two or three keys, and DESX. Parity bits do not count,
//! and weak keys are taken (behaviour.md s48).
//!
//! The engine's DES looks up tables by secret values; it is there for old data.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::context::Shared;
use super::mode::{self, add};
use super::{Block, Blocks, Capability, Cipher, Limits, Mode, Text, Unit, Way};
use crate::engine::cipher::{CipherContext, GenericCipher};
use crate::memory;
use crate::provider::Choice;
use crate::status::{Result, Status};

/// Bytes of a block.
const BLOCK: usize = 8;

/// One of the algorithms.
#[derive(Debug)]
pub enum Algorithm {
    /// DES: one key.
    Des,
    /// DESX: one key, and what is added before and after (behaviour.md s49).
    Desx,
    /// 3DES_112: two keys, the first used twice.
    TwoKeys,
    /// 3DES: three keys.
    ThreeKeys,
}

const fn limits(bits: u32) -> Limits {
    Limits {
        key_bits: (bits, bits, 0),
        extended_key_bits: bits,
        block: BLOCK,
        modes: &[Mode::Cbc, Mode::Ecb, Mode::Cfb],
        unit: Unit::Feedback,
        tags: &[],
    }
}

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static ONE: Limits = limits(64);
        static TWO: Limits = limits(128);
        static THREE: Limits = limits(192);
        match self {
            Self::Des => &ONE,
            Self::TwoKeys => &TWO,
            Self::Desx | Self::ThreeKeys => &THREE,
        }
    }

    fn expand(&self, key: &[u8], _: &Choice) -> Result<Arc<dyn Cipher>> {
        let (parts, _) = key.as_chunks::<BLOCK>();
        let (cipher, key, whitening) = match (self, parts) {
            (Self::Des, [one]) => (GenericCipher::DesEcb, memory::secret_copy(one)?, None),
            (Self::Desx, [one, before, after]) => {
                let whitening = Whitening { before: Zeroizing::new(*before), after: Zeroizing::new(*after) };
                (GenericCipher::DesEcb, memory::secret_copy(one)?, Some(whitening))
            }
            (Self::TwoKeys, [one, two]) => {
                (GenericCipher::TripleDesEcb, memory::secret_concat(&[one, two, one])?, None)
            }
            (Self::ThreeKeys, [_, _, _]) => (GenericCipher::TripleDesEcb, memory::secret_copy(key)?, None),
            _ => return Err(Status::InvalidParameter),
        };
        let encrypting = Shared::new(cipher, Way::Encrypt, &key)?;
        let decrypting = Shared::new(cipher, Way::Decrypt, &key)?;
        Ok(memory::shared(Des { encrypting, decrypting, whitening })?)
    }
}

/// An expanded key.
#[derive(Debug)]
struct Des {
    encrypting: Shared,
    decrypting: Shared,
    whitening: Option<Whitening>,
}

/// What DESX adds to the plaintext and to the ciphertext.
struct Whitening {
    before: Zeroizing<[u8; BLOCK]>,
    after: Zeroizing<[u8; BLOCK]>,
}

impl std::fmt::Debug for Whitening {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Whitening").finish_non_exhaustive()
    }
}

impl Cipher for Des {
    fn capability(&self, _: Mode) -> Result<Capability<'_>> {
        Ok(Capability::Block(self))
    }
}

impl Block for Des {
    fn size(&self) -> usize {
        BLOCK
    }

    fn with(&self, way: Way, work: &mut dyn FnMut(&mut dyn Blocks) -> Result<()>) -> Result<()> {
        let shared = if way == Way::Encrypt { &self.encrypting } else { &self.decrypting };
        shared.with(|context| match (&self.whitening, way) {
            (None, _) => work(context),
            (Some(Whitening { before, after }), Way::Encrypt) => {
                work(&mut Whitened { context, before, after })
            }
            (Some(Whitening { before, after }), Way::Decrypt) => {
                work(&mut Whitened { context, before: after, after: before })
            }
        })
    }

    fn cbc(&self, way: Way, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        mode::cbc(self, way, iv, text)
    }

    fn cfb(&self, way: Way, unit: usize, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        mode::cfb(self, way, unit, iv, text)
    }
}

/// DES between two additions.
struct Whitened<'a> {
    context: &'a mut CipherContext,
    before: &'a [u8; BLOCK],
    after: &'a [u8; BLOCK],
}

impl Blocks for Whitened<'_> {
    fn apply(&mut self, blocks: &mut [u8]) -> Result<()> {
        blocks.chunks_mut(BLOCK).for_each(|block| add(block, self.before));
        Blocks::apply(self.context, blocks)?;
        blocks.chunks_mut(BLOCK).for_each(|block| add(block, self.after));
        Ok(())
    }
}
