//! DSA: its groups, keys and signatures.
//!
//! Numbers are big-endian. p, g and y are as wide as p; q, x, r and s as wide as q, which has 160 or 256 bits.

pub mod origin;

use std::fmt;

use super::dh::{self, is_above_one};
use super::ffi::{self, Bn, DsaKey, Modulus};
use super::{generator, random};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};
use origin::{Origin, Standard};

/// Bytes of q where the primes are made with SHA-1.
pub const SHORT_ORDER: usize = 20;
/// Bytes of q where they are made with SHA-256.
pub const LONG_ORDER: usize = 32;

/// A modulus p, and a generator g of the subgroup of order q.
#[derive(Debug)]
pub struct Group {
    arithmetic: dh::Group,
    q: Vec<u8>,
}

impl Group {
    /// The group of p, q and g; p and g are equally wide.
    ///
    /// What is cheap to look at: p and q are odd, have all bits of their width, and q of 160 or 256 bits divides p − 1;
    /// 1 < g < p. [`Self::check`] does the rest. Fails with `InvalidParameter`.
    pub fn new(p: &[u8], q: &[u8], g: &[u8]) -> Result<Self> {
        require(is_whole(p) && is_whole(q) && [SHORT_ORDER, LONG_ORDER].contains(&q.len()))?;
        require(q.len() < p.len())?;
        let (modulus, order) = (Bn::from_be_bytes(p)?, Bn::from_be_bytes(q)?);
        require(modulus.less_one()?.remainder(&order)?.is_zero())?;
        Ok(Self { arithmetic: dh::Group::new(p, g, None)?, q: memory::copy(q)? })
    }

    /// Whether q is prime and the order of g. Fails with `InvalidParameter` if not.
    pub fn check(&self) -> Result<()> {
        require(self.is_in_subgroup(self.g())?)?;
        require(generator::searching(|draw| ffi::is_prime(draw, &self.q))?)
    }

    /// Whether p is prime, which takes long: up to a fifth of a second for 3072 bits.
    pub fn has_prime_modulus(&self) -> Result<bool> {
        generator::searching(|draw| ffi::is_prime(draw, self.p()))
    }

