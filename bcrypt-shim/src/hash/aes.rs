//! The MACs of AES: CMAC (SP 800-38B) and GMAC (SP 800-38D).

use super::{Keying, Limits, Started, State, Then};
use crate::engine::mac::{AES_MAC, Cmac, GMAC_IV, Gmac};
use crate::memory;
use crate::names;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// A MAC of AES.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// AES-CMAC.
    Cmac,
    /// AES-GMAC.
    Gmac,
}

static LIMITS: Limits =
    Limits { digest: AES_MAC, block: 16, any_length: false, key: Keying::Always, oids: &[] };

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &Limits {
        &LIMITS
    }

    fn state_properties(&self) -> &'static [&'static str] {
        match self {
            Self::Cmac => &[],
            Self::Gmac => &[names::BCRYPT_INITIALIZATION_VECTOR],
        }
    }

    /// Fails with `InvalidParameter` for a key that is none of AES (behaviour.md j22).
    fn start(&self, key: Option<&[u8]>) -> Result<Started> {
        let key = key.ok_or(Status::InvalidParameter)?;
        Ok(Started::Boxed(match self {
            Self::Cmac => memory::boxed(Cmac::new(key)?)?,
            Self::Gmac => memory::boxed(WithIv { mac: Gmac::new(key)?, progress: Progress::NoIv })?,
        }))
    }

    fn open_flags(&self) -> u32 {
        match self {
            // With the first it is a pseudo-random function for derivations (behaviour.md j14).
            Self::Cmac => {
                names::BCRYPT_ALG_HANDLE_HMAC_FLAG
                    | names::BCRYPT_HASH_REUSABLE_FLAG
                    | names::BCRYPT_MULTI_FLAG
            }
            // Each hash needs an IV of its own, which several in one object can't be given (behaviour.md j23).
            Self::Gmac => names::BCRYPT_HASH_REUSABLE_FLAG,
        }
    }
}

impl State for Cmac {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        Self::update(self, input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        Self::finish(self, digest.try_into().map_err(|_| Status::InternalError)?)?;
        match then {
            Then::End => Ok(()),
            Then::Reset => self.restart(),
            Then::Squeeze => Err(Status::InternalError),
        }
    }

    fn copy(&self) -> Result<Started> {
        Ok(Started::Boxed(memory::boxed(Self::copy(self)?)?))
    }
}

/// GMAC, which takes an IV by property before it reads, and a new one for each MAC (behaviour.md j23).
#[derive(Debug)]
struct WithIv {
    mac: Gmac,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    NoIv,
    HasIv,
    HasRead,
}

impl State for WithIv {
    fn update(&mut self, input: &[u8]) -> Result<()> {
        require(self.progress != Progress::NoIv)?;
        self.progress = Progress::HasRead;
        self.mac.update(input)
    }

    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        require(self.progress != Progress::NoIv && then != Then::Squeeze)?;
        // Under a second MAC with the same IV the key would be known.
        self.progress = Progress::NoIv;
        self.mac.finish(digest.try_into().map_err(|_| Status::InternalError)?)
    }

    fn copy(&self) -> Result<Started> {
        Ok(Started::Boxed(memory::boxed(Self { mac: self.mac.copy()?, progress: self.progress })?))
    }

    fn set(&mut self, name: &WideName, value: &[u8]) -> Result<()> {
        if !name.is(names::BCRYPT_INITIALIZATION_VECTOR) {
            return Err(Status::NotSupported);
        }
        require(self.progress != Progress::HasRead)?;
        let iv: &[u8; GMAC_IV] = value.try_into().map_err(|_| Status::InvalidParameter)?;
        self.mac.start(iv)?;
        self.progress = Progress::HasIv;
        Ok(())
    }
}
