//! Key pairs: a draft, then ready.
//!
//! A generated key is a draft first, while its properties can be set, and ready once finalized; an imported key is
//! ready at once. Nothing of a ready pair changes any more, so calls that use it take no lock. A draft is replaced as
//! a whole, so that no lock is held while something is computed.
//!
//! An algorithm is a value behind [`Algorithm`], one row's; what its keys can do are capabilities, whole or not there.

mod capability;
pub mod dh;
pub mod dsa;
pub mod ec;
pub mod mldsa;
pub mod mlkem;
mod parameter_set;
pub mod rsa;

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, OnceLock};

use crate::algorithm;
use crate::blob::BlobType;
use crate::handle::Handle;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Value};
use crate::provider::Provider;
use crate::secret::Secret;
use crate::status::{Result, Status};
use crate::timed_mutex::TimedMutex;
use crate::wide::WideName;

pub use capability::{Agreement, Encapsulation, Encryption, EncryptionPadding, Padding, Signature};

/// How an algorithm makes key pairs.
pub trait Algorithm: Any + Debug + Sync {
    /// The blob types of its keys.
    fn blobs(&self) -> &'static [BlobType];

    /// Properties of its providers, beside those that every provider has.
    fn provider_properties(&self) -> &'static [Property<Provider>];

    /// The names that can be set on its drafts or read from its keys, beside those that every key has.
    fn key_properties(&self) -> &'static [KeyProperty];

    /// A key to be finalized. Fails with `InvalidParameter` for a length that it does not have.
    fn draft(&self, provider: &Provider, bits: u32) -> Result<Arc<dyn Draft>>;

    /// The key of a blob of one of its types. Fails with `InvalidParameter` for anything wrong in the bytes.
    fn import(
        &self,
        provider: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Box<dyn Pair>>;
}

/// A property that an algorithm's keys have, as the documentation and the tests list it; [`Draft`] and [`Pair`] do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyProperty {
    /// Its name.
    pub name: &'static str,
    /// Whether it can be read.
    pub reads: bool,
    /// Whether it can be set before the key is finalized.
    pub sets: bool,
}

impl KeyProperty {
    pub(crate) const fn read(name: &'static str) -> Self {
        Self { name, reads: true, sets: false }
    }

    pub(crate) const fn write(name: &'static str) -> Self {
        Self { name, reads: false, sets: true }
    }

    pub(crate) const fn both(name: &'static str) -> Self {
        Self { name, reads: true, sets: true }
    }
}

/// A key before it is finalized.
pub trait Draft: Debug + Send + Sync {
    /// The key's size. Fails with `InvalidParameter` while that is not chosen.
    fn size(&self) -> Result<Size>;

    /// Reads one of the algorithm's own properties.
    fn get(&self, name: &WideName) -> Result<Value>;

    /// A copy with one of the algorithm's own properties set.
    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn Draft>>;

    /// The key.
    fn finish(&self) -> Result<Box<dyn Pair>>;
}

/// A key that can be used.
pub trait Pair: Any + Debug + Send + Sync {
    /// Its size.
    fn size(&self) -> Size;

    /// Reads one of the algorithm's own properties.
    fn get(&self, name: &WideName) -> Result<Value>;

    /// Sets one of the algorithm's own properties of drafts, once there is a key. Fails with `InvalidHandle`, unless the
    /// algorithm takes what does not change anything.
    fn set(&self, _: &WideName, _: &[u8]) -> Result<()> {
        Err(Status::InvalidHandle)
    }

    /// The key as a blob of one of the algorithm's types. Fails with `InvalidParameter` if the private half is asked
    /// for and missing, with `NotSupported` for a form that this key does not have.
    fn export(&self, blob: &BlobType) -> Result<SecretBytes>;

    /// Secret agreement.
    fn agreement(&self) -> Option<&dyn Agreement> {
        None
    }

    /// Signatures.
    fn signature(&self) -> Option<&dyn Signature> {
        None
    }

    /// Encryption.
    fn encryption(&self) -> Option<&dyn Encryption> {
        None
    }

    /// Key encapsulation.
    fn encapsulation(&self) -> Option<&dyn Encapsulation> {
        None
    }
}

