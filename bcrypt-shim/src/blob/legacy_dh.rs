//! The version-3 Diffie-Hellman blobs of CryptoAPI: numbers are little-endian.
//!
//! BLOBHEADER (type, version, two reserved bytes, ALG_ID), then a magic, the bit counts of p, q, j and,
//! in the private form, x, then DSSSEED (a counter and 20 bytes), then p, q, g, j, y and, in the private
//! form, x. g and y are as wide as p; q and j may be missing (0 bits). Source: Microsoft's pages on
//! Diffie-Hellman version 3 key blobs; behaviour.md c8.

use super::{take, take_word, take_words};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, require};

/// `bType` of a public key.
const PUBLIC_KEY: u8 = 6;
/// `bType` of a private key.
const PRIVATE_KEY: u8 = 7;
/// `bVersion`.
const VERSION: u8 = 3;
/// ALG_ID of keys that are stored.
const STORED_KEY: u32 = 0xAA01;
/// ALG_ID of ephemeral keys.
const EPHEMERAL_KEY: u32 = 0xAA02;
/// First word behind the BLOBHEADER: of a public key.
const PUBLIC_MAGIC: u32 = 0x3348_4400;
/// First word behind the BLOBHEADER: of a private key.
const PRIVATE_MAGIC: u32 = 0x3448_4400;
/// The counter of a DSSSEED that is not there.
const NO_SEED: u32 = 0xFFFF_FFFF;
/// Bytes of the seed behind the counter.
const SEED: usize = 20;

/// The numbers of a private blob, big-endian and as wide as p.
pub struct Numbers {
    /// The modulus.
    pub p: Vec<u8>,
    /// The generator.
    pub g: Vec<u8>,
    /// The public number.
    pub y: Vec<u8>,
    /// The private number.
    pub x: SecretBytes,
}

/// Reads a private blob of exactly this size. Fails with `InvalidParameter` on anything else.
pub fn parse(mut bytes: &[u8]) -> Result<Numbers> {
    let [kind, version, ..] = take_word(&mut bytes)?.to_le_bytes();
    require(kind == PRIVATE_KEY && version == VERSION)?;
    let [algorithm, magic, p_bits, q_bits, j_bits, x_bits] = take_words(&mut bytes)?;
    require([STORED_KEY, EPHEMERAL_KEY].contains(&algorithm) && magic == PRIVATE_MAGIC)?;
    take(&mut bytes, size_of::<u32>() + SEED)?;
    let width = |bits: u32| bits.div_ceil(8) as usize;
    let p = take(&mut bytes, width(p_bits))?;
    take(&mut bytes, width(q_bits))?;
    let g = take(&mut bytes, p.len())?;
    take(&mut bytes, width(j_bits))?;
    let y = take(&mut bytes, p.len())?;
    let x = take(&mut bytes, width(x_bits))?;
    require(bytes.is_empty() && x.len() <= p.len())?;
    let mut padded = memory::secret_zeros(p.len())?;
    padded.iter_mut().rev().zip(x).for_each(|(to, from)| *to = *from);
    Ok(Numbers { p: reversed(p)?, g: reversed(g)?, y: reversed(y)?, x: padded })
}

/// Writes a blob of big-endian p, g, y and, in the private form, x, all equally wide; without q, j and
/// seed.
pub fn encode(p: &[u8], g: &[u8], y: &[u8], x: Option<&[u8]>) -> Result<SecretBytes> {
    let bits = p.len() as u32 * 8;
    let (kind, words) = match x {
        Some(_) => (PRIVATE_KEY, &[EPHEMERAL_KEY, PRIVATE_MAGIC, bits, 0, 0, bits, NO_SEED][..]),
        None => (PUBLIC_KEY, &[EPHEMERAL_KEY, PUBLIC_MAGIC, bits, 0, 0, NO_SEED][..]),
    };
    let mut header = Vec::new();
    words.iter().try_for_each(|word| memory::append(&mut header, &word.to_le_bytes()))?;
    let mut private = memory::secret_copy(x.unwrap_or_default())?;
    private.reverse();
    memory::secret_concat(&[
        &[kind, VERSION, 0, 0],
        &header,
        &[0; SEED],
        &reversed(p)?,
        &reversed(g)?,
        &reversed(y)?,
        &private,
    ])
}

fn reversed(number: &[u8]) -> Result<Vec<u8>> {
    let mut copy = memory::copy(number)?;
    copy.reverse();
    Ok(copy)
}
