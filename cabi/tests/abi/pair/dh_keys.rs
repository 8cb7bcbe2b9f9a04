//! Finite-field keys: generation, groups, DHParameters, SecretAgreementParam, PrivKeyVal (behaviour.md c10,
//! c15 to c17, k and n).

use num_bigint_dig::BigUint;

use crate::pair::vectors::{Block, DH};
use crate::support::blob::{self, DH_PARAMETERS, dh_parameters, fields};
use crate::support::objects::{Key, agreed, exported, finalize, generate, import, new_key, open};
use crate::support::oracle::groups::{Group, NAMED, SMALL};
use crate::support::oracle::{bytes, number, plus, power};
use crate::support::output::{size, too_small};
use crate::support::property::{get, read, set};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED};

/// p, g, y, x of the 512-bit key Wine's tests use on Windows.
pub fn known_512() -> Vec<Vec<u8>> {
    fields(&Block::named(DH, "windows_dh512").blob("private").1)
}

/// A new key in a group of the caller's.
fn new_in_group(prime: &[u8], generator: &[u8], property: &str) -> Key {
    let key = generate(&open("DH"), u32::try_from(prime.len() * 8).unwrap()).unwrap();
    set(&key, property, &dh_parameters(prime, generator)).unwrap();
    finalize(&key).unwrap();
    key
}

/// behaviour.md c10 and n; 0 and odd lengths are inferred.
#[test]
fn lengths() {
    let algorithm = open("DH");
    for bits in [512, 576, 1024, 2048, 3072, 4032, 4096] {
        generate(&algorithm, bits).unwrap_or_else(|status| panic!("{bits}: {status:?}"));
    }
    for bits in [0, 1, 64, 256, 448, 511, 513, 520, 768 + 32, 2047, 4095, 4097, 4160, 8192, u32::MAX] {
        assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{bits}");
    }
}

/// y = g^x mod p by an implementation of our own, and x in its range.
fn assert_sound(key: &Key, bits: usize) -> Vec<Vec<u8>> {
    let blob = exported(key, "DHPRIVATEBLOB").unwrap();
    let parts = fields(&blob);
    let [p, g, y, x] = &parts[..] else { panic!("four fields") };
    assert_eq!(p.len() * 8, bits);
    assert_eq!(number(p).bits(), bits, "the prime has its top bit set");
    assert_eq!(power(g, x, p), *y, "{bits} bits");
    assert_ne!(number(x), number(&[0]));
    assert!(number(x) < number(p), "{bits} bits");
    parts
}

/// behaviour.md c16: Finalize without parameters works on Windows; which group is our choice.
#[test]
fn finalize_without_parameters_finds_a_group() {
    let algorithm = open("DH");
    for bits in [512, 768, 1024, 1536, 2048, 3072, 4096] {
        let key = new_key(&algorithm, bits);
        let parts = assert_sound(&key, bits as usize);
        assert_eq!(get(&key, "DHParameters"), Ok(dh_parameters(&parts[0], &parts[1])), "{bits}");
        let other = import(&algorithm, "DHPUBLICBLOB", &exported(&key, "DHPUBLICBLOB").unwrap()).unwrap();
        assert_eq!(agreed(&key, &other).map(|z| z.len() * 8), Ok(bits as usize), "{bits}");
    }
}

/// Which standard group where there are two of a size is our choice too, so either will do.
#[test]
fn standard_sizes_use_standard_groups_undecided() {
    let groups = SMALL.iter().chain(&NAMED);
    for bits in [768, 1024, 1536, 2048, 3072, 4096] {
        let parts = fields(&exported(&new_key(&open("DH"), bits), "DHPRIVATEBLOB").unwrap());
        let mut primes = groups.clone().filter(|group| group.bits == bits).map(Group::prime);
        assert!(primes.any(|prime| prime == number(&parts[0])), "{bits}: {:02x?}", parts[0]);
        assert_eq!(number(&parts[1]), number(&[2]), "{bits}");
    }
}

