//! Calls into AWS-LC, each wrapped in an owned type or a function over slices.
//!
//! Secret numbers stay in the engine's own allocations, which it overwrites when it frees them.

use std::mem::MaybeUninit;
use std::ptr::{self, NonNull};
use std::sync::Arc;

use aws_lc_sys as lc;

use crate::status::{Result, Status};

/// Overwrites `DEPTH` bytes of the stack below the caller's frame.
#[inline(never)]
pub fn overwrite_stack<const DEPTH: usize>() {
    let mut region = MaybeUninit::<[u8; DEPTH]>::uninit();
    // SAFETY: the region is ours and has this size; the engine's function is one a compiler can't leave out.
    unsafe { lc::OPENSSL_cleanse(region.as_mut_ptr().cast(), DEPTH) }
}

/// Turns the engine's "1 is success" into a result and forgets the engine's error queue, which is kept
/// for each thread and would otherwise hold memory.
fn check(returned: i32, otherwise: Status) -> Result<()> {
    if returned == 1 { Ok(()) } else { Err(failed(otherwise)) }
}

/// The status of a failed call: what is given, unless the engine was out of memory.
///
/// Every failure leaves an error in the queue, its cause first, but for one: where there is no memory for
/// the queue itself.
fn failed(status: Status) -> Status {
    // SAFETY: no preconditions; it empties this thread's queue.
    let cause = unsafe {
        let cause = lc::ERR_peek_error();
        lc::ERR_clear_error();
        cause
    };
    let reason = cause & REASON;
    if cause == 0 || reason == lc::ERR_R_MALLOC_FAILURE.cast_unsigned() { Status::NoMemory } else { status }
}

/// The bits of an error of the engine that tell its reason.
const REASON: u32 = 0xFFF;

