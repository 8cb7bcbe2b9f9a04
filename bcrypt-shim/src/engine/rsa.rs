//! RSA: keys, and the two powers that everything is made of.
//!
//! Numbers are big-endian; what goes in and comes out of an operation is as wide as the modulus. Private operations are
//! blinded and take a time that depends on widths and the public half alone, but for primes that are so unequal that one does
//! not fit the other's words, which go without the remainder theorem.

use super::ffi::{self, Bn, RsaKey, RsaNumbers, SecretModulus};
use super::gate::Inside;
use super::generator;
use super::words::Words;
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

pub use super::ffi::{Hash, RsaNumber as Number};

/// Bits of the least modulus, as of SymCrypt's (behaviour.md t22).
const MIN_BITS: usize = 256;
/// Bits of the greatest modulus.
const MAX_BITS: usize = 16384;
/// Bits of the least prime, as of SymCrypt's (behaviour.md t39).
const MIN_PRIME_BITS: u32 = 128;
/// The engine makes moduli in steps of so many bits; those between are made here.
const ENGINE_STEP_BITS: u32 = 128;
/// The exponent of generated keys (behaviour.md t23).
const EXPONENT: &[u8] = &[1, 0, 1];
/// Attempts to find primes that go with the exponent, of which one in 30,000 fails.
const ATTEMPTS: u32 = 8;

/// A key, or its public half.
#[derive(Debug)]
pub struct Key {
    key: RsaKey,
    /// Bytes of the primes, as they were given or made; `None` for a public half.
    primes: Option<(usize, usize)>,
}

/// What a key can be completed with: the private exponent, the exponents of the primes and the coefficient.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The inverse of e modulo (p − 1)(q − 1) or a part of that.
    pub d: &'a [u8],
    /// d modulo p − 1.
    pub dp: &'a [u8],
    /// d modulo q − 1.
    pub dq: &'a [u8],
    /// The inverse of q modulo p.
    pub q_inverse: &'a [u8],
}

impl Key {
    /// The public half of a key. Fails with `InvalidParameter` unless n is odd and has 256 to 16384 bits, and e is odd and
    /// above 1.
    pub fn public(n: &[u8], e: &[u8]) -> Result<Self> {
        require((MIN_BITS..=MAX_BITS).contains(&memory::bits(n)))?;
        RsaKey::public(n, e).map(|key| Self { key, primes: None })
    }

    /// The key of a modulus and its primes, e of at most 8 bytes. What is told beside them is taken if it is right, else
    /// computed: then d is the inverse of e modulo (p − 1)(q − 1) (behaviour.md t33, t34).
    ///
    /// Fails with `InvalidParameter` as [`Self::public`], unless p and q are odd, have 128 bits, and n is their product; if
    /// p is not prime, or e has a factor of p − 1 or q − 1.
    pub fn private(n: &[u8], e: &[u8], p: &[u8], q: &[u8], told: Option<Told<'_>>) -> Result<Self> {
        require((MIN_BITS..=MAX_BITS).contains(&memory::bits(n)) && p.len().max(q.len()) <= n.len())?;
        let made = told.map(|told| {
            let Told { d, dp, dq, q_inverse } = told;
            RsaKey::private(&RsaNumbers { n, e, d, p, q, dp, dq, q_inverse })
        });
        let key = match made {
            Some(Ok(key)) => key,
            None | Some(Err(Status::InvalidParameter)) => completed(n, e, p, q)?,
            Some(Err(other)) => return Err(other),
        };
        let is_large = |prime| key.bits_of(prime).is_some_and(|bits| bits >= MIN_PRIME_BITS);
        require(memory::declassify(is_large(Number::P) & is_large(Number::Q)))?;
        Ok(Self { key, primes: Some((p.len(), q.len())) })
    }

