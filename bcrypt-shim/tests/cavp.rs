//! ECC CDH agreements of NIST's Cryptographic Algorithm Validation Program, in `data/ecc-cdh.txt`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

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
