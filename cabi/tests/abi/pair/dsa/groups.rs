//! Which groups and numbers are taken: behaviour.md t85 to t88.

use std::time::{Duration, Instant};

use num_bigint_dig::BigUint;

use super::{NO_KEY_VALIDATION, Parts, made};
use crate::support::objects::{exported, finalize, generate, open, sign, verify};
use crate::support::oracle::{bytes, number, plus, power};
use crate::support::property::{get, set};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, INVALID_SIGNATURE};

fn refused(parts: &Parts, why: &str) {
    assert_eq!(parts.import().unwrap_err(), INVALID_PARAMETER, "{why}");
}

fn refused_always(parts: &Parts, why: &str) {
    refused(parts, why);
    assert_eq!(parts.import_with(NO_KEY_VALIDATION).unwrap_err(), INVALID_PARAMETER, "{why}");
}

/// behaviour.md t85.
#[test]
fn a_seed_must_give_the_primes() {
    for bits in [512, 2048] {
        let parts = made(bits);
        let with =
            |seed: Vec<u8>, count: u32| Parts { seed, count: count.to_be_bytes().to_vec(), ..parts.clone() };
        let count = u32::from_be_bytes(parts.count.clone().try_into().unwrap());
        let [none, zero] = [vec![0xFF; parts.q.len()], vec![0; parts.q.len()]];
        for count in [count ^ 1, count + 1, 0x7FFF_FFFF, u32::MAX, count.swap_bytes()] {
            refused(&with(parts.seed.clone(), count), "another count");
        }
        for byte in [0, parts.q.len() / 2, parts.q.len() - 1] {
            let mut seed = parts.seed.clone();
            seed[byte] ^= 0x40;
            refused(&with(seed, count), "another seed");
        }
        refused(&with(none.clone(), count), "no seed, but a count");
        refused(&with(zero.clone(), 0), "no seed, but not told so");
        let mut reversed = parts.seed.clone();
        reversed.reverse();
        refused(&with(reversed, count), "the seed turned round");
        assert!(with(none, u32::MAX).import().is_ok());
        // Flag 8: whatever it is, and it is given back.
        let parts = with(zero, 0);
        let key = parts.import_with(NO_KEY_VALIDATION).unwrap();
        assert_eq!(exported(&key, "DSAPRIVATEBLOB"), Ok(parts.blob().1));
    }
}

/// behaviour.md t87: numbers that are no group, with and without validation.
#[test]
fn groups_that_are_none() {
    for bits in [512, 2048] {
        let parts = made(bits).without_seed();
        let (p, q, width, order) = (number(&parts.p), number(&parts.q), parts.p.len(), parts.q.len());
        let with_p = |p: Vec<u8>| Parts { p, ..parts.clone() };
        let with_q = |q: Vec<u8>| Parts { q, ..parts.clone() };
        let with_g = |g: Vec<u8>| Parts { g, ..parts.clone() };
        for (p, why) in [
            (vec![0; width], "p = 0"),
            (bytes(&BigUint::from(1u32), width), "p = 1"),
            (bytes(&plus(&p, -1), width), "an even p"),
            (bytes(&plus(&p, 2), width), "q does not divide p - 1"),
            (vec![0xFF; width], "q does not divide p - 1"),
            (bytes(&(&p >> 1), width), "a p of fewer bits"),
        ] {
            refused_always(&with_p(p), why);
        }
        for (q, why) in [
            (vec![0; order], "q = 0"),
            (bytes(&BigUint::from(1u32), order), "q = 1"),
            (vec![0xFA; order], "an even q"),
            (vec![0xFF; order], "a q that does not divide p - 1"),
            (bytes(&plus(&q, 2), order), "a q that does not divide p - 1"),
            (bytes(&(&q >> 1), order), "a q of fewer bits"),
        ] {
            refused_always(&with_q(q), why);
        }
        for (g, why) in [
            (vec![0; width], "g = 0"),
            (bytes(&BigUint::from(1u32), width), "g = 1"),
            (parts.p.clone(), "g = p"),
            (vec![0xFF; width], "g > p"),
        ] {
            refused_always(&with_g(g), why);
        }
        for g in [plus(&p, -1), BigUint::from(2u32), plus(&p, -2)] {
            refused(&with_g(bytes(&g, width)), "g of another order");
        }
    }
}

/// A q that divides p - 1 and is not prime: with a factor of p - 1 in it. Without validation such a key does what it can.
#[test]
fn a_q_that_is_not_prime() {
    // p = 2 q k + 1 with q the product of two primes of 80 bits, found by counting.
    let half = |start: u64| {
        let mut prime = (BigUint::from(start) << 16) + BigUint::from(1u32);
        while !num_bigint_dig::prime::probably_prime(&prime, 20) {
            prime = plus(&prime, 2);
        }
        prime
    };
    let q = half(u64::MAX) * half(u64::MAX - 7);
    assert_eq!(q.bits(), 160);
    let mut k = BigUint::from(3u32) << 349_usize;
    let p = loop {
        let p = plus(&(&q * &k * BigUint::from(2u32)), 1);
        if p.bits() == 512 && num_bigint_dig::prime::probably_prime(&p, 20) {
            break p;
        }
        k = plus(&k, 1);
    };
    let cofactor = bytes(&(plus(&p, -1) / &q), 64);
    let (p, q) = (bytes(&p, 64), bytes(&q, 20));
    let g = power(&[2], &cofactor, &p);
    let x = vec![3; 20];
    let y = power(&g, &x, &p);
    let parts = Parts { count: vec![0xFF; 4], seed: vec![0xFF; 20], q, p, g, y, x: Some(x) };
    refused(&parts, "q is not prime");
    let key = parts.import_with(NO_KEY_VALIDATION).unwrap();
    // The inverse of the nonce is not right, so what it signs is not either; it ends all the same.
    if let Ok(signature) = sign(&key, &[1; 20]) {
        let verified = verify(&key, &[1; 20], &signature);
        assert!([Ok(()), Err(INVALID_SIGNATURE)].contains(&verified), "{verified:?}");
    }
}

