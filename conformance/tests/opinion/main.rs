//! A third opinion: every derivation of a recording whose inputs are fixed is computed a second time, from
//! RustCrypto's hashes and plain big integers, and the bytes compared. So "same" never means only that this
//! library agrees with itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly"
)]

mod agreement;
mod curves;
mod derivation;
mod follow;

#[path = "../../../cabi/tests/abi/support/oracle/hash.rs"]
#[allow(dead_code, reason = "the C interface's tests use the rest")]
mod hash;
#[path = "../../../cabi/tests/abi/support/oracle/kdf.rs"]
mod kdf;
#[path = "../judge/program.rs"]
#[allow(dead_code, reason = "the judge's tests use the rest")]
mod program;
#[path = "../../../bcrypt-shim/tests/support/oracle.rs"]
mod weierstrass;
#[path = "../../../cabi/tests/abi/support/oracle/x25519.rs"]
#[allow(dead_code, reason = "the C interface's tests use the rest")]
mod x25519;

/// What the shared files call their neighbours.
mod support {
    pub mod text {
        pub fn hex(text: &str) -> Vec<u8> {
            let digits: Vec<u8> =
                text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
            digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
        }
    }
}

use num_bigint_dig::BigUint;

/// The number that differs by a small amount.
fn plus(value: &BigUint, difference: i32) -> BigUint {
    let amount = BigUint::from(difference.unsigned_abs());
    if difference < 0 { value - amount } else { value + amount }
}

use std::path::Path;

use conformance::scenario::Scenarios;
use conformance::trace::Recording;

/// Our own answers: every derivation is followed, so that this test can't pass by following none.
#[test]
fn our_derivations() {
    let scenarios = Scenarios::built_in().expect("the scenarios are good");
    let path = program::folder("opinion").join("ours.json");
    let run = program::conformance(&["run", program::library(), "-o", path.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.output, run.error);
    let recording = Recording::read(&path).expect("it was just written");
    let count = follow::recording(&scenarios, &recording);
    println!(
        "{} derivations computed again, {} agreements, {} not followed",
        count.same, count.agreements, count.not_followed
    );
    assert!(count.wrong.is_empty(), "{:#?}", count.wrong);
    assert!(count.same >= 120, "only {} of the derivations were computed again", count.same);
    // Mostly curves whose numbers don't stand in this test; their scenarios tell the known answers.
    assert!(count.not_followed <= 70, "{} derivations could not be followed", count.not_followed);
}

/// Another implementation's answers, as far as they are what the formulas say; what is wrong there stands in its
/// file of known differences.
#[test]
fn checked_in_derivations() {
    let scenarios = Scenarios::built_in().expect("the scenarios are good");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = std::fs::read_dir(root.join("expectations")).expect("the folder is there");
    let known: String = known.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    for entry in std::fs::read_dir(root.join("recordings")).expect("the folder is there") {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let recording = Recording::read(&path).expect("a recording");
        let count = follow::recording(&scenarios, &recording);
        println!("{}: {} derivations computed again", path.display(), count.same);
        assert!(count.same > 0, "{}", path.display());
        for wrong in count.wrong {
            let (id, _) = wrong.split_once(' ').unwrap();
            assert!(known.contains(&format!("\"{id}\"")), "{}: {wrong}", path.display());
        }
    }
}
