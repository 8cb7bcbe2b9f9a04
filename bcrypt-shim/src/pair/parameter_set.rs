//! What ML-KEM and ML-DSA have in common: a key is of a parameter set, which the caller chooses by its name before the key
//! is finalized (behaviour.md t121), and which its blobs tell (t123).

use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;

use super::{Encapsulation, KeyProperty, Signature, Size, Validation, boxed, shared};
use crate::blob::parameter_set::{Blob, encode};
use crate::blob::{BlobType, Format, Part};
use crate::engine::stack;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// A parameter set of an algorithm, with what the algorithm's keys are.
pub trait ParameterSet: Copy + Debug + Send + Sync + 'static {
    /// The engine's key: both halves, or the public one.
    type Key: Debug + Send + Sync + 'static;

    /// All of the algorithm's.
    const ALL: &'static [Self];

    /// The blob types of the keys, as [`blobs`] has them.
    const BLOBS: &'static [BlobType];

    /// The public half in a blob.
    const PUBLIC: Form<Self>;

    /// Both halves in a blob.
    const PRIVATE: Form<Self>;

    /// The seed in a blob.
    const SEED: Form<Self>;

    /// Properties of the algorithm's providers.
    const PROVIDER_PROPERTIES: &'static [Property<Provider>] = &[];

    /// Properties of its keys.
    const KEY_PROPERTIES: &'static [KeyProperty];

    /// What a key tells of its set, beside the name.
    const PROPERTIES: &'static [Property<Self>];

    /// The name.
    fn name(self) -> &'static str;

    /// `KeyStrength`.
    fn strength(self) -> u32;

    /// What the keys answer to `KeyLength` and `KeyStrength`.
    fn size(self) -> Size {
        Size { bits: (Self::PUBLIC.size)(self) as u32 * 8, strength: self.strength() }
    }

    /// A key of a new seed, which is written over all of `seed`.
    fn generate(self, seed: &mut [u8]) -> Result<Self::Key>;

    /// Signatures.
    fn signature(_: &Pair<Self>) -> Option<&dyn Signature> {
        None
    }

    /// Key encapsulation.
    fn encapsulation(_: &Pair<Self>) -> Option<&dyn Encapsulation> {
        None
    }
}

/// A form that keys have in blobs.
#[derive(Debug)]
pub struct Form<S: ParameterSet> {
    /// The blob's magic.
    pub magic: u32,
    /// Bytes of the key.
    pub size: fn(S) -> usize,
    /// The key of so many bytes. Fails with `InvalidParameter` for what is none.
    pub read: fn(S, &[u8]) -> Result<S::Key>,
    /// The bytes of a key. Fails with `InvalidParameter` if its private half is asked for and missing.
    pub write: fn(&Pair<S>) -> Result<SecretBytes>,
}

impl<S: ParameterSet> Form<S> {
    /// The one of a blob type.
    fn of(blob: &BlobType) -> Self {
        match (blob.format, blob.part) {
            (Format::ParameterSetSeed, _) => S::SEED,
            (_, Part::Private) => S::PRIVATE,
            (_, Part::Public) => S::PUBLIC,
        }
    }

    /// The set of a blob and the key in it. Fails with `InvalidParameter` for another magic, an unknown set, another size,
    /// or if bytes are missing (behaviour.md t128).
    fn parse<'a>(&self, bytes: &'a [u8]) -> Result<(S, &'a [u8])> {
        let blob = Blob::parse(bytes)?;
        require(blob.magic == self.magic)?;
        let set = find::<S>(&blob.set)?;
        require(blob.key.len() == (self.size)(set))?;
        Ok((set, blob.key))
    }
}

/// The blob types: those that every algorithm has, and the algorithm's own names of them and of its seeds.
pub(super) const fn blobs(public: &'static str, private: &'static str, seed: &'static str) -> [BlobType; 5] {
    [
        BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::ParameterSet),
        BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::ParameterSet),
        BlobType::new(public, Part::Public, Format::ParameterSet),
        BlobType::new(private, Part::Private, Format::ParameterSet),
        BlobType::new(seed, Part::Private, Format::ParameterSetSeed),
    ]
}

/// The name, as every key has it.
pub(super) const NAME: KeyProperty = KeyProperty::both(names::BCRYPT_PARAMETER_SET_NAME);

/// The set of a name. Fails with `InvalidParameter` (behaviour.md t121).
fn find<S: ParameterSet>(name: &WideName) -> Result<S> {
    S::ALL.iter().copied().find(|set| name.is(set.name())).ok_or(Status::InvalidParameter)
}