/// Asks the operating system for a random byte, by the call that the engine will use. Fails with `InternalError`.
///
/// The engine's own generator, which makes primes and tests them, ends the process if it can't be seeded.
fn require_entropy() -> Result<()> {
    let mut byte = [0];
    #[cfg(any(target_os = "linux", target_os = "android"))]
    // SAFETY: pointer and length are of one array. A single byte is given whole or not at all.
    while unsafe { libc::getrandom(byte.as_mut_ptr().cast(), byte.len(), 0) } != 1 {
        if std::io::Error::last_os_error().kind() != std::io::ErrorKind::Interrupted {
            return Err(Status::InternalError);
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    super::random::fill(&mut byte)?;
    Ok(())
}

/// Makes sure that this thread has an error queue and that it is empty. Fails with `NoMemory`.
fn require_empty_queue() -> Result<()> {
    // SAFETY: no preconditions; the file name is a static string.
    let works = unsafe {
        lc::ERR_put_error(0, 0, lc::ERR_R_MALLOC_FAILURE, c"".as_ptr(), 0);
        lc::ERR_peek_error() != 0
    };
    // SAFETY: no preconditions.
    unsafe { lc::ERR_clear_error() };
    if works { Ok(()) } else { Err(Status::NoMemory) }
}

fn owned<T>(pointer: *mut T) -> Result<NonNull<T>> {
    NonNull::new(pointer).ok_or_else(|| failed(Status::NoMemory))
}

/// A big number, public or secret; overwritten when dropped.
#[derive(Debug)]
pub struct Bn(NonNull<lc::BIGNUM>);

// SAFETY: a BIGNUM has no thread affinity, and through `&Bn` it is only read.
unsafe impl Send for Bn {}
// SAFETY: as above.
unsafe impl Sync for Bn {}

impl Drop for Bn {
    fn drop(&mut self) {
        // SAFETY: the pointer came from BN_new or BN_bin2bn and is freed once.
        unsafe { lc::BN_clear_free(self.0.as_ptr()) }
    }
}

impl Bn {
    fn zero() -> Result<Self> {
        // SAFETY: no preconditions.
        owned(unsafe { lc::BN_new() }).map(Self)
    }

    /// The number of big-endian bytes. Its width, which may leak, is that of `bytes`.
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self> {
        // SAFETY: pointer and length are of one slice; NULL asks for a new number.
        owned(unsafe { lc::BN_bin2bn(bytes.as_ptr(), bytes.len(), ptr::null_mut()) }).map(Self)
    }

    /// Writes the number big-endian over all of `out`. Fails with `InternalError` if it is wider.
    pub fn to_be_bytes(&self, out: &mut [u8]) -> Result<()> {
        // SAFETY: pointer and length are of one slice; the number is valid.
        let returned = unsafe { lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), self.0.as_ptr()) };
        if returned == 1 { Ok(()) } else { Err(Status::InternalError) }
    }

    /// A random prime of exactly `bits` bits, ≡ 1 modulo `step` if one is given. Fails with `InternalError` if
    /// the operating system gives no random bytes.
    pub fn random_prime(bits: u32, step: Option<&Bn>) -> Result<Self> {
        require_entropy()?;
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
        let difference = Self(owned(unsafe { lc::BN_dup(self.0.as_ptr()) })?);
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
struct Context(NonNull<lc::BN_CTX>);

impl Context {
    fn new() -> Result<Self> {
        // SAFETY: no preconditions.
        owned(unsafe { lc::BN_CTX_new() }).map(Self)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the pointer came from BN_CTX_new and is freed once.
        unsafe { lc::BN_CTX_free(self.0.as_ptr()) }
    }
}

/// An odd modulus prepared for exponentiation.
#[derive(Debug)]
pub struct Modulus(NonNull<lc::BN_MONT_CTX>);

// SAFETY: the context is only read after it was made.
unsafe impl Send for Modulus {}
// SAFETY: as above.
unsafe impl Sync for Modulus {}

impl Drop for Modulus {
    fn drop(&mut self) {
        // SAFETY: the pointer came from BN_MONT_CTX_new_for_modulus and is freed once.
        unsafe { lc::BN_MONT_CTX_free(self.0.as_ptr()) }
    }
}

impl Modulus {
    /// Prepares a public modulus of big-endian bytes. Fails with `InvalidParameter` if it is even.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let (number, context) = (Bn::from_be_bytes(bytes)?, Context::new()?);
        // SAFETY: both are valid; the number is copied.
        let made = unsafe { lc::BN_MONT_CTX_new_for_modulus(number.0.as_ptr(), context.0.as_ptr()) };
        NonNull::new(made).map(Self).ok_or_else(|| failed(Status::InvalidParameter))
    }

    /// base ^ exponent modulo this, in time that depends on the widths only.
    ///
    /// `modulus` are the bytes this was made of. Fails with `InvalidParameter` unless base < modulus.
    pub fn power(&self, modulus: &[u8], base: &[u8], exponent: &[u8], out: &mut [u8]) -> Result<()> {
        let (result, context) = (Bn::zero()?, Context::new()?);
        let (base, exponent) = (Bn::from_be_bytes(base)?, Bn::from_be_bytes(exponent)?);
        let modulus = Bn::from_be_bytes(modulus)?;
        // SAFETY: all are valid; `result` is ours alone; the Montgomery context is only read.
        let returned = unsafe {
            lc::BN_mod_exp_mont_consttime(
                result.0.as_ptr(),
                base.0.as_ptr(),
                exponent.0.as_ptr(),
                modulus.0.as_ptr(),
                context.0.as_ptr(),
                self.0.as_ptr(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        result.to_be_bytes(out)
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

/// A curve with its generator: one of the engine's own, or one made of numbers.
#[derive(Clone, Debug)]
pub enum Group {
    /// NIST P-224.
    P224,
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
    /// Any other.
    Made(Arc<MadeGroup>),
}

impl Group {
    fn pointer(&self) -> *const lc::EC_GROUP {
        // SAFETY: no preconditions; the engine's own groups are static.
        unsafe {
            match self {
                Self::P224 => lc::EC_group_p224(),
                Self::P256 => lc::EC_group_p256(),
                Self::P384 => lc::EC_group_p384(),
                Self::P521 => lc::EC_group_p521(),
                Self::Made(made) => made.0.as_ptr(),
            }
        }
    }
}

/// A group made of numbers.
#[derive(Debug)]
pub struct MadeGroup(NonNull<lc::EC_GROUP>);

// SAFETY: the group is only read after it was made; its reference count is atomic.
unsafe impl Send for MadeGroup {}
// SAFETY: as above.
unsafe impl Sync for MadeGroup {}

impl Drop for MadeGroup {
    fn drop(&mut self) {
        // SAFETY: the pointer came from EC_GROUP_new_curve_GFp and is freed once.
        unsafe { lc::EC_GROUP_free(self.0.as_ptr()) }
    }
}

impl MadeGroup {
    /// The group of y² = x³ + ax + b modulo p and a generator (in SEC 1 form) of order n, cofactor 1.
    ///
    /// p is odd and has at most 66 bytes, and p < 2n; the generator is on the curve. Fails with
    /// `InvalidParameter`. Whether p and n are prime and n is the order is not looked at.
    pub fn new(p: &[u8], a: &[u8], b: &[u8], generator: &[u8], n: &[u8]) -> Result<Self> {
        let [p, a, b, n, one] = [p, a, b, n, &[1]].map(Bn::from_be_bytes);
        let (p, a, b, n, one, context) = (p?, a?, b?, n?, one?, Context::new()?);
        // SAFETY: all numbers and the scratch space are valid; they are copied.
        let made = unsafe {
            lc::EC_GROUP_new_curve_GFp(p.0.as_ptr(), a.0.as_ptr(), b.0.as_ptr(), context.0.as_ptr())
        };
        let group = Self(NonNull::new(made).ok_or_else(|| failed(Status::InvalidParameter))?);
        // SAFETY: the group is valid; pointer and length are of one slice; the point is copied by the
        // group and freed by its owner.
        unsafe {
            let point = Point::on(group.0.as_ptr())?;
            let decoded = lc::EC_POINT_oct2point(
                group.0.as_ptr(),
                point.0.as_ptr(),
                generator.as_ptr(),
                generator.len(),
                context.0.as_ptr(),
            );
            check(decoded, Status::InvalidParameter)?;
            let set =
                lc::EC_GROUP_set_generator(group.0.as_ptr(), point.0.as_ptr(), n.0.as_ptr(), one.0.as_ptr());
            check(set, Status::InvalidParameter)?;
        }
        Ok(group)
    }
}

/// Whether a public number is prime, but for a chance of 2^−80 or less on numbers made to deceive: a
/// number of rounds that does not depend on the number.
pub fn is_prime(number: &[u8]) -> Result<bool> {
    require_entropy()?;
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

/// A point on a curve, not the one at infinity.
#[derive(Debug)]
pub struct Point(NonNull<lc::EC_POINT>);

// SAFETY: a point is only read after it was made.
unsafe impl Send for Point {}
// SAFETY: as above.
unsafe impl Sync for Point {}

impl Drop for Point {
    fn drop(&mut self) {
        // SAFETY: the pointer came from EC_POINT_new and is freed once.
        unsafe { lc::EC_POINT_free(self.0.as_ptr()) }
    }
}

impl Point {
    fn new(group: &Group) -> Result<Self> {
        Self::on(group.pointer())
    }

    /// A point of a valid group.
    ///
    /// The engine copies a group that was made of numbers into each of its points, and forgets to look
    /// whether there was memory for the copy. Only its error queue tells.
    fn on(group: *const lc::EC_GROUP) -> Result<Self> {
        require_empty_queue()?;
        // SAFETY: the caller's group is valid.
        let point = owned(unsafe { lc::EC_POINT_new(group) }).map(Self)?;
        // SAFETY: no preconditions.
        let error = unsafe { lc::ERR_peek_error() };
        if error == 0 { Ok(point) } else { Err(failed(Status::NoMemory)) }
    }

    /// The point of an uncompressed SEC 1 encoding. Fails with `InvalidParameter` unless the
    /// coordinates are below p and satisfy the curve's equation.
    pub fn decode(group: &Group, encoding: &[u8]) -> Result<Self> {
        let point = Self::new(group)?;
        // SAFETY: group and point are valid; pointer and length are of one slice; NULL makes scratch.
        let returned = unsafe {
            lc::EC_POINT_oct2point(
                group.pointer(),
                point.0.as_ptr(),
                encoding.as_ptr(),
                encoding.len(),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        Ok(point)
    }

    /// Writes the uncompressed SEC 1 encoding over all of `out`.
    pub fn encode(&self, group: &Group, out: &mut [u8]) -> Result<()> {
        // SAFETY: group and point are valid; pointer and length are of one slice; NULL makes scratch.
        let written = unsafe {
            lc::EC_POINT_point2oct(
                group.pointer(),
                self.0.as_ptr(),
                lc::point_conversion_form_t::POINT_CONVERSION_UNCOMPRESSED,
                out.as_mut_ptr(),
                out.len(),
                ptr::null_mut(),
            )
        };
        if written == out.len() { Ok(()) } else { Err(failed(Status::InternalError)) }
    }
}

/// A private scalar with its group.
#[derive(Debug)]
pub struct EcKey(NonNull<lc::EC_KEY>);

// SAFETY: the key is only read after it was made.
unsafe impl Send for EcKey {}
// SAFETY: as above.
unsafe impl Sync for EcKey {}

impl Drop for EcKey {
    fn drop(&mut self) {
        // SAFETY: the pointer came from EC_KEY_new and is freed once.
        unsafe { lc::EC_KEY_free(self.0.as_ptr()) }
    }
}

impl EcKey {
    /// The key of a big-endian scalar. Fails with `InvalidParameter` unless 0 < d < n.
    pub fn new(group: &Group, scalar: &[u8]) -> Result<Self> {
        let number = Bn::from_be_bytes(scalar)?;
        // SAFETY: no preconditions.
        let key = Self(owned(unsafe { lc::EC_KEY_new() })?);
        // SAFETY: key, group and number are valid; the number is copied.
        unsafe {
            check(lc::EC_KEY_set_group(key.0.as_ptr(), group.pointer()), Status::NoMemory)?;
            check(lc::EC_KEY_set_private_key(key.0.as_ptr(), number.0.as_ptr()), Status::InvalidParameter)?;
        }
        Ok(key)
    }

    /// The point of this scalar times the generator.
    pub fn public(&self, group: &Group) -> Result<Point> {
        let point = Point::new(group)?;
        // SAFETY: group, point and key are valid; the key has a scalar since `new` set it.
        let returned = unsafe {
            lc::EC_POINT_mul(
                group.pointer(),
                point.0.as_ptr(),
                lc::EC_KEY_get0_private_key(self.0.as_ptr()),
                ptr::null(),
                ptr::null(),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InternalError)?;
        Ok(point)
    }

    /// Writes the scalar big-endian over all of `out`. Fails with `InvalidParameter` if it is wider.
    pub fn scalar(&self, out: &mut [u8]) -> Result<()> {
        // SAFETY: the key is valid and has a scalar since `new` set it; the number is only read.
        let returned = unsafe {
            let number = lc::EC_KEY_get0_private_key(self.0.as_ptr());
            lc::BN_bn2bin_padded(out.as_mut_ptr(), out.len(), number)
        };
        if returned == 1 { Ok(()) } else { Err(Status::InvalidParameter) }
    }

    /// Writes the uncompressed SEC 1 encoding of scalar times point over all of `out`. Fails with
    /// `InvalidParameter` if the point is of another group or the product is infinity.
    ///
    /// The engine's `ECDH_compute_key` does the same, but crashes where there is no memory for its checks of
    /// the point, which `Point::decode` has made already.
    pub fn agree(&self, group: &Group, point: &Point, out: &mut [u8]) -> Result<()> {
        let product = Point::new(group)?;
        // SAFETY: group, points and key are valid; the key has a scalar since `new` set it; NULL means no
        // multiple of the generator is added, and makes scratch.
        let returned = unsafe {
            lc::EC_POINT_mul(
                group.pointer(),
                product.0.as_ptr(),
                ptr::null(),
                point.0.as_ptr(),
                lc::EC_KEY_get0_private_key(self.0.as_ptr()),
                ptr::null_mut(),
            )
        };
        check(returned, Status::InvalidParameter)?;
        product.encode(group, out).map_err(|status| match status {
            Status::InternalError => Status::InvalidParameter,
            other => other,
        })
    }
}

/// The u-coordinate of the clamped scalar times the base point.
pub fn x25519_public(scalar: &[u8; 32]) -> [u8; 32] {
    let mut public = [0; 32];
    // SAFETY: both arrays have the 32 bytes the function reads and writes.
    unsafe { lc::X25519_public_from_private(public.as_mut_ptr(), scalar.as_ptr()) };
    public
}

/// Writes the u-coordinate of the clamped scalar times the peer's point. Returns whether it is not
/// zero; a zero result is written all the same.
pub fn x25519(scalar: &[u8; 32], peer: &[u8; 32], out: &mut [u8; 32]) -> bool {
    // SAFETY: all arrays have the 32 bytes the function reads and writes.
    let returned = unsafe { lc::X25519(out.as_mut_ptr(), scalar.as_ptr(), peer.as_ptr()) };
    returned == 1
}

/// A hash function of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5 (RFC 1321).
    Md5,
    /// MD5 and SHA-1 side by side, as TLS 1.0 and 1.1 use them.
    Md5Sha1,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
}

impl Hash {
    fn pointer(self) -> *const lc::EVP_MD {
        // SAFETY: no preconditions; the descriptions are static.
        unsafe {
            match self {
                Self::Md5 => lc::EVP_md5(),
                Self::Md5Sha1 => lc::EVP_md5_sha1(),
                Self::Sha1 => lc::EVP_sha1(),
                Self::Sha256 => lc::EVP_sha256(),
                Self::Sha384 => lc::EVP_sha384(),
                Self::Sha512 => lc::EVP_sha512(),
                Self::Sha3_256 => lc::EVP_sha3_256(),
                Self::Sha3_384 => lc::EVP_sha3_384(),
                Self::Sha3_512 => lc::EVP_sha3_512(),
            }
        }
    }
}

impl Hash {
    /// The function that hashes one part without a context in memory of its own, for the common hashes.
    fn at_once(self) -> Option<unsafe extern "C" fn(*const u8, usize, *mut u8) -> *mut u8> {
        match self {
            Self::Sha1 => Some(lc::SHA1),
            Self::Sha256 => Some(lc::SHA256),
            Self::Sha384 => Some(lc::SHA384),
            Self::Sha512 => Some(lc::SHA512),
            _ => None,
        }
    }
}

struct DigestContext(NonNull<lc::EVP_MD_CTX>);

impl Drop for DigestContext {
    fn drop(&mut self) {
        // SAFETY: the pointer came from EVP_MD_CTX_new and is freed once.
        unsafe { lc::EVP_MD_CTX_free(self.0.as_ptr()) }
    }
}

/// Hashes the parts one after the other; `out` has the digest's length.
pub fn digest(hash: Hash, parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    if let ([part], Some(at_once)) = (parts, hash.at_once()) {
        // SAFETY: pointer and length are of one slice, and `out` has the digest's length as below.
        unsafe { at_once(part.as_ptr(), part.len(), out.as_mut_ptr()) };
        return Ok(());
    }
    // SAFETY: no preconditions.
    let context = DigestContext(owned(unsafe { lc::EVP_MD_CTX_new() })?);
    // SAFETY: the context is valid, each pointer and length is of one slice, and `digest::Digest`
    // hands in an `out` as long as this hash's digest.
    unsafe {
        let context = context.0.as_ptr();
        check(lc::EVP_DigestInit_ex(context, hash.pointer(), ptr::null_mut()), Status::NoMemory)?;
        for part in parts {
            check(lc::EVP_DigestUpdate(context, part.as_ptr().cast(), part.len()), Status::InternalError)?;
        }
        debug_assert_eq!(out.len(), lc::EVP_MD_size(hash.pointer()));
        check(lc::EVP_DigestFinal_ex(context, out.as_mut_ptr(), ptr::null_mut()), Status::InternalError)
    }
}

struct HmacContext(NonNull<lc::HMAC_CTX>);

impl Drop for HmacContext {
    fn drop(&mut self) {
        // SAFETY: the pointer came from HMAC_CTX_new and is freed once.
        unsafe { lc::HMAC_CTX_free(self.0.as_ptr()) }
    }
}

/// HMAC (RFC 2104) of the parts one after the other; `out` has the digest's length.
pub fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    if let [part] = parts {
        // SAFETY: each pointer and length is of one slice, an empty slice's pointer is not NULL, and `out` has the
        // digest's length as below; NULL does not ask for it.
        let written = unsafe {
            let (key_bytes, part_bytes) = (key.as_ptr().cast(), part.as_ptr());
            let (hash, out, unasked) = (hash.pointer(), out.as_mut_ptr(), ptr::null_mut());
            lc::HMAC(hash, key_bytes, key.len(), part_bytes, part.len(), out, unasked)
        };
        return if written.is_null() { Err(failed(Status::NoMemory)) } else { Ok(()) };
    }
    // SAFETY: no preconditions.
    let context = HmacContext(owned(unsafe { lc::HMAC_CTX_new() })?);
    // SAFETY: as in `digest`; an empty slice's pointer is not NULL, so an empty key is one.
    unsafe {
        let context = context.0.as_ptr();
        let key_set =
            lc::HMAC_Init_ex(context, key.as_ptr().cast(), key.len(), hash.pointer(), ptr::null_mut());
        check(key_set, Status::NoMemory)?;
        for part in parts {
            check(lc::HMAC_Update(context, part.as_ptr(), part.len()), Status::InternalError)?;
        }
        debug_assert_eq!(out.len(), lc::EVP_MD_size(hash.pointer()));
        check(lc::HMAC_Final(context, out.as_mut_ptr(), ptr::null_mut()), Status::InternalError)
    }
}

/// The TLS pseudo-random function (RFC 2246 with [`Hash::Md5Sha1`], RFC 5246 otherwise).
pub fn tls_prf(hash: Hash, secret: &[u8], label: &[u8], seed: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: each pointer and length is of one slice; the second seed is empty.
    let returned = unsafe {
        lc::CRYPTO_tls1_prf(
            hash.pointer(),
            out.as_mut_ptr(),
            out.len(),
            secret.as_ptr(),
            secret.len(),
            label.as_ptr().cast(),
            label.len(),
            seed.as_ptr(),
            seed.len(),
            ptr::null(),
            0,
        )
    };
    check(returned, Status::InternalError)
}

/// The one-step key derivation of SP 800-56C with a hash; `out` is not empty.
pub fn concat_kdf(hash: Hash, secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: each pointer and length is of one slice.
    let returned = unsafe {
        lc::SSKDF_digest(
            out.as_mut_ptr(),
            out.len(),
            hash.pointer(),
            secret.as_ptr(),
            secret.len(),
            info.as_ptr(),
            info.len(),
        )
    };
    check(returned, Status::InvalidParameter)
}

/// HKDF-Expand (RFC 5869, 2.3); `out` has 1 to 255 digests.
pub fn hkdf_expand(hash: Hash, key: &[u8], info: &[u8], out: &mut [u8]) -> Result<()> {
    // SAFETY: each pointer and length is of one slice.
    let returned = unsafe {
        lc::HKDF_expand(
            out.as_mut_ptr(),
            out.len(),
            hash.pointer(),
            key.as_ptr(),
            key.len(),
            info.as_ptr(),
            info.len(),
        )
    };
    check(returned, Status::InvalidParameter)
}