/// The size of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Bits of the field or the modulus: `KeyLength`.
    pub bits: u32,
    /// `KeyStrength`.
    pub strength: u32,
}

/// A key pair of any algorithm.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    draft: TimedMutex<Option<Arc<dyn Draft>>>,
    pair: OnceLock<Box<dyn Pair>>,
}

impl Key {
    /// A key to be finalized.
    ///
    /// Fails with `InvalidParameter` for a length the algorithm does not have (behaviour.md c10–c12),
    /// `NotSupported` for an algorithm without key pairs.
    pub fn generate(provider: &Provider, handle: Handle, bits: u32) -> Result<Self> {
        let algorithm = provider.algorithm();
        let draft = algorithm.pair()?.draft(provider, bits)?;
        Ok(Self { algorithm, provider: handle, draft: TimedMutex::new(Some(draft)), pair: OnceLock::new() })
    }

    /// A key of a blob.
    ///
    /// Fails with `NotSupported` for a blob type the algorithm does not have or only exports (behaviour.md c8, c19),
    /// `InvalidParameter` for anything wrong in the blob.
    pub fn import(
        provider: &Provider,
        handle: Handle,
        blob_type: &WideName,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Self> {
        let algorithm = provider.algorithm();
        let does = algorithm.pair()?;
        let blob = find_blob(does, blob_type, |blob| blob.imports)?;
        let pair = does.import(provider, blob, bytes, validation)?;
        Ok(Self { algorithm, provider: handle, draft: TimedMutex::new(None), pair: OnceLock::from(pair) })
    }

    /// Makes the pair of a draft. Fails with `InvalidHandle` the second time (behaviour.md c13), with
    /// `InvalidParameter` if no curve was chosen (c12).
    pub fn finalize(&self) -> Result<()> {
        loop {
            let used = self.draft()?;
            let pair = used.finish()?;
            let mut draft = self.draft.lock()?;
            if is_still(&draft, &used) {
                self.pair.set(pair).map_err(|_| Status::InternalError)?;
                *draft = None;
                return Ok(());
            }
        }
    }

    /// The key as a blob. Fails with `InvalidHandle` before the key is finalized (behaviour.md c13),
    /// `NotSupported` for a type the key does not have (c28), `InvalidParameter` if the private half is
    /// asked for and missing (c28).
    pub fn export(&self, blob_type: &WideName) -> Result<SecretBytes> {
        let pair = self.pair()?;
        pair.export(find_blob(self.algorithm.pair()?, blob_type, |_| true)?)
    }

    /// Its signatures. Fails with `InvalidHandle` before the key is finalized, `NotSupported` for keys that do not sign
    /// (behaviour.md g10).
    pub fn signature(&self) -> Result<&dyn Signature> {
        self.pair()?.signature().ok_or(Status::NotSupported)
    }

    /// Its encryption. Fails with `InvalidHandle` before the key is finalized, `NotSupported` for keys that do not encrypt
    /// (behaviour.md g10, t71).
    pub fn encryption(&self) -> Result<&dyn Encryption> {
        self.pair()?.encryption().ok_or(Status::NotSupported)
    }

    /// Its key encapsulation. Fails with `InvalidHandle` before the key is finalized, `NotSupported` for keys that have none
    /// (behaviour.md t163).
    pub fn encapsulation(&self) -> Result<&dyn Encapsulation> {
        self.pair()?.encapsulation().ok_or(Status::NotSupported)
    }

    /// Agrees on a secret with the public half of another key.
    ///
    /// Fails with `InvalidHandle` if either key is not finalized (behaviour.md c14), `InvalidParameter`
    /// if this one has no private half or the two are not of one group (d4), `NotSupported` for keys that do not
    /// agree on secrets.
    pub fn agree(&self, peer: &Key) -> Result<Secret> {
        let (own, peer) = (self.pair()?, peer.pair()?);
        let agreement = own.agreement().ok_or(Status::NotSupported)?;
        peer.agreement().ok_or(Status::NotSupported)?;
        Ok(Secret::new(agreement.agree(peer)?, agreement.concat_hash()))
    }

    /// Reads a property. Fails with `NotSupported` if the key has none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        if let Some(property) = property::find(PROPERTIES, name) {
            return property.read(self);
        }
        self.look(|pair| pair.get(name), |draft| draft.get(name))
    }

    /// Sets a property of a draft. Fails with `NotSupported` if there is none of this name or it is read-only, with
    /// `InvalidHandle` once the key is finalized, unless the algorithm takes it then.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        let known = self.algorithm.pair()?.key_properties();
        if !known.iter().any(|property| property.sets && name.is(property.name)) {
            return Err(Status::NotSupported);
        }
        if let Ok(pair) = self.pair() {
            return pair.set(name, value);
        }
        loop {
            let used = self.draft()?;
            let changed = used.with(name, value)?;
            let mut draft = self.draft.lock()?;
            if is_still(&draft, &used) {
                *draft = Some(changed);
                return Ok(());
            }
        }
    }

    /// The key's size, finalized or not.
    fn size(&self) -> Result<Size> {
        self.look(|pair| Ok(pair.size()), |draft| draft.size())
    }

    /// Looks at what there is: the pair, or the draft.
    fn look<R>(
        &self,
        ready: impl Fn(&dyn Pair) -> Result<R>,
        unfinished: impl FnOnce(&dyn Draft) -> Result<R>,
    ) -> Result<R> {
        if let Ok(pair) = self.pair() {
            return ready(pair);
        }
        match self.draft() {
            Ok(draft) => unfinished(&*draft),
            // Another thread finalized it in between.
            Err(_) => ready(self.pair()?),
        }
    }

    /// What is not finalized yet. Fails with `InvalidHandle` once the key is.
    fn draft(&self) -> Result<Arc<dyn Draft>> {
        self.draft.lock()?.clone().ok_or(Status::InvalidHandle)
    }

    fn pair(&self) -> Result<&dyn Pair> {
        self.pair.get().map(|pair| &**pair).ok_or(Status::InvalidHandle)
    }
}

