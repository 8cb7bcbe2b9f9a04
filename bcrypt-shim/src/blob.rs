//! Key blobs: one wire format each, and the names callers ask for them by.

pub mod dh;
pub mod ecc;

use crate::names;
use crate::status::{Result, Status};
use crate::wide::WideName;

/// Which half of a key pair a blob carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The public key.
    Public,
    /// The public and the private key.
    Private,
}

/// The wire format of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// BCRYPT_ECCKEY_BLOB.
    Ecc,
    /// BCRYPT_DH_KEY_BLOB.
    Dh,
}

/// A blob type that can be asked for.
#[derive(Debug)]
pub struct BlobType {
    /// The `pszBlobType` of import and export.
    pub name: &'static str,
    /// What it carries.
    pub part: Part,
    /// Its format; `None` for the generic names, which mean the algorithm's own format
    /// (behaviour.md c9).
    pub format: Option<Format>,
}

impl BlobType {
    const fn new(name: &'static str, part: Part, format: Option<Format>) -> Self {
        Self { name, part, format }
    }
}

/// Every blob type done here.
pub static BLOB_TYPES: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, None),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, None),
    BlobType::new(names::BCRYPT_ECCPUBLIC_BLOB, Part::Public, Some(Format::Ecc)),
    BlobType::new(names::BCRYPT_ECCPRIVATE_BLOB, Part::Private, Some(Format::Ecc)),
    BlobType::new(names::BCRYPT_DH_PUBLIC_BLOB, Part::Public, Some(Format::Dh)),
    BlobType::new(names::BCRYPT_DH_PRIVATE_BLOB, Part::Private, Some(Format::Dh)),
];

/// What a blob type name asks for, for keys whose own format is `native`. Fails with `NotSupported`
/// for an unknown name or another algorithm's format (behaviour.md c19, c28).
pub fn part(name: &WideName, native: Format) -> Result<Part> {
    BLOB_TYPES
        .iter()
        .find(|blob| name.is(blob.name) && blob.format.is_none_or(|format| format == native))
        .map(|blob| blob.part)
        .ok_or(Status::NotSupported)
}

/// Takes a little-endian 32-bit word off the front. Fails with `InvalidParameter`.
fn take_word(bytes: &mut &[u8]) -> Result<u32> {
    let (word, rest) = bytes.split_first_chunk().ok_or(Status::InvalidParameter)?;
    *bytes = rest;
    Ok(u32::from_le_bytes(*word))
}

/// Takes a number of `width` bytes off the front. Fails with `InvalidParameter`.
fn take<'a>(bytes: &mut &'a [u8], width: usize) -> Result<&'a [u8]> {
    let (number, rest) = bytes.split_at_checked(width).ok_or(Status::InvalidParameter)?;
    *bytes = rest;
    Ok(number)
}
