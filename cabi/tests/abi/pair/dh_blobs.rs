//! Import and export of finite-field keys: behaviour.md c6, c19, c26 and k.

use num_bigint_dig::BigUint;

use crate::pair::dh_keys::known_512;
use crate::support::blob::{DH_PRIVATE, DH_PUBLIC, build, with_field, with_magic};
use crate::support::objects::{Key, agreed, export, exported, import, import_with, open};
use crate::support::oracle::groups::{Group, NAMED, SMALL};
use crate::support::oracle::{bytes, number, plus, power};
use crate::support::output::{fetch, size, too_small};
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::reversed;

const NO_KEY_VALIDATION: u32 = 0x08;
const P: usize = 0;
const G: usize = 1;
const Y: usize = 2;
const X: usize = 3;

fn private() -> Vec<u8> {
    crate::pair::vectors::Block::named(crate::pair::vectors::DH, "windows_dh512").blob("private").1
}

fn public() -> Vec<u8> {
    build(DH_PUBLIC, &known_512()[..3].iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn import_dh(kind: &str, blob: &[u8], flags: u32) -> Result<Key, Status> {
    import_with(&open("DH"), kind, blob, flags)
}

fn refused(kind: &str, blob: &[u8], why: &str) {
    for flags in [0, NO_KEY_VALIDATION] {
        assert_eq!(import_dh(kind, blob, flags).unwrap_err(), INVALID_PARAMETER, "{kind}, {flags}: {why}");
    }
}

/// behaviour.md c6, c9, c26, c30. The vectors module does the same for the 1024-bit keys.
#[test]
fn what_goes_in_comes_out() {
    for given in ["DHPRIVATEBLOB", "PRIVATEBLOB"] {
        let key = import_dh(given, &private(), 0).unwrap();
        for (kind, blob) in [
            ("DHPRIVATEBLOB", private()),
            ("PRIVATEBLOB", private()),
            ("DHPUBLICBLOB", public()),
            ("PUBLICBLOB", public()),
        ] {
            assert_eq!(exported(&key, kind), Ok(blob), "{given} to {kind}");
        }
    }
    for given in ["DHPUBLICBLOB", "PUBLICBLOB"] {
        let key = import_dh(given, &public(), 0).unwrap();
        assert_eq!(exported(&key, "DHPUBLICBLOB"), Ok(public()), "{given}");
        assert_eq!(exported(&key, "DHPRIVATEBLOB"), Err(INVALID_PARAMETER), "behaviour.md c28");
    }
}

/// behaviour.md c28.
#[test]
fn short_and_long_output() {
    let key = import_dh("DHPRIVATEBLOB", &private(), 0).unwrap();
    for (kind, blob) in [("DHPRIVATEBLOB", private()), ("DHPUBLICBLOB", public())] {
        for room in [0, 1, 7, 8, 64, blob.len() - 1] {
            assert_eq!(too_small(&export(&key, kind), room) as usize, blob.len(), "{kind} in {room}");
        }
        assert_eq!(fetch(&export(&key, kind), blob.len() + 100), Ok(blob), "{kind}");
    }
}

/// behaviour.md c19: exact, unlike ECC blobs; 2048 stated bytes are the case Windows was asked.
#[test]
fn the_size_must_be_exact() {
    for (kind, blob) in [("DHPRIVATEBLOB", private()), ("DHPUBLICBLOB", public())] {
        for length in (0..blob.len()).chain([blob.len() + 1, blob.len() + 64, 2048]) {
            let mut other = blob.clone();
            other.resize(length, 0);
            assert_eq!(import_dh(kind, &other, 0).unwrap_err(), INVALID_PARAMETER, "{kind} of {length}");
        }
    }
}

/// behaviour.md c19, c20's mirror: the other form's magic does not pass.
#[test]
fn foreign_magics_are_invalid() {
    for wrong in [0, u32::MAX, DH_PUBLIC, 0x4D50_4844, 0x564B_4345, DH_PRIVATE.swap_bytes()] {
        refused("DHPRIVATEBLOB", &with_magic(&private(), wrong), "magic");
    }
    for wrong in [0, u32::MAX, 0x4D50_4844, 0x504B_4345, DH_PUBLIC.swap_bytes()] {
        refused("DHPUBLICBLOB", &with_magic(&public(), wrong), "magic");
    }
}

/// behaviour.md c20 tells it of ECC keys; we do the same here.
#[test]
fn a_private_blob_passes_as_a_public_one_undecided() {
    for kind in ["DHPUBLICBLOB", "PUBLICBLOB"] {
        let key = import_dh(kind, &private(), 0).unwrap();
        assert_eq!(exported(&key, "DHPUBLICBLOB"), Ok(public()), "{kind}");
        assert_eq!(exported(&key, "DHPRIVATEBLOB"), Err(INVALID_PARAMETER), "{kind}");
    }
    refused("DHPUBLICBLOB", &private()[..200], "a truncated private blob is no public one");
}

/// A public blob over 2^(8k) - 1, whose primality nobody asks about (behaviour.md c17).
fn all_ones(width: usize) -> Vec<u8> {
    let small = |value: u8| [vec![0; width - 1], vec![value]].concat();
    build(DH_PUBLIC, &[&vec![0xFF; width], &small(2), &small(4)])
}

/// behaviour.md c10 gives the range for new keys; we hold imported ones to it.
#[test]
fn widths_out_of_range_are_invalid_undecided() {
    for width in [1, 8, 56, 63, 65, 68, 508, 520, 1024] {
        refused("DHPUBLICBLOB", &all_ones(width), "cbKey");
    }
    for width in [64, 72, 128, 504, 512] {
        let key = import_dh("DHPUBLICBLOB", &all_ones(width), 0).unwrap();
        assert_eq!(exported(&key, "DHPUBLICBLOB"), Ok(all_ones(width)), "{width}");
    }
}

/// A cbKey the blob does not back up, however large, is no reason to read on.
#[test]
fn widths_that_do_not_fit_the_blob_are_invalid() {
    for width in [0u32, 1, 63, 65, 72, 128, 0x4000_0000, 0x5555_5555, 0x8000_0000, u32::MAX] {
        for (kind, mut blob) in [("DHPRIVATEBLOB", private()), ("DHPUBLICBLOB", public())] {
            blob[4..8].copy_from_slice(&width.to_le_bytes());
            refused(kind, &blob, "cbKey");
        }
    }
}

/// behaviour.md c26: y in {0, 1, p - 1} or at least p.
#[test]
fn public_values_out_of_range_are_invalid() {
    let p = number(&known_512()[P]);
    let wrong = [BigUint::from(0u32), BigUint::from(1u32), plus(&p, -1), p.clone(), plus(&p, 1)];
    for y in wrong.iter().map(|y| bytes(y, 64)).chain([vec![0xFF; 64]]) {
        refused("DHPUBLICBLOB", &with_field(&public(), Y, &y), "y");
        refused("DHPRIVATEBLOB", &with_field(&private(), Y, &y), "y");
    }
    for y in [BigUint::from(2u32), plus(&p, -2)] {
        let blob = with_field(&public(), Y, &bytes(&y, 64));
        let key = import_dh("DHPUBLICBLOB", &blob, 0).unwrap();
        assert_eq!(exported(&key, "DHPUBLICBLOB"), Ok(blob));
    }
}

/// behaviour.md c17 for an even p; the range of g is our choice.
#[test]
fn bad_groups_are_invalid() {
    let p = number(&known_512()[P]);
    let even = bytes(&plus(&p, -1), 64);
    for prime in [even, vec![0; 64], bytes(&BigUint::from(1u32), 64)] {
        refused("DHPUBLICBLOB", &with_field(&public(), P, &prime), "p");
        refused("DHPRIVATEBLOB", &with_field(&private(), P, &prime), "p");
    }
    for generator in [BigUint::from(0u32), BigUint::from(1u32), p.clone(), plus(&p, 1)] {
        let generator = bytes(&generator, 64);
        refused("DHPUBLICBLOB", &with_field(&public(), G, &generator), "g");
        refused("DHPRIVATEBLOB", &with_field(&private(), G, &generator), "g");
    }
}

#[test]
fn a_private_value_of_zero_is_invalid_undecided() {
    refused("DHPRIVATEBLOB", &with_field(&private(), X, &[0; 64]), "x = 0");
}

/// behaviour.md c26: xmlsec imports y = g beside its x, then agrees with y = g to learn the real y.
#[test]
fn a_public_value_that_is_not_g_to_the_x_is_accepted() {
    let parts = known_512();
    let placeholder = with_field(&private(), Y, &parts[G]);
    let key = import_dh("DHPRIVATEBLOB", &placeholder, 0).unwrap();
    assert_eq!(exported(&key, "DHPRIVATEBLOB"), Ok(placeholder));
    let generator = import_dh("DHPUBLICBLOB", &with_field(&public(), Y, &parts[G]), 0).unwrap();
    assert_eq!(agreed(&key, &generator).map(|z| reversed(&z)), Ok(parts[Y].clone()));
}

/// The agreement on values nobody published, against modular exponentiation of another library.
#[test]
fn agreement_is_y_to_the_x() {
    let parts = known_512();
    for seed in 1..=16u8 {
        let x: Vec<u8> = (0..64u8).map(|i| i.wrapping_mul(37) ^ seed).collect();
        let y = power(&parts[G], &[seed, 3], &parts[P]);
        let private = import_dh("DHPRIVATEBLOB", &with_field(&private(), X, &x), 0).unwrap();
        let public = import_dh("DHPUBLICBLOB", &with_field(&public(), Y, &y), 0).unwrap();
        let expected = power(&y, &x, &parts[P]);
        assert_eq!(agreed(&private, &public), Ok(reversed(&expected)), "seed {seed}");
    }
}

/// behaviour.md k4: no check is known in an unnamed group.
#[test]
fn a_private_value_above_p_is_used_as_it_is_undecided() {
    let parts = known_512();
    let x = bytes(&plus(&number(&parts[P]), 1), 64);
    let blob = with_field(&private(), X, &x);
    let key = import_dh("DHPRIVATEBLOB", &blob, 0).unwrap();
    assert_eq!(exported(&key, "DHPRIVATEBLOB"), Ok(blob));
    assert_eq!(agreed(&key, &key), Ok(reversed(&power(&parts[Y], &x, &parts[P]))));
}

/// behaviour.md d4, weak: the status is inferred.
#[test]
fn groups_that_differ_do_not_agree_undecided() {
    let parts = known_512();
    let private = import_dh("DHPRIVATEBLOB", &private(), 0).unwrap();
    let other_p = with_field(&public(), P, &bytes(&plus(&number(&parts[P]), 2), 64));
    let other_g = with_field(&public(), G, &bytes(&BigUint::from(2u32), 64));
    for blob in [other_p, other_g, all_ones(64), all_ones(128)] {
        let public = import_dh("DHPUBLICBLOB", &blob, 0).unwrap();
        assert_eq!(agreed(&private, &public).unwrap_err(), INVALID_PARAMETER);
    }
}

/// behaviour.md d8: with p = 3^322, 3^400 is zero. The status is inferred.
#[test]
fn an_agreement_on_zero_is_refused_undecided() {
    let three = BigUint::from(3u32);
    let p = (0..322).fold(BigUint::from(1u32), |power, _| power * &three);
    let numbers = [p, BigUint::from(2u32), three, BigUint::from(400u32)].map(|number| bytes(&number, 64));
    let [p, g, y, x] = numbers.each_ref().map(Vec::as_slice);
    let private = import_dh("DHPRIVATEBLOB", &build(DH_PRIVATE, &[p, g, y, x]), 0).unwrap();
    assert_eq!(agreed(&private, &private).unwrap_err(), INVALID_PARAMETER);
    let peer = import_dh("DHPUBLICBLOB", &build(DH_PUBLIC, &[p, g, g]), 0).unwrap();
    assert_eq!(agreed(&private, &peer), Ok(reversed(&power(g, x, p))), "two is no multiple of three");
}

/// p, g = 2, y, x in a standard group, as a private blob.
fn in_group(group: &Group, y: &BigUint, x: &BigUint) -> Vec<u8> {
    let numbers = [&group.prime(), &BigUint::from(2u32), y, x].map(|number| bytes(number, group.width()));
    build(DH_PRIVATE, &numbers.each_ref().map(Vec::as_slice))
}

/// behaviour.md c26, k1, k3: in a named group y must lie in the subgroup of order q and x below q, unless
/// validation is off.
#[test]
fn named_groups_are_checked_for_order() {
    for group in &NAMED {
        let (p, four, seven) = (group.prime(), BigUint::from(4u32), BigUint::from(7u32));
        let q = plus(&p, -1) / BigUint::from(2u32);
        // 4 is a square; p - 4 is none, since -1 is none modulo a safe prime.
        let outside = plus(&p, -4);
        let cases = [
            ("in order", &four, seven.clone(), true),
            ("x = q - 1", &four, plus(&q, -1), true),
            ("y outside the subgroup", &outside, seven, false),
            ("x = q", &four, q.clone(), false),
            ("x > q", &four, plus(&q, 1), false),
        ];
        for (what, y, x, accepted) in cases {
            let blob = in_group(group, y, &x);
            let checked = import_dh("DHPRIVATEBLOB", &blob, 0).map(drop);
            let expected = if accepted { Ok(()) } else { Err(INVALID_PARAMETER) };
            assert_eq!(checked, expected, "{} bits: {what}", group.bits);
            let unchecked = import_dh("DHPRIVATEBLOB", &blob, NO_KEY_VALIDATION).unwrap();
            assert_eq!(exported(&unchecked, "DHPRIVATEBLOB"), Ok(blob), "{} bits: {what}", group.bits);
        }
    }
}

/// The shortcut for short exponents must not cut long ones.
#[test]
fn long_exponents_in_named_groups_are_used_whole() {
    for group in NAMED.iter().filter(|group| group.bits == 2048) {
        let p = group.prime();
        let x = plus(&(&p / BigUint::from(3u32)), 1);
        let key = import_dh("DHPRIVATEBLOB", &in_group(group, &BigUint::from(4u32), &x), 0).unwrap();
        let expected = power(&[4], &bytes(&x, 256), &bytes(&p, 256));
        assert_eq!(agreed(&key, &key), Ok(reversed(&expected)));
    }
}

/// behaviour.md k1: the same prime with another generator is not the named group, so nothing is known of its
/// order. The smaller standard groups are none of the named ones either.
#[test]
fn unnamed_groups_are_not_checked_for_order() {
    let with_generator = |group: &Group, generator: u8| {
        let numbers = [group.prime(), BigUint::from(generator), plus(&group.prime(), -4)];
        let numbers = numbers.map(|number| bytes(&number, group.width()));
        build(DH_PUBLIC, &numbers.each_ref().map(Vec::as_slice))
    };
    let named = import_dh("DHPUBLICBLOB", &with_generator(&NAMED[0], 2), 0);
    assert_eq!(named.unwrap_err(), INVALID_PARAMETER, "for comparison");
    for blob in [with_generator(&NAMED[0], 5), with_generator(&SMALL[1], 2)] {
        let key = import_dh("DHPUBLICBLOB", &blob, 0).unwrap();
        assert_eq!(exported(&key, "DHPUBLICBLOB"), Ok(blob));
    }
}

/// behaviour.md c19, c28.
#[test]
fn foreign_blob_types_are_not_supported() {
    let algorithm = open("DH");
    let key = import(&algorithm, "DHPUBLICBLOB", &public()).unwrap();
    for kind in ["", "NOPE", "dhpublicblob", "ECCPUBLICBLOB", "ECCPRIVATEBLOB", "DSAPUBLICBLOB"] {
        assert_eq!(import(&algorithm, kind, &public()).unwrap_err(), NOT_SUPPORTED, "import {kind}");
        assert_eq!(size(&export(&key, kind)), Err(NOT_SUPPORTED), "export {kind}");
    }
}
