//! Elliptic-curve Diffie-Hellman keys.

use crate::blob::ecc::{self, Blob};
use crate::blob::{Format, Part, ecc_full};
use crate::curve::definition::Form;
use crate::curve::{self, Curve, Fixed, GENERIC_MAGICS};
use crate::engine::digest::{self, Digest};
use crate::engine::ec;
use crate::engine::x25519;
use crate::key::Validation;
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// A key whose curve and private number can still be set.
#[derive(Debug)]
pub struct Building {
    /// The curve, once chosen.
    pub curve: Option<Curve>,
    private: Option<Private>,
}

impl Building {
    /// A key on a curve, or on one to be chosen.
    pub fn new(curve: Option<Curve>) -> Self {
        Self { curve, private: None }
    }

    /// A copy. Fails with `NoMemory`.
    pub fn duplicate(&self) -> Result<Self> {
        let private = match (&self.private, &self.curve) {
            (Some(private), Some(curve)) => Some(private.duplicate(curve)?),
            _ => None,
        };
        Ok(Self { curve: self.curve.clone(), private })
    }

    /// Chooses the curve; a private number set for another one is forgotten.
    pub fn set_curve(&mut self, curve: Curve) {
        *self = Self::new(Some(curve));
    }

    /// Sets d. Fails with `InvalidParameter` if no curve is chosen or d is not one of the curve's
    /// (behaviour.md n, c25).
    pub fn set_private(&mut self, value: &[u8]) -> Result<()> {
        let curve = self.curve.as_ref().ok_or(Status::InvalidParameter)?;
        require(value.len() == curve.width())?;
        self.private = Some(Private::new(curve, value)?);
        Ok(())
    }

    /// The pair, with d as set or random. Fails with `InvalidParameter` if no curve is chosen.
    pub fn finalize(&self) -> Result<Pair> {
        let curve = self.curve.clone().ok_or(Status::InvalidParameter)?;
        let private = match &self.private {
            Some(private) => private.duplicate(&curve)?,
            None => Private::generate(&curve)?,
        };
        Ok(Pair { public: private.public(&curve)?, private: Some(private), curve })
    }
}

/// A key that can be used.
#[derive(Debug)]
pub struct Pair {
    curve: Curve,
    public: Public,
    private: Option<Private>,
}

impl Pair {
    /// The key of a blob.
    ///
    /// `chosen` is the curve of the algorithm; without one the blob must tell it. Asked for the public
    /// form, it takes a whole private blob and leaves d out (behaviour.md c20). Fails with
    /// `InvalidParameter`, with `NotSupported` for a curve that can't be computed on here.
    pub fn import(
        bytes: &[u8],
        (format, part): (Format, Part),
        chosen: Option<Curve>,
        validation: Validation,
    ) -> Result<Self> {
        match format {
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
        Ok(Self { curve, public, private: None })
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
        Ok(Self { curve, public, private: Some(private) })
    }

    /// The key as a blob, with the magics of a fixed algorithm or the generic ones. Fails with
    /// `InvalidParameter` if the private half is asked for and missing, with `NotSupported` for a form
    /// that the key's curve does not have.
    pub fn export(&self, (format, part): (Format, Part), fixed: Option<&Fixed>) -> Result<SecretBytes> {
        let coordinates = self.public.coordinates();
        match format {
            Format::Ecc => {
                let magics = fixed.map_or(GENERIC_MAGICS, |fixed| fixed.magics);
                let magic = if part == Part::Private { magics.private } else { magics.public };
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

    /// The curve.
    pub fn curve(&self) -> &Curve {
        &self.curve
    }

    /// The hash of SP800_56A_CONCAT: by the curve's size (behaviour.md e15).
    pub fn concat_hash(&self) -> &'static Digest {
        match self.curve.domain.bits {
            0..=256 => &digest::SHA256,
            257..=384 => &digest::SHA384,
            _ => &digest::SHA512,
        }
    }

    /// d times the peer's point: the x-coordinate, big-endian and as wide as the field, or the 32 bytes
    /// of RFC 7748. Fails with `InvalidParameter` if the curves differ or this key has no d
    /// (behaviour.md d4).
    pub fn agree(&self, peer: &Pair) -> Result<SecretBytes> {
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