    /// A new group with a p of this width in bytes, by a random seed that shows how p and q were found: by FIPS 186-2 up
    /// to 1024 bits, by FIPS 186-3 with SHA-256 above (behaviour.md t81). It takes seconds for the longest; forks don't
    /// wait for it. Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate(width: usize) -> Result<(Self, Origin)> {
        let (standard, order) = match width {
            0..=128 => (Standard::Fips186_2, SHORT_ORDER),
            _ => (Standard::Fips186_3, LONG_ORDER),
        };
        let (p, q, origin) = origin::search(standard, order, width)?;
        let g = generator_of(&p, &q)?;
        Ok((Self::new(&p, &q, &g)?, origin))
    }

    /// The modulus.
    pub fn p(&self) -> &[u8] {
        self.arithmetic.p()
    }

    /// The order of the subgroup.
    pub fn q(&self) -> &[u8] {
        &self.q
    }

    /// The generator of the subgroup.
    pub fn g(&self) -> &[u8] {
        self.arithmetic.g()
    }

    /// Whether y is in 2..=p−2.
    pub fn contains(&self, y: &[u8]) -> bool {
        self.arithmetic.contains(y)
    }

    /// Whether y^q = 1, for a public y below p and as wide.
    pub fn is_in_subgroup(&self, y: &[u8]) -> Result<bool> {
        let mut power = memory::zeros(self.p().len())?;
        self.arithmetic.power(y, &self.q, &mut power)?;
        Ok(power.split_last().is_some_and(|(&last, rest)| last == 1 && memory::is_zero(rest)))
    }

    /// A random x with 0 < x < q, by the rejection method of FIPS 186-5, A.2.2. Fails with `InternalError` if the
    /// operating system gives no random bytes.
    pub fn random_private(&self) -> Result<SecretBytes> {
        let mut x = memory::secret_zeros(self.q.len())?;
        loop {
            random::fill(&mut x)?;
            // Which candidates were thrown away says nothing about the one that is kept.
            if self.is_private(&x)? {
                return Ok(x);
            }
        }
    }

    /// Whether 0 < x < q; only that is told.
    pub fn is_private(&self, x: &[u8]) -> Result<bool> {
        let is_below = ffi::is_less(x, &Bn::from_be_bytes(&self.q)?)?;
        Ok(memory::declassify(is_below & !memory::is_zero(x)))
    }

    /// g^x.
    pub fn public(&self, x: &[u8]) -> Result<Vec<u8>> {
        self.arithmetic.public(x)
    }

    /// Verifies a signature of y's owner, r and s one after the other, on a digest as long as q (FIPS 186-4, 4.7). y is
    /// below p and as wide. Fails with `InvalidSignature`.
    pub fn verify(&self, y: &[u8], digest: &[u8], signature: &[u8]) -> Result<()> {
        let (r, s) = signature.split_at_checked(self.q.len()).ok_or(Status::InvalidSignature)?;
        let is_in_range =
            |number: &[u8]| number.len() == self.q.len() && number < &*self.q && !memory::is_zero(number);
        if !is_in_range(r) || !is_in_range(s) {
            return Err(Status::InvalidSignature);
        }
        let q = Bn::from_be_bytes(&self.q)?;
        // Without an inverse, q is no prime, or a lack of memory is the reason.
        let inverse = Bn::from_be_bytes(s)?.inverse(&q).map_err(|status| match status {
            Status::InvalidParameter => Status::InvalidSignature,
            other => other,
        })?;
        let mut exponents = [[0; LONG_ORDER]; 2];
        for (exponent, number) in exponents.iter_mut().zip([digest, r]) {
            let exponent = exponent.get_mut(..self.q.len()).ok_or(Status::InternalError)?;
            Bn::from_be_bytes(number)?.times_modulo(&inverse, &q)?.to_be_bytes(exponent)?;
        }
        let [of_g, of_y] = exponents.each_ref().map(|exponent| exponent.split_at(self.q.len()).0);
        let value = self.arithmetic.product_of_powers([(self.g(), of_g), (y, of_y)])?.remainder(&q)?;
        let mut bytes = [0; LONG_ORDER];
        let bytes = bytes.get_mut(..self.q.len()).ok_or(Status::InternalError)?;
        value.to_be_bytes(bytes)?;
        if bytes == r { Ok(()) } else { Err(Status::InvalidSignature) }
    }
}

/// Whether a public number is odd and its highest bit set.
fn is_whole(number: &[u8]) -> bool {
    number.first().is_some_and(|first| first >> 7 == 1) && number.last().is_some_and(|last| last & 1 == 1)
}

/// A generator of the subgroup of order q: the first of 2^e, 3^e, … with e = (p − 1)/q that is not 1 (FIPS 186-4, A.2.1).
fn generator_of(p: &[u8], q: &[u8]) -> Result<Vec<u8>> {
    let cofactor = Bn::from_be_bytes(p)?.less_one()?.divided_by(&Bn::from_be_bytes(q)?)?;
    let (mut exponent, mut g) = (memory::zeros(p.len())?, memory::zeros(p.len())?);
    cofactor.to_be_bytes(&mut exponent)?;
    let modulus = Modulus::new(p)?;
    for h in 2..=u8::MAX {
        modulus.power(p, &[h], &exponent, &mut g)?;
        if is_above_one(&g) {
            return Ok(g);
        }
    }
    Err(Status::InternalError)
}

/// A key that signs.
pub struct Key(DsaKey);

impl Key {
    /// The key of y and x.
    pub fn new(group: &Group, y: &[u8], x: &[u8]) -> Result<Self> {
        DsaKey::new([group.p(), group.q(), group.g(), y, x]).map(Self)
    }

    /// Signs a digest as long as q, over all of `out`: r and s, one after the other. Fails as
    /// [`generator::drawing`] does, and with `InvalidParameter` in a group that is none.
    pub fn sign(&self, digest: &[u8], out: &mut [u8]) -> Result<()> {
        generator::drawing(|draw| self.0.sign(draw, digest, out))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key of DSA")
    }
}
