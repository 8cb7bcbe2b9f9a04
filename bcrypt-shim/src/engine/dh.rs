//! Finite-field Diffie-Hellman: exponentiation in a group of the caller's, or in a standard one.
//!
//! Numbers are big-endian and as wide as p.

use super::ffi::{self, Bn, Modulus};
use super::{generator, ifma, jacobi, random};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// A modulus and a generator.
#[derive(Debug)]
pub struct Group {
    modulus: Modulus,
    /// The faster way to exponentiate, where there is one.
    vector: Option<ifma::Modulus>,
    p: Vec<u8>,
    g: Vec<u8>,
    exponent_bits: Option<u32>,
}

impl Group {
    /// The group of p and g, which are equally wide.
    ///
    /// Cheap checks only: p odd and, our choice, 1 < g < p; whether p is prime is not tested
    /// (behaviour.md c17). Fails with `InvalidParameter`.
    pub fn new(p: &[u8], g: &[u8], exponent_bits: Option<u32>) -> Result<Self> {
        require(p.len() == g.len() && is_above_one(g) && g < p)?;
        let (modulus, vector) = (Modulus::new(p)?, ifma::Modulus::new(p)?);
        Ok(Self { modulus, vector, p: memory::copy(p)?, g: memory::copy(g)?, exponent_bits })
    }

