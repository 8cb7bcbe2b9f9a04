//! Pseudo-handles: behaviour.md b8 to b10.

use bcrypt_shim::algorithm::{ALGORITHMS, Does};

use crate::support::library::lib;
use crate::support::objects::{Handle, agreed, exported, finalize, generate, import, new_key};
use crate::support::property::{get, number, set, set_curve, string};
use crate::support::status::{ACCESS_DENIED, INVALID_HANDLE, NOT_IMPLEMENTED, NOT_SUPPORTED};
use crate::support::text::wide_bytes;

const OURS: [(usize, &str, u32); 32] = [
    (0xE1, "RSA", 3),
    (0x311, "RSA_SIGN", 5),
    (0x71, "RC4", 1),
    (0x141, "3DES", 1),
    (0x151, "3DES", 1),
    (0x161, "3DES", 1),
    (0x171, "3DES_112", 1),
    (0x181, "3DES_112", 1),
    (0x191, "3DES_112", 1),
    (0x1A1, "AES", 1),
    (0x1B1, "AES", 1),
    (0x1C1, "AES", 1),
    (0x1D1, "AES", 1),
    (0x1E1, "AES", 1),
    (0x1F1, "DES", 1),
    (0x201, "DES", 1),
    (0x211, "DES", 1),
    (0x221, "DESX", 1),
    (0x231, "DESX", 1),
    (0x241, "DESX", 1),
    (0x251, "RC2", 1),
    (0x261, "RC2", 1),
    (0x271, "RC2", 1),
    (0x381, "XTS-AES", 1),
    (0x3A1, "CHACHA20_POLY1305", 1),
    (0x81, "RNG", 6),
    (0x281, "DH", 4),
    (0x291, "ECDH", 4),
    (0x2A1, "ECDH_P256", 4),
    (0x2B1, "ECDH_P384", 4),
    (0x2C1, "ECDH_P521", 4),
    (0x2D1, "DSA", 5),
];

/// Some of each class that Windows has and this library lacks: value, id, PrimitiveType.
const ABSENT: [(usize, &str, u32); 1] = [(0x451, "SHAKE128", 2)];

/// 0x001, 0x011, .. 0x4A1: every value of the list is assigned.
fn known() -> impl Iterator<Item = Handle> {
    (0..=0x4A).map(|n| Handle(16 * n + 1))
}

fn is_ours(handle: Handle) -> bool {
    let row =
        ALGORITHMS.iter().find(|row| row.pseudo_handles.iter().any(|(value, _)| *value as usize == handle.0));
    row.is_some_and(|row| !matches!(row.does, Does::Nothing))
}

/// behaviour.md h2.
#[test]
fn ours_name_themselves() {
    for (value, id, class) in OURS {
        assert_eq!(string(&Handle(value), "AlgorithmName"), Ok(id.to_string()), "{value:#x}");
        assert_eq!(number(&Handle(value), "PrimitiveType"), Ok(class), "{id}");
    }
}

#[test]
fn absent_ones_name_themselves_undecided() {
    for (value, id, class) in ABSENT {
        assert_eq!(string(&Handle(value), "AlgorithmName"), Ok(id.to_string()), "{value:#x}");
        assert_eq!(number(&Handle(value), "PrimitiveType"), Ok(class), "{id}");
    }
}

#[test]
fn other_properties_of_absent_ones_are_not_implemented_undecided() {
    for handle in known().filter(|handle| !is_ours(*handle)) {
        for name in ["ObjectLength", "KeyLengths", "BlockLength", "HashDigestLength"] {
            assert_eq!(get(&handle, name), Err(NOT_IMPLEMENTED), "{handle:?} {name}");
        }
    }
}

/// behaviour.md b6.
#[test]
fn no_pseudo_handle_can_be_closed() {
    for handle in known() {
        assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE, "{handle:?}");
    }
}

