//! Curves that a caller gives by their numbers: `ECCParameters` and the ECCFULL blobs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;
#[path = "support/oracle.rs"]
mod oracle;

use std::sync::Arc;

use bcrypt_shim::curve::{self, Purpose};
use bcrypt_shim::engine::ec::is_prime;
use bcrypt_shim::status::Status;
use num_bigint_dig::BigUint;

use crate::core::{Algorithm, agree, blob, export, get, open, open_curve, set};
use crate::oracle::Curve;

const PUBLIC: u32 = 0x504B_4345;

fn weierstrass() -> impl Iterator<Item = &'static str> {
    curve::supported(Purpose::Agreement).map(|row| row.name).filter(|name| *name != "curve25519")
}

fn parameters(name: &str) -> Vec<u8> {
    open_curve(name).get("ECCParameters").unwrap()
}

/// Generic ECDH on an explicit curve.
fn open_explicit(parameters: &[u8]) -> Algorithm {
    let algorithm = open("ECDH");
    algorithm.set("ECCParameters", parameters).unwrap();
    algorithm
}

#[test]
fn full_blobs_come_back_byte_for_byte_on_every_curve() {
    for name in weierstrass() {
        let key = open_curve(name).generate(0);
        for blob_type in ["ECCFULLPUBLICBLOB", "ECCFULLPRIVATEBLOB"] {
            let bytes = export(&key, blob_type).unwrap();
            let explicit = open("ECDH").import(blob_type, &bytes).unwrap();
            assert_eq!(export(&explicit, blob_type), Ok(bytes), "{name}");
        }
    }
}

/// behaviour.md c33: such a key agrees with a named one of the same curve and has no name.
#[test]
fn an_explicit_key_agrees_with_a_named_one_and_has_no_name() {
    for name in weierstrass() {
        let named = open_curve(name).generate(0);
        let bytes = export(&open_curve(name).generate(0), "ECCFULLPRIVATEBLOB").unwrap();
        let explicit = Arc::new(open("ECDH").import("ECCFULLPRIVATEBLOB", &bytes).unwrap());
        assert_eq!(agree(&named, &explicit), agree(&explicit, &named), "{name}");
        assert!(agree(&named, &explicit).is_ok(), "{name}");
        assert_eq!(get(&explicit, "ECCCurveName"), Err(Status::NotFound), "{name}");
        assert_eq!(get(&explicit, "ECCParameters"), Ok(parameters(name)), "{name}");
        let generated = open_explicit(&parameters(name)).generate(0);
        assert_eq!(agree(&generated, &named), agree(&named, &generated), "{name}");
    }
}

#[test]
fn parameters_can_be_set_on_a_key_under_construction() {
    let key = Arc::new(open("ECDH").start(0));
    assert_eq!(get(&key, "ECCParameters"), Err(Status::InvalidParameter), "no curve yet");
    set(&key, "ECCParameters", &parameters("brainpoolP320r1")).unwrap();
    assert_eq!(get(&key, "ECCParameters"), Ok(parameters("brainpoolP320r1")));
    key.finalize().unwrap();
    assert_eq!(set(&key, "ECCParameters", &parameters("nistP256")), Err(Status::InvalidHandle));
    let fixed = open("ECDH_P256");
    assert_eq!(fixed.set("ECCParameters", &parameters("nistP256")), Err(Status::NotSupported));
    assert_eq!(fixed.get("ECCParameters"), Ok(parameters("nistP256")));
}

