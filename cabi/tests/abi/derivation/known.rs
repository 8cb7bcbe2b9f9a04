//! Known answers. A line of `vectors/derivation.txt` is an algorithm, its key, parameters, and what is derived:
//!
//! ```text
//! TLS1_2_KDF key=00ff hash=SHA256 label=6c seed=- => bytes
//! ```
//! `-` is no byte. `label` is TLS' for the TLS algorithms; `salt` is a property's value for HKDF.

use windows_sys::Win32::Security::Cryptography as cng;

use super::{derivation, finalized, raw_key};
use crate::support::output::fetch;
use crate::support::params::Params;
use crate::support::text::hex;

const LINES: &str = include_str!("../vectors/derivation.txt");

fn bytes(value: &str) -> Vec<u8> {
    if value == "-" { Vec::new() } else { hex(value) }
}

fn parameter(algorithm: &str, field: &str) -> u32 {
    let is_tls = algorithm.starts_with("TLS");
    match field {
        "label" if is_tls => cng::KDF_TLS_PRF_LABEL,
        "label" => cng::KDF_LABEL,
        "seed" => cng::KDF_TLS_PRF_SEED,
        "context" => cng::KDF_CONTEXT,
        "salt" => cng::KDF_SALT,
        "info" => cng::KDF_HKDF_INFO,
        "alg" => cng::KDF_ALGORITHMID,
        "u" => cng::KDF_PARTYUINFO,
        "v" => cng::KDF_PARTYVINFO,
        "pub" => cng::KDF_SUPPPUBINFO,
        "generic" => cng::KDF_GENERIC_PARAMETER,
        unknown => panic!("no parameter is called {unknown}"),
    }
}

#[test]
fn every_line() {
    let mut algorithms = std::collections::BTreeSet::new();
    for line in LINES.lines().filter(|line| !line.starts_with('#')) {
        let (question, answer) = line.split_once(" => ").expect("a question and its answer");
        let mut words = question.split_whitespace();
        let algorithm = words.next().unwrap();
        let (mut key, mut hash, mut salt) = (Vec::new(), "", Vec::new());
        let (mut params, mut flags) = (Params::none(), 0);
        for (field, value) in words.map(|word| word.split_once('=').expect("name=value")) {
            match field {
                "key" => key = bytes(value),
                "hash" => hash = value,
                "flag" => flags = value.parse().unwrap(),
                "salt" if algorithm == "HKDF" => salt = bytes(value),
                "iterations" => {
                    let count: u64 = value.parse().unwrap();
                    params = params.with(cng::KDF_ITERATION_COUNT, &count.to_le_bytes());
                }
                _ => params = params.with(parameter(algorithm, field), &bytes(value)),
            }
        }
        let key = raw_key(algorithm, &key);
        if algorithm == "HKDF" {
            finalized(&key, hash, &salt);
        } else if !hash.is_empty() {
            params = params.hash(hash);
        }
        let answer = hex(answer);
        let derived = fetch(&derivation(&key, &params, flags), answer.len());
        assert_eq!(derived, Ok(answer), "{question}");
        algorithms.insert(algorithm);
    }
    assert_eq!(algorithms.len(), 7, "each algorithm has known answers");
}
