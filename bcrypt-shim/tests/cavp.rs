//! ECC CDH agreements of NIST's Cryptographic Algorithm Validation Program, in `data/ecc-cdh.txt`, and
//! cases in which one number is wrong, in `data/ecc-cdh-wrong.txt`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::status::Status;

use crate::core::{agree, blob, bytes, open_curve};

#[test]
fn agreements_of_the_validation_program() {
    let mut curves = std::collections::BTreeMap::new();
    for line in include_str!("data/ecc-cdh.txt").lines().filter(|line| !line.starts_with('#')) {
        let [curve, d, x, y, z] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (algorithm, d) = (open_curve(curve), bytes(d));
        let (width, zero) = (d.len() as u32, vec![0; 2 * d.len()]);
        let own = algorithm.import("ECCPRIVATEBLOB", &blob(&[0x564B_4345, width], &[&zero, &d])).unwrap();
        let peer = blob(&[0x504B_4345, width], &[&bytes(x), &bytes(y)]);
        let peer = algorithm.import("ECCPUBLICBLOB", &peer).unwrap();
        assert_eq!(agree(&own, &peer), Ok(bytes(z)), "{line}");
        *curves.entry(curve).or_insert(0) += 1;
    }
    let counts: Vec<_> = curves.into_values().collect();
    assert_eq!(counts, COUNTS, "P-192, P-224, P-256, P-384, P-521");
}

/// Cases of each curve.
const COUNTS: [u32; 5] = [18; 5];

/// behaviour.md c25: points off the curve, and d that does not go with X and Y, are refused at import.
#[test]
fn wrong_cases_of_the_validation_program() {
    let mut kinds = std::collections::BTreeMap::new();
    for line in include_str!("data/ecc-cdh-wrong.txt").lines().filter(|line| !line.starts_with('#')) {
        let [kind, curve, numbers @ ..]: [&str; 8] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let [d, own_x, own_y, x, y, z] = numbers.map(bytes);
        let (algorithm, width) = (open_curve(curve), d.len() as u32);
        let own = algorithm.import("ECCPRIVATEBLOB", &blob(&[0x564B_4345, width], &[&own_x, &own_y, &d]));
        let peer = algorithm.import("ECCPUBLICBLOB", &blob(&[0x504B_4345, width], &[&x, &y]));
        match kind {
            "1" | "2" => {
                assert_eq!(peer.err(), Some(Status::InvalidParameter), "{line}");
                assert!(own.is_ok(), "{line}");
            }
            "5" | "6" | "7" => {
                assert_eq!(own.err(), Some(Status::InvalidParameter), "{line}");
                assert!(peer.is_ok(), "{line}");
            }
            _ => assert_ne!(agree(&own.unwrap(), &peer.unwrap()).unwrap(), z, "{line}"),
        }
        *kinds.entry(kind).or_insert(0) += 1;
    }
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["1", "2", "5", "6", "7", "8"].map(|kind| (kind, 10)));
}
