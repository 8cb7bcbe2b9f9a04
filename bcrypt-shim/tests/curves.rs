//! Every named curve: its numbers and agreements on it, against arithmetic that is not the engine's.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test ends at the first thing that is wrong"
)]

#[path = "support/core.rs"]
mod core;
#[path = "support/oracle.rs"]
mod oracle;

use std::io::Write as _;
use std::process::Command;
use std::sync::Arc;

use bcrypt_shim::curve::{self, CURVES, Purpose};
use bcrypt_shim::status::Status;
use num_bigint_dig::BigUint;
use num_bigint_dig::prime::probably_prime;

use crate::core::{agree, blob, export, get, open, open_curve, set, text};
use crate::oracle::Curve;

const PRIVATE: u32 = 0x564B_4345;
const PUBLIC: u32 = 0x504B_4345;

/// Microsoft's names, with the bits its table gives (behaviour.md c31).
const NAMES: &[(&str, u32)] = &[
    ("curve25519", 255),
    ("brainpoolP160r1", 160),
    ("brainpoolP160t1", 160),
    ("brainpoolP192r1", 192),
    ("brainpoolP192t1", 192),
    ("brainpoolP224r1", 224),
    ("brainpoolP224t1", 224),
    ("brainpoolP256r1", 256),
    ("brainpoolP256t1", 256),
    ("brainpoolP320r1", 320),
    ("brainpoolP320t1", 320),
    ("brainpoolP384r1", 384),
    ("brainpoolP384t1", 384),
    ("brainpoolP512r1", 512),
    ("brainpoolP512t1", 512),
    ("ec192wapi", 192),
    ("nistP192", 192),
    ("nistP224", 224),
    ("nistP256", 256),
    ("nistP384", 384),
    ("nistP521", 521),
    ("numsP256t1", 256),
    ("numsP384t1", 384),
    ("numsP512t1", 512),
    ("secP160k1", 160),
    ("secP160r1", 160),
    ("secP160r2", 160),
    ("secP192k1", 192),
    ("secP192r1", 192),
    ("secP224k1", 224),
    ("secP224r1", 224),
    ("secP256k1", 256),
    ("secP256r1", 256),
    ("secP384r1", 384),
    ("secP521r1", 521),
    ("wtls12", 224),
    ("wtls7", 160),
    ("wtls9", 160),
    ("x962P192v1", 192),
    ("x962P192v2", 192),
    ("x962P192v3", 192),
    ("x962P239v1", 239),
    ("x962P239v2", 239),
    ("x962P239v3", 239),
    ("x962P256v1", 256),
];

/// Names that stand for one curve share an OID in Microsoft's table.
const ALIASES: &[&[&str]] = &[
    &["nistP192", "secP192r1", "x962P192v1"],
    &["nistP224", "secP224r1", "wtls12"],
    &["nistP256", "secP256r1", "x962P256v1"],
    &["nistP384", "secP384r1"],
    &["nistP521", "secP521r1"],
    &["secP160r2", "wtls7"],
];

/// The names of short Weierstrass curves, one for each curve.
fn weierstrass() -> impl Iterator<Item = &'static str> {
    let aliases = |name: &&str| ALIASES.iter().any(|group| group[1..].contains(name));
    curve::supported(Purpose::Agreement)
        .map(|row| row.name)
        .filter(move |name| *name != "curve25519" && !aliases(name))
}

/// Those of the documented names that are wanted.
fn names(is_wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
    NAMES.iter().map(|(name, _)| *name).filter(|name| is_wanted(name)).collect()
}

fn numbers(name: &str) -> Curve {
    Curve::read(&open_curve(name).get("ECCParameters").unwrap())
}

#[test]
fn windows_knows_45_names_and_all_but_the_twisted_edwards_curves_are_done() {
    assert_eq!(CURVES.iter().map(|row| row.name).collect::<Vec<_>>(), names(|_| true));
    assert_eq!(NAMES.len(), 45);
    for row in CURVES {
        let chosen = open("ECDH").set("ECCCurveName", &text(row.name));
        let expected = if row.name.starts_with("nums") { Err(Status::NotSupported) } else { Ok(()) };
        assert_eq!(chosen, expected, "{}", row.name);
        let shouted = open("ECDH").set("ECCCurveName", &text(&row.name.to_uppercase()));
        assert_eq!(shouted, expected, "{} in capitals", row.name);
    }
    assert_eq!(open("ECDH").set("ECCCurveName", &text("nistP257")), Err(Status::InvalidParameter));
}

