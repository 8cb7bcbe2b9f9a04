//! What a key handle names: closed by kind.

use crate::property::Value;
use crate::status::{Result, Status};
use crate::wide::WideName;
use crate::{cipher, derivation, pair};

/// A key of any kind.
#[derive(Debug)]
pub enum Key {
    /// A key pair, or one half.
    Pair(pair::Key),
    /// A symmetric key.
    Symmetric(cipher::Key),
    /// What other keys are derived from.
    Derivation(derivation::Key),
}

impl Key {
    /// The key pair. Fails with `NotSupported` for another kind.
    pub fn pair(&self) -> Result<&pair::Key> {
        match self {
            Self::Pair(key) => Ok(key),
            _ => Err(Status::NotSupported),
        }
    }

    /// The symmetric key. Fails with `NotSupported` for another kind.
    pub fn symmetric(&self) -> Result<&cipher::Key> {
        match self {
            Self::Symmetric(key) => Ok(key),
            _ => Err(Status::NotSupported),
        }
    }

    /// The key to derive from. Fails with `NotSupported` for another kind.
    pub fn derivation(&self) -> Result<&derivation::Key> {
        match self {
            Self::Derivation(key) => Ok(key),
            _ => Err(Status::NotSupported),
        }
    }

    /// Reads a property. Fails with `NotSupported` if the key has none of this name.
    pub fn get(&self, name: &WideName) -> Result<Value> {
        match self {
            Self::Pair(key) => key.get(name),
            Self::Symmetric(key) => key.get(name),
            Self::Derivation(key) => key.get(name),
        }
    }

    /// Sets a property. Fails with `NotSupported` if the key has none of this name or it is read-only.
    pub fn set(&self, name: &WideName, value: &[u8]) -> Result<()> {
        match self {
            Self::Pair(key) => key.set(name, value),
            Self::Symmetric(key) => key.set(name, value),
            Self::Derivation(key) => key.set(name, value),
        }
    }
}
