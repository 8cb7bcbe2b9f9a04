//! What a curve is: its numbers, and who computes on it.

use std::sync::Arc;

use crypto_bigint::U576;
use once_cell::race::OnceBox;

use crate::engine::ec::{self, Builtin, Group};
use crate::memory;
use crate::names;
use crate::status::{Result, Status, require};

/// The smallest field of a curve given by its numbers, in bits: that of the smallest named one.
const MIN_FIELD_BITS: usize = 160;

/// How a curve's points and scalars are written and checked.
#[derive(Clone, Debug)]
pub enum Form {
    /// y² = x³ + ax + b over a prime field; numbers are big-endian.
    Weierstrass(Group),
    /// Curve25519, of which only u-coordinates are used; numbers are the little-endian bytes of
    /// RFC 7748 (behaviour.md c22).
    Curve25519,
}

/// The numbers of a curve, big-endian. p, a, b, gx and gy are as wide as the field.
#[derive(Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The field's modulus.
    pub p: Vec<u8>,
    /// The coefficient a, or A of a Montgomery curve.
    pub a: Vec<u8>,
    /// The coefficient b, or B of a Montgomery curve.
    pub b: Vec<u8>,
    /// The generator's x.
    pub gx: Vec<u8>,
    /// The generator's y.
    pub gy: Vec<u8>,
    /// The generator's order.
    pub n: Vec<u8>,
    /// The cofactor.
    pub h: Vec<u8>,
}

/// A curve's numbers made ready for use.
#[derive(Debug)]
pub struct Domain {
    /// The numbers.
    pub numbers: Numbers,
    /// How it is computed on.
    pub form: Form,
    /// Bits of the field's modulus.
    pub bits: u32,
    /// Bits of the order n.
    pub order_bits: u32,
}

impl Domain {
    fn new(numbers: Numbers, form: Form) -> Self {
        let [bits, order_bits] = [&numbers.p, &numbers.n].map(|number| memory::bits(number) as u32);
        Self { numbers, form, bits, order_bits }
    }

    /// The curve of numbers that a caller gives: a short Weierstrass curve of prime order.
    ///
    /// The work is bounded by the width of the field, 66 bytes at most, whatever the numbers are, and the cheap checks
    /// come first. Fails with `NotSupported` for a cofactor other than 1, which the engine can't do; with
    /// `InvalidParameter` for a field of fewer than 160 or more than 528 bits, composite p or n, a
    /// singular curve, one whose discrete logarithms are known to be easy, a generator off the curve or of another
    /// order, and numbers with leading zero bytes or not below p.
    pub fn explicit(numbers: Numbers) -> Result<Self> {
        let width = numbers.p.len();
        let starts = |number: &[u8]| number.first().is_some_and(|&first| first != 0);
        require(width <= ec::MAX_WIDTH && memory::bits(&numbers.p) >= MIN_FIELD_BITS)?;
        require(starts(&numbers.p) && starts(&numbers.n) && numbers.n.len() <= width + 1)?;
        if numbers.h != [1] {
            return Err(Status::NotSupported);
        }
        check_curve(&numbers)?;
        check_transfers(&numbers)?;
        let generator = memory::concat(&[&numbers.gx, &numbers.gy])?;
        let group = Group::new(&numbers.p, &numbers.a, &numbers.b, &generator, &numbers.n)?;
        // The engine computes with composite numbers as well, for as long, and something else.
        check_order(&group, &numbers)?;
        require(ec::is_prime(&numbers.n)? && ec::is_prime(&numbers.p)?)?;
        Ok(Self::new(numbers, Form::Weierstrass(group)))
    }

    /// BCRYPT_ECC_CURVE_TYPE: short Weierstrass or Montgomery.
    pub fn kind(&self) -> u32 {
        match self.form {
            Form::Weierstrass(_) => names::BCRYPT_ECC_PRIME_SHORT_WEIERSTRASS_CURVE,
            Form::Curve25519 => names::BCRYPT_ECC_PRIME_MONTGOMERY_CURVE,
        }
    }

    /// Bytes of one coordinate: `cbKey` in the blobs.
    pub fn width(&self) -> usize {
        self.numbers.p.len()
    }

    /// Bits of a generated scalar: those of n, but no more than a blob's cbKey bytes hold. On the curves
    /// whose n is one bit longer than p that leaves out one scalar in 2^80.
    pub fn scalar_bits(&self) -> u32 {
        self.order_bits.min(self.width() as u32 * 8)
    }

