//! Almost-Montgomery multiplication of 52-bit digits on AVX-512 IFMA.
//!
//! For an odd modulus m and R = 2^(52·D), the product of a and b is (a·b + q·m)/R, where q < R is the one number that
//! makes it whole. It is not reduced: from a, b < 2m and 4m ≤ R follows (a·b + q·m)/R < (4m² + R·m)/R ≤ 2m, so that
//! products can be multiplied again (S. Gueron, "Efficient software implementations of modular exponentiation", 2012).
//!
//! # Bounds
//!
//! A number is D digits below 2^52, the least first, in lanes of 64 bits, eight to a vector; the lanes above D are zero.
//! D is chosen so that 4m ≤ R for every m of the size:
//!
//! | bits of m | D | 52·D | at least | vectors |
//! |---|---|---|---|---|
//! | 1024 | 20 | 1040 | 1026 | 3 |
//! | 1536 | 30 | 1560 | 1538 | 4 |
//! | 2048 | 40 | 2080 | 2050 | 5 |
//! | 3072 | 60 | 3120 | 3074 | 8 |
//! | 4096 | 79 | 4108 | 4098 | 10 |
//!
//! The D steps of [`sums`] keep for every lane a sum that is not carried over. Between two steps a lane goes down by one
//! place, so it takes part in at most D ≤ 79 steps. In a step it gets four parts of products, each below 2^52 (the
//! instruction gives the low or the high 52 bits of a 104-bit product), and the lowest lane gets a carry as well, which is
//! the top 12 bits of another lane, below 2^12, once, since in the next step that lane is gone. So a lane stays below
//! 79·4·2^52 + 2^12 < 2^61, and nothing is lost. A test runs the same lines on lanes that panic when they overflow.
//!
//! The fixed number of steps, lanes and table entries makes all of the time and every address: no branch depends on a
//! digit, and there is no index. A test looks for both in the compiled code.

#![cfg_attr(
    not(any(test, all(target_arch = "x86_64", feature = "ifma"))),
    allow(unused_variables, unused_macros, dead_code, reason = "nothing multiplies in this build")
)]

/// Bits of a digit.
pub const DIGIT_BITS: u32 = 52;
/// The largest digit.
pub const DIGIT_MASK: u64 = (1 << DIGIT_BITS) - 1;
/// Lanes of the widest number.
pub const LANES: usize = 80;

/// Digits below 2^52, the least first; those that a number does not need are zero.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub struct Digits(pub [u64; LANES]);

/// The sizes of modulus there is a multiplication for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 20 digits.
    Bits1024,
    /// 30 digits.
    Bits1536,
    /// 40 digits.
    Bits2048,
    /// 60 digits.
    Bits3072,
    /// 79 digits.
    Bits4096,
}

impl Size {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Bits1024, Self::Bits1536, Self::Bits2048, Self::Bits3072, Self::Bits4096];

    /// The size of a modulus of exactly so many bits.
    pub fn of(bits: usize) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.bits() as usize == bits)
    }

    /// Bits of a modulus.
    pub const fn bits(self) -> u32 {
        match self {
            Self::Bits1024 => 1024,
            Self::Bits1536 => 1536,
            Self::Bits2048 => 2048,
            Self::Bits3072 => 3072,
            Self::Bits4096 => 4096,
        }
    }

    /// D of the table above.
    pub const fn digits(self) -> usize {
        match self {
            Self::Bits1024 => 20,
            Self::Bits1536 => 30,
            Self::Bits2048 => 40,
            Self::Bits3072 => 60,
            Self::Bits4096 => 79,
        }
    }
}

/// The multiplication for a size; there is one only where the processor has the instructions and its answers are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier {
    size: Size,
    lanes: Lanes,
}

/// What runs the lines below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lanes {
    /// The processor.
    #[cfg(all(target_arch = "x86_64", feature = "ifma"))]
    Hardware,
    /// Numbers in an array, for tests: overflow is a panic.
    #[cfg(test)]
    Software,
}

