//! Elliptic-curve keys.

use std::any::Any;
use std::sync::Arc;

use super::{Agreement, KeyProperty, Padding, Signature, Size, Validation, boxed};
use crate::blob::ecc::{self, Blob};
use crate::blob::{BlobType, Format, Part, ecc_full};
use crate::curve::definition::Form;
use crate::curve::{self, Curve, Fixed, Magics, Purpose};
use crate::engine::digest::{self, Digest};
use crate::engine::ec;
use crate::engine::{stack, x25519};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{self, Property, Setting, Value};
use crate::provider::Provider;
use crate::status::{Result, Status, require};
use crate::wide::WideName;

/// ECDH or ECDSA, on one curve or on the one that a property chooses.
#[derive(Clone, Copy, Debug)]
pub struct Algorithm {
    purpose: Purpose,
    fixed: Option<&'static Fixed>,
}

impl Algorithm {
    /// On the curve chosen by a property.
    pub const fn generic(purpose: Purpose) -> Self {
        Self { purpose, fixed: None }
    }

    /// On one curve.
    pub const fn on(curve: &'static Fixed, purpose: Purpose) -> Self {
        Self { purpose, fixed: Some(curve) }
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
        self.fixed.map_or(self.purpose.magics(), |fixed| fixed.magics(self.purpose))
    }