/// behaviour.md b9: any property, whether it exists or not.
#[test]
fn nothing_can_be_set_on_a_pseudo_handle() {
    for handle in known() {
        for name in ["ECCCurveName", "ChainingMode", "KeyLength", "NoSuchProperty"] {
            assert_eq!(set(&handle, name, &wide_bytes("nistP256")), Err(ACCESS_DENIED), "{handle:?} {name}");
        }
    }
}

/// behaviour.md b10, h1.
#[test]
fn unassigned_values_are_invalid_handles() {
    for value in [0x4B1, 0x4C1, 0xFF1, 0x1001, 0x10001, 0xFFFF_FFF1, usize::MAX & !0xF | 1] {
        let handle = Handle(value);
        assert_eq!(get(&handle, "AlgorithmName"), Err(INVALID_HANDLE), "{value:#x}");
        assert_eq!(set(&handle, "ECCCurveName", &[0, 0]), Err(INVALID_HANDLE), "{value:#x}");
        assert_eq!(generate(&handle, 256).unwrap_err(), INVALID_HANDLE, "{value:#x}");
        assert_eq!(import(&handle, "ECCPUBLICBLOB", &[0; 72]).unwrap_err(), INVALID_HANDLE, "{value:#x}");
        assert_eq!(lib().close_algorithm_provider(handle.raw(), 0), INVALID_HANDLE, "{value:#x}");
        assert_eq!(lib().gen_random(handle.raw(), [0; 4].as_mut_ptr(), 4, 0), INVALID_HANDLE, "{value:#x}");
    }
}

/// behaviour.md h2: legal wherever an algorithm handle is.
#[test]
fn key_exchange_through_pseudo_handles_alone() {
    for curve in crate::support::curves::nist() {
        let algorithm = Handle(curve.pseudo_handle);
        let private = import(&algorithm, "ECCPRIVATEBLOB", &curve.private()).unwrap();
        let peer = import(&algorithm, "ECCPUBLICBLOB", &curve.peer()).unwrap();
        assert_eq!(agreed(&private, &peer), Ok(curve.raw_secret()), "{}", curve.id);
        let fresh = new_key(&algorithm, curve.bits);
        assert_eq!(agreed(&fresh, &peer).map(|z| z.len()), Ok(curve.width()), "{}", curve.id);
    }
    let dh = new_key(&Handle(0x281), 1024);
    assert_eq!(exported(&dh, "DHPUBLICBLOB").map(|blob| blob.len()), Ok(8 + 3 * 128));
}

/// behaviour.md n on b9; through 0x291 it is an inference.
#[test]
fn the_curve_of_generic_ecdh_goes_on_the_unfinalized_key() {
    let key = generate(&Handle(0x291), 0).unwrap();
    set_curve(&key, "nistP384").unwrap();
    finalize(&key).unwrap();
    assert_eq!(string(&key, "ECCCurveName"), Ok("nistP384".to_string()));
    assert_eq!(exported(&key, "ECCPUBLICBLOB").map(|blob| blob.len()), Ok(8 + 2 * 48));
}

/// behaviour.md c18: NOT_SUPPORTED where the algorithm has no key pairs; for import we choose the same.
#[test]
fn key_pairs_of_classes_without_key_pairs_are_not_supported() {
    for value in [0x41, 0x71, 0x81, 0xB1, 0x1A1, 0x331, 0x391, 0x3B1] {
        assert_eq!(generate(&Handle(value), 256).unwrap_err(), NOT_SUPPORTED, "{value:#x}");
        assert_eq!(import(&Handle(value), "PUBLICBLOB", &[0; 72]).unwrap_err(), NOT_SUPPORTED, "{value:#x}");
    }
}

#[test]
fn key_pairs_of_absent_asymmetric_algorithms_are_not_implemented_undecided() {
    for value in [0x491, 0x4A1] {
        assert_eq!(generate(&Handle(value), 2048).unwrap_err(), NOT_IMPLEMENTED, "{value:#x}");
        assert_eq!(
            import(&Handle(value), "PUBLICBLOB", &[0; 72]).unwrap_err(),
            NOT_IMPLEMENTED,
            "{value:#x}"
        );
    }
}
