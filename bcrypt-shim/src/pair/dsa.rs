//! DSA keys.

use std::sync::Arc;

use super::{KeyProperty, Padding, Signature, Size, Validation, boxed, shared};
use crate::blob::{self, BlobType, Format, Part, legacy_dsa};
use crate::engine::dsa::origin::Origin;
use crate::engine::dsa::{Group, Key};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// Modulus sizes, in bits (behaviour.md t80).
const MIN_BITS: u32 = 512;
/// The largest modulus, in bits.
const MAX_BITS: u32 = 3072;
/// The step between modulus sizes, in bits.
const STEP_BITS: u32 = 64;

/// DSA.
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
        shared(Draft { bits, domain: None })
    }

    fn import(
        &self,
        _: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let pair = match blob.format {
            Format::Dsa => {
                let numbers = blob::dsa::parse(bytes, blob.part)?;
                let domain = Domain::new(numbers.domain, validation)?;
                Pair::new(domain, Some(numbers.y), numbers.x, validation)
            }
            Format::LegacyDsa(version) => {
                let legacy_dsa::Numbers { origin, p, q, g, y, x } = legacy_dsa::parse(bytes, version)?;
                let domain = Domain::new(blob::dsa::Domain { origin, q: &q, p: &p, g: &g }, validation)?;
                Pair::new(domain, y.as_deref(), Some(&x), validation)
            }
            _ => Err(Status::NotSupported),
        };
        pair.and_then(boxed)
    }
}

static BLOBS: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::Dsa),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::Dsa),
    BlobType::new(names::BCRYPT_DSA_PUBLIC_BLOB, Part::Public, Format::Dsa),
    BlobType::new(names::BCRYPT_DSA_PRIVATE_BLOB, Part::Private, Format::Dsa),
    // Windows exports the public legacy forms only (behaviour.md t94).
    BlobType::export_only(
        names::LEGACY_DSA_PUBLIC_BLOB,
        Part::Public,
        Format::LegacyDsa(legacy_dsa::Version::Three),
    ),
    BlobType::new(
        names::LEGACY_DSA_PRIVATE_BLOB,
        Part::Private,
        Format::LegacyDsa(legacy_dsa::Version::Three),
    ),
    BlobType::export_only(
        names::LEGACY_DSA_V2_PUBLIC_BLOB,
        Part::Public,
        Format::LegacyDsa(legacy_dsa::Version::Two),
    ),
    BlobType::new(
        names::LEGACY_DSA_V2_PRIVATE_BLOB,
        Part::Private,
        Format::LegacyDsa(legacy_dsa::Version::Two),
    ),
];

static PROVIDER_PROPERTIES: &[Property<Provider>] =
    &[Property::readable(names::BCRYPT_KEY_LENGTHS, |_| Ok(Value::Lengths(MIN_BITS, MAX_BITS, STEP_BITS)))];

static KEY_PROPERTIES: &[KeyProperty] =
    &[KeyProperty::both(names::BCRYPT_DSA_PARAMETERS), KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH)];

static PAIR_PROPERTIES: &[Property<Pair>] = &[
    Property::readable(names::BCRYPT_DSA_PARAMETERS, |pair| {
        blob::dsa::encode_parameters(&pair.domain.as_told()?).map(Value::Bytes)
    }),
    Property::readable(names::BCRYPT_SIGNATURE_LENGTH, |pair| {
        Ok(Value::Number(Signature::size(pair) as u32))
    }),
];

static SETTINGS: &[Setting<Draft>] = &[Setting::new(names::BCRYPT_DSA_PARAMETERS, Draft::set_parameters)];

fn size(bits: u32) -> Size {
    Size { bits, strength: bits }
}

fn require_bits(bits: u32) -> Result<()> {
    require((MIN_BITS..=MAX_BITS).contains(&bits) && bits.is_multiple_of(STEP_BITS))
}

/// A group, and how its primes were found.
#[derive(Debug)]
struct Domain {
    group: Group,
    origin: Origin,
}

impl Domain {
    /// The group that a blob tells. A seed must give its primes, and they must be primes; of a group without one, p is taken
    /// as it is (behaviour.md t85, t87). Minimal validation leaves out both, and whether q is prime and the order of g.
    /// Fails with `InvalidParameter`.
    fn new(told: blob::dsa::Domain<'_>, validation: Validation) -> Result<Arc<Self>> {
        require_bits(u32::try_from(told.p.len() * 8).map_err(|_| Status::InvalidParameter)?)?;
        let group = Group::new(told.p, told.q, told.g)?;
        if validation == Validation::Full {
            let is_known = told.origin.is_known();
            require(!is_known || told.origin.gives(told.p, told.q)?)?;
            group.check()?;
            require(!is_known || group.has_prime_modulus()?)?;
        }
        memory::shared(Self { group, origin: told.origin })
    }