impl Multiplier {
    /// The multiplication for moduli of exactly this size, if there is one.
    #[cfg(all(target_arch = "x86_64", feature = "ifma"))]
    pub fn new(size: Size) -> Option<Self> {
        use std::sync::atomic::{AtomicU8, Ordering};

        const UNKNOWN: u8 = 0;
        const RIGHT: u8 = 1;
        const WRONG: u8 = 2;
        static ANSWERS: [AtomicU8; Size::ALL.len()] = [const { AtomicU8::new(UNKNOWN) }; Size::ALL.len()];

        if !(is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512ifma")) {
            return None;
        }
        let multiplier = Self { size, lanes: Lanes::Hardware };
        let answer = ANSWERS.get(size as usize)?;
        if answer.load(Ordering::Relaxed) == UNKNOWN {
            // Two threads may both find it out.
            let is_right =
                known_answer::is_right(size, |a, b, m, k0, out| multiplier.multiply(a, b, m, k0, out));
            answer.store(if is_right { RIGHT } else { WRONG }, Ordering::Relaxed);
        }
        (answer.load(Ordering::Relaxed) == RIGHT).then_some(multiplier)
    }

    /// There is none in this build.
    #[cfg(not(all(target_arch = "x86_64", feature = "ifma")))]
    pub fn new(_: Size) -> Option<Self> {
        None
    }

    /// The same lines on lanes that panic when they overflow.
    #[cfg(test)]
    pub fn in_software(size: Size) -> Self {
        Self { size, lanes: Lanes::Software }
    }

    /// D: the base-2 logarithm of R is 52 times this.
    pub fn digits(self) -> u32 {
        self.size.digits() as u32
    }

    /// (a·b + q·m)/R, which is a·b/R modulo m or m more, in constant time. a and b are below 2m, m is of the size and
    /// odd, and `k0` is −1/m modulo 2^52.
    pub fn multiply(self, a: &Digits, b: &Digits, m: &Digits, k0: u64, out: &mut Digits) {
        match self.lanes {
            #[cfg(all(target_arch = "x86_64", feature = "ifma"))]
            // SAFETY: there is a `Hardware` only where `new` saw that the processor has the instructions.
            Lanes::Hardware => unsafe { hardware::multiply(self.size, a, b, m, k0, out) },
            #[cfg(test)]
            Lanes::Software => software::multiply(self.size, a, b, m, k0, out),
        }
    }

    /// The digits of the entry of this secret index: all entries are read and masked.
    pub fn select(self, table: &[Digits], index: u64, out: &mut Digits) {
        match self.lanes {
            #[cfg(all(target_arch = "x86_64", feature = "ifma"))]
            // SAFETY: as above.
            Lanes::Hardware => unsafe { hardware::select(self.size, table, index, out) },
            #[cfg(test)]
            Lanes::Software => software::select(self.size, table, index, out),
        }
    }
}

