//! Generic ECDH with curve25519: behaviour.md c12, c22 to c24, and the byte order of e16.

use num_bigint_dig::BigUint;

use crate::support::blob::{
    ECDH_PRIVATE_GENERIC, ECDH_PUBLIC_GENERIC, build, fields, magic, with_field, with_magic,
};
use crate::support::objects::{Key, agreed, exported, generate, import, import_with, new_key};
use crate::support::oracle::{plus, x25519};
use crate::support::property::{number, open_curve, set, string};
use crate::support::status::{INVALID_PARAMETER, Status};
use crate::support::text::{hex, reversed};

const NO_KEY_VALIDATION: u32 = 0x08;
const ZERO: [u8; 32] = [0; 32];

// RFC 7748, section 6.1.
const ALICE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
const ALICE_PUBLIC: &str = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
const BOB: &str = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
const BOB_PUBLIC: &str = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
const SHARED: &str = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

fn alice() -> Vec<u8> {
    x25519::clamped(&hex(ALICE))
}

fn public_blob(u: &[u8]) -> Vec<u8> {
    build(ECDH_PUBLIC_GENERIC, &[u, &ZERO])
}

fn private_blob(u: &[u8], scalar: &[u8]) -> Vec<u8> {
    build(ECDH_PRIVATE_GENERIC, &[u, &ZERO, scalar])
}

fn import_public(u: &[u8], flags: u32) -> Result<Key, Status> {
    import_with(&open_curve("curve25519"), "ECCPUBLICBLOB", &public_blob(u), flags)
}

fn import_private(scalar: &[u8]) -> Result<Key, Status> {
    import(&open_curve("curve25519"), "ECCPRIVATEBLOB", &private_blob(&ZERO, scalar))
}

fn small(value: u32) -> Vec<u8> {
    x25519::little_endian(&BigUint::from(value))
}

/// behaviour.md c22, e16: little-endian in blobs, reversed by TRUNCATE.
#[test]
fn the_example_of_rfc_7748() {
    let pairs = [(ALICE, ALICE_PUBLIC, BOB_PUBLIC), (BOB, BOB_PUBLIC, ALICE_PUBLIC)];
    for (scalar, public, peer) in pairs {
        let blob = private_blob(&hex(public), &x25519::clamped(&hex(scalar)));
        let key = import(&open_curve("curve25519"), "ECCPRIVATEBLOB", &blob).unwrap();
        let peer = import_public(&hex(peer), 0).unwrap();
        assert_eq!(agreed(&key, &peer), Ok(reversed(&hex(SHARED))));
        assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(blob));
        assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(public_blob(&hex(public))));
    }
}

/// RFC 7748, section 5.2: a thousand rounds, each result the next scalar.
#[test]
fn the_iterated_example_of_rfc_7748() {
    let (mut scalar, mut u) = (x25519::base(), x25519::base());
    for _ in 0..1000 {
        let key = import_private(&x25519::clamped(&scalar)).unwrap();
        let z = agreed(&key, &import_public(&u, 0).unwrap()).unwrap();
        (scalar, u) = (reversed(&z), scalar);
    }
    assert_eq!(scalar, hex("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51"));
}

/// behaviour.md c12, c22, c23.
#[test]
fn a_new_key_is_clamped_and_sound() {
    for bits in [0, 255, 256] {
        let key = new_key(&open_curve("curve25519"), bits);
        let blob = exported(&key, "ECCPRIVATEBLOB").unwrap();
        let parts = fields(&blob);
        assert_eq!((blob.len(), magic(&blob)), (104, ECDH_PRIVATE_GENERIC));
        assert_eq!(parts[2], x25519::clamped(&parts[2]), "clamped");
        assert_eq!(parts[..2], [x25519::public(&parts[2]), ZERO.to_vec()]);
        assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(public_blob(&parts[0])));
    }
    for bits in [1, 252, 253, 254, 257, 512] {
        let refused = generate(&open_curve("curve25519"), bits);
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "{bits}");
    }
}

/// behaviour.md f3 and n: strength 253 was seen; KeyLength 255 is our choice.
#[test]
fn sizes_as_properties() {
    let key = generate(&open_curve("curve25519"), 0).unwrap();
    assert_eq!(number(&key, "KeyStrength"), Ok(253));
    assert_eq!(number(&key, "PublicKeyLength"), Ok(255));
    assert_eq!(number(&key, "KeyLength"), Ok(255));
    assert_eq!(string(&key, "ECCCurveName"), Ok("curve25519".to_string()));
}

/// behaviour.md n on c31.
#[test]
fn the_curve_name_ignores_case() {
    for name in ["CURVE25519", "Curve25519", "cUrVe25519"] {
        assert_eq!(string(&open_curve(name), "ECCCurveName"), Ok("curve25519".to_string()), "{name}");
    }
}

