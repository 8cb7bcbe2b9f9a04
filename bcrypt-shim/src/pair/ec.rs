//! Elliptic-curve keys.

mod half;
mod import;
mod property;

use std::any::Any;
use std::sync::Arc;

use self::half::{Private, Public, x25519_u};
use self::property::{
    FIXED_KEY, FIXED_PROVIDER, FIXED_SIGNATURE_KEY, GENERIC_KEY, GENERIC_PROVIDER, GENERIC_SIGNATURE_KEY,
};
use super::{Agreement, KeyProperty, Padding, Signature, Size, Validation, boxed, shared};
use crate::blob::{BlobType, Format, Part, ecc, ecc_full};
use crate::curve::definition::Form;
use crate::curve::{self, Curve, Fixed, Magics, Purpose};
use crate::engine::digest::{self, Digest};
use crate::engine::ec;
use crate::engine::stack;
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::property::{Property, Setting, Value, apply};
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
        shared(Draft::new(*self, curve))
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

static SETTINGS: &[Setting<Draft>] = &[
    Setting::new(names::BCRYPT_ECC_CURVE_NAME, |draft, value| {
        draft.set_curve(curve::find(&WideName::from_bytes(value))?)
    }),
    Setting::new(names::BCRYPT_ECC_PARAMETERS, |draft, value| {
        draft.set_curve(ecc_full::parse_parameters(value)?)
    }),
    Setting::new(names::BCRYPT_PRIVATE_KEY, Draft::set_private),
];

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
        property::read(self.algorithm.purpose, self.curve.as_ref(), name)
    }

    fn with(&self, name: &WideName, value: &[u8]) -> Result<Arc<dyn super::Draft>> {
        let mut changed = self.duplicate()?;
        apply(SETTINGS, &mut changed, name, value)?;
        shared(changed)
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
        property::read(self.algorithm.purpose, Some(&self.curve), name)
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