/// A curve that no name stands for: P-256's with another generator, twice the usual one.
#[test]
fn a_curve_of_the_callers_own_works() {
    let mut bytes = parameters("nistP256");
    let curve = Curve::read(&bytes);
    let (x, y) = curve.times(&BigUint::from(2_u8), &curve.g).unwrap();
    bytes[28 + 96..28 + 160].copy_from_slice(&[curve.bytes(&x), curve.bytes(&y)].concat());
    let algorithm = open_explicit(&bytes);
    let (one, other) = (algorithm.generate(256), algorithm.generate(0));
    assert_eq!(agree(&one, &other), agree(&other, &one));
    let own = export(&one, "ECCPRIVATEBLOB").unwrap();
    let d = BigUint::from_bytes_be(&own[72..]);
    let (x, y) = curve.times(&(d * 2_u8), &curve.g).unwrap();
    assert_eq!(own[8..72], [curve.bytes(&x), curve.bytes(&y)].concat());
    let named = open_curve("nistP256").generate(0);
    assert_eq!(agree(&one, &named).err(), Some(Status::InvalidParameter), "another generator, another group");
}

/// behaviour.md n, c21: an explicit key's public point is not computed from zeros; that a curve was
/// chosen, or is the algorithm's, does not make the key a named one.
#[test]
fn a_key_with_its_numbers_stays_explicit_whatever_was_chosen() {
    let good = export(&open_curve("nistP256").generate(0), "ECCFULLPRIVATEBLOB").unwrap();
    let mut zero = good.clone();
    let end = good.len() - 32;
    zero[end - 64..end].fill(0);
    for algorithm in [open("ECDH"), open_curve("nistP256"), open("ECDH_P256")] {
        let refused = algorithm.import("ECCFULLPRIVATEBLOB", &zero).err();
        assert_eq!(refused, Some(Status::InvalidParameter));
        let key = Arc::new(algorithm.import("ECCFULLPRIVATEBLOB", &good).unwrap());
        assert_eq!(get(&key, "ECCCurveName"), Err(Status::NotFound));
    }
}

/// behaviour.md c33: a seed without a hash, and a hash without a seed, are passed over.
#[test]
fn a_seed_says_nothing_about_the_curve() {
    let bytes = parameters("nistP256");
    for (generation, seed) in [(0_u32, 20_usize), (1, 0), (1, 20)] {
        let mut with = bytes.clone();
        with[8..12].copy_from_slice(&generation.to_le_bytes());
        with[24..28].copy_from_slice(&(seed as u32).to_le_bytes());
        with.extend(std::iter::repeat_n(0x5A, seed));
        assert_eq!(open("ECDH").set("ECCParameters", &with), Ok(()));
    }
}

/// The numbers of P-256 with one of them changed: p, a, b, Gx, Gy, n, h by their place.
fn changed(place: usize, number: &[u8]) -> Vec<u8> {
    let bytes = parameters("nistP256");
    let mut numbers: Vec<Vec<u8>> = bytes[28..28 + 6 * 32].chunks(32).map(<[u8]>::to_vec).collect();
    numbers.push(vec![1]);
    numbers[place] = number.to_vec();
    let width = |place: usize| numbers[place].len() as u32;
    let words = [1, 1, 0, width(0), width(5), width(6), 0];
    let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).collect();
    blob(&words, &numbers)
}

fn bytes_of(number: &BigUint) -> Vec<u8> {
    let digits = number.to_bytes_be();
    [vec![0; 32_usize.saturating_sub(digits.len())], digits].concat()
}

