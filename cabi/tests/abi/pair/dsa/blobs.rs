//! The blobs' forms: sizes, magics, header words.

use super::{LONG, NO_KEY_VALIDATION, Parts, SHORT, known, made};
use crate::support::blob::with_magic;
use crate::support::objects::{export, exported, import, import_with, open};
use crate::support::output::{fetch, size, too_small};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};

fn refused(kind: &str, blob: &[u8], why: &str) {
    for flags in [0, NO_KEY_VALIDATION] {
        let answer = import_with(&open("DSA"), kind, blob, flags).unwrap_err();
        assert_eq!(answer, INVALID_PARAMETER, "{kind}, {flags}: {why}");
    }
}

/// behaviour.md t82 to t85.
#[test]
fn what_goes_in_comes_out() {
    let windows = known("dsa512.DSAPUBLICBLOB");
    for kind in ["DSAPUBLICBLOB", "PUBLICBLOB"] {
        let key = import(&open("DSA"), kind, &windows).unwrap();
        assert_eq!(exported(&key, "DSAPUBLICBLOB").as_ref(), Ok(&windows));
        assert_eq!(exported(&key, "PUBLICBLOB").as_ref(), Ok(&windows));
        for kind in ["DSAPRIVATEBLOB", "PRIVATEBLOB", "V2CAPIDSAPRIVATEBLOB", "CAPIDSAPRIVATEBLOB"] {
            assert_eq!(exported(&key, kind), Err(INVALID_PARAMETER), "behaviour.md t92: {kind}");
        }
    }
    for bits in [512, 1024, 2048] {
        for parts in [made(bits), made(bits).without_seed()] {
            let (_, private) = parts.blob();
            let (_, public) = parts.public().blob();
            for kind in ["DSAPRIVATEBLOB", "PRIVATEBLOB"] {
                let key = import(&open("DSA"), kind, &private).unwrap();
                for (kind, blob) in [("DSAPRIVATEBLOB", &private), ("DSAPUBLICBLOB", &public)] {
                    assert_eq!(exported(&key, kind).as_ref(), Ok(blob), "{bits}");
                    assert_eq!(size(&export(&key, kind)), Ok(blob.len() as u32));
                    assert_eq!(fetch(&export(&key, kind), blob.len() + 7).as_ref(), Ok(blob));
                    for room in [0, 1, 52, blob.len() - 1] {
                        assert_eq!(too_small(&export(&key, kind), room) as usize, blob.len());
                    }
                }
            }
        }
    }
}

/// One byte too many is wrong too, as for DH (behaviour.md c19).
#[test]
fn the_size_must_be_exact_undecided() {
    for bits in [512, 2048] {
        for parts in [made(bits), made(bits).public()] {
            let (kind, blob) = parts.blob();
            let step = if bits == 512 { 1 } else { 7 };
            for length in (0..blob.len()).step_by(step).chain([blob.len() + 1, blob.len() + 20, 4096]) {
                let mut other = blob.clone();
                other.resize(length, 0);
                assert_eq!(import(&open("DSA"), kind, &other).unwrap_err(), INVALID_PARAMETER, "{length}");
            }
        }
    }
}

#[test]
fn foreign_magics_are_invalid() {
    for bits in [512, 2048] {
        let parts = made(bits);
        let ([own, foreign], (_, private), (_, public)) =
            (if bits == 512 { [SHORT, LONG] } else { [LONG, SHORT] }, parts.blob(), parts.public().blob());
        for wrong in [0, u32::MAX, own[0], own[2], foreign[0], foreign[1], 0x5650_4844, own[1].swap_bytes()] {
            refused("DSAPRIVATEBLOB", &with_magic(&private, wrong), "magic");
        }
        for wrong in [0, u32::MAX, own[1], own[2], foreign[0], foreign[1], 0x4250_4844] {
            refused("DSAPUBLICBLOB", &with_magic(&public, wrong), "magic");
        }
    }
}

/// behaviour.md c20 tells it of ECC keys; we do the same here.
#[test]
fn a_private_blob_passes_as_a_public_one_undecided() {
    for bits in [512, 2048] {
        let (_, private) = made(bits).blob();
        let (_, public) = made(bits).public().blob();
        let key = import(&open("DSA"), "DSAPUBLICBLOB", &private).unwrap();
        assert_eq!(exported(&key, "DSAPUBLICBLOB"), Ok(public));
        assert_eq!(exported(&key, "DSAPRIVATEBLOB"), Err(INVALID_PARAMETER));
    }
}

/// behaviour.md t87: cbKey that is not the width, or of no size of a key.
#[test]
fn widths_are_multiples_of_eight_from_64_to_384() {
    let (_, short) = made(512).public().blob();
    let (_, long) = made(2048).public().blob();
    for blob in [&short, &long] {
        for width in
            [0_u32, 1, 63, 65, 72, 120, 127, 128, 129, 136, 255, 257, 384, 392, 512, 1 << 20, u32::MAX]
        {
            let mut other = blob.clone();
            other[4..8].copy_from_slice(&width.to_le_bytes());
            if other != *blob {
                refused("DSAPUBLICBLOB", &other, "cbKey");
            }
        }
    }
    // Everything else goes with the width.
    let small = made(512).public();
    for width in [1, 8, 56, 60, 63, 65, 68] {
        let fit = |number: &[u8]| [&vec![1; width][..], number].concat()[number.len()..].to_vec();
        let other = Parts { p: fit(&small.p), g: fit(&small.g), y: fit(&small.y), ..small.without_seed() };
        let (kind, blob) = other.blob();
        refused(kind, &blob, "the width of p");
    }
}

/// behaviour.md t83, t86: hash, standard, bytes of the seed and of q.
#[test]
fn words_of_the_long_form() {
    let (_, blob) = made(2048).public().blob();
    for (place, wrong) in [
        (8, vec![0_u32, 2, 3, u32::MAX]),
        (12, vec![2, 3, u32::MAX]),
        (16, vec![0, 20, 31, 33, 64, u32::MAX]),
        (20, vec![0, 20, 28, 31, 33, 64, u32::MAX]),
    ] {
        for value in wrong {
            let mut other = blob.clone();
            other[place..place + 4].copy_from_slice(&value.to_le_bytes());
            refused("DSAPUBLICBLOB", &other, "a header word");
        }
    }
    // FIPS 186-2 with a seed of 186-3 gives other primes; without a seed it is what the blob says.
    let at = |parts: &Parts| {
        let (_, mut blob) = parts.blob();
        blob[12] = 0;
        blob
    };
    let parts = made(2048).public();
    assert_eq!(import(&open("DSA"), "DSAPUBLICBLOB", &at(&parts)).unwrap_err(), INVALID_PARAMETER);
    let without = at(&parts.without_seed());
    let key = import(&open("DSA"), "DSAPUBLICBLOB", &without).unwrap();
    assert_eq!(exported(&key, "DSAPUBLICBLOB"), Ok(without));
}

/// behaviour.md c28.
#[test]
fn other_types_are_not_supported() {
    let key = made(512).key();
    for kind in ["", "NOPE", "dsapublicblob", "DHPUBLICBLOB", "ECCPUBLICBLOB", "RSAPUBLICBLOB", "KeyDataBlob"]
    {
        assert_eq!(import(&open("DSA"), kind, &[0; 64]).unwrap_err(), NOT_SUPPORTED, "{kind}");
        assert_eq!(exported(&key, kind), Err(NOT_SUPPORTED), "{kind}");
    }
}
