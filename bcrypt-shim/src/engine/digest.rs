//! Hashes.

use std::fmt;

use md2::Md2;
use md4::{Digest as _, Md4};

use super::ffi::{self, Context};
use super::mac;
use crate::memory::Placed;
use crate::names;
use crate::status::{Result, Status};
use crate::wide::WideName;

pub use super::ffi::{Hash, concat_kdf, tls_prf};

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
    /// Its algorithm identifier, which is also the value of KDF_HASH_ALGORITHM and of `HkdfHashAlgorithm`.
    pub name: &'static str,
    /// Bytes of the result.
    pub length: usize,
    /// Bytes of a block; for SHA-3 those that are read at a time.
    pub block: usize,
    /// Its object identifiers, as the value of `HashOIDList`.
    pub oids: &'static [&'static [u8]],
    maker: Maker,
}

/// Bytes of the longest digest.
pub const LONGEST: usize = 64;
/// Bytes of the longest block.
pub const LONGEST_BLOCK: usize = 136;

impl Digest {
    const fn engine(
        name: &'static str,
        (length, block): (usize, usize),
        oids: &'static [&'static [u8]],
        hash: Hash,
    ) -> Self {
        Self { name, length, block, oids, maker: Maker::Engine(hash) }
    }

    /// The engine's hash; `None` for MD2 and MD4.
    pub fn hash(&self) -> Option<Hash> {
        match self.maker {
            Maker::Engine(hash) => Some(hash),
            Maker::Md2 | Maker::Md4 => None,
        }
    }

    /// Whether it is one of the engine's common hashes ([`Hash::is_in_place`]), which use less of the stack.
    pub fn is_in_place(&self) -> bool {
        self.hash().is_some_and(Hash::is_in_place)
    }

    /// A hash that has read nothing. Fails with `NoMemory`.
    #[inline]
    pub fn start(&self) -> Result<Hasher> {
        Ok(Hasher(match self.maker {
            Maker::Engine(hash) => State::Engine(Context::new(hash)?),
            Maker::Md2 => State::Md2(Placed::new(|| Ok(Md2::new()))?),
            Maker::Md4 => State::Md4(Md4::new()),
        }))
    }

    /// Writes the hash of the parts, one after the other, over `out`, which has this length.
    pub fn digest(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
        let out = out.get_mut(..self.length).ok_or(Status::InternalError)?;
        if let ([part], Maker::Engine(hash)) = (parts, self.maker) {
            return hash.digest(part, out);
        }
        let mut hasher = self.start()?;
        parts.iter().try_for_each(|part| hasher.update(part))?;
        hasher.finish(out)
    }

    /// Writes HMAC(key, parts one after the other) over `out`, which has this length.
    pub fn hmac(&'static self, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
        let out = out.get_mut(..self.length).ok_or(Status::InternalError)?;
        // The engine's own takes no memory of the heap, where a context of it would.
        if let ([part], Maker::Engine(hash)) = (parts, self.maker)
            && !hash.is_in_place()
        {
            return ffi::hmac(hash, key, part, out);
        }
        mac::hmac(self, key, parts, out)
    }
}

/// A hash in progress. It is overwritten when dropped.
///
/// Once it is finished it has to be [restarted](Self::restart) or [set](Self::assign) before anything else.
pub struct Hasher(State);

enum State {
    Engine(Context),
    Md2(Placed<Md2>),
    Md4(Md4),
}

impl Hasher {
    /// The engine's hash in progress; `None` for MD2 and MD4.
    pub(super) fn context(&self) -> Option<&Context> {
        match &self.0 {
            State::Engine(context) => Some(context),
            State::Md2(_) | State::Md4(_) => None,
        }
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        match &mut self.0 {
            State::Engine(context) => return context.update(input),
            State::Md2(hash) => hash.get_mut()?.update(input),
            State::Md4(hash) => hash.update(input),
        }
        Ok(())
    }

    /// Writes the digest over `out`, which has its length.
    pub fn finish(&mut self, out: &mut [u8]) -> Result<()> {
        match &mut self.0 {
            State::Engine(context) => context.finish(out),
            State::Md2(hash) => fixed(&hash.get_mut()?.finalize_reset(), out),
            State::Md4(hash) => fixed(&hash.finalize_reset(), out),
        }
    }

