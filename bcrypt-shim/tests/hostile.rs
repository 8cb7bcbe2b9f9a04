//! ECCFULL blobs with one part that is wrong, and sound curves that are none of ours.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;
#[path = "support/oracle.rs"]
mod oracle;

use std::sync::Arc;

use bcrypt_shim::status::Status;
use num_bigint_dig::BigUint;
use num_bigint_dig::prime::probably_prime;

use crate::core::{agree, blob, bytes, export, get, open, open_curve};
use crate::oracle::Curve;

const PUBLIC: u32 = 0x504B_4345;
const PRIVATE: u32 = 0x564B_4345;

/// Places in [`Full::parts`].
const P: usize = 0;
const A: usize = 1;
const B: usize = 2;
const GX: usize = 3;
const GY: usize = 4;
const N: usize = 5;
const H: usize = 6;
const SEED: usize = 7;
const QX: usize = 8;
const QY: usize = 9;
const D: usize = 10;

/// A private ECCFULL blob in its parts; the header is written from them.
#[derive(Clone)]
struct Full {
    version: u32,
    kind: u32,
    parts: [Vec<u8>; 11],
}

impl Full {
    fn of(name: &str) -> Self {
        let exported = export(&open_curve(name).generate(0), "ECCFULLPRIVATEBLOB").unwrap();
        let curve = Curve::read(&exported[4..]);
        let (field, order) = (curve.width, curve.n.to_bytes_be().len());
        let mut rest = &exported[32..];
        let parts = [field, field, field, field, field, order, 1, 0, field, field, order].map(|width| {
            let (number, after) = rest.split_at(width);
            rest = after;
            number.to_vec()
        });
        assert!(rest.is_empty());
        Self { version: 1, kind: 1, parts }
    }

    fn with(&self, place: usize, number: impl Into<Vec<u8>>) -> Self {
        let mut changed = self.clone();
        changed.parts[place] = number.into();
        changed
    }

    /// The blob, with or without d.
    fn bytes(&self, is_private: bool) -> Vec<u8> {
        let width = |place: usize| self.parts[place].len() as u32;
        let magic = if is_private { PRIVATE } else { PUBLIC };
        let words = [magic, self.version, self.kind, 0, width(P), width(N), width(H), width(SEED)];
        let parts: Vec<&[u8]> = self.parts.iter().map(Vec::as_slice).collect();
        blob(&words, &parts[..if is_private { 11 } else { 10 }])
    }

    /// What an import answers: of both forms, which must be of one mind.
    fn answer(&self, what: &str) -> Option<Status> {
        let [public, private] = [("ECCFULLPUBLICBLOB", false), ("ECCFULLPRIVATEBLOB", true)]
            .map(|(blob_type, is_private)| open("ECDH").import(blob_type, &self.bytes(is_private)).err());
        assert_eq!(public, private, "{what}");
        private
    }
}

fn padded(number: &BigUint, width: usize) -> Vec<u8> {
    let digits = number.to_bytes_be();
    [vec![0; width - digits.len()], digits].concat()
}

const CURVES: [&str; 5] = ["nistP256", "nistP521", "secP256k1", "secP160r1", "brainpoolP384t1"];

/// behaviour.md n, c33: altered A, B, P, Qx, Qy or field lengths are refused.
#[test]
fn an_altered_part_is_refused() {
    for name in CURVES {
        let full = Full::of(name);
        assert_eq!(full.answer(name), None, "{name}: the blob itself is good");
        for place in [P, A, B, GX, GY, N, QX, QY] {
            let mut altered = full.parts[place].clone();
            *altered.last_mut().unwrap() ^= 2;
            let what = format!("{name}: part {place}");
            assert_eq!(full.with(place, altered).answer(&what), Some(Status::InvalidParameter), "{what}");
            // One byte less or more moves every number behind it, too.
            for length in [full.parts[place].len() - 1, full.parts[place].len() + 1] {
                let mut resized = full.parts[place].clone();
                resized.resize(length, 1);
                let answer = full.with(place, resized).answer(&what);
                assert_eq!(answer, Some(Status::InvalidParameter), "{what} of {length} bytes");
            }
        }
    }
}

