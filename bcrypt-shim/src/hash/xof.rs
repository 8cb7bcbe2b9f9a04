//! cSHAKE and KMAC (SP 800-185), whose digests have any length.

use super::{Keying, Limits, Started, State, Then};
use crate::engine::sponge::{Sponge, Strength};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// One of them in one of the two strengths.
#[derive(Debug)]
pub struct Algorithm {
    strength: Strength,
    limits: Limits,
}

impl Algorithm {
    /// cSHAKE.
    pub const fn cshake(strength: Strength) -> Self {
        Self::new(strength, Keying::Never)
    }

    /// KMAC.
    pub const fn kmac(strength: Strength) -> Self {
        Self::new(strength, Keying::Always)
    }

    const fn new(strength: Strength, key: Keying) -> Self {
        // The customary lengths: those that collisions are as hard for as the strength says.
        let digest = match strength {
            Strength::Of128 => 32,
            Strength::Of256 => 64,
        };
        Self { strength, limits: Limits { digest, block: strength.rate(), any_length: true, key, oids: &[] } }
    }
}

impl super::Algorithm for Algorithm {
    fn limits(&self) -> &Limits {
        &self.limits
    }

    fn state_properties(&self) -> &'static [&'static str] {
        match self.limits.key {
            Keying::Always => &[names::BCRYPT_CUSTOMIZATION_STRING],
            _ => &[names::BCRYPT_CUSTOMIZATION_STRING, names::BCRYPT_FUNCTION_NAME_STRING],
        }
    }

    fn start(&self, key: Option<&[u8]>) -> Result<Started> {
        let key = key.map(memory::secret_copy).transpose()?;
        let setup = Setup {
            strength: self.strength,
            key,
            function: memory::secret_zeros(0)?,
            customization: memory::secret_zeros(0)?,
        };
        Ok(Started::Boxed(memory::boxed(Xof { sponge: setup.sponge()?, setup, has_read: false })?))
    }
}

/// What the sponge starts with: the key of KMAC, the names by property (behaviour.md j26, j29).
#[derive(Debug)]
struct Setup {
    strength: Strength,
    key: Option<SecretBytes>,
    function: SecretBytes,
    customization: SecretBytes,
}

impl Setup {
    fn sponge(&self) -> Result<Sponge> {
        match &self.key {
            Some(key) => Sponge::keyed(self.strength, key, &self.customization),
            None => Ok(Sponge::new(self.strength, &self.function, &self.customization)),
        }
    }

    fn copy(&self) -> Result<Self> {
        Ok(Self {
            strength: self.strength,
            key: self.key.as_deref().map(memory::secret_copy).transpose()?,
            function: memory::secret_copy(&self.function)?,
            customization: memory::secret_copy(&self.customization)?,
        })
    }
}

#[derive(Debug)]
struct Xof {
    setup: Setup,
    sponge: Sponge,
    /// Whether it read input since it started, so that the names can't change any more.
    has_read: bool,
}

impl State for Xof {
    /// Fails with `InvalidParameter` while it is squeezed (behaviour.md j28).
    fn update(&mut self, input: &[u8]) -> Result<()> {
        self.sponge.update(input)?;
        self.has_read = true;
        Ok(())
    }

    /// KMAC binds the length in, unless more may be squeezed later (behaviour.md j27, j29).
    fn finish(&mut self, digest: &mut [u8], then: Then) -> Result<()> {
        if self.setup.key.is_some() && !self.sponge.writes() {
            self.sponge.bind_length((then != Then::Squeeze).then_some(digest.len()))?;
        }
        self.sponge.squeeze(digest);
        if then == Then::Reset {
            self.sponge = self.setup.sponge()?;
            self.has_read = false;
        }
        Ok(())
    }

    fn copy(&self) -> Result<Started> {
        let Self { setup, sponge, has_read } = self;
        let copy = Self { setup: setup.copy()?, sponge: sponge.clone(), has_read: *has_read };
        Ok(Started::Boxed(memory::boxed(copy)?))
    }

    /// Fails with `InvalidParameter` once it has read input or is squeezed.
    fn set(&mut self, name: &WideName, value: &[u8]) -> Result<()> {
        let slot = if name.is(names::BCRYPT_CUSTOMIZATION_STRING) {
            &mut self.setup.customization
        } else if name.is(names::BCRYPT_FUNCTION_NAME_STRING) && self.setup.key.is_none() {
            &mut self.setup.function
        } else {
            return Err(Status::NotSupported);
        };
        require(!self.has_read && !self.sponge.writes())?;
        *slot = memory::secret_copy(value)?;
        self.sponge = self.setup.sponge()?;
        Ok(())
    }
}