    /// As it was when started. Fails with `NoMemory`.
    pub fn restart(&mut self) -> Result<()> {
        match &mut self.0 {
            State::Engine(context) => return context.restart(),
            State::Md2(hash) => hash.get_mut()?.reset(),
            State::Md4(hash) => hash.reset(),
        }
        Ok(())
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        Ok(Self(match &self.0 {
            State::Engine(context) => State::Engine(context.copy()?),
            State::Md2(hash) => State::Md2(Placed::new(|| hash.get().cloned())?),
            State::Md4(hash) => State::Md4(hash.clone()),
        }))
    }

    /// Makes it the same as another one, of the same hash. Fails with `NoMemory`.
    pub fn assign(&mut self, other: &Self) -> Result<()> {
        match (&mut self.0, &other.0) {
            (State::Engine(to), State::Engine(from)) => return to.assign(from),
            (State::Md2(to), State::Md2(from)) => to.get_mut()?.clone_from(from.get()?),
            (State::Md4(to), State::Md4(from)) => to.clone_from(from),
            _ => return Err(Status::InternalError),
        }
        Ok(())
    }
}

fn fixed(digest: &[u8], out: &mut [u8]) -> Result<()> {
    if digest.len() != out.len() {
        return Err(Status::InternalError);
    }
    out.copy_from_slice(digest);
    Ok(())
}

impl fmt::Debug for Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a hash in progress")
    }
}

/// Object identifiers as `HashOIDList` has them: in DER, tag and length included, with a NULL for parameters and without.
macro_rules! oids {
    ($($byte:literal)*) => {
        &[&[$($byte),*, 0x05, 0x00], &[$($byte),*]]
    };
}

/// Those under NIST's arc 2.16.840.1.101.3.4.2, by their last number.
macro_rules! nist_oids {
    ($number:literal) => {
        oids!(0x06 0x09 0x60 0x86 0x48 0x01 0x65 0x03 0x04 0x02 $number)
    };
}

/// SHA-1, the default of the HASH and HMAC derivations.
pub static SHA1: Digest = Digest::engine(
    names::BCRYPT_SHA1_ALGORITHM,
    (20, 64),
    oids!(0x06 0x05 0x2b 0x0e 0x03 0x02 0x1a),
    Hash::Sha1,
);
/// SHA-256.
pub static SHA256: Digest =
    Digest::engine(names::BCRYPT_SHA256_ALGORITHM, (32, 64), nist_oids!(1), Hash::Sha256);
/// SHA-384.
pub static SHA384: Digest =
    Digest::engine(names::BCRYPT_SHA384_ALGORITHM, (48, 128), nist_oids!(2), Hash::Sha384);
/// SHA-512.
pub static SHA512: Digest =
    Digest::engine(names::BCRYPT_SHA512_ALGORITHM, (64, 128), nist_oids!(3), Hash::Sha512);
/// SHA3-256.
pub static SHA3_256: Digest =
    Digest::engine(names::BCRYPT_SHA3_256_ALGORITHM, (32, 136), nist_oids!(8), Hash::Sha3_256);
/// SHA3-384.
pub static SHA3_384: Digest =
    Digest::engine(names::BCRYPT_SHA3_384_ALGORITHM, (48, 104), nist_oids!(9), Hash::Sha3_384);
/// SHA3-512.
pub static SHA3_512: Digest =
    Digest::engine(names::BCRYPT_SHA3_512_ALGORITHM, (64, 72), nist_oids!(10), Hash::Sha3_512);
/// MD5.
pub static MD5: Digest = Digest::engine(
    names::BCRYPT_MD5_ALGORITHM,
    (16, 64),
    oids!(0x06 0x08 0x2a 0x86 0x48 0x86 0xf7 0x0d 0x02 0x05),
    Hash::Md5,
);
/// MD2, whose block has 16 bytes.
pub static MD2: Digest =
    Digest { name: names::BCRYPT_MD2_ALGORITHM, length: 16, block: 16, oids: &[], maker: Maker::Md2 };
/// MD4.
pub static MD4: Digest =
    Digest { name: names::BCRYPT_MD4_ALGORITHM, length: 16, block: 64, oids: &[], maker: Maker::Md4 };

/// Every hash a derivation may name.
pub static DIGESTS: &[&Digest] =
    &[&MD2, &MD4, &MD5, &SHA1, &SHA256, &SHA384, &SHA512, &SHA3_256, &SHA3_384, &SHA3_512];

/// The hash of a name. Fails with `NotSupported` (behaviour.md e4).
pub fn find(name: &WideName) -> Result<&'static Digest> {
    DIGESTS.iter().copied().find(|digest| name.is_ignoring_case(digest.name)).ok_or(Status::NotSupported)
}
