//! The plain hashes, and HMAC over each (RFC 2104).

use super::{Keying, Limits, Started, State, Then, tls};
use crate::engine::digest::{Digest, Hasher};
use crate::engine::mac::Hmac;
use crate::engine::stack;
use crate::memory::Placed;
use crate::names;
use crate::status::{Result, Status, require};

/// A hash of the engine's table, by itself or under HMAC.
#[derive(Debug)]
pub struct Algorithm {
    digest: &'static Digest,
    limits: Limits,
    /// Whether TLS has cipher suites with it that make the MAC before they encrypt (behaviour.md j24).
    is_of_tls: bool,
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
        Self { digest, limits, is_of_tls: false }
    }

    /// The algorithm of a hash whose HMAC also checks TLS records.
    pub const fn of_tls(digest: &'static Digest) -> Self {
        Self { is_of_tls: true, ..Self::over(digest) }
    }
}

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn start(&self, key: Option<&[u8]>) -> Result<Started> {
        Ok(match key {
            Some(key) => Started::Keyed(Placed::new(|| Keyed::new(self, key))?),
            None => Started::Plain(Plain(self.digest.start()?)),
        })
    }

    fn once(&self, key: Option<&[u8]>, input: &[u8], digest: &mut [u8]) -> Result<()> {
        match key {
            Some(key) => {
                if self.digest.is_in_place() {
                    stack::at_most(stack::MAC);
                }
                self.digest.hmac(key, &[input], digest)
            }
            None => self.digest.digest(&[input], digest),
        }
    }

    fn open_flags(&self) -> u32 {
        let tls = if self.is_of_tls { names::BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG } else { 0 };
        names::BCRYPT_ALG_HANDLE_HMAC_FLAG | names::BCRYPT_HASH_REUSABLE_FLAG | names::BCRYPT_MULTI_FLAG | tls
    }
}

/// A plain hash in progress.
#[derive(Debug)]
pub struct Plain(Hasher);

impl State for Plain {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        self.0.update(input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        self.0.finish(digest)?;
        match then {
            Then::End => Ok(()),
            Then::Reset => self.0.restart(),
            Then::Squeeze => Err(Status::InternalError),
        }
    }

    fn copy(&self) -> Result<Started> {
        self.0.copy().map(Self).map(Started::Plain)
    }
}

/// HMAC in progress.
#[derive(Debug)]
pub struct Keyed {
    hmac: Hmac,
    is_of_tls: bool,
    /// The first bytes that were read, which may be the header of a TLS record, and how many were read in all.
    header: [u8; tls::HEADER],
    length: usize,
}

impl Keyed {
    fn new(algorithm: &Algorithm, key: &[u8]) -> Result<Self> {
        let Algorithm { digest, is_of_tls, .. } = *algorithm;
        Ok(Self { hmac: Hmac::new(digest, key)?, is_of_tls, header: [0; tls::HEADER], length: 0 })
    }

    fn restart(&mut self) -> Result<()> {
        self.length = 0;
        self.hmac.restart()
    }
}

impl State for Keyed {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        self.header.iter_mut().skip(self.length).zip(input).for_each(|(to, from)| *to = *from);
        self.length = self.length.saturating_add(input.len());
        self.hmac.update(input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        self.hmac.finish(digest)?;
        match then {
            Then::End => Ok(()),
            Then::Reset => self.restart(),
            Then::Squeeze => Err(Status::InternalError),
        }
    }

    fn copy(&self) -> Result<Started> {
        let Self { hmac, is_of_tls, header, length } = self;
        let (is_of_tls, header, length) = (*is_of_tls, *header, *length);
        Placed::new(|| Ok(Self { hmac: hmac.copy()?, is_of_tls, header, length })).map(Started::Keyed)
    }

    fn verify_tls(&mut self, input: &[u8]) -> Result<()> {
        require(self.is_of_tls && self.length == self.header.len())?;
        self.restart()?;
        tls::verify(self.hmac.copy()?, &self.header, input)
    }

    fn chain(&mut self, block: &mut [u8], sum: &mut [u8], count: u64) -> Result<()> {
        self.hmac.chain(block, sum, count)
    }
}
