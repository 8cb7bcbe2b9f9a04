//! Arithmetic on short Weierstrass curves with plain big integers: nothing of the engine's.

#![allow(dead_code, reason = "each test file uses its own part")]

use num_bigint_dig::{BigUint, ModInverse};

/// y² = x³ + ax + b modulo p, a generator and its order.
pub struct Curve {
    pub p: BigUint,
    pub a: BigUint,
    pub b: BigUint,
    pub g: (BigUint, BigUint),
    pub n: BigUint,
    pub h: BigUint,
    /// Bytes of a coordinate.
    pub width: usize,
}

/// A point; `None` is infinity.
pub type Point = Option<(BigUint, BigUint)>;

impl Curve {
    /// The curve of an `ECCParameters` value.
    pub fn read(parameters: &[u8]) -> Self {
        let word =
            |index: usize| u32::from_le_bytes(parameters[4 * index..4 * index + 4].try_into().unwrap());
        let (width, order, cofactor) = (word(3) as usize, word(4) as usize, word(5) as usize);
        let mut rest = &parameters[28..];
        let mut take = |length: usize| {
            let (number, after) = rest.split_at(length);
            rest = after;
            BigUint::from_bytes_be(number)
        };
        let [p, a, b, x, y] = std::array::from_fn(|_| take(width));
        let (n, h) = (take(order), take(cofactor));
        Self { p, a, b, g: (x, y), n, h, width }
    }

    pub fn has(&self, (x, y): &(BigUint, BigUint)) -> bool {
        (y * y) % &self.p == (x * x * x + &self.a * x + &self.b) % &self.p
    }

    fn minus(&self, one: &BigUint, other: &BigUint) -> BigUint {
        (one + &self.p - other % &self.p) % &self.p
    }

    fn add(&self, one: &Point, other: &Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (one, other) else { return one.clone().or(other.clone()) };
        let (above, below) = match x1 == x2 {
            true if y1 != y2 || *y1 == BigUint::default() => return None,
            true => (x1 * x1 * 3_u8 + &self.a, y1 * 2_u8),
            false => (self.minus(y2, y1), self.minus(x2, x1)),
        };
        let inverse = below.mod_inverse(&self.p).unwrap().to_biguint().unwrap();
        let slope = above * inverse % &self.p;
        let x = self.minus(&(&slope * &slope), &(x1 + x2));
        let y = self.minus(&(slope * self.minus(x1, &x)), y1);
        Some((x, y))
    }

    /// scalar · point.
    pub fn times(&self, scalar: &BigUint, point: &(BigUint, BigUint)) -> Point {
        let mut sum = None;
        for bit in (0..scalar.bits()).rev() {
            sum = self.add(&sum, &sum);
            if (scalar >> bit) % 2_u8 == BigUint::from(1_u8) {
                sum = self.add(&sum, &Some(point.clone()));
            }
        }
        sum
    }

    /// A number as wide as the field.
    pub fn bytes(&self, number: &BigUint) -> Vec<u8> {
        let digits = number.to_bytes_be();
        [vec![0; self.width - digits.len()], digits].concat()
    }
}
