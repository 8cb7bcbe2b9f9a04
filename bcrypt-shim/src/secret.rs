//! Agreed secrets.

use std::fmt;

use crate::engine::digest::{self, Digest, Hash};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::Property;
use crate::status::{Result, Status, require};
use crate::timed_mutex::TimedMutex;
use crate::wide::WideName;

/// The result of an agreement, from which keys are derived any number of times.
pub struct Secret {
    value: SecretBytes,
    concat_hash: &'static Digest,
    hkdf: TimedMutex<Hkdf>,
}

/// How far HKDF has been set up by properties (behaviour.md e17).
enum Hkdf {
    Unset,
    Hash(&'static Digest, Hash),
    Ready(&'static Digest, Hash, SecretBytes),
}

impl Secret {
    /// A secret and the hash that SP800_56A_CONCAT uses for it.
    pub(crate) fn new(value: SecretBytes, concat_hash: &'static Digest) -> Self {
        Self { value, concat_hash, hkdf: TimedMutex::new(Hkdf::Unset) }
    }

    /// Z: big-endian, as wide as the field or the modulus; the RFC 7748 bytes for curve25519.
    pub fn value(&self) -> &[u8] {
        &self.value
    }

    /// The hash of SP800_56A_CONCAT.
    pub fn concat_hash(&self) -> &'static Digest {
        self.concat_hash
    }

    /// Sets `HkdfHashAlgorithm`. Fails with `NotSupported` for an unknown hash, MD2 and MD4,
    /// `InvalidParameter` after finalization.
    fn set_hkdf_hash(&self, name: &WideName) -> Result<()> {
        let digest = digest::find(name)?;
        let hash = digest.hash().ok_or(Status::NotSupported)?;
        let mut hkdf = self.hkdf.lock()?;
        require(!matches!(*hkdf, Hkdf::Ready(..)))?;
        *hkdf = Hkdf::Hash(digest, hash);
        Ok(())
    }

    /// Sets `HkdfSaltAndFinalize`: extracts the pseudo-random key, HMAC(salt, Z) (RFC 5869, 2.2).
    /// Fails with `InvalidParameter` unless a hash is set and HKDF not finalized.
    fn set_hkdf_salt(&self, salt: &[u8]) -> Result<()> {
        self.finalize_hkdf(|digest| {
            let mut key = memory::secret_zeros(digest.length)?;
            digest.hmac(salt, &[&self.value], &mut key)?;
            Ok(key)
        })
    }

    /// Sets `HkdfPrkAndFinalize`: Z itself is the pseudo-random key. Fails with `InvalidParameter`
    /// unless a hash is set, HKDF not finalized and the property's value empty.
    fn set_hkdf_key(&self, value: &[u8]) -> Result<()> {
        require(value.is_empty())?;
        self.finalize_hkdf(|_| memory::secret_copy(&self.value))
    }

    /// The hash of HKDF, the length of its digest, and the pseudo-random key. Fails with
    /// `InvalidParameter` before finalization.
    pub fn hkdf(&self) -> Result<(Hash, usize, SecretBytes)> {
        match &*self.hkdf.lock()? {
            Hkdf::Ready(digest, hash, key) => Ok((*hash, digest.length, memory::secret_copy(key)?)),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// Makes the pseudo-random key without the lock; if the hash was changed meanwhile, again with the new one.
    fn finalize_hkdf(&self, key: impl Fn(&'static Digest) -> Result<SecretBytes>) -> Result<()> {
        loop {
            let (digest, hash) = self.hkdf_hash()?;
            let made = key(digest)?;
            let mut hkdf = self.hkdf.lock()?;
            match *hkdf {
                Hkdf::Hash(now, _) if std::ptr::eq(now, digest) => {
                    *hkdf = Hkdf::Ready(digest, hash, made);
                    return Ok(());
                }
                Hkdf::Hash(..) => {}
                _ => return Err(Status::InvalidParameter),
            }
        }
    }

    /// The hash of HKDF before it is finalized. Fails with `InvalidParameter`.
    fn hkdf_hash(&self) -> Result<(&'static Digest, Hash)> {
        match *self.hkdf.lock()? {
            Hkdf::Hash(digest, hash) => Ok((digest, hash)),
            _ => Err(Status::InvalidParameter),
        }
    }
}

/// Properties of secrets (behaviour.md e17).
pub static PROPERTIES: &[Property<Secret>] = &[
    Property::writable(names::BCRYPT_HKDF_HASH_ALGORITHM, |secret, value| {
        secret.set_hkdf_hash(&WideName::from_bytes(value))
    }),
    Property::writable(names::BCRYPT_HKDF_SALT_AND_FINALIZE, Secret::set_hkdf_salt),
    Property::writable(names::BCRYPT_HKDF_PRK_AND_FINALIZE, Secret::set_hkdf_key),
];

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Secret").field("length", &self.value.len()).finish_non_exhaustive()
    }
}
