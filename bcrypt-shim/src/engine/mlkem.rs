//! ML-KEM (FIPS 203). Keys, ciphertexts and secrets are the encodings of the standard.

use std::fmt;

use super::{digest, ffi, generator, random, stack};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// Bytes of a seed: d ‖ z.
pub const SEED: usize = 64;
/// Bytes of a shared secret.
pub const SECRET: usize = 32;
/// Bytes of H(ek), and of z behind it, at the end of a decapsulation key.
const TAIL: usize = 32;
/// The modulus.
const Q: u16 = 3329;

/// The parameter sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// ML-KEM-512.
    MlKem512,
    /// ML-KEM-768.
    MlKem768,
    /// ML-KEM-1024.
    MlKem1024,
}

impl Set {
    /// How many polynomials a vector has.
    const fn rank(self) -> usize {
        match self {
            Self::MlKem512 => 2,
            Self::MlKem768 => 3,
            Self::MlKem1024 => 4,
        }
    }

    /// Bytes of a vector of polynomials.
    const fn vector_size(self) -> usize {
        384 * self.rank()
    }

    /// Bytes of an encapsulation key.
    pub const fn public_size(self) -> usize {
        self.vector_size() + 32
    }

    /// Bytes of a decapsulation key.
    pub const fn private_size(self) -> usize {
        self.vector_size() + self.public_size() + 2 * TAIL
    }

    /// Bytes of a ciphertext.
    pub const fn ciphertext_size(self) -> usize {
        let (compressed_u, compressed_v) = match self {
            Self::MlKem512 | Self::MlKem768 => (320, 128),
            Self::MlKem1024 => (352, 160),
        };
        compressed_u * self.rank() + compressed_v
    }

    /// Makes a key; the stack is overwritten as deep as the engine goes: 10 600, 15 900 and 20 000 bytes were seen.
    fn making<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::MlKem512 => stack::deep::<{ 12 << 10 }, _>(work),
            Self::MlKem768 => stack::deep::<{ 17 << 10 }, _>(work),
            Self::MlKem1024 => stack::deep::<{ 21 << 10 }, _>(work),
        }
    }

    /// Makes a secret, as [`Self::making`]; 13 300, 19 100 and 23 700 bytes were seen.
    fn encapsulating<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::MlKem512 => stack::deep::<{ 15 << 10 }, _>(work),
            Self::MlKem768 => stack::deep::<{ 20 << 10 }, _>(work),
            Self::MlKem1024 => stack::deep::<{ 25 << 10 }, _>(work),
        }
    }

    /// Gets a secret back, as [`Self::making`]; 16 736, 23 872 and 29 984 bytes were seen.
    fn decapsulating<R>(self, work: impl FnOnce() -> R) -> R {
        match self {
            Self::MlKem512 => stack::deep::<{ 18 << 10 }, _>(work),
            Self::MlKem768 => stack::deep::<{ 25 << 10 }, _>(work),
            Self::MlKem1024 => stack::deep::<{ 31 << 10 }, _>(work),
        }
    }
}

/// A key: both halves, or the public one.
pub struct Key {
    set: Set,
    has_private: bool,
    key: ffi::MlKemKey,
}