#[test]
fn hostile_numbers_are_refused() {
    let curve = Curve::read(&parameters("nistP256"));
    let three = BigUint::from(3_u8);
    let (zero, ones) = (vec![0; 32], vec![0xFF; 32]);
    for (what, bytes) in [
        ("even p", changed(0, &bytes_of(&(&curve.p - 1_u8)))),
        ("composite p", changed(0, &bytes_of(&(&curve.p - 2_u8)))),
        ("p of zeros", changed(0, &zero)),
        ("a is p", changed(1, &bytes_of(&curve.p))),
        ("another a", changed(1, &bytes_of(&three))),
        ("another b", changed(2, &bytes_of(&three))),
        ("generator off the curve", changed(3, &bytes_of(&three))),
        ("generator above p", changed(3, &ones)),
        ("generator at infinity", changed(4, &zero)),
        ("composite n", changed(5, &bytes_of(&(&curve.n - 1_u8)))),
        ("n outside Hasse's bound", changed(5, &bytes_of(&(&curve.n >> 1)))),
        ("n is p", changed(5, &bytes_of(&curve.p))),
        ("n of zeros", changed(5, &zero)),
        ("no n", changed(5, &[])),
        ("n with a leading zero", changed(5, &[vec![0], bytes_of(&curve.n)].concat())),
        ("n far wider than p", changed(5, &[0xFF; 64])),
    ] {
        assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter), "{what}");
    }
    for (what, cofactor) in [("2", vec![2]), ("huge", vec![0xFF; 200]), ("none", vec![]), ("zero", vec![0])] {
        let refused = open("ECDH").set("ECCParameters", &changed(6, &cofactor));
        assert_eq!(refused, Err(Status::NotSupported), "cofactor {what}");
    }
}

#[test]
fn a_singular_curve_is_refused() {
    // 4a³ + 27b² = 0 for a = −3, b = 2.
    let curve = Curve::read(&parameters("nistP256"));
    let mut bytes = changed(2, &bytes_of(&BigUint::from(2_u8)));
    assert_eq!(bytes[28 + 32..28 + 64], bytes_of(&(&curve.p - 3_u8)), "P-256 has a = −3");
    assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter));
    // With a point of that curve as generator: (1, 0).
    bytes[28 + 96..28 + 160].copy_from_slice(&[bytes_of(&BigUint::from(1_u8)), vec![0; 32]].concat());
    assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter));
}

#[test]
fn hostile_headers_are_refused() {
    let good = parameters("nistP256");
    let with = |word: usize, value: u32| {
        let mut bytes = good.clone();
        bytes[4 * word..4 * word + 4].copy_from_slice(&value.to_le_bytes());
        bytes
    };
    for (word, value, status) in [
        (0, 0, Status::InvalidParameter),
        (0, 2, Status::InvalidParameter),
        (1, 0, Status::InvalidParameter),
        (1, 2, Status::NotSupported),
        (1, 3, Status::NotSupported),
        (1, 9, Status::InvalidParameter),
        (3, 0, Status::InvalidParameter),
        (3, 0x1_0000, Status::InvalidParameter),
        (3, u32::MAX, Status::InvalidParameter),
        (4, u32::MAX, Status::InvalidParameter),
        (5, u32::MAX, Status::InvalidParameter),
        (6, 1, Status::InvalidParameter),
        (6, u32::MAX, Status::InvalidParameter),
    ] {
        assert_eq!(
            open("ECDH").set("ECCParameters", &with(word, value)),
            Err(status),
            "word {word} is {value}"
        );
    }
    for width in [8_u32, 19, 67, 0x1_0000] {
        let field = vec![0xFF; width as usize];
        let numbers: Vec<&[u8]> = std::iter::repeat_n(field.as_slice(), 6).chain([&[1_u8][..]]).collect();
        let bytes = blob(&[1, 1, 0, width, width, 1, 0], &numbers);
        assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter), "{width}");
    }
}

#[test]
fn a_full_blob_on_a_chosen_or_fixed_curve_must_be_of_that_curve() {
    let bytes = export(&open_curve("nistP256").generate(0), "ECCFULLPUBLICBLOB").unwrap();
    assert!(open("ECDH_P256").import("ECCFULLPUBLICBLOB", &bytes).is_ok());
    assert!(open_curve("secP256r1").import("ECCFULLPUBLICBLOB", &bytes).is_ok());
    for other in [open("ECDH_P384"), open_curve("brainpoolP256r1")] {
        assert_eq!(other.import("ECCFULLPUBLICBLOB", &bytes).err(), Some(Status::InvalidParameter));
    }
    assert_eq!(bytes[..4], PUBLIC.to_le_bytes());
    assert_eq!(open("DH").import("ECCFULLPUBLICBLOB", &bytes).err(), Some(Status::NotSupported));
    let curve25519 = open_curve("curve25519").generate(0);
    assert_eq!(export(&curve25519, "ECCFULLPUBLICBLOB"), Err(Status::NotSupported));
}

