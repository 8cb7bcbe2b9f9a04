//! Elliptic-curve Diffie-Hellman and ECDSA on short Weierstrass curves with cofactor 1.
//!
//! Coordinates and scalars are big-endian and as wide as the field. Keys and agreement on secp256k1 go through the `k256`
//! crate, four times as fast as the engine's general arithmetic; all other curves, and every signature, through the engine.

use std::fmt;

use k256::elliptic_curve::sec1::ToSec1Point;
use zeroize::Zeroizing;

use super::{ffi, generator, random};
use crate::memory;
use crate::status::{Result, Status, require};

/// The widest field, P-521, in bytes.
pub const MAX_WIDTH: usize = 66;
/// Bits of the least order that the engine signs with.
pub const MIN_SIGNATURE_ORDER_BITS: u32 = 160;
/// First byte of an uncompressed SEC 1 point.
const UNCOMPRESSED: u8 = 4;

/// A curve with its generator.
#[derive(Clone, Debug)]
pub struct Group(Arithmetic);

/// Who computes on a curve.
#[derive(Clone, Debug)]
enum Arithmetic {
    Engine(ffi::Group),
    Secp256k1,
}

/// The curves with code of their own.
#[derive(Clone, Copy, Debug)]
pub enum Builtin {
    /// NIST P-224.
    P224,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// secp256k1.
    Secp256k1,
}

impl Group {
    /// Whether the engine has code of its own for it, which needs less of the stack.
    pub fn is_of_engine(&self) -> bool {
        matches!(
            self.0,
            Arithmetic::Engine(ffi::Group::P224 | ffi::Group::P256 | ffi::Group::P384 | ffi::Group::P521)
        )
    }
}

impl From<Builtin> for Group {
    fn from(builtin: Builtin) -> Self {
        Self(match builtin {
            Builtin::P224 => Arithmetic::Engine(ffi::Group::P224),
            Builtin::P256 => Arithmetic::Engine(ffi::Group::P256),
            Builtin::P384 => Arithmetic::Engine(ffi::Group::P384),
            Builtin::P521 => Arithmetic::Engine(ffi::Group::P521),
            Builtin::Secp256k1 => Arithmetic::Secp256k1,
        })
    }
}

/// Whether a public number is prime, but for a chance of 2^−80 or less on numbers made to deceive. Fails with
/// `InternalError` if the operating system gives no random bytes.
pub fn is_prime(number: &[u8]) -> Result<bool> {
    generator::searching(|draw| ffi::is_prime(draw, number))
}

impl Group {
    /// The group of y² = x³ + ax + b modulo p with this generator (x and y, one after the other) of
    /// order n. Fails with `InvalidParameter` if p is even or wider than 66 bytes, if p ≥ 2n, or if the
    /// generator is not on the curve. Whether p and n are prime and n is the order is not looked at.
    pub fn new(p: &[u8], a: &[u8], b: &[u8], generator: &[u8], n: &[u8]) -> Result<Self> {
        let mut buffer = [UNCOMPRESSED; 1 + 2 * MAX_WIDTH];
        let made = ffi::MadeGroup::new(p, a, b, sec1(&mut buffer, generator)?, n)?;
        Ok(Self(Arithmetic::Engine(ffi::Group::Made(memory::shared(made)?))))
    }
}

/// x and y as an uncompressed SEC 1 point.
fn sec1<'a>(buffer: &'a mut [u8; 1 + 2 * MAX_WIDTH], coordinates: &[u8]) -> Result<&'a [u8]> {
    let encoding = buffer.get_mut(..1 + coordinates.len()).ok_or(Status::InvalidParameter)?;
    encoding.get_mut(1..).ok_or(Status::InternalError)?.copy_from_slice(coordinates);
    Ok(encoding)
}

/// A public point; on the curve and not infinity.
#[derive(Debug)]
pub struct Public(Point);

#[derive(Debug)]
enum Point {
    Engine(ffi::Group, ffi::Point),
    Secp256k1(k256::PublicKey),
}

impl Public {
    /// The point of x and y, one after the other. Fails with `InvalidParameter` unless both are below
    /// p and the point is on the curve.
    pub fn new(group: &Group, coordinates: &[u8]) -> Result<Self> {
        let mut buffer = [UNCOMPRESSED; 1 + 2 * MAX_WIDTH];
        let encoding = sec1(&mut buffer, coordinates)?;
        Ok(Self(match &group.0 {
            Arithmetic::Engine(group) => Point::Engine(group.clone(), ffi::Point::decode(group, encoding)?),
            Arithmetic::Secp256k1 => Point::Secp256k1(
                k256::PublicKey::from_sec1_bytes(encoding).map_err(|_| Status::InvalidParameter)?,
            ),
        }))
    }

    /// Whether the bytes are an ECDSA signature of this point's owner on a digest: r and s, one after the other and each as
    /// wide as half of the bytes. Of a digest that is longer than the order the leading bits count. Fails with
    /// `InvalidSignature` if not.
    pub fn verify(&self, digest: &[u8], signature: &[u8]) -> Result<()> {
        match &self.0 {
            Point::Engine(group, point) => ffi::verify(group, point, digest, signature),
            Point::Secp256k1(point) => {
                let group = ffi::Group::Secp256k1;
                let point = ffi::Point::decode(&group, point.to_sec1_point(false).as_bytes())?;
                ffi::verify(&group, &point, digest, signature)
            }
        }
    }