    /// A new group of this size with a prime p and a g that generates a subgroup of prime order q, as
    /// DSA makes its groups (FIPS 186-4, A.1 and A.2): 2q divides p − 1, g = h^((p − 1)/q) ≠ 1.
    ///
    /// Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate(p_bits: u32, q_bits: u32) -> Result<Self> {
        let (q, prime) = generator::searching(|draw| {
            let q = Bn::random_prime(draw, q_bits, None)?;
            let prime = Bn::random_prime(draw, p_bits, Some(&q.doubled()?))?;
            Ok((q, prime))
        })?;
        let cofactor = prime.less_one()?.divided_by(&q)?;
        let width = p_bits.div_ceil(8) as usize;
        let (mut p, mut exponent) = (memory::zeros(width)?, memory::zeros(width)?);
        prime.to_be_bytes(&mut p)?;
        cofactor.to_be_bytes(&mut exponent)?;
        let modulus = Modulus::new(&p)?;
        for h in 2..=u8::MAX {
            let mut g = memory::zeros(width)?;
            modulus.power(&p, &[h], &exponent, &mut g)?;
            if is_above_one(&g) {
                let vector = ifma::Modulus::new(&p)?;
                return Ok(Self { modulus, vector, p, g, exponent_bits: None });
            }
        }
        Err(Status::InternalError)
    }

    /// The modulus.
    pub fn p(&self) -> &[u8] {
        &self.p
    }

    /// The generator.
    pub fn g(&self) -> &[u8] {
        &self.g
    }

    /// Bytes of p, and of every number in this group.
    pub fn width(&self) -> usize {
        self.p.len()
    }

    /// Whether this is one of the recognised safe-prime groups, whose q is (p − 1)/2.
    pub fn is_recognised(&self) -> bool {
        self.exponent_bits.is_some()
    }

    /// Whether exponentiation in this group is that of [`super::ifma`], on this processor and in this build.
    pub fn is_vectorised(&self) -> bool {
        self.vector.is_some()
    }

    /// Whether y is in 2..=p−2; y is public and as wide as p.
    ///
    /// It stays a function, which the check of constant time knows by its name: y may come from a private number.
    #[inline(never)]
    pub fn contains(&self, y: &[u8]) -> bool {
        // p is odd, so p − 1 differs from it in the last bit only.
        let differs_from_p_less_one = match (self.p.split_last(), y.split_last()) {
            (Some((p_last, p_rest)), Some((y_last, y_rest))) => p_rest != y_rest || p_last - 1 != *y_last,
            _ => false,
        };
        y.len() == self.p.len() && is_above_one(y) && y < self.p.as_slice() && differs_from_p_less_one
    }

    /// Whether y^q = 1 with q = (p − 1)/2, for a public y in a recognised group: by Euler's criterion
    /// that is whether y is a square, which the Jacobi symbol tells without an exponentiation.
    pub fn is_in_prime_subgroup(&self, y: &[u8]) -> bool {
        jacobi::symbol(y, &self.p) == Some(1)
    }

    /// Whether x is below q = (p − 1)/2, in time that depends on the widths only.
    pub fn is_below_order(&self, x: &[u8]) -> Result<bool> {
        ffi::is_less(x, &Bn::from_be_bytes(&self.p)?.halved()?)
    }

    /// A random private exponent: of the recognised group's length, else anything in 1..=p−2.
    ///
    /// Its low bit is left to chance: a client loops until it exports an odd one.
    pub fn random_exponent(&self) -> Result<SecretBytes> {
        let mut x = memory::secret_zeros(self.width())?;
        let (skipped, bound) = match self.exponent_bits {
            Some(bits) => (self.width().saturating_sub(bits.div_ceil(8) as usize), None),
            None => (0, Some(Bn::from_be_bytes(&self.p)?.less_one()?)),
        };
        loop {
            random::fill(x.get_mut(skipped..).ok_or(Status::InternalError)?)?;
            let fits = match &bound {
                None => true,
                Some(bound) => {
                    self.mask_to_p(&mut x);
                    ffi::is_less(&x, bound)?
                }
            };
            // Which candidates were thrown away says nothing about the one that is kept.
            if memory::declassify(fits && !memory::is_zero(&x)) {
                return Ok(x);
            }
        }
    }

    /// Clears the bits above p's highest.
    fn mask_to_p(&self, x: &mut [u8]) {
        let leading = self.p.iter().take_while(|&&byte| byte == 0).count();
        for (index, byte) in x.iter_mut().enumerate().take(leading + 1) {
            let top = self.p.get(index).map_or(0, |top| top.leading_zeros());
            *byte &= 0xFF_u8.checked_shr(top).unwrap_or(0);
        }
    }

    /// g^x.
    pub fn public(&self, x: &[u8]) -> Result<Vec<u8>> {
        let mut y = memory::zeros(self.width())?;
        self.power(&self.g, self.significant(x), &mut y)?;
        Ok(y)
    }

    /// y^x, written over all of `out`, which is as wide as p.
    pub fn agree(&self, y: &[u8], x: &[u8], out: &mut [u8]) -> Result<()> {
        self.power(y, self.significant(x), out)
    }

    /// base ^ exponent, both walked over as they are given, over all of `out`, which is as wide as p.
    pub(super) fn power(&self, base: &[u8], exponent: &[u8], out: &mut [u8]) -> Result<()> {
        match &self.vector {
            Some(vector) => vector.power(&self.p, base, exponent, out),
            None => self.modulus.power(&self.p, base, exponent, out),
        }
    }

    /// base ^ exponent · base ^ exponent, of public numbers alone; the bases are below p.
    pub(super) fn product_of_powers(&self, powers: [(&[u8], &[u8]); 2]) -> Result<Bn> {
        self.modulus.product_of_powers(powers)
    }

    /// The part of x that the exponentiation walks over.
    ///
    /// In a recognised group an exponent that fits the group's own length is as public in its width as
    /// the rule that drew it; leaving out its zero bytes makes the agreement 7 to 14 times faster. Only
    /// whether it fits is told, not more. In any other group all of x is walked over.
    fn significant<'x>(&self, x: &'x [u8]) -> &'x [u8] {
        let Some(bits) = self.exponent_bits else { return x };
        match x.split_at_checked(x.len().saturating_sub(bits.div_ceil(8) as usize)) {
            Some((head, tail)) if memory::declassify(memory::is_zero(head)) => tail,
            _ => x,
        }
    }
}

/// Whether a public number is above 1.
pub(super) fn is_above_one(number: &[u8]) -> bool {
    match number.split_last() {
        Some((&last, rest)) => last > 1 || rest.iter().any(|&byte| byte != 0),
        None => false,
    }
}