    /// What `KeyStrength` reports: bits of the field, but 253 for curve25519, the bits of its subgroup's
    /// order (behaviour.md f3, f6).
    pub fn strength(&self) -> u32 {
        match self.form {
            Form::Weierstrass(_) => self.bits,
            Form::Curve25519 => self.order_bits,
        }
    }
}

/// The parts of the check that need the numbers only: coefficients below p, a curve that is not
/// singular, and an order within Hasse's bound, so that a generator of prime order n leaves no cofactor.
fn check_curve(numbers: &Numbers) -> Result<()> {
    let [p, a, b, n] = [&numbers.p, &numbers.a, &numbers.b, &numbers.n].map(|number| big(number));
    require(a < p && b < p)?;
    let modulus = p.to_nz_vartime().ok_or(Status::InvalidParameter)?;
    let times = |one: &U576, other: &U576| one.mul_mod_vartime(other, &modulus);
    let (cube, square) = (times(&a, &times(&a, &a)), times(&b, &b));
    let [four, twenty_seven] = [4, 27].map(U576::from_u32);
    let discriminant = times(&cube, &four).add_mod(&times(&square, &twenty_seven), &modulus);
    require(!discriminant.is_zero_vartime())?;
    // |n − (p + 1)| ≤ 2√p, squared. Neither p + 1, of 529 bits at most, nor the square overflows.
    let expected = p.wrapping_add(&U576::ONE);
    let distance = if n > expected { n.wrapping_sub(&expected) } else { expected.wrapping_sub(&n) };
    require(distance.bits_vartime() <= U576::BITS / 2 && distance.wrapping_square() <= p.shl_vartime(2))
}

/// Degrees of extension fields that logarithms must not be moved into: those below it (SEC 1, version 2.0,
/// 3.1.1.2.1, step 8).
const MIN_EMBEDDING_DEGREE: u32 = 100;

/// Whether logarithms on the curve are no easier than they should be: n is not p, which moves them into the additive
/// group of the field (the curve is anomalous), and does not divide p^k − 1 for a small k, which moves them into the
/// multiplicative group of its extension of degree k. No curve with a name comes near.
fn check_transfers(numbers: &Numbers) -> Result<()> {
    let [p, n] = [&numbers.p, &numbers.n].map(|number| big(number));
    let order = n.to_nz_vartime().ok_or(Status::InvalidParameter)?;
    require(p != n)?;
    let p = p.rem_vartime(&order);
    let mut power = p;
    for _ in 1..MIN_EMBEDDING_DEGREE {
        require(power != U576::ONE)?;
        power = power.mul_mod_vartime(&p, &order);
    }
    Ok(())
}

/// Whether n is the generator's order: (n − 1)·G = −G.
fn check_order(group: &Group, numbers: &Numbers) -> Result<()> {
    let mut less_one = memory::copy(&numbers.n)?;
    // n is odd, else the group was refused.
    less_one.last_mut().into_iter().for_each(|last| *last &= !1);
    let mut product = memory::zeros(2 * numbers.p.len())?;
    ec::Private::new(group, &less_one)?.public()?.write(&mut product)?;
    let (x, y) = product.split_at(numbers.p.len());
    require(x == numbers.gx && big(y).wrapping_add(&big(&numbers.gy)) == big(&numbers.p))
}

/// A number of a curve that a caller gives, which has 67 bytes at most. It takes no memory of the heap.
fn big(number: &[u8]) -> U576 {
    let mut bytes = [0; U576::BYTES];
    bytes.iter_mut().rev().zip(number.iter().rev()).for_each(|(to, from)| *to = *from);
    U576::from_be_slice(&bytes)
}

/// Who computes on a named curve.
#[derive(Clone, Copy, Debug)]
pub enum Arithmetic {
    /// A group with code of its own.
    Fixed(Builtin),
    /// The engine, from the numbers.
    General,
    /// X25519.
    Montgomery,
    /// Nobody: no maintained library computes on the curve in constant time.
    Missing,
}

/// A named curve as it is written down; aliases share one.
#[derive(Debug)]
pub struct Definition {
    /// The standard the numbers are from.
    pub source: &'static str,
    /// Who computes on it.
    pub arithmetic: Arithmetic,
    /// Its NamedCurve number in TLS (RFC 8422, 5.1.1; RFC 7027), if it has one.
    pub tls_number: Option<u32>,
    numbers: [&'static str; 7],
    prepared: OnceBox<Arc<Domain>>,
}

impl Definition {
    const fn new(source: &'static str, arithmetic: Arithmetic, numbers: [&'static str; 7]) -> Self {
        Self { source, arithmetic, tls_number: None, numbers, prepared: OnceBox::new() }
    }

