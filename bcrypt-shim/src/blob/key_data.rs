//! BCRYPT_KEY_DATA_BLOB_HEADER: `dwMagic`, `dwVersion`, `cbKeyData`, little-endian, then the key (surroundings s81).

use super::{take, take_words};
use crate::memory::{self, SecretBytes};
use crate::names::{BCRYPT_KEY_DATA_BLOB_MAGIC, BCRYPT_KEY_DATA_BLOB_VERSION1};
use crate::status::{Result, require};

/// The key of a blob. Fails with `InvalidParameter` for another magic or version, or if bytes are missing; what follows
/// the key is passed over.
pub fn parse(mut blob: &[u8]) -> Result<&[u8]> {
    let [magic, version, length] = take_words(&mut blob)?;
    require(magic == BCRYPT_KEY_DATA_BLOB_MAGIC && version == BCRYPT_KEY_DATA_BLOB_VERSION1)?;
    take(&mut blob, length as usize)
}

/// The blob of a key.
pub fn encode(key: &[u8]) -> Result<SecretBytes> {
    let header = [BCRYPT_KEY_DATA_BLOB_MAGIC, BCRYPT_KEY_DATA_BLOB_VERSION1, key.len() as u32];
    memory::secret_concat(&[header.map(u32::to_le_bytes).as_flattened(), key])
}
