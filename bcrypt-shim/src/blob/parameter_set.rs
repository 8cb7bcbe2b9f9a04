//! BCRYPT_MLKEM_KEY_BLOB and BCRYPT_PQDSA_KEY_BLOB: `dwMagic`, `cbParameterSet`, `cbKey`, little-endian, then the name of the
//! parameter set in UTF-16 with its NUL, which `cbParameterSet` counts, and the key (behaviour.md t123).

use super::{take, take_words};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, require};
use crate::wide::{self, WideName};

/// A blob's parts.
#[derive(Debug)]
pub struct Blob<'a> {
    /// `dwMagic`.
    pub magic: u32,
    /// The parameter set's name.
    pub set: WideName,
    /// The key.
    pub key: &'a [u8],
}

impl<'a> Blob<'a> {
    /// Takes a blob apart. Fails with `InvalidParameter` if bytes are missing or the name does not end in the only NUL; what
    /// follows the key is passed over (behaviour.md t126).
    pub fn parse(mut bytes: &'a [u8]) -> Result<Self> {
        let [magic, name, key] = take_words(&mut bytes)?;
        let name = take(&mut bytes, name as usize)?;
        let (units, rest) = name.as_chunks::<2>();
        let nul = units.iter().position(|unit| *unit == [0; 2]);
        require(rest.is_empty() && nul.is_some_and(|nul| nul + 1 == units.len()))?;
        Ok(Self { magic, set: WideName::from_bytes(name), key: take(&mut bytes, key as usize)? })
    }
}

/// The blob of a key.
pub fn encode(magic: u32, set: &str, key: &[u8]) -> Result<SecretBytes> {
    let set = wide::encode(set)?;
    let words = [magic, set.len() as u32, key.len() as u32];
    memory::secret_concat(&[words.map(u32::to_le_bytes).as_flattened(), &set, key])
}
