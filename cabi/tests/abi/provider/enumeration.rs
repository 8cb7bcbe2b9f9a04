//! EnumAlgorithms, EnumProviders, FreeBuffer, the FIPS question and the absent calls: behaviour.md section g
//! and a2.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{BCRYPT_ALGORITHM_IDENTIFIER, BCRYPT_PROVIDER_NAME};

use crate::support::library::lib;
use crate::support::status::{INVALID_PARAMETER, NOT_FOUND, NOT_IMPLEMENTED, SUCCESS, Status};
use crate::support::text::{from_pointer, wide};

const UNTOUCHED: u32 = 0x5EED_5EED;

/// Name, class and flags of every algorithm that does one of these operations.
fn algorithms(operations: u32) -> Vec<(String, u32, u32)> {
    let (mut count, mut list) = (UNTOUCHED, null_mut::<BCRYPT_ALGORITHM_IDENTIFIER>());
    assert_eq!(lib().enum_algorithms(operations, &mut count, &mut list, 0), SUCCESS, "{operations:#x}");
    let found = (0..count as usize).map(|index| {
        // SAFETY: the library says the list has this many entries.
        let entry = unsafe { *list.add(index) };
        (from_pointer(entry.pszName), entry.dwClass, entry.dwFlags)
    });
    let found = found.collect();
    lib().free_buffer(list.cast());
    found
}

fn named(classes: &[(&str, u32)]) -> Vec<(String, u32, u32)> {
    classes.iter().map(|(name, class)| (name.to_string(), *class, 0)).collect()
}

const CIPHERS: [(&str, u32); 9] = [
    ("AES", 1),
    ("RC4", 1),
    ("DES", 1),
    ("DESX", 1),
    ("3DES", 1),
    ("3DES_112", 1),
    ("RC2", 1),
    ("XTS-AES", 1),
    ("CHACHA20_POLY1305", 1),
];
const AGREEMENT: [(&str, u32); 5] =
    [("DH", 4), ("ECDH_P256", 4), ("ECDH_P384", 4), ("ECDH_P521", 4), ("ECDH", 4)];
const SIGNATURES: [(&str, u32); 7] = [
    ("RSA_SIGN", 5),
    ("DSA", 5),
    ("ECDSA_P256", 5),
    ("ECDSA_P384", 5),
    ("ECDSA_P521", 5),
    ("ECDSA", 5),
    ("ML-DSA", 5),
];
const ENCAPSULATION: [(&str, u32); 1] = [("ML-KEM", 8)];
const ENCRYPTION: [(&str, u32); 1] = [("RSA", 3)];
const HASHES: [(&str, u32); 16] = [
    ("MD2", 2),
    ("MD4", 2),
    ("MD5", 2),
    ("SHA1", 2),
    ("SHA256", 2),
    ("SHA384", 2),
    ("SHA512", 2),
    ("SHA3-256", 2),
    ("SHA3-384", 2),
    ("SHA3-512", 2),
    ("CSHAKE128", 2),
    ("CSHAKE256", 2),
    ("KMAC128", 2),
    ("KMAC256", 2),
    ("AES-CMAC", 2),
    ("AES-GMAC", 2),
];

const DERIVATIONS: [(&str, u32); 7] = [
    ("CAPI_KDF", 7),
    ("PBKDF2", 7),
    ("SP800_108_CTR_HMAC", 7),
    ("SP800_56A_CONCAT", 7),
    ("TLS1_1_KDF", 7),
    ("TLS1_2_KDF", 7),
    ("HKDF", 7),
];

/// behaviour.md g1; the order and the zero flags are our choice, except that fixed curves come before generic
/// ECDH.
#[test]
fn operation_bits_choose_the_algorithms() {
    let random = [("RNG", 6), ("FIPS186DSARNG", 6), ("DUALECRNG", 6)];
    let everything =
        [&CIPHERS[..], &HASHES, &ENCRYPTION, &AGREEMENT, &SIGNATURES, &random, &DERIVATIONS, &ENCAPSULATION]
            .concat();
    assert_eq!(algorithms(0), named(&everything));
    assert_eq!(algorithms(1), named(&CIPHERS));
    assert_eq!(algorithms(4), named(&ENCRYPTION));
    assert_eq!(algorithms(8), named(&AGREEMENT));
    assert_eq!(algorithms(0x20), named(&random));
    assert_eq!(algorithms(2), named(&HASHES));
    assert_eq!(algorithms(0x10), named(&SIGNATURES));
    assert_eq!(algorithms(0x40), named(&DERIVATIONS));
    assert_eq!(algorithms(0x80), named(&ENCAPSULATION));
    assert_eq!(algorithms(0x28), named(&[&AGREEMENT[..], &random].concat()));
    assert_eq!(algorithms(0xFF), named(&everything));
}

/// What is listed can be opened, and has one provider and one class.
#[test]
fn every_listed_algorithm_opens_and_has_a_provider() {
    for (id, class, _) in algorithms(0) {
        assert!(algorithms(1 << (class - 1)).iter().any(|(name, ..)| *name == id), "{id}");
        assert_eq!(algorithms(0).iter().filter(|(name, ..)| *name == id).count(), 1, "{id}");
        crate::support::objects::open(&id);
        assert_eq!(providers(&id, 0), Ok(vec!["Microsoft Primitive Provider".to_string()]), "{id}");
    }
}

/// What a refused EnumAlgorithms answers, with its outputs checked.
fn refused_algorithms(operations: u32, flags: u32) -> Status {
    let sentinel = std::ptr::dangling_mut();
    let (mut count, mut list) = (UNTOUCHED, sentinel);
    let status = lib().enum_algorithms(operations, &mut count, &mut list, flags);
    assert_eq!((count, list), (UNTOUCHED, sentinel), "untouched on failure");
    status
}

