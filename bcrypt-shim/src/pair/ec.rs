//! Elliptic-curve keys.

use std::any::Any;
use std::sync::Arc;

use super::{Agreement, KeyProperty, Size, Validation, boxed};
use crate::blob::ecc::{self, Blob};
use crate::blob::{BlobType, Format, Part, ecc_full};
use crate::curve::definition::Form;
use crate::curve::{self, Curve, Fixed, GENERIC_MAGICS, Magics};
use crate::engine::digest::{self, Digest};
use crate::engine::ec;
use crate::engine::x25519;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// Elliptic-curve Diffie-Hellman, on one curve or on the one that a property chooses.
#[derive(Debug)]
pub struct Algorithm {
    fixed: Option<&'static Fixed>,
}

impl Algorithm {
    /// On the curve chosen by a property.
    pub const GENERIC: Self = Self { fixed: None };

    /// On one curve.
    pub const fn on(curve: &'static Fixed) -> Self {
        Self { fixed: Some(curve) }
    }

    /// The curve of a provider's keys: the algorithm's, or the one chosen. Fails with `NoMemory`.
    fn curve(&self, provider: &Provider) -> Result<Option<Curve>> {
        match self.fixed {
            Some(fixed) => fixed.curve().map(Some),
            None => Ok(provider.choice()?.curve),
        }
    }

    /// The magics of its blobs.
    fn magics(&self) -> Magics {
        self.fixed.map_or(GENERIC_MAGICS, |fixed| fixed.magics)
    }
}

impl super::Algorithm for Algorithm {
    fn blobs(&self) -> &'static [BlobType] {
        BLOBS
    }

    fn provider_properties(&self) -> &'static [Property<Provider>] {
        match self.fixed {
            Some(_) => FIXED_PROVIDER,
            None => GENERIC_PROVIDER,
        }
    }

    fn key_properties(&self) -> &'static [KeyProperty] {
        match self.fixed {
            Some(_) => FIXED_KEY,
            None => GENERIC_KEY,
        }
    }

    /// The length is that of the curve, or 0 (behaviour.md c11, n); of curve25519 also the 256 bits of a coordinate,
    /// which a published program asks for.
    fn draft(&self, provider: &Provider, bits: u32) -> Result<Arc<dyn super::Draft>> {
        let curve = self.curve(provider)?;
        let is_length = |curve: &Curve| match curve.domain.form {
            Form::Weierstrass(_) => bits == curve.domain.bits,
            Form::Curve25519 => bits == curve.domain.bits || bits == curve.width() as u32 * 8,
        };
        require(bits == 0 || curve.as_ref().is_some_and(is_length))?;
        let draft: Arc<dyn super::Draft> = memory::shared(Draft::new(curve, self.magics()))?;
        Ok(draft)
    }

    fn import(
        &self,
        provider: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let mut pair = Pair::import(bytes, blob, self.curve(provider)?, validation)?;
        pair.magics = self.magics();
        boxed(pair)
    }
}

static BLOBS: &[BlobType] = &[
    BlobType::new(names::BCRYPT_PUBLIC_KEY_BLOB, Part::Public, Format::Ecc),
    BlobType::new(names::BCRYPT_PRIVATE_KEY_BLOB, Part::Private, Format::Ecc),
    BlobType::new(names::BCRYPT_ECCPUBLIC_BLOB, Part::Public, Format::Ecc),
    BlobType::new(names::BCRYPT_ECCPRIVATE_BLOB, Part::Private, Format::Ecc),
    BlobType::new(names::BCRYPT_ECCFULLPUBLIC_BLOB, Part::Public, Format::EccFull),
    BlobType::new(names::BCRYPT_ECCFULLPRIVATE_BLOB, Part::Private, Format::EccFull),
    BlobType::new(names::SSL_ECCPUBLIC_BLOB, Part::Public, Format::EccTls),
];

const PROVIDER_LENGTH: Property<Provider> = Property::readable(names::BCRYPT_KEY_LENGTH, |provider| {
    Ok(Value::Number(provider_curve(provider)?.domain.bits))
});
const PROVIDER_LENGTHS: Property<Provider> = Property::readable(names::BCRYPT_KEY_LENGTHS, |provider| {
    provider_curve(provider).map(|curve| Value::Lengths(curve.domain.bits, curve.domain.bits, 0))
});

