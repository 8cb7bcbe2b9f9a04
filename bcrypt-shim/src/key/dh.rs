//! Finite-field Diffie-Hellman keys.

use std::sync::Arc;

use crate::blob::{self, Format, Part, legacy_dh};
use crate::engine::dh::Group;
use crate::engine::digest::{self, Digest};
use crate::group;
use crate::key::Validation;
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// Modulus sizes, in bits (behaviour.md c10).
pub const MIN_BITS: u32 = 512;
/// The largest modulus, in bits.
pub const MAX_BITS: u32 = 4096;
/// The step between modulus sizes, in bits.
pub const STEP_BITS: u32 = 64;

/// The hash of SP800_56A_CONCAT for DH secrets: seen on Windows for 2048 bits, our choice for others.
pub static CONCAT_HASH: &Digest = &digest::SHA256;

/// A key whose group and private number can still be set.
#[derive(Debug)]
pub struct Building {
    /// Bits of the modulus.
    pub bits: u32,
    group: Option<Arc<Group>>,
    private: Option<SecretBytes>,
}

impl Building {
    /// A key of this length. Fails with `InvalidParameter` unless it is 512..=4096 in steps of 64.
    pub fn new(bits: u32) -> Result<Self> {
        require_bits(bits)?;
        Ok(Self { bits, group: None, private: None })
    }

    /// A copy. Fails with `NoMemory`.
    pub fn duplicate(&self) -> Result<Self> {
        let private = self.private.as_deref().map(memory::secret_copy).transpose()?;
        Ok(Self { bits: self.bits, group: self.group.clone(), private })
    }

    /// Sets p and g from a `DHParameters` value. Fails with `InvalidParameter` unless they have the
    /// key's length (behaviour.md c15).
    pub fn set_parameters(&mut self, bytes: &[u8]) -> Result<()> {
        let (p, g) = blob::dh::parse_parameters(bytes)?;
        require(p.len() == self.width())?;
        self.group = Some(group::of(p, g)?);
        Ok(())
    }

    /// Sets x from big-endian bytes, which may be fewer than p has (behaviour.md n, f3). Fails with
    /// `InvalidParameter` for zero.
    pub fn set_private(&mut self, value: &[u8]) -> Result<()> {
        require(value.len() <= self.width() && !memory::declassify(memory::is_zero(value)))?;
        let mut padded = memory::secret_zeros(self.width())?;
        padded.iter_mut().rev().zip(value.iter().rev()).for_each(|(to, from)| *to = *from);
        self.private = Some(padded);
        Ok(())
    }

    /// The pair: in the group that was set or in one of this size, with x as set or random.
    pub fn finalize(&self) -> Result<Pair> {
        let group = match &self.group {
            Some(group) => Arc::clone(group),
            None => own_group(self.bits)?,
        };
        let x = match &self.private {
            Some(private) => memory::secret_copy(private)?,
            None => group.random_exponent()?,
        };
        let y = group.public(&x)?;
        // Only a group that is none, such as one with a composite p, gets here with another y.
        require(memory::declassify(group.contains(&y)))?;
        Ok(Pair { group, y, x: Some(x) })
    }

    fn width(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }
}

/// The group of a key that was given none: a standard one of its size, or a new one.
///
/// Windows' own choice is not known (behaviour.md c16); the sizes of the subgroup follow
/// FIPS 186-4, 4.2.
fn own_group(bits: u32) -> Result<Arc<Group>> {
    group::default_for(bits).unwrap_or_else(|| {
        let subgroup_bits = if bits <= 1024 { 160 } else { 256 };
        Group::generate(bits, subgroup_bits).and_then(memory::shared)
    })
}

fn require_bits(bits: u32) -> Result<()> {
    require((MIN_BITS..=MAX_BITS).contains(&bits) && bits.is_multiple_of(STEP_BITS))
}

/// A key that can be used.
#[derive(Debug)]
pub struct Pair {
    group: Arc<Group>,
    y: Vec<u8>,
    x: Option<SecretBytes>,
}

impl Pair {
    /// The key of a blob.
    ///
    /// y need not be g^x: a Windows client imports y = g to have y computed (behaviour.md c26). In the
    /// recognised groups y must be of order q and x below q, unless validation is minimal. Fails with
    /// `InvalidParameter`.
    pub fn import(bytes: &[u8], (format, part): (Format, Part), validation: Validation) -> Result<Self> {
        match format {
            Format::Dh => {
                let numbers = blob::dh::parse(bytes, part)?;
                Self::new(numbers.p, numbers.g, numbers.y, numbers.x, validation)
            }
            Format::LegacyDh => {
                let numbers = legacy_dh::parse(bytes)?;
                Self::new(&numbers.p, &numbers.g, &numbers.y, Some(&numbers.x), validation)
            }
            _ => Err(Status::NotSupported),
        }
    }

    fn new(p: &[u8], g: &[u8], y: &[u8], x: Option<&[u8]>, validation: Validation) -> Result<Self> {
        require_bits(u32::try_from(p.len() * 8).map_err(|_| Status::InvalidParameter)?)?;
        let group = group::of(p, g)?;
        require(group.contains(y) && x.is_none_or(|x| !memory::declassify(memory::is_zero(x))))?;
        if group.is_recognised() && validation == Validation::Full {
            require(group.is_in_prime_subgroup(y))?;
            if let Some(x) = x {
                require(memory::declassify(group.is_below_order(x)?))?;
            }
        }
        let x = x.map(memory::secret_copy).transpose()?;
        Ok(Self { group, y: memory::copy(y)?, x })
    }

    /// The key as a blob. Fails with `InvalidParameter` if the private half is asked for and missing.
    pub fn export(&self, (format, part): (Format, Part)) -> Result<SecretBytes> {
        let x = match part {
            Part::Public => None,
            Part::Private => Some(&**self.private()?),
        };
        let encode = match format {
            Format::LegacyDh => legacy_dh::encode,
            _ => blob::dh::encode,
        };
        encode(self.group.p(), self.group.g(), &self.y, x)
    }

    /// The value of `DHParameters`.
    pub fn parameters(&self) -> Result<Vec<u8>> {
        blob::dh::encode_parameters(self.group.p(), self.group.g())
    }

    /// Bits of the modulus, as its width in the blob tells them.
    pub fn bits(&self) -> u32 {
        self.group.width() as u32 * 8
    }

    /// The peer's y to the power of x, as wide as p, big-endian. Fails with `InvalidParameter` if the
    /// groups differ, this key has no x, or the result is zero (behaviour.md d4, d8).
    pub fn agree(&self, peer: &Pair) -> Result<SecretBytes> {
        let x = self.private()?;
        require(self.group.p() == peer.group.p() && self.group.g() == peer.group.g())?;
        let mut value = memory::secret_zeros(self.group.width())?;
        self.group.agree(&peer.y, x, &mut value)?;
        require(!memory::declassify(memory::is_zero(&value)))?;
        Ok(value)
    }

    fn private(&self) -> Result<&SecretBytes> {
        self.x.as_ref().ok_or(Status::InvalidParameter)
    }
}
