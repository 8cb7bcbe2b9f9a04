//! RC2 (RFC 2268), whose `EffectiveKeyLength` tells how many bits of a key count.
//!
//! It looks up a table by secret values; it is there for old data.

use std::sync::Arc;

use super::{Block, Blocks, Capability, Cipher, Key, Limits, Mode, Text, Unit, Way, mode};
use crate::engine::cipher::{RC2_BLOCK, Rc2};
use crate::memory;
use crate::names;
use crate::property::{Property, Value};
use crate::provider::{Choice, Provider};
use crate::status::{Result, Status, require};

/// The algorithm RC2.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &'static Limits {
        static LIMITS: Limits = Limits {
            key_bits: (16, 1024, 8),
            extended_key_bits: 1024,
            block: RC2_BLOCK,
            modes: &[Mode::Cbc, Mode::Ecb, Mode::Cfb],
            unit: Unit::Feedback,
            tags: &[],
        };
        &LIMITS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        static PROPERTIES: &[Property<Provider>] = &[Property::both(
            names::BCRYPT_EFFECTIVE_KEY_LENGTH,
            |provider| Ok(Value::Number(provider.choice()?.effective_bits.unwrap_or(0))),
            |provider, value| {
                let bits = bits_of(value)?;
                provider.choose(|choice| choice.effective_bits = Some(bits))
            },
        )];
        PROPERTIES
    }

    fn key_properties(&self) -> &'static [Property<Key>] {
        static PROPERTIES: &[Property<Key>] = &[Property::both(
            names::BCRYPT_EFFECTIVE_KEY_LENGTH,
            |key| Ok(Value::Number(key.state.lock()?.effective_bits.unwrap_or(key.secret.len() as u32 * 8))),
            |key, value| {
                let bits = bits_of(value)?;
                let cipher = expanded(&key.secret, Some(bits))?;
                let mut state = key.state.lock()?;
                (state.effective_bits, state.cipher) = (Some(bits), Some(cipher));
                Ok(())
            },
        )];
        PROPERTIES
    }

    fn expand(&self, key: &[u8], choice: &Choice) -> Result<Arc<dyn Cipher>> {
        expanded(key, choice.effective_bits)
    }
}

/// All bits of the key count unless it was said how many (surroundings s44).
fn expanded(key: &[u8], effective_bits: Option<u32>) -> Result<Arc<dyn Cipher>> {
    let bits = effective_bits.map_or(key.len() * 8, |bits| bits as usize);
    Ok(memory::shared(Expanded(Rc2::new(key, bits)))?)
}

/// A value of `EffectiveKeyLength`. Fails with `InvalidParameter` for what is not a number of 16 to 1024.
fn bits_of(value: &[u8]) -> Result<u32> {
    let bits = u32::from_ne_bytes(value.try_into().map_err(|_| Status::InvalidParameter)?);
    require((16..=1024).contains(&bits))?;
    Ok(bits)
}

#[derive(Debug)]
struct Expanded(Rc2);

impl Cipher for Expanded {
    fn capability(&self, _: Mode) -> Result<Capability<'_>> {
        Ok(Capability::Block(self))
    }
}

impl Block for Expanded {
    fn size(&self) -> usize {
        RC2_BLOCK
    }

    fn with(&self, way: Way, work: &mut dyn FnMut(&mut dyn Blocks) -> Result<()>) -> Result<()> {
        work(&mut OneWay { key: &self.0, way })
    }

    fn cbc(&self, way: Way, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        mode::cbc(self, way, iv, text)
    }

    fn cfb(&self, way: Way, unit: usize, iv: &mut [u8], text: &mut Text<'_>) -> Result<()> {
        mode::cfb(self, way, unit, iv, text)
    }
}

struct OneWay<'a> {
    key: &'a Rc2,
    way: Way,
}

impl Blocks for OneWay<'_> {
    fn apply(&mut self, blocks: &mut [u8]) -> Result<()> {
        self.key.apply(self.way, blocks);
        Ok(())
    }
}