static FIXED_PROVIDER: &[Property<Provider>] = &[
    PROVIDER_LENGTH,
    PROVIDER_LENGTHS,
    Property::readable(names::BCRYPT_ECC_CURVE_NAME, |provider| curve_name(&provider_curve(provider)?)),
    Property::readable(names::BCRYPT_ECC_PARAMETERS, |provider| curve_parameters(&provider_curve(provider)?)),
];

static GENERIC_PROVIDER: &[Property<Provider>] = &[
    PROVIDER_LENGTH,
    PROVIDER_LENGTHS,
    Property::both(
        names::BCRYPT_ECC_CURVE_NAME,
        |provider| curve_name(&provider_curve(provider)?),
        |provider, value| choose(provider, curve::find(&WideName::from_bytes(value))?),
    ),
    Property::both(
        names::BCRYPT_ECC_PARAMETERS,
        |provider| curve_parameters(&provider_curve(provider)?),
        |provider, value| choose(provider, ecc_full::parse_parameters(value)?),
    ),
    Property::readable(names::BCRYPT_ECC_CURVE_NAME_LIST, |_| Ok(Value::CurveNames)),
];

static FIXED_KEY: &[KeyProperty] = &[
    KeyProperty::read(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::read(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

static GENERIC_KEY: &[KeyProperty] = &[
    KeyProperty::both(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::both(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

/// What a key tells of its curve.
static CURVE_PROPERTIES: &[Property<Curve>] = &[
    Property::readable(names::BCRYPT_ECC_CURVE_NAME, curve_name),
    Property::readable(names::BCRYPT_ECC_PARAMETERS, curve_parameters),
];

static SETTINGS: &[Setting<Draft>] = &[
    Setting::new(names::BCRYPT_ECC_CURVE_NAME, |draft, value| {
        draft.set_curve(curve::find(&WideName::from_bytes(value))?);
        Ok(())
    }),
    Setting::new(names::BCRYPT_ECC_PARAMETERS, |draft, value| {
        draft.set_curve(ecc_full::parse_parameters(value)?);
        Ok(())
    }),
    Setting::new(names::BCRYPT_PRIVATE_KEY, Draft::set_private),
];

/// The provider's curve. Fails with `InvalidParameter` if none is chosen yet.
fn provider_curve(provider: &Provider) -> Result<Curve> {
    let algorithm: &dyn Any = provider.algorithm().pair()?;
    let algorithm = algorithm.downcast_ref::<Algorithm>().ok_or(Status::InternalError)?;
    algorithm.curve(provider)?.ok_or(Status::InvalidParameter)
}

/// Chooses the curve of keys made from now on (behaviour.md b7).
fn choose(provider: &Provider, curve: Curve) -> Result<()> {
    provider.choose(|choice| choice.curve = Some(curve))
}

/// The name of a curve. Fails with `NotFound` for one that was given by its numbers
/// (behaviour.md n, c33).
fn curve_name(curve: &Curve) -> Result<Value> {
    curve.name.map(Value::Text).ok_or(Status::NotFound)
}

fn curve_parameters(curve: &Curve) -> Result<Value> {
    ecc_full::encode_parameters(&curve.domain).map(Value::Bytes)
}

fn size(curve: &Curve) -> Size {
    Size { bits: curve.domain.bits, strength: curve.domain.strength() }
}

/// A key whose curve and private number can still be set.
#[derive(Debug)]
struct Draft {
    /// The curve, once chosen.
    curve: Option<Curve>,
    private: Option<Private>,
    magics: Magics,
}

impl Draft {
    fn new(curve: Option<Curve>, magics: Magics) -> Self {
        Self { curve, private: None, magics }
    }

    /// A copy. Fails with `NoMemory`.
    fn duplicate(&self) -> Result<Self> {
        let private = match (&self.private, &self.curve) {
            (Some(private), Some(curve)) => Some(private.duplicate(curve)?),
            _ => None,
        };
        Ok(Self { curve: self.curve.clone(), private, magics: self.magics })
    }

    /// Chooses the curve; a private number set for another one is forgotten (behaviour.md n, b9).
    fn set_curve(&mut self, curve: Curve) {
        *self = Self::new(Some(curve), self.magics);
    }

    /// Sets d; finalizing computes the point (behaviour.md n, f3). Fails with `InvalidParameter` if no curve is
    /// chosen or d is not one of the curve's (behaviour.md n, c25).
    fn set_private(&mut self, value: &[u8]) -> Result<()> {
        let curve = self.curve.as_ref().ok_or(Status::InvalidParameter)?;
        require(value.len() == curve.width())?;
        self.private = Some(Private::new(curve, value)?);
        Ok(())
    }
}

impl super::Draft for Draft {
    fn size(&self) -> Result<Size> {
        self.curve.as_ref().map(size).ok_or(Status::InvalidParameter)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        let property = property::find(CURVE_PROPERTIES, name).ok_or(Status::NotSupported)?;
        property.read(self.curve.as_ref().ok_or(Status::InvalidParameter)?)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = self.duplicate()?;
        property::apply(SETTINGS, &mut changed, name, value)?;
        let changed: Arc<dyn super::Draft> = memory::shared(changed)?;
        Ok(changed)
    }

    /// The pair, with d as set or random. Fails with `InvalidParameter` if no curve is chosen.
    fn finish(&self) -> Result<Box<dyn super::Pair>> {
        let curve = self.curve.clone().ok_or(Status::InvalidParameter)?;
        let private = match &self.private {
            Some(private) => private.duplicate(&curve)?,
            None => Private::generate(&curve)?,
        };
        let public = private.public(&curve)?;
        boxed(Pair { public, private: Some(private), curve, magics: self.magics })
    }
}

/// A key that can be used.
#[derive(Debug)]
struct Pair {
    curve: Curve,
    public: Public,
    private: Option<Private>,
    /// The magics of its blobs: those of its algorithm.
    magics: Magics,
}

impl super::Pair for Pair {
    fn size(&self) -> Size {
        size(&self.curve)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        property::find(CURVE_PROPERTIES, name).ok_or(Status::NotSupported)?.read(&self.curve)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let coordinates = self.public.coordinates();
        let part = blob.part;
        match blob.format {
            Format::Ecc => {
                let magic = if part == Part::Private { self.magics.private } else { self.magics.public };
                ecc::encode(magic, coordinates, &self.scalar(part, self.curve.width())?)
            }
            // A curve without a number in TLS, and the points of which only u is known, have no such form.
            Format::EccTls => {
                ecc::encode(self.curve.tls_number.ok_or(Status::NotSupported)?, coordinates, &[])
            }
            Format::EccFull => match self.curve.domain.form {
                Form::Weierstrass(_) => {
                    let domain = &self.curve.domain;
                    ecc_full::encode(domain, coordinates, &self.scalar(part, domain.numbers.n.len())?)
                }
                Form::Curve25519 => Err(Status::NotSupported),
            },
            _ => Err(Status::NotSupported),
        }
    }

    fn agreement(&self) -> Option<&dyn Agreement> {
        Some(self)
    }
}

impl Agreement for Pair {
    fn agree(&self, peer: &dyn super::Pair) -> Result<SecretBytes> {
        let peer: &dyn Any = peer;
        let peer = peer.downcast_ref::<Self>().ok_or(Status::InvalidParameter)?;
        let private = self.private()?;
        require(self.curve.same_as(&peer.curve))?;
        let mut value = memory::secret_zeros(self.curve.width())?;
        match (private, &peer.public) {
            (Private::Weierstrass(d), Public::Weierstrass { point, .. }) => d.agree(point, &mut value)?,
            (Private::Curve25519(d), Public::Curve25519(u)) => {
                d.agree(x25519_u(u)?, value.first_chunk_mut().ok_or(Status::InternalError)?);
            }
            _ => return Err(Status::InvalidParameter),
        }
        Ok(value)
    }

    /// By the curve's size (behaviour.md e15).
    fn concat_hash(&self) -> &'static Digest {
        match self.curve.domain.bits {
            0..=256 => &digest::SHA256,
            257..=384 => &digest::SHA384,
            _ => &digest::SHA512,
        }
    }
}

impl Pair {
    /// The key of a blob.
    ///
    /// `chosen` is the curve of the algorithm; without one the blob must tell it. Asked for the public
    /// form, it takes a whole private blob and leaves d out (behaviour.md c20). Fails with
    /// `InvalidParameter`, with `NotSupported` for a curve that can't be computed on here.
    fn import(bytes: &[u8], blob: &BlobType, chosen: Option<Curve>, validation: Validation) -> Result<Self> {
        let part = blob.part;
        match blob.format {
            Format::Ecc => Self::from_blob(&Blob::parse(bytes)?, part, chosen, validation),
            Format::EccTls => {
                let blob = Blob::parse(bytes)?;
                let curve = agreed_curve(curve::by_tls_number(blob.kind)?, chosen)?;
                let (coordinates, _) = blob.numbers(curve.width(), false)?;
                Self::from_public(curve, coordinates, validation)
            }
            Format::EccFull => {
                let key = ecc_full::parse(bytes, part)?;
                // The key stays explicit, whatever was chosen (behaviour.md n, c33).
                require(chosen.is_none_or(|chosen| chosen.same_as(&key.curve)))?;
                match key.private {
                    Some(d) => Self::from_private(key.curve, key.coordinates, d, validation),
                    None => Self::from_public(key.curve, key.coordinates, validation),
                }
            }
            _ => Err(Status::NotSupported),
        }
    }

    fn from_blob(blob: &Blob<'_>, part: Part, chosen: Option<Curve>, validation: Validation) -> Result<Self> {
        let fixed = curve::by_magic(blob.kind);
        let curve = match fixed {
            Some(fixed) => agreed_curve(fixed.curve()?, chosen)?,
            None => chosen.ok_or(Status::InvalidParameter)?,
        };
        let magics = fixed.map_or(GENERIC_MAGICS, |fixed| fixed.magics);
        let has_private = blob.kind == magics.private;
        require(has_private || (part == Part::Public && blob.kind == magics.public))?;
        match blob.numbers(curve.width(), has_private)? {
            (coordinates, Some(d)) if part == Part::Private => {
                Self::from_private(curve, coordinates, d, validation)
            }
            (coordinates, _) => Self::from_public(curve, coordinates, validation),
        }
    }

    fn from_public(curve: Curve, coordinates: &[u8], validation: Validation) -> Result<Self> {
        let public = Public::new(&curve, coordinates)?;
        require(validation == Validation::Minimal || public.is_in_prime_subgroup())?;
        Ok(Self { curve, public, private: None, magics: GENERIC_MAGICS })
    }

    /// Zero coordinates ask for the public point to be computed, on named curves (behaviour.md c21 and
    /// n).
    fn from_private(curve: Curve, coordinates: &[u8], d: &[u8], validation: Validation) -> Result<Self> {
        let private = Private::new(&curve, d)?;
        let public = if curve.name.is_some() && memory::is_zero(coordinates) {
            private.public(&curve)?
        } else {
            let given = Public::new(&curve, coordinates)?;
            if validation == Validation::Full {
                require(memory::declassify(private.public(&curve)?.coordinates() == given.coordinates()))?;
            }
            given
        };
        Ok(Self { curve, public, private: Some(private), magics: GENERIC_MAGICS })
    }

    /// d in so many bytes for the private part of a blob, nothing for the public one.
    fn scalar(&self, part: Part, width: usize) -> Result<SecretBytes> {
        match part {
            Part::Public => memory::secret_zeros(0),
            Part::Private => {
                let private = self.private()?;
                let mut d = memory::secret_zeros(width)?;
                private.write(&mut d)?;
                Ok(d)
            }
        }
    }

    fn private(&self) -> Result<&Private> {
        self.private.as_ref().ok_or(Status::InvalidParameter)
    }
}

/// The curve that a blob tells, under the chosen one's name. Fails with `InvalidParameter` if another
/// one was chosen.
fn agreed_curve(told: Curve, chosen: Option<Curve>) -> Result<Curve> {
    let curve = chosen.unwrap_or_else(|| told.clone());
    require(curve.same_as(&told))?;
    Ok(curve)
}

/// The public half, with X and Y as the blob has them.
#[derive(Debug)]
enum Public {
    Weierstrass {
        point: ec::Public,
        coordinates: Vec<u8>,
    },
    /// u, then 32 zero bytes.
    Curve25519([u8; 2 * x25519::WIDTH]),
}

impl Public {
    /// Fails with `InvalidParameter` unless the point is on the curve and not infinity; on curve25519
    /// unless u is below p and Y is zero (behaviour.md c22, c24, c25).
    fn new(curve: &Curve, coordinates: &[u8]) -> Result<Self> {
        match &curve.domain.form {
            Form::Weierstrass(group) => Ok(Self::Weierstrass {
                point: ec::Public::new(group, coordinates)?,
                coordinates: memory::copy(coordinates)?,
            }),
            Form::Curve25519 => {
                let both: [u8; 2 * x25519::WIDTH] =
                    coordinates.try_into().map_err(|_| Status::InvalidParameter)?;
                let (u, y) = both.split_at(x25519::WIDTH);
                require(x25519_u(u).is_ok_and(x25519::is_canonical) && memory::is_zero(y))?;
                Ok(Self::Curve25519(both))
            }
        }
    }

    fn coordinates(&self) -> &[u8] {
        match self {
            Self::Weierstrass { coordinates, .. } => coordinates,
            Self::Curve25519(both) => both,
        }
    }

    /// Every point of a curve with cofactor 1 is; on curve25519 it is to be shown (behaviour.md c24).
    fn is_in_prime_subgroup(&self) -> bool {
        match self {
            Self::Weierstrass { .. } => true,
            Self::Curve25519(both) => x25519_u(both).is_ok_and(x25519::is_in_prime_subgroup),
        }
    }
}

fn x25519_u(coordinates: &[u8]) -> Result<&[u8; x25519::WIDTH]> {
    coordinates.first_chunk().ok_or(Status::InvalidParameter)
}

/// The private half.
#[derive(Debug)]
enum Private {
    Weierstrass(ec::Private),
    Curve25519(x25519::Private),
}

impl Private {
    /// d as the blob has it. Fails with `InvalidParameter` unless 0 < d < n, or on curve25519 unless it
    /// is clamped: CNG does not clamp (behaviour.md c23, c25).
    fn new(curve: &Curve, d: &[u8]) -> Result<Self> {
        match &curve.domain.form {
            Form::Weierstrass(group) => ec::Private::new(group, d).map(Self::Weierstrass),
            Form::Curve25519 => x25519::Private::new(d).map(Self::Curve25519),
        }
    }

    fn generate(curve: &Curve) -> Result<Self> {
        match &curve.domain.form {
            Form::Weierstrass(group) => {
                ec::Private::generate(group, curve.domain.scalar_bits()).map(Self::Weierstrass)
            }
            Form::Curve25519 => x25519::Private::generate().map(Self::Curve25519),
        }
    }

    fn duplicate(&self, curve: &Curve) -> Result<Self> {
        let mut d = memory::secret_zeros(curve.width())?;
        self.write(&mut d)?;
        Self::new(curve, &d)
    }

    fn public(&self, curve: &Curve) -> Result<Public> {
        match self {
            Self::Weierstrass(private) => {
                let point = private.public()?;
                let mut coordinates = memory::zeros(2 * curve.width())?;
                point.write(&mut coordinates)?;
                Ok(Public::Weierstrass { point, coordinates })
            }
            Self::Curve25519(scalar) => {
                let mut both = [0; 2 * x25519::WIDTH];
                if let Some(u) = both.first_chunk_mut() {
                    *u = scalar.public();
                }
                Ok(Public::Curve25519(both))
            }
        }
    }

    fn write(&self, out: &mut [u8]) -> Result<()> {
        match self {
            Self::Weierstrass(private) => private.write(out)?,
            Self::Curve25519(scalar) => out.copy_from_slice(scalar.bytes()),
        }
        Ok(())
    }
}
