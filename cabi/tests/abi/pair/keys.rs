//! Generate, finalize, agree: behaviour.md c10 to c18 and section d, for the elliptic curves.

use std::ptr::null_mut;

use crate::support::blob::{ECDH_PRIVATE_GENERIC, fields, magic};
use crate::support::curves::{Curve, nist, p256};
use crate::support::library::lib;
use crate::support::objects::{
    Key, Object, agree, agreed, export, exported, finalize, generate, import, new_key, open, receive,
};
use crate::support::oracle::{bytes, plus};
use crate::support::output::size;
use crate::support::property::{get, number, open_curve, set, set_curve, string};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::reversed;

fn generate_with(algorithm: &impl Object, bits: u32, flags: u32) -> Result<Key, Status> {
    receive(|out| lib().generate_key_pair(algorithm.raw(), out, bits, flags)).map(Key::adopt)
}

/// The new key's blob holds X, Y, d with (X, Y) = d * G by an implementation of our own.
fn assert_sound(curve: &Curve, key: &Key, private_magic: u32) {
    let blob = exported(key, "ECCPRIVATEBLOB").unwrap();
    assert_eq!((blob.len(), magic(&blob)), (8 + 3 * curve.width(), private_magic), "{}", curve.id);
    let parts = fields(&blob);
    assert_eq!(curve.domain.public(&parts[2]), parts[..2], "{}", curve.id);
}

/// behaviour.md c2, c3, c11.
#[test]
fn a_new_key_is_a_sound_pair() {
    for curve in nist() {
        let algorithm = open(curve.id);
        let (key, other) = (new_key(&algorithm, curve.bits), new_key(&algorithm, curve.bits));
        assert_sound(&curve, &key, curve.private_magic);
        assert_ne!(exported(&key, "ECCPUBLICBLOB"), exported(&other, "ECCPUBLICBLOB"));
        assert_eq!(agreed(&key, &other), agreed(&other, &key), "{}", curve.id);
        let (own, peer) =
            (fields(&exported(&key, "ECCPRIVATEBLOB").unwrap()), exported(&other, "ECCPUBLICBLOB"));
        let peer = fields(&peer.unwrap());
        let z = curve.domain.agree(&own[2], &peer[0], &peer[1]);
        assert_eq!(agreed(&key, &other), Ok(reversed(&z)), "{}", curve.id);
    }
}

/// behaviour.md c12: length 0 or the curve's own; the magic of the export is our choice.
#[test]
fn generic_ecdh_takes_no_length_or_the_curves() {
    for curve in nist() {
        let algorithm = open_curve(curve.name);
        for bits in [0, curve.bits] {
            assert_sound(&curve, &new_key(&algorithm, bits), ECDH_PRIVATE_GENERIC);
        }
        for bits in
            [1, curve.bits - 1, curve.bits + 1, 8 * u32::try_from(curve.width()).unwrap() + 8, u32::MAX]
        {
            assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{} {bits}", curve.name);
        }
    }
}

/// behaviour.md c11.
#[test]
fn fixed_curves_take_their_own_length_or_none() {
    for curve in nist() {
        let algorithm = open(curve.id);
        for bits in [0, curve.bits] {
            let key = generate(&algorithm, bits).unwrap();
            assert_eq!((finalize(&key), number(&key, "KeyLength")), (Ok(()), Ok(curve.bits)), "{}", curve.id);
        }
        for bits in [255, 257, 522, 528, 512, curve.bits - 1, curve.bits + 1, u32::MAX] {
            assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{} {bits}", curve.id);
        }
    }
}

/// behaviour.md c12.
#[test]
fn generic_ecdh_without_a_curve_fails_at_finalize() {
    let algorithm = open("ECDH");
    let key = generate(&algorithm, 0).unwrap();
    assert_eq!(finalize(&key), Err(INVALID_PARAMETER));
    for bits in [255, 256, 521] {
        assert_eq!(generate(&algorithm, bits).unwrap_err(), INVALID_PARAMETER, "{bits}");
    }
}

/// behaviour.md n on b9, b7: the key's own curve, whatever happens to the provider later.
#[test]
fn the_curve_may_be_chosen_on_the_key() {
    let algorithm = open_curve("nistP256");
    let (own, inherited) = (generate(&algorithm, 0).unwrap(), generate(&algorithm, 0).unwrap());
    set_curve(&own, "nistP521").unwrap();
    set_curve(&algorithm, "nistP384").unwrap();
    for (key, name, width) in [(&own, "nistP521", 66), (&inherited, "nistP256", 32)] {
        finalize(key).unwrap();
        assert_eq!(string(key, "ECCCurveName"), Ok(name.to_string()));
        assert_eq!(exported(key, "ECCPUBLICBLOB").map(|blob| blob.len()), Ok(8 + 2 * width), "{name}");
    }
}

