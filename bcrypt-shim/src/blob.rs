//! Key blobs: one wire format each, and the names callers ask for them by.

pub mod dh;
pub mod dsa;
pub mod ecc;
pub mod ecc_full;
pub mod hkdf;
pub mod key_data;
pub mod legacy_dh;
pub mod legacy_dsa;
pub mod legacy_rsa;
pub mod opaque;
pub mod parameter_set;
pub mod rsa;
pub mod wrap;

use crate::memory;
use crate::status::{Result, Status};

/// Which half of a key pair a blob carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The public key.
    Public,
    /// The public and the private key.
    Private,
}

/// The wire format of a blob: a file each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
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
    /// BCRYPT_DSA_KEY_BLOB and BCRYPT_DSA_KEY_BLOB_V2.
    Dsa,
    /// The DSS blobs of CryptoAPI.
    LegacyDsa(legacy_dsa::Version),
    /// BCRYPT_RSAKEY_BLOB, in the private form with the primes alone.
    Rsa,
    /// BCRYPT_RSAKEY_BLOB with everything.
    RsaFull,
    /// The RSA blobs of CryptoAPI.
    LegacyRsa,
    /// BCRYPT_MLKEM_KEY_BLOB or BCRYPT_PQDSA_KEY_BLOB.
    ParameterSet,
    /// The same, with the seed that both halves are made of.
    ParameterSetSeed,
}

/// A blob type that can be asked for: a row of its algorithm.
#[derive(Debug)]
pub struct BlobType {
    /// The `pszBlobType` of import and export.
    pub name: &'static str,
    /// What it carries.
    pub part: Part,
    /// Its format; the generic names stand for one of the algorithm's (behaviour.md c9).
    pub format: Format,
    /// Whether keys are imported from it.
    pub imports: bool,
}

impl BlobType {
    pub(crate) const fn new(name: &'static str, part: Part, format: Format) -> Self {
        Self { name, part, format, imports: true }
    }

    pub(crate) const fn export_only(name: &'static str, part: Part, format: Format) -> Self {
        Self { name, part, format, imports: false }
    }
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
