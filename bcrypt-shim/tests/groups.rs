//! The standard Diffie-Hellman groups and the arithmetic in them, against plain big integers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

use std::io::{self, Write as _};

use bcrypt_shim::engine::dh::Group;
use bcrypt_shim::engine::{self, random};
use bcrypt_shim::group::{self, STANDARD, Standard};
use bcrypt_shim::status::Status;
use num_bigint_dig::BigUint;
use num_bigint_dig::algorithms::jacobi;
use num_bigint_dig::prime::probably_prime;

/// Binary digits computed beyond those that are used, for the rounding errors of the series.
const GUARD: usize = 64;

/// ⌊2^bits · π⌋ by Machin's formula: π/4 = 4 arctan(1/5) − arctan(1/239).
fn pi(bits: usize) -> BigUint {
    let one = BigUint::from(1_u8) << (bits + GUARD);
    let arctan_of_inverse = |x: u32| {
        let (mut plus, mut minus) = (BigUint::default(), BigUint::default());
        let mut power = &one / x;
        for index in 0_u32.. {
            let term = &power / (2 * index + 1);
            if term == BigUint::default() {
                break;
            }
            *(if index % 2 == 0 { &mut plus } else { &mut minus }) += term;
            power /= x * x;
        }
        plus - minus
    };
    ((arctan_of_inverse(5) * 16_u8) - (arctan_of_inverse(239) * 4_u8)) >> GUARD
}

/// ⌊2^bits · e⌋ by the series of reciprocal factorials.
fn e(bits: usize) -> BigUint {
    let (mut sum, mut term) = (BigUint::default(), BigUint::from(1_u8) << (bits + GUARD));
    for divisor in 1_u32.. {
        if term == BigUint::default() {
            break;
        }
        sum += &term;
        term /= divisor;
    }
    sum >> GUARD
}

/// The number that the RFCs write as 2^n − 2^(n−64) + ([2^(n−130) · c] + offset) · 2^64 − 1.
fn from_formula(bits: usize, digits: BigUint, offset: u32) -> BigUint {
    let power = |exponent: usize| BigUint::from(1_u8) << exponent;
    power(bits) - power(bits - 64) + (digits + offset) * power(64) - 1_u8
}

/// The offsets that the RFCs give for each group.
fn formula(standard: &Standard) -> BigUint {
    let bits = standard.bits() as usize;
    match (standard.source, bits) {
        ("RFC 2409, 6.1", 768) => from_formula(bits, pi(bits - 130), 149_686),
        ("RFC 2409, 6.2", 1024) => from_formula(bits, pi(bits - 130), 129_093),
        ("RFC 3526, 2", 1536) => from_formula(bits, pi(bits - 130), 741_804),
        ("RFC 3526, 3", 2048) => from_formula(bits, pi(bits - 130), 124_476),
        ("RFC 3526, 4", 3072) => from_formula(bits, pi(bits - 130), 1_690_314),
        ("RFC 3526, 5", 4096) => from_formula(bits, pi(bits - 130), 240_904),
        ("RFC 7919, A.1", 2048) => from_formula(bits, e(bits - 130), 560_316),
        ("RFC 7919, A.2", 3072) => from_formula(bits, e(bits - 130), 2_625_351),
        ("RFC 7919, A.3", 4096) => from_formula(bits, e(bits - 130), 5_736_041),
        other => unreachable!("{other:?} has no formula in this test"),
    }
}

#[test]
fn primes_are_those_of_the_rfcs() {
    for standard in &STANDARD {
        assert_eq!(BigUint::from_bytes_be(standard.p), formula(standard), "{}", standard.source);
    }
}

#[test]
fn primes_are_safe() {
    for standard in &STANDARD {
        let p = BigUint::from_bytes_be(standard.p);
        // Numbers of published standards: a few rounds show a slip of the pen.
        assert!(probably_prime(&p, 2), "{}", standard.source);
        assert!(probably_prime(&(&p >> 1), 2), "{}", standard.source);
    }
}

#[test]
fn each_standard_size_has_a_default_and_others_none() {
    for bits in (512..=4096).step_by(64) {
        let expected = [768, 1024, 1536, 2048, 3072, 4096].contains(&bits);
        assert_eq!(group::default_for(bits).is_some(), expected, "{bits}");
    }
}

/// p and g of a standard group, g padded.
fn numbers(standard: &Standard, generator: u8) -> (Vec<u8>, Vec<u8>) {
    let mut g = vec![0; standard.p.len()];
    *g.last_mut().unwrap() = generator;
    (standard.p.to_vec(), g)
}

#[test]
fn only_the_large_groups_with_generator_two_are_recognised() {
    for standard in &STANDARD {
        for generator in [2, 5] {
            let (p, g) = numbers(standard, generator);
            let expected = generator == 2 && standard.bits() >= 2048;
            assert_eq!(group::of(&p, &g).unwrap().is_recognised(), expected, "{}", standard.source);
        }
    }
}

