//! The blobs of older interfaces: CryptoAPI's Diffie-Hellman keys and TLS's EC points.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;

use bcrypt_shim::curve::{self, Purpose};
use bcrypt_shim::status::Status;

use crate::core::{Algorithm, agree, blob, export, open, open_curve};

const PUBLIC_MAGIC: u32 = 0x3348_4400;
const PRIVATE_MAGIC: u32 = 0x3448_4400;
const NO_SEED: u32 = 0xFFFF_FFFF;

fn reversed(number: &[u8]) -> Vec<u8> {
    number.iter().rev().copied().collect()
}

/// A BLOBHEADER word: type 7 or 6, version 3.
fn header(kind: u8) -> u32 {
    u32::from_le_bytes([kind, 3, 0, 0])
}

#[test]
fn capi_blobs_are_the_numbers_little_endian() {
    let key = open("DH").generate(1024);
    let own = export(&key, "DHPRIVATEBLOB").unwrap();
    let [p, g, y, x] = std::array::from_fn(|index| reversed(&own[8 + 128 * index..8 + 128 * (index + 1)]));
    let seed = [0; 20];
    let public = blob(&[header(6), 0xAA02, PUBLIC_MAGIC, 1024, 0, 0, NO_SEED], &[&seed, &p, &g, &y]);
    assert_eq!(export(&key, "CAPIDHPUBLICBLOB"), Ok(public.clone()));
    let private =
        blob(&[header(7), 0xAA02, PRIVATE_MAGIC, 1024, 0, 0, 1024, NO_SEED], &[&seed, &p, &g, &y, &x]);
    assert_eq!(export(&key, "CAPIDHPRIVATEBLOB"), Ok(private.clone()));
    let imported = open("DH").import("CAPIDHPRIVATEBLOB", &private).unwrap();
    assert_eq!(export(&imported, "DHPRIVATEBLOB"), Ok(own));
    assert_eq!(agree(&imported, &key), agree(&key, &imported));
    assert_eq!(open("DH").import("CAPIDHPUBLICBLOB", &public).err(), Some(Status::NotSupported));
}

#[test]
fn q_and_j_are_passed_over_and_a_short_x_is_padded() {
    let key = open("DH").generate(768);
    let own = export(&key, "DHPRIVATEBLOB").unwrap();
    let [p, g, y] = std::array::from_fn(|index| reversed(&own[8 + 96 * index..8 + 96 * (index + 1)]));
    let (seed, q, j, x) = ([7; 20], [9; 20], [8; 5], [0x11; 20]);
    for algorithm in [0xAA01, 0xAA02] {
        let words = [header(7), algorithm, PRIVATE_MAGIC, 768, 160, 40, 160, 42];
        let bytes = blob(&words, &[&seed, &p, &q, &g, &j, &y, &x]);
        let imported = open("DH").import("CAPIDHPRIVATEBLOB", &bytes).unwrap();
        let exported = export(&imported, "DHPRIVATEBLOB").unwrap();
        assert_eq!(exported[..8 + 3 * 96], own[..8 + 3 * 96]);
        assert_eq!(exported[8 + 3 * 96..], [vec![0; 76], vec![0x11; 20]].concat());
    }
}

#[test]
fn wrong_capi_blobs_are_refused() {
    let good = export(&open("DH").generate(512), "CAPIDHPRIVATEBLOB").unwrap();
    for (place, value) in [(0, 6), (1, 2), (4, 0x03), (8, 0x01), (12, 0xFF), (13, 0), (24, 0x01)] {
        let mut bytes = good.clone();
        bytes[place] = value;
        let refused = open("DH").import("CAPIDHPRIVATEBLOB", &bytes).err();
        assert_eq!(refused, Some(Status::InvalidParameter), "byte {place} is {value}");
    }
    for length in 0..good.len() {
        let refused = open("DH").import("CAPIDHPRIVATEBLOB", &good[..length]).err();
        assert_eq!(refused, Some(Status::InvalidParameter), "{length} bytes");
    }
    let long = [good, vec![0]].concat();
    assert_eq!(open("DH").import("CAPIDHPRIVATEBLOB", &long).err(), Some(Status::InvalidParameter));
}