/// behaviour.md k2: in a named group Windows' engine draws short exponents, and not shorter ones.
#[test]
fn exponents_in_named_groups_are_short() {
    for (bits, limit) in [(2048, 256), (3072, 256), (4096, 384)] {
        let x = |key: &Key| number(&fields(&exported(key, "DHPRIVATEBLOB").unwrap())[3]).bits();
        let longest = (0..3).map(|_| x(&new_key(&open("DH"), bits))).max().unwrap();
        // Three draws below 2^(limit - 32) in a row have a chance of 2^-96.
        assert!((limit - 32..=limit).contains(&longest), "{bits}: {longest}");
    }
}

/// behaviour.md c16, k2: no such shortcut in a group nobody knows.
#[test]
fn exponents_in_unknown_groups_are_as_long_as_the_prime() {
    let parts = known_512();
    let x = fields(&exported(&new_in_group(&parts[0], &parts[1], "DHParameters"), "DHPRIVATEBLOB").unwrap());
    assert!(number(&x[3]).bits() > 512 - 64, "{}", number(&x[3]).bits());
}

/// A client loops until it has exported an odd x: even and odd ones must both occur.
#[test]
fn private_values_are_odd_half_of_the_time() {
    let parts = known_512();
    let odd = (0..64).filter(|_| {
        let key = new_in_group(&parts[0], &parts[1], "DHParameters");
        fields(&exported(&key, "DHPRIVATEBLOB").unwrap())[3][63] & 1 == 1
    });
    let odd = odd.count();
    assert!((8..=56).contains(&odd), "{odd} of 64");
}

/// behaviour.md c15, and n on f3 for the second name.
#[test]
fn the_callers_group_is_used_with_a_fresh_y() {
    for name in ["windows_dh512", "windows_dh1024_self", "windows_dh1024_oakley"] {
        let known = fields(&Block::named(DH, name).blob("private").1);
        for property in ["DHParameters", "SecretAgreementParam"] {
            let keys = [(); 2].map(|()| new_in_group(&known[0], &known[1], property));
            let parts = keys.each_ref().map(|key| assert_sound(key, known[0].len() * 8));
            assert_eq!(parts[0][..2], known[..2], "{name} {property}");
            assert_ne!(parts[0][2], parts[1][2], "{name} {property}");
            assert_eq!(agreed(&keys[0], &keys[1]), agreed(&keys[1], &keys[0]));
        }
    }
}

/// behaviour.md c6 pads on the left. That p itself may be padded is not said.
#[test]
fn a_prime_narrower_than_its_field_undecided() {
    let mut prime = vec![0xFF; 64];
    prime[..9].fill(0);
    prime[9] = 0x15;
    let generator = [vec![0; 63], vec![2]].concat();
    for _ in 0..8 {
        let key = new_in_group(&prime, &generator, "DHParameters");
        let parts = fields(&exported(&key, "DHPRIVATEBLOB").unwrap());
        assert_eq!(parts[2], power(&parts[1], &parts[3], &prime));
        assert!(number(&parts[3]) < number(&prime));
        assert!(number(&parts[3]).bits() > 437 - 64, "{}", number(&parts[3]).bits());
        assert_eq!(agreed(&key, &key).map(|z| z.len()), Ok(64));
    }
}

/// behaviour.md c13, f4: before Finalize INVALID_HANDLE, afterwards the usual answers.
#[test]
fn parameters_are_readable_after_finalize() {
    let parts = known_512();
    let value = dh_parameters(&parts[0], &parts[1]);
    let key = generate(&open("DH"), 512).unwrap();
    set(&key, "DHParameters", &value).unwrap();
    assert_eq!(size(&read(&key, "DHParameters")), Err(INVALID_HANDLE));
    finalize(&key).unwrap();
    assert_eq!(too_small(&read(&key, "DHParameters"), 28), 140);
    assert_eq!(get(&key, "DHParameters"), Ok(value.clone()));
    assert_eq!(set(&key, "DHParameters", &value), Err(INVALID_HANDLE), "too late");
    assert_eq!(set(&key, "SecretAgreementParam", &value), Err(INVALID_HANDLE), "too late");
}

