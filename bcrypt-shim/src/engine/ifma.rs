//! Exponentiation modulo 1024, 1536 and 2048 bits on the engine's AVX-512 multiplication.
//!
//! The engine has that multiplication for RSA's primes and uses it only for two of them at once; one at a time it
//! serves Diffie-Hellman, in 0.4 of the time of the engine's own exponentiation. Windows of the exponent are of
//! a fixed size and every entry of the table is read for each: the time and the addresses depend on widths alone.
//! Products stay below 2m between multiplications (almost Montgomery multiplication; S. Gueron, "Efficient software
//! implementations of modular exponentiation", 2012).
//!
//! Tools that follow secrets through a program under valgrind do not come here, since it shows no AVX-512; the
//! benchmark compares exponents of one bit and of all bits.

use zeroize::{Zeroize, Zeroizing};

use super::ffi::{self, Digits, Multiplier, MultiplierSize};
use crate::memory;
use crate::status::{Result, require};

const DIGIT_BITS: u32 = 52;
const DIGIT_MASK: u64 = (1 << DIGIT_BITS) - 1;

impl Zeroize for Digits {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Digits {
    const ZERO: Self = Self([0; 40]);
    const ONE: Self = {
        let mut one = [0; 40];
        one[0] = 1;
        Self(one)
    };

    fn from_be_bytes(bytes: &[u8]) -> Self {
        let mut digits = Self::ZERO;
        let (mut pending, mut bits) = (0_u64, 0);
        let mut places = digits.0.iter_mut();
        for &byte in bytes.iter().rev() {
            pending |= u64::from(byte) << bits;
            bits += 8;
            if bits >= DIGIT_BITS {
                if let Some(place) = places.next() {
                    *place = pending & DIGIT_MASK;
                }
                pending >>= DIGIT_BITS;
                bits -= DIGIT_BITS;
            }
        }
        if let Some(place) = places.next() {
            *place = pending;
        }
        digits
    }

    fn write(&self, out: &mut [u8]) {
        let (mut pending, mut bits) = (0_u64, 0);
        let mut digits = self.0.iter();
        for byte in out.iter_mut().rev() {
            if bits < 8 {
                pending |= digits.next().unwrap_or(&0) << bits;
                bits += DIGIT_BITS;
            }
            *byte = pending as u8;
            pending >>= 8;
            bits -= 8;
        }
    }

    /// Subtracts m from a number below 2m if it is not below m already, without a branch on that.
    fn reduce(&mut self, m: &Self) {
        let mut reduced = Zeroizing::new(Self::ZERO);
        let mut borrow = 0;
        for ((reduced, &digit), &m) in reduced.0.iter_mut().zip(&self.0).zip(&m.0) {
            let difference = digit.wrapping_sub(m).wrapping_sub(borrow);
            borrow = difference >> 63;
            *reduced = difference & DIGIT_MASK;
        }
        let keep = std::hint::black_box(borrow.wrapping_neg());
        for (digit, &reduced) in self.0.iter_mut().zip(&reduced.0) {
            *digit = (*digit & keep) | (reduced & !keep);
        }
    }
}

/// An odd modulus of one of the sizes, prepared.
#[derive(Debug)]
pub struct Modulus {
    multiplier: Multiplier,
    /// R² modulo m, as wide as m, where R is 2 to the power of 52 times the digits.
    r_squared: Vec<u8>,
    /// −1/m modulo 2^64.
    k0: u64,
}

impl Modulus {
    /// Prepares a public modulus of big-endian bytes; `None` where there is no multiplication for it.
    pub fn new(modulus: &[u8]) -> Result<Option<Self>> {
        let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else { return Ok(None) };
        let (size, digits) = match modulus.len() * 8 {
            1024 => (MultiplierSize::Bits1024, 20),
            1536 => (MultiplierSize::Bits1536, 30),
            2048 => (MultiplierSize::Bits2048, 40),
            _ => return Ok(None),
        };
        let has_size = first >> 7 == 1 && last & 1 == 1;
        let Some(multiplier) = Multiplier::new(size).filter(|_| has_size) else { return Ok(None) };
        let mut r_squared = memory::zeros(modulus.len())?;
        ffi::power_of_two(2 * DIGIT_BITS * digits, modulus, &mut r_squared)?;
        let low = modulus.iter().rev().take(8).rev().fold(0, |low, &byte| low << 8 | u64::from(byte));
        Ok(Some(Self { multiplier, r_squared, k0: inverse(low).wrapping_neg() }))
    }

