//! A cipher's context that the calls with a key share.
//!
//! The engine writes into a context while it works, so two calls can't have one at once. To copy one for each call takes
//! longer than to encrypt a short text.

use crate::engine::cipher::{CipherContext, GenericCipher};
use crate::status::Result;
use crate::timed_mutex::TimedMutex;

use super::Way;

/// A context that is copied for a call, and the copy kept for the next one.
#[derive(Debug)]
pub(super) struct Shared {
    /// Nothing works with it, so that it can be copied at any time.
    original: CipherContext,
    /// What one call at a time works with. Nobody waits for it.
    kept: TimedMutex<Option<CipherContext>>,
}

impl Shared {
    /// Sets the key. Fails with `InvalidParameter` for one that the cipher does not take.
    pub fn new(cipher: GenericCipher, way: Way, key: &[u8]) -> Result<Self> {
        Ok(Self { original: CipherContext::new(cipher, way, key)?, kept: TimedMutex::new(None) })
    }

    /// Works with a context of this call's alone: with the one that is kept, or, beside another call and in the child of a
    /// fork that fell into one, with a new copy. Fails with `NoMemory`.
    pub fn with<R>(&self, work: impl FnOnce(&mut CipherContext) -> Result<R>) -> Result<R> {
        let Some(mut kept) = self.kept.try_lock() else { return work(&mut self.original.copy()?) };
        match &mut *kept {
            Some(context) => work(context),
            none => work(none.insert(self.original.copy()?)),
        }
    }
}
