//! Big numbers, public and secret.
//!
//! Secret numbers stay in the engine's own allocations, which it overwrites when it frees them.

use std::ptr;

use aws_lc_sys as lc;

use super::{Draw, Owned, check, release};
use crate::memory;
use crate::status::{Result, Status};

release! {
    lc::BIGNUM => lc::BN_clear_free;
    lc::BN_CTX => lc::BN_CTX_free;
    lc::BN_MONT_CTX => lc::BN_MONT_CTX_free;
}

/// A big number, public or secret; overwritten when dropped.
#[derive(Debug)]
pub struct Bn(pub(super) Owned<lc::BIGNUM>);

impl Bn {
    fn zero() -> Result<Self> {
        // SAFETY: no preconditions.
        Owned::new(unsafe { lc::BN_new() }).map(Self)
    }

    /// The number of big-endian bytes. Its width, which may leak, is that of `bytes`.
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self> {
        // SAFETY: pointer and length are of one slice; NULL asks for a new number.
        Owned::new(unsafe { lc::BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) }).map(Self)
    }

    /// The number, for an object of the engine that frees it.
    pub(super) fn into_raw(self) -> *mut lc::BIGNUM {
        self.0.into_raw()
    }

    /// Writes the number big-endian over all of `out`. Fails with `InternalError` if it is wider.
    pub fn to_be_bytes(&self, out: &mut [u8]) -> Result<()> {
        // SAFETY: pointer and length are of one slice; the number is valid.
        let returned = unsafe { lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), self.0.as_ptr()) };
        if returned == 1 { Ok(()) } else { Err(Status::InternalError) }
    }

    /// A random prime of exactly `bits` bits, ≡ 1 modulo `step` if one is given.
    pub fn random_prime(_: &Draw, bits: u32, step: Option<&Bn>) -> Result<Self> {
        let prime = Self::zero()?;
        let step = step.map_or(ptr::null(), |step| step.0.as_ptr().cast_const());
        let bits = i32::try_from(bits).map_err(|_| Status::InvalidParameter)?;
        // SAFETY: `prime` is valid and ours alone; `step` is NULL or valid; a NULL remainder means 1.
        let returned = unsafe {
            lc::BN_generate_prime_ex(prime.0.as_ptr(), bits, 0, step, ptr::null(), ptr::null_mut())
        };
        check(returned, Status::InternalError)?;
        Ok(prime)
    }

    /// The number less one.
    pub fn less_one(&self) -> Result<Self> {
        // SAFETY: the number is valid and copied.
        let difference = Self(Owned::new(unsafe { lc::BN_dup(self.0.as_ptr()) })?);
        // SAFETY: the copy is valid and ours alone.
        check(unsafe { lc::BN_sub_word(difference.0.as_ptr(), 1) }, Status::InternalError)?;
        Ok(difference)
    }

    /// The quotient of public numbers.
    pub fn divided_by(&self, divisor: &Bn) -> Result<Self> {
        let (quotient, context) = (Self::zero()?, Context::new()?);
        // SAFETY: all are valid and the quotient is ours alone; NULL means no remainder is wanted.
        let returned = unsafe {
            lc::BN_div(
                quotient.0.as_ptr(),
                ptr::null_mut(),
                self.0.as_ptr(),
                divisor.0.as_ptr(),
                context.0.as_ptr(),
            )
        };
        check(returned, Status::InternalError)?;
        Ok(quotient)
    }

    /// The remainder of public numbers.
    pub fn remainder(&self, divisor: &Bn) -> Result<Self> {
        let (remainder, context) = (Self::zero()?, Context::new()?);
        // SAFETY: all are valid and the remainder is ours alone; NULL means no quotient is wanted.
        let returned = unsafe {
            lc::BN_div(
                ptr::null_mut(),
                remainder.0.as_ptr(),
                self.0.as_ptr(),
                divisor.0.as_ptr(),
                context.0.as_ptr(),
            )
        };
        check(returned, Status::InternalError)?;
        Ok(remainder)
    }

    /// The number less another one, which is not greater.
    pub fn less(&self, other: &Bn) -> Result<Self> {
        let difference = Self::zero()?;
        // SAFETY: all are valid and the difference is ours alone.
        let returned = unsafe { lc::BN_sub(difference.0.as_ptr(), self.0.as_ptr(), other.0.as_ptr()) };
        check(returned, Status::InternalError)?;
        Ok(difference)
    }

    /// Whether a public number is zero.
    pub fn is_zero(&self) -> bool {
        // SAFETY: the number is valid.
        unsafe { lc::BN_is_zero(self.0.as_ptr()) == 1 }
    }

    /// The product; whoever multiplies secret numbers makes it public.
    pub fn times(&self, other: &Bn) -> Result<Self> {
        let (product, context) = (Self::zero()?, Context::new()?);
        // SAFETY: all are valid and the product is ours alone.
        let returned =
            unsafe { lc::BN_mul(product.0.as_ptr(), self.0.as_ptr(), other.0.as_ptr(), context.0.as_ptr()) };
        check(returned, Status::InternalError)?;
        Ok(product)
    }

    /// The product of public numbers modulo a public one.
    pub fn times_modulo(&self, other: &Bn, modulus: &Bn) -> Result<Self> {
        let (product, context) = (Self::zero()?, Context::new()?);
        // SAFETY: all are valid and the product is ours alone.
        let returned = unsafe {
            lc::BN_mod_mul(
                product.0.as_ptr(),
                self.0.as_ptr(),
                other.0.as_ptr(),
                modulus.0.as_ptr(),
                context.0.as_ptr(),
            )
        };
        check(returned, Status::InternalError)?;
        Ok(product)
    }

    /// The inverse modulo a public modulus, of a public number. Fails with `InvalidParameter` if there is none.
    pub fn inverse(&self, modulus: &Bn) -> Result<Self> {
        let context = Context::new()?;
        // SAFETY: all are valid; NULL asks for a new number.
        let made = unsafe {
            let (number, modulus) = (self.0.as_ptr(), modulus.0.as_ptr());
            lc::BN_mod_inverse(ptr::null_mut(), number, modulus, context.0.as_ptr())
        };
        Owned::or(made, Status::InvalidParameter).map(Self)
    }

    /// Half the number, rounded down.
    pub fn halved(&self) -> Result<Self> {
        let half = Self::zero()?;
        // SAFETY: both numbers are valid and `half` is ours alone.
        check(unsafe { lc::BN_rshift1(half.0.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        Ok(half)
    }

    /// Twice the number.
    pub fn doubled(&self) -> Result<Self> {
        let double = Self::zero()?;
        // SAFETY: both numbers are valid and `double` is ours alone.
        check(unsafe { lc::BN_lshift1(double.0.as_ptr(), self.0.as_ptr()) }, Status::NoMemory)?;
        Ok(double)
    }
}

/// Whether a secret number is below a public bound; only that and the widths are told.
pub fn is_less(number: &[u8], bound: &Bn) -> Result<bool> {
    let number = Bn::from_be_bytes(number)?;
    // SAFETY: both numbers are valid; the engine compares them in constant time.
    Ok(unsafe { lc::BN_ucmp(number.0.as_ptr(), bound.0.as_ptr()) } < 0)
}

/// Scratch space of the engine's big-number functions.
pub(super) struct Context(pub(super) Owned<lc::BN_CTX>);

impl Context {
    pub(super) fn new() -> Result<Self> {
        // SAFETY: no preconditions.
        Owned::new(unsafe { lc::BN_CTX_new() }).map(Self)
    }
}

/// An odd modulus prepared for exponentiation.
#[derive(Debug)]
pub struct Modulus(Owned<lc::BN_MONT_CTX>);

impl Modulus {
    /// Prepares a public modulus of big-endian bytes. Fails with `InvalidParameter` if it is even.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let (number, context) = (Bn::from_be_bytes(bytes)?, Context::new()?);
        // SAFETY: both are valid; the number is copied.
        let made = unsafe { lc::BN_MONT_CTX_new_for_modulus(number.0.as_ptr(), context.0.as_ptr()) };
        Owned::or(made, Status::InvalidParameter).map(Self)
    }

    /// base ^ exponent modulo this, in time that depends on the widths only.
    ///
    /// `modulus` are the bytes this was made of. Fails with `InvalidParameter` unless base < modulus.
    pub fn power(&self, modulus: &[u8], base: &[u8], exponent: &[u8], out: &mut [u8]) -> Result<()> {
        power(&self.0, &Bn::from_be_bytes(modulus)?, base, exponent, out)
    }
}

/// Bits of an exponent that are one multiplication.
const WINDOW: usize = 4;

/// A base and its public exponent, as a shared chain of squarings wants them.
struct Power {
    /// The odd powers of the base, from the first on, as Montgomery has them.
    odd: Vec<Bn>,
    /// For each bit of the exponent, the lowest first: the odd number that [`WINDOW`] bits are from there on, or 0 where
    /// none begins.
    windows: Vec<u8>,
}

impl Power {
    /// Of big-endian bytes.
    fn new(modulus: &Modulus, base: &[u8], exponent: &[u8], context: &Context) -> Result<Self> {
        let mut windows = memory::zeros(8 * exponent.len())?;
        let bit = |place: usize| {
            let byte = exponent.iter().rev().nth(place / 8).copied().unwrap_or(0);
            byte >> (place % 8) & 1
        };
        let mut place = 0;
        while let Some(window) = windows.get_mut(place) {
            if bit(place) == 1 {
                *window = (0..WINDOW).fold(0, |value, next| value | bit(place + next) << next);
                place += WINDOW;
            } else {
                place += 1;
            }
        }
        let (base, first, square) = (Bn::from_be_bytes(base)?, Bn::zero()?, Bn::zero()?);
        // SAFETY: all are valid; `first` is ours alone; the Montgomery context is only read.
        let converted = unsafe {
            let (first, base) = (first.0.as_ptr(), base.0.as_ptr());
            lc::BN_to_montgomery(first, base, modulus.0.as_ptr(), context.0.as_ptr())
        };
        check(converted, Status::InternalError)?;
        modulus.multiply(&square, &first, &first, context)?;
        let mut odd = Vec::new();
        memory::reserve(&mut odd, 1 << (WINDOW - 1))?;
        memory::push(&mut odd, first)?;
        while odd.len() < 1 << (WINDOW - 1) {
            let next = Bn::zero()?;
            modulus.multiply(&next, odd.last().ok_or(Status::InternalError)?, &square, context)?;
            memory::push(&mut odd, next)?;
        }
        Ok(Self { odd, windows })
    }

    /// What is multiplied at a bit of the exponent.
    fn at(&self, place: usize) -> Option<&Bn> {
        let window = usize::from(*self.windows.get(place)?);
        if window == 0 { None } else { self.odd.get(window / 2) }
    }
}

impl Modulus {
    /// base ^ exponent · base ^ exponent modulo this, of public numbers, which the time of this tells of: the two share
    /// their squarings. The bases are below the modulus.
    pub fn product_of_powers(&self, powers: [(&[u8], &[u8]); 2]) -> Result<Bn> {
        let (product, context) = (Bn::zero()?, Context::new()?);
        let [one, other] = powers.map(|(base, exponent)| Power::new(self, base, exponent, &context));
        let powers = [one?, other?];
        let mut is_started = false;
        for place in (0..powers.iter().map(|power| power.windows.len()).max().unwrap_or(0)).rev() {
            if is_started {
                self.multiply(&product, &product, &product, &context)?;
            }
            for factor in powers.iter().filter_map(|power| power.at(place)) {
                if is_started {
                    self.multiply(&product, &product, factor, &context)?;
                    continue;
                }
                // SAFETY: both are valid and the product is ours alone.
                let copied = unsafe { lc::BN_copy(product.0.as_ptr(), factor.0.as_ptr()) };
                check((!copied.is_null()).into(), Status::NoMemory)?;
                is_started = true;
            }
        }
        // SAFETY: all are valid and the product is ours alone; the Montgomery context is only read.
        let finished = unsafe {
            let product = product.0.as_ptr();
            if is_started {
                lc::BN_from_montgomery(product, product, self.0.as_ptr(), context.0.as_ptr())
            } else {
                lc::BN_one(product)
            }
        };
        check(finished, Status::InternalError)?;
        Ok(product)
    }

    /// The product of two numbers, as Montgomery has them, over one that is ours and may be one of them.
    fn multiply(&self, product: &Bn, one: &Bn, other: &Bn, context: &Context) -> Result<()> {
        // SAFETY: all are valid and the product is ours alone; the Montgomery context is only read.
        let multiplied = unsafe {
            let (product, one, other) = (product.0.as_ptr(), one.0.as_ptr(), other.0.as_ptr());
            lc::BN_mod_mul_montgomery(product, one, other, self.0.as_ptr(), context.0.as_ptr())
        };
        check(multiplied, Status::InternalError)
    }
}

/// base ^ exponent modulo the number that a Montgomery context was made of.
fn power(
    montgomery: &Owned<lc::BN_MONT_CTX>,
    modulus: &Bn,
    base: &[u8],
    exponent: &[u8],
    out: &mut [u8],
) -> Result<()> {
    let (result, context) = (Bn::zero()?, Context::new()?);
    let (base, exponent) = (Bn::from_be_bytes(base)?, Bn::from_be_bytes(exponent)?);
    // SAFETY: all are valid; `result` is ours alone; the Montgomery context is only read.
    let returned = unsafe {
        lc::BN_mod_exp_mont_consttime(
            result.0.as_ptr(),
            base.0.as_ptr(),
            exponent.0.as_ptr(),
            modulus.0.as_ptr(),
            context.0.as_ptr(),
            montgomery.as_ptr(),
        )
    };
    check(returned, Status::InvalidParameter)?;
    result.to_be_bytes(out)
}

/// An odd modulus that is secret, as a prime factor is.
#[derive(Debug)]
pub struct SecretModulus {
    montgomery: Owned<lc::BN_MONT_CTX>,
    number: Bn,
}

impl SecretModulus {
    /// Prepares a modulus of big-endian bytes. Fails with `InvalidParameter` if it is even.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let (number, context) = (Bn::from_be_bytes(bytes)?, Context::new()?);
        // SAFETY: both are valid; the number is copied.
        let made = unsafe { lc::BN_MONT_CTX_new_consttime(number.0.as_ptr(), context.0.as_ptr()) };
        Ok(Self { montgomery: Owned::or(made, Status::InvalidParameter)?, number })
    }

    /// base ^ exponent modulo this over all of `out`, in time that depends on the widths only. Fails with
    /// `InvalidParameter` unless base < modulus.
    pub fn power(&self, base: &[u8], exponent: &[u8], out: &mut [u8]) -> Result<()> {
        power(&self.montgomery, &self.number, base, exponent, out)
    }
}

