//! Message authentication codes.

use std::fmt;

use zeroize::Zeroize;

use super::digest::{Digest, Hasher, LONGEST, LONGEST_BLOCK};
use crate::status::{Result, Status};

pub use super::ffi::{AES_MAC, Cmac, GMAC_IV, Gmac};

/// A key of HMAC (RFC 2104), as the two hashes that have read it, so that each MAC costs two copies of them. They are
/// overwritten when dropped.
pub struct HmacKey {
    digest: &'static Digest,
    /// Has read the key, xored with 0x36.
    inner: Hasher,
    /// Has read the key, xored with 0x5c.
    outer: Hasher,
}

const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

impl HmacKey {
    /// A key, which may be empty and of any length. Fails with `NoMemory`.
    #[inline]
    pub fn new(digest: &'static Digest, key: &[u8]) -> Result<Self> {
        let (mut inner, mut outer) = (digest.start()?, digest.start()?);
        with_key(digest, key, |block| {
            block.iter_mut().for_each(|byte| *byte ^= INNER);
            inner.update(block)?;
            block.iter_mut().for_each(|byte| *byte ^= INNER ^ OUTER);
            outer.update(block)
        })?;
        Ok(Self { digest, inner, outer })
    }

    /// Writes the MAC of the parts, one after the other, over `out`, which has the digest's length.
    pub fn mac(&self, parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
        let mut running = self.inner.copy()?;
        parts.iter().try_for_each(|part| running.update(part))?;
        self.end(&mut running, out)
    }

    /// Ends what has read the key, xored with 0x36, and a message.
    fn end(&self, running: &mut Hasher, out: &mut [u8]) -> Result<()> {
        let mut storage = [0; LONGEST];
        let inner = storage.get_mut(..self.digest.length).ok_or(Status::InternalError)?;
        running.finish(inner)?;
        running.assign(&self.outer)?;
        running.update(inner)?;
        running.finish(out)
    }

    /// A copy. Fails with `NoMemory`.
    fn copy(&self) -> Result<Self> {
        Ok(Self { digest: self.digest, inner: self.inner.copy()?, outer: self.outer.copy()? })
    }
}

/// Works with a key of HMAC filled up to a block with zeros.
fn with_key(digest: &'static Digest, key: &[u8], work: impl FnOnce(&mut [u8]) -> Result<()>) -> Result<()> {
    let mut storage = [0; LONGEST_BLOCK];
    let block = storage.get_mut(..digest.block).ok_or(Status::InternalError)?;
    let read = match block.get_mut(..key.len()) {
        Some(start) => {
            start.copy_from_slice(key);
            Ok(())
        }
        None => digest.digest(&[key], block),
    };
    let done = read.and_then(|()| work(block));
    storage.zeroize();
    done
}

/// Writes HMAC(key, parts one after the other) over `out`, which has the digest's length: with one hash, where a key that
/// is kept takes two.
pub fn hmac(digest: &'static Digest, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    let mut hasher = digest.start()?;
    let mut storage = [0; LONGEST];
    let inner = storage.get_mut(..digest.length).ok_or(Status::InternalError)?;
    with_key(digest, key, |block| {
        block.iter_mut().for_each(|byte| *byte ^= INNER);
        hasher.update(block)?;
        parts.iter().try_for_each(|part| hasher.update(part))?;
        hasher.finish(inner)?;
        hasher.restart()?;
        block.iter_mut().for_each(|byte| *byte ^= INNER ^ OUTER);
        hasher.update(block)?;
        hasher.update(inner)?;
        hasher.finish(out)
    })
}

/// HMAC (RFC 2104) in progress. It is overwritten when dropped.
///
/// Once it is finished it has to be [restarted](Self::restart) before anything else.
pub struct Hmac {
    key: HmacKey,
    /// Has read the key, xored with 0x36, and what came since.
    running: Hasher,
}

impl Hmac {
    /// An HMAC that has read nothing but its key, which may be empty and of any length. Fails with `NoMemory`.
    #[inline]
    pub fn new(digest: &'static Digest, key: &[u8]) -> Result<Self> {
        let key = HmacKey::new(digest, key)?;
        Ok(Self { running: key.inner.copy()?, key })
    }

    /// Reads input.
    pub fn update(&mut self, input: &[u8]) -> Result<()> {
        self.running.update(input)
    }

    /// Writes the MAC over `out`, which has the digest's length.
    pub fn finish(&mut self, out: &mut [u8]) -> Result<()> {
        self.key.end(&mut self.running, out)
    }

    /// Replaces `block`, as long as the digest, by its MAC, adds that to `sum` by exclusive or, and so on, as often as is
    /// said. Nothing was read before.
    pub fn chain(&mut self, block: &mut [u8], sum: &mut [u8], count: u64) -> Result<()> {
        if let (Some(inner), Some(outer)) = (self.key.inner.context(), self.key.outer.context())
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
        self.running.assign(&self.key.inner)
    }

    /// A copy that goes its own way. Fails with `NoMemory`.
    pub fn copy(&self) -> Result<Self> {
        Ok(Self { key: self.key.copy()?, running: self.running.copy()? })
    }

    /// The hash under it.
    pub fn digest(&self) -> &'static Digest {
        self.key.digest
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.key.fmt(formatter)
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HMAC over {}", self.digest.name)
    }
}