/// The quadratic twist of brainpoolP160r1: p is prime, the order is right, but composite. A generator
/// of it leaves room for small subgroups, so the order's primality decides.
#[test]
fn a_composite_order_is_refused() {
    let curve = Curve::read(&parameters("brainpoolP160r1"));
    let order = &curve.p * 2_u8 + 2_u8 - &curve.n;
    assert!(!num_bigint_dig::prime::probably_prime(&order, 8));
    let euler = |number: &BigUint| number.modpow(&((&curve.p - 1_u8) >> 1), &curve.p);
    let one = BigUint::from(1_u8);
    let d = (2_u32..).map(BigUint::from).find(|d| euler(d) != one).unwrap();
    let (a, b) = (&curve.a * &d * &d % &curve.p, &curve.b * &d * &d * &d % &curve.p);
    let right = |x: &BigUint| (x * x * x + &a * x + &b) % &curve.p;
    let x = (1_u32..).map(BigUint::from).find(|x| euler(&right(x)) == one).unwrap();
    // p is 3 modulo 4, so this power is a square root.
    let y = right(&x).modpow(&((&curve.p + 1_u8) >> 2), &curve.p);
    let twist = Curve { a, b, g: (x, y), n: order, ..curve };
    assert!(twist.has(&twist.g) && twist.times(&twist.n, &twist.g).is_none(), "all else is in order");
    let n = twist.n.to_bytes_be();
    let numbers = [&twist.p, &twist.a, &twist.b, &twist.g.0, &twist.g.1].map(|number| twist.bytes(number));
    let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).chain([n.as_slice(), &[1]]).collect();
    let bytes = blob(&[1, 1, 0, 20, n.len() as u32, 1, 0], &numbers);
    assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter));
}

/// Curves that pass every other check, but on which logarithms are easy: p, a, b, Gx, Gy and n, and the embedding degree,
/// 0 for n = p. The first is made by complex multiplication with discriminant −11 (p = 11·m·(m + 1) + 3, trace 1);
/// the next two are a cycle of MNT curves; the last is the BN curve of Ethereum.
const EASY: [([&str; 6], u32); 4] = [
    (
        [
            "b0000000000000000000000000000b5ac00000000000000000000000002ee1b3",
            "0cbc14e5e0a72f05397829cbc14e5edcc5397829cbc14e5e0a72f0539786011f",
            "87d6343eb1a1f58d0fac687d6343f3dd8d0fac687d6343eb1a1f58d0faeab6a",
            "1",
            "6b270dad7c71c8832885a7d3ca20b775bbdb481429e9ccf8d4d6602eddb8e607",
            "b0000000000000000000000000000b5ac00000000000000000000000002ee1b3",
        ],
        0,
    ),
    (
        [
            "3bcf7bcd473a266249da7b0548ecaeec9635d1330ea41a9e35e51200e12c90cd65a71660001",
            "2",
            "3545a27639415585ea4d523234fc3edd2a2070a085c7b980f4e9cd21a515d4b0ef528ec0fd5",
            "1",
            "ff0a3b82bb7d1ef1b00e758e129f52ffccc62ce7fc6cc22b9e5c6d4a5cb6cb15211dd3d080",
            "3bcf7bcd473a266249da7b0548ecaeec9635cf44194fb494c07925d6ad3bb4334a400000001",
        ],
        4,
    ),
    (
        [
            "3bcf7bcd473a266249da7b0548ecaeec9635cf44194fb494c07925d6ad3bb4334a400000001",
            "b",
            "d68c7b1dc5dd042e957b71c44d3d6c24e683fc09b420b1a2d263fde47ddba59463d0c65282",
            "1",
            "de8a70890b74af267f38c43628ca00b649873ec75ca714aa26b4ad80514931632acc000f7e",
            "3bcf7bcd473a266249da7b0548ecaeec9635d1330ea41a9e35e51200e12c90cd65a71660001",
        ],
        6,
    ),
    (
        [
            "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47",
            "0",
            "3",
            "1",
            "2",
            "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001",
        ],
        12,
    ),
];