    /// A curve of p, a, b, Gx, Gy and n in hexadecimal, with cofactor 1.
    pub const fn weierstrass(
        source: &'static str,
        arithmetic: Arithmetic,
        numbers: [&'static str; 6],
    ) -> Self {
        let [p, a, b, gx, gy, n] = numbers;
        Self::new(source, arithmetic, [p, a, b, gx, gy, n, "1"])
    }

    /// Curve25519, whose numbers are those of y² = x³ + Ax² + x.
    pub const fn montgomery(source: &'static str, numbers: [&'static str; 7]) -> Self {
        Self::new(source, Arithmetic::Montgomery, numbers)
    }

    /// A curve that can't be computed on here.
    pub const fn missing(source: &'static str) -> Self {
        Self::new(source, Arithmetic::Missing, [""; 7])
    }

    /// The same with a number in TLS.
    pub const fn with_tls_number(mut self, number: u32) -> Self {
        self.tls_number = Some(number);
        self
    }

    /// The curve, made ready once for the process. Fails with `NotSupported` if nobody computes on it.
    pub fn domain(&self) -> Result<Arc<Domain>> {
        if let Some(domain) = self.prepared.get() {
            return Ok(Arc::clone(domain));
        }
        let numbers = self.numbers()?;
        let form = match self.arithmetic {
            Arithmetic::Missing => return Err(Status::NotSupported),
            Arithmetic::Montgomery => Form::Curve25519,
            Arithmetic::Fixed(group) => Form::Weierstrass(group.into()),
            Arithmetic::General => {
                let generator = memory::concat(&[&numbers.gx, &numbers.gy])?;
                let group = Group::new(&numbers.p, &numbers.a, &numbers.b, &generator, &numbers.n)?;
                Form::Weierstrass(group)
            }
        };
        let domain = memory::shared(Domain::new(numbers, form))?;
        self.prepared.get_or_try_init(|| memory::boxed(domain)).map(Arc::clone)
    }

    /// Whether these are the curve's numbers, and it is a short Weierstrass curve.
    pub fn has(&self, numbers: &Numbers) -> bool {
        let Numbers { p, a, b, gx, gy, n, h } = numbers;
        let given = [p, a, b, gx, gy, n, h];
        matches!(self.arithmetic, Arithmetic::Fixed(_) | Arithmetic::General)
            && self.written().zip(given).all(|((digits, width), number)| {
                number.len() == width && number.iter().rev().copied().eq(bytes_from_last(digits, width))
            })
    }

    /// Fails with `NoMemory`.
    fn numbers(&self) -> Result<Numbers> {
        let mut written = self.written();
        let mut next =
            || written.next().map_or_else(|| Ok(Vec::new()), |(digits, width)| decode(digits, width));
        Ok(Numbers { p: next()?, a: next()?, b: next()?, gx: next()?, gy: next()?, n: next()?, h: next()? })
    }

    /// p, a, b, Gx, Gy, n and h in hexadecimal, and the bytes each has: all but the last two as many as p.
    fn written(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let bytes = |digits: &str| digits.len().div_ceil(2);
        let width = bytes(self.numbers[0]);
        let last_wide = self.numbers.len() - 2;
        self.numbers
            .into_iter()
            .enumerate()
            .map(move |(place, digits)| (digits, if place < last_wide { width } else { bytes(digits) }))
    }
}

/// The bytes of a hexadecimal number, which may have an odd count of digits, big-endian. Fails with `NoMemory`.
fn decode(digits: &str, width: usize) -> Result<Vec<u8>> {
    let mut bytes = memory::zeros(width)?;
    bytes.iter_mut().rev().zip(bytes_from_last(digits, width)).for_each(|(to, byte)| *to = byte);
    Ok(bytes)
}

/// The same, the last byte first.
fn bytes_from_last(digits: &str, width: usize) -> impl Iterator<Item = u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
    let bytes = digits
        .as_bytes()
        .rchunks(2)
        .map(move |pair| pair.iter().fold(0, |number, &digit| (number << 4) | value(digit)));
    bytes.chain(std::iter::repeat(0)).take(width)
}
