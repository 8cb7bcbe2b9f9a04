//! Finite-field Diffie-Hellman keys.

use std::any::Any;
use std::sync::Arc;

use super::{Agreement, KeyProperty, Size, Validation, boxed, shared};
use crate::blob::{self, BlobType, Format, Part, legacy_dh};
use crate::engine::dh::Group;
use crate::engine::digest::{self, Digest};
use crate::group;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// Modulus sizes, in bits (behaviour.md c10).
const MIN_BITS: u32 = 512;
/// The largest modulus, in bits.
const MAX_BITS: u32 = 4096;
/// The step between modulus sizes, in bits.
const STEP_BITS: u32 = 64;

/// The hash of SP800_56A_CONCAT for DH secrets: seen on Windows for 2048 bits, our choice for others.
static CONCAT_HASH: &Digest = &digest::SHA256;

/// Finite-field Diffie-Hellman.
#[derive(Debug)]
pub struct Algorithm;

impl super::Algorithm for Algorithm {
    fn blobs(&self) -> &'static [BlobType] {
        BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        PROVIDER_PROPERTIES
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        KEY_PROPERTIES
    }

    fn draft(&self, _: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        require_bits(bits)?;
        shared(Draft { bits, group: None, private: None })
    }

    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let pair = match blob.format {
            Format::Dh => {
                let numbers = blob::dh::parse(bytes, blob.part)?;
                Pair::new(numbers.p, numbers.g, numbers.y, numbers.x, validation)
            }
            Format::LegacyDh => {
                let numbers = legacy_dh::parse(bytes)?;
                Pair::new(&numbers.p, &numbers.g, &numbers.y, Some(&numbers.x), validation)
            }
            _ => Err(Status::NotSupported),
        };
        pair.and_then(boxed)
    }
}

static BLOBS: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::Dh),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::Dh),
    BlobType::new(names::BCRYPT_DH_PUBLIC_BLOB, Part::Public, Format::Dh),
    BlobType::new(names::BCRYPT_DH_PRIVATE_BLOB, Part::Private, Format::Dh),
    // Windows exports the public legacy form only (behaviour.md c8).
    BlobType::export_only(names::LEGACY_DH_PUBLIC_BLOB, Part::Public, Format::LegacyDh),
    BlobType::new(names::LEGACY_DH_PRIVATE_BLOB, Part::Private, Format::LegacyDh),
];

static PROVIDER_PROPERTIES: &[Property<Provider>] =
    &[Property::readable(names::BCRYPT_KEY_LENGTHS, |_| Ok(Value::Lengths(MIN_BITS, MAX_BITS, STEP_BITS)))];

static KEY_PROPERTIES: &[KeyProperty] = &[
    KeyProperty::both(names::BCRYPT_DH_PARAMETERS),
    KeyProperty::write(names::BCRYPT_GLOBAL_PARAMETERS),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

static PAIR_PROPERTIES: &[Property<Pair>] = &[Property::readable(names::BCRYPT_DH_PARAMETERS, |pair| {
    blob::dh::encode_parameters(pair.group.p(), pair.group.g()).map(Value::Bytes)
})];

static SETTINGS: &[Setting<Draft>] = &[
    Setting::new(names::BCRYPT_DH_PARAMETERS, Draft::set_parameters),
    Setting::new(names::BCRYPT_GLOBAL_PARAMETERS, Draft::set_parameters),
    Setting::new(names::BCRYPT_PRIVATE_KEY, Draft::set_private),
];

fn size(bits: u32) -> Size {
    Size { bits, strength: bits }
}

/// A key whose group and private number can still be set.
#[derive(Debug)]
struct Draft {
    /// Bits of the modulus.
    bits: u32,
    group: Option<Arc<Group>>,
    private: Option<SecretBytes>,
}

impl Draft {
    /// A copy. Fails with `NoMemory`.
    fn duplicate(&self) -> Result<Self> {
        let private = self.private.as_deref().map(memory::secret_copy).transpose()?;
        Ok(Self { bits: self.bits, group: self.group.clone(), private })
    }

    /// Sets p and g from a `DHParameters` value. Fails with `InvalidParameter` unless they have the
    /// key's length (behaviour.md c15).
    fn set_parameters(&mut self, bytes: &[u8]) -> Result<()> {
        let (p, g) = blob::dh::parse_parameters(bytes)?;
        require(p.len() == self.width())?;
        self.group = Some(group::of(p, g)?);
        Ok(())
    }

    /// Sets x from big-endian bytes, which may be fewer than p has (behaviour.md n, f3). Fails with
    /// `InvalidParameter` for zero.
    fn set_private(&mut self, value: &[u8]) -> Result<()> {
        require(value.len() <= self.width() && !memory::declassify(memory::is_zero(value)))?;
        let mut padded = memory::secret_zeros(self.width())?;
        padded.iter_mut().rev().zip(value.iter().rev()).for_each(|(to, from)| *to = *from);
        self.private = Some(padded);
        Ok(())
    }

    fn width(&self) -> usize {
        self.bits.div_ceil(8) as usize
    }
}

impl super::Draft for Draft {
    fn size(&self) -> Result<Size> {
        Ok(size(self.bits))
    }

    /// The group is not there before the key is finalized (behaviour.md f4).
    fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PAIR_PROPERTIES, name).ok_or(Status::NotSupported)?;
        Err(Status::InvalidHandle)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = self.duplicate()?;
        property::apply(SETTINGS, &mut changed, name, value)?;
        shared(changed)
    }

    /// The pair: in the group that was set or in one of this size, with x as set or random.
    fn finish(&self) -> Result<Box<dyn super::Pair>> {
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
        boxed(Pair { group, y, x: Some(x) })
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
struct Pair {
    group: Arc<Group>,
    y: Vec<u8>,
    x: Option<SecretBytes>,
}

impl Pair {
    /// y need not be g^x: a Windows client imports y = g to have y computed (behaviour.md c26). In the
    /// recognised groups y must be of order q and x below q, unless validation is minimal. Fails with
    /// `InvalidParameter`.
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

    fn private(&self) -> Result<&SecretBytes> {
        self.x.as_ref().ok_or(Status::InvalidParameter)
    }
}

impl super::Pair for Pair {
    /// The modulus is as wide as the blob has it.
    fn size(&self) -> Size {
        size(self.group.width() as u32 * 8)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PAIR_PROPERTIES, name).ok_or(Status::NotSupported)?.read(self)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let x = match blob.part {
            Part::Public => None,
            Part::Private => Some(&**self.private()?),
        };
        let encode = match blob.format {
            Format::LegacyDh => legacy_dh::encode,
            _ => blob::dh::encode,
        };
        encode(self.group.p(), self.group.g(), &self.y, x)
    }

    fn agreement(&self) -> Option<&dyn Agreement> {
        Some(self)
    }
}

impl Agreement for Pair {
    /// The peer's y to the power of x. A zero result is refused (behaviour.md d8).
    fn agree(&self, peer: &dyn super::Pair) -> Result<SecretBytes> {
        let peer: &dyn Any = peer;
        let peer = peer.downcast_ref::<Self>().ok_or(Status::InvalidParameter)?;
        let x = self.private()?;
        require(self.group.p() == peer.group.p() && self.group.g() == peer.group.g())?;
        let mut value = memory::secret_zeros(self.group.width())?;
        self.group.agree(&peer.y, x, &mut value)?;
        require(!memory::declassify(memory::is_zero(&value)))?;
        Ok(value)
    }

    fn concat_hash(&self) -> &'static Digest {
        CONCAT_HASH
    }
}
