//! The engine's AVX-512 multiplications of 52-bit digits.

/// 52-bit digits in 64-bit words, the least first; those that a number does not need are zero.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub struct Digits(pub [u64; 40]);

/// The sizes of modulus that the engine's AVX-512 multiplications are written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MultiplierSize {
    /// 20 digits.
    Bits1024,
    /// 30 digits, in 32 words.
    Bits1536,
    /// 40 digits.
    Bits2048,
}

/// One of the engine's AVX-512 multiplications (its rsaz_exp.h); there is one only where the engine has them and
/// the processor can run them.
#[derive(Clone, Copy, Debug)]
pub struct Multiplier(Multiplication);

type Multiplication = unsafe extern "C" fn(*mut u64, *const u64, *const u64, *const u64, u64);

#[cfg(engine_multiplies_52_bit_digits)]
mod multiplications {
    include!(concat!(env!("OUT_DIR"), "/multiplications.rs"));
}

impl Multiplier {
    /// The multiplication for moduli of exactly this size, if there is one.
    #[cfg(engine_multiplies_52_bit_digits)]
    pub fn new(size: MultiplierSize) -> Option<Self> {
        // What the engine itself asks for.
        let can_run = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512ifma");
        can_run.then_some(Self(match size {
            MultiplierSize::Bits1024 => multiplications::rsaz_amm52x20_x1_ifma256,
            MultiplierSize::Bits1536 => multiplications::rsaz_amm52x30_x1_ifma256,
            MultiplierSize::Bits2048 => multiplications::rsaz_amm52x40_x1_ifma256,
        }))
    }

    /// There is none in this build.
    #[cfg(not(engine_multiplies_52_bit_digits))]
    pub fn new(_: MultiplierSize) -> Option<Self> {
        None
    }

    /// a·b/R modulo m or m more, in constant time; R is 2 to the power of 52 times the size's digits. a and b are
    /// below 2m, digits below 2^52, and `k0` is −1/m modulo 2^64.
    pub fn multiply(self, a: &Digits, b: &Digits, m: &Digits, k0: u64, out: &mut Digits) {
        // SAFETY: `new` saw that the processor has the instructions; each function reads and writes 20, 32 or 40 words,
        // and all arrays have 40.
        unsafe { (self.0)(out.0.as_mut_ptr(), a.0.as_ptr(), b.0.as_ptr(), m.0.as_ptr(), k0) }
    }

    /// The entry of this secret index: all entries are read and masked.
    pub fn select(self, table: &[Digits], index: u64, out: &mut Digits) {
        // SAFETY: `new` saw that the processor has the instructions.
        unsafe { select(table, index, out) }
    }
}

/// [`Multiplier::select`]; a third of the time with AVX-512.
///
/// # Safety
///
/// The processor has AVX-512 F.
#[cfg_attr(engine_multiplies_52_bit_digits, target_feature(enable = "avx512f"))]
unsafe fn select(table: &[Digits], index: u64, out: &mut Digits) {
    let mut selected = Digits([0; 40]);
    for (entry, place) in table.iter().zip(0_u64..) {
        // All ones if the index is this place; the compiler must not learn that it is one of two values.
        let mask = std::hint::black_box(((index ^ place).wrapping_sub(1) >> 63).wrapping_neg());
        for (digit, &from) in selected.0.iter_mut().zip(&entry.0) {
            *digit |= from & mask;
        }
    }
    *out = selected;
}