    /// Writes x and y, one after the other, over all of `out`.
    pub fn write(&self, out: &mut [u8]) -> Result<()> {
        let mut buffer = [UNCOMPRESSED; 1 + 2 * MAX_WIDTH];
        let encoding = buffer.get_mut(..1 + out.len()).ok_or(Status::InternalError)?;
        match &self.0 {
            Point::Engine(group, point) => point.encode(group, encoding)?,
            Point::Secp256k1(point) => encoding.copy_from_slice(point.to_sec1_point(false).as_bytes()),
        }
        out.copy_from_slice(encoding.get(1..).ok_or(Status::InternalError)?);
        Ok(())
    }
}

/// A private scalar d with 0 < d < n.
pub struct Private(Scalar);

enum Scalar {
    Engine(ffi::Group, ffi::EcKey),
    Secp256k1(k256::SecretKey),
}

impl Private {
    /// A random scalar below 2^bits, by the rejection method of FIPS 186-5, A.2.2. Fails with
    /// `InternalError` if the operating system gives no random bytes.
    pub fn generate(group: &Group, bits: u32) -> Result<Self> {
        let width = bits.div_ceil(8) as usize;
        let mut buffer = Zeroizing::new([0; MAX_WIDTH]);
        let candidate = buffer.get_mut(..width).ok_or(Status::InternalError)?;
        loop {
            random::fill(candidate)?;
            if let Some(first) = candidate.first_mut() {
                *first &= 0xFF >> (width as u32 * 8 - bits);
            }
            // Which candidates were thrown away says nothing about the one that is kept.
            match Self::new(group, candidate) {
                Err(Status::InvalidParameter) => continue,
                made => return made,
            }
        }
    }

    /// The scalar of big-endian bytes. Fails with `InvalidParameter` unless 0 < d < n.
    pub fn new(group: &Group, scalar: &[u8]) -> Result<Self> {
        Ok(Self(match &group.0 {
            Arithmetic::Engine(group) => Scalar::Engine(group.clone(), ffi::EcKey::new(group, scalar)?),
            Arithmetic::Secp256k1 => {
                Scalar::Secp256k1(k256::SecretKey::from_slice(scalar).map_err(|_| Status::InvalidParameter)?)
            }
        }))
    }

    /// The public point d·G.
    pub fn public(&self) -> Result<Public> {
        Ok(Public(match &self.0 {
            Scalar::Engine(group, key) => Point::Engine(group.clone(), key.public(group)?),
            Scalar::Secp256k1(key) => Point::Secp256k1(key.public_key()),
        }))
    }

    /// Writes d big-endian over all of `out`. Fails with `InvalidParameter` if it is wider, which only a d
    /// can be that was given as wide as an n wider than p.
    pub fn write(&self, out: &mut [u8]) -> Result<()> {
        match &self.0 {
            Scalar::Engine(_, key) => key.scalar(out),
            Scalar::Secp256k1(key) => {
                let bytes = Zeroizing::new(key.to_bytes());
                out.copy_from_slice(&bytes);
                Ok(())
            }
        }
    }

    /// Signs a digest, over all of `out`: r and s, one after the other and each as wide as half of it. Of a digest that is
    /// longer than the order the leading bits count. Fails as [`generator::drawing`] does.
    pub fn sign(&self, digest: &[u8], out: &mut [u8]) -> Result<()> {
        match &self.0 {
            Scalar::Engine(_, key) => generator::drawing(|draw| key.sign(draw, digest, out)),
            Scalar::Secp256k1(key) => {
                let scalar = Zeroizing::new(key.to_bytes());
                let key = ffi::EcKey::new(&ffi::Group::Secp256k1, &scalar)?;
                generator::drawing(|draw| key.sign(draw, digest, out))
            }
        }
    }

    /// Writes the x-coordinate of d times the peer's point over all of `out`, which has the field's
    /// width. Fails with `InvalidParameter` if the peer's point is of another curve.
    pub fn agree(&self, peer: &Public, out: &mut [u8]) -> Result<()> {
        match (&self.0, &peer.0) {
            (Scalar::Engine(group, key), Point::Engine(_, point)) => {
                let mut buffer = Zeroizing::new([0; 1 + 2 * MAX_WIDTH]);
                let encoding = buffer.get_mut(..1 + 2 * out.len()).ok_or(Status::InternalError)?;
                key.agree(group, point, encoding)?;
                out.copy_from_slice(encoding.get(1..=out.len()).ok_or(Status::InternalError)?);
                Ok(())
            }
            (Scalar::Secp256k1(key), Point::Secp256k1(point)) => {
                let shared = k256::ecdh::diffie_hellman(key.to_nonzero_scalar(), point.as_affine());
                let shared = shared.raw_secret_bytes();
                require(out.len() == shared.len())?;
                out.copy_from_slice(shared);
                Ok(())
            }
            _ => Err(Status::InvalidParameter),
        }
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Private").finish_non_exhaustive()
    }
}
