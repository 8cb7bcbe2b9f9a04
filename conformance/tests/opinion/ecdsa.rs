//! ECDSA's verification (FIPS 186-5, 6.4.2), on points without inversions so that a thousand of them take seconds.

use num_bigint_dig::{BigUint, ModInverse};

use crate::number;
use crate::weierstrass::Curve;

/// X, Y and Z, of which x is X/Z² and y is Y/Z³; Z is zero at infinity.
type Jacobian = [BigUint; 3];

struct Field<'a>(&'a Curve);

impl Field<'_> {
    fn times(&self, a: &BigUint, b: &BigUint) -> BigUint {
        a * b % &self.0.p
    }

    fn minus(&self, a: &BigUint, b: &BigUint) -> BigUint {
        (a + &self.0.p - b) % &self.0.p
    }

    fn double(&self, [x, y, z]: &Jacobian) -> Jacobian {
        let y2 = self.times(y, y);
        let s = self.times(x, &y2) * 4_u8 % &self.0.p;
        let z2 = self.times(z, z);
        let m = (x * x * 3_u8 + &self.0.a * self.times(&z2, &z2)) % &self.0.p;
        let new_x = self.minus(&self.times(&m, &m), &(&s * 2_u8 % &self.0.p));
        let y4 = self.times(&y2, &y2) * 8_u8 % &self.0.p;
        let new_y = self.minus(&self.times(&m, &self.minus(&s, &new_x)), &y4);
        [new_x, new_y, self.times(y, z) * 2_u8 % &self.0.p]
    }

    fn add(&self, a: &Jacobian, b: &Jacobian) -> Jacobian {
        let zero = BigUint::default();
        if a[2] == zero {
            return b.clone();
        }
        if b[2] == zero {
            return a.clone();
        }
        let (za, zb) = (self.times(&a[2], &a[2]), self.times(&b[2], &b[2]));
        let (ua, ub) = (self.times(&a[0], &zb), self.times(&b[0], &za));
        let (sa, sb) =
            (self.times(&self.times(&a[1], &zb), &b[2]), self.times(&self.times(&b[1], &za), &a[2]));
        if ua == ub {
            return if sa == sb { self.double(a) } else { [ua, sa, zero] };
        }
        let (h, r) = (self.minus(&ub, &ua), self.minus(&sb, &sa));
        let h2 = self.times(&h, &h);
        let h3 = self.times(&h2, &h);
        let v = self.times(&ua, &h2);
        let x = self.minus(&self.minus(&self.times(&r, &r), &h3), &(&v * 2_u8 % &self.0.p));
        let y = self.minus(&self.times(&r, &self.minus(&v, &x)), &self.times(&sa, &h3));
        [x, y, self.times(&self.times(&h, &a[2]), &b[2])]
    }
}

/// Whether r and s, each as wide as n, are the signature of a digest of any length.
pub fn verifies(curve: &Curve, point: &(BigUint, BigUint), digest: &[u8], signature: &[u8]) -> bool {
    let (zero, one) = (BigUint::default(), BigUint::from(1_u8));
    let (r, s) = signature.split_at(signature.len() / 2);
    let (r, s) = (number(r), number(s));
    if r == zero || s == zero || r >= curve.n || s >= curve.n {
        return false;
    }
    let e = number(digest) >> (digest.len() * 8).saturating_sub(curve.n.bits());
    let w = (&s).mod_inverse(&curve.n).and_then(|w| w.to_biguint()).expect("n is prime");
    let (u, v) = (e * &w % &curve.n, &r * w % &curve.n);
    let field = Field(curve);
    let lift = |(x, y): &(BigUint, BigUint)| [x.clone(), y.clone(), one.clone()];
    let (g, q) = (lift(&curve.g), lift(point));
    let both = field.add(&g, &q);
    let mut sum = [one.clone(), one.clone(), zero.clone()];
    for bit in (0..curve.n.bits()).rev() {
        sum = field.double(&sum);
        let set = |number: &BigUint| (number >> bit) % 2_u8 == one;
        sum = match (set(&u), set(&v)) {
            (true, true) => field.add(&sum, &both),
            (true, false) => field.add(&sum, &g),
            (false, true) => field.add(&sum, &q),
            (false, false) => sum,
        };
    }
    let [x, _, z] = sum;
    if z == zero {
        return false;
    }
    let inverse = z.mod_inverse(&curve.p).and_then(|inverse| inverse.to_biguint()).expect("p is prime");
    x * &inverse * inverse % &curve.p % &curve.n == r
}