/// Reads a property of a key's set. Fails with `NotSupported` if there is none of this name, with `InvalidParameter` while
/// no set is chosen.
fn read<S: ParameterSet>(set: Option<S>, name: &WideName) -> Result<Value> {
    if name.is(NAME.name) {
        return set.map(|set| Value::Text(set.name())).ok_or(Status::InvalidParameter);
    }
    let property = property::find(S::PROPERTIES, name).ok_or(Status::NotSupported)?;
    property.read(&set.ok_or(Status::InvalidParameter)?)
}

/// An algorithm whose keys are of a parameter set.
#[derive(Debug)]
pub struct Algorithm<S>(PhantomData<fn() -> S>);

impl<S: ParameterSet> Algorithm<S> {
    /// The one of these sets.
    pub const fn of_sets() -> Self {
        Self(PhantomData)
    }
}

impl<S: ParameterSet> super::Algorithm for Algorithm<S> {
    fn blobs(&self) -> &'static [BlobType] {
        S::BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        S::PROVIDER_PROPERTIES
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        S::KEY_PROPERTIES
    }

    fn draft(&self, _: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        Draft::<S>::start(bits)
    }

    /// Every key is checked, whatever the validation: the engine would not work with a wrong one of ML-KEM, and finds the
    /// public half of one of ML-DSA by its private half (behaviour.md t149).
    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        _: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let form = Form::<S>::of(blob);
        let (set, bytes) = form.parse(bytes)?;
        let key = (form.read)(set, bytes)?;
        let seed = match blob.format {
            Format::ParameterSetSeed => Some(memory::secret_copy(bytes)?),
            _ => None,
        };
        boxed(Pair { set, key, seed })
    }
}

/// A key before it is finalized, once or not yet with its set.
#[derive(Debug)]
struct Draft<S>(Option<S>);

impl<S: ParameterSet> Draft<S> {
    /// One whose set is not chosen. Fails with `InvalidParameter` for a length: the set tells it (behaviour.md t121).
    fn start(bits: u32) -> Result<Arc<dyn super::Draft>> {
        require(bits == 0)?;
        shared(Self(None))
    }
}

impl<S: ParameterSet> super::Draft for Draft<S> {
    fn size(&self) -> Result<Size> {
        self.0.map(S::size).ok_or(Status::InvalidParameter)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        read(self.0, name)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = Self(self.0);
        let setting = Setting::new(NAME.name, |draft: &mut Self, value| {
            draft.0 = Some(find(&WideName::from_bytes(value))?);
            Ok(())
        });
        property::apply(&[setting], &mut changed, name, value)?;
        stack::at_most(stack::SETUP);
        shared(changed)
    }

    /// Fails with `InvalidParameter` if no set is chosen (behaviour.md t121).
    fn finish(&self) -> Result<Box<dyn super::Pair>> {
        stack::at_most(stack::SETUP);
        let set = self.0.ok_or(Status::InvalidParameter)?;
        let mut seed = memory::secret_zeros((S::SEED.size)(set))?;
        let key = set.generate(&mut seed)?;
        boxed(Pair { set, key, seed: Some(seed) })
    }
}

/// A key that can be used.
#[derive(Debug)]
pub struct Pair<S: ParameterSet> {
    /// Its set.
    pub(super) set: S,
    /// The engine's key.
    pub(super) key: S::Key,
    /// What it was made of, unless it was imported without (behaviour.md t127).
    seed: Option<SecretBytes>,
}

impl<S: ParameterSet> Pair<S> {
    /// The seed, for a blob. Fails with `NotSupported` for a private key that was imported without one, with
    /// `InvalidParameter` for a public key (behaviour.md t127).
    pub(super) fn seed(&self, has_private: bool) -> Result<SecretBytes> {
        require(has_private)?;
        memory::secret_copy(self.seed.as_deref().ok_or(Status::NotSupported)?)
    }
}

impl<S: ParameterSet> super::Pair for Pair<S> {
    fn size(&self) -> Size {
        self.set.size()
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        read(Some(self.set), name)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let form = Form::<S>::of(blob);
        encode(form.magic, self.set.name(), &(form.write)(self)?)
    }

    fn signature(&self) -> Option<&dyn Signature> {
        S::signature(self)
    }

    fn encapsulation(&self) -> Option<&dyn Encapsulation> {
        S::encapsulation(self)
    }
}
