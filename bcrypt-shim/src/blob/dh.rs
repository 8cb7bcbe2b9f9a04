//! BCRYPT_DH_KEY_BLOB: `dwMagic`, `cbKey`, then p, g, y and, in the private form, x; and
//! BCRYPT_DH_PARAMETER_HEADER: `cbLength`, `dwMagic`, `cbKeyLength`, then p and g.
//!
//! The header words are little-endian; the numbers have cbKey bytes each, big-endian, padded with
//! zeros on the left (behaviour.md c6, c7).

use super::{Part, take, take_word};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, require};

/// The numbers of a blob, all of one width.
pub struct Numbers<'a> {
    /// The modulus.
    pub p: &'a [u8],
    /// The generator.
    pub g: &'a [u8],
    /// The public number.
    pub y: &'a [u8],
    /// The private number, in the private form.
    pub x: Option<&'a [u8]>,
}

/// Reads a blob. Fails with `InvalidParameter` on a wrong magic or size; one byte too many is wrong
/// (behaviour.md c19).
///
/// Asked for the public form, it takes a whole private blob and leaves x out, as for EC keys
/// (behaviour.md c20).
pub fn parse(mut bytes: &[u8], part: Part) -> Result<Numbers<'_>> {
    let magic = take_word(&mut bytes)?;
    let width = take_word(&mut bytes)? as usize;
    let has_private = magic == names::BCRYPT_DH_PRIVATE_MAGIC;
    require(has_private || (part == Part::Public && magic == names::BCRYPT_DH_PUBLIC_MAGIC))?;
    let p = take(&mut bytes, width)?;
    let g = take(&mut bytes, width)?;
    let y = take(&mut bytes, width)?;
    let x = if has_private { Some(take(&mut bytes, width)?) } else { None };
    require(bytes.is_empty())?;
    Ok(Numbers { p, g, y, x: x.filter(|_| part == Part::Private) })
}

/// Writes a blob of p, g, y and, in the private form, x.
pub fn encode(p: &[u8], g: &[u8], y: &[u8], x: Option<&[u8]>) -> Result<SecretBytes> {
    let magic = if x.is_some() { names::BCRYPT_DH_PRIVATE_MAGIC } else { names::BCRYPT_DH_PUBLIC_MAGIC };
    let width = p.len() as u32;
    memory::secret_concat(&[&magic.to_le_bytes(), &width.to_le_bytes(), p, g, y, x.unwrap_or_default()])
}

/// Reads parameters: p and g. Fails with `InvalidParameter` on a wrong magic or size.
pub fn parse_parameters(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut rest = bytes;
    require(take_word(&mut rest)? as usize == bytes.len())?;
    require(take_word(&mut rest)? == names::BCRYPT_DH_PARAMETERS_MAGIC)?;
    let width = take_word(&mut rest)? as usize;
    let (p, g) = (take(&mut rest, width)?, take(&mut rest, width)?);
    require(rest.is_empty())?;
    Ok((p, g))
}

/// Writes parameters.
pub fn encode_parameters(p: &[u8], g: &[u8]) -> Result<Vec<u8>> {
    let width = p.len() as u32;
    let length = 3 * size_of::<u32>() as u32 + 2 * width;
    memory::concat(&[
        &length.to_le_bytes(),
        &names::BCRYPT_DH_PARAMETERS_MAGIC.to_le_bytes(),
        &width.to_le_bytes(),
        p,
        g,
    ])
}
