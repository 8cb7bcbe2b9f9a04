//! Asymmetric keys: building, then ready.
//!
//! A generated key is built first, while its properties can be set, and ready once finalized; an
//! imported key is ready at once. Nothing of a ready key changes any more, so calls that use it take no
//! lock. What is being built is replaced as a whole, so that no lock is held while something is computed.

pub mod dh;
pub mod ec;

use std::sync::{Arc, OnceLock};

use crate::algorithm::{Algorithm, Scheme};
use crate::blob::{self, Family};
use crate::curve::Curve;
use crate::engine::digest::Digest;
use crate::handle::Handle;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::provider::Provider;
use crate::secret::Secret;
use crate::status::{Result, Status, require};
use crate::timed_mutex::TimedMutex;
use crate::wide::WideName;

/// A key of any agreement algorithm.
#[derive(Debug)]
pub struct Key {
    /// Its algorithm.
    pub algorithm: &'static Algorithm,
    /// The provider handle it was made through.
    pub provider: Handle,
    building: TimedMutex<Option<Arc<Building>>>,
    pair: OnceLock<Pair>,
}

/// A key before it is finalized.
#[derive(Debug)]
enum Building {
    Ec(ec::Building),
    Dh(dh::Building),
}

/// A key that can be used.
#[derive(Debug)]
enum Pair {
    Ec(ec::Pair),
    Dh(dh::Pair),
}

/// What is public about a key at any time.
#[derive(Clone, Debug)]
pub enum Shape {
    /// An EC key and its curve, once one is chosen.
    Ec(Option<Curve>),
    /// A DH key and the bits of its modulus.
    Dh(u32),
}

impl Key {
    /// A key to be finalized.
    ///
    /// Fails with `InvalidParameter` for a length the algorithm does not have (behaviour.md c10–c12),
    /// `NotSupported` for an algorithm without key pairs.
    pub fn generate(provider: &Provider, handle: Handle, bits: u32) -> Result<Self> {
        let building = match scheme(provider.algorithm())? {
            Scheme::DiffieHellman => Building::Dh(dh::Building::new(bits)?),
            Scheme::FixedCurve(fixed) => {
                require(bits == fixed.bits)?;
                Building::Ec(ec::Building::new(provider.curve()?))
            }
            Scheme::ChosenCurve => {
                let curve = provider.curve()?;
                require(bits == 0 || curve.as_ref().is_some_and(|curve| bits == curve.domain.bits))?;
                Building::Ec(ec::Building::new(curve))
            }
            Scheme::Random => return Err(Status::NotSupported),
        };
        Ok(Self {
            algorithm: provider.algorithm(),
            provider: handle,
            building: TimedMutex::new(Some(memory::shared(building)?)),
            pair: OnceLock::new(),
        })
    }

