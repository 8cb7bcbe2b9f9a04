//! What an algorithm handle stands for.

use std::sync::Arc;

use crate::algorithm::{Algorithm, Scheme};
use crate::curve::Curve;
use crate::status::{Result, Status};
use crate::timed_mutex::TimedMutex;

/// An opened algorithm provider.
#[derive(Debug)]
pub struct Opened {
    algorithm: &'static Algorithm,
    curve: TimedMutex<Option<Curve>>,
}

impl Opened {
    /// A provider of this algorithm, with no curve chosen.
    pub fn new(algorithm: &'static Algorithm) -> Self {
        Self { algorithm, curve: TimedMutex::new(None) }
    }
}

/// The provider behind a handle.
#[derive(Debug)]
pub enum Provider {
    /// A pseudo-handle: the algorithm itself, shared by the whole process.
    Shared(&'static Algorithm),
    /// The caller's own.
    Opened(Arc<Opened>),
}

impl Provider {
    /// Its algorithm.
    pub fn algorithm(&self) -> &'static Algorithm {
        match self {
            Self::Shared(algorithm) => algorithm,
            Self::Opened(opened) => opened.algorithm,
        }
    }

    /// The curve its keys are on: the algorithm's, or the one chosen. Fails with `NoMemory`.
    pub fn curve(&self) -> Result<Option<Curve>> {
        match (self.algorithm().scheme, self) {
            (Some(Scheme::FixedCurve(fixed)), _) => fixed.curve().map(Some),
            (_, Self::Opened(opened)) => Ok(opened.curve.lock()?.clone()),
            _ => Ok(None),
        }
    }

    /// Chooses the curve of keys made from now on (behaviour.md b7). Fails with `AccessDenied` on a
    /// pseudo-handle (b9), `NotSupported` on other algorithms than generic ECDH.
    pub fn set_curve(&self, curve: Curve) -> Result<()> {
        match (self, self.algorithm().scheme) {
            (Self::Shared(_), _) => Err(Status::AccessDenied),
            (Self::Opened(opened), Some(Scheme::ChosenCurve)) => {
                *opened.curve.lock()? = Some(curve);
                Ok(())
            }
            _ => Err(Status::NotSupported),
        }
    }
}
