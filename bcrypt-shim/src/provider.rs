//! What an algorithm handle stands for.

use std::sync::Arc;

use crate::algorithm::{Algorithm, Does, Preset};
use crate::cipher::{self, Mode};
use crate::curve::Curve;
use crate::names;
use crate::property::{Property, Value};
use crate::status::{Result, Status};
use crate::timed_mutex::TimedMutex;
use crate::{derivation, hash};

/// What was asked for when a provider was opened: how its hashes are made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// A MAC over the hash: BCRYPT_ALG_HANDLE_HMAC_FLAG.
    pub keyed: bool,
    /// Hashes that start again when finished: BCRYPT_HASH_REUSABLE_FLAG.
    pub reusable: bool,
    /// Several hashes at once: BCRYPT_MULTI_FLAG.
    pub multi: bool,
}

/// What properties have chosen for the objects made from now on.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The curve of generic elliptic-curve keys.
    pub curve: Option<Curve>,
    /// `ChainingMode`, unless it is the algorithm's first.
    pub mode: Option<Mode>,
    /// `MessageBlockLength`, in bytes.
    pub unit: Option<u32>,
    /// `EffectiveKeyLength`, in bits.
    pub effective_bits: Option<u32>,
}

/// An opened algorithm provider.
#[derive(Debug)]
pub struct Opened {
    algorithm: &'static Algorithm,
    flags: Flags,
    choice: TimedMutex<Choice>,
}

impl Opened {
    /// A provider of this algorithm, with nothing chosen.
    pub fn new(algorithm: &'static Algorithm, flags: Flags) -> Self {
        Self { algorithm, flags, choice: TimedMutex::new(Choice::default()) }
    }
}

/// The provider behind a handle.
#[derive(Debug)]
pub enum Provider {
    /// A pseudo-handle: the algorithm itself with a preset, shared by the whole process.
    Shared(&'static Algorithm, Preset),
    /// The caller's own.
    Opened(Arc<Opened>),
}

impl Provider {
    /// Its algorithm.
    pub fn algorithm(&self) -> &'static Algorithm {
        match self {
            Self::Shared(algorithm, _) => algorithm,
            Self::Opened(opened) => opened.algorithm,
        }
    }

    /// The tables of its properties: every provider's, its kind's and its algorithm's own.
    pub fn tables(&self) -> [&'static [Property<Self>]; 3] {
        let (kind, own): (&[_], &[_]) = match self.algorithm().does {
            Does::Nothing | Does::Random => (&[], &[]),
            Does::Hash(hash) => (hash::PROVIDER_PROPERTIES, hash.provider_properties()),
            Does::Cipher(cipher) => (cipher::PROVIDER_PROPERTIES, cipher.provider_properties()),
            Does::Pair(pair) => (&[], pair.provider_properties()),
            Does::Derivation(derivation) => {
                (derivation::PROVIDER_PROPERTIES, derivation.provider_properties())
            }
        };
        [PROPERTIES, kind, own]
    }

    /// How its hashes are made.
    pub fn flags(&self) -> Flags {
        match self {
            Self::Shared(_, preset) => Flags { keyed: *preset == Preset::Keyed, ..Flags::default() },
            Self::Opened(opened) => opened.flags,
        }
    }

    /// What was chosen.
    pub fn choice(&self) -> Result<Choice> {
        match self {
            Self::Shared(_, Preset::Mode(mode)) => Ok(Choice { mode: Some(*mode), ..Choice::default() }),
            Self::Shared(..) => Ok(Choice::default()),
            Self::Opened(opened) => opened.choice.lock().map(|choice| choice.clone()),
        }
    }

    /// Chooses. Fails with `AccessDenied` on a pseudo-handle (behaviour.md b9).
    pub fn choose(&self, change: impl FnOnce(&mut Choice)) -> Result<()> {
        match self {
            Self::Shared(..) => Err(Status::AccessDenied),
            Self::Opened(opened) => {
                change(&mut *opened.choice.lock()?);
                Ok(())
            }
        }
    }
}

/// Properties of every provider.
pub static PROPERTIES: &[Property<Provider>] = &[
    Property::readable(names::BCRYPT_ALGORITHM_NAME, |provider| Ok(Value::Text(provider.algorithm().name))),
    Property::readable(names::BCRYPT_PRIMITIVE_TYPE, |provider| {
        Ok(Value::Number(provider.algorithm().class as u32))
    }),
];