/// y and x: 1 < y < p - 1 and y^q = 1; 0 < x < q and y = g^x.
#[test]
fn keys_that_are_none() {
    for bits in [512, 2048] {
        let parts = made(bits).without_seed();
        let (p, q, width, order) = (number(&parts.p), number(&parts.q), parts.p.len(), parts.q.len());
        for y in [vec![0; width], bytes(&BigUint::from(1u32), width), bytes(&plus(&p, -1), width)] {
            refused_always(&Parts { y: y.clone(), ..parts.public() }, "y");
            refused_always(&Parts { y, ..parts.clone() }, "y");
        }
        for y in [parts.p.clone(), bytes(&plus(&p, 1), width), vec![0xFF; width]] {
            refused_always(&Parts { y, ..parts.public() }, "y");
        }
        refused(&Parts { y: bytes(&BigUint::from(2u32), width), ..parts.public() }, "y of another order");
        for x in [vec![0; order], parts.q.clone(), bytes(&plus(&q, 1), order), vec![0xFF; order]] {
            refused_always(&Parts { x: Some(x), ..parts.clone() }, "x");
        }
        let other = Parts { y: parts.g.clone(), ..parts.clone() };
        refused(&other, "x and y of two keys");
        let key = other.import_with(NO_KEY_VALIDATION).unwrap();
        let signature = sign(&key, &vec![1; order]).unwrap();
        assert_eq!(verify(&key, &vec![1; order], &signature), Err(INVALID_SIGNATURE), "g is not g^x");
        assert_eq!(verify(&parts.public().key(), &vec![1; order], &signature), Ok(()));
    }
}

/// behaviour.md t88.
#[test]
fn parameters_of_a_key() {
    for bits in [512, 2048] {
        for parts in [made(bits), made(bits).without_seed()] {
            let value = parts.parameters();
            let key = generate(&open("DSA"), bits).unwrap();
            assert_eq!(get(&key, "DSAParameters"), Err(INVALID_HANDLE), "as DHParameters, behaviour.md f4");
            for length in [0, 1, 12, value.len() - 1] {
                assert_eq!(set(&key, "DSAParameters", &value[..length]), Err(INVALID_PARAMETER), "{length}");
            }
            let longer = [&value[..], &[0]].concat();
            assert_eq!(set(&key, "DSAParameters", &longer), Err(INVALID_PARAMETER));
            for (place, wrong) in
                [(0, 1_u8), (4, 1), (8, 8), (9, 1), (value.len() - 1, 1), (value.len() - 70, 1)]
            {
                let mut other = value.clone();
                other[place] ^= wrong;
                assert_eq!(set(&key, "DSAParameters", &other), Err(INVALID_PARAMETER), "{place}");
            }
            assert_eq!(set(&key, "DSAParameters", &value), Ok(()));
            assert_eq!(set(&key, "DSAParameters", &value), Ok(()), "again");
            assert_eq!(finalize(&key), Ok(()));
            assert_eq!(get(&key, "DSAParameters").as_ref(), Ok(&value));
            assert_eq!(set(&key, "DSAParameters", &value), Err(INVALID_HANDLE), "once it is finalized");
            let own = Parts::of(&exported(&key, "DSAPRIVATEBLOB").unwrap());
            assert_eq!((&own.p, &own.q, &own.g), (&parts.p, &parts.q, &parts.g));
            assert_eq!((&own.seed, &own.count), (&parts.seed, &parts.count));
            let x = own.x.clone().unwrap();
            assert!(number(&x) < number(&own.q) && power(&own.g, &x, &own.p) == own.y);
            assert_ne!(own.x, parts.x);
            assert_eq!(get(&parts.key(), "DSAParameters"), Ok(value), "of an imported key too");
        }
    }
    // Of another length than the key's.
    let key = generate(&open("DSA"), 576).unwrap();
    assert_eq!(set(&key, "DSAParameters", &made(512).parameters()), Err(INVALID_PARAMETER));
    let key = generate(&open("DSA"), 2048).unwrap();
    assert_eq!(set(&key, "DSAParameters", &made(512).parameters()), Err(INVALID_PARAMETER));
}

/// The worst that an import has to do: a seed that gives q and p, and a p that is prime.
#[test]
fn an_import_takes_a_moment() {
    let parts = made(2048);
    let start = Instant::now();
    parts.key();
    let taken = start.elapsed();
    println!("import of 2048 bits with a seed: {taken:?}");
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}