    /// A key of a blob.
    ///
    /// Fails with `NotSupported` for a blob type the algorithm does not have, `InvalidParameter` for
    /// anything wrong in the blob.
    pub fn import(
        provider: &Provider,
        handle: Handle,
        blob_type: &WideName,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Self> {
        let algorithm = provider.algorithm();
        let pair = match scheme(algorithm)? {
            Scheme::DiffieHellman => {
                Pair::Dh(dh::Pair::import(bytes, blob::to_import(blob_type, Family::Dh)?, validation)?)
            }
            Scheme::FixedCurve(_) | Scheme::ChosenCurve => Pair::Ec(ec::Pair::import(
                bytes,
                blob::to_import(blob_type, Family::Ec)?,
                provider.curve()?,
                validation,
            )?),
            Scheme::Random => return Err(Status::NotSupported),
        };
        Ok(Self { algorithm, provider: handle, building: TimedMutex::new(None), pair: OnceLock::from(pair) })
    }

    /// Makes the pair of a key under construction. Fails with `InvalidHandle` the second time
    /// (behaviour.md c13), with `InvalidParameter` if no curve was chosen (c12).
    pub fn finalize(&self) -> Result<()> {
        loop {
            let parts = self.building()?;
            let pair = match &*parts {
                Building::Ec(parts) => Pair::Ec(parts.finalize()?),
                Building::Dh(parts) => Pair::Dh(parts.finalize()?),
            };
            let mut building = self.building.lock()?;
            if is_still(&building, &parts) {
                self.pair.set(pair).map_err(|_| Status::InternalError)?;
                *building = None;
                return Ok(());
            }
        }
    }

    /// The key as a blob. Fails with `InvalidHandle` before the key is finalized (behaviour.md c13),
    /// `NotSupported` for a type the key does not have, `InvalidParameter` if the private half is
    /// asked for and missing (c28).
    pub fn export(&self, blob_type: &WideName) -> Result<SecretBytes> {
        match self.pair()? {
            Pair::Ec(pair) => {
                let fixed = match self.algorithm.scheme {
                    Some(Scheme::FixedCurve(fixed)) => Some(fixed),
                    _ => None,
                };
                pair.export(blob::to_export(blob_type, Family::Ec)?, fixed)
            }
            Pair::Dh(pair) => pair.export(blob::to_export(blob_type, Family::Dh)?),
        }
    }

    /// Agrees on a secret with the public half of another key.
    ///
    /// Fails with `InvalidHandle` if either key is not finalized (behaviour.md c14), `InvalidParameter`
    /// if this one has no private half or the two are not of one group (d4).
    pub fn agree(&self, peer: &Key) -> Result<Secret> {
        let (value, hash): (SecretBytes, &'static Digest) = match (self.pair()?, peer.pair()?) {
            (Pair::Ec(own), Pair::Ec(peer)) => (own.agree(peer)?, own.concat_hash()),
            (Pair::Dh(own), Pair::Dh(peer)) => (own.agree(peer)?, dh::CONCAT_HASH),
            _ => return Err(Status::InvalidParameter),
        };
        Ok(Secret::new(value, hash))
    }

    /// What is public about the key, finalized or not.
    pub fn shape(&self) -> Shape {
        match self.pair.get() {
            Some(pair) => pair.shape(),
            None => match self.building().as_deref() {
                Ok(Building::Ec(parts)) => Shape::Ec(parts.curve.clone()),
                Ok(Building::Dh(parts)) => Shape::Dh(parts.bits),
                // Another thread finalized it in between.
                Err(_) => self.pair.get().map_or(Shape::Ec(None), Pair::shape),
            },
        }
    }

    /// The group parameters of a DH key. Fails with `InvalidHandle` before it is finalized
    /// (behaviour.md f4), with `NotSupported` for other keys.
    pub fn dh_parameters(&self) -> Result<Vec<u8>> {
        match (self.shape(), self.pair()) {
            (Shape::Ec(_), _) => Err(Status::NotSupported),
            (_, Ok(Pair::Dh(pair))) => pair.parameters(),
            _ => Err(Status::InvalidHandle),
        }
    }

    /// Sets the group of a DH key under construction, from the bytes of `DHParameters`.
    pub fn set_dh_parameters(&self, bytes: &[u8]) -> Result<()> {
        if matches!(self.shape(), Shape::Ec(_)) {
            return Err(Status::NotSupported);
        }
        self.build(|building| match building {
            Building::Dh(parts) => parts.set_parameters(bytes),
            Building::Ec(_) => Err(Status::NotSupported),
        })
    }

    /// Chooses the curve of a generic EC key under construction (behaviour.md n, b9); other keys do not
    /// look at the value.
    pub fn set_curve(&self, curve: impl Fn() -> Result<Curve>) -> Result<()> {
        if !matches!(self.algorithm.scheme, Some(Scheme::ChosenCurve)) {
            return Err(Status::NotSupported);
        }
        self.build(|building| match building {
            Building::Ec(parts) => {
                parts.set_curve(curve()?);
                Ok(())
            }
            Building::Dh(_) => Err(Status::NotSupported),
        })
    }

    /// Sets the private number of a key under construction; finalizing computes the public one
    /// (behaviour.md n, f3).
    pub fn set_private(&self, value: &[u8]) -> Result<()> {
        self.build(|building| match building {
            Building::Ec(parts) => parts.set_private(value),
            Building::Dh(parts) => parts.set_private(value),
        })
    }

    /// Replaces what is being built by a changed copy, as often as it takes until nobody was faster.
    fn build(&self, change: impl Fn(&mut Building) -> Result<()>) -> Result<()> {
        loop {
            let parts = self.building()?;
            let mut changed = parts.duplicate()?;
            change(&mut changed)?;
            let changed = memory::shared(changed)?;
            let mut building = self.building.lock()?;
            if is_still(&building, &parts) {
                *building = Some(changed);
                return Ok(());
            }
        }
    }

    /// What is being built. Fails with `InvalidHandle` once the key is finalized.
    fn building(&self) -> Result<Arc<Building>> {
        self.building.lock()?.clone().ok_or(Status::InvalidHandle)
    }

    fn pair(&self) -> Result<&Pair> {
        self.pair.get().ok_or(Status::InvalidHandle)
    }
}

impl Building {
    fn duplicate(&self) -> Result<Self> {
        match self {
            Self::Ec(parts) => parts.duplicate().map(Self::Ec),
            Self::Dh(parts) => parts.duplicate().map(Self::Dh),
        }
    }
}

fn is_still(building: &Option<Arc<Building>>, parts: &Arc<Building>) -> bool {
    building.as_ref().is_some_and(|building| Arc::ptr_eq(building, parts))
}

impl Pair {
    fn shape(&self) -> Shape {
        match self {
            Self::Ec(pair) => Shape::Ec(Some(pair.curve().clone())),
            Self::Dh(pair) => Shape::Dh(pair.bits()),
        }
    }
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

/// How the algorithm makes key pairs. Fails with `NotSupported` where it has none, with
/// `NotImplemented` where it has and this library does not.
fn scheme(algorithm: &Algorithm) -> Result<Scheme> {
    algorithm.scheme.ok_or(match algorithm.class.has_key_pairs() {
        true => Status::NotImplemented,
        false => Status::NotSupported,
    })
}
