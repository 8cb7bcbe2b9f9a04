//! Symmetric ciphers: the kind of object.
//!
//! An algorithm is a value behind [`Algorithm`], one row's. It expands a key once; what is expanded never changes, is
//! shared by all copies of a key, and has one of the capabilities of [`Cipher`] for each of its modes.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use crate::algorithm;
use crate::handle::Handle;
use crate::names;
use crate::property::{self, Property, Value};
use crate::provider::{Choice, Provider};
use crate::status::{Result, Status};
use crate::wide::WideName;

/// A chaining mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Cipher block chaining.
    Cbc,
    /// Electronic codebook.
    Ecb,
    /// Cipher feedback.
    Cfb,
    /// Counter with CBC-MAC.
    Ccm,
    /// Galois/Counter mode.
    Gcm,
    /// None: the algorithm has no modes.
    NotApplicable,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 6] = [Self::Cbc, Self::Ecb, Self::Cfb, Self::Ccm, Self::Gcm, Self::NotApplicable];

    /// The value of `ChainingMode`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cbc => names::BCRYPT_CHAIN_MODE_CBC,
            Self::Ecb => names::BCRYPT_CHAIN_MODE_ECB,
            Self::Cfb => names::BCRYPT_CHAIN_MODE_CFB,
            Self::Ccm => names::BCRYPT_CHAIN_MODE_CCM,
            Self::Gcm => names::BCRYPT_CHAIN_MODE_GCM,
            Self::NotApplicable => names::BCRYPT_CHAIN_MODE_NA,
        }
    }
}

/// How an algorithm encrypts.
pub trait Algorithm: Any + Debug + Sync {
    /// What is fixed about it.
    fn limits(&self) -> &'static Limits;

    /// Properties of its providers, beside those of every cipher.
    fn provider_properties(&self) -> &'static [Property<Provider>] {
        &[]
    }

    /// Expands a key whose length is one of the limits', as properties have chosen.
    fn expand(&self, key: &[u8], choice: &Choice) -> Result<Arc<dyn Cipher>>;
}

/// What is fixed about a cipher.
#[derive(Debug)]
pub struct Limits {
    /// The least and the greatest key and the step between, in bits: `KeyLengths`.
    pub key_bits: (u32, u32, u32),
    /// Bytes of a block: `BlockLength`.
    pub block: usize,
    /// Its modes, the default first.
    pub modes: &'static [Mode],
}

/// An expanded key; nothing of it changes.
pub trait Cipher: Debug + Send + Sync {}

/// A symmetric key.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static algorithm::Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    /// Bits of the key.
    bits: u32,
}

impl Key {
    /// Reads a property. Fails with `NotSupported` if there is none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PROPERTIES, name).ok_or(Status::NotSupported)?.read(self)
    }

    /// Sets a property. Fails with `NotSupported` if there is none of this name or it is read-only.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        property::find(PROPERTIES, name).ok_or(Status::NotSupported)?.write(self, value)
    }
}

/// Properties of every provider of ciphers.
pub static PROVIDER_PROPERTIES: &[Property<Provider>] = &[
    Property::readable(names::BCRYPT_BLOCK_LENGTH, |provider| {
        Ok(Value::Number(provider.algorithm().cipher()?.limits().block as u32))
    }),
    Property::readable(names::BCRYPT_KEY_LENGTHS, |provider| {
        let (least, greatest, step) = provider.algorithm().cipher()?.limits().key_bits;
        Ok(Value::Lengths(least, greatest, step))
    }),
];

/// Properties of every symmetric key.
pub static PROPERTIES: &[Property<Key>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |key| Ok(Value::Text(key.algorithm.name))),
    Property::readable(names::BCRYPT_PROVIDER_HANDLE, |key| Ok(Value::Handle(key.provider))),
    Property::readable(names::BCRYPT_KEY_LENGTH, |key| Ok(Value::Number(key.bits))),
    Property::readable(names::BCRYPT_KEY_STRENGTH, |key| Ok(Value::Number(key.bits))),
];
