//! Elliptic-curve Diffie-Hellman keys.

use crate::blob::Part;
use crate::blob::ecc::{self, Blob, Numbers};
use crate::curve::{self, Curve, Form, GENERIC_MAGICS, Magics};
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
    pub curve: Option<&'static Curve>,
    private: Option<Private>,
}

impl Building {
    /// A key on a curve, or on one to be chosen.
    pub fn new(curve: Option<&'static Curve>) -> Self {
        Self { curve, private: None }
    }

    /// Chooses the curve; a private number set for another one is forgotten.
    pub fn set_curve(&mut self, curve: &'static Curve) {
        *self = Self::new(Some(curve));
    }

    /// Sets d. Fails with `InvalidParameter` if no curve is chosen or d is not one of the curve's
    /// (behaviour.md n, c25).
    pub fn set_private(&mut self, value: &[u8]) -> Result<()> {
        self.private = Some(Private::new(self.curve.ok_or(Status::InvalidParameter)?, value)?);
        Ok(())
    }

    /// The pair, with d as set or random. Fails with `InvalidParameter` if no curve is chosen.
    pub fn finalize(&self) -> Result<Pair> {
        let curve = self.curve.ok_or(Status::InvalidParameter)?;
        let private = match &self.private {
            Some(private) => private.duplicate(curve)?,
            None => Private::generate(curve)?,
        };
        Ok(Pair { curve, public: private.public(curve)?, private: Some(private) })
    }
}

/// A key that can be used.
#[derive(Debug)]
pub struct Pair {
    curve: &'static Curve,
    public: Public,
    private: Option<Private>,
}

impl Pair {
    /// The key of a blob.
    ///
    /// `chosen` is the curve of the algorithm; without one the blob's magic must name it. Asked for the
    /// public form, it takes a whole private blob and leaves d out (behaviour.md c20). Fails with
    /// `InvalidParameter`.
    pub fn import(
        bytes: &[u8],
        part: Part,
        chosen: Option<&'static Curve>,
        validation: Validation,
    ) -> Result<Self> {
        let blob = Blob::parse(bytes)?;
        let (curve, magics) = curve_of(blob.magic, chosen)?;
        let is_private = blob.magic == magics.private;
        require(is_private || part == Part::Public)?;
        let numbers = blob.numbers(curve.width(), is_private)?;
        match part {
            Part::Public => Self::from_public(curve, numbers.coordinates, validation),
            Part::Private => Self::from_private(curve, &numbers, validation),
        }
    }

    fn from_public(curve: &'static Curve, coordinates: &[u8], validation: Validation) -> Result<Self> {
        let public = Public::new(curve, coordinates)?;
        require(validation == Validation::Minimal || public.is_in_prime_subgroup())?;
        Ok(Self { curve, public, private: None })
    }

    /// Zero coordinates ask for the public point to be computed (behaviour.md c21).
    fn from_private(curve: &'static Curve, numbers: &Numbers<'_>, validation: Validation) -> Result<Self> {
        let private = Private::new(curve, numbers.private.ok_or(Status::InvalidParameter)?)?;
        let public = if memory::is_zero(numbers.coordinates) {
            private.public(curve)?
        } else {
            let given = Public::new(curve, numbers.coordinates)?;
            if validation == Validation::Full {
                require(private.public(curve)?.coordinates() == given.coordinates())?;
            }
            given
        };
        Ok(Self { curve, public, private: Some(private) })
    }

    /// The key as a blob, with the magics of a fixed algorithm or the generic ones. Fails with
    /// `InvalidParameter` if the private half is asked for and missing.
    pub fn export(&self, part: Part, fixed: bool) -> Result<SecretBytes> {
        let magics = self.curve.magics.filter(|_| fixed).unwrap_or(GENERIC_MAGICS);
        let coordinates = self.public.coordinates();
        match part {
            Part::Public => ecc::encode(magics.public, coordinates, &[]),
            Part::Private => {
                let mut d = memory::secret_zeros(self.curve.width())?;
                self.private()?.write(&mut d)?;
                ecc::encode(magics.private, coordinates, &d)
            }
        }
    }

    /// The curve.
    pub fn curve(&self) -> &'static Curve {
        self.curve
    }

    /// The hash of SP800_56A_CONCAT: by the curve's size (behaviour.md e15).
    pub fn concat_hash(&self) -> &'static Digest {
        match self.curve.bits {
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
        require(self.curve.same_as(peer.curve))?;
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

/// The curve that a blob is on and the magics of its family. Fails with `InvalidParameter` if there is
/// none or it is not the chosen one (behaviour.md c21 and n).
fn curve_of(magic: u32, chosen: Option<&'static Curve>) -> Result<(&'static Curve, Magics)> {
    if magic == GENERIC_MAGICS.public || magic == GENERIC_MAGICS.private {
        return Ok((chosen.ok_or(Status::InvalidParameter)?, GENERIC_MAGICS));
    }
    let named = curve::by_magic(magic).ok_or(Status::InvalidParameter)?;
    let curve = chosen.unwrap_or(named);
    require(curve.same_as(named))?;
    Ok((curve, named.magics.ok_or(Status::InvalidParameter)?))
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
        match curve.form {
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
        require(d.len() == curve.width())?;
        match curve.form {
            Form::Weierstrass(group) => ec::Private::new(group, d).map(Self::Weierstrass),
            Form::Curve25519 => x25519::Private::new(d).map(Self::Curve25519),
        }
    }

    fn generate(curve: &Curve) -> Result<Self> {
        match curve.form {
            Form::Weierstrass(group) => ec::Private::generate(group).map(Self::Weierstrass),
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