/// 2^exponent modulo a public odd modulus, big-endian over all of `out`.
pub fn power_of_two(exponent: u32, modulus: &[u8], out: &mut [u8]) -> Result<()> {
    let (power, remainder, context) = (Bn::zero()?, Bn::zero()?, Context::new()?);
    let modulus = Bn::from_be_bytes(modulus)?;
    let exponent = i32::try_from(exponent).map_err(|_| Status::InvalidParameter)?;
    // SAFETY: all are valid; power and remainder are ours alone; NULL means no quotient is wanted.
    let returned = unsafe {
        check(lc::BN_set_bit(power.0.as_ptr(), exponent), Status::NoMemory)?;
        lc::BN_div(
            ptr::null_mut(),
            remainder.0.as_ptr(),
            power.0.as_ptr(),
            modulus.0.as_ptr(),
            context.0.as_ptr(),
        )
    };
    check(returned, Status::InternalError)?;
    remainder.to_be_bytes(out)
}

/// Whether a public number is prime, but for a chance of 2^−80 or less on numbers made to deceive: a
/// number of rounds that does not depend on the number.
pub fn is_prime(_: &Draw, number: &[u8]) -> Result<bool> {
    let number = Bn::from_be_bytes(number)?;
    let mut prime = 0;
    // SAFETY: the number is valid, the result is ours; NULL makes scratch space and wants no callback.
    let returned = unsafe {
        lc::BN_primality_test(
            &mut prime,
            number.0.as_ptr(),
            PRIMALITY_ROUNDS,
            ptr::null_mut(),
            1,
            ptr::null_mut(),
        )
    };
    check(returned, Status::InternalError)?;
    Ok(prime == 1)
}

