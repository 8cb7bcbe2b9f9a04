//! Keys that other keys are derived from: the kind of object.
//!
//! An algorithm is a value behind [`Algorithm`], one row's; its formula stands in a file of [`crate::kdf`].

use std::any::Any;
use std::fmt::Debug;

use crate::algorithm;
use crate::handle::Handle;
use crate::kdf::Parameters;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// How an algorithm derives keys.
pub trait Algorithm: Any + Debug + Sync {
    /// Properties of its providers, beside those of every derivation.
    fn provider_properties(&self) -> &'static [Property<Provider>] {
        &[]
    }

    /// Fills `out` from a key.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, flags: u32, out: &mut [u8]) -> Result<()>;
}

/// The longest key, in bytes (behaviour.md g11).
const MAX_KEY: usize = 2048;

/// What keys are derived from.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    secret: SecretBytes,
}

impl Key {
    /// A key of these bytes. Fails with `InvalidParameter` for more than 2048.
    pub fn new(provider: &Provider, handle: Handle, secret: &[u8]) -> Result<Self> {
        let algorithm = provider.algorithm();
        algorithm.derivation()?;
        require(secret.len() <= MAX_KEY)?;
        Ok(Self { algorithm, provider: handle, secret: memory::secret_copy(secret)? })
    }

    /// Its bytes.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// Reads a property. Fails with `NotSupported` if there is none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PROPERTIES, name).ok_or(Status::NotSupported)?.read(self)
    }

    /// Sets a property. Fails with `NotSupported` if there is none of this name or it is read-only.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        property::find(PROPERTIES, name).ok_or(Status::NotSupported)?.write(self, value)
    }
}

/// Properties of every provider of derivations.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] =
    &[Property::readable(names::BCRYPT_KEY_LENGTHS, |_| Ok(Value::Lengths(0, MAX_KEY as u32 * 8, 8)))];

/// Properties of every key to derive from.
pub static PROPERTIES: &[Property<Key>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::readable(names::BCRYPT_KEY_STRENGTH, |key| Ok(Value::Number(key.secret.len() as u32 * 8))),
];
