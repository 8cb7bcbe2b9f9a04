//! A third opinion: what a recording has of hashes, MACs, AES, derivations and key pairs whose inputs are fixed, and every
//! signature and ciphertext without a random part, is computed a second time, from RustCrypto's hashes, a block of AES,
//! plain big integers and other crates' lattices, and compared. So "same" never means only that this library agrees with
//! itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail loudly"
)]

mod agreement;
mod cipher;
mod curves;
mod derivation;
mod ecdsa;
mod follow;
mod lattice;
mod mac;
mod pair;
mod source;

#[path = "../../../cabi/tests/abi/support/oracle/dsa.rs"]
#[allow(dead_code, reason = "the C interface's tests use the rest")]
mod dsa;
#[path = "../../../cabi/tests/abi/support/oracle/hash.rs"]
#[allow(dead_code, reason = "the C interface's tests use the rest")]
mod hash;
#[path = "../../../cabi/tests/abi/support/oracle/kdf.rs"]
mod kdf;
#[path = "../judge/program.rs"]
#[allow(dead_code, reason = "the judge's tests use the rest")]
mod program;
#[path = "../../../cabi/tests/abi/support/oracle/rsa.rs"]
#[allow(dead_code, reason = "the C interface's tests use the rest")]
mod rsa;
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

fn number(bytes: &[u8]) -> BigUint {
    BigUint::from_bytes_be(bytes)
}

/// A number big-endian in so many bytes.
fn bytes(number: &BigUint, width: usize) -> Vec<u8> {
    let digits = number.to_bytes_be();
    let digits = if digits == [0] { Vec::new() } else { digits };
    assert!(digits.len() <= width, "the number fits");
    [vec![0; width - digits.len()], digits].concat()
}

use std::collections::BTreeMap;
use std::path::Path;

use conformance::scenario::Scenarios;
use conformance::trace::Recording;

/// By function: how many outputs are computed again at least, and how many are not at most. What is not: curves whose
/// numbers don't stand here, ciphers other than AES, GCM in parts, blobs; their scenarios tell the known answers.
const FOLLOWED: [(&str, usize, usize); 8] = [
    ("BCryptDeriveKey", 120, 70),
    ("BCryptHash", 250, 10),
    ("BCryptFinishHash", 780, 20),
    ("BCryptDeriveKeyCapi", 30, 10),
    ("BCryptDeriveKeyPBKDF2", 25, 10),
    ("BCryptKeyDerivation", 260, 20),
    ("BCryptEncrypt", 530, 550),
    ("BCryptDecrypt", 330, 280),
];

/// Our own answers: nearly all are followed, so that this test can't pass by following none.
#[test]
fn our_results() {
    let scenarios = Scenarios::built_in().expect("the scenarios are good");
    let path = program::folder("opinion").join("ours.json");
    let run = program::conformance(&["run", program::library(), "-o", path.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.output, run.error);
    let recording = Recording::read(&path).expect("it was just written");
    let count = follow::recording(&scenarios, &recording);
    println!("computed again: {:?}, {} agreements", count.same, count.agreements);
    println!("not followed: {:?}", count.not_followed);
    assert!(count.wrong.is_empty(), "{:#?}", count.wrong);
    for (function, least, not_followed) in FOLLOWED {
        let number = |of: &BTreeMap<&str, usize>| of.get(function).copied().unwrap_or_default();
        let (same, others) = (number(&count.same), number(&count.not_followed));
        assert!(same >= least, "only {same} outputs of {function} were computed again");
        assert!(others <= not_followed, "{others} outputs of {function} could not be followed");
    }
    println!(
        "{} signatures verified again, {} signed, {} encrypted or decrypted by RSA, {} decapsulated",
        count.verified, count.signed, count.encrypted, count.decapsulated
    );
    assert!(count.verified >= 1600, "only {} signatures were verified again", count.verified);
    assert!(count.signed >= 60, "only {} signatures were made again", count.signed);
    assert!(count.encrypted >= 220, "only {} texts were encrypted or decrypted again", count.encrypted);
    assert!(count.decapsulated >= 50, "only {} secrets were decapsulated again", count.decapsulated);
}

/// Another implementation's answers, as far as they are what the formulas say; what is wrong there stands in its
/// file of known differences.
#[test]
fn checked_in_results() {
    let scenarios = Scenarios::built_in().expect("the scenarios are good");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = std::fs::read_dir(root.join("expectations")).expect("the folder is there");
    let known: String = known.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let patterns: Vec<_> = known.split('"').collect();
    let mut count_of_recordings = 0;
    for entry in std::fs::read_dir(root.join("recordings")).expect("the folder is there") {
        let path = entry.unwrap().path();
        let recording = Recording::read(&path).expect("a recording");
        count_of_recordings += 1;
        let count = follow::recording(&scenarios, &recording);
        println!("{}: computed again: {:?}", path.display(), count.same);
        assert!(!count.same.is_empty(), "{}", path.display());
        for wrong in count.wrong {
            let (id, _) = wrong.split_once(' ').unwrap();
            assert!(patterns.iter().any(|pattern| fits(pattern, id)), "{}: {wrong}", path.display());
        }
    }
    assert!(count_of_recordings > 0, "a recording is checked in");
}

/// Whether an id is as a pattern says, where `*` stands for anything.
fn fits(pattern: &str, id: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == id };
    let Some(id) = id.strip_prefix(start) else { return false };
    rest.is_empty() || (0..=id.len()).any(|at| id.is_char_boundary(at) && fits(rest, &id[at..]))
}

/// A signature that was judged otherwise, and one that is another, are seen.
#[test]
fn a_wrong_result_is_told() {
    let scenarios = Scenarios::built_in().expect("the scenarios are good");
    let wine = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/wine-10.0");
    let mut recording = Recording::read(&wine).expect("a recording");
    recording.scenarios.retain(|id, _| id == "signature::rsa::known" || id == "signature::rsa::bare");
    assert_eq!(recording.scenarios.len(), 2);
    assert_eq!(follow::recording(&scenarios, &recording).wrong, Vec::<String>::new());
    for recorded in recording.scenarios.values_mut() {
        for step in &mut recorded.steps {
            if step.text.starts_with("BCryptVerifySignature") {
                step.status = Some("STATUS_INVALID_SIGNATURE".into());
            }
            for output in step.outputs.iter_mut().filter(|output| output.bytes) {
                output.value = output.value.take().map(|value| value.replace('0', "1"));
            }
        }
    }
    let wrong = follow::recording(&scenarios, &recording).wrong;
    assert!(wrong.iter().any(|wrong| wrong.contains("judged otherwise")), "{wrong:#?}");
    assert!(wrong.iter().any(|wrong| wrong.contains("another signature")), "{wrong:#?}");
}