    /// As a blob tells it.
    fn as_told(&self) -> Result<blob::dsa::Domain<'_>> {
        let Self { group, origin: Origin { standard, seed, count } } = self;
        let origin = Origin { standard: *standard, seed: memory::copy(seed)?, count: *count };
        Ok(blob::dsa::Domain { origin, q: group.q(), p: group.p(), g: group.g() })
    }
}

/// A key whose group can still be set.
#[derive(Debug)]
struct Draft {
    /// Bits of the modulus.
    bits: u32,
    domain: Option<Arc<Domain>>,
}

impl Draft {
    /// Sets the group from a `DSAParameters` value. Fails with `InvalidParameter` unless it has the key's length
    /// (behaviour.md t88).
    fn set_parameters(&mut self, bytes: &[u8]) -> Result<()> {
        let told = blob::dsa::parse_parameters(bytes)?;
        require(told.p.len() == self.width())?;
        self.domain = Some(Domain::new(told, Validation::Full)?);
        Ok(())
    }

    fn width(&self) -> usize {
        self.bits as usize / 8
    }
}

impl super::Draft for Draft {
    fn size(&self) -> Result<Size> {
        Ok(size(self.bits))
    }

    /// The group is not there before the key is finalized, as with DH (behaviour.md f4).
    fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PAIR_PROPERTIES, name).ok_or(Status::NotSupported)?;
        Err(Status::InvalidHandle)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = Self { bits: self.bits, domain: self.domain.clone() };
        property::apply(SETTINGS, &mut changed, name, value)?;
        shared(changed)
    }

    /// The pair, with a random x: in the group that was set or in a new one (behaviour.md t81).
    fn finish(&self) -> Result<Box<dyn super::Pair>> {
        let domain = match &self.domain {
            Some(domain) => Arc::clone(domain),
            None => {
                let (group, origin) = Group::generate(self.width())?;
                memory::shared(Domain { group, origin })?
            }
        };
        let x = domain.group.random_private()?;
        boxed(Pair::new(domain, None, Some(&x), Validation::Full)?)
    }
}

/// A key that can be used.
#[derive(Debug)]
struct Pair {
    domain: Arc<Domain>,
    y: Vec<u8>,
    x: Option<SecretBytes>,
    /// What signs, where there is an x.
    key: Option<Key>,
}

impl Pair {
    /// The key of y, of x, or of both. Fails with `InvalidParameter` unless 1 < y < p − 1, 0 < x < q, and, unless validation
    /// is minimal, y = g^x, or y^q = 1 where there is no x.
    fn new(domain: Arc<Domain>, y: Option<&[u8]>, x: Option<&[u8]>, validation: Validation) -> Result<Self> {
        let group = &domain.group;
        if let Some(x) = x {
            require(group.is_private(x)?)?;
        }
        let y = match (y, x) {
            (Some(y), x) => {
                require(group.contains(y))?;
                if validation == Validation::Full {
                    require(match x {
                        Some(x) => memory::declassify(group.public(x)? == y),
                        None => group.is_in_subgroup(y)?,
                    })?;
                }
                memory::copy(y)?
            }
            (None, Some(x)) => group.public(x)?,
            (None, None) => return Err(Status::InternalError),
        };
        let key = x.map(|x| Key::new(group, &y, x)).transpose()?;
        let x = x.map(memory::secret_copy).transpose()?;
        Ok(Self { domain, y, x, key })
    }
}

impl super::Pair for Pair {
    fn size(&self) -> Size {
        size(self.domain.group.p().len() as u32 * 8)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        property::find(PAIR_PROPERTIES, name).ok_or(Status::NotSupported)?.read(self)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let x = match blob.part {
            Part::Public => None,
            Part::Private => Some(&**self.x.as_ref().ok_or(Status::InvalidParameter)?),
        };
        let domain = self.domain.as_told()?;
        match blob.format {
            Format::LegacyDsa(version) => legacy_dsa::encode(version, &domain, &self.y, x),
            _ => blob::dsa::encode(&domain, &self.y, x),
        }
    }

    fn signature(&self) -> Option<&dyn Signature> {
        Some(self)
    }
}

impl Pair {
    /// Fails with `InvalidParameter` for any padding (behaviour.md t80), and unless the digest is as long as q (t90).
    fn require_digest(&self, padding: Padding, hash: &[u8]) -> Result<()> {
        require(matches!(padding, Padding::None) && hash.len() == self.domain.group.q().len())
    }
}

impl Signature for Pair {
    /// r and s, each as wide as q (behaviour.md t89).
    fn size(&self) -> usize {
        2 * self.domain.group.q().len()
    }

    fn sign(&self, padding: Padding, hash: &[u8], out: &mut [u8]) -> Result<()> {
        self.require_digest(padding, hash)?;
        self.key.as_ref().ok_or(Status::InvalidParameter)?.sign(hash, out)
    }

    fn verify(&self, padding: Padding, hash: &[u8], signature: &[u8]) -> Result<()> {
        self.require_digest(padding, hash)?;
        require(signature.len() == Signature::size(self))?;
        self.domain.group.verify(&self.y, hash, signature)
    }
}
