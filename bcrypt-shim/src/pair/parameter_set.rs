//! What ML-KEM and ML-DSA have in common: a key is of a parameter set, which the caller chooses by its name before the key
//! is finalized (behaviour.md t121), and which its blobs tell (t123).

use std::fmt::Debug;
use std::sync::Arc;

use super::{KeyProperty, Pair, Size};
use crate::blob::parameter_set::Blob;
use crate::engine::stack;
use crate::memory;
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// A parameter set of an algorithm.
pub trait ParameterSet: Copy + Debug + Send + Sync + 'static {
    /// All of the algorithm's.
    const ALL: &'static [Self];

    /// The name.
    fn name(self) -> &'static str;

    /// What the keys answer to `KeyLength` and `KeyStrength`.
    fn size(self) -> Size;

    /// What a key tells of its set, beside the name.
    fn properties() -> &'static [Property<Self>];

    /// A new key.
    fn generate(self) -> Result<Box<dyn Pair>>;
}

/// The name, as every key has it.
pub(super) const NAME: KeyProperty = KeyProperty::both(names::BCRYPT_PARAMETER_SET_NAME);

/// The set of a name. Fails with `InvalidParameter` (behaviour.md t121).
fn find<S: ParameterSet>(name: &WideName) -> Result<S> {
    S::ALL.iter().copied().find(|set| name.is(set.name())).ok_or(Status::InvalidParameter)
}

/// The set of a blob and the key in it, which has `size` bytes. Fails with `InvalidParameter` for another magic, an unknown
/// set, another size, or if bytes are missing (behaviour.md t128).
pub(super) fn parse<S: ParameterSet>(bytes: &[u8], magic: u32, size: fn(S) -> usize) -> Result<(S, &[u8])> {
    let blob = Blob::parse(bytes)?;
    require(blob.magic == magic)?;
    let set = find::<S>(&blob.set)?;
    require(blob.key.len() == size(set))?;
    Ok((set, blob.key))
}

/// Reads a property of a key's set. Fails with `NotSupported` if there is none of this name, with `InvalidParameter` while
/// no set is chosen.
pub(super) fn read<S: ParameterSet>(set: Option<S>, name: &WideName) -> Result<Value> {
    if name.is(NAME.name) {
        return set.map(|set| Value::Text(set.name())).ok_or(Status::InvalidParameter);
    }
    let property = property::find(S::properties(), name).ok_or(Status::NotSupported)?;
    property.read(&set.ok_or(Status::InvalidParameter)?)
}

/// A key before it is finalized, once or not yet with its set.
#[derive(Debug)]
pub(super) struct Draft<S>(Option<S>);

impl<S: ParameterSet> Draft<S> {
    /// One whose set is not chosen. Fails with `InvalidParameter` for a length: the set tells it (behaviour.md t121).
    pub(super) fn start(bits: u32) -> Result<Arc<dyn super::Draft>> {
        require(bits == 0)?;
        Self(None).shared()
    }

    fn shared(self) -> Result<Arc<dyn super::Draft>> {
        let draft: Arc<dyn super::Draft> = memory::shared(self)?;
        Ok(draft)
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
        changed.shared()
    }

    /// Fails with `InvalidParameter` if no set is chosen (behaviour.md t121).
    fn finish(&self) -> Result<Box<dyn Pair>> {
        stack::at_most(stack::SETUP);
        self.0.ok_or(Status::InvalidParameter)?.generate()
    }
}

/// The seed of a key, for a blob. Fails with `NotSupported` for a private key that was imported without one, with
/// `InvalidParameter` for a public key (behaviour.md t127).
pub(super) fn seed(seed: Option<&[u8]>, has_private: bool) -> Result<&[u8]> {
    require(has_private)?;
    seed.ok_or(Status::NotSupported)
}