    /// A new key with a modulus of exactly so many bits and the exponent 65537; its primes differ by at most a bit in length.
    /// A fork does not wait for it.
    ///
    /// Fails with `InternalError` if the operating system gives no random bytes.
    pub fn generate(bits: u32) -> Result<Self> {
        generator::searching(|draw| {
            if bits.is_multiple_of(ENGINE_STEP_BITS) {
                let key = RsaKey::generate(draw, bits, EXPONENT)?;
                let number = |number, bits: u32| {
                    let mut bytes = memory::secret_zeros(bits.div_ceil(8) as usize)?;
                    key.write(number, &mut bytes)?;
                    Ok::<_, Status>(bytes)
                };
                let (p, q) = (number(Number::P, bits / 2)?, number(Number::Q, bits / 2)?);
                return Self::private(&number(Number::N, bits)?, EXPONENT, &p, &q, None);
            }
            for _ in 0..ATTEMPTS {
                // Their two top bits are set, so that the product has as many bits as both together.
                let (p_bits, q_bits) = (bits.div_ceil(2), bits / 2);
                let p = Bn::random_prime(draw, p_bits, None)?;
                let q = Bn::random_prime(draw, q_bits, None)?;
                let [n, p, q] = [(p.times(&q)?, bits), (p, p_bits), (q, q_bits)].map(|(number, bits)| {
                    let mut bytes = memory::secret_zeros(bits.div_ceil(8) as usize)?;
                    number.to_be_bytes(&mut bytes)?;
                    Ok::<_, Status>(bytes)
                });
                match Self::private(&n?, EXPONENT, &p?, &q?, None) {
                    Err(Status::InvalidParameter) => {}
                    made => return made,
                }
            }
            Err(Status::InternalError)
        })
    }

    /// Bits of the modulus.
    pub fn bits(&self) -> u32 {
        self.key.bits()
    }

    /// Bytes of the modulus.
    pub fn width(&self) -> usize {
        self.bits().div_ceil(8) as usize
    }

    /// Whether the private half is there.
    pub fn has_private(&self) -> bool {
        self.primes.is_some()
    }

    /// Bytes of a number: those of a prime are as it was given. Fails with `InvalidParameter` for one of a private half that
    /// is not there.
    pub fn width_of(&self, number: Number) -> Result<usize> {
        let primes = self.primes.ok_or(Status::InvalidParameter);
        match number {
            Number::E => {
                self.key.bits_of(number).map(|bits| bits.div_ceil(8) as usize).ok_or(Status::InternalError)
            }
            Number::N => Ok(self.width()),
            Number::D => primes.map(|_| self.width()),
            Number::P | Number::Dp | Number::QInverse => primes.map(|(p, _)| p),
            Number::Q | Number::Dq => primes.map(|(_, q)| q),
        }
    }

    /// Writes a number over all of `out`, which has room for it. Fails as [`Self::width_of`].
    pub fn write(&self, number: Number, out: &mut [u8]) -> Result<()> {
        self.key.write(number, out)
    }

    /// input^e. Fails with `InvalidParameter` unless the input is below n.
    pub fn public_power(&self, input: &[u8], out: &mut [u8]) -> Result<()> {
        self.key.public_power(&Inside::enter(), input, out)
    }

    /// input^d. Fails with `InvalidParameter` unless the input is below n, and if the primes are none; fails as
    /// [`generator::drawing`] does.
    pub fn private_power(&self, input: &[u8], out: &mut [u8]) -> Result<()> {
        match generator::drawing(|draw| self.key.private_power(draw, input, out)) {
            // The engine refuses the numbers that are their own power; Windows does not (behaviour.md t60).
            Err(Status::InvalidParameter) if self.has_private() && self.is_fixed(input)? => {
                out.copy_from_slice(input);
                Ok(())
            }
            result => result,
        }
    }

    /// Whether an input is 0, 1 or n − 1.
    fn is_fixed(&self, input: &[u8]) -> Result<bool> {
        let Some((&last, rest)) = input.split_last() else { return Ok(false) };
        let mut n = memory::zeros(self.width())?;
        self.key.write(Number::N, &mut n)?;
        if let Some(last) = n.last_mut() {
            *last &= !1;
        }
        Ok(last <= 1 && memory::is_zero(rest) || input == n)
    }

