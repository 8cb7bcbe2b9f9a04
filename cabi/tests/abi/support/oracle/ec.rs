//! Affine arithmetic on the NIST curves, all of which have a = -3.

use num_bigint_dig::BigUint;

use super::{bytes, number, plus};
use crate::support::text::hex;

/// Domain parameters of FIPS 186-4, appendix D.
pub struct Domain {
    pub p: BigUint,
    pub n: BigUint,
    pub b: BigUint,
    pub g: (BigUint, BigUint),
    pub width: usize,
}

/// A point; `None` is the point at infinity.
pub type Point = Option<(BigUint, BigUint)>;

impl Domain {
    /// From hexadecimal p, n, b, x and y of the generator.
    pub fn parse(parameters: [&str; 5]) -> Domain {
        let [p, n, b, x, y] = parameters.map(|text| number(&hex(text)));
        let width = p.bits().div_ceil(8);
        Domain { p, n, b, g: (x, y), width }
    }

    /// a - b mod p
    fn minus(&self, a: &BigUint, b: &BigUint) -> BigUint {
        (a + &self.p - b % &self.p) % &self.p
    }

    fn inverse(&self, a: &BigUint) -> BigUint {
        a.modpow(&plus(&self.p, -2), &self.p)
    }

    /// y^2 = x^3 - 3x + b
    pub fn contains(&self, x: &BigUint, y: &BigUint) -> bool {
        let right = self.minus(&(x * x * x + &self.b), &(x * BigUint::from(3u32)));
        (y * y) % &self.p == right
    }

    fn add(&self, left: &Point, right: &Point) -> Point {
        let (Some((x1, y1)), Some((x2, y2))) = (left, right) else {
            return left.clone().or_else(|| right.clone());
        };
        let slope = if x1 != x2 {
            self.minus(y2, y1) * self.inverse(&self.minus(x2, x1))
        } else if y1 == y2 {
            let tangent = self.minus(&(x1 * x1 * BigUint::from(3u32)), &BigUint::from(3u32));
            tangent * self.inverse(&(y1 * BigUint::from(2u32)))
        } else {
            return None;
        };
        let x = self.minus(&(&slope * &slope), &(x1 + x2));
        let y = self.minus(&(slope * self.minus(x1, &x)), y1);
        Some((x, y))
    }

    /// k * point, by doubling and adding.
    pub fn multiply(&self, k: &BigUint, point: &Point) -> Point {
        let mut sum = None;
        for bit in
            bytes(k, k.bits().div_ceil(8)).iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1))
        {
            sum = self.add(&sum, &sum);
            if bit == 1 {
                sum = self.add(&sum, point);
            }
        }
        sum
    }

    /// X and Y of d * G, each at full width.
    pub fn public(&self, d: &[u8]) -> [Vec<u8>; 2] {
        let (x, y) = self.multiply(&number(d), &Some(self.g.clone())).expect("0 < d < n");
        [bytes(&x, self.width), bytes(&y, self.width)]
    }

    /// The x coordinate of d * (X, Y), big-endian at full width.
    pub fn agree(&self, d: &[u8], x: &[u8], y: &[u8]) -> Vec<u8> {
        let shared = self.multiply(&number(d), &Some((number(x), number(y))));
        bytes(&shared.expect("not infinity").0, self.width)
    }
}

#[test]
fn every_generator_is_on_its_curve_and_has_order_n() {
    for curve in crate::support::curves::nist() {
        let domain = &curve.domain;
        assert!(domain.contains(&domain.g.0, &domain.g.1), "{}", curve.name);
        assert_eq!(domain.multiply(&domain.n, &Some(domain.g.clone())), None, "{}", curve.name);
    }
}