/// Every width of x up to that of p is taken, none above it, even if the bytes too many are zero.
#[test]
fn an_x_wider_than_p_is_refused() {
    let own = export(&open("DH").generate(512), "DHPRIVATEBLOB").unwrap();
    let [p, g, y] = std::array::from_fn(|index| reversed(&own[8 + 64 * index..8 + 64 * (index + 1)]));
    let with = |x: &[u8]| {
        let bits = 8 * x.len() as u32;
        let words = [header(7), 0xAA02, PRIVATE_MAGIC, 512, 0, 0, bits, NO_SEED];
        open("DH").import("CAPIDHPRIVATEBLOB", &blob(&words, &[&[0; 20], &p, &g, &y, x])).err()
    };
    let mut x = vec![0x11; 20];
    for width in 20..=64 {
        x.resize(width, 0);
        assert_eq!(with(&x), None, "{width} bytes");
    }
    for width in [65, 66, 128] {
        x.resize(width, 0);
        assert_eq!(with(&x), Some(Status::InvalidParameter), "{width} bytes");
    }
}

/// RFC 8422, 5.1.1, and RFC 7027: the curves that TLS has a number for.
const TLS: &[(&str, u32)] = &[
    ("secP160k1", 15),
    ("secP160r1", 16),
    ("secP160r2", 17),
    ("secP192k1", 18),
    ("nistP192", 19),
    ("secP224k1", 20),
    ("nistP224", 21),
    ("secP256k1", 22),
    ("nistP256", 23),
    ("nistP384", 24),
    ("nistP521", 25),
    ("brainpoolP256r1", 26),
    ("brainpoolP384r1", 27),
    ("brainpoolP512r1", 28),
];

#[test]
fn tls_blobs_name_the_curve_by_its_number() {
    for &(name, number) in TLS {
        let key = open_curve(name).generate(0);
        let own = export(&key, "ECCPUBLICBLOB").unwrap();
        let tls = export(&key, "SSLECCPUBLICBLOB").unwrap();
        assert_eq!(tls, [&number.to_le_bytes()[..], &own[4..]].concat(), "{name}");
        for algorithm in [open("ECDH"), open_curve(name)] {
            let imported = algorithm.import("SSLECCPUBLICBLOB", &tls).unwrap();
            assert_eq!(export(&imported, "ECCPUBLICBLOB"), Ok(own.clone()), "{name}");
        }
        let other = open_curve("x962P239v1").import("SSLECCPUBLICBLOB", &tls);
        assert_eq!(other.err(), Some(Status::InvalidParameter), "{name}");
    }
    let numbered =
        curve::supported(Purpose::Agreement).filter(|row| row.definition.tls_number.is_some()).count();
    assert_eq!(
        numbered,
        TLS.len() + 9,
        "with the aliases of P-192, P-224, P-256, P-384, P-521 and secP160r2"
    );
    for name in ["curve25519", "brainpoolP256t1", "x962P239v1", "ec192wapi"] {
        let key = open_curve(name).generate(0);
        assert_eq!(export(&key, "SSLECCPUBLICBLOB"), Err(Status::NotSupported), "{name}");
    }
    let key = open("ECDH_P256").generate(256);
    let tls = export(&key, "SSLECCPUBLICBLOB").unwrap();
    assert!(open("ECDH_P256").import("SSLECCPUBLICBLOB", &tls).is_ok());
    assert_eq!(open("ECDH_P384").import("SSLECCPUBLICBLOB", &tls).err(), Some(Status::InvalidParameter));
}