/// The multiplication and the table read over the vectors of a module `lanes`: the same lines for the processor and for
/// tests. The indices are those of the loops around them.
macro_rules! lines {
    ($(#[$features:meta])*) => {
        use lanes::*;

        use super::{DIGIT_MASK, Digits, Size};

        /// [`super::Multiplier::multiply`].
        $(#[$features])*
        pub fn multiply(size: Size, a: &Digits, b: &Digits, m: &Digits, k0: u64, out: &mut Digits) {
            match size {
                Size::Bits1024 => multiply_1024(a, b, m, k0, out),
                Size::Bits1536 => multiply_1536(a, b, m, k0, out),
                Size::Bits2048 => multiply_2048(a, b, m, k0, out),
                Size::Bits3072 => multiply_3072(a, b, m, k0, out),
                Size::Bits4096 => multiply_4096(a, b, m, k0, out),
            }
        }

        lines! { @size multiply_1024 select_1024 Bits1024 3 $(#[$features])* }
        lines! { @size multiply_1536 select_1536 Bits1536 4 $(#[$features])* }
        lines! { @size multiply_2048 select_2048 Bits2048 5 $(#[$features])* }
        lines! { @size multiply_3072 select_3072 Bits3072 8 $(#[$features])* }
        lines! { @size multiply_4096 select_4096 Bits4096 10 $(#[$features])* }

        /// D steps, one for each digit of b. What the sums are worth, lane j counting 2^(52·j), goes from 0 to
        /// (a·b + q·m)/R: each step adds a·b_i and the multiple of m that makes the lowest digit 0, and divides by 2^52.
        $(#[$features])*
        #[inline]
        fn sums<const V: usize>(a: &[Vector; V], b: &[u64], m: &[Vector; V], k0: u64) -> [Vector; V] {
            let mut sums = [zero(); V];
            for &digit in b {
                let digit = broadcast(digit);
                // The low half of a_j·b_i is worth as much as lane j. Each lane: + less than 2^52.
                for j in 0..V {
                    sums[j] = add_low(sums[j], a[j], digit);
                }
                // A factor below 2^52, whose product with m ends in minus the lowest digit of the sums. Only the last
                // 52 bits of what is multiplied count, so nothing is lost where it wraps.
                let factor = broadcast(lowest(sums[0]).wrapping_mul(k0) & DIGIT_MASK);
                // Each lane: + less than 2^52.
                for j in 0..V {
                    sums[j] = add_low(sums[j], m[j], factor);
                }
                // Lane 0 ends in 52 zeros now; its other 12 bits are worth as much as lane 1.
                let carry = top_of_lowest(sums[0]);
                // Division by 2^52: lane j gets what lane j + 1 had, the last 0.
                for j in 0..V {
                    let above = if j + 1 < V { sums[j + 1] } else { zero() };
                    sums[j] = down(above, sums[j]);
                }
                // Lane 0: + less than 2^12. In the next step it is gone.
                sums[0] = add(sums[0], carry);
                // The high halves of a_j·b_i and m_j·factor are worth as much as lane j + 1 was, which is lane j now.
                // The last lane loses none: a and m end before it, or lane V·8 − 1 was emptied by the division.
                // Each lane: + less than 2^52, twice.
                for j in 0..V {
                    sums[j] = add_high(sums[j], a[j], digit);
                    sums[j] = add_high(sums[j], m[j], factor);
                }
            }
            sums
        }

        /// The digits of what the sums are worth, each below 2^61 and all together below R.
        $(#[$features])*
        #[inline]
        fn carried<const V: usize>(sums: &[Vector; V]) -> [Vector; V] {
            let mut digits = [zero(); V];
            // One bit for each lane: those that carry by themselves, and those that pass a carry on.
            let (mut over, mut full) = (0_u128, 0_u128);
            for j in 0..V {
                let below = if j > 0 { sums[j - 1] } else { zero() };
                // Below 2^52 + 2^9: the low 52 bits, and the top 9 of the lane before.
                digits[j] = add(low_digit(sums[j]), up(top(sums[j]), top(below)));
                over |= u128::from(lanes_over(digits[j])) << (8 * j);
                full |= u128::from(lanes_full(digits[j])) << (8 * j);
            }
            // A lane that is over passes 1 to the next, which is at most 2^52 + 2^9 with it, and one that is full passes on
            // what it gets. Addition carries as the digits do: a bit that differs from `full` got a carry. No lane is both,
            // and the last one passes nothing on since all is below R.
            let carries = (full + (over << 1)) ^ full;
            for j in 0..V {
                digits[j] = low_digit(add_one(digits[j], (carries >> (8 * j)) as u8));
            }
            digits
        }

        /// [`super::Multiplier::select`].
        $(#[$features])*
        pub fn select(size: Size, table: &[Digits], index: u64, out: &mut Digits) {
            match size {
                Size::Bits1024 => select_1024(table, index, out),
                Size::Bits1536 => select_1536(table, index, out),
                Size::Bits2048 => select_2048(table, index, out),
                Size::Bits3072 => select_3072(table, index, out),
                Size::Bits4096 => select_4096(table, index, out),
            }
        }
    };
    (@size $name:ident $select:ident $size:ident $vectors:literal $(#[$features:meta])*) => {
        $(#[$features])*
        #[inline(never)]
        fn $name(a: &Digits, b: &Digits, m: &Digits, k0: u64, out: &mut Digits) {
            let (mut wide_a, mut wide_m) = ([zero(); $vectors], [zero(); $vectors]);
            for j in 0..$vectors {
                wide_a[j] = load(a, j);
                wide_m[j] = load(m, j);
            }
            let digits = carried(&sums(&wide_a, &b.0[..Size::$size.digits()], &wide_m, k0));
            for j in 0..$vectors {
                store(digits[j], out, j);
            }
        }

        /// The compiler is kept from learning that a mask is one of two values.
        $(#[$features])*
        #[inline(never)]
        fn $select(table: &[Digits], index: u64, out: &mut Digits) {
            let mut chosen = [zero(); $vectors];
            for (entry, place) in table.iter().zip(0_u64..) {
                // All ones if the index is this place: only then the difference less one is below zero.
                let mask = (index ^ place).wrapping_sub(1) >> 63;
                let mask = broadcast(std::hint::black_box(mask.wrapping_neg()));
                for j in 0..$vectors {
                    chosen[j] = or_masked(chosen[j], load(entry, j), mask);
                }
            }
            for j in 0..$vectors {
                store(chosen[j], out, j);
            }
        }
    };
}

/// On the processor. Every function of `lanes` is one instruction.
#[cfg(all(target_arch = "x86_64", feature = "ifma"))]
#[allow(clippy::indexing_slicing, reason = "loops over the indices of arrays")]
mod hardware {
    mod lanes {
        use std::arch::x86_64::*;

        use super::super::{DIGIT_BITS, DIGIT_MASK, Digits};

        /// Eight lanes.
        pub type Vector = __m512i;

        macro_rules! instructions {
            ($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty $body:block)*) => {$(
                #[target_feature(enable = "avx512f,avx512ifma")]
                #[inline]
                pub fn $name($($argument: $type),*) -> $result $body
            )*};
        }
        instructions! {
            fn zero() -> Vector { _mm512_setzero_si512() }
            fn broadcast(number: u64) -> Vector { _mm512_set1_epi64(number.cast_signed()) }
            fn add(a: Vector, b: Vector) -> Vector { _mm512_add_epi64(a, b) }
            fn add_low(sum: Vector, a: Vector, b: Vector) -> Vector { _mm512_madd52lo_epu64(sum, a, b) }
            fn add_high(sum: Vector, a: Vector, b: Vector) -> Vector { _mm512_madd52hi_epu64(sum, a, b) }
            fn lowest(vector: Vector) -> u64 { _mm_cvtsi128_si64(_mm512_castsi512_si128(vector)).cast_unsigned() }
            fn low_digit(vector: Vector) -> Vector { _mm512_and_si512(vector, broadcast(DIGIT_MASK)) }
            fn top(vector: Vector) -> Vector { _mm512_srli_epi64::<DIGIT_BITS>(vector) }
            fn top_of_lowest(vector: Vector) -> Vector { _mm512_maskz_srli_epi64::<DIGIT_BITS>(1, vector) }
            fn down(above: Vector, vector: Vector) -> Vector { _mm512_alignr_epi64::<1>(above, vector) }
            fn up(vector: Vector, below: Vector) -> Vector { _mm512_alignr_epi64::<7>(vector, below) }
            fn lanes_over(vector: Vector) -> u8 { _mm512_cmpgt_epu64_mask(vector, broadcast(DIGIT_MASK)) }
            fn lanes_full(vector: Vector) -> u8 { _mm512_cmpeq_epu64_mask(vector, broadcast(DIGIT_MASK)) }
            fn add_one(vector: Vector, lanes: u8) -> Vector {
                _mm512_mask_add_epi64(vector, lanes, vector, broadcast(1))
            }
            fn or_masked(a: Vector, b: Vector, mask: Vector) -> Vector {
                _mm512_or_si512(a, _mm512_and_si512(b, mask))
            }
        }

        /// Vector j of the digits.
        #[target_feature(enable = "avx512f")]
        #[inline]
        pub fn load(digits: &Digits, j: usize) -> Vector {
            let lanes: &[u64; 8] = &digits.0.as_chunks().0[j];
            // SAFETY: the 64 bytes are there and initialized.
            unsafe { _mm512_loadu_si512(lanes.as_ptr().cast()) }
        }

        /// Makes it vector j of the digits.
        #[target_feature(enable = "avx512f")]
        #[inline]
        pub fn store(vector: Vector, digits: &mut Digits, j: usize) {
            let lanes: &mut [u64; 8] = &mut digits.0.as_chunks_mut().0[j];
            // SAFETY: the 64 bytes are there and ours.
            unsafe { _mm512_storeu_si512(lanes.as_mut_ptr().cast(), vector) }
        }
    }

    lines! { #[target_feature(enable = "avx512f,avx512ifma")] }
}

/// For tests: what the instructions do, by Intel's Software Developer's Manual, on lanes that panic when they overflow.
#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "loops over the indices of arrays; a test")]
mod software {
    mod lanes {
        use std::array::from_fn;

        use super::super::{DIGIT_BITS, DIGIT_MASK, Digits};

        pub type Vector = [u64; 8];

        fn product(a: u64, b: u64) -> u128 {
            u128::from(a & DIGIT_MASK) * u128::from(b & DIGIT_MASK)
        }

        fn lanes(vector: Vector, is_in: impl Fn(u64) -> bool) -> u8 {
            (0..8).fold(0, |lanes, lane| lanes | u8::from(is_in(vector[lane])) << lane)
        }

        pub fn zero() -> Vector {
            [0; 8]
        }
        pub fn broadcast(number: u64) -> Vector {
            [number; 8]
        }
        pub fn add(a: Vector, b: Vector) -> Vector {
            from_fn(|lane| a[lane].checked_add(b[lane]).unwrap())
        }
        pub fn add_low(sum: Vector, a: Vector, b: Vector) -> Vector {
            add(sum, from_fn(|lane| product(a[lane], b[lane]) as u64 & DIGIT_MASK))
        }
        pub fn add_high(sum: Vector, a: Vector, b: Vector) -> Vector {
            add(sum, from_fn(|lane| (product(a[lane], b[lane]) >> DIGIT_BITS) as u64))
        }
        pub fn lowest(vector: Vector) -> u64 {
            vector[0]
        }
        pub fn low_digit(vector: Vector) -> Vector {
            vector.map(|lane| lane & DIGIT_MASK)
        }
        pub fn top(vector: Vector) -> Vector {
            // What the bounds above promise.
            assert!(vector.iter().all(|lane| lane >> 61 == 0));
            vector.map(|lane| lane >> DIGIT_BITS)
        }
        pub fn top_of_lowest(vector: Vector) -> Vector {
            assert_eq!(vector[0] & DIGIT_MASK, 0, "the digit that is divided away is 0");
            [vector[0] >> DIGIT_BITS, 0, 0, 0, 0, 0, 0, 0]
        }
        pub fn down(above: Vector, vector: Vector) -> Vector {
            from_fn(|lane| if lane < 7 { vector[lane + 1] } else { above[0] })
        }
        pub fn up(vector: Vector, below: Vector) -> Vector {
            from_fn(|lane| if lane > 0 { vector[lane - 1] } else { below[7] })
        }
        pub fn lanes_over(vector: Vector) -> u8 {
            assert!(vector.iter().all(|&lane| lane <= DIGIT_MASK + (1 << 9)));
            lanes(vector, |lane| lane > DIGIT_MASK)
        }
        pub fn lanes_full(vector: Vector) -> u8 {
            lanes(vector, |lane| lane == DIGIT_MASK)
        }
        pub fn add_one(vector: Vector, lanes: u8) -> Vector {
            from_fn(|lane| vector[lane] + u64::from(lanes >> lane & 1))
        }
        pub fn or_masked(a: Vector, b: Vector, mask: Vector) -> Vector {
            from_fn(|lane| a[lane] | b[lane] & mask[lane])
        }
        pub fn load(digits: &Digits, j: usize) -> Vector {
            digits.0.as_chunks().0[j]
        }
        pub fn store(vector: Vector, digits: &mut Digits, j: usize) {
            digits.0.as_chunks_mut().0[j] = vector;
        }
    }

    lines! {}
}

/// A question whose answer was computed by other means: scripts/check/ifma-answers, with Python's whole numbers.
#[cfg(any(test, all(target_arch = "x86_64", feature = "ifma")))]
#[allow(clippy::indexing_slicing, reason = "places within the digits")]
mod known_answer {
    use super::{DIGIT_BITS, DIGIT_MASK, Digits, LANES, Size};

    /// Digits that are like random ones (D. Knuth's multiplier for 64 bits).
    struct Pattern(u64);

    impl Pattern {
        /// A number of so many bits at most.
        fn number(&mut self, size: Size, bits: u32) -> Digits {
            let mut digits = Digits([0; LANES]);
            for digit in &mut digits.0[..size.digits()] {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *digit = self.0 >> (u64::BITS - DIGIT_BITS);
            }
            let last = size.digits() - 1;
            digits.0[last] &= (1 << (bits - DIGIT_BITS * last as u32)) - 1;
            digits
        }
    }

    /// Whether this multiplication gives the known answer: for a modulus of ones, and for one like a random one, eight
    /// products, each of the two numbers before it, from 2m − 1 and a number below m.
    pub fn is_right(size: Size, multiply: impl Fn(&Digits, &Digits, &Digits, u64, &mut Digits)) -> bool {
        let mut pattern = Pattern(0);
        let mut hash = 0_u64;
        for has_pattern in [false, true] {
            let m = if has_pattern { odd(pattern.number(size, size.bits()), size) } else { ones(size) };
            let k0 = super::inverse(m.0[0]).wrapping_neg() & DIGIT_MASK;
            let (mut x, mut y) = (doubled_less_one(&m), pattern.number(size, size.bits() - 1));
            for _ in 0..8 {
                let mut product = Digits([0; LANES]);
                multiply(&x, &y, &m, k0, &mut product);
                (x, y) = (product, x);
            }
            for digit in x.0.iter().chain(&y.0) {
                hash = (hash ^ digit).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            }
        }
        hash == answer(size)
    }

    fn answer(size: Size) -> u64 {
        match size {
            Size::Bits1024 => 0x04d9_95c5_20af_6f39,
            Size::Bits1536 => 0x5610_7334_0d3e_c218,
            Size::Bits2048 => 0xc7de_e98e_55b5_7d9c,
            Size::Bits3072 => 0x5ac3_802a_6050_e411,
            Size::Bits4096 => 0x9989_1e4c_eb11_4c4f,
        }
    }

    fn ones(size: Size) -> Digits {
        let mut digits = Digits([0; LANES]);
        let last = size.digits() - 1;
        digits.0[..last].fill(DIGIT_MASK);
        digits.0[last] = (1 << (size.bits() - DIGIT_BITS * last as u32)) - 1;
        digits
    }

    fn odd(mut digits: Digits, size: Size) -> Digits {
        let last = size.digits() - 1;
        digits.0[0] |= 1;
        digits.0[last] |= 1 << (size.bits() - 1 - DIGIT_BITS * last as u32);
        digits
    }

    /// 2m − 1 of an odd m.
    fn doubled_less_one(m: &Digits) -> Digits {
        let mut doubled = Digits([0; LANES]);
        let mut carry = 0;
        for (doubled, digit) in doubled.0.iter_mut().zip(&m.0) {
            *doubled = (digit << 1 | carry) & DIGIT_MASK;
            carry = digit >> (DIGIT_BITS - 1);
        }
        doubled.0[0] -= 1;
        doubled
    }
}

#[cfg(test)]
pub use known_answer::is_right;

/// 1/m modulo 2^64 of an odd m, by Newton's iteration: each step doubles the bits that are right, from five.
pub fn inverse(m: u64) -> u64 {
    let start = m.wrapping_mul(3) ^ 2;
    (0..4).fold(start, |inverse, _| inverse.wrapping_mul(2_u64.wrapping_sub(m.wrapping_mul(inverse))))
}
