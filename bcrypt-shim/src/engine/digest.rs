//! Hashes and HMAC over them.

use hmac::digest::Output;
use hmac::{KeyInit, Mac, SimpleHmac};
use md2::Md2;
use md4::Md4;

use super::ffi;
use crate::names;
use crate::status::{Result, Status};
use crate::wide::WideName;

pub use super::ffi::{Hash, concat_kdf, hkdf_expand, tls_prf};

/// Who computes a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maker {
    Engine(Hash),
    Md2,
    Md4,
}

/// A hash function that CNG knows by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Digest {
    /// The value of KDF_HASH_ALGORITHM and of `HkdfHashAlgorithm`.
    pub name: &'static str,
    /// Bytes of the result.
    pub length: usize,
    maker: Maker,
}

impl Digest {
    const fn engine(name: &'static str, length: usize, hash: Hash) -> Self {
        Self { name, length, maker: Maker::Engine(hash) }
    }

    /// The engine's hash; `None` for MD2 and MD4.
    pub fn hash(&self) -> Option<Hash> {
        match self.maker {
            Maker::Engine(hash) => Some(hash),
            Maker::Md2 | Maker::Md4 => None,
        }
    }

    /// Writes the hash of the parts, one after the other, over `out`, which has this length.
    pub fn digest(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
        let out = out.get_mut(..self.length).ok_or(Status::InternalError)?;
        match self.maker {
            Maker::Engine(hash) => return ffi::digest(hash, parts, out),
            Maker::Md2 => out.copy_from_slice(&digest_of::<Md2>(parts)),
            Maker::Md4 => out.copy_from_slice(&digest_of::<Md4>(parts)),
        }
        Ok(())
    }

    /// Writes HMAC(key, parts one after the other) over `out`, which has this length.
    pub fn hmac(&self, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
        let out = out.get_mut(..self.length).ok_or(Status::InternalError)?;
        match self.maker {
            Maker::Engine(hash) => return ffi::hmac(hash, key, parts, out),
            Maker::Md2 => out.copy_from_slice(&hmac_of::<SimpleHmac<Md2>>(key, parts)?),
            Maker::Md4 => out.copy_from_slice(&hmac_of::<SimpleHmac<Md4>>(key, parts)?),
        }
        Ok(())
    }
}

fn digest_of<D: md4::Digest>(parts: &[&[u8]]) -> Output<D> {
    parts.iter().fold(D::new(), |hash, part| hash.chain_update(part)).finalize()
}

fn hmac_of<M: Mac + KeyInit>(key: &[u8], parts: &[&[u8]]) -> Result<Output<M>> {
    let mac = <M as KeyInit>::new_from_slice(key).map_err(|_| Status::InternalError)?;
    Ok(parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes())
}

/// SHA-1, the default of the HASH and HMAC derivations.
pub static SHA1: Digest = Digest::engine(names::BCRYPT_SHA1_ALGORITHM, 20, Hash::Sha1);
/// SHA-256.
pub static SHA256: Digest = Digest::engine(names::BCRYPT_SHA256_ALGORITHM, 32, Hash::Sha256);
/// SHA-384.
pub static SHA384: Digest = Digest::engine(names::BCRYPT_SHA384_ALGORITHM, 48, Hash::Sha384);
/// SHA-512.
pub static SHA512: Digest = Digest::engine(names::BCRYPT_SHA512_ALGORITHM, 64, Hash::Sha512);

static MD2: Digest = Digest { name: names::BCRYPT_MD2_ALGORITHM, length: 16, maker: Maker::Md2 };
static MD4: Digest = Digest { name: names::BCRYPT_MD4_ALGORITHM, length: 16, maker: Maker::Md4 };
static MD5: Digest = Digest::engine(names::BCRYPT_MD5_ALGORITHM, 16, Hash::Md5);
static SHA3_256: Digest = Digest::engine(names::BCRYPT_SHA3_256_ALGORITHM, 32, Hash::Sha3_256);
static SHA3_384: Digest = Digest::engine(names::BCRYPT_SHA3_384_ALGORITHM, 48, Hash::Sha3_384);
static SHA3_512: Digest = Digest::engine(names::BCRYPT_SHA3_512_ALGORITHM, 64, Hash::Sha3_512);

/// Every hash a derivation may name.
pub static DIGESTS: &[&Digest] =
    &[&MD2, &MD4, &MD5, &SHA1, &SHA256, &SHA384, &SHA512, &SHA3_256, &SHA3_384, &SHA3_512];

/// The hash of a name. Fails with `NotSupported` (behaviour.md e4).
pub fn find(name: &WideName) -> Result<&'static Digest> {
    DIGESTS.iter().copied().find(|digest| name.is_ignoring_case(digest.name)).ok_or(Status::NotSupported)
}