/// What each kind of key does with each blob type: `=` exports it and imports the same again, `>` only
/// exports it, `x` has no such form of this curve but knows the type, `-` does not know it.
///
/// The columns: DH; ECDH_P256, ECDH_P384, ECDH_P521; ECDH on nistP256, on curve25519, on a curve without
/// a number in TLS, and on one given by its numbers.
const MATRIX: &[(&str, &str)] = &[
    ("PUBLICBLOB", "= === ===="),
    ("PRIVATEBLOB", "= === ===="),
    ("ECCPUBLICBLOB", "- === ===="),
    ("ECCPRIVATEBLOB", "- === ===="),
    ("ECCFULLPUBLICBLOB", "- === =x=="),
    ("ECCFULLPRIVATEBLOB", "- === =x=="),
    ("SSLECCPUBLICBLOB", "- === =xxx"),
    ("DHPUBLICBLOB", "= --- ----"),
    ("DHPRIVATEBLOB", "= --- ----"),
    ("CAPIDHPUBLICBLOB", "> --- ----"),
    ("CAPIDHPRIVATEBLOB", "= --- ----"),
    ("CAPIPUBLICBLOB", "- --- ----"),
    ("RSAPUBLICBLOB", "- --- ----"),
    ("KeyDataBlob", "- --- ----"),
    ("eccpublicblob", "- --- ----"),
    ("ECCPUBLICBLO", "- --- ----"),
    ("ECCPUBLICBLOBB", "- --- ----"),
    ("", "- --- ----"),
];

fn columns() -> [(Algorithm, u32); 8] {
    let explicit = open("ECDH");
    explicit.set("ECCParameters", &open_curve("nistP256").get("ECCParameters").unwrap()).unwrap();
    [
        (open("DH"), 768),
        (open("ECDH_P256"), 256),
        (open("ECDH_P384"), 384),
        (open("ECDH_P521"), 521),
        (open_curve("nistP256"), 0),
        (open_curve("curve25519"), 0),
        (open_curve("brainpoolP256t1"), 0),
        (explicit, 0),
    ]
}

/// behaviour.md c1, c8, c19, c28.
#[test]
fn every_kind_of_key_and_every_blob_type() {
    let columns = columns().map(|(algorithm, bits)| (algorithm.generate(bits), algorithm));
    for (blob_type, row) in MATRIX {
        let answers: Vec<char> = row.chars().filter(|answer| *answer != ' ').collect();
        assert_eq!(answers.len(), columns.len());
        for (column, (answer, (key, algorithm))) in answers.into_iter().zip(&columns).enumerate() {
            let what = format!("{blob_type}, column {column}");
            let exported = export(key, blob_type);
            // Too much of nothing: whoever knows the type finds the magic wrong.
            let nothing = algorithm.import(blob_type, &[0; 1024]).err();
            let known = Some(Status::InvalidParameter);
            match answer {
                '=' => {
                    let bytes = exported.unwrap();
                    let again = algorithm.import(blob_type, &bytes).unwrap();
                    assert_eq!(export(&again, blob_type), Ok(bytes), "{what}");
                    assert_eq!(nothing, known, "{what}");
                }
                '>' => {
                    let imported = algorithm.import(blob_type, &exported.unwrap());
                    assert_eq!(imported.err(), Some(Status::NotSupported), "{what}");
                }
                'x' => assert_eq!((exported, nothing), (Err(Status::NotSupported), known), "{what}"),
                _ => {
                    let neither = (Err(Status::NotSupported), Some(Status::NotSupported));
                    assert_eq!((exported, nothing), neither, "{what}");
                }
            }
        }
    }
}

/// behaviour.md c9.
#[test]
fn the_generic_types_are_the_algorithms_own() {
    for (algorithm, bits) in columns() {
        let key = algorithm.generate(bits);
        let family = if bits == 768 { "DH" } else { "ECC" };
        for part in ["PUBLICBLOB", "PRIVATEBLOB"] {
            assert_eq!(export(&key, part), export(&key, &format!("{family}{part}")), "{bits}");
        }
    }
}

/// behaviour.md c28: the private forms of a key without d or x.
#[test]
fn what_is_not_there_is_not_exported() {
    for (algorithm, bits) in columns() {
        let public = export(&algorithm.generate(bits), "PUBLICBLOB").unwrap();
        let key = algorithm.import("PUBLICBLOB", &public).unwrap();
        let mut refused = 0;
        for (blob_type, _) in MATRIX.iter().filter(|(name, _)| name.contains("PRIVATE")) {
            match export(&key, blob_type) {
                Err(Status::InvalidParameter) => refused += 1,
                other => assert_eq!(other, Err(Status::NotSupported), "{blob_type} {bits}"),
            }
        }
        assert!(refused >= 2, "{bits}");
    }
}
