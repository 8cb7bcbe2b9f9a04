//! Products and powers against big integers and the engine: on lanes that panic when they overflow everywhere, and on the
//! processor where it has AVX-512 IFMA. BCRYPT_IFMA_PRODUCTS says how many products of each size on the processor, 20 000
//! by default; scripts/check/stress has 2 000 000, which makes 10^7 of all sizes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at the first thing that is wrong"
)]

use num_bigint_dig::{BigUint, ModInverse};

use super::*;
use crate::engine::random;

/// The multiplications there are, with a number of products to try.
fn multipliers() -> Vec<(Size, Multiplier, usize)> {
    let tries = std::env::var("BCRYPT_IFMA_PRODUCTS").map_or(20_000, |tries| tries.parse().unwrap());
    let mut all = Vec::new();
    for size in Size::ALL {
        all.push((size, Multiplier::in_software(size), 300));
        match Multiplier::new(size) {
            Some(multiplier) => all.push((size, multiplier, tries)),
            None => println!("skipped: {} bits on the processor: no AVX-512 IFMA", size.bits()),
        }
    }
    all
}

fn big(digits: &Digits) -> BigUint {
    let words = digits.0.iter().rev();
    words.fold(BigUint::default(), |number, &digit| {
        assert!(digit <= DIGIT_MASK);
        (number << DIGIT_BITS as usize) + digit
    })
}

fn digits(number: &BigUint) -> Digits {
    Digits::from_be_bytes(&number.to_bytes_be())
}

fn one() -> BigUint {
    BigUint::from(1_u8)
}

fn random_bits(bits: u32) -> BigUint {
    let mut bytes = vec![0; bits.div_ceil(8) as usize];
    random::fill(&mut bytes).unwrap();
    BigUint::from_bytes_be(&bytes) % (one() << bits as usize)
}

/// A number whose digits are chosen among those that carry and those that pass a carry on.
fn random_edges(bits: u32) -> BigUint {
    let mut choices = [0; LANES];
    random::fill(&mut choices).unwrap();
    let digits = choices.map(|choice| match choice % 6 {
        0 => 0,
        1 => 1,
        2 => DIGIT_MASK - 1,
        3 => 1 << (DIGIT_BITS - 1),
        _ => DIGIT_MASK,
    });
    big(&Digits(digits)) % (one() << bits as usize)
}

/// Odd moduli of the size: all ones, the smallest, of digits that carry, and random ones.
fn moduli(size: Size) -> Vec<BigUint> {
    let (ones, least) =
        ((one() << size.bits() as usize) - 1_u8, (one() << (size.bits() - 1) as usize) + 1_u8);
    let mut all = vec![ones.clone(), &ones - 2_u8, least.clone(), &least + (one() << DIGIT_BITS as usize)];
    for _ in 0..4 {
        all.push(random_edges(size.bits()) | &least);
        all.push(random_bits(size.bits()) | &least);
    }
    all
}

/// (a·b + q·m)/R with q = −a·b/m modulo R.
struct Expected {
    m: BigUint,
    r: BigUint,
    minus_inverse: BigUint,
}

impl Expected {
    fn new(size: Size, m: &BigUint) -> Self {
        let r = one() << (DIGIT_BITS as usize * size.digits());
        let inverse = m.mod_inverse(&r).unwrap().to_biguint().unwrap();
        Self { m: m.clone(), minus_inverse: &r - inverse, r }
    }

    fn product(&self, a: &BigUint, b: &BigUint) -> BigUint {
        let product = a * b;
        let q = &product * &self.minus_inverse % &self.r;
        (product + q * &self.m) / &self.r
    }
}