/// behaviour.md c25: 0 < d < n, and d goes with Q.
#[test]
fn a_wrong_private_number_is_refused() {
    for name in CURVES {
        let full = Full::of(name);
        let n = BigUint::from_bytes_be(&full.parts[N]);
        let width = full.parts[N].len();
        let other = (BigUint::from_bytes_be(&full.parts[D]) + 1_u8) % &n;
        for (what, d) in [("0", BigUint::default()), ("n", n.clone()), ("d + 1", other)] {
            let wrong = full.with(D, padded(&d, width)).bytes(true);
            let refused = open("ECDH").import("ECCFULLPRIVATEBLOB", &wrong).err();
            assert_eq!(refused, Some(Status::InvalidParameter), "{name}: {what}");
        }
    }
}

#[test]
fn a_full_blob_has_no_other_version_kind_or_magic() {
    let full = Full::of("nistP256");
    for version in [0, 2, u32::MAX] {
        let other = Full { version, ..full.clone() };
        assert_eq!(other.answer("version"), Some(Status::InvalidParameter), "version {version}");
    }
    for (kind, status) in [(0, Status::InvalidParameter), (9, Status::InvalidParameter)]
        .into_iter()
        .chain([2, 3].map(|kind| (kind, Status::NotSupported)))
    {
        let other = Full { kind, ..full.clone() };
        assert_eq!(other.answer("kind"), Some(status), "curve type {kind}");
    }
    // ECDSA's generic magics, those of P-256, and the one that no structure has (behaviour.md c3).
    for magic in [0x5044_4345_u32, 0x5644_4345, 0x314B_4345, 0x324B_4345, 0x5043_4345, 0] {
        let mut other = full.bytes(true);
        other[..4].copy_from_slice(&magic.to_le_bytes());
        for blob_type in ["ECCFULLPUBLICBLOB", "ECCFULLPRIVATEBLOB"] {
            let refused = open("ECDH").import(blob_type, &other).err();
            assert_eq!(refused, Some(Status::InvalidParameter), "{magic:#x}");
        }
    }
}

/// behaviour.md c20: it is taken for the public form, and d is left out.
#[test]
fn a_private_full_blob_is_a_public_one_too() {
    let full = Full::of("brainpoolP224r1");
    let key = open("ECDH").import("ECCFULLPUBLICBLOB", &full.bytes(true)).unwrap();
    assert_eq!(export(&key, "ECCFULLPUBLICBLOB"), Ok(full.bytes(false)));
    assert_eq!(export(&key, "ECCFULLPRIVATEBLOB"), Err(Status::InvalidParameter));
    assert_eq!(agree(&key, &key), Err(Status::InvalidParameter));
    let refused = open("ECDH").import("ECCFULLPRIVATEBLOB", &full.bytes(false)).err();
    assert_eq!(refused, Some(Status::InvalidParameter), "but not the other way round");
}

#[test]
fn fields_of_64_kib_and_of_nothing_are_refused() {
    let full = Full::of("nistP256");
    for fill in [0, 1, 0xFF] {
        let huge = vec![fill; 1 << 16];
        let mut all = full.clone();
        for place in [P, A, B, GX, GY, N, QX, QY, D] {
            all.parts[place] = huge.clone();
        }
        assert_eq!(all.answer("all"), Some(Status::InvalidParameter), "all parts are 64 KiB of {fill:#x}");
        let n = full.with(N, huge.clone()).with(D, huge.clone());
        assert_eq!(n.answer("n"), Some(Status::InvalidParameter), "n is 64 KiB of {fill:#x}");
        let h = full.with(H, huge).answer("h");
        assert_eq!(h, Some(Status::NotSupported), "h is 64 KiB of {fill:#x}");
    }
    let seed = full.with(SEED, vec![0x5A; 1 << 16]);
    assert_eq!(seed.answer("seed"), None, "a seed is passed over, however long");
    let mut nothing = full.clone();
    nothing.parts.iter_mut().for_each(Vec::clear);
    assert_eq!(nothing.answer("nothing"), Some(Status::InvalidParameter));
    assert_eq!(full.with(N, []).with(D, []).answer("n"), Some(Status::InvalidParameter), "no n, no d");
}

/// behaviour.md n, c33: whatever of seed and hash is there. The export has neither.
#[test]
fn a_seed_or_a_hash_alone_imports() {
    let full = Full::of("nistP521");
    for (hash, seed) in [(0_u8, 0_usize), (0, 20), (1, 0), (1, 20), (0xFF, 1)] {
        let mut with = full.with(SEED, vec![0x5A; seed]).bytes(true);
        with[12] = hash;
        let key = open("ECDH").import("ECCFULLPRIVATEBLOB", &with).unwrap();
        assert_eq!(export(&key, "ECCFULLPRIVATEBLOB"), Ok(full.bytes(true)), "{hash}, {seed}");
    }
    let mut beyond = full.bytes(true);
    beyond[28..32].copy_from_slice(&1_u32.to_le_bytes());
    let refused = open("ECDH").import("ECCFULLPRIVATEBLOB", &beyond).err();
    assert_eq!(refused, Some(Status::InvalidParameter), "a seed that is not there");
}