#[test]
fn curves_with_easy_logarithms_are_refused() {
    for (digits, degree) in EASY {
        let [p, a, b, x, y, n] = digits.map(|digits| BigUint::parse_bytes(digits.as_bytes(), 16).unwrap());
        let power = p.modpow(&BigUint::from(degree), &n);
        assert!(if degree == 0 { p == n } else { power == BigUint::from(1_u8) }, "{digits:?}");
        let width = p.bits().div_ceil(8);
        let curve = Curve { p, a, b, g: (x, y), n, h: BigUint::from(1_u8), width };
        assert!(curve.has(&curve.g) && curve.times(&curve.n, &curve.g).is_none(), "all else is in order");
        assert!([&curve.p, &curve.n].iter().all(|number| is_prime(&number.to_bytes_be()) == Ok(true)));
        let n = curve.n.to_bytes_be();
        let numbers = [&curve.p, &curve.a, &curve.b, &curve.g.0, &curve.g.1];
        let numbers = numbers.map(|number| curve.bytes(number));
        let width = numbers[0].len() as u32;
        let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).chain([n.as_slice(), &[1]]).collect();
        let bytes = blob(&[1, 1, 0, width, n.len() as u32, 1, 0], &numbers);
        assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter), "{degree}");
    }
}

/// Neither p nor n prime, in every combination: refused, and nothing worse.
#[test]
fn composite_numbers_are_refused_whatever_comes_first() {
    let mut number = BigUint::from(3_u8);
    let mut next = |bytes: usize| {
        number = (&number * &number + 7_u8) % (BigUint::from(1_u8) << (8 * bytes));
        number.clone() | BigUint::from(1_u8) | (BigUint::from(1_u8) << (8 * bytes - 1))
    };
    for bytes in [20, 32, 33, 66] {
        for _ in 0..20 {
            let p = next(bytes);
            let (x, y, a) = (next(bytes) % &p, next(bytes) % &p, next(bytes) % &p);
            // The generator is on the curve, and n within Hasse's bound, so that the order is looked at.
            let b = (&y * &y + (&p - &x * &x * &x % &p) + (&p - &a * &x % &p)) % &p;
            let n = &p + next(bytes / 2 - 1);
            let wide = |number: &BigUint| {
                let digits = number.to_bytes_be();
                [vec![0; bytes - digits.len()], digits].concat()
            };
            let numbers = [&p, &a, &b, &x, &y].map(wide);
            let n = n.to_bytes_be();
            let numbers: Vec<&[u8]> = numbers.iter().map(Vec::as_slice).chain([n.as_slice(), &[1]]).collect();
            let bytes = blob(&[1, 1, 0, bytes as u32, n.len() as u32, 1, 0], &numbers);
            assert_eq!(open("ECDH").set("ECCParameters", &bytes), Err(Status::InvalidParameter));
        }
    }
}

#[test]
fn primality_is_told() {
    let curve = Curve::read(&parameters("nistP256"));
    for (number, expected) in [
        (curve.p.clone(), true),
        (curve.n.clone(), true),
        (&curve.p * &curve.n, false),
        (&curve.p * &curve.p, false),
        (BigUint::from(561_u32), false),
        (BigUint::from(2_u8), true),
        (BigUint::from(1_u8), false),
    ] {
        assert_eq!(is_prime(&number.to_bytes_be()), Ok(expected), "{number}");
    }
}