/// behaviour.md g1.
#[test]
fn unknown_operations_and_flags_are_invalid() {
    for operations in [!0, 0x100, 0x108, 0x8000_0000] {
        assert_eq!(refused_algorithms(operations, 0), INVALID_PARAMETER, "{operations:#x}");
    }
    for flag in (0..32).map(|bit| 1 << bit) {
        assert_eq!(refused_algorithms(8, flag), INVALID_PARAMETER, "flag {flag:#x}");
    }
}

/// behaviour.md g1, g2.
#[test]
fn null_pointers_are_invalid() {
    let (mut count, mut list, mut providers) = (UNTOUCHED, null_mut(), null_mut());
    assert_eq!(lib().enum_algorithms(8, null_mut(), &mut list, 0), INVALID_PARAMETER);
    assert_eq!(lib().enum_algorithms(8, &mut count, null_mut(), 0), INVALID_PARAMETER);
    let id = wide("ECDH_P256");
    assert_eq!(lib().enum_providers(null(), &mut count, &mut providers, 0), INVALID_PARAMETER);
    assert_eq!(lib().enum_providers(id.as_ptr(), null_mut(), &mut providers, 0), INVALID_PARAMETER);
    assert_eq!(lib().enum_providers(id.as_ptr(), &mut count, null_mut(), 0), INVALID_PARAMETER);
    assert_eq!((count, list, providers), (UNTOUCHED, null_mut(), null_mut()), "untouched on failure");
}

fn providers(id: &str, flags: u32) -> Result<Vec<String>, Status> {
    let id = wide(id);
    let sentinel = std::ptr::dangling_mut::<BCRYPT_PROVIDER_NAME>();
    let (mut count, mut list) = (UNTOUCHED, sentinel);
    if let Err(status) = lib().enum_providers(id.as_ptr(), &mut count, &mut list, flags).ok() {
        assert_eq!((count, list), (UNTOUCHED, sentinel), "untouched on failure");
        return Err(status);
    }
    // SAFETY: the library says the list has this many entries.
    let names = (0..count as usize).map(|index| from_pointer(unsafe { *list.add(index) }.pszProviderName));
    let names = names.collect();
    lib().free_buffer(list.cast());
    Ok(names)
}

#[test]
fn one_provider_serves_every_algorithm_undecided() {
    for id in crate::provider::algorithms::IDS {
        assert_eq!(providers(id, 0), Ok(vec!["Microsoft Primitive Provider".to_string()]), "{id}");
    }
}

/// behaviour.md g2 calls NOT_FOUND plausible.
#[test]
fn providers_of_unknown_algorithms_are_not_found_undecided() {
    for id in ["", "NOPE", "ECDH_P257", "SHAKE128", "Composite-ML-KEM"] {
        assert_eq!(providers(id, 0), Err(NOT_FOUND), "{id}");
    }
    for flag in (0..32).map(|bit| 1 << bit) {
        assert_eq!(providers("DH", flag), Err(INVALID_PARAMETER), "{flag:#x}");
    }
}

/// behaviour.md g7 for NULL; that the program's own memory is passed over is our choice.
#[test]
fn freeing_what_is_no_list_is_harmless() {
    let (mut count, mut list, own) = (0, null_mut(), [7u64; 4]);
    assert_eq!(lib().enum_algorithms(0, &mut count, &mut list, 0), SUCCESS);
    for buffer in [null(), own.as_ptr().cast(), own[1..].as_ptr().cast(), list.cast_const().cast()] {
        lib().free_buffer(buffer);
    }
    assert_eq!(own, [7; 4]);
    assert_eq!(algorithms(8).len(), 5, "the lists of other calls are whole");
}

/// behaviour.md a2, g7; that it is the kernel's mode is our choice.
#[test]
fn the_fips_mode_is_the_kernels_undecided() {
    let kernel = std::fs::read("/proc/sys/crypto/fips_enabled").is_ok_and(|text| text.starts_with(b"1"));
    let mut enabled = [0xA5, 0xA5];
    assert_eq!(lib().get_fips_algorithm_mode(&mut enabled[0]), SUCCESS);
    assert_eq!(enabled, [u8::from(kernel), 0xA5], "one byte is the answer");
    assert_eq!(lib().get_fips_algorithm_mode(null_mut()), INVALID_PARAMETER);
}

/// behaviour.md h1: the one release that does not answer INVALID_HANDLE.
#[test]
fn destroy_hash_knows_no_hash() {
    let key = crate::support::objects::new_key(&crate::support::objects::open("ECDH_P256"), 256);
    let secret = crate::support::objects::agree(&key, &key).unwrap();
    let gone = crate::support::objects::open("DH").into_handle();
    assert_eq!(crate::support::objects::Alg::release_handle(gone), SUCCESS);
    use crate::support::objects::Object;
    for handle in [null_mut(), key.raw(), secret.raw(), gone.raw(), 0x41 as _, 0xDEAD_BEE0_usize as _] {
        assert_eq!(lib().destroy_hash(handle), INVALID_PARAMETER);
    }
}

/// behaviour.md a1, a2: any Windows program links; what we do not do says so, whatever it is given.
#[test]
fn every_other_export_of_bcrypt_dll_is_not_implemented() {
    let names: Vec<&str> =
        include_str!("../vectors/absent.txt").lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(names.len(), 66 - 65);
    for name in names {
        assert_eq!(lib().call_with_zeros(name), NOT_IMPLEMENTED, "{name}");
    }
}