/// behaviour.md c13, c14.
#[test]
fn an_unfinalized_key_can_do_nothing() {
    for id in ["ECDH_P256", "ECDH_P521", "DH"] {
        let algorithm = open(id);
        let bits = if id == "DH" { 512 } else { number(&algorithm, "KeyLength").unwrap() };
        let (pending, ready) = (generate(&algorithm, bits).unwrap(), new_key(&algorithm, bits));
        for kind in ["ECCPUBLICBLOB", "ECCPRIVATEBLOB", "DHPUBLICBLOB", "DHPRIVATEBLOB", "PUBLICBLOB"] {
            assert_eq!(size(&export(&pending, kind)), Err(INVALID_HANDLE), "{id} {kind}");
        }
        assert_eq!(agree(&pending, &ready).unwrap_err(), INVALID_HANDLE, "{id} as private key");
        assert_eq!(agree(&ready, &pending).unwrap_err(), INVALID_HANDLE, "{id} as public key");
    }
}

/// behaviour.md c13, c15.
#[test]
fn a_key_is_finalized_once() {
    let curve = p256();
    let algorithm = open(curve.id);
    let fresh = new_key(&algorithm, 256);
    let before = exported(&fresh, "ECCPRIVATEBLOB");
    let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let public = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
    for key in [&fresh, &private, &public] {
        assert_eq!(finalize(key), Err(INVALID_HANDLE));
    }
    assert_eq!(exported(&fresh, "ECCPRIVATEBLOB"), before, "the key stays what it was");
}

