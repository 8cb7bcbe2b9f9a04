//! AES-GCM (SP 800-38D) with nonces of 12 bytes: at once by the engine, or in parts.
//!
//! Of a text in parts, all that goes from one call to the next is with the caller: GHASH's state, the counter block,
//! and how many bytes there were. So a caller may copy and move its structure, and run several texts with one key.

use std::ops::RangeInclusive;

use zeroize::Zeroize;

use super::aes::Aes;
use super::{Aead, Chain, Message, Text, Way};
use crate::engine::cipher::{AeadAlgorithm, AeadKey, Ghash, TAG, is_equal};
use crate::memory;
use crate::status::{Result, Status};

/// Bytes of a nonce.
const NONCE: usize = 12;

/// The longest text: 2^32 - 2 blocks.
const LONGEST: u64 = (1 << 36) - 32;

/// Bytes encrypted, then hashed, while they are near.
const CHUNK: usize = 8 << 10;

impl Aead for Aes {
    fn nonces(&self) -> RangeInclusive<usize> {
        NONCE..=NONCE
    }

    fn seal(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &mut [u8; TAG]) -> Result<()> {
        self.gcm()?.seal(message.nonce, message.aad, text, tag)
    }

    fn open(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &[u8]) -> Result<()> {
        if tag.len() == TAG {
            return self.gcm()?.open(message.nonce, message.aad, text, tag);
        }
        // The engine's key has one length of tags; the shorter ones are rare.
        let key = AeadKey::new(AeadAlgorithm::AesGcm, &self.blocks.secret, tag.len())?;
        key.open(message.nonce, message.aad, text, tag)
    }

    fn part(
        &self,
        way: Way,
        message: &Message<'_>,
        chain: &mut Chain,
        text: &mut Text<'_>,
        expected: &[u8],
        tag: &mut [u8; TAG],
    ) -> Result<()> {
        if chain.is_first {
            *chain = Chain { mac: [0; TAG], aad: message.aad.len() as u32, text: 0, ..chain.clone() };
        }
        let length = chain.text.checked_add(text.length() as u64).filter(|length| *length <= LONGEST);
        let length = length.filter(|_| chain.text.is_multiple_of(TAG as u64));
        let length = length.ok_or(Status::InvalidBufferSize)?;
        let mut hash_key = self.encrypted([0; TAG]);
        let mut hash = Ghash::resume(&hash_key, &chain.mac);
        hash_key.zeroize();
        if chain.is_first {
            hash.update(message.aad);
        }
        let mut counter = counter_block(message.nonce, chain.text)?;
        text.reborrow().in_parts(CHUNK, |mut part| {
            let length = part.length() as u64;
            if way == Way::Decrypt {
                hash.update(part.source());
            }
            self.blocks.key.counter(&counter, &mut part);
            if way == Way::Encrypt {
                hash.update(part.written());
            }
            chain.text += length;
            counter = counter_block(message.nonce, chain.text)?;
            Ok(())
        })?;
        chain.text = length;
        chain.counter = counter;
        if !chain.is_last {
            chain.mac = hash.finish();
            return Ok(());
        }
        let mut lengths = [0; TAG];
        let bits = [u64::from(chain.aad) * 8, length * 8].map(u64::to_be_bytes);
        lengths.copy_from_slice(bits.as_flattened());
        hash.update(&lengths);
        *tag = hash.finish();
        chain.mac = [0; TAG];
        let mask = self.encrypted(first_block(message.nonce, 1)?);
        tag.iter_mut().zip(mask).for_each(|(to, from)| *to ^= from);
        if way == Way::Encrypt || tag.get(..expected.len()).is_some_and(|tag| is_equal(tag, expected)) {
            return Ok(());
        }
        tag.zeroize();
        let length = text.length();
        text.target().iter_mut().take(length).for_each(|byte| *byte = 0);
        Err(Status::AuthTagMismatch)
    }
}

impl Aes {
    fn gcm(&self) -> Result<&AeadKey> {
        let made = || AeadKey::new(AeadAlgorithm::AesGcm, &self.blocks.secret, TAG).and_then(memory::boxed);
        self.gcm.get_or_try_init(made)
    }

    fn encrypted(&self, mut block: [u8; TAG]) -> [u8; TAG] {
        self.blocks.key.block(Way::Encrypt, &mut block);
        block
    }
}

/// The counter block for the text after so many bytes; the first block of text has the number 2.
fn counter_block(nonce: &[u8], text: u64) -> Result<[u8; TAG]> {
    first_block(nonce, (text / TAG as u64) as u32 + 2)
}

fn first_block(nonce: &[u8], number: u32) -> Result<[u8; TAG]> {
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Status::InternalError)?;
    let [a, b, c, d] = number.to_be_bytes();
    let mut block = [0; TAG];
    block.iter_mut().zip(nonce.into_iter().chain([a, b, c, d])).for_each(|(to, from)| *to = from);
    Ok(block)
}