    /// Encrypts a text padded after PKCS #1. Fails with `InvalidParameter` for more than width − 11 bytes; fails as
    /// [`generator::drawing`] does.
    pub fn encrypt_pkcs1(&self, text: &[u8], out: &mut [u8]) -> Result<()> {
        generator::drawing(|draw| self.key.encrypt_pkcs1(draw, text, out))
    }

    /// Encrypts a text padded after OAEP, with one hash for label and mask. Fails with `InvalidParameter` for more than
    /// width − 2 · hash − 2 bytes; fails as [`generator::drawing`] does.
    pub fn encrypt_oaep(&self, hash: Hash, label: &[u8], text: &[u8], out: &mut [u8]) -> Result<()> {
        let mut padded = memory::secret_zeros(self.width())?;
        generator::drawing(|draw| ffi::pad_oaep(draw, hash, label, text, &mut padded))?;
        self.public_power(&padded, out)
    }

    /// The text of a ciphertext, padded after PKCS #1: over the start of `out`, and its length. Fails with
    /// `InvalidParameter` for a wrong padding; fails as [`generator::drawing`] does.
    pub fn decrypt_pkcs1(&self, ciphertext: &[u8], out: &mut [u8]) -> Result<usize> {
        generator::drawing(|draw| self.key.decrypt_pkcs1(draw, ciphertext, out)).map(declassified)
    }

    /// As [`Self::decrypt_pkcs1`], padded after OAEP.
    pub fn decrypt_oaep(&self, hash: Hash, label: &[u8], ciphertext: &[u8], out: &mut [u8]) -> Result<usize> {
        generator::drawing(|draw| self.key.decrypt_oaep(draw, hash, label, ciphertext, out)).map(declassified)
    }
}

/// The length of a text whose padding was right, which is told.
fn declassified(length: usize) -> usize {
    (0..usize::BITS)
        .fold(0, |told, bit| told | usize::from(memory::declassify(length >> bit & 1 == 1)) << bit)
}

/// The key of a modulus and its primes, with everything else computed.
fn completed(n: &[u8], e: &[u8], p: &[u8], q: &[u8]) -> Result<RsaKey> {
    let exponent = e.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    require(e.len() <= 8 && exponent > 1 && exponent & 1 == 1)?;
    let is_odd = |prime: &[u8]| prime.last().is_some_and(|&last| last & 1 == 1);
    require(memory::declassify(is_odd(p) & is_odd(q)))?;
    let (p_words, q_words, one) =
        (Words::from_be_bytes(p)?, Words::from_be_bytes(q)?, Words::from_be_bytes(&[1])?);
    let mut totient = Words::from_be_bytes(n)?;
    totient.subtract(&p_words);
    totient.subtract(&q_words);
    totient.increment();
    let inverse = |modulus: &Words, width: usize| {
        modulus.inverse_of(exponent)?.ok_or(Status::InvalidParameter)?.to_be_bytes(width)
    };
    let less_one = |prime: &[u8]| {
        let mut less = Words::from_be_bytes(prime)?;
        less.subtract(&one);
        Ok::<_, Status>(less)
    };
    let (d, dp, dq) =
        (inverse(&totient, n.len())?, inverse(&less_one(p)?, p.len())?, inverse(&less_one(q)?, q.len())?);
    let q_inverse = inverse_by_fermat(&q_words.reduced(&p_words)?.to_be_bytes(p.len())?, p)?;
    RsaKey::private(&RsaNumbers { n, e, d: &d, p, q, dp: &dp, dq: &dq, q_inverse: &q_inverse })
}

/// number^(p − 2) modulo p, which is the inverse if p is prime; p is odd and above the number.
fn inverse_by_fermat(number: &[u8], p: &[u8]) -> Result<SecretBytes> {
    let mut exponent = Words::from_be_bytes(p)?;
    exponent.subtract(&Words::from_be_bytes(&[2])?);
    let exponent = exponent.to_be_bytes(p.len())?;
    let mut inverse = memory::secret_zeros(p.len())?;
    SecretModulus::new(p)?.power(number, &exponent, &mut inverse)?;
    Ok(inverse)
}