/// behaviour.md n, f3: a count, a pointer to an array of pointers, that array, and the names it points at.
#[test]
fn the_list_has_the_supported_names_inside_its_own_bytes() {
    let list = open("ECDH").get("ECCCurveNameList").unwrap();
    let word =
        |place: usize| usize::from_ne_bytes(list[place..place + size_of::<usize>()].try_into().unwrap());
    let inside = |place: usize| word(place) - list.as_ptr().addr();
    let array = inside(size_of::<usize>());
    let listed: Vec<String> = (0..u32::from_ne_bytes(list[..4].try_into().unwrap()) as usize)
        .map(|index| {
            let name = list[inside(array + index * size_of::<usize>())..].chunks_exact(2);
            let units: Vec<u16> = name.map(|pair| u16::from_ne_bytes([pair[0], pair[1]])).collect();
            let end = units.iter().position(|unit| *unit == 0).unwrap();
            String::from_utf16(&units[..end]).unwrap()
        })
        .collect();
    assert_eq!(listed, names(|name| !name.starts_with("nums")));
}

#[test]
fn numbers_make_a_curve_of_prime_order() {
    for name in weierstrass() {
        let curve = numbers(name);
        assert!(probably_prime(&curve.p, 4) && probably_prime(&curve.n, 4), "{name}: p and n");
        assert!(curve.has(&curve.g), "{name}: the generator");
        assert_eq!(curve.times(&curve.n, &curve.g), None, "{name}: the order");
        let expected = &curve.p + 1_u8;
        let distance = if curve.n > expected { &curve.n - &expected } else { &expected - &curve.n };
        assert!(&distance * &distance <= &curve.p * 4_u8, "{name}: Hasse's bound");
        assert_eq!(curve.h, BigUint::from(1_u8), "{name}");
    }
}

#[test]
fn aliases_share_their_numbers() {
    for group in ALIASES {
        let parameters: Vec<_> =
            group.iter().map(|name| open_curve(name).get("ECCParameters").unwrap()).collect();
        assert!(parameters.windows(2).all(|pair| pair[0] == pair[1]), "{group:?}");
    }
    let mut distinct: Vec<_> =
        weierstrass().map(|name| open_curve(name).get("ECCParameters").unwrap()).collect();
    let count = distinct.len();
    distinct.sort();
    distinct.dedup();
    assert_eq!((distinct.len(), count), (32, 32));
}

#[test]
fn an_agreement_is_the_x_of_the_product() {
    for name in weierstrass() {
        let (algorithm, curve) = (open_curve(name), numbers(name));
        let peer = algorithm.generate(0);
        let peer_blob = export(&peer, "ECCPUBLICBLOB").unwrap();
        let (x, y) = peer_blob[8..].split_at(curve.width);
        let q = (BigUint::from_bytes_be(x), BigUint::from_bytes_be(y));
        let random = export(&algorithm.generate(0), "ECCPRIVATEBLOB").unwrap();
        let random = BigUint::from_bytes_be(&random[8 + 2 * curve.width..]);
        // The largest scalar that both n and the width of a blob allow.
        let largest = (&curve.n - 1_u8).min((BigUint::from(1_u8) << (8 * curve.width)) - 1_u8);
        for d in [BigUint::from(1_u8), largest, random] {
            let zero = vec![0; curve.width];
            let bytes = blob(&[PRIVATE, curve.width as u32], &[&zero, &zero, &curve.bytes(&d)]);
            let own = algorithm.import("ECCPRIVATEBLOB", &bytes).unwrap();
            let (z, _) = curve.times(&d, &q).unwrap();
            assert_eq!(agree(&own, &peer), Ok(curve.bytes(&z)), "{name}");
            assert_eq!(agree(&peer, &own), Ok(curve.bytes(&z)), "{name}: the other way");
            let (x, y) = curve.times(&d, &curve.g).unwrap();
            let public = blob(&[PUBLIC, curve.width as u32], &[&curve.bytes(&x), &curve.bytes(&y)]);
            assert_eq!(export(&own, "ECCPUBLICBLOB"), Ok(public), "{name}: d times the generator");
        }
    }
}

