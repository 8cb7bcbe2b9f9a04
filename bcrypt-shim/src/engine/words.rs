//! Secret numbers in 64-bit words: the little that completing an RSA key takes and that the engine does in constant time
//! only for itself.
//!
//! Every function takes a time that depends on widths and on public numbers alone.

use std::fmt;
use std::hint::black_box;

use crypto_bigint::{Odd, U64};
use zeroize::Zeroizing;

use crate::memory::{self, SecretBytes};
use crate::status::Result;

/// A secret number, its least word first; overwritten when dropped.
pub struct Words(Zeroizing<Vec<u64>>);

impl fmt::Debug for Words {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} secret words", self.0.len())
    }
}

impl Words {
    fn zeros(count: usize) -> Result<Self> {
        memory::filled(count, || 0).map(|words| Self(Zeroizing::new(words)))
    }

    /// The number of big-endian bytes. Fails with `NoMemory`.
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self> {
        let mut words = Self::zeros(bytes.len().div_ceil(8))?;
        for (word, chunk) in words.0.iter_mut().zip(bytes.rchunks(8)) {
            *word = chunk.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
        }
        Ok(words)
    }

    /// The number big-endian in so many bytes, which it fits. Fails with `NoMemory`.
    pub fn to_be_bytes(&self, length: usize) -> Result<SecretBytes> {
        let mut bytes = memory::secret_zeros(length)?;
        for (chunk, word) in bytes.rchunks_mut(8).zip(self.0.iter()) {
            chunk.iter_mut().rev().zip(word.to_le_bytes()).for_each(|(to, from)| *to = from);
        }
        Ok(bytes)
    }

    /// Takes a number off that is neither greater nor wider; what is left of another one is anything.
    pub fn subtract(&mut self, other: &Self) {
        let mut borrow = 0;
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        for (word, other) in self.0.iter_mut().zip(others) {
            (*word, borrow) = difference(*word, other, borrow);
        }
    }

    /// Adds one, without looking whether there is room.
    pub fn increment(&mut self) {
        let mut carry = 1;
        for word in self.0.iter_mut() {
            let sum = u128::from(*word) + u128::from(carry);
            (*word, carry) = (sum as u64, (sum >> 64) as u64);
        }
    }

    /// What is left of this, divided by a number that is not 0: bit by bit, as often as this has bits.
    pub fn reduced(&self, modulus: &Self) -> Result<Self> {
        let (mut rest, mut less) = (Self::zeros(modulus.0.len())?, Self::zeros(modulus.0.len())?);
        for word in self.0.iter().rev() {
            for bit in (0..u64::BITS).rev() {
                let mut carry = word >> bit & 1;
                for word in rest.0.iter_mut() {
                    (*word, carry) = (*word << 1 | carry, *word >> 63);
                }
                let mut borrow = 0;
                for ((less, &rest), &modulus) in less.0.iter_mut().zip(rest.0.iter()).zip(modulus.0.iter()) {
                    (*less, borrow) = difference(rest, modulus, borrow);
                }
                // The difference counts unless it is below zero; the bit carried out belongs to it.
                let keep = black_box(0_u64.wrapping_sub(borrow & !carry));
                for (rest, &less) in rest.0.iter_mut().zip(less.0.iter()) {
                    *rest = *rest & keep | less & !keep;
                }
            }
        }
        Ok(rest)
    }

    /// The inverse of an odd public number above 1 modulo this. `None` if they have a common factor.
    ///
    /// It is (1 + k · this) / e, with k such that e divides: k = −1/this modulo e. So only the remainder by e is inverted,
    /// one word.
    pub fn inverse_of(&self, e: u64) -> Result<Option<Self>> {
        let Some(k) = self.negated_inverse_modulo(e) else { return Ok(None) };
        let e_inverse = inverse_modulo_word(e);
        let mut quotient = Self::zeros(self.0.len())?;
        let (mut sum, mut borrow) = (1_u128, 0_u64);
        for (quotient, &word) in quotient.0.iter_mut().zip(self.0.iter()) {
            sum += u128::from(k) * u128::from(word);
            // From the least word on, as what is left over is known to be 0.
            let (left, below) = difference(sum as u64, borrow, 0);
            *quotient = left.wrapping_mul(e_inverse);
            borrow = ((u128::from(*quotient) * u128::from(e)) >> 64) as u64 + below;
            sum >>= 64;
        }
        Ok(Some(quotient))
    }

    /// −1/this modulo an odd e above 1; `None` if they have a common factor.
    fn negated_inverse_modulo(&self, e: u64) -> Option<u64> {
        let negated_inverse = inverse_modulo_word(e).wrapping_neg();
        // Montgomery's reduction, a word at a time: afterwards `rest` is this / 2^(64 · words) modulo e.
        let mut rest = 0_u64;
        for &word in self.0.iter() {
            let sum = u128::from(word) + u128::from(rest);
            let multiple = (sum as u64).wrapping_mul(negated_inverse);
            rest = ((u128::from(multiple) * u128::from(e) + sum) >> 64) as u64;
            let (less, borrow) = difference(rest, e, 0);
            let keep = black_box(0_u64.wrapping_sub(borrow));
            rest = rest & keep | less & !keep;
        }
        let odd = Odd::new(U64::from_u64(e)).into_option()?;
        let inverse = U64::from_u64(rest).invert_odd_mod(&odd);
        if !memory::declassify(inverse.is_some().to_bool()) {
            return None;
        }
        // e is public, and so is what the reduction has to be corrected by: −1 / 2^(64 · words).
        let word = U64::from_u64(((u128::from(u64::MAX) + 1) % u128::from(e)) as u64);
        let word_inverse = word.invert_odd_mod_vartime(&odd).into_option()?;
        let mut correction = U64::from_u64(e - 1);
        for _ in 0..self.0.len() {
            correction = correction.mul_mod(&word_inverse, odd.as_nz_ref());
        }
        Some(u64::from(inverse.to_inner_unchecked().mul_mod(&correction, odd.as_nz_ref())))
    }
}

/// a − b − borrow, and whether that is below zero.
fn difference(a: u64, b: u64, borrow: u64) -> (u64, u64) {
    let difference = u128::from(a).wrapping_sub(u128::from(b) + u128::from(borrow));
    (difference as u64, (difference >> 127) as u64)
}

/// The inverse of an odd number modulo 2^64, by Newton's iteration: the number is its own inverse modulo 8.
fn inverse_modulo_word(e: u64) -> u64 {
    (0..5).fold(e, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(e.wrapping_mul(inverse))))
}
