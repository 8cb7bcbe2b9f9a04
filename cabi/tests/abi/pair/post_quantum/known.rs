//! Known answers: `vectors/seeds.txt`, `vectors/hash_mldsa.txt`. Wycheproof's are in the core's own tests.

use sha2::{Digest, Sha256};

use super::dsa::{Beside, verify_beside, verify_mu};
use super::{DSA, Private, Public, Seed, sets};
use crate::support::text::hex;

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

#[test]
fn keys_of_seeds() {
    let mut count = 0;
    for line in lines(include_str!("../../vectors/seeds.txt")) {
        let set = sets().find(|set| format!("{}-{}", set.algorithm, set.name) == line[0]).unwrap();
        let key = set.import(Seed, &hex(line[1])).unwrap();
        assert_eq!(Sha256::digest(set.exported(&key, Public))[..], hex(line[2]), "{line:?}");
        if line[3] != "-" {
            assert_eq!(Sha256::digest(set.exported(&key, Private))[..], hex(line[3]), "{line:?}");
        }
        count += 1;
    }
    assert_eq!(count, 156, "25 of each set by NIST, one of each by the IETF");
}

#[test]
fn hash_ml_dsa() {
    let mut count = 0;
    for line in lines(include_str!("../../vectors/hash_mldsa.txt")) {
        let set = DSA.into_iter().find(|set| set.name == line[0]).unwrap();
        let (digest, mu, signature) = (hex(line[2]), hex(line[3]), hex(line[4]));
        let key = set.public_of(&set.known());
        let beside = Beside { context: b"bcrypt-shim", prehash: Some(line[1]) };
        assert_eq!(verify_beside(&key, beside, &digest, &signature), Ok(()), "{} {}", line[0], line[1]);
        assert_eq!(verify_mu(&key, &mu, &signature), Ok(()), "{} {}", line[0], line[1]);
        count += 1;
    }
    assert_eq!(count, 5);
}