/// behaviour.md c33: what counts is the curve, not the name it was chosen by.
#[test]
fn keys_under_different_names_of_a_curve_agree() {
    for group in ALIASES {
        let keys: Vec<_> = group.iter().map(|name| (*name, open_curve(name).generate(0))).collect();
        for (name, key) in &keys {
            for (other_name, other) in &keys {
                let agreed = agree(key, other);
                assert!(agreed.is_ok(), "{name} with {other_name}");
                assert_eq!(agreed, agree(other, key), "{name} with {other_name}");
            }
        }
    }
}

/// The largest scalar there is. Where n is wider than p it fits a full blob only, in which d is as wide
/// as n (behaviour.md c4); the public point is then −G.
#[test]
fn one_less_than_the_order_is_a_scalar() {
    let mut wide = Vec::new();
    for name in weierstrass() {
        let (algorithm, curve) = (open_curve(name), numbers(name));
        let largest = &curve.n - 1_u8;
        let (x, y) = (curve.bytes(&curve.g.0), curve.bytes(&(&curve.p - &curve.g.1)));
        let full = export(&algorithm.generate(0), "ECCFULLPRIVATEBLOB").unwrap();
        let width = curve.n.to_bytes_be().len();
        let before = full.len() - 2 * curve.width - width;
        let full = [full[..before].to_vec(), x.clone(), y.clone(), largest.to_bytes_be()].concat();
        let key = algorithm.import("ECCFULLPRIVATEBLOB", &full).unwrap();
        let peer = algorithm.generate(0);
        let peer_x = export(&peer, "ECCPUBLICBLOB").unwrap()[8..8 + curve.width].to_vec();
        assert_eq!(agree(&key, &peer), Ok(peer_x), "{name}: −Q has the x of Q");
        assert_eq!(export(&key, "ECCFULLPRIVATEBLOB"), Ok(full), "{name}");
        if width > curve.width {
            wide.push(name);
            let narrow = export(&key, "ECCPRIVATEBLOB").err();
            assert_eq!(narrow, Some(Status::InvalidParameter), "{name}: d does not fit cbKey bytes");
        }
    }
    assert_eq!(wide, ["secP160k1", "secP160r1", "secP160r2", "secP224k1", "wtls9"]);
}

#[test]
fn scalars_and_points_outside_the_curve_are_refused() {
    for name in weierstrass() {
        let (algorithm, curve) = (open_curve(name), numbers(name));
        let (zero, good) = (vec![0; curve.width], export(&algorithm.generate(0), "ECCPUBLICBLOB").unwrap());
        let mut scalars = vec![zero.clone()];
        if curve.n.to_bytes_be().len() == curve.width {
            scalars.push(curve.bytes(&curve.n));
        }
        for d in scalars {
            let bytes = blob(&[PRIVATE, curve.width as u32], &[&zero, &zero, &d]);
            assert_eq!(
                algorithm.import("ECCPRIVATEBLOB", &bytes).err(),
                Some(Status::InvalidParameter),
                "{name}"
            );
        }
        let mut off = good.clone();
        *off.last_mut().unwrap() ^= 1;
        let above = blob(&[PUBLIC, curve.width as u32], &[&curve.bytes(&curve.p), &good[8 + curve.width..]]);
        let infinity = blob(&[PUBLIC, curve.width as u32], &[&zero, &zero]);
        for bytes in [off, above, infinity] {
            assert_eq!(
                algorithm.import("ECCPUBLICBLOB", &bytes).err(),
                Some(Status::InvalidParameter),
                "{name}"
            );
        }
    }
}

