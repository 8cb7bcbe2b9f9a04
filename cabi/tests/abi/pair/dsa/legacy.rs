//! The blobs of CryptoAPI: behaviour.md t93, t94.

use super::{NO_KEY_VALIDATION, Parts, known, legacy_key, made};
use crate::support::blob::words;
use crate::support::objects::{exported, import, import_with, open, sign, verify};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};
use crate::support::text::reversed;

const V2_PRIVATE: &str = "V2CAPIDSAPRIVATEBLOB";
const V2_PUBLIC: &str = "V2CAPIDSAPUBLICBLOB";
const V3_PRIVATE: &str = "CAPIDSAPRIVATEBLOB";
const V3_PUBLIC: &str = "CAPIDSAPUBLICBLOB";

/// DSSSEED of a key.
fn seed_of(parts: &Parts) -> Vec<u8> {
    [reversed(&parts.count), reversed(&parts.seed)].concat()
}

/// A blob of version 2 or 3, by the layout of Microsoft's pages.
fn built(parts: &Parts, version: u32, j: &[u8]) -> Vec<u8> {
    let is_private = parts.x.is_some();
    let kind = if is_private { 7 } else { 6 };
    let magic =
        u32::from_le_bytes([b'D', b'S', b'S', b'0' + 2 * (version as u8 - 1) - 1 + u8::from(is_private)]);
    let head = words(&[kind | version << 8, 0x2200, magic, parts.p.len() as u32 * 8]);
    let [p, q, g, y] = [&parts.p, &parts.q, &parts.g, &parts.y].map(|number| reversed(number));
    let x = reversed(parts.x.as_deref().unwrap_or_default());
    let seed = seed_of(parts);
    if version == 2 {
        let own = if is_private { x } else { y };
        return [head, p, q, g, own, seed].concat();
    }
    let mut counts = words(&[160, j.len() as u32 * 8]);
    if is_private {
        counts.extend(words(&[x.len() as u32 * 8]));
    }
    [head, counts, seed, p, q, g, j.to_vec(), y, x].concat()
}

/// A blob that Windows takes and gives back, and what its numbers are.
#[test]
fn a_known_blob() {
    let blob = known("dsa1024.V2CAPIDSAPRIVATEBLOB");
    let key = legacy_key(&open("DSA"));
    assert_eq!(exported(&key, V2_PRIVATE).as_ref(), Ok(&blob));
    let parts = Parts::of(&exported(&key, "DSAPRIVATEBLOB").unwrap());
    for (field, name) in [(&parts.p, "p"), (&parts.q, "q"), (&parts.g, "g"), (&parts.y, "y")] {
        assert_eq!(*field, known(&format!("dsa1024.{name}")), "{name}");
    }
    assert_eq!(parts.x, Some(known("dsa1024.x")));
    // The seed is turned round; so it gives the primes, as importing shows.
    assert_eq!(parts.count, [0, 0, 1, 0xF1]);
    assert_eq!(reversed(&parts.seed), known("dsa1024.seed_as_stored"));
    assert_eq!(verify(&parts.public().key(), &[5; 20], &sign(&key, &[5; 20]).unwrap()), Ok(()));
    assert_eq!(built(&parts, 2, &[]), blob);
    let mut other = blob.clone();
    let end = other.len() - 1;
    other[end] ^= 1;
    assert_eq!(import(&open("DSA"), V2_PRIVATE, &other).unwrap_err(), INVALID_PARAMETER, "another seed");
    assert!(import_with(&open("DSA"), V2_PRIVATE, &other, NO_KEY_VALIDATION).is_ok());
}

#[test]
fn every_form_goes_in_and_out() {
    for bits in [512, 1024] {
        for parts in [made(bits), made(bits).without_seed()] {
            let (kind, own) = parts.blob();
            let key = import(&open("DSA"), kind, &own).unwrap();
            for (kind, blob) in [
                (V2_PRIVATE, built(&parts, 2, &[])),
                (V2_PUBLIC, built(&parts.public(), 2, &[])),
                (V3_PRIVATE, built(&parts, 3, &[])),
                (V3_PUBLIC, built(&parts.public(), 3, &[])),
            ] {
                assert_eq!(exported(&key, kind).as_ref(), Ok(&blob), "{kind} {bits}");
                let again = import(&open("DSA"), kind, &blob);
                if kind.contains("PUBLIC") {
                    assert_eq!(again.unwrap_err(), NOT_SUPPORTED, "{kind} is exported only");
                } else {
                    assert_eq!(exported(&again.unwrap(), "DSAPRIVATEBLOB").as_ref(), Ok(&own), "{kind}");
                }
            }
            let with_j = built(&parts, 3, &[7; 44]);
            let again = import(&open("DSA"), V3_PRIVATE, &with_j).unwrap();
            assert_eq!(exported(&again, "DSAPRIVATEBLOB"), Ok(own), "j is not looked at");
        }
    }
}

/// No room for q of 256 bits.
#[test]
fn longer_keys_have_no_such_form_undecided() {
    let key = made(2048).key();
    for kind in [V2_PRIVATE, V2_PUBLIC, V3_PRIVATE, V3_PUBLIC] {
        assert_eq!(exported(&key, kind), Err(NOT_SUPPORTED), "{kind}");
    }
}

#[test]
fn wrong_blobs() {
    let parts = made(512);
    for (kind, version) in [(V2_PRIVATE, 2), (V3_PRIVATE, 3)] {
        let blob = built(&parts, version, &[]);
        let refused = |blob: &[u8], why: &str| {
            for flags in [0, NO_KEY_VALIDATION] {
                let answer = import_with(&open("DSA"), kind, blob, flags).unwrap_err();
                assert_eq!(answer, INVALID_PARAMETER, "{kind} {why}");
            }
        };
        for length in (0..blob.len()).chain([blob.len() + 1, 2000]) {
            let mut other = blob.clone();
            other.resize(length, 0);
            refused(&other, "size");
        }
        // Type, version, algorithm, magic, bits of p (and of q).
        let counts = if version == 3 { vec![16, 17, 20] } else { Vec::new() };
        for place in [0, 1, 4, 5, 8, 11, 12, 13, 14, 15].into_iter().chain(counts) {
            let mut other = blob.clone();
            other[place] ^= 0x20;
            refused(&other, &format!("byte {place}"));
        }
        refused(&built(&made(512), 5 - version, &[]), "the other version");
    }
    // y of another key, which version 2 does not carry.
    let other = Parts { y: parts.g.clone(), ..parts };
    assert_eq!(import(&open("DSA"), V3_PRIVATE, &built(&other, 3, &[])).unwrap_err(), INVALID_PARAMETER);
}
