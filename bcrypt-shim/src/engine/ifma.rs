//! Exponentiation modulo 1024, 1536, 2048, 3072 and 4096 bits on AVX-512 IFMA, where the processor has it.
//!
//! It serves groups of the finite field. Windows of the exponent are of a fixed size and every entry of the table is read
//! for each: the time and the addresses depend on widths alone. The multiplication and its bounds are
//! [`super::ffi::Multiplier`]'s; products stay below 2m until the last. The feature `ifma`, which is on by default, puts
//! it in.
//!
//! Tools that follow secrets through a program under valgrind do not come here, since it shows no AVX-512. Instead a test
//! looks through the compiled code, and `scripts/check/constant-time` measures.

use zeroize::{Zeroize, Zeroizing};

use super::ffi::{self, DIGIT_BITS, DIGIT_MASK, Digits, LANES, Multiplier, Size};
use crate::memory;
use crate::status::{Result, require};

impl Zeroize for Digits {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Digits {
    const ZERO: Self = Self([0; LANES]);
    const ONE: Self = {
        let mut one = [0; LANES];
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
    /// −1/m modulo 2^52.
    k0: u64,
}

impl Modulus {
    /// Prepares a public modulus of big-endian bytes; `None` where there is no multiplication for it.
    pub fn new(modulus: &[u8]) -> Result<Option<Self>> {
        match Size::of(modulus.len() * 8).and_then(Multiplier::new) {
            Some(multiplier) => Self::with(multiplier, modulus),
            None => Ok(None),
        }
    }

    /// The same with a multiplication of this size; `None` for an even modulus and for one that is narrower than its bytes.
    fn with(multiplier: Multiplier, modulus: &[u8]) -> Result<Option<Self>> {
        let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else { return Ok(None) };
        if first >> 7 == 0 || last & 1 == 0 {
            return Ok(None);
        }
        let mut r_squared = memory::zeros(modulus.len())?;
        ffi::power_of_two(2 * DIGIT_BITS * multiplier.digits(), modulus, &mut r_squared)?;
        let low = modulus.iter().rev().take(8).rev().fold(0, |low, &byte| low << 8 | u64::from(byte));
        let k0 = ffi::inverse(low).wrapping_neg() & DIGIT_MASK;
        Ok(Some(Self { multiplier, r_squared, k0 }))
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

#[cfg(test)]
mod tests;
