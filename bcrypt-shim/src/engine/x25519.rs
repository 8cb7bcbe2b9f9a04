//! X25519 (RFC 7748). All numbers are the RFC's 32 little-endian bytes.

use std::fmt;

use zeroize::Zeroizing;

use super::{ffi, random};
use crate::memory;
use crate::status::{Result, Status, require};

/// Bytes of a scalar, of a u-coordinate and of a result.
pub const WIDTH: usize = 32;

/// 5ℓ − 1, with ℓ the order of the prime subgroup: a scalar of the clamped form (a multiple of 8
/// between 2^254 and 2^255) that is −1 modulo ℓ.
const MINUS_ONE: [u8; WIDTH] = [
    0xA0, 0x23, 0xCD, 0xD0, 0x83, 0xEF, 0x5B, 0xB8, 0x2F, 0x10, 0xD6, 0x2E, 0x59, 0xE1, 0x5A, 0x68, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x50,
];

/// Whether u is below p = 2^255 − 19; u is public.
pub fn is_canonical(u: &[u8; WIDTH]) -> bool {
    const PRIME: [u8; WIDTH] = {
        let mut prime = [0xFF; WIDTH];
        prime[0] = 0xED;
        prime[31] = 0x7F;
        prime
    };
    u.iter().rev().lt(PRIME.iter().rev())
}

/// Whether u belongs to a point of the subgroup of prime order, other than its neutral element.
///
/// −1 times such a point has the same u. For any other point P = Q + T, T of an order that divides 8,
/// the product −Q has another u; no point of the twist is its own multiple by this scalar; and the
/// points of low order give 0.
pub fn is_in_prime_subgroup(u: &[u8; WIDTH]) -> bool {
    let mut product = [0; WIDTH];
    ffi::x25519(&MINUS_ONE, u, &mut product) && product == *u
}

/// A private scalar of the clamped form that RFC 7748, section 5, asks for: a multiple of 8 between
/// 2^254 and 2^255.
pub struct Private(Zeroizing<[u8; WIDTH]>);

impl Private {
    /// A random scalar. Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate() -> Result<Self> {
        let mut scalar = Zeroizing::new([0; WIDTH]);
        random::fill(scalar.as_mut_slice())?;
        let [first, .., last] = &mut *scalar;
        *first &= 0xF8;
        *last = *last & 0x7F | 0x40;
        Ok(Self(scalar))
    }

    /// The scalar of these bytes. Fails with `InvalidParameter` unless it is clamped already; only
    /// that is told of it.
    pub fn new(scalar: &[u8]) -> Result<Self> {
        let scalar: Zeroizing<[u8; WIDTH]> =
            Zeroizing::new(scalar.try_into().map_err(|_| Status::InvalidParameter)?);
        let [first, .., last] = *scalar;
        require(memory::declassify((first & 0x07) | ((last & 0xC0) ^ 0x40) == 0))?;
        Ok(Self(scalar))
    }

    /// The public u-coordinate.
    pub fn public(&self) -> [u8; WIDTH] {
        ffi::x25519_public(&self.0)
    }

    /// The scalar's bytes.
    pub fn bytes(&self) -> &[u8; WIDTH] {
        &self.0
    }

    /// Writes the u-coordinate of scalar times the peer's point; zero for a peer of low order.
    pub fn agree(&self, peer: &[u8; WIDTH], out: &mut [u8; WIDTH]) {
        ffi::x25519(&self.0, peer, out);
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Private").finish_non_exhaustive()
    }
}