/// Miller-Rabin rounds for numbers that an adversary may have chosen.
const PRIMALITY_ROUNDS: i32 = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn power_apart(modulus: &[u8], base: &[u8], exponent: &[u8]) -> Result<Bn> {
        let mut out = vec![0; modulus.len()];
        Modulus::new(modulus)?.power(modulus, base, exponent, &mut out)?;
        Bn::from_be_bytes(&out)
    }

    /// Beside two exponentiations of the engine's, in a modulus of half a word and in one of five, with exponents of no
    /// bit, of one, of all, and of unequal widths.
    #[test]
    fn a_product_of_powers_is_that_of_the_powers() -> Result<()> {
        let wide: Vec<u8> = (0..40_u8).map(|place| place.wrapping_mul(37).wrapping_add(214)).collect();
        let exponents: [&[u8]; 6] =
            [&[], &[0; 20], &[0, 1], &[0x80, 0, 0], &[0xFF; 20], b"\x12\x9A\xF0\x0D\x51\x77\xEE"];
        for modulus in [&[0xFF, 0xFF, 0xFF, 0xFB][..], &wide] {
            let (one, other) = (vec![0x5A; modulus.len()], vec![0x31; modulus.len()]);
            let product = Modulus::new(modulus)?;
            let number = Bn::from_be_bytes(modulus)?;
            for first in exponents {
                for second in exponents {
                    let (mut made, mut expected) = (vec![0; modulus.len()], vec![0; modulus.len()]);
                    product.product_of_powers([(&one, first), (&other, second)])?.to_be_bytes(&mut made)?;
                    power_apart(modulus, &one, first)?
                        .times_modulo(&power_apart(modulus, &other, second)?, &number)?
                        .to_be_bytes(&mut expected)?;
                    assert_eq!(made, expected, "{first:x?} {second:x?}");
                }
            }
        }
        Ok(())
    }
}