#[test]
fn private_exponents_have_the_length_of_the_rule_and_both_parities() {
    for standard in &STANDARD {
        let (p, g) = numbers(standard, 2);
        let group = group::of(&p, &g).unwrap();
        let drawn: Vec<_> = (0..64).map(|_| group.random_exponent().unwrap()).collect();
        let longest = drawn.iter().map(|x| BigUint::from_bytes_be(x).bits()).max().unwrap();
        let rule = standard.exponent_bits.unwrap_or(standard.bits()) as usize;
        assert!(longest <= rule && longest > rule - 8, "{}: {longest} bits", standard.source);
        let odd = drawn.iter().filter(|x| x.last().unwrap() % 2 == 1).count();
        assert!((8..=56).contains(&odd), "{odd} of 64 are odd");
    }
}

/// A number as wide as it has to be.
fn padded(number: &BigUint, width: usize) -> Vec<u8> {
    let digits = number.to_bytes_be();
    [vec![0; width - digits.len()], digits].concat()
}

fn random_number(width: usize) -> BigUint {
    let mut bytes = vec![0; width];
    random::fill(&mut bytes).unwrap();
    BigUint::from_bytes_be(&bytes)
}

/// The smallest and largest odd moduli of a size, one with a zero byte on top, a square (whose root has the powers
/// root and 0), and a random one; for each the bases and exponents at the ends and random ones, long and short. There
/// is code of its own for some sizes.
#[test]
fn exponentiation_equals_that_of_big_integers() {
    let one = BigUint::from(1_u8);
    let mut vectorised = false;
    for bits in [512_usize, 576, 1024, 1536, 2048] {
        let width = bits / 8;
        let random_odd = ((random_number(width) | (&one << (bits - 1))) >> 1 << 1) + 1_u8;
        let root = (&one << (bits / 2)) - 1_u8;
        let moduli = [
            (&one << bits) - 1_u8,
            (&one << (bits - 1)) + 1_u8,
            (&one << (bits - 8)) - 1_u8,
            &root * &root,
            random_odd,
        ];
        for modulus in moduli {
            let p = padded(&modulus, width);
            let group = Group::new(&p, &padded(&BigUint::from(3_u8), width), None).unwrap();
            vectorised |= group.is_vectorised();
            let two = BigUint::from(2_u8);
            let bases = [two.clone(), root.clone(), &modulus - 1_u8, random_number(width) % &modulus];
            let exponents =
                [one.clone(), two, &one << (bits - 1), (&one << bits) - 1_u8, random_number(width)];
            for base in &bases {
                for exponent in &exponents {
                    let mut power = vec![0; width];
                    group.agree(&padded(base, width), &padded(exponent, width), &mut power).unwrap();
                    let expected = base.modpow(exponent, &modulus);
                    assert_eq!(BigUint::from_bytes_be(&power), expected, "{base}^{exponent} mod {modulus}");
                }
                for exponent in
                    [&[1][..], &[0xFF; 32], &random_number(32).to_bytes_be(), &[0; 3], &[0xF0; 33]]
                {
                    let mut power = vec![0; width];
                    group.agree(&padded(base, width), exponent, &mut power).unwrap();
                    let expected = base.modpow(&BigUint::from_bytes_be(exponent), &modulus);
                    assert_eq!(BigUint::from_bytes_be(&power), expected, "{base}^{exponent:?} mod {modulus}");
                }
            }
        }
    }
    if !vectorised {
        // Past the test harness, so that a pass never hides it.
        let line =
            "skipped: exponentiation on AVX-512: not on this processor or not in this build of the engine";
        writeln!(io::stdout(), "{line}").unwrap();
    }
}

/// Against Euler's criterion by exponentiation for small numbers, and against another Jacobi symbol for numbers
/// of every size.
#[test]
fn the_jacobi_symbol_tells_the_order() {
    for standard in STANDARD.iter().filter(|standard| standard.exponent_bits.is_some()) {
        let (p, g) = numbers(standard, 2);
        let (group, width) = (group::of(&p, &g).unwrap(), p.len());
        let p = BigUint::from_bytes_be(&p);
        for y in [2_u8, 3, 5, 7] {
            let y = BigUint::from(y);
            let is_square = y.modpow(&(&p >> 1), &p) == BigUint::from(1_u8);
            assert_eq!(group.is_in_prime_subgroup(&padded(&y, width)), is_square, "{y}");
        }
        for shift in (0..standard.bits() as usize - 1).step_by(97) {
            let y = ((random_number(width) % &p) >> shift) + 2_u8;
            let expected = jacobi(&y.clone().into(), &p.clone().into()) == 1;
            assert_eq!(group.is_in_prime_subgroup(&padded(&y, width)), expected, "{y}");
            // −1 is no square modulo these primes.
            assert_eq!(group.is_in_prime_subgroup(&padded(&(&p - y), width)), !expected);
        }
    }
}

