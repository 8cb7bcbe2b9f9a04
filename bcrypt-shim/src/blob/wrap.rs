//! A key wrapped by an AES key as RFC 3394 does it, with nothing before or after (surroundings s82).

use crate::engine::cipher::AesKey;
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status};

/// What the wrapping adds.
const CHECK: usize = 8;

/// The key of a blob. Fails with `InvalidParameter` for what this key did not wrap.
pub fn parse(wrapping: &AesKey, blob: &[u8]) -> Result<SecretBytes> {
    let length = blob.len().checked_sub(CHECK).ok_or(Status::InvalidParameter)?;
    let mut key = memory::secret_zeros(length)?;
    wrapping.unwrap(blob, &mut key)?;
    Ok(key)
}

/// The blob of a key. Fails with `InvalidParameter` for a key of less than 16 bytes or that is no multiple of 8.
pub fn encode(wrapping: &AesKey, key: &[u8]) -> Result<SecretBytes> {
    let mut blob = memory::secret_zeros(key.len() + CHECK)?;
    wrapping.wrap(key, &mut blob)?;
    Ok(blob)
}
