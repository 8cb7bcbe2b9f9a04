//! XTS-AES (IEEE 1619, SP 800-38E) with units of whole blocks.
//!
//! The engine has it for AES-256 alone, refuses two equal halves, which CNG takes (behaviour.md s78), and units over
//! 16 MiB; what it does not do is composed of its ECB.

use std::sync::Arc;

use zeroize::Zeroize;

use super::aes::AesBlocks;
use super::context::Shared;
use super::mode::add;
use super::{Block, Capability, Cipher, Limits, Mode, Sectors, Text, Unit, Way};
use crate::engine::cipher::{AES_BLOCK, GenericCipher, is_equal};
use crate::memory;
use crate::provider::Choice;
use crate::status::Result;

/// The algorithm XTS-AES.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static LIMITS: Limits = Limits {
            key_bits: (256, 512, 256),
            extended_key_bits: 512,
            block: AES_BLOCK,
            modes: &[Mode::NotApplicable],
            unit: Unit::Sector,
            tags: &[],
        };
        &LIMITS
    }

    fn expand(&self, key: &[u8], _: &Choice) -> Result<Arc<dyn Cipher>> {
        let (text, tweak) = key.split_at(key.len() / 2);
        let engine = if text.len() == 32 && !is_equal(text, tweak) {
            let make = |way| Shared::new(GenericCipher::Aes256Xts, way, key);
            Some([make(Way::Encrypt)?, make(Way::Decrypt)?])
        } else {
            None
        };
        let halves = memory::boxed((AesBlocks::new(text)?, AesBlocks::new(tweak)?))?;
        Ok(memory::shared(Xts { engine, halves })?)
    }

    fn passes_fips_checks(&self, key: &[u8]) -> bool {
        let (text, tweak) = key.split_at(key.len() / 2);
        !is_equal(text, tweak)
    }
}

#[derive(Debug)]
struct Xts {
    /// For each direction, where the engine does it.
    engine: Option<[Shared; 2]>,
    /// The keys of the text and of the tweak.
    halves: Box<(AesBlocks, AesBlocks)>,
}

/// The longest unit that the engine does.
const LONGEST: usize = 16 << 20;

impl Cipher for Xts {
    fn capability(&self, _: Mode) -> Result<Capability<'_>> {
        Ok(Capability::Sectors(self))
    }
}

impl Sectors for Xts {
    fn run(&self, way: Way, unit: usize, first: u64, text: Text<'_>) -> Result<()> {
        let mut number = first;
        let mut next = || {
            let tweak = u128::from(number).to_le_bytes();
            number = number.wrapping_add(1);
            tweak
        };
        match &self.engine {
            Some([encrypting, decrypting]) if unit <= LONGEST => {
                let engine = if way == Way::Encrypt { encrypting } else { decrypting };
                engine.with(|context| {
                    text.in_parts(unit, |mut sector| {
                        context.set_iv(&next())?;
                        context.apply(&mut sector)
                    })
                })
            }
            _ => text.in_parts(unit, |sector| self.compose(way, next(), sector)),
        }
    }
}

/// Bytes done at once.
const CHUNK: usize = 64 * AES_BLOCK;

impl Xts {
    fn compose(&self, way: Way, mut tweak: [u8; AES_BLOCK], sector: Text<'_>) -> Result<()> {
        let (text_key, tweak_key) = &*self.halves;
        tweak_key.key.block(Way::Encrypt, &mut tweak);
        let mut tweaks = [0; CHUNK];
        let done = sector.in_parts(CHUNK, |mut part| {
            let text = part.settle();
            let (tweaks, _) = tweaks.split_at_mut(text.len());
            for place in tweaks.chunks_exact_mut(AES_BLOCK) {
                place.copy_from_slice(&tweak);
                tweak = doubled(tweak);
            }
            add(text, tweaks);
            let length = text.len();
            text_key.ecb(way, &mut Text::in_place(text, length))?;
            add(text, tweaks);
            Ok(())
        });
        tweaks.zeroize();
        tweak.zeroize();
        done
    }
}

/// Times x, in the field of 2^128 elements.
fn doubled(tweak: [u8; AES_BLOCK]) -> [u8; AES_BLOCK] {
    let number = u128::from_le_bytes(tweak);
    ((number << 1) ^ ((number >> (u128::BITS - 1)) * 0x87)).to_le_bytes()
}