impl Key {
    /// Both halves of a new seed, which is written. Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate(set: Set, seed: &mut [u8]) -> Result<Self> {
        random::fill(seed)?;
        Self::of_seed(set, seed)
    }

    /// Both halves of a seed. Fails with `InvalidParameter` for another size.
    pub fn of_seed(set: Set, seed: &[u8]) -> Result<Self> {
        let seed = seed.try_into().map_err(|_| Status::InvalidParameter)?;
        let key = set.making(|| ffi::MlKemKey::of_seed(set, seed))?;
        Ok(Self { set, has_private: true, key })
    }

    /// Both halves of a decapsulation key. Fails with `InvalidParameter` for another size, unless the hash in it is that of
    /// the encapsulation key in it (FIPS 203, 7.3), and for numbers that are not reduced, in either half.
    pub fn of_private(set: Set, private: &[u8]) -> Result<Self> {
        require(private.len() == set.private_size())?;
        let (vector, rest) = private.split_at(set.vector_size());
        let (public, tail) = rest.split_at(set.public_size());
        let mut hash = [0; TAIL];
        digest::SHA3_256.digest(&[public], &mut hash)?;
        let fits = tail.get(..TAIL).is_some_and(|told| ffi::is_equal(told, &hash));
        require(memory::declassify(fits & is_reduced(vector) & is_reduced_key(set, public)))?;
        Ok(Self { set, has_private: true, key: ffi::MlKemKey::of_halves(set, public, private)? })
    }

    /// The public half. Fails with `InvalidParameter` for another size and for numbers that are not reduced (FIPS 203, 7.2).
    pub fn of_public(set: Set, public: &[u8]) -> Result<Self> {
        require(public.len() == set.public_size() && is_reduced_key(set, public))?;
        Ok(Self { set, has_private: false, key: ffi::MlKemKey::of_public(set, public)? })
    }

    /// Its parameter set.
    pub fn set(&self) -> Set {
        self.set
    }

    /// Whether it has both halves.
    pub fn has_private(&self) -> bool {
        self.has_private
    }

    /// The encapsulation key.
    pub fn public(&self) -> Result<SecretBytes> {
        let mut bytes = memory::secret_zeros(self.set.public_size())?;
        self.key.public(&mut bytes)?;
        Ok(bytes)
    }

    /// The decapsulation key. Fails with `InvalidParameter` if it is missing.
    pub fn private(&self) -> Result<SecretBytes> {
        require(self.has_private)?;
        let mut bytes = memory::secret_zeros(self.set.private_size())?;
        self.key.private(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes a new secret and its ciphertext. Fails as [`generator::drawing`] does.
    pub fn encapsulate(&self, secret: &mut [u8], ciphertext: &mut [u8]) -> Result<()> {
        self.set.encapsulating(|| generator::drawing(|draw| self.key.encapsulate(draw, secret, ciphertext)))
    }

    /// Writes the secret of a ciphertext that has its size. Fails with `InvalidParameter` if the private half is missing.
    pub fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        require(self.has_private)?;
        self.set.decapsulating(|| self.key.decapsulate(ciphertext, secret))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Key").field("set", &self.set).finish_non_exhaustive()
    }
}

/// Whether the vector of an encapsulation key, before its last 32 bytes, is reduced.
fn is_reduced_key(set: Set, public: &[u8]) -> bool {
    public.get(..set.vector_size()).is_some_and(is_reduced)
}

/// Whether all numbers of 12 bits are below q, without a branch on any of them.
fn is_reduced(encoded: &[u8]) -> bool {
    let (triples, _) = encoded.as_chunks::<3>();
    let borrows = triples.iter().fold(0, |any, &[first, middle, last]| {
        let low = u16::from(first) | u16::from(middle & 0xF) << 8;
        let high = u16::from(middle >> 4) | u16::from(last) << 4;
        any | (Q - 1).wrapping_sub(low) | (Q - 1).wrapping_sub(high)
    });
    borrows >> 15 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_the_standard() {
        let sizes = [Set::MlKem512, Set::MlKem768, Set::MlKem1024]
            .map(|set| [set.public_size(), set.private_size(), set.ciphertext_size()]);
        assert_eq!(sizes, [[800, 1632, 768], [1184, 2400, 1088], [1568, 3168, 1568]]);
    }

    #[test]
    fn numbers_up_to_q() {
        let encoded =
            |low: u16, high: u16| [low as u8, (low >> 8) as u8 | (high << 4) as u8, (high >> 4) as u8];
        for number in 0..4096 {
            assert_eq!(is_reduced(&encoded(number, 0)), number < Q, "{number}");
            assert_eq!(is_reduced(&encoded(0, number)), number < Q, "{number}");
        }
    }
}
