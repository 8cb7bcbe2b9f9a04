//! Several hashes in one object (BCryptProcessMultiOperations).

use super::{Object, Started, State, States, Then, write};
use crate::memory;
use crate::status::{Result, Status, require};

/// What one operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Reads input.
    Read,
    /// Writes the digest and starts again.
    Finish,
}

/// The hashes of an object, while operations are done on them.
#[derive(Debug)]
pub struct Batch<'a> {
    object: &'a Object,
    states: &'a mut [Started],
}

impl Object {
    /// Lends the hashes for a list of operations. Fails with `InvalidParameter` for an object that has one.
    pub fn batch<R>(&self, work: impl FnOnce(&mut Batch<'_>) -> Result<R>) -> Result<R> {
        self.with(|states| match states {
            States::Many(states) => work(&mut Batch { object: self, states }),
            States::One(_) => Err(Status::InvalidParameter),
            States::Spent => Err(Status::InvalidHandle),
        })
    }
}

impl Batch<'_> {
    /// Whether an operation can be done: there is such a hash, and a digest has this length. Fails with
    /// `InvalidParameter` (behaviour.md j32).
    pub fn check(&self, index: u32, kind: Kind, size: u32) -> Result<()> {
        let limits = self.object.limits;
        require((index as usize) < self.states.len() && (kind == Kind::Read || limits.takes(size as usize)))
    }

    /// Reads input into one hash.
    pub fn update(&mut self, index: u32, input: &[u8]) -> Result<()> {
        self.state(index)?.update(input)
    }

    /// Writes the digest of one hash, which starts again.
    pub fn finish(&mut self, index: u32, digest: &mut [u8]) -> Result<()> {
        let length = digest.len();
        write(self.state(index)?, length, Then::Reset, || Ok(digest))
    }

    fn state(&mut self, index: u32) -> Result<&mut dyn State> {
        self.states.get_mut(index as usize).ok_or(Status::InvalidParameter)?.state()
    }
}

/// So many states. Fails with `NoMemory`, and as `make` does.
pub(super) fn states(count: usize, make: impl Fn(usize) -> Result<Started>) -> Result<Vec<Started>> {
    memory::collected((0..count).map(make))
}
