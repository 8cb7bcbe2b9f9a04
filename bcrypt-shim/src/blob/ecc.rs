//! BCRYPT_ECCKEY_BLOB: `dwMagic`, `cbKey`, then X, Y and, in the private form, d; and SSL_ECCKEY_BLOB,
//! which has the curve's TLS number in place of the magic and no private form.
//!
//! The header words are little-endian; X, Y and d have cbKey bytes each, big-endian but for
//! curve25519 (behaviour.md c2, c22).

use super::{take, take_word};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, require};

/// The header of a blob and what follows it.
#[derive(Debug)]
pub struct Blob<'a> {
    /// `dwMagic` or `dwCurveType`.
    pub kind: u32,
    width: usize,
    body: &'a [u8],
}

impl<'a> Blob<'a> {
    /// Reads the header. Fails with `InvalidParameter` if there is none.
    pub fn parse(mut bytes: &'a [u8]) -> Result<Self> {
        let kind = take_word(&mut bytes)?;
        let width = take_word(&mut bytes)? as usize;
        Ok(Self { kind, width, body: bytes })
    }

    /// Reads X and Y, one after the other, and d, each of `width` bytes. Fails with `InvalidParameter` if cbKey says
    /// otherwise or bytes are missing.
    ///
    /// Bytes that follow are passed over: clients that ship on Windows send a blob 22 bytes too long.
    pub fn numbers(&self, width: usize, with_private: bool) -> Result<(&'a [u8], Option<&'a [u8]>)> {
        require(self.width == width)?;
        let mut body = self.body;
        let coordinates = take(&mut body, 2 * width)?;
        let private = if with_private { Some(take(&mut body, width)?) } else { None };
        Ok((coordinates, private))
    }
}

/// Writes a blob of X and Y and, in the private form, d.
pub fn encode(kind: u32, coordinates: &[u8], private: &[u8]) -> Result<SecretBytes> {
    let width = (coordinates.len() / 2) as u32;
    memory::secret_concat(&[&kind.to_le_bytes(), &width.to_le_bytes(), coordinates, private])
}
