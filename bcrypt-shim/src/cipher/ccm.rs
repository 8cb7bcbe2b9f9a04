//! AES-CCM (SP 800-38C, RFC 3610), of the engine's CBC and counter mode.

use std::ops::RangeInclusive;

use zeroize::Zeroize;

use super::aes::AesBlocks;
use super::{Aead, Message, Text, Way};
use crate::engine::cipher::{AES_BLOCK, TAG, is_equal};
use crate::engine::stack;
use crate::status::{Result, Status};

/// Bytes authenticated, then encrypted, while they are near; few, since what CBC writes for them has to be overwritten.
const CHUNK: usize = 8 * AES_BLOCK;

/// The same for a text that is longer than this: to begin with each of them takes its time.
const LONG_CHUNK: usize = 128 * AES_BLOCK;

/// Bytes of stack that such a text takes at most.
const DEPTH: usize = LONG_CHUNK + (2 << 10);

impl Aead for AesBlocks {
    fn nonces(&self) -> RangeInclusive<usize> {
        7..=13
    }

    fn longest(&self, nonce: usize) -> u64 {
        // The length has what is left of a block.
        1_u64.checked_shl((15 - nonce.min(15)) as u32 * 8).map_or(u64::MAX, |bound| bound - 1)
    }

    fn seal(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &mut [u8; TAG]) -> Result<()> {
        *tag = self.run(Way::Encrypt, message, text)?;
        Ok(())
    }

    fn open(&self, message: &Message<'_>, text: &mut Text<'_>, tag: &[u8]) -> Result<()> {
        let mut made = self.run(Way::Decrypt, message, text)?;
        let is_right = made.get(..tag.len()).is_some_and(|made| is_equal(made, tag));
        made.zeroize();
        if is_right {
            return Ok(());
        }
        let length = text.length();
        text.target().iter_mut().take(length).for_each(|byte| *byte = 0);
        Err(Status::AuthTagMismatch)
    }
}

impl AesBlocks {
    /// Encrypts or decrypts, and makes the whole tag.
    fn run(&self, way: Way, message: &Message<'_>, text: &mut Text<'_>) -> Result<[u8; TAG]> {
        if text.length() > LONG_CHUNK {
            stack::deep::<DEPTH, _>(|| self.run_in::<LONG_CHUNK>(way, message, text))
        } else {
            self.run_in::<CHUNK>(way, message, text)
        }
    }

    fn run_in<const CHUNK: usize>(
        &self,
        way: Way,
        message: &Message<'_>,
        text: &mut Text<'_>,
    ) -> Result<[u8; TAG]> {
        let nonce = message.nonce;
        let mut unused = [0; CHUNK];
        let mut mac = self.begun(message, text.length(), &mut unused)?;
        let mut done = 0;
        text.reborrow().in_parts(CHUNK, |mut part| {
            let length = part.length();
            if way == Way::Encrypt {
                self.authenticate(&mut mac, part.source(), &mut unused);
            }
            self.key.counter(&numbered(nonce, done / AES_BLOCK as u64 + 1)?, &mut part);
            if way == Way::Decrypt {
                self.authenticate(&mut mac, part.written(), &mut unused);
            }
            done += length as u64;
            Ok(())
        })?;
        unused.zeroize();
        self.key.counter(&numbered(nonce, 0)?, &mut Text::in_place(&mut mac, TAG));
        Ok(mac)
    }

    /// The authenticator after the first block and the associated data (SP 800-38C, A.2).
    fn begun<const CHUNK: usize>(
        &self,
        message: &Message<'_>,
        length: usize,
        unused: &mut [u8; CHUNK],
    ) -> Result<[u8; TAG]> {
        let (nonce, aad) = (message.nonce, message.aad);
        let width = 15_usize.checked_sub(nonce.len()).ok_or(Status::InternalError)?;
        let mut mac = numbered(nonce, length as u64)?;
        let tag_bits = (message.tag.saturating_sub(2) / 2) as u8;
        mac[0] = u8::from(!aad.is_empty()) << 6 | tag_bits << 3 | (width as u8 - 1);
        self.key.block(Way::Encrypt, &mut mac);
        if aad.is_empty() {
            return Ok(mac);
        }
        // The length, in two bytes or behind a mark in four, and as much as fits with it in one block.
        let length = aad.len() as u32;
        let [high, middle, low, lowest] = length.to_be_bytes();
        let (long, short) = ([0xFF, 0xFE, high, middle, low, lowest], [low, lowest]);
        let written: &[u8] = if length < 0xFF00 { &short } else { &long };
        let (first, rest) = aad.split_at(aad.len().min(AES_BLOCK - written.len()));
        mac.iter_mut().zip(written.iter().chain(first)).for_each(|(to, from)| *to ^= from);
        self.key.block(Way::Encrypt, &mut mac);
        self.authenticate(&mut mac, rest, unused);
        Ok(mac)
    }

    /// Goes on with bytes, the last block filled up with zeros. What CBC makes of them is not needed.
    fn authenticate<const CHUNK: usize>(&self, mac: &mut [u8; TAG], bytes: &[u8], unused: &mut [u8; CHUNK]) {
        for part in bytes.chunks(CHUNK) {
            let (blocks, rest) = part.as_chunks::<AES_BLOCK>();
            let whole = blocks.as_flattened();
            self.key.cbc(Way::Encrypt, mac, &mut Text::apart(whole, unused.split_at_mut(whole.len()).0));
            if !rest.is_empty() {
                mac.iter_mut().zip(rest).for_each(|(to, from)| *to ^= from);
                self.key.block(Way::Encrypt, mac);
            }
        }
    }
}

/// A block of the length's width, the nonce and a number.
fn numbered(nonce: &[u8], number: u64) -> Result<[u8; AES_BLOCK]> {
    let width = 15_usize.checked_sub(nonce.len()).filter(|width| (2..=8).contains(width));
    let width = width.ok_or(Status::InternalError)?;
    let number = number.to_be_bytes();
    let number = number.get(number.len() - width..).ok_or(Status::InternalError)?;
    let mut block = [0; AES_BLOCK];
    let bytes = [width as u8 - 1];
    let bytes = bytes.iter().chain(nonce).chain(number);
    block.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Ok(block)
}