#[test]
fn properties_are_those_of_the_curve_before_and_after_finalize() {
    for row in curve::supported(Purpose::Agreement) {
        let algorithm = open("ECDH");
        let key = Arc::new(algorithm.start(0));
        assert_eq!(get(&key, "KeyLength"), Err(Status::InvalidParameter), "no curve yet");
        set(&key, "ECCCurveName", &text(row.name)).unwrap();
        let bits = NAMES.iter().find(|(name, _)| *name == row.name).unwrap().1;
        let strength = if row.name == "curve25519" { 253 } else { bits };
        for finalized in [false, true] {
            if finalized {
                key.finalize().unwrap();
            }
            let number = |name| get(&key, name).map(|bytes| u32::from_ne_bytes(bytes.try_into().unwrap()));
            assert_eq!(number("KeyLength"), Ok(bits), "{}", row.name);
            assert_eq!(number("PublicKeyLength"), Ok(bits), "{}", row.name);
            assert_eq!(number("KeyStrength"), Ok(strength), "{}", row.name);
            assert_eq!(get(&key, "AlgorithmName"), Ok(text("ECDH")));
            assert_eq!(get(&key, "ECCCurveName"), Ok(text(row.name)));
        }
    }
}

/// The name OpenSSL has for a curve, where it has one.
fn openssl_name(name: &str) -> Option<String> {
    let rest = |prefix: &str| name.strip_prefix(prefix).map(str::to_lowercase);
    match name {
        "nistP192" => Some("prime192v1".into()),
        "nistP224" => Some("secp224r1".into()),
        "nistP256" => Some("prime256v1".into()),
        "nistP384" => Some("secp384r1".into()),
        "nistP521" => Some("secp521r1".into()),
        "wtls9" => Some("wap-wsg-idm-ecid-wtls9".into()),
        "ec192wapi" => None,
        _ if name.starts_with("brainpool") => Some(name.to_owned()),
        _ => rest("secP")
            .map(|rest| format!("secp{rest}"))
            .or(rest("x962P").map(|rest| format!("prime{rest}"))),
    }
}

/// The number under a heading of OpenSSL's text: `B:    7 (0x7)`, or lines of hexadecimal pairs below.
fn openssl_number(text: &str, heading: &str) -> BigUint {
    let mut lines = text.lines().skip_while(|line| !line.starts_with(heading));
    let inline = lines.next().unwrap().split_once(':').unwrap().1.split_whitespace().next();
    if let Some(decimal) = inline {
        return BigUint::parse_bytes(decimal.as_bytes(), 10).unwrap();
    }
    let digits: String = lines.take_while(|line| line.starts_with(' ')).collect();
    let digits = digits.replace([' ', ':'], "");
    BigUint::parse_bytes(digits.as_bytes(), 16).unwrap()
}

#[test]
fn openssl_has_the_same_numbers() {
    if Command::new("openssl").arg("version").output().is_err() {
        // Past the test harness, so that a pass never hides it.
        writeln!(std::io::stdout(), "skipped: openssl_has_the_same_numbers: openssl not found").unwrap();
        return;
    }
    let mut compared = 0;
    for name in weierstrass() {
        let Some(other) = openssl_name(name) else { continue };
        let output = Command::new("openssl")
            .args(["ecparam", "-name", &other, "-param_enc", "explicit", "-text", "-noout"])
            .output()
            .unwrap();
        assert!(output.status.success(), "openssl knows {other}");
        let text = String::from_utf8(output.stdout).unwrap();
        let curve = numbers(name);
        let (x, y) = (curve.bytes(&curve.g.0), curve.bytes(&curve.g.1));
        let generator = BigUint::from_bytes_be(&[vec![4], x, y].concat());
        for (heading, number) in [
            ("Prime:", &curve.p),
            ("A:", &curve.a),
            ("B:", &curve.b),
            ("Generator (uncompressed):", &generator),
            ("Order:", &curve.n),
            ("Cofactor:", &curve.h),
        ] {
            assert_eq!(openssl_number(&text, heading), *number, "{name}: {heading}");
        }
        compared += 1;
    }
    assert_eq!(compared, 31, "all but ec192wapi");
}