/// `ECCParameters` of a curve.
fn parameters(curve: &Curve) -> Vec<u8> {
    let numbers =
        [&curve.p, &curve.a, &curve.b, &curve.g.0, &curve.g.1].map(|number| curve.bytes(number)).concat();
    let (n, h) = (curve.n.to_bytes_be(), curve.h.to_bytes_be());
    let widths = [curve.width, n.len(), h.len()].map(|width| width as u32);
    blob(&[1, 1, 0, widths[0], widths[1], widths[2], 0], &[&numbers, &n, &h])
}

fn number(digits: &str) -> BigUint {
    BigUint::from_bytes_be(&bytes(digits))
}

/// secp128r1 of SEC 2, version 1: nothing is wrong with it but its size. Our choice: the smallest field
/// is that of the smallest named curve, 160 bits.
#[test]
fn a_sound_curve_over_a_small_field_is_refused() {
    let curve = Curve {
        p: number("FFFFFFFDFFFFFFFFFFFFFFFFFFFFFFFF"),
        a: number("FFFFFFFDFFFFFFFFFFFFFFFFFFFFFFFC"),
        b: number("E87579C11079F43DD824993C2CEE5ED3"),
        g: (number("161FF7528B899B2D0C28607CA52C5B86"), number("CF5AC8395BAFEB13C02DA292DDED7A83")),
        n: number("FFFFFFFE0000000075A30D1B9038A115"),
        h: BigUint::from(1_u8),
        width: 16,
    };
    assert!(probably_prime(&curve.p, 8) && probably_prime(&curve.n, 8));
    assert!(curve.has(&curve.g) && curve.times(&curve.n, &curve.g).is_none());
    assert_eq!(open("ECDH").set("ECCParameters", &parameters(&curve)), Err(Status::InvalidParameter));
}

/// Curve25519 as a short Weierstrass curve has cofactor 8: said so, it is not supported; with a cofactor
/// of 1 the order is too small for the field. x = u + A/3, a = (3 − A²)/3, b = (2A³ − 9A)/27.
#[test]
fn a_sound_curve_with_a_cofactor_is_refused() {
    let p = (BigUint::from(1_u8) << 255) - 19_u8;
    let divided = |above: BigUint, below: u8| above * BigUint::from(below).modpow(&(&p - 2_u8), &p) % &p;
    let big = BigUint::from(486_662_u32);
    let a = divided(&p * &p + 3_u8 - &big * &big, 3);
    let b = divided(&big * &big * &big * 2_u8 - &big * 9_u8, 27);
    let x = (divided(big, 3) + 9_u8) % &p;
    // RFC 7748, 4.1.
    let y = b"14781619447589544791020593568409986887264606134616475288964881837755586237401";
    let y = BigUint::parse_bytes(y, 10).unwrap();
    let n = (BigUint::from(1_u8) << 252)
        + BigUint::parse_bytes(b"27742317777372353535851937790883648493", 10).unwrap();
    let curve = Curve { p, a, b, g: (x, y), n, h: BigUint::from(8_u8), width: 32 };
    assert!(curve.has(&curve.g) && curve.times(&curve.n, &curve.g).is_none());
    assert_eq!(open("ECDH").set("ECCParameters", &parameters(&curve)), Err(Status::NotSupported));
    let lying = Curve { h: BigUint::from(1_u8), ..curve };
    assert_eq!(open("ECDH").set("ECCParameters", &parameters(&lying)), Err(Status::InvalidParameter));
}

/// A refused value changes nothing: the curve chosen before is still there.
#[test]
fn refused_parameters_leave_the_chosen_curve() {
    let algorithm = open_curve("brainpoolP256r1");
    let wrong = parameters(&Curve {
        n: BigUint::from(7_u8),
        ..Curve::read(&algorithm.get("ECCParameters").unwrap())
    });
    assert_eq!(algorithm.set("ECCParameters", &wrong), Err(Status::InvalidParameter));
    let key = Arc::new(algorithm.generate(256));
    assert_eq!(get(&key, "ECCCurveName"), Ok(core::text("brainpoolP256r1")));
}