/// behaviour.md c23: low three bits 0, bit 254 one, bit 255 zero; anything else is refused, not repaired.
#[test]
fn unclamped_scalars_are_invalid() {
    import_private(&alice()).unwrap();
    for (byte, mask) in [(0, 1), (0, 2), (0, 4), (31, 0x40), (31, 0x80)] {
        let mut scalar = alice();
        scalar[byte] ^= mask;
        assert_eq!(import_private(&scalar).unwrap_err(), INVALID_PARAMETER, "byte {byte} ^ {mask:#x}");
        let public = x25519::public(&alice());
        let blob = private_blob(&public, &scalar);
        let refused = import(&open_curve("curve25519"), "ECCPRIVATEBLOB", &blob);
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "byte {byte} ^ {mask:#x} with its point");
        let key = generate(&open_curve("curve25519"), 0).unwrap();
        assert_eq!(set(&key, "PrivKeyVal", &scalar), Err(INVALID_PARAMETER), "as PrivKeyVal: undecided");
    }
    assert_eq!(import_private(&ZERO).unwrap_err(), INVALID_PARAMETER);
    assert_eq!(import_private(&[0xFF; 32]).unwrap_err(), INVALID_PARAMETER);
}

/// behaviour.md c21, c22: X = Y = 0 asks for the public value.
#[test]
fn a_blob_without_its_point_gets_one() {
    for flags in [0, NO_KEY_VALIDATION] {
        let blob = private_blob(&ZERO, &alice());
        let key = import_with(&open_curve("curve25519"), "ECCPRIVATEBLOB", &blob, flags).unwrap();
        assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(private_blob(&hex(ALICE_PUBLIC), &alice())));
    }
}

/// PrivKeyVal takes the clamped scalar; the order of its bytes is that of the blob by our choice.
#[test]
fn a_given_private_value_makes_the_key_undecided() {
    let key = generate(&open_curve("curve25519"), 0).unwrap();
    for value in [&alice()[..31], &[alice(), vec![0]].concat()] {
        assert_eq!(set(&key, "PrivKeyVal", value), Err(INVALID_PARAMETER), "{} bytes", value.len());
    }
    set(&key, "PrivKeyVal", &alice()).unwrap();
    crate::support::objects::finalize(&key).unwrap();
    assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(private_blob(&hex(ALICE_PUBLIC), &alice())));
}

/// behaviour.md c25: a wrong u beside a scalar passes with NO_KEY_VALIDATION only.
#[test]
fn a_private_value_that_does_not_fit_its_point() {
    let blob = private_blob(&hex(BOB_PUBLIC), &alice());
    let algorithm = open_curve("curve25519");
    assert_eq!(import(&algorithm, "ECCPRIVATEBLOB", &blob).unwrap_err(), INVALID_PARAMETER);
    let key = import_with(&algorithm, "ECCPRIVATEBLOB", &blob, NO_KEY_VALIDATION).unwrap();
    assert_eq!(agreed(&key, &import_public(&hex(BOB_PUBLIC), 0).unwrap()), Ok(reversed(&hex(SHARED))));
}

/// A client imports its scalar with any u, agrees with u = 9, and reads its public value from the secret.
#[test]
fn the_base_point_is_a_peer_like_any_other() {
    let z = agreed(&import_private(&alice()).unwrap(), &import_public(&x25519::base(), 0).unwrap());
    assert_eq!(z.map(|z| reversed(&z)), Ok(hex(ALICE_PUBLIC)));
}

