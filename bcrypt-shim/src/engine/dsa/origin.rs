//! Where the primes of a DSA group come from: a seed and a count, by which everybody can make them again.
//!
//! Both editions of FIPS 186 hash the seed plus an offset to candidates for q and p. They differ in how q is made, in where
//! the offset begins, and in how many candidates for p there are. Sources: FIPS 186-2, appendix 2.2; FIPS 186-4, A.1.1.2.

use super::{LONG_ORDER, SHORT_ORDER};
use crate::engine::digest::{self, Digest};
use crate::engine::ffi::{self, Bn};
use crate::engine::{generator, random};
use crate::memory;
use crate::status::{Result, Status};

/// The edition of FIPS 186 that primes were made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// FIPS 186-2, with SHA-1.
    Fips186_2,
    /// FIPS 186-3 and later.
    Fips186_3,
}

impl Standard {
    /// What is added to the seed for the first candidate for p.
    fn first_offset(self) -> u64 {
        match self {
            Self::Fips186_2 => 2,
            Self::Fips186_3 => 1,
        }
    }

    /// Candidates for a p of this width in bytes.
    fn candidates(self, width: usize) -> u32 {
        match self {
            Self::Fips186_2 => 4096,
            Self::Fips186_3 => 4 * 8 * width as u32,
        }
    }
}

/// A count that stands for: there is no seed.
const NO_COUNT: u32 = u32::MAX;
/// Each byte of a seed that is not there.
const NO_SEED: u8 = 0xFF;

/// How p and q were found, as a blob tells it.
#[derive(Debug)]
pub struct Origin {
    /// The edition.
    pub standard: Standard,
    /// The seed, as long as q and as the digest of its hash.
    pub seed: Vec<u8>,
    /// How many candidates for p were thrown away.
    pub count: u32,
}

impl Origin {
    /// That of a group of which it is not known, with a q of so many bytes.
    pub fn unknown(standard: Standard, order: usize) -> Result<Self> {
        let seed = memory::filled(order, || NO_SEED)?;
        Ok(Self { standard, seed, count: NO_COUNT })
    }

    /// Whether there is a seed (behaviour.md t85).
    pub fn is_known(&self) -> bool {
        self.count != NO_COUNT || self.seed.iter().any(|&byte| byte != NO_SEED)
    }

    /// Whether the seed gives q and, at its count, p. Whether these are prime is not looked at.
    pub fn gives(&self, p: &[u8], q: &[u8]) -> Result<bool> {
        if self.count >= self.standard.candidates(p.len()) || self.order()? != q {
            return Ok(false);
        }
        let step = Bn::from_be_bytes(q)?.doubled()?;
        Ok(self.modulus(p.len(), &step)?.is_some_and(|found| found == p))
    }

    /// The hash of the primes: that whose digest is as long as q (behaviour.md t86).
    fn hash(&self) -> Result<&'static Digest> {
        match self.seed.len() {
            SHORT_ORDER => Ok(&digest::SHA1),
            LONG_ORDER => Ok(&digest::SHA256),
            _ => Err(Status::InvalidParameter),
        }
    }

    /// hash(seed + offset), the sum modulo 2 to the seed's bits, over `out`.
    fn hashed(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let mut buffer = [0; LONG_ORDER];
        let sum = buffer.get_mut(..self.seed.len()).ok_or(Status::InvalidParameter)?;
        sum.copy_from_slice(&self.seed);
        let mut carried = offset;
        for byte in sum.iter_mut().rev() {
            carried += u64::from(*byte);
            *byte = carried as u8;
            carried >>= 8;
        }
        self.hash()?.digest(&[sum], out)
    }

    /// The candidate for q.
    fn order(&self) -> Result<Vec<u8>> {
        let mut q = memory::zeros(self.seed.len())?;
        self.hashed(0, &mut q)?;
        if self.standard == Standard::Fips186_2 {
            let mut next = memory::zeros(self.seed.len())?;
            self.hashed(1, &mut next)?;
            q.iter_mut().zip(&next).for_each(|(byte, next)| *byte ^= next);
        }
        if let Some(first) = q.first_mut() {
            *first |= 0x80;
        }
        if let Some(last) = q.last_mut() {
            *last |= 1;
        }
        Ok(q)
    }

    /// The candidate for p at the count, ≡ 1 modulo `step`, which is 2q; none where it has too few bits.
    fn modulus(&self, width: usize, step: &Bn) -> Result<Option<Vec<u8>>> {
        let length = self.seed.len();
        let hashes = width.div_ceil(length);
        let offset = self.standard.first_offset() + u64::from(self.count) * hashes as u64;
        // The first hash has the lowest bits; what the last one has above the width is left out.
        let mut sequence = memory::zeros(hashes * length)?;
        for (k, out) in sequence.rchunks_mut(length).enumerate() {
            self.hashed(offset + k as u64, out)?;
        }
        let mut bytes = memory::copy(sequence.get(sequence.len() - width..).ok_or(Status::InternalError)?)?;
        if let Some(first) = bytes.first_mut() {
            *first |= 0x80;
        }
        let number = Bn::from_be_bytes(&bytes)?;
        // X less (X modulo 2q less 1): where X modulo 2q is 0, one more than X.
        let less = number.less(&number.remainder(step)?)?;
        less.to_be_bytes(&mut bytes)?;
        if let Some(last) = bytes.last_mut() {
            // An even number.
            *last |= 1;
        }
        Ok(bytes.first().is_some_and(|first| first >> 7 == 1).then_some(bytes))
    }
}

/// Looks for primes p and q of so many bytes. Fails with `InternalError` if the operating system gives no random bytes.
pub fn search(standard: Standard, order: usize, width: usize) -> Result<(Vec<u8>, Vec<u8>, Origin)> {
    generator::searching(|draw| {
        let mut origin = Origin { standard, seed: memory::zeros(order)?, count: 0 };
        loop {
            random::fill(&mut origin.seed)?;
            let q = origin.order()?;
            if !ffi::is_prime(draw, &q)? {
                continue;
            }
            let step = Bn::from_be_bytes(&q)?.doubled()?;
            for count in 0..standard.candidates(width) {
                origin.count = count;
                if let Some(p) = origin.modulus(width, &step)?
                    && ffi::is_prime(draw, &p)?
                {
                    return Ok((p, q, origin));
                }
            }
        }
    })
}
