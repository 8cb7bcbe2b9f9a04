//! Elliptic-curve Diffie-Hellman on short Weierstrass curves.
//!
//! Coordinates and scalars are big-endian and as wide as the field.

use zeroize::Zeroizing;

use super::{ffi, random};
use crate::status::{Result, Status};

pub use super::ffi::Group;

/// The widest field, P-521, in bytes.
const MAX_WIDTH: usize = 66;
/// First byte of an uncompressed SEC 1 point.
const UNCOMPRESSED: u8 = 4;

/// A public point; on the curve and not infinity.
#[derive(Debug)]
pub struct Public {
    group: Group,
    point: ffi::Point,
}

impl Public {
    /// The point of x and y, one after the other. Fails with `InvalidParameter` unless both are below
    /// p and the point is on the curve.
    pub fn new(group: Group, coordinates: &[u8]) -> Result<Self> {
        let mut buffer = [UNCOMPRESSED; 1 + 2 * MAX_WIDTH];
        let encoding = encoding(&mut buffer, coordinates.len())?;
        encoding.get_mut(1..).ok_or(Status::InternalError)?.copy_from_slice(coordinates);
        Ok(Self { group, point: ffi::Point::decode(group, encoding)? })
    }

    /// Writes x and y, one after the other, over all of `out`.
    pub fn write(&self, out: &mut [u8]) -> Result<()> {
        let mut buffer = [UNCOMPRESSED; 1 + 2 * MAX_WIDTH];
        let encoding = encoding(&mut buffer, out.len())?;
        self.point.encode(self.group, encoding)?;
        out.copy_from_slice(encoding.get(1..).ok_or(Status::InternalError)?);
        Ok(())
    }
}

fn encoding(buffer: &mut [u8; 1 + 2 * MAX_WIDTH], coordinates: usize) -> Result<&mut [u8]> {
    buffer.get_mut(..1 + coordinates).ok_or(Status::InvalidParameter)
}

/// A private scalar d with 0 < d < n.
#[derive(Debug)]
pub struct Private {
    group: Group,
    key: ffi::EcKey,
}

impl Private {
    /// A random scalar, by the rejection method of FIPS 186-5, A.2.2. Fails with `InternalError` if
    /// the operating system gives no random bytes.
    pub fn generate(group: Group) -> Result<Self> {
        let bits = group.order_bits();
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
    pub fn new(group: Group, scalar: &[u8]) -> Result<Self> {
        Ok(Self { group, key: ffi::EcKey::new(group, scalar)? })
    }

    /// The public point d·G.
    pub fn public(&self) -> Result<Public> {
        Ok(Public { group: self.group, point: self.key.public(self.group)? })
    }

    /// Writes d big-endian over all of `out`.
    pub fn write(&self, out: &mut [u8]) -> Result<()> {
        self.key.scalar(out)
    }

    /// Writes the x-coordinate of d times the peer's point over all of `out`, which has the field's
    /// width. Fails with `InvalidParameter` if the peer's point is of another curve.
    pub fn agree(&self, peer: &Public, out: &mut [u8]) -> Result<()> {
        self.key.agree(&peer.point, out)
    }
}
