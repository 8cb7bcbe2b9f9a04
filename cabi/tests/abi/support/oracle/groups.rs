//! The primes of the standard Diffie-Hellman groups, computed from the formulas of their RFCs:
//! 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * c) + offset), where c is pi or e.

use num_bigint_dig::BigUint;

use super::plus;

/// A standard group; its generator is 2.
pub struct Group {
    pub bits: u32,
    offset: u32,
    digits: fn(usize) -> BigUint,
}

const fn of_pi(bits: u32, offset: u32) -> Group {
    Group { bits, offset, digits: pi }
}

const fn of_e(bits: u32, offset: u32) -> Group {
    Group { bits, offset, digits: e }
}

/// RFC 2409, sections 6.1 and 6.2, and RFC 3526, section 2.
pub const SMALL: [Group; 3] = [of_pi(768, 149_686), of_pi(1024, 129_093), of_pi(1536, 741_804)];

/// RFC 3526, sections 3 to 5, and RFC 7919, appendices A.1 to A.3.
pub const NAMED: [Group; 6] = [
    of_pi(2048, 124_476),
    of_pi(3072, 1_690_314),
    of_pi(4096, 240_904),
    of_e(2048, 560_316),
    of_e(3072, 2_625_351),
    of_e(4096, 5_736_041),
];

impl Group {
    /// The prime.
    pub fn prime(&self) -> BigUint {
        let bits = self.bits as usize;
        let one = || BigUint::from(1u32);
        let middle = (self.digits)(bits - 130) + BigUint::from(self.offset);
        plus(&((one() << bits) - (one() << (bits - 64)) + (middle << 64)), -1)
    }

    /// Bytes of every number in the group.
    pub fn width(&self) -> usize {
        self.bits as usize / 8
    }
}

/// More bits than rounding can reach.
const SPARE: usize = 64;

/// floor(2^bits * e), as the sum of 1/k!.
fn e(bits: usize) -> BigUint {
    let (mut sum, mut term) = (BigUint::from(0u32), BigUint::from(1u32) << (bits + SPARE));
    for k in 1u32.. {
        if term == BigUint::from(0u32) {
            break;
        }
        sum += &term;
        term /= k;
    }
    sum >> SPARE
}

/// floor(2^bits * pi), by Machin's formula: 16 atan(1/5) - 4 atan(1/239).
fn pi(bits: usize) -> BigUint {
    let one = BigUint::from(1u32) << (bits + SPARE);
    let (fifth, small) = (inverse_tangent(5, &one), inverse_tangent(239, &one));
    (fifth * BigUint::from(16u32) - small * BigUint::from(4u32)) >> SPARE
}

/// one * atan(1/n) = one * (1/n - 1/3n^3 + 1/5n^5 - ..)
fn inverse_tangent(n: u32, one: &BigUint) -> BigUint {
    let mut power = one / n;
    let (mut added, mut taken) = (BigUint::from(0u32), BigUint::from(0u32));
    for k in (1u32..).step_by(2) {
        if power == BigUint::from(0u32) {
            break;
        }
        let sum = if k % 4 == 1 { &mut added } else { &mut taken };
        *sum += &power / k;
        power /= n * n;
    }
    added - taken
}

#[test]
fn group_14_of_rfc_3526() {
    let prime = NAMED[0].prime().to_bytes_be();
    assert_eq!(prime[8..24], crate::support::text::hex("C90FDAA22168C234C4C6628B80DC1CD1"));
    assert_eq!(prime[232..], crate::support::text::hex("15D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF"));
}

/// A wrong digit or offset would hardly leave a prime: 3^(p-1) = 1 is Fermat's test.
#[test]
fn every_modulus_passes_fermats_test() {
    for group in SMALL.iter().chain(&NAMED).filter(|group| group.bits <= 2048) {
        let p = group.prime();
        assert_eq!(BigUint::from(3u32).modpow(&plus(&p, -1), &p), BigUint::from(1u32), "{}", group.bits);
    }
}
