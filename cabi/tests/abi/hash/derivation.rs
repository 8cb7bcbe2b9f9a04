//! DeriveKeyPBKDF2 and DeriveKeyCapi: behaviour.md j34, j35.

use std::ptr::{null, null_mut};

use super::{HMAC, REUSABLE, create, feed, finish, guarded, size};
use crate::support::library::{Raw, lib};
use crate::support::objects::{Handle, Hash, Object, open, open_with};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::{hex, wide_bytes};

const HMAC_SHA1: Handle = Handle(0xA1);

fn pbkdf2(
    prf: &impl Object,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    length: usize,
) -> Result<Vec<u8>, Status> {
    guarded(length, |output, output_size| {
        let (sizes, prf) = ((size(password), size(salt)), prf.raw());
        let (password, salt) = (password.as_ptr(), salt.as_ptr());
        lib().derive_key_pbkdf2(prf, password, sizes.0, salt, sizes.1, iterations, output, output_size, 0)
    })
}

/// behaviour.md j34.
#[test]
fn aes_cmac_is_a_prf_too() {
    let (password, salt) = (&wide_bytes("TEST_KDF")[..16], &wide_bytes("TEST_KDF_SALT")[..26]);
    let expected = hex("58d782b5d2639d423d7853f294189113");
    for flags in [HMAC, 0] {
        let prf = open_with("AES-CMAC", None, flags).unwrap();
        assert_eq!(pbkdf2(&prf, password, salt, 128, 16), Ok(expected.clone()), "flags {flags}");
        let short = pbkdf2(&prf, b"a short key", salt, 128, 16);
        assert_eq!(short, Err(INVALID_PARAMETER), "a password that is no key of AES: undecided");
    }
}

#[test]
fn pbkdf2_refuses() {
    for prf in [0x31, 0x41] {
        let plain = pbkdf2(&Handle(prf), b"password", b"salt", 1, 20);
        assert_eq!(plain, Err(INVALID_PARAMETER), "a plain hash: undecided");
    }
    for name in ["KMAC128", "AES-GMAC", "CSHAKE128"] {
        let other = pbkdf2(&open(name), &[1; 16], b"salt", 1, 20);
        assert_eq!(other, Err(INVALID_PARAMETER), "{name}: undecided");
    }
    assert_eq!(pbkdf2(&open("ECDH_P256"), b"password", b"salt", 1, 20), Err(NOT_SUPPORTED), "undecided");
    assert_eq!(pbkdf2(&HMAC_SHA1, b"password", b"salt", 0, 20), Err(INVALID_PARAMETER), "no iterations");
    for handle in [null_mut(), create(&HMAC_SHA1, b"", 0).unwrap().raw()] {
        let status = lib().derive_key_pbkdf2(handle, null(), 0, null(), 0, 1, [0; 20].as_mut_ptr(), 20, 0);
        assert_eq!(status, INVALID_HANDLE);
    }
    let (prf, mut out) = (HMAC_SHA1.raw(), [0xA5; 20]);
    let to = out.as_mut_ptr();
    assert_eq!(lib().derive_key_pbkdf2(prf, null(), 1, null(), 0, 1, to, 20, 0), INVALID_PARAMETER);
    assert_eq!(lib().derive_key_pbkdf2(prf, null(), 0, null(), 1, 1, to, 20, 0), INVALID_PARAMETER);
    assert_eq!(lib().derive_key_pbkdf2(prf, null(), 0, null(), 0, 1, null_mut(), 20, 0), INVALID_PARAMETER);
    for flag in (0..32).map(|bit| 1 << bit) {
        assert_eq!(lib().derive_key_pbkdf2(prf, null(), 0, null(), 0, 1, to, 20, flag), INVALID_PARAMETER);
    }
    assert_eq!(out, [0xA5; 20]);
    assert_eq!(lib().derive_key_pbkdf2(prf, null(), 0, null(), 0, 1, to, 20, 0), SUCCESS, "both empty");
    assert_eq!(lib().derive_key_pbkdf2(prf, null(), 0, null(), 0, 1, null_mut(), 0, 0), SUCCESS, "undecided");
}

/// The output may lie over password and salt.
#[test]
fn pbkdf2_in_place() {
    let expected = pbkdf2(&HMAC_SHA1, b"password", b"password", 2, 20).unwrap();
    let mut buffer = *b"password............";
    let (text, to) = (buffer.as_ptr(), buffer.as_mut_ptr());
    assert_eq!(lib().derive_key_pbkdf2(HMAC_SHA1.raw(), text, 8, text, 8, 2, to, 20, 0), SUCCESS);
    assert_eq!(buffer, *expected);
}

