//! HKDF: HKDF-Expand(PRK, info, length).
//!
//! The hash and the pseudo-random key are set by properties, of a secret or of a key to derive from; info is
//! KDF_HKDF_INFO. The caller chooses the length: 1 to 255 digests. Of a secret a size query answers what the caller asked
//! for; a key has none. Source: RFC 5869; behaviour.md e17, s95, s96.

use std::sync::Arc;

use zeroize::Zeroize;

use super::{Parameters, Request};
use crate::blob;
use crate::derivation::{self, Key};
use crate::engine::digest::{self, Digest, LONGEST};
use crate::engine::mac::HmacKey;
use crate::engine::stack;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::out::{self, Output};
use crate::property::Property;
use crate::status::{Result, Status, require};
use crate::timed_mutex::TimedMutex;
use crate::wide::WideName;

/// Longest output, in digests.
const MAX_BLOCKS: u8 = 255;

/// How far HKDF has been set up by properties.
#[derive(Debug)]
pub struct Setup(TimedMutex<Progress>);

#[derive(Clone, Debug)]
enum Progress {
    Unset,
    Hash(&'static Digest),
    Ready(Arc<Prk>),
}

/// A pseudo-random key.
#[derive(Debug)]
pub struct Prk {
    digest: &'static Digest,
    bytes: SecretBytes,
    /// Has read the key.
    hmac: HmacKey,
}

impl Setup {
    /// With nothing set.
    pub const fn new() -> Self {
        Self(TimedMutex::new(Progress::Unset))
    }

    /// With a pseudo-random key.
    fn ready(prk: Arc<Prk>) -> Self {
        Self(TimedMutex::new(Progress::Ready(prk)))
    }

    /// As far as this one is.
    pub fn copy(&self) -> Result<Self> {
        let progress = self.0.lock()?.clone();
        Ok(Self(TimedMutex::new(progress)))
    }

    /// Sets `HkdfHashAlgorithm`. Fails with `NotSupported` for an unknown hash, MD2 and MD4,
    /// `InvalidParameter` after finalization.
    pub fn set_hash(&self, name: &[u8]) -> Result<()> {
        let digest = hash(&WideName::from_bytes(name))?;
        stack::at_most(stack::SETUP);
        let mut progress = self.0.lock()?;
        require(!matches!(*progress, Progress::Ready(_)))?;
        *progress = Progress::Hash(digest);
        Ok(())
    }

    /// Sets `HkdfSaltAndFinalize`: extracts the pseudo-random key, HMAC(salt, keying material) (RFC 5869, 2.2).
    /// Fails with `InvalidParameter` unless a hash is set and HKDF not finalized.
    pub fn set_salt(&self, material: &[u8], salt: &[u8]) -> Result<()> {
        self.finalize(|digest| {
            note_depth(digest);
            let mut key = memory::secret_zeros(digest.length)?;
            digest.hmac(salt, &[material], &mut key)?;
            Ok(key)
        })
    }

    /// Sets `HkdfPrkAndFinalize`: the keying material itself is the pseudo-random key. Fails with `InvalidParameter`
    /// unless a hash is set, HKDF not finalized and the property's value empty.
    pub fn set_key(&self, material: &[u8], value: &[u8]) -> Result<()> {
        require(value.is_empty())?;
        self.finalize(|_| memory::secret_copy(material))
    }

