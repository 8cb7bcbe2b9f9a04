//! Keys that other keys are derived from: the kind of object.
//!
//! An algorithm is a value behind [`Algorithm`], one row's; its formula stands in a file of [`crate::kdf`].

use std::any::Any;
use std::fmt::Debug;

use crate::algorithm;
use crate::blob::key_data;
use crate::cipher::OBJECT_LENGTH;
use crate::engine::stack;
use crate::handle::Handle;
use crate::kdf::{Parameters, hkdf};
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

    /// Properties of its keys, beside those of every derivation.
    fn key_properties(&self) -> &'static [Property<Key>] {
        &[]
    }

    /// The flags of BCryptKeyDerivation that go with it.
    fn flags(&self) -> u32 {
        0
    }

    /// The most bytes that it derives, whatever the parameters are.
    fn longest(&self) -> usize {
        u32::MAX as usize
    }

    /// Fills `out` from a key. Fails with `InvalidParameter` for a parameter that is missing or wrong and a length that it
    /// does not derive, `NotSupported` for an unknown hash.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, flags: u32, out: &mut [u8]) -> Result<()>;

    /// What a `KeyDataBlob` of a key holds: its bytes, unless the algorithm has something else.
    fn export(&self, key: &Key) -> Result<SecretBytes> {
        memory::secret_copy(&key.secret)
    }

    /// A key's bytes, and how far HKDF has been set up, of what a `KeyDataBlob` holds.
    fn import(&self, data: &[u8]) -> Result<(SecretBytes, hkdf::Setup)> {
        Ok((memory::secret_copy(data)?, hkdf::Setup::new()))
    }
}

/// The longest key, in bytes (behaviour.md g11).
const MAX_KEY: usize = 2048;

/// Bytes of output that are made on the stack, which the call overwrites.
const SMALL: usize = 256;

/// What keys are derived from.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    secret: SecretBytes,
    hkdf: hkdf::Setup,
}

impl Key {
    /// A key of these bytes. Fails with `InvalidParameter` for more than 2048.
    pub fn new(provider: &Provider, handle: Handle, secret: SecretBytes) -> Result<Self> {
        provider.algorithm().derivation()?;
        require(secret.len() <= MAX_KEY)?;
        stack::at_most(stack::SETUP);
        Ok(Self::made(provider, handle, (secret, hkdf::Setup::new())))
    }

    /// A key of a blob. Fails with `NotSupported` for a type other than `KeyDataBlob`, with `InvalidParameter` for a wrong
    /// blob and a key of more than 2048 bytes.
    pub fn import(provider: &Provider, handle: Handle, blob_type: &WideName, blob: &[u8]) -> Result<Self> {
        let derivation = provider.algorithm().derivation()?;
        require_key_data(blob_type)?;
        let made = derivation.import(key_data::parse(blob)?)?;
        require(made.0.len() <= MAX_KEY)?;
        Ok(Self::made(provider, handle, made))
    }

    fn made(provider: &Provider, handle: Handle, (secret, hkdf): (SecretBytes, hkdf::Setup)) -> Self {
        Self { algorithm: provider.algorithm(), provider: handle, secret, hkdf }
    }

    /// The key as a blob. Fails with `NotSupported` for a type other than `KeyDataBlob`, with `InvalidParameter` for a key of
    /// HKDF that is not finalized.
    pub fn export(&self, blob_type: &WideName) -> Result<SecretBytes> {
        require_key_data(blob_type)?;
        key_data::encode(&self.algorithm.derivation()?.export(self)?)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn duplicate(&self) -> Result<Self> {
        let Self { algorithm, provider, .. } = *self;
        Ok(Self { algorithm, provider, secret: memory::secret_copy(&self.secret)?, hkdf: self.hkdf.copy()? })
    }

    /// Its bytes.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// How far HKDF has been set up.
    pub fn hkdf(&self) -> &hkdf::Setup {
        &self.hkdf
    }

    /// Derives so many bytes, and gives them to `take` once they are there.
    ///
    /// Fails with `InvalidParameter` for a flag that the algorithm does not have, and as the algorithm does.
    pub fn derive(
        &self,
        parameters: Parameters<'_>,
        flags: u32,
        length: usize,
        take: impl FnOnce(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let derivation = self.algorithm.derivation()?;
        require(flags & !derivation.flags() == 0 && length <= derivation.longest())?;
        let mut storage = [0; SMALL];
        if let Some(derived) = storage.get_mut(..length) {
            derivation.derive(self, parameters, flags, derived)?;
            return take(derived);
        }
        let mut derived = memory::secret_zeros(length)?;
        derivation.derive(self, parameters, flags, &mut derived)?;
        take(&derived)
    }

    /// Reads a property. Fails with `NotSupported` if there is none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        self.property(name)?.read(self)
    }

    /// Sets a property. Fails with `NotSupported` if there is none of this name or it is read-only.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        self.property(name)?.write(self, value)
    }

    fn property(&self, name: &WideName) -> Result<&'static Property<Self>> {
        let own = self.algorithm.derivation()?.key_properties();
        property::find(PROPERTIES, name).or_else(|| property::find(own, name)).ok_or(Status::NotSupported)
    }
}

fn require_key_data(blob_type: &WideName) -> Result<()> {
    if blob_type.is(names::BCRYPT_KEY_DATA_BLOB) { Ok(()) } else { Err(Status::NotSupported) }
}

/// Properties of every provider of derivations.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    Property::readable(names::BCRYPT_KEY_LENGTHS, |_| Ok(Value::Lengths(0, MAX_KEY as u32 * 8, 8))),
    Property::readable(names::BCRYPT_OBJECT_LENGTH, |_| Ok(Value::Number(OBJECT_LENGTH))),
];

/// Properties of every key to derive from.
pub static PROPERTIES: &[Property<Key>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::readable(names::BCRYPT_KEY_STRENGTH, |key| Ok(Value::Number(key.secret.len() as u32 * 8))),
];
