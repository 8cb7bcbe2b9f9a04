//! The Jacobi symbol of public numbers.
//!
//! The binary algorithm on approximations, as T. Pornin describes it for inversion ("Optimized Binary GCD for
//! Modular Inversion", 2020): some steps are decided on one word that holds the top and bottom bits of each
//! number, then applied to the whole numbers at once.

/// 64-bit words of the widest numbers.
const MAX_WORDS: usize = 64;
/// Steps decided on one approximation. Its bottom bits are exact, one fewer after each step, and the last
/// step still needs three of them.
const STEPS: u32 = 28;
const BOTTOM: u32 = 31;
const TOP: u32 = 64 - BOTTOM;

/// A number, its least word first.
type Words = [u64; MAX_WORDS];

/// The Jacobi symbol of `a` over `b`: 1, −1, or 0 if they have a common factor. Both are big-endian. `None` for
/// numbers wider than 4096 bits and an even `b`.
pub fn symbol(a: &[u8], b: &[u8]) -> Option<i32> {
    let (mut a, mut b) = (words(a)?, words(b)?);
    if low(&b) & 1 == 0 {
        return None;
    }
    let mut is_minus = false;
    // Each round takes 28 bits off the two lengths together, but for what an approximation is wrong by.
    for _ in 0..=4 * MAX_WORDS * 64 / STEPS as usize {
        let bits = length(&a).max(length(&b));
        if length(&a) == 0 {
            return Some(if length(&b) > 1 { 0 } else { 1 - 2 * i32::from(is_minus) });
        }
        let round = Round::decided(approximation(&a, bits), approximation(&b, bits));
        let used = bits.div_ceil(64) as usize;
        let (next_a, a_is_below_zero) = round.a.applied(&a, &b, used);
        // The symbol is over |b|, whose sign says nothing.
        let (next_b, _) = round.b.applied(&a, &b, used);
        (a, b) = (next_a, next_b);
        // (−1 | b) is −1 if b is 3 modulo 4.
        is_minus ^= round.flips ^ (a_is_below_zero && low(&b) & 2 != 0);
    }
    None
}

/// What becomes of a number: f times a plus g times b, without the bits that were shifted out.
#[derive(Clone, Copy)]
struct Combination {
    f: i64,
    g: i64,
}

/// The steps of a round together.
struct Round {
    a: Combination,
    b: Combination,
    /// Whether the symbol changes its sign.
    flips: bool,
}

impl Round {
    fn decided(mut a: u64, mut b: u64) -> Self {
        let mut of_a = Combination { f: 1, g: 0 };
        let mut of_b = Combination { f: 0, g: 1 };
        let mut flips = 0;
        for _ in 0..STEPS {
            if a & 1 == 1 {
                if a < b {
                    (a, b) = (b, a);
                    (of_a, of_b) = (of_b, of_a);
                    // Reciprocity, where both are 3 modulo 4; at most one is below zero.
                    flips ^= a & b & 2;
                }
                a -= b;
                of_a = Combination { f: of_a.f - of_b.f, g: of_a.g - of_b.g };
            }
            a >>= 1;
            of_b = Combination { f: of_b.f << 1, g: of_b.g << 1 };
            // (2 | b) is −1 if b is 3 or 5 modulo 8.
            flips ^= b ^ (b >> 1);
        }
        Self { a: of_a, b: of_b, flips: flips & 2 != 0 }
    }
}

impl Combination {
    /// The absolute value, and whether it is that of a number below zero.
    fn applied(self, a: &Words, b: &Words, used: usize) -> (Words, bool) {
        let mut sum = [0; MAX_WORDS];
        let mut carry = 0_i128;
        for ((sum, &a), &b) in sum.iter_mut().zip(a).zip(b).take(used) {
            carry += i128::from(a) * i128::from(self.f) + i128::from(b) * i128::from(self.g);
            *sum = carry as u64;
            carry >>= 64;
        }
        let mut above = carry as u64;
        for word in sum.iter_mut().take(used).rev() {
            (*word, above) = ((*word >> STEPS) | (above << (64 - STEPS)), *word);
        }
        let is_below_zero = carry < 0;
        if is_below_zero {
            let mut borrow = true;
            for word in sum.iter_mut().take(used) {
                (*word, borrow) = (!*word).overflowing_add(u64::from(borrow));
            }
        }
        (sum, is_below_zero)
    }
}

/// The top and bottom bits of a number below 2^bits in one word; all of it if it fits.
fn approximation(number: &Words, bits: u32) -> u64 {
    if bits <= 64 {
        return low(number);
    }
    let shift = bits - TOP;
    let mut words = number.iter().skip((shift / 64) as usize);
    let (lower, upper) = (words.next().copied().unwrap_or(0), words.next().copied().unwrap_or(0));
    let window = (u128::from(upper) << 64 | u128::from(lower)) >> (shift % 64);
    let bottom = low(number) & ((1 << BOTTOM) - 1);
    (window as u64) << BOTTOM | bottom
}

fn low(number: &Words) -> u64 {
    number.first().copied().unwrap_or(0)
}

/// Bits of a number.
fn length(number: &Words) -> u32 {
    let top = number.iter().enumerate().rev().find(|(_, word)| **word != 0);
    top.map_or(0, |(index, word)| index as u32 * 64 + u64::BITS - word.leading_zeros())
}

fn words(bytes: &[u8]) -> Option<Words> {
    let mut words = [0; MAX_WORDS];
    let mut chunks = bytes.rchunks(8);
    for (word, chunk) in words.iter_mut().zip(&mut chunks) {
        *word = chunk.iter().fold(0, |word, &byte| word << 8 | u64::from(byte));
    }
    chunks.next().is_none().then_some(words)
}