/// behaviour.md c24: no masking of the top bit, no reduction, whatever the flags.
#[test]
fn values_of_p_and_more_are_invalid() {
    let p = x25519::p();
    let mut wrong: Vec<Vec<u8>> = (0..19).map(|extra| x25519::little_endian(&plus(&p, extra))).collect();
    let mut top_bit = hex(ALICE_PUBLIC);
    top_bit[31] |= 0x80;
    wrong.extend([top_bit, vec![0xFF; 32]]);
    // RFC 7748's second example has the top bit set as well.
    wrong.push(hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"));
    for u in wrong {
        for flags in [0, NO_KEY_VALIDATION] {
            assert_eq!(import_public(&u, flags).unwrap_err(), INVALID_PARAMETER, "{u:02x?} with {flags}");
        }
    }
}

/// The points of order 1, 2, 4 and 8: 0, 1, p - 1, and the two of order 8.
fn low_order() -> Vec<Vec<u8>> {
    let mut points = vec![small(0), small(1), x25519::little_endian(&plus(&x25519::p(), -1))];
    points.push(hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"));
    points.push(hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"));
    points
}

/// behaviour.md c24.
#[test]
fn low_order_points_need_the_flag_and_give_zero() {
    let key = import_private(&alice()).unwrap();
    for u in low_order() {
        assert_eq!(import_public(&u, 0).unwrap_err(), INVALID_PARAMETER, "{u:02x?}");
        let peer = import_public(&u, NO_KEY_VALIDATION).unwrap();
        assert_eq!(agreed(&key, &peer), Ok(ZERO.to_vec()), "{u:02x?}");
        assert_eq!(exported(&peer, "ECCPUBLICBLOB"), Ok(public_blob(&u)), "{u:02x?}");
    }
}

/// behaviour.md c24: on the twist, or on the curve but outside the prime-order subgroup.
#[test]
fn points_outside_the_subgroup_need_the_flag() {
    let key = import_private(&alice()).unwrap();
    let (mut twist, mut outside, mut inside) = (0, 0, 0);
    for u in (2..40u32).map(BigUint::from).chain([plus(&x25519::p(), -2)]) {
        let bytes = x25519::little_endian(&u);
        let in_subgroup = x25519::on_curve(&u) && x25519::ladder(&x25519::order(), &u).is_none();
        let counter = match (in_subgroup, x25519::on_curve(&u)) {
            (true, _) => &mut inside,
            (false, true) => &mut outside,
            (false, false) => &mut twist,
        };
        *counter += 1;
        let expected = if in_subgroup { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(import_public(&bytes, 0).map(drop), expected, "u = {u}");
        let peer = import_public(&bytes, NO_KEY_VALIDATION).unwrap();
        let expected = x25519::x25519(&alice(), &bytes);
        assert_eq!(agreed(&key, &peer).map(|z| reversed(&z)), Ok(expected), "u = {u}");
    }
    assert!(twist > 5 && outside > 5 && inside > 0, "{twist} {outside} {inside}: every kind occurs");
}

/// RFC 7748's first example, whose u lies outside the subgroup.
#[test]
fn the_first_example_of_rfc_7748_needs_the_flag() {
    let scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    let u = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    assert_eq!(import_public(&u, 0).unwrap_err(), INVALID_PARAMETER);
    let key = import_private(&x25519::clamped(&scalar)).unwrap();
    let z = agreed(&key, &import_public(&u, NO_KEY_VALIDATION).unwrap());
    let expected = hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    assert_eq!(z.map(|z| reversed(&z)), Ok(expected));
}

/// behaviour.md c20, asserted on Windows for this very curve.
#[test]
fn a_private_blob_passes_as_a_public_one() {
    let blob = private_blob(&hex(ALICE_PUBLIC), &alice());
    let key = import(&open_curve("curve25519"), "ECCPUBLICBLOB", &blob).unwrap();
    assert_eq!(exported(&key, "ECCPUBLICBLOB"), Ok(public_blob(&hex(ALICE_PUBLIC))));
    assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Err(INVALID_PARAMETER));
}

/// behaviour.md c19, c21, c22: generic magics alone, 32 bytes alone.
#[test]
fn foreign_magics_and_widths_are_invalid() {
    let algorithm = open_curve("curve25519");
    let (public, private) = (public_blob(&hex(ALICE_PUBLIC)), private_blob(&hex(ALICE_PUBLIC), &alice()));
    for wrong in [0x314B_4345, 0x324B_4345, 0x354B_4345, 0x5044_4345, 0x5644_4345, 0] {
        let refused = import(&algorithm, "ECCPUBLICBLOB", &with_magic(&public, wrong));
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "{wrong:#x}");
        let refused = import(&algorithm, "ECCPRIVATEBLOB", &with_magic(&private, wrong));
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "{wrong:#x}");
    }
    for width in [0u32, 2, 31, 33, 48, u32::MAX] {
        let mut blob = public.clone();
        blob[4..8].copy_from_slice(&width.to_le_bytes());
        blob.resize(1000, 0);
        assert_eq!(import(&algorithm, "ECCPUBLICBLOB", &blob).unwrap_err(), INVALID_PARAMETER, "{width}");
    }
}

/// behaviour.md c19, and trailing bytes as on the other curves.
#[test]
fn truncated_and_over_long_blobs() {
    let algorithm = open_curve("curve25519");
    let private = private_blob(&hex(ALICE_PUBLIC), &alice());
    for (kind, blob) in [("ECCPUBLICBLOB", public_blob(&hex(ALICE_PUBLIC))), ("ECCPRIVATEBLOB", private)] {
        for length in 0..blob.len() {
            let refused = import(&algorithm, kind, &blob[..length]);
            assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "{kind} of {length}");
        }
        let key = import(&algorithm, kind, &[&blob[..], &[0xCC; 22]].concat()).unwrap();
        assert_eq!(exported(&key, kind), Ok(blob), "{kind}");
    }
}

/// behaviour.md c22: Y is zero; that anything else is refused is our choice.
#[test]
fn a_y_coordinate_is_invalid_undecided() {
    let blob = with_field(&public_blob(&hex(ALICE_PUBLIC)), 1, &small(1));
    assert_eq!(import(&open_curve("curve25519"), "ECCPUBLICBLOB", &blob).unwrap_err(), INVALID_PARAMETER);
    let blob = with_field(&private_blob(&ZERO, &alice()), 1, &small(1));
    assert_eq!(import(&open_curve("curve25519"), "ECCPRIVATEBLOB", &blob).unwrap_err(), INVALID_PARAMETER);
}

/// A point of another key in the X field must not be taken for the recomputed one.
#[test]
fn zero_in_a_public_blob_is_a_point_of_low_order() {
    let blob = with_field(&public_blob(&hex(ALICE_PUBLIC)), 0, &ZERO);
    assert_eq!(import(&open_curve("curve25519"), "ECCPUBLICBLOB", &blob).unwrap_err(), INVALID_PARAMETER);
}
