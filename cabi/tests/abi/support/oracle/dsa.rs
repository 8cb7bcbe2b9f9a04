//! DSA from its formulas (FIPS 186-4, 4.6 and 4.7).

use num_bigint_dig::BigUint;

use super::{bytes, number, plus};

/// p, q and g.
pub struct Group {
    pub p: BigUint,
    pub q: BigUint,
    pub g: BigUint,
}

impl Group {
    fn inverse(&self, value: &BigUint) -> BigUint {
        value.modpow(&plus(&self.q, -2), &self.q)
    }

    /// r and s with a given nonce, each as wide as q.
    pub fn sign(&self, x: &BigUint, k: &BigUint, hash: &[u8]) -> Vec<u8> {
        let width = self.q.bits().div_ceil(8);
        let r = self.g.modpow(k, &self.p) % &self.q;
        let s = self.inverse(k) * (number(hash) + x * &r) % &self.q;
        [bytes(&r, width), bytes(&s, width)].concat()
    }

    /// Whether r and s are a signature on a hash that is as long as q.
    pub fn verifies(&self, y: &BigUint, hash: &[u8], signature: &[u8]) -> bool {
        let (r, s) = signature.split_at(signature.len() / 2);
        let (r, s) = (number(r), number(s));
        let w = self.inverse(&s);
        let (u1, u2) = (number(hash) * &w % &self.q, &r * &w % &self.q);
        let v = self.g.modpow(&u1, &self.p) * y.modpow(&u2, &self.p) % &self.p % &self.q;
        v == r && r < self.q && s < self.q && r != BigUint::from(0u32) && s != BigUint::from(0u32)
    }
}
