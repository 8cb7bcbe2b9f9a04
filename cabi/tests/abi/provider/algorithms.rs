//! Opening and closing providers: behaviour.md section b.

use std::ptr::{null, null_mut};

use crate::support::library::lib;
use crate::support::objects::{Alg, Handle, Object, open, open_with, receive};
use crate::support::property::string;
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_FOUND, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide;

const PRIMITIVE_PROVIDER: &str = "Microsoft Primitive Provider";
pub const IDS: [&str; 6] = ["RNG", "DH", "ECDH_P256", "ECDH_P384", "ECDH_P521", "ECDH"];

/// behaviour.md b1, b3.
#[test]
fn every_id_opens_with_either_name_of_the_implementation() {
    for id in IDS {
        for implementation in [None, Some(PRIMITIVE_PROVIDER)] {
            let algorithm = open_with(id, implementation, 0).unwrap();
            assert_eq!(string(&algorithm, "AlgorithmName"), Ok(id.to_string()));
        }
    }
}

/// A pseudo-handle ends in 1 (behaviour.md b8), so an opened provider must not.
#[test]
fn an_opened_provider_is_not_a_pseudo_handle_and_not_shared() {
    let handles: Vec<Alg> = (0..20).map(|_| open("ECDH_P256")).collect();
    for (index, algorithm) in handles.iter().enumerate() {
        assert_ne!(algorithm.handle().0 & 0xF, 1);
        assert!(handles[..index].iter().all(|other| other.handle() != algorithm.handle()));
    }
}

/// behaviour.md n on b1 calls this probable.
#[test]
fn ids_ignore_ascii_case_undecided() {
    for (spelling, id) in [("ecdh_p256", "ECDH_P256"), ("Dh", "DH"), ("rng", "RNG"), ("eCDh", "ECDH")] {
        assert_eq!(string(&open(spelling), "AlgorithmName"), Ok(id.to_string()));
    }
}

/// behaviour.md b2.
#[test]
fn unknown_ids_are_not_found() {
    let long = "ECDH_P256".repeat(1000);
    for id in ["", "NOPE", "ECDH_P255", "ECDH_P256 ", " DH", "DH\u{2014}", "ＤＨ", "ECDH_P25\u{1F511}", &long]
    {
        assert_eq!(open_with(id, None, 0).unwrap_err(), NOT_FOUND, "{id:.40}");
    }
}

#[test]
fn ids_windows_knows_and_we_lack_are_not_found_undecided() {
    for id in ["SHAKE128", "SHAKE256", "Composite-ML-KEM"] {
        assert_eq!(open_with(id, None, 0).unwrap_err(), NOT_FOUND, "{id}");
    }
}

/// behaviour.md b2 for an unknown name; the platform provider is a TPM's, which we have none of.
#[test]
fn unknown_implementations_are_not_found() {
    for name in ["", "NOPE", "Microsoft Platform Crypto Provider", "Microsoft Primitive Provider "] {
        assert_eq!(open_with("ECDH_P256", Some(name), 0).unwrap_err(), NOT_FOUND, "{name}");
    }
}

#[test]
fn implementation_names_are_exact_undecided() {
    let lower = PRIMITIVE_PROVIDER.to_lowercase();
    assert_eq!(open_with("DH", Some(&lower), 0).unwrap_err(), NOT_FOUND);
}

/// behaviour.md b4.
#[test]
fn null_pointers_are_invalid_parameters() {
    let id = wide("DH");
    assert_eq!(lib().open_algorithm_provider(null_mut(), id.as_ptr(), null(), 0), INVALID_PARAMETER);
    let no_id = receive(|out| lib().open_algorithm_provider(out, null(), null(), 0));
    assert_eq!(no_id.unwrap_err(), INVALID_PARAMETER);
}

/// behaviour.md b5 for the flags of other algorithms; bits nobody defines get the same answer by our choice.
#[test]
fn no_flag_is_supported() {
    for id in IDS {
        for flag in (0..32).map(|bit| 1 << bit) {
            assert_eq!(open_with(id, None, flag).unwrap_err(), NOT_SUPPORTED, "{id} with {flag:#x}");
        }
    }
}

#[test]
fn open_looks_at_its_flags_last_undecided() {
    assert_eq!(open_with("NOPE", None, 8).unwrap_err(), NOT_FOUND);
    assert_eq!(open_with("DH", Some("NOPE"), 8).unwrap_err(), NOT_FOUND);
    assert_eq!(lib().open_algorithm_provider(null_mut(), null(), null(), 8), INVALID_PARAMETER);
}

/// behaviour.md b6.
#[test]
fn a_provider_closes_once() {
    let handle = open("ECDH_P256").into_handle();
    assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), SUCCESS);
    assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE);
    assert_eq!(lib().close_algorithm_provider(null_mut(), 0), INVALID_HANDLE);
}

#[test]
fn close_refuses_flags_and_leaves_the_provider_open_undecided() {
    let algorithm = open("DH");
    for flag in (0..32).map(|bit| 1 << bit) {
        assert_eq!(lib().close_algorithm_provider(algorithm.raw(), flag), INVALID_PARAMETER, "{flag:#x}");
    }
    assert_eq!(string(&algorithm, "AlgorithmName"), Ok("DH".to_string()));
}

/// A number that was a provider must never become one again: a stale close would hit somebody else's.
#[test]
fn handles_are_not_reused() {
    let handles: Vec<Handle> = (0..1000).map(|_| open("DH").handle()).collect();
    let distinct: std::collections::HashSet<Handle> = handles.iter().copied().collect();
    assert_eq!(distinct.len(), handles.len());
}
