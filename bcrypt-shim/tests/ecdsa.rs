//! ECDSA against the vectors of NIST's Cryptographic Algorithm Validation Program, in `data/ecdsa-*.txt`.

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

use crate::core::{blob, bytes, export, open, text};

const PUBLIC: u32 = 0x5044_4345;
const PRIVATE: u32 = 0x5644_4345;

fn import(curve: &str, magic: u32, numbers: &[&[u8]]) -> Result<Key> {
    let algorithm = open("ECDSA");
    algorithm.set("ECCCurveName", &text(curve)).unwrap();
    let kind = if magic == PUBLIC { "ECCPUBLICBLOB" } else { "ECCPRIVATEBLOB" };
    algorithm.import(kind, &blob(&[magic, numbers[0].len() as u32], numbers))
}

fn lines(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| line.split(' ').collect())
}

#[test]
fn signatures_of_the_validation_program() {
    let mut counts = [0; 2];
    for line in lines(include_str!("data/ecdsa-signatures.txt")) {
        let [curve, hash, x, y, r, s, result]: [&str; 7] = line.as_slice().try_into().unwrap();
        let key = import(curve, PUBLIC, &[&bytes(x), &bytes(y)]).unwrap();
        let wanted = if result == "P" { Ok(()) } else { Err(Status::InvalidSignature) };
        let signature = [bytes(r), bytes(s)].concat();
        let found = key.signature().unwrap().verify(Padding::None, &bytes(hash), &signature);
        assert_eq!(found, wanted, "{line:?}");
        counts[usize::from(result == "P")] += 1;
    }
    assert_eq!(counts, [360, 90], "wrong and right");
}

/// Pairs, of which d alone gives the point (behaviour.md t105), and points on the curve and off it.
#[test]
fn keys_of_the_validation_program() {
    let mut counts = [0; 3];
    for line in lines(include_str!("data/ecdsa-keys.txt")) {
        let (curve, numbers) = (line[1], [2, 3].map(|place| bytes(line[place])));
        if line[0] == "point" {
            let imported = import(curve, PUBLIC, &[&numbers[0], &numbers[1]]);
            assert_eq!(imported.is_ok(), line[4] == "P", "{line:?}");
            counts[1 + usize::from(line[4] == "P")] += 1;
            continue;
        }
        let ([d, x], y) = (numbers, bytes(line[4]));
        let zero = vec![0; d.len()];
        let key = import(curve, PRIVATE, &[&zero, &zero, &d]).unwrap();
        let public = blob(&[PUBLIC, d.len() as u32], &[&x, &y]);
        assert_eq!(export(&key, "ECCPUBLICBLOB"), Ok(public), "{line:?}");
        let mut signature = vec![0; key.signature().unwrap().size()];
        key.signature().unwrap().sign(Padding::None, &[0x33; 48], &mut signature).unwrap();
        let other = import(curve, PUBLIC, &[&x, &y]).unwrap();
        assert_eq!(other.signature().unwrap().verify(Padding::None, &[0x33; 48], &signature), Ok(()));
        counts[0] += 1;
    }
    assert!(counts.iter().all(|&count| count > 20), "{counts:?}");
}