/// behaviour.md c18: the validation bits do no harm at Finalize; all other bits are our choice.
#[test]
fn flags_of_generate_and_finalize() {
    let algorithm = open("ECDH_P256");
    for flag in (0..32).map(|bit| 1u32 << bit) {
        let expected = if flag == 0x08 { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(generate_with(&algorithm, 256, flag).map(drop), expected, "Generate {flag:#x}");
        let key = generate(&algorithm, 256).unwrap();
        let expected = if flag & 0x38 != 0 { SUCCESS } else { INVALID_PARAMETER };
        assert_eq!(lib().finalize_key_pair(key.raw(), flag), expected, "Finalize {flag:#x}");
    }
}

/// behaviour.md n on f3: PrivKeyVal before Finalize; Finalize computes the public half.
#[test]
fn a_given_private_value_makes_the_key() {
    for curve in nist() {
        let parts = fields(&curve.private());
        let key = generate(&open(curve.id), curve.bits).unwrap();
        set(&key, "PrivKeyVal", &parts[2]).unwrap();
        finalize(&key).unwrap();
        assert_eq!(exported(&key, "ECCPRIVATEBLOB"), Ok(curve.private()), "{}", curve.id);
    }
}

/// behaviour.md n on c25 for n on P-521; the exact width is our choice.
#[test]
fn private_values_out_of_range_are_invalid() {
    for curve in nist() {
        let (n, width) = (&curve.domain.n, curve.width());
        let too_large = [n.clone(), plus(n, 1)].map(|d| bytes(&d, width));
        let wrong_width = [vec![1; width - 1], [vec![0], vec![1; width]].concat(), Vec::new()];
        let zero = vec![0; width];
        let key = generate(&open(curve.id), curve.bits).unwrap();
        for value in too_large.iter().chain(&wrong_width).chain([&zero, &vec![0xFF; width]]) {
            assert_eq!(set(&key, "PrivKeyVal", value), Err(INVALID_PARAMETER), "{} {value:02x?}", curve.id);
        }
        finalize(&key).unwrap();
        assert_sound(&curve, &key, curve.private_magic);
    }
}

#[test]
fn a_new_curve_forgets_the_private_value_undecided() {
    let (curve, key) = (&nist()[1], generate(&open_curve("nistP256"), 0).unwrap());
    let given = &fields(&p256().private())[2];
    set(&key, "PrivKeyVal", given).unwrap();
    set_curve(&key, curve.name).unwrap();
    finalize(&key).unwrap();
    assert_sound(curve, &key, ECDH_PRIVATE_GENERIC);
    assert!(!fields(&exported(&key, "ECCPRIVATEBLOB").unwrap())[2].ends_with(given));
}

#[test]
fn nothing_can_be_set_on_a_finalized_key() {
    let curve = p256();
    let key = new_key(&open("ECDH_P256"), 256);
    assert_eq!(set(&key, "PrivKeyVal", &fields(&curve.private())[2]), Err(INVALID_HANDLE));
    let generic = new_key(&open_curve("nistP256"), 0);
    for name in ["nistP256", "nistP384", "NOPE"] {
        assert_eq!(set_curve(&generic, name), Err(INVALID_HANDLE), "{name}");
    }
    assert_eq!(
        set(&generic, "KeyLength", &256u32.to_le_bytes()),
        Err(NOT_SUPPORTED),
        "read-only stays read-only"
    );
}

/// behaviour.md d1.
#[test]
fn agreement_needs_two_keys_and_a_place_for_the_secret() {
    for (id, bits) in [("ECDH_P256", 256), ("DH", 512)] {
        let key = new_key(&open(id), bits);
        let null = crate::support::objects::Handle(0);
        assert_eq!(agree(&null, &key).unwrap_err(), INVALID_HANDLE, "{id}");
        assert_eq!(agree(&key, &null).unwrap_err(), INVALID_HANDLE, "{id}");
        assert_eq!(lib().secret_agreement(key.raw(), key.raw(), null_mut(), 0), INVALID_PARAMETER, "{id}");
        let bad_key_first = lib().secret_agreement(null_mut(), key.raw(), null_mut(), 0);
        assert_eq!(bad_key_first, INVALID_HANDLE, "{id}: undecided, behaviour.md h5");
    }
}

/// behaviour.md d2, d9.
#[test]
fn only_the_public_part_of_the_second_key_counts() {
    let curve = p256();
    let algorithm = open(curve.id);
    let full = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
    let public = import(&algorithm, "ECCPUBLICBLOB", &curve.public()).unwrap();
    let other = new_key(&algorithm, 256);
    assert_eq!(agreed(&other, &full), agreed(&other, &public));
    assert_eq!(agreed(&full, &full), agreed(&full, &public), "a key with itself");
}

/// behaviour.md d4, weak: INVALID_PARAMETER is inferred.
#[test]
fn keys_that_do_not_fit_together_undecided() {
    let (p256, p384) = (p256(), &nist()[1]);
    let private = import(&open(p256.id), "ECCPRIVATEBLOB", &p256.private()).unwrap();
    let public_only = import(&open(p256.id), "ECCPUBLICBLOB", &p256.peer()).unwrap();
    let other_curve = import(&open(p384.id), "ECCPUBLICBLOB", &p384.peer()).unwrap();
    let montgomery = new_key(&open_curve("curve25519"), 0);
    let dh = new_key(&open("DH"), 512);
    let misfits = [
        ("public only", &public_only, &private),
        ("P-256 with P-384", &private, &other_curve),
        ("P-256 with curve25519", &private, &montgomery),
        ("curve25519 with P-256", &montgomery, &private),
        ("ECDH with DH", &private, &dh),
        ("DH with ECDH", &dh, &private),
    ];
    for (what, first, second) in misfits {
        assert_eq!(agree(first, second).unwrap_err(), INVALID_PARAMETER, "{what}");
    }
}

/// behaviour.md c33: the same curve under another name or algorithm is the same curve. d6's "one provider" is
/// ours alone.
#[test]
fn fixed_and_generic_keys_of_one_curve_agree() {
    for (curve, alias) in nist().iter().zip(["secP256r1", "secP384r1", "secP521r1"]) {
        let private = import(&open(curve.id), "ECCPRIVATEBLOB", &curve.private()).unwrap();
        for name in [curve.name, alias] {
            let peer = import(&open_curve(name), "ECCPUBLICBLOB", &curve.peer()).unwrap();
            assert_eq!(agreed(&private, &peer), Ok(curve.raw_secret()), "{name}");
        }
    }
    let x962 = import(&open_curve("x962P256v1"), "ECCPUBLICBLOB", &p256().peer()).unwrap();
    let private = import(&open("ECDH_P256"), "ECCPRIVATEBLOB", &p256().private()).unwrap();
    assert_eq!(agreed(&private, &x962), Ok(p256().raw_secret()));
}

#[test]
fn agreement_refuses_flags_undecided() {
    let key = new_key(&open("ECDH_P256"), 256);
    for flag in (0..32).map(|bit| 1 << bit) {
        let refused = receive(|out| lib().secret_agreement(key.raw(), key.raw(), out, flag));
        assert_eq!(refused.unwrap_err(), INVALID_PARAMETER, "{flag:#x}");
    }
}

/// behaviour.md g9 and n: asymmetric keys cannot be duplicated.
#[test]
fn duplicate_key_refuses_our_keys() {
    let curve = p256();
    let fresh = generate(&open(curve.id), 256).unwrap();
    let public = import(&open(curve.id), "ECCPUBLICBLOB", &curve.peer()).unwrap();
    for handle in [fresh.handle(), public.handle(), crate::support::objects::Handle(0)] {
        let copy = receive(|out| lib().duplicate_key(handle.raw(), out, null_mut(), 0, 0));
        assert_eq!(copy.unwrap_err(), INVALID_HANDLE);
    }
}

/// behaviour.md d7, h1.
#[test]
fn keys_and_secrets_are_destroyed_once() {
    let key = new_key(&open("ECDH_P256"), 256);
    let secret = agree(&key, &key).unwrap().into_handle();
    let key = key.into_handle();
    assert_eq!(lib().destroy_key(secret.raw()), INVALID_HANDLE, "a secret is no key");
    assert_eq!(lib().destroy_secret(key.raw()), INVALID_HANDLE, "a key is no secret");
    for expected in [SUCCESS, INVALID_HANDLE] {
        assert_eq!(lib().destroy_key(key.raw()), expected);
        assert_eq!(lib().destroy_secret(secret.raw()), expected);
    }
    assert_eq!(get(&key, "KeyStrength"), Err(INVALID_HANDLE), "a destroyed key answers nothing");
}