    /// The pseudo-random key. Fails with `InvalidParameter` before finalization.
    pub fn prk(&self) -> Result<Arc<Prk>> {
        match &*self.0.lock()? {
            Progress::Ready(prk) => Ok(Arc::clone(prk)),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// Makes the pseudo-random key without the lock; if the hash was changed meanwhile, again with the new one.
    fn finalize(&self, key: impl Fn(&'static Digest) -> Result<SecretBytes>) -> Result<()> {
        loop {
            let digest = self.hash()?;
            let prk = Prk::new(digest, key(digest)?)?;
            let mut progress = self.0.lock()?;
            match *progress {
                Progress::Hash(now) if std::ptr::eq(now, digest) => {
                    *progress = Progress::Ready(prk);
                    return Ok(());
                }
                Progress::Hash(_) => {}
                _ => return Err(Status::InvalidParameter),
            }
        }
    }

    /// The hash before finalization. Fails with `InvalidParameter`.
    fn hash(&self) -> Result<&'static Digest> {
        match *self.0.lock()? {
            Progress::Hash(digest) => Ok(digest),
            _ => Err(Status::InvalidParameter),
        }
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

/// A hash that HKDF takes. Fails with `NotSupported`, for MD2 and MD4 too.
fn hash(name: &WideName) -> Result<&'static Digest> {
    let digest = digest::find(name)?;
    if digest.hash().is_some() { Ok(digest) } else { Err(Status::NotSupported) }
}

/// Tells how deep a call with this hash goes.
fn note_depth(digest: &Digest) {
    if digest.is_in_place() {
        stack::at_most(stack::HKDF);
    }
}

impl Prk {
    fn new(digest: &'static Digest, bytes: SecretBytes) -> Result<Arc<Self>> {
        let hmac = HmacKey::new(digest, &bytes)?;
        memory::shared(Self { digest, bytes, hmac })
    }

    /// HKDF-Expand (RFC 5869, 2.3): T(i) = HMAC(PRK, T(i-1) ‖ info ‖ i). Fails with `InvalidParameter` for no bytes and
    /// for more than 255 digests.
    fn expand(&self, info: &[u8], out: &mut [u8]) -> Result<()> {
        let length = self.digest.length;
        require(!out.is_empty() && out.len() <= usize::from(MAX_BLOCKS) * length)?;
        let mut storage = [[0; LONGEST]; 2];
        let [before, block] = storage.each_mut().map(|block| block.split_at_mut(length).0);
        for (counter, part) in (1..=MAX_BLOCKS).zip(out.chunks_mut(length)) {
            let chained = if counter > 1 { &*before } else { &[] };
            self.hmac.mac(&[chained, info, &[counter]], block)?;
            part.iter_mut().zip(&*block).for_each(|(to, from)| *to = *from);
            before.copy_from_slice(block);
        }
        storage.as_flattened_mut().zeroize();
        Ok(())
    }
}

fn info(parameters: Parameters<'_>) -> &[u8] {
    parameters.get(names::KDF_HKDF_INFO).unwrap_or_default()
}

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let prk = secret.hkdf().prk()?;
    let Some(length) = out.room() else {
        out.report(out.requested());
        return Ok(());
    };
    require(length <= usize::from(MAX_BLOCKS) * prk.digest.length)?;
    let mut derived = memory::secret_zeros(length)?;
    prk.expand(info(parameters), &mut derived)?;
    out::truncated(out, &derived)
}

/// HKDF of keys.
#[derive(Debug)]
pub struct Algorithm;

impl derivation::Algorithm for Algorithm {
    fn key_properties(&self) -> &'static [Property<Key>] {
        KEY_PROPERTIES
    }

    fn longest(&self) -> usize {
        usize::from(MAX_BLOCKS) * LONGEST
    }

    fn derive(&self, key: &Key, parameters: Parameters<'_>, _: u32, out: &mut [u8]) -> Result<()> {
        let prk = key.hkdf().prk()?;
        note_depth(prk.digest);
        prk.expand(info(parameters), out)
    }

    fn export(&self, key: &Key) -> Result<SecretBytes> {
        let prk = key.hkdf().prk()?;
        blob::hkdf::encode(prk.digest.name, &prk.bytes)
    }

    /// A key that is finalized. Fails with `NotSupported` for another hash.
    fn import(&self, data: &[u8]) -> Result<(SecretBytes, Setup)> {
        let (name, key) = blob::hkdf::parse(data)?;
        let prk = Prk::new(hash(&name)?, memory::secret_copy(key)?)?;
        Ok((memory::secret_copy(key)?, Setup::ready(prk)))
    }
}

/// The properties that finalize a key (behaviour.md s95).
static KEY_PROPERTIES: &[Property<Key>] = &[
    Property::writable(names::BCRYPT_HKDF_HASH_ALGORITHM, |key, value| key.hkdf().set_hash(value)),
    Property::writable(names::BCRYPT_HKDF_SALT_AND_FINALIZE, |key, value| {
        key.hkdf().set_salt(key.secret(), value)
    }),
    Property::writable(names::BCRYPT_HKDF_PRK_AND_FINALIZE, |key, value| {
        key.hkdf().set_key(key.secret(), value)
    }),
];
