//! A finalized key of HKDF, which stands in a `KeyDataBlob`: the size of its hash's name in bytes, big-endian; the name in
//! UTF-16 with its NUL; the pseudo-random key (behaviour.md g15).

use super::{take, take_word};
use crate::memory::{self, SecretBytes};
use crate::status::Result;
use crate::wide::{self, WideName};

/// The name of the hash and the pseudo-random key. Fails with `InvalidParameter` if bytes are missing.
pub fn parse(mut data: &[u8]) -> Result<(WideName, &[u8])> {
    let size = take_word(&mut data)?.swap_bytes();
    let name = take(&mut data, size as usize)?;
    Ok((WideName::from_bytes(name), data))
}

/// What stands in the blob.
pub fn encode(hash: &str, key: &[u8]) -> Result<SecretBytes> {
    let name = wide::encode(hash)?;
    memory::secret_concat(&[&(name.len() as u32).to_be_bytes(), &name, key])
}