#[test]
fn products_are_those_of_big_integers() {
    for (size, multiplier, tries) in multipliers() {
        let moduli = moduli(size);
        let mut done = 0;
        for m in &moduli {
            let (expected, wide) = (Expected::new(size, m), digits(m));
            let k0 = ffi::inverse(wide.0[0]).wrapping_neg() & DIGIT_MASK;
            let most = m * 2_u8 - 1_u8;
            let mut check = |a: &BigUint, b: &BigUint| {
                let mut out = Digits([u64::MAX; LANES]);
                multiplier.multiply(&digits(a), &digits(b), &wide, k0, &mut out);
                let used = LANES.min(size.digits().div_ceil(8) * 8);
                assert!(out.0[used..].iter().all(|&digit| digit == u64::MAX), "no more is written");
                out.0[used..].fill(0);
                assert_eq!(big(&out), expected.product(a, b), "{size:?}: {a} times {b} modulo {m}");
                assert!(big(&out) <= most);
                done += 1;
            };
            let edges = [
                BigUint::default(),
                one(),
                m - 1_u8,
                m.clone(),
                m + 1_u8,
                &most - 1_u8,
                most.clone(),
                &most >> 1,
            ];
            for a in &edges {
                for b in &edges {
                    check(a, b);
                }
            }
            for turn in 0..tries / moduli.len() {
                let number = |is_edge: bool| {
                    let number =
                        if is_edge { random_edges(size.bits() + 1) } else { random_bits(size.bits() + 1) };
                    number % (&most + 1_u8)
                };
                check(&number(turn % 4 == 0), &number(turn % 4 < 2));
            }
        }
        println!("{size:?}: {done} products");
    }
}

/// Powers by these lines and by the engine, for edges and random numbers, and exponents that make every window.
#[test]
fn powers_are_those_of_the_engine() {
    for (size, multiplier, _) in multipliers() {
        let width = (size.bits() / 8) as usize;
        let wide = |number: &BigUint| {
            let bytes = number.to_bytes_be();
            [vec![0; width - bytes.len()], bytes].concat()
        };
        // Each takes a thousand times as long in software.
        let is_software = multiplier == Multiplier::in_software(size);
        for m in moduli(size).into_iter().step_by(if is_software { 5 } else { 1 }) {
            let bytes = wide(&m);
            let modulus = Modulus::with(multiplier, &bytes).unwrap().unwrap();
            let engine = ffi::Modulus::new(&bytes).unwrap();
            let bases =
                [BigUint::default(), one(), BigUint::from(2_u8), &m - 1_u8, random_bits(size.bits()) % &m];
            let exponents = match is_software {
                true => vec![vec![0], [0x84, 0x21, 0x08].to_vec()],
                _ => vec![
                    vec![0; width],
                    vec![0xFF; width],
                    vec![0x84; 32],
                    random_bits(size.bits()).to_bytes_be(),
                ],
            };
            for (base, exponent) in
                bases.iter().flat_map(|base| exponents.iter().map(move |exponent| (base, exponent)))
            {
                let [mut ours, mut theirs] = [(); 2].map(|()| vec![0; width]);
                modulus.power(&bytes, &wide(base), exponent, &mut ours).unwrap();
                engine.power(&bytes, &wide(base), exponent, &mut theirs).unwrap();
                assert_eq!(ours, theirs, "{size:?}: {base} to {exponent:x?} modulo {m}");
            }
        }
    }
}

#[test]
fn a_table_gives_the_entry_of_the_index() {
    for (size, multiplier, _) in multipliers() {
        let table: Vec<Digits> = (0..32_u64).map(|entry| Digits([entry * 0x0101_0101_0101; LANES])).collect();
        for index in 0..32 {
            let mut out = Digits([u64::MAX; LANES]);
            multiplier.select(&table, index, &mut out);
            assert_eq!(out.0[..size.digits()], table[index as usize].0[..size.digits()]);
        }
    }
}

#[test]
fn the_known_answers_are_known_and_wrong_ones_found() {
    for (size, multiplier, _) in multipliers() {
        let multiply =
            |a: &Digits, b: &Digits, m: &Digits, k0, out: &mut Digits| multiplier.multiply(a, b, m, k0, out);
        assert!(ffi::is_right(size, multiply), "{size:?}");
        for wrong in [0, size.digits() / 2, size.digits() - 1] {
            assert!(!ffi::is_right(size, |a, b, m, k0, out| {
                multiply(a, b, m, k0, out);
                out.0[wrong] ^= 1;
            }));
        }
    }
}