/// Numbers of every length, small ones, ones with common factors, and neighbours, against another implementation.
#[test]
fn the_jacobi_symbol_is_that_of_big_integers() {
    let check = |a: &BigUint, b: &BigUint| {
        let expected = jacobi(&a.clone().into(), &b.clone().into());
        let own = engine::jacobi::symbol(&a.to_bytes_be(), &b.to_bytes_be());
        assert_eq!(own, Some(expected as i32), "{a} over {b}");
    };
    for b in (1_u32..400).step_by(2) {
        (0..400_u32).for_each(|a| check(&BigUint::from(a), &BigUint::from(b)));
    }
    for bits in (1_usize..4096).step_by(123).chain([63, 64, 65, 95, 96, 97, 127, 128, 129, 4095, 4096]) {
        let random = || random_number(512) >> (4096 - bits);
        let odd = |number: BigUint| (number >> 1 << 1) + 1_u8;
        let (a, b, factor) = (random(), odd(random()), odd(random() >> (bits / 2)));
        check(&a, &b);
        check(&(&a >> (bits / 3)), &b);
        check(&a, &odd(&b >> (bits / 3)));
        check(&(&b - 1_u8), &b);
        // Below b in bits that no approximation has, above it in the bottom bits that it has.
        for middle in (40..bits.saturating_sub(40)).step_by(29) {
            let below = BigUint::from(1_u8) << middle;
            [1026_u32, 1 << 29, 1 << 30].iter().for_each(|above| check(&(&b + *above - &below), &b));
        }
        check(&b, &b);
        check(&(&b >> 1), &b);
        let (a, b) = (odd(a >> (bits / 2 + 1)), odd(b >> (bits / 2 + 1)));
        check(&(a * &factor), &(&b * &factor));
    }
    assert_eq!(engine::jacobi::symbol(&[1], &[2]), None);
    assert_eq!(engine::jacobi::symbol(&[1], &[0; 513]), None);
}

#[test]
fn bounds_of_public_and_private_numbers() {
    let (p, g) = numbers(&STANDARD[3], 2);
    let group = group::of(&p, &g).unwrap();
    let width = p.len();
    let bytes = |number: BigUint| {
        let digits = number.to_bytes_be();
        [vec![0; width - digits.len()], digits].concat()
    };
    let modulus = BigUint::from_bytes_be(&p);
    for (y, expected) in [
        (BigUint::from(0_u8), false),
        (BigUint::from(1_u8), false),
        (BigUint::from(2_u8), true),
        (&modulus - 2_u8, true),
        (&modulus - 1_u8, false),
        (modulus.clone(), false),
        (&modulus + 1_u8, false),
    ] {
        assert_eq!(group.contains(&bytes(y)), expected);
    }
    let order = &modulus >> 1;
    for (x, expected) in [(&order - 1_u8, true), (order.clone(), false), (&order + 1_u8, false)] {
        assert_eq!(group.is_below_order(&bytes(x)), Ok(expected));
    }
}

#[test]
fn a_group_needs_an_odd_p_and_a_generator_between_one_and_p() {
    let p = [vec![0xFF; 63], vec![0xC5]].concat();
    let number = |last: u8| [vec![0; 63], vec![last]].concat();
    let even = [vec![0xFF; 63], vec![0xC4]].concat();
    for (p, g) in [(&even, &number(2)), (&p, &number(0)), (&p, &number(1)), (&p, &p), (&p, &vec![0xFF; 64])] {
        assert_eq!(Group::new(p, g, None).err(), Some(Status::InvalidParameter));
    }
    assert_eq!(Group::new(&p, &[2], None).err(), Some(Status::InvalidParameter));
    assert!(Group::new(&p, &number(2), None).is_ok());
}

#[test]
fn a_generated_group_has_a_large_prime_order() {
    let group = Group::generate(576, 160).unwrap();
    let (p, g) = (BigUint::from_bytes_be(group.p()), BigUint::from_bytes_be(group.g()));
    assert_eq!(p.bits(), 576);
    assert!(probably_prime(&p, 8));
    assert!(g > BigUint::from(1_u8));
    // g's order is the prime q that the other factors of p − 1 leave: g^((p−1)/small) is never 1.
    for small in [2_u8, 3, 5, 7, 11, 13] {
        let (quotient, rest) = (&p - 1_u8, BigUint::from(small));
        if &quotient % &rest == BigUint::default() {
            assert_eq!(g.modpow(&(quotient / rest), &p), BigUint::from(1_u8), "order not prime to {small}");
        }
    }
}