    /// base ^ exponent modulo this, in time that depends on the widths only.
    ///
    /// `modulus` are the bytes this was made of; `base` is public. Fails with `InvalidParameter` unless
    /// base < modulus, and with `NoMemory`.
    pub fn power(&self, modulus: &[u8], base: &[u8], exponent: &[u8], out: &mut [u8]) -> Result<()> {
        require(base.len() == modulus.len() && base < modulus)?;
        let m = Digits::from_be_bytes(modulus);
        let multiply = |a: &Digits, b: &Digits, out: &mut Digits| {
            self.multiplier.multiply(a, b, &m, self.k0, out);
        };
        // Longer exponents pay for larger tables.
        let window = if exponent.len() <= 64 { 4 } else { 5 };
        let table = self.table(base, 1 << window, &multiply)?;
        let [mut one, mut other, mut factor] = [Digits::ZERO; 3].map(Zeroizing::new);
        // Only the references change places: a number that moved would leave its bytes behind.
        let (mut power, mut next) = (&mut *one, &mut *other);
        let windows = (exponent.len() * 8).div_ceil(window as usize) as u32;
        for place in (0..windows).rev() {
            let index = bits(exponent, place * window, window);
            if place + 1 == windows {
                self.multiplier.select(&table, index, power);
                continue;
            }
            self.multiplier.select(&table, index, &mut factor);
            for _ in 0..window {
                multiply(power, power, next);
                std::mem::swap(&mut power, &mut next);
            }
            multiply(power, &factor, next);
            std::mem::swap(&mut power, &mut next);
        }
        multiply(power, &Digits::ONE, next);
        next.reduce(&m);
        next.write(out);
        Ok(())
    }

    /// The powers of the base, with exponents from 0, times R. The base is public, and so are they.
    fn table(
        &self,
        base: &[u8],
        entries: usize,
        multiply: &impl Fn(&Digits, &Digits, &mut Digits),
    ) -> Result<Vec<Digits>> {
        let mut table: Vec<Digits> = Vec::new();
        memory::reserve(&mut table, entries)?;
        let r_squared = Digits::from_be_bytes(&self.r_squared);
        let (mut one, mut first) = (Digits::ZERO, Digits::ZERO);
        multiply(&Digits::ONE, &r_squared, &mut one);
        multiply(&Digits::from_be_bytes(base), &r_squared, &mut first);
        memory::push(&mut table, one)?;
        memory::push(&mut table, first)?;
        let mut last = first;
        for _ in 2..entries {
            let mut next = Digits::ZERO;
            multiply(&last, &first, &mut next);
            memory::push(&mut table, next)?;
            last = next;
        }
        Ok(table)
    }
}

/// Bits of a big-endian number from a place counted from its least bit; those above it are zero. The place is
/// public.
fn bits(number: &[u8], place: u32, count: u32) -> u64 {
    let byte = |index: u32| {
        let from_end = number.len().checked_sub(1 + index as usize);
        from_end.and_then(|index| number.get(index)).map_or(0, |&byte| u64::from(byte))
    };
    let word = byte(place / 8) | byte(place / 8 + 1) << 8;
    (word >> (place % 8)) & ((1 << count) - 1)
}

/// 1/m modulo 2^64 of an odd m, by Newton's iteration: each step doubles the bits that are right, from five.
fn inverse(m: u64) -> u64 {
    let start = m.wrapping_mul(3) ^ 2;
    (0..4).fold(start, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(inverse))))
}
