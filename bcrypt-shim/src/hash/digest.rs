//! The plain hashes, and HMAC over each (RFC 2104).

use super::{Keying, Limits, State, Then};
use crate::engine::digest::{Digest, Hasher};
use crate::engine::mac::Hmac;
use crate::memory;
use crate::status::{Result, Status};

/// A hash of the engine's table, by itself or under HMAC.
#[derive(Debug)]
pub struct Algorithm {
    digest: &'static Digest,
    limits: Limits,
}

impl Algorithm {
    /// The algorithm of a hash.
    pub const fn over(digest: &'static Digest) -> Self {
        let limits = Limits {
            digest: digest.length,
            block: digest.block,
            any_length: false,
            key: Keying::Hmac,
            oids: digest.oids,
        };
        Self { digest, limits }
    }
}

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn start(&self, key: Option<&[u8]>) -> Result<Box<dyn State>> {
        Ok(match key {
            Some(key) => memory::boxed(Keyed { hmac: Hmac::new(self.digest, key)? }),
            None => memory::boxed(Plain { hasher: self.digest.start()? }),
        })
    }

    fn once(&self, key: Option<&[u8]>, input: &[u8], digest: &mut [u8]) -> Result<()> {
        match key {
            Some(key) => self.digest.hmac(key, &[input], digest),
            None => self.digest.digest(&[input], digest),
        }
    }
}

#[derive(Debug)]
struct Plain {
    hasher: Hasher,
}

impl State for Plain {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        self.hasher.update(input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        self.hasher.finish(digest)?;
        match then {
            Then::End => Ok(()),
            Then::Reset => self.hasher.restart(),
            Then::Squeeze => Err(Status::InternalError),
        }
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Ok(memory::boxed(Self { hasher: self.hasher.copy()? }))
    }
}

#[derive(Debug)]
struct Keyed {
    hmac: Hmac,
}

impl State for Keyed {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        self.hmac.update(input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        self.hmac.finish(digest)?;
        match then {
            Then::End => Ok(()),
            Then::Reset => self.hmac.restart(),
            Then::Squeeze => Err(Status::InternalError),
        }
    }

    fn copy(&self) -> Result<Box<dyn State>> {
        Ok(memory::boxed(Self { hmac: self.hmac.copy()? }))
    }
}
