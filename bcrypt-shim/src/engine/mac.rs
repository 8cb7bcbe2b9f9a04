//! Message authentication codes.

use std::fmt;

use zeroize::Zeroize;

use super::digest::{Digest, Hasher, LONGEST, LONGEST_BLOCK};
use crate::status::{Result, Status};

pub use super::ffi::{AES_MAC, Cmac, GMAC_IV, Gmac};

/// HMAC (RFC 2104) in progress. It is overwritten when dropped.
///
/// The two hashes that have read the key are kept, so that starting again costs two copies of them. Once it is
/// finished it has to be [restarted](Self::restart) before anything else.
pub struct Hmac {
    digest: &'static Digest,
    /// Has read the key, xored with 0x36, and what came since.
    running: Hasher,
    /// Has read the key, xored with 0x36.
    inner: Hasher,
    /// Has read the key, xored with 0x5c.
    outer: Hasher,
}

const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

impl Hmac {
    /// An HMAC that has read nothing but its key, which may be empty and of any length. Fails with `NoMemory`.
    pub fn new(digest: &'static Digest, key: &[u8]) -> Result<Self> {
        let mut storage = [0; LONGEST_BLOCK];
        let hmac = Self::padded(digest, key, &mut storage);
        storage.zeroize();
        hmac
    }

    fn padded(digest: &'static Digest, key: &[u8], storage: &mut [u8]) -> Result<Self> {
        let block = storage.get_mut(..digest.block).ok_or(Status::InternalError)?;
        match block.get_mut(..key.len()) {
            Some(start) => start.copy_from_slice(key),
            None => digest.digest(&[key], block)?,
        }
        let (mut inner, mut outer) = (digest.start()?, digest.start()?);
        block.iter_mut().for_each(|byte| *byte ^= INNER);
        inner.update(block)?;
        block.iter_mut().for_each(|byte| *byte ^= INNER ^ OUTER);
        outer.update(block)?;
        Ok(Self { digest, running: inner.copy()?, inner, outer })
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        self.running.update(input)
    }

    /// Writes the MAC over `out`, which has the digest's length.
    pub fn finish(&mut self, out: &mut [u8]) -> Result<()> {
        let mut storage = [0; LONGEST];
        let inner = storage.get_mut(..self.digest.length).ok_or(Status::InternalError)?;
        self.running.finish(inner)?;
        self.running.assign(&self.outer)?;
        self.running.update(inner)?;
        self.running.finish(out)
    }

    /// Replaces `block`, as long as the digest, by its MAC, adds that to `sum` by exclusive or, and so on, as often as is
    /// said. Nothing was read before.
    pub fn chain(&mut self, block: &mut [u8], sum: &mut [u8], count: u64) -> Result<()> {
        if let (Some(inner), Some(outer)) = (self.inner.context(), self.outer.context())
            && inner.chain(outer, block, sum, count)
        {
            return Ok(());
        }
        for _ in 0..count {
            self.update(block)?;
            self.finish(block)?;
            self.restart()?;
            sum.iter_mut().zip(&*block).for_each(|(sum, byte)| *sum ^= byte);
        }
        Ok(())
    }

    /// As it was when made. Fails with `NoMemory`.
    pub fn restart(&mut self) -> Result<()> {
        self.running.assign(&self.inner)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        let Self { digest, running, inner, outer } = self;
        Ok(Self { digest, running: running.copy()?, inner: inner.copy()?, outer: outer.copy()? })
    }

    /// The hash under it.
    pub fn digest(&self) -> &'static Digest {
        self.digest
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HMAC over {}", self.digest.name)
    }
}
