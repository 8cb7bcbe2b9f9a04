//! RSA (RFC 8017) on big integers that take no care of time.

use num_bigint_dig::{BigUint, ModInverse};

use super::hash::Hash;
use super::{bytes, number, plus};

/// The numbers of a key, big-endian.
#[derive(Clone, Debug)]
pub struct Numbers {
    pub e: Vec<u8>,
    pub n: Vec<u8>,
    pub p: Vec<u8>,
    pub q: Vec<u8>,
    pub dp: Vec<u8>,
    pub dq: Vec<u8>,
    pub q_inverse: Vec<u8>,
    pub d: Vec<u8>,
}

/// The inverse of a modulo m.
pub fn inverse(a: &BigUint, m: &BigUint) -> BigUint {
    a.mod_inverse(m).and_then(|inverse| inverse.to_biguint()).expect("no common factor")
}

/// The greatest common divisor.
pub fn common(a: &BigUint, b: &BigUint) -> BigUint {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != number(&[]) {
        (a, b) = (b.clone(), a % b);
    }
    a
}

impl Numbers {
    /// The key of two primes and this exponent, or the next one that goes with them.
    pub fn near(e: &[u8], p: &[u8], q: &[u8]) -> Numbers {
        let (mut exponent, one) = (number(e), number(&[1]));
        let totient = plus(&number(p), -1) * plus(&number(q), -1);
        while common(&exponent, &totient) != one {
            exponent = plus(&exponent, 2);
        }
        Numbers::new(&bytes(&exponent, e.len()), p, q)
    }

    /// The key of two primes, d by Euler's totient.
    pub fn new(e: &[u8], p: &[u8], q: &[u8]) -> Numbers {
        let (exponent, first, second) = (number(e), number(p), number(q));
        let n = &first * &second;
        let (p_less, q_less) = (plus(&first, -1), plus(&second, -1));
        let d = inverse(&exponent, &(&p_less * &q_less));
        let width = n.bits().div_ceil(8);
        Numbers {
            e: e.to_vec(),
            n: bytes(&n, width),
            dp: bytes(&(&d % &p_less), p.len()),
            dq: bytes(&(&d % &q_less), q.len()),
            q_inverse: bytes(&inverse(&(&second % &first), &first), p.len()),
            d: bytes(&d, width),
            p: p.to_vec(),
            q: q.to_vec(),
        }
    }

    pub fn public_power(&self, input: &[u8]) -> Vec<u8> {
        bytes(&number(input).modpow(&number(&self.e), &number(&self.n)), self.n.len())
    }

    pub fn private_power(&self, input: &[u8]) -> Vec<u8> {
        bytes(&number(input).modpow(&number(&self.d), &number(&self.n)), self.n.len())
    }

    pub fn bits(&self) -> usize {
        number(&self.n).bits()
    }
}

fn mask(hash: &Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0..).flat_map(|count: u32| hash.digest(&[seed, &count.to_be_bytes()].concat()));
    blocks.take(length).collect()
}

fn xor(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}

/// EMSA-PSS-ENCODE with this salt, in the bytes that `bits` − 1 bits fill.
pub fn pss(hash: &Hash, bits: usize, digest: &[u8], salt: &[u8]) -> Vec<u8> {
    let length = (bits - 1).div_ceil(8);
    let own = hash.digest(&[&[0; 8], digest, salt].concat());
    let zeros = vec![0; length - salt.len() - own.len() - 2];
    let block = [&zeros[..], &[1], salt].concat();
    let mut masked = xor(&block, &mask(hash, &own, block.len()));
    masked[0] &= 0xFF >> (8 * length - (bits - 1));
    [&masked[..], &own, &[0xBC]].concat()
}

/// The salt of an EMSA-PSS encoding of a digest.
pub fn salt_of_pss(hash: &Hash, bits: usize, encoded: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
    let length = (bits - 1).div_ceil(8);
    let encoded = &encoded[encoded.len() - length..];
    let (masked, rest) = encoded.split_at(length - hash.length - 1);
    let mut block = xor(masked, &mask(hash, &rest[..hash.length], masked.len()));
    block[0] &= 0xFF >> (8 * length - (bits - 1));
    let start = block.iter().position(|&byte| byte != 0)?;
    let salt = block[start + 1..].to_vec();
    (pss(hash, bits, digest, &salt) == encoded).then_some(salt)
}

/// EME-OAEP-ENCODE with this seed.
pub fn oaep(hash: &Hash, width: usize, label: &[u8], text: &[u8], seed: &[u8]) -> Vec<u8> {
    let padding = vec![0; width - text.len() - 2 * hash.length - 2];
    let block = [&hash.digest(label)[..], &padding, &[1], text].concat();
    let masked = xor(&block, &mask(hash, seed, block.len()));
    let masked_seed = xor(seed, &mask(hash, &masked, seed.len()));
    [&[0][..], &masked_seed, &masked].concat()
}

/// The text of an EME-OAEP encoding.
pub fn text_of_oaep(hash: &Hash, label: &[u8], encoded: &[u8]) -> Option<Vec<u8>> {
    let (masked_seed, masked) = encoded[1..].split_at(hash.length);
    let seed = xor(masked_seed, &mask(hash, masked, hash.length));
    let block = xor(masked, &mask(hash, &seed, masked.len()));
    let start = block[hash.length..].iter().position(|&byte| byte != 0)? + hash.length;
    let text = block[start + 1..].to_vec();
    (oaep(hash, encoded.len(), label, &text, &seed) == encoded).then_some(text)
}
