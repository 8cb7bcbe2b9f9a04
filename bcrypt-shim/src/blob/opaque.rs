//! OpaqueKeyBlob, which is ours: a key with what properties have chosen of it.
//!
//! ```text
//! "opqk"  version 1  mode  unit  effective bits  bytes of the name  bytes of the key   little-endian words
//! name of the algorithm, key, SHA-256 of all before it
//! ```
//!
//! The hash finds accidents. It keeps no secret and nobody from forging a blob, which names its key openly.

use super::{take, take_words};
use crate::engine::digest::SHA256;
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

const MAGIC: u32 = u32::from_le_bytes(*b"opqk");
const VERSION: u32 = 1;
const HASH: usize = 32;

/// What a blob tells.
#[derive(Clone, Copy)]
pub struct Blob<'a> {
    /// The algorithm's name.
    pub algorithm: &'a [u8],
    /// The chaining mode's number.
    pub mode: u32,
    /// `MessageBlockLength`; 0 if it was not set.
    pub unit: u32,
    /// `EffectiveKeyLength`; 0 if it was not set.
    pub effective_bits: u32,
    /// The key.
    pub key: &'a [u8],
}

/// Reads a blob. Fails with `InvalidParameter` for anything that [`encode`] did not write.
pub fn parse(blob: &[u8]) -> Result<Blob<'_>> {
    let body = blob.len().checked_sub(HASH).ok_or(Status::InvalidParameter)?;
    let (mut body, hash) = blob.split_at(body);
    let mut expected = [0; HASH];
    SHA256.digest(&[body], &mut expected)?;
    require(memory::declassify(hash == expected))?;
    let [magic, version, mode, unit, effective_bits, name, key] = take_words(&mut body)?;
    require(magic == MAGIC && version == VERSION)?;
    let (algorithm, key) = (take(&mut body, name as usize)?, take(&mut body, key as usize)?);
    require(body.is_empty())?;
    Ok(Blob { algorithm, mode, unit, effective_bits, key })
}

/// Writes a blob.
pub fn encode(blob: &Blob<'_>) -> Result<SecretBytes> {
    let Blob { algorithm, mode, unit, effective_bits, key } = *blob;
    let lengths = [algorithm.len() as u32, key.len() as u32];
    let header = [MAGIC, VERSION, mode, unit, effective_bits, lengths[0], lengths[1]].map(u32::to_le_bytes);
    let mut hash = [0; HASH];
    let body: [&[u8]; 3] = [header.as_flattened(), algorithm, key];
    SHA256.digest(&body, &mut hash)?;
    memory::secret_concat(&[body[0], body[1], body[2], &hash])
}
