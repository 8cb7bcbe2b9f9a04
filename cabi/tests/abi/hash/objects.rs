//! What only some hashes can: IVs by property, names by property, keys of AES.

use super::{DONT_RESET, REUSABLE, create, duplicate, feed, finish, finish_with};
use crate::support::objects::open;
use crate::support::property::set;
use crate::support::status::{INVALID_PARAMETER, NOT_SUPPORTED};

/// behaviour.md j22.
#[test]
fn keys_of_aes() {
    for name in ["AES-CMAC", "AES-GMAC"] {
        for length in 0..40 {
            let made = create(&open(name), &vec![1; length], 0).map(drop);
            let expected = if [16, 24, 32].contains(&length) { Ok(()) } else { Err(INVALID_PARAMETER) };
            assert_eq!(made, expected, "{name} with {length}");
        }
    }
}

/// behaviour.md j23; what happens without an IV, and when, is our choice.
#[test]
fn gmac_needs_an_iv_for_each_mac_undecided() {
    let hash = create(&open("AES-GMAC"), &[1; 16], REUSABLE).unwrap();
    assert_eq!(feed(&hash, b"text"), Err(INVALID_PARAMETER));
    assert_eq!(finish(&hash, 16), Err(INVALID_PARAMETER));
    for length in [0, 1, 11, 13, 16] {
        assert_eq!(set(&hash, "IV", &vec![0; length]), Err(INVALID_PARAMETER), "an IV of {length}");
    }
    assert_eq!(set(&hash, "iv", &[0; 12]), Err(NOT_SUPPORTED));
    set(&hash, "IV", &[9; 12]).unwrap();
    set(&hash, "IV", &[0; 12]).unwrap();
    feed(&hash, b"text").unwrap();
    assert_eq!(set(&hash, "IV", &[0; 12]), Err(INVALID_PARAMETER), "once it has read");
    let mac = finish(&hash, 16).unwrap();
    assert_eq!(feed(&hash, b"text"), Err(INVALID_PARAMETER), "the IV is used up");
    set(&hash, "IV", &[0; 12]).unwrap();
    feed(&hash, b"text").unwrap();
    assert_eq!(finish(&hash, 16), Ok(mac));
}

/// behaviour.md j26, j27.
#[test]
fn names_of_cshake() {
    let hash = create(&open("CSHAKE128"), &[], 0).unwrap();
    set(&hash, "FunctionNameString", b"N").unwrap();
    set(&hash, "CustomizationString", b"S").unwrap();
    let other_order = create(&open("CSHAKE128"), &[], 0).unwrap();
    set(&other_order, "CustomizationString", b"S").unwrap();
    set(&other_order, "FunctionNameString", b"N").unwrap();
    feed(&hash, b"text").unwrap();
    for name in ["FunctionNameString", "CustomizationString"] {
        assert_eq!(set(&hash, name, b"later"), Err(INVALID_PARAMETER), "undecided");
    }
    let copy = duplicate(&hash).unwrap();
    let digest = finish(&hash, 50).unwrap();
    feed(&other_order, b"text").unwrap();
    assert_eq!(finish(&other_order, 50), Ok(digest.clone()));
    assert_eq!(finish(&copy, 50), Ok(digest.clone()));
    feed(&hash, b"text").unwrap();
    assert_eq!(finish(&hash, 50), Ok(digest.clone()), "the names survive");
    finish_with(&hash, 1, DONT_RESET).unwrap();
    assert_eq!(set(&hash, "CustomizationString", b"x"), Err(INVALID_PARAMETER), "undecided");
    let plain = create(&open("CSHAKE128"), &[], 0).unwrap();
    feed(&plain, b"text").unwrap();
    assert_ne!(finish(&plain, 50), Ok(digest));
}

/// behaviour.md j29: the customization alone, and a key of any length.
#[test]
fn names_and_keys_of_kmac() {
    let hash = create(&open("KMAC128"), &[], 0).unwrap();
    assert_eq!(set(&hash, "FunctionNameString", b"N"), Err(NOT_SUPPORTED));
    set(&hash, "CustomizationString", b"S").unwrap();
    let one = finish(&hash, 32).unwrap();
    assert_ne!(finish(&create(&open("KMAC128"), &[1; 1000], 0).unwrap(), 32), Ok(one.clone()));
    assert_ne!(finish_with(&hash, 32, DONT_RESET), Ok(one), "KMACXOF is another function");
}

#[test]
fn other_hashes_have_no_such_properties() {
    for name in ["SHA256", "AES-CMAC"] {
        let hash = create(&open(name), if name == "SHA256" { &[] } else { &[1; 16] }, 0).unwrap();
        for property in ["IV", "CustomizationString", "FunctionNameString", "HashDigestLength", "none"] {
            assert_eq!(set(&hash, property, &[0; 12]), Err(NOT_SUPPORTED), "{name} {property}");
        }
    }
}

#[test]
fn what_is_not_there_in_24h2_is_not_found() {
    // behaviour.md j14, j25.
    for name in ["SHAKE128", "SHAKE256", "SHA224", "SHA512/256", "SHA3-224", "BLAKE2", "HMAC"] {
        let opened = crate::support::objects::open_with(name, None, 0).map(drop);
        assert_eq!(opened, Err(crate::support::status::NOT_FOUND), "{name}");
    }
}
