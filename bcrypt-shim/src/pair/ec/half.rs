//! The two halves of a key.

use crate::curve::Curve;
use crate::curve::definition::Form;
use crate::engine::{ec, x25519};
use crate::memory;
use crate::status::{Result, Status, require};

/// The public half, with X and Y as the blob has them.
#[derive(Debug)]
pub(super) enum Public {
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
    pub(super) fn new(curve: &Curve, coordinates: &[u8]) -> Result<Self> {
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

    pub(super) fn coordinates(&self) -> &[u8] {
        match self {
            Self::Weierstrass { coordinates, .. } => coordinates,
            Self::Curve25519(both) => both,
        }
    }

    /// Every point of a curve with cofactor 1 is; on curve25519 it is to be shown (behaviour.md c24).
    pub(super) fn is_in_prime_subgroup(&self) -> bool {
        match self {
            Self::Weierstrass { .. } => true,
            Self::Curve25519(both) => x25519_u(both).is_ok_and(x25519::is_in_prime_subgroup),
        }
    }
}

pub(super) fn x25519_u(coordinates: &[u8]) -> Result<&[u8; x25519::WIDTH]> {
    coordinates.first_chunk().ok_or(Status::InvalidParameter)
}

/// The private half.
#[derive(Debug)]
pub(super) enum Private {
    Weierstrass(ec::Private),
    Curve25519(x25519::Private),
}

impl Private {
    /// d as the blob has it. Fails with `InvalidParameter` unless 0 < d < n, or on curve25519 unless it
    /// is clamped: CNG does not clamp (behaviour.md c23, c25).
    pub(super) fn new(curve: &Curve, d: &[u8]) -> Result<Self> {
        match &curve.domain.form {
            Form::Weierstrass(group) => ec::Private::new(group, d).map(Self::Weierstrass),
            Form::Curve25519 => x25519::Private::new(d).map(Self::Curve25519),
        }
    }

    pub(super) fn generate(curve: &Curve) -> Result<Self> {
        match &curve.domain.form {
            Form::Weierstrass(group) => {
                ec::Private::generate(group, curve.domain.scalar_bits()).map(Self::Weierstrass)
            }
            Form::Curve25519 => x25519::Private::generate().map(Self::Curve25519),
        }
    }

    pub(super) fn duplicate(&self, curve: &Curve) -> Result<Self> {
        let mut d = memory::secret_zeros(curve.width())?;
        self.write(&mut d)?;
        Self::new(curve, &d)
    }

    pub(super) fn public(&self, curve: &Curve) -> Result<Public> {
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

    pub(super) fn write(&self, out: &mut [u8]) -> Result<()> {
        match self {
            Self::Weierstrass(private) => private.write(out)?,
            Self::Curve25519(scalar) => out.copy_from_slice(scalar.bytes()),
        }
        Ok(())
    }
}