/// Properties of every key pair.
pub static PROPERTIES: &[Property<Key>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::readable(names::BCRYPT_KEY_LENGTH, |key| key.size().map(|size| Value::Number(size.bits))),
    Property::readable(names::BCRYPT_PUBLIC_KEY_LENGTH, |key| {
        key.size().map(|size| Value::Number(size.bits))
    }),
    Property::readable(names::BCRYPT_KEY_STRENGTH, |key| key.size().map(|size| Value::Number(size.strength))),
];

fn is_still(draft: &Option<Arc<dyn Draft>>, used: &Arc<dyn Draft>) -> bool {
    draft.as_ref().is_some_and(|draft| Arc::ptr_eq(draft, used))
}

/// The row of a blob type's name. Fails with `NotSupported`.
fn find_blob(
    algorithm: &dyn Algorithm,
    name: &WideName,
    allowed: fn(&BlobType) -> bool,
) -> Result<&'static BlobType> {
    let row = algorithm.blobs().iter().find(|blob| name.is(blob.name) && allowed(blob));
    row.ok_or(Status::NotSupported)
}

/// A pair in a box, behind its interface.
pub(crate) fn boxed(pair: impl Pair) -> Result<Box<dyn Pair>> {
    let pair: Box<dyn Pair> = memory::boxed(pair)?;
    Ok(pair)
}

/// A draft that is shared, behind its interface.
pub(crate) fn shared(draft: impl Draft + 'static) -> Result<Arc<dyn Draft>> {
    let draft: Arc<dyn Draft> = memory::shared(draft)?;
    Ok(draft)
}

/// How far an imported key is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// Everything CNG checks.
    Full,
    /// Only what keeps the arithmetic sound (flag BCRYPT_NO_KEY_VALIDATION).
    Minimal,
}

impl Validation {
    /// Every flag bit that import and finalize know.
    pub const FLAGS: u32 =
        names::BCRYPT_KEY_VALIDATION_RANGE_AND_ORDER | names::BCRYPT_KEY_VALIDATION_REGENERATE;

    /// What the flags ask for. RANGE_AND_ORDER contains the bit of NO_KEY_VALIDATION and asks for more
    /// checks, not fewer, so only that bit alone counts.
    pub fn of_flags(flags: u32) -> Self {
        if flags == names::BCRYPT_NO_KEY_VALIDATION { Self::Minimal } else { Self::Full }
    }
}