fn capi(hash: &impl Object, target: Raw, length: usize) -> Result<Vec<u8>, Status> {
    guarded(length, |output, size| lib().derive_key_capi(hash.raw(), target, output, size, 0))
}

fn hashed(name: &str, text: &[u8]) -> Hash {
    let hash = create(&open(name), &[], REUSABLE).unwrap();
    feed(&hash, text).unwrap();
    hash
}

#[test]
fn capi_of_windows() {
    let known = [
        (
            "SHA1",
            &b"test"[..],
            "9b031741f47511acff22ee40bbe8f9741726b6f2f8c788029adc0dd78358ea652e8b85c6dbb7ed1c",
        ),
        ("SHA1", b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        // These were computed from the formula; that SHA-256 has the same block is our choice.
        ("MD5", b"test", "4c24761a9faf710211815ae3871e4d49be08fd6afff5a612"),
        (
            "SHA256",
            b"test",
            "270c70d1e9812f40d00d6d867c900917579b88bccb1e7c3c8f0b538b1878309d3070eeda0369be44",
        ),
    ];
    for (name, text, expected) in known {
        let expected = hex(expected);
        assert_eq!(capi(&hashed(name, text), null_mut(), expected.len()), Ok(expected), "{name}");
    }
    let expanded = hex("9b031741f47511acff22ee40bbe8f974");
    // AES has no pseudo-handle of its own, but one for each mode.
    let aes = 0x1A1 as Raw;
    assert_eq!(capi(&hashed("SHA1", b"test"), aes, 16), Ok(expanded), "inferred");
    let sha256 = super::once(&open("SHA256"), &[], b"test", 32).unwrap();
    assert_eq!(capi(&hashed("SHA256", b"test"), aes, 16).as_deref(), Ok(&sha256[..16]), "inferred");
    assert_eq!(
        capi(&hashed("SHA256", b"test"), 0x31 as Raw, 32),
        Ok(sha256),
        "another target changes nothing"
    );
}

/// The padded value and its two hashes, by the second implementation, for every hash.
#[test]
fn capi_of_every_hash() {
    for oracle in crate::support::oracle::hash::HASHES {
        let mut block = oracle.digest(b"text");
        block.resize(64, 0);
        let masked = |mask: u8| block.iter().map(|byte| byte ^ mask).collect::<Vec<u8>>();
        let expanded = [oracle.digest(&masked(0x36)), oracle.digest(&masked(0x5C))].concat();
        for length in [oracle.length + 1, 2 * oracle.length] {
            let derived = capi(&hashed(oracle.name, b"text"), null_mut(), length);
            assert_eq!(derived.as_deref(), Ok(&expanded[..length]), "{}", oracle.name);
        }
        let derived = capi(&hashed(oracle.name, b"text"), null_mut(), oracle.length - 1);
        assert_eq!(derived.as_deref(), Ok(&block[..oracle.length - 1]), "{}", oracle.name);
    }
}

/// behaviour.md j35: the hash is spent, reusable or not.
#[test]
fn capi_spends_the_hash() {
    let hash = hashed("SHA1", b"test");
    for length in [0, 41, 1000] {
        assert_eq!(capi(&hash, null_mut(), length), Err(INVALID_PARAMETER), "{length} bytes");
    }
    assert_eq!(lib().derive_key_capi(hash.raw(), null_mut(), null_mut(), 20, 0), INVALID_PARAMETER);
    assert_eq!(lib().derive_key_capi(hash.raw(), 3 as Raw, [0; 20].as_mut_ptr(), 20, 0), INVALID_HANDLE);
    for flag in (0..32).map(|bit| 1 << bit) {
        let status = lib().derive_key_capi(hash.raw(), null_mut(), [0; 20].as_mut_ptr(), 20, flag);
        assert_eq!(status, INVALID_PARAMETER, "flag {flag:#x}");
    }
    assert!(capi(&hash, null_mut(), 20).is_ok(), "what was refused did not spend it");
    assert_eq!(capi(&hash, null_mut(), 20), Err(INVALID_HANDLE));
    assert_eq!(feed(&hash, b""), Err(INVALID_HANDLE));
    assert_eq!(finish(&hash, 20), Err(INVALID_HANDLE));
    assert_eq!(capi(&Handle(0), null_mut(), 20), Err(INVALID_PARAMETER), "NULL");
    assert_eq!(capi(&open("SHA1"), null_mut(), 20), Err(INVALID_HANDLE), "a provider: undecided");
    let xof = create(&open("CSHAKE128"), &[], 0).unwrap();
    assert_eq!(capi(&xof, null_mut(), 32), Err(INVALID_PARAMETER), "undecided");
}
