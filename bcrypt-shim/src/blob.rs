//! Key blobs: one wire format each, and the names callers ask for them by.

pub mod dh;
pub mod ecc;
pub mod ecc_full;
pub mod legacy_dh;

use crate::memory;
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
    /// The algorithm's own: [`Format::Ecc`] or [`Format::Dh`].
    Generic,
    /// BCRYPT_ECCKEY_BLOB.
    Ecc,
    /// BCRYPT_ECCFULLKEY_BLOB, which carries its curve's numbers.
    EccFull,
    /// SSL_ECCKEY_BLOB.
    EccTls,
    /// BCRYPT_DH_KEY_BLOB.
    Dh,
    /// The version-3 blobs of CryptoAPI.
    LegacyDh,
}

/// The algorithms that have a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Elliptic curves.
    Ec,
    /// Finite fields.
    Dh,
}

impl Format {
    /// The format itself, for keys of a family. `None` if such keys have no blobs of this format.
    fn resolve(self, family: Family) -> Option<Self> {
        match (family, self) {
            (Family::Ec, Self::Generic) => Some(Self::Ecc),
            (Family::Dh, Self::Generic) => Some(Self::Dh),
            (Family::Ec, Self::Ecc | Self::EccFull | Self::EccTls) => Some(self),
            (Family::Dh, Self::Dh | Self::LegacyDh) => Some(self),
            _ => None,
        }
    }
}

/// A blob type that can be asked for.
#[derive(Debug)]
pub struct BlobType {
    /// The `pszBlobType` of import and export.
    pub name: &'static str,
    /// What it carries.
    pub part: Part,
    /// Its format; [`Format::Generic`] for the generic names (behaviour.md c9).
    pub format: Format,
    /// Whether keys are imported from it. Windows exports the public legacy form only
    /// (behaviour.md c8).
    pub imports: bool,
}

impl BlobType {
    const fn new(name: &'static str, part: Part, format: Format) -> Self {
        Self { name, part, format, imports: true }
    }

    const fn export_only(name: &'static str, part: Part, format: Format) -> Self {
        Self { name, part, format, imports: false }
    }

    /// Whether keys of a family have it.
    pub fn belongs_to(&self, family: Family) -> bool {
        self.format.resolve(family).is_some()
    }
}

/// Every blob type done here.
pub static BLOB_TYPES: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::Generic),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::Generic),
    BlobType::new(names::BCRYPT_ECCPUBLIC_BLOB, Part::Public, Format::Ecc),
    BlobType::new(names::BCRYPT_ECCPRIVATE_BLOB, Part::Private, Format::Ecc),
    BlobType::new(names::BCRYPT_ECCFULLPUBLIC_BLOB, Part::Public, Format::EccFull),
    BlobType::new(names::BCRYPT_ECCFULLPRIVATE_BLOB, Part::Private, Format::EccFull),
    BlobType::new(names::SSL_ECCPUBLIC_BLOB, Part::Public, Format::EccTls),
    BlobType::new(names::BCRYPT_DH_PUBLIC_BLOB, Part::Public, Format::Dh),
    BlobType::new(names::BCRYPT_DH_PRIVATE_BLOB, Part::Private, Format::Dh),
    BlobType::export_only(names::LEGACY_DH_PUBLIC_BLOB, Part::Public, Format::LegacyDh),
    BlobType::new(names::LEGACY_DH_PRIVATE_BLOB, Part::Private, Format::LegacyDh),
];

/// What a blob type name asks to import, for keys of a family. Fails with `NotSupported` for an unknown
/// name, another family's format, and a form that is only exported (behaviour.md c8, c19).
pub fn to_import(name: &WideName, family: Family) -> Result<(Format, Part)> {
    find(name, family, |blob| blob.imports)
}

/// What a blob type name asks to export, for keys of a family. Fails with `NotSupported` for an unknown
/// name and another family's format (behaviour.md c28).
pub fn to_export(name: &WideName, family: Family) -> Result<(Format, Part)> {
    find(name, family, |_| true)
}

fn find(name: &WideName, family: Family, allowed: fn(&BlobType) -> bool) -> Result<(Format, Part)> {
    BLOB_TYPES
        .iter()
        .find(|blob| name.is(blob.name) && allowed(blob))
        .and_then(|blob| Some((blob.format.resolve(family)?, blob.part)))
        .ok_or(Status::NotSupported)
}

/// Takes a little-endian 32-bit word off the front. Fails with `InvalidParameter`.
fn take_word(bytes: &mut &[u8]) -> Result<u32> {
    let (word, rest) = bytes.split_first_chunk().ok_or(Status::InvalidParameter)?;
    *bytes = rest;
    Ok(u32::from_le_bytes(*word))
}

/// Takes little-endian 32-bit words off the front. Fails with `InvalidParameter`.
fn take_words<const N: usize>(bytes: &mut &[u8]) -> Result<[u32; N]> {
    let mut words = [0; N];
    for word in &mut words {
        *word = take_word(bytes)?;
    }
    Ok(words)
}

/// Takes a number of `width` bytes off the front. Fails with `InvalidParameter`.
fn take<'a>(bytes: &mut &'a [u8], width: usize) -> Result<&'a [u8]> {
    let (number, rest) = bytes.split_at_checked(width).ok_or(Status::InvalidParameter)?;
    *bytes = rest;
    Ok(number)
}

/// Takes a copy of a public number off the front. Fails with `InvalidParameter`.
fn take_copy(bytes: &mut &[u8], width: u32) -> Result<Vec<u8>> {
    memory::copy(take(bytes, width as usize)?)
}