    /// The curve, unless keys for this purpose can't be on it. Fails with `NotSupported` (behaviour.md t107).
    fn allowed(&self, curve: Curve) -> Result<Curve> {
        match (self.purpose, &curve.domain.form) {
            (Purpose::Signature, Form::Curve25519) => Err(Status::NotSupported),
            _ => Ok(curve),
        }
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
        match (self.purpose, self.fixed) {
            (Purpose::Agreement, Some(_)) => FIXED_KEY,
            (Purpose::Agreement, None) => GENERIC_KEY,
            (Purpose::Signature, Some(_)) => FIXED_SIGNATURE_KEY,
            (Purpose::Signature, None) => GENERIC_SIGNATURE_KEY,
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
        let draft: Arc<dyn super::Draft> = memory::shared(Draft::new(*self, curve))?;
        Ok(draft)
    }

    fn import(
        &self,
        provider: &Provider,
        blob: &BlobType,
        bytes: &[u8],
        validation: Validation,
    ) -> Result<Box<dyn super::Pair>> {
        let pair = Pair::import(*self, bytes, blob, self.curve(provider)?, validation)?;
        note_depth(&pair.curve);
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
    Property::readable(names::BCRYPT_ECC_CURVE_NAME_LIST, |provider| {
        Ok(Value::CurveNames(provider_algorithm(provider)?.purpose))
    }),
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

static FIXED_SIGNATURE_KEY: &[KeyProperty] = &[
    KeyProperty::read(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::read(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

static GENERIC_SIGNATURE_KEY: &[KeyProperty] = &[
    KeyProperty::both(names::BCRYPT_ECC_CURVE_NAME),
    KeyProperty::both(names::BCRYPT_ECC_PARAMETERS),
    KeyProperty::read(names::BCRYPT_SIGNATURE_LENGTH),
    KeyProperty::write(names::BCRYPT_PRIVATE_KEY),
];

/// What a key tells of its curve.
static CURVE_PROPERTIES: &[Property<Curve>] = &[
    Property::readable(names::BCRYPT_ECC_CURVE_NAME, curve_name),
    Property::readable(names::BCRYPT_ECC_PARAMETERS, curve_parameters),
];

/// What a key that signs tells of its curve.
static SIGNATURE_PROPERTIES: &[Property<Curve>] =
    &[Property::readable(names::BCRYPT_SIGNATURE_LENGTH, |curve| {
        Ok(Value::Number(signature_size(curve) as u32))
    })];

/// Reads a property of a key's curve. Fails with `NotSupported` if there is none of this name.
fn read(purpose: Purpose, curve: Option<&Curve>, name: &WideName) -> Result<Value> {
    let own = match purpose {
        Purpose::Agreement => None,
        Purpose::Signature => property::find(SIGNATURE_PROPERTIES, name),
    };
    let property = own.or_else(|| property::find(CURVE_PROPERTIES, name)).ok_or(Status::NotSupported)?;
    property.read(curve.ok_or(Status::InvalidParameter)?)
}

static SETTINGS: &[Setting<Draft>] = &[
    Setting::new(names::BCRYPT_ECC_CURVE_NAME, |draft, value| {
        draft.set_curve(curve::find(&WideName::from_bytes(value))?)
    }),
    Setting::new(names::BCRYPT_ECC_PARAMETERS, |draft, value| {
        draft.set_curve(ecc_full::parse_parameters(value)?)
    }),
    Setting::new(names::BCRYPT_PRIVATE_KEY, Draft::set_private),
];

/// The provider's algorithm.
fn provider_algorithm(provider: &Provider) -> Result<&'static Algorithm> {
    let algorithm: &dyn Any = provider.algorithm().pair()?;
    algorithm.downcast_ref::<Algorithm>().ok_or(Status::InternalError)
}

/// The provider's curve. Fails with `InvalidParameter` if none is chosen yet.
fn provider_curve(provider: &Provider) -> Result<Curve> {
    provider_algorithm(provider)?.curve(provider)?.ok_or(Status::InvalidParameter)
}

/// Chooses the curve of keys made from now on (behaviour.md b7).
fn choose(provider: &Provider, curve: Curve) -> Result<()> {
    let curve = provider_algorithm(provider)?.allowed(curve)?;
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
    algorithm: Algorithm,
    /// The curve, once chosen.
    curve: Option<Curve>,
    private: Option<Private>,
}

impl Draft {
    fn new(algorithm: Algorithm, curve: Option<Curve>) -> Self {
        Self { algorithm, curve, private: None }
    }

    /// A copy. Fails with `NoMemory`.
    fn duplicate(&self) -> Result<Self> {
        let private = match (&self.private, &self.curve) {
            (Some(private), Some(curve)) => Some(private.duplicate(curve)?),
            _ => None,
        };
        Ok(Self { algorithm: self.algorithm, curve: self.curve.clone(), private })
    }

    /// Chooses the curve; a private number set for another one is forgotten (behaviour.md n, b9).
    fn set_curve(&mut self, curve: Curve) -> Result<()> {
        *self = Self::new(self.algorithm, Some(self.algorithm.allowed(curve)?));
        Ok(())
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
        read(self.algorithm.purpose, self.curve.as_ref(), name)
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
        note_depth(&curve);
        let public = private.public(&curve)?;
        boxed(Pair { algorithm: self.algorithm, public, private: Some(private), curve })
    }
}

/// A key that can be used.
#[derive(Debug)]
struct Pair {
    algorithm: Algorithm,
    curve: Curve,
    public: Public,
    private: Option<Private>,
}

impl super::Pair for Pair {
    fn size(&self) -> Size {
        size(&self.curve)
    }

    fn get(&self, name: &WideName) -> Result<Value> {
        read(self.algorithm.purpose, Some(&self.curve), name)
    }

    fn export(&self, blob: &BlobType) -> Result<SecretBytes> {
        let coordinates = self.public.coordinates();
        let part = blob.part;
        match blob.format {
            Format::Ecc => ecc::encode(
                self.algorithm.magics().of(part),
                coordinates,
                &self.scalar(part, self.curve.width())?,
            ),
            // A curve without a number in TLS, and the points of which only u is known, have no such form.
            Format::EccTls => {
                ecc::encode(self.curve.tls_number.ok_or(Status::NotSupported)?, coordinates, &[])
            }
            Format::EccFull => match self.curve.domain.form {
                Form::Weierstrass(_) => {
                    let (domain, magics) = (&self.curve.domain, self.algorithm.purpose.magics());
                    let scalar = self.scalar(part, domain.numbers.n.len())?;
                    ecc_full::encode(magics.of(part), domain, coordinates, &scalar)
                }
                Form::Curve25519 => Err(Status::NotSupported),
            },
            _ => Err(Status::NotSupported),
        }
    }

    fn agreement(&self) -> Option<&dyn Agreement> {
        (self.algorithm.purpose == Purpose::Agreement).then_some(self)
    }

    fn signature(&self) -> Option<&dyn Signature> {
        let does = self.algorithm.purpose == Purpose::Signature;
        (does && self.curve.domain.order_bits >= ec::MIN_SIGNATURE_ORDER_BITS).then_some(self)
    }
}

/// Tells how deep a call on this curve goes.
fn note_depth(curve: &Curve) {
    let is_shallow = match &curve.domain.form {
        Form::Weierstrass(group) => group.is_of_engine(),
        Form::Curve25519 => true,
    };
    if is_shallow {
        stack::at_most(stack::CURVE);
    }
}

/// Bytes of a signature: r and s, each as wide as the order (behaviour.md t100, t103).
fn signature_size(curve: &Curve) -> usize {
    2 * curve.domain.order_bits.div_ceil(8) as usize
}

/// Fails with `InvalidParameter` for any padding (behaviour.md t5), and for an empty digest: a signature on it, which is one
/// on the number 0, can be made without the private half.
fn require_plain(padding: Padding, hash: &[u8]) -> Result<()> {
    require(matches!(padding, Padding::None) && !hash.is_empty())
}

impl Signature for Pair {
    fn size(&self) -> usize {
        signature_size(&self.curve)
    }

    fn sign(&self, padding: Padding, hash: &[u8], out: &mut [u8]) -> Result<()> {
        require_plain(padding, hash)?;
        note_depth(&self.curve);
        match self.private()? {
            Private::Weierstrass(d) => d.sign(hash, out),
            Private::Curve25519(_) => Err(Status::NotSupported),
        }
    }

    fn verify(&self, padding: Padding, hash: &[u8], signature: &[u8]) -> Result<()> {
        require_plain(padding, hash)?;
        require(signature.len() == signature_size(&self.curve))?;
        note_depth(&self.curve);
        match &self.public {
            Public::Weierstrass { point, .. } => point.verify(hash, signature),
            Public::Curve25519(_) => Err(Status::NotSupported),
        }
    }
}

impl Agreement for Pair {
    fn agree(&self, peer: &dyn super::Pair) -> Result<SecretBytes> {
        let peer: &dyn Any = peer;
        let peer = peer.downcast_ref::<Self>().ok_or(Status::InvalidParameter)?;
        let private = self.private()?;
        require(self.curve.same_as(&peer.curve))?;
        note_depth(&self.curve);
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
    fn import(
        algorithm: Algorithm,
        bytes: &[u8],
        blob: &BlobType,
        chosen: Option<Curve>,
        validation: Validation,
    ) -> Result<Self> {
        let part = blob.part;
        let new = New { algorithm, validation };
        match blob.format {
            Format::Ecc => new.of_blob(&Blob::parse(bytes)?, part, chosen),
            Format::EccTls => {
                let blob = Blob::parse(bytes)?;
                let curve = agreed_curve(curve::by_tls_number(blob.kind)?, chosen)?;
                let (coordinates, _) = blob.numbers(curve.width(), false)?;
                new.of_public(curve, coordinates)
            }
            Format::EccFull => {
                let key = ecc_full::parse(bytes, part, algorithm.purpose.magics())?;
                // The key stays explicit, whatever was chosen (behaviour.md n, c33).
                require(chosen.is_none_or(|chosen| chosen.same_as(&key.curve)))?;
                match key.private {
                    Some(d) => new.of_private(key.curve, key.coordinates, d),
                    None => new.of_public(key.curve, key.coordinates),
                }
            }
            _ => Err(Status::NotSupported),
        }
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

/// How the key of a blob is made.
#[derive(Clone, Copy)]
struct New {
    algorithm: Algorithm,
    validation: Validation,
}

impl New {
    fn of_blob(self, blob: &Blob<'_>, part: Part, chosen: Option<Curve>) -> Result<Pair> {
        let fixed = curve::by_magic(blob.kind, self.algorithm.purpose);
        let curve = match fixed {
            Some(fixed) => agreed_curve(fixed.curve()?, chosen)?,
            None => chosen.ok_or(Status::InvalidParameter)?,
        };
        let purpose = self.algorithm.purpose;
        let magics = fixed.map_or(purpose.magics(), |fixed| fixed.magics(purpose));
        let has_private = blob.kind == magics.private;
        require(has_private || (part == Part::Public && blob.kind == magics.public))?;
        match blob.numbers(curve.width(), has_private)? {
            (coordinates, Some(d)) if part == Part::Private => self.of_private(curve, coordinates, d),
            (coordinates, _) => self.of_public(curve, coordinates),
        }
    }

    fn of_public(self, curve: Curve, coordinates: &[u8]) -> Result<Pair> {
        let curve = self.algorithm.allowed(curve)?;
        let public = Public::new(&curve, coordinates)?;
        require(self.validation == Validation::Minimal || public.is_in_prime_subgroup())?;
        Ok(Pair { algorithm: self.algorithm, curve, public, private: None })
    }

    /// Zero coordinates ask for the public point to be computed, on named curves (behaviour.md c21 and
    /// n).
    fn of_private(self, curve: Curve, coordinates: &[u8], d: &[u8]) -> Result<Pair> {
        let curve = self.algorithm.allowed(curve)?;
        let private = Private::new(&curve, d)?;
        let public = if curve.name.is_some() && memory::is_zero(coordinates) {
            private.public(&curve)?
        } else {
            let given = Public::new(&curve, coordinates)?;
            if self.validation == Validation::Full {
                require(memory::declassify(private.public(&curve)?.coordinates() == given.coordinates()))?;
            }
            given
        };
        Ok(Pair { algorithm: self.algorithm, curve, public, private: Some(private) })
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