/// behaviour.md c15 for the three header words; c17 for an even p.
#[test]
fn wrong_parameters_are_invalid() {
    let parts = known_512();
    let (p, g) = (&parts[0], &parts[1]);
    let good = dh_parameters(p, g);
    let patched = |offset: usize, value: u32| {
        let mut bytes = good.clone();
        bytes[offset..offset + 4].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    let even = bytes(&plus(&number(p), -1), 64);
    let out_of_range = [BigUint::from(0u32), BigUint::from(1u32), number(p)].map(|g| bytes(&g, 64));
    let mut wrong = vec![
        patched(0, 139),
        patched(0, 12),
        patched(0, u32::MAX),
        patched(4, blob::DH_PUBLIC),
        patched(4, DH_PARAMETERS.swap_bytes()),
        patched(8, 63),
        patched(8, 0),
        patched(8, u32::MAX),
        dh_parameters(&[0xFF; 128], &[2; 128]),
        [patched(0, 141), vec![0]].concat(),
        [patched(0, 204), vec![1; 64]].concat(),
        dh_parameters(&even, g),
        dh_parameters(&[0; 64], g),
    ];
    wrong.extend(out_of_range.iter().map(|g| dh_parameters(p, g)));
    wrong.extend((0..good.len()).map(|length| good[..length].to_vec()));
    let key = generate(&open("DH"), 512).unwrap();
    for value in wrong {
        for property in ["DHParameters", "SecretAgreementParam"] {
            assert_eq!(set(&key, property, &value), Err(INVALID_PARAMETER), "{property} {value:02x?}");
        }
    }
    set(&key, "DHParameters", &good).unwrap();
    finalize(&key).unwrap();
    assert_eq!(get(&key, "DHParameters"), Ok(good), "a refused value leaves the key as it was");
}

/// With g = p - 1 every y is 1 or p - 1, which behaviour.md c26 has nobody import.
#[test]
fn a_group_of_tiny_order_fails_at_finalize_undecided() {
    let p = number(&known_512()[0]);
    let key = generate(&open("DH"), 512).unwrap();
    set(&key, "DHParameters", &dh_parameters(&bytes(&p, 64), &bytes(&plus(&p, -1), 64))).unwrap();
    assert_eq!(finalize(&key), Err(INVALID_PARAMETER));
}

/// behaviour.md n on f3: the raw big-endian value, possibly shorter than k; Finalize computes y.
#[test]
fn a_given_private_value_makes_the_key() {
    let parts = known_512();
    let short = &parts[3][44..];
    for value in [short, &parts[3]] {
        let key = generate(&open("DH"), 512).unwrap();
        set(&key, "SecretAgreementParam", &dh_parameters(&parts[0], &parts[1])).unwrap();
        set(&key, "PrivKeyVal", value).unwrap();
        finalize(&key).unwrap();
        assert_eq!(fields(&exported(&key, "DHPRIVATEBLOB").unwrap()), parts);
    }
}

#[test]
fn private_values_of_wrong_width_are_invalid_undecided() {
    let parts = known_512();
    let key = generate(&open("DH"), 512).unwrap();
    set(&key, "DHParameters", &dh_parameters(&parts[0], &parts[1])).unwrap();
    for value in [vec![], vec![0], vec![0; 64], vec![1; 65]] {
        assert_eq!(set(&key, "PrivKeyVal", &value), Err(INVALID_PARAMETER), "{} bytes", value.len());
    }
    finalize(&key).unwrap();
}

/// behaviour.md f2, f3: these belong to keys; on a provider they are not supported by our choice.
#[test]
fn a_provider_has_no_group() {
    let parts = known_512();
    let value = dh_parameters(&parts[0], &parts[1]);
    for property in ["DHParameters", "SecretAgreementParam", "PrivKeyVal"] {
        assert_eq!(set(&open("DH"), property, &value), Err(NOT_SUPPORTED), "{property}");
        assert_eq!(get(&open("DH"), property), Err(NOT_SUPPORTED), "{property}");
    }
}

/// behaviour.md f3: set-only.
#[test]
fn private_values_cannot_be_read_back_as_properties() {
    let key = new_key(&open("DH"), 512);
    assert_eq!(get(&key, "PrivKeyVal"), Err(NOT_SUPPORTED));
    assert_eq!(get(&key, "SecretAgreementParam"), Err(NOT_SUPPORTED));
}
