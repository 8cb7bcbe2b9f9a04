//! Importing and exporting symmetric keys.

use std::ptr::null_mut;

use super::call::{Way, aes, duplicate, key, key_with, open_mode, run};
use crate::support::library::lib;
use crate::support::objects::{Alg, Handle, Key, Object, exported, new_key, open, receive};
use crate::support::output::{Fetch, fetch, size, too_small, whole};
use crate::support::property::{get, number, set};
use crate::support::status::{INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, Status};
use crate::support::text::{hex, wide};

const DATA: &str = "KeyDataBlob";
const WRAP: &str = "Rfc3565KeyWrapBlob";
const OPAQUE: &str = "OpaqueKeyBlob";

pub fn import(algorithm: &impl Object, wrapping: Handle, kind: &str, blob: &[u8]) -> Result<Key, Status> {
    let (kind, size) = (wide(kind), u32::try_from(blob.len()).unwrap());
    receive(|out| {
        let (algorithm, wrapping, blob) = (algorithm.raw(), wrapping.raw(), blob.as_ptr());
        lib().import_key(algorithm, wrapping, kind.as_ptr(), out, null_mut(), 0, blob, size, 0)
    })
    .map(Key::adopt)
}

pub fn export(key: &Key, wrapping: Handle, kind: &str) -> impl Fetch + use<> {
    let (key, kind) = (key.handle(), wide(kind));
    move |output: *mut u8, size: u32, result: *mut u32| {
        lib().export_key(key.raw(), wrapping.raw(), kind.as_ptr(), output, size, result, 0)
    }
}

const NONE: Handle = Handle(0);

/// behaviour.md s81.
#[test]
fn key_data() {
    let key = aes("CBC", &hex("000102030405060708090a0b0c0d0e0f"));
    let blob = exported(&key, DATA).unwrap();
    assert_eq!(blob, hex("4b44424d0100000010000000000102030405060708090a0b0c0d0e0f"));
    assert_eq!(too_small(&export(&key, NONE, DATA), 27), 28);
    let algorithm = open("AES");
    let back = import(&algorithm, NONE, DATA, &blob).unwrap();
    assert_eq!(exported(&back, DATA).unwrap(), blob);
    let longer = [&blob[..], &[9; 40]].concat();
    assert_eq!(exported(&import(&algorithm, NONE, DATA, &longer).unwrap(), DATA).unwrap(), blob);
    let refuses =
        |blob: &[u8]| assert_eq!(import(&algorithm, NONE, DATA, blob).map(drop), Err(INVALID_PARAMETER));
    for length in 0..blob.len() {
        refuses(&blob[..length]);
    }
    for byte in 0..12 {
        let mut wrong = blob.clone();
        wrong[byte] ^= 1;
        refuses(&wrong);
    }
    let sizes = |length: u32| [&hex("4b44424d01000000"), &length.to_le_bytes()[..], &[7; 64]].concat();
    refuses(&sizes(17));
    refuses(&sizes(u32::MAX));
    let cut = import(&algorithm, NONE, DATA, &sizes(33)).unwrap();
    assert_eq!(number(&cut, "KeyLength"), Ok(256), "as GenerateSymmetricKey");
}

/// behaviour.md s82, with the blob seen on Windows.
#[test]
fn a_wrapped_key() {
    let (kek, secret) = (aes("CBC", &[0x11; 16]), [0x22; 32]);
    let key = aes("GCM", &secret);
    let call = export(&key, kek.handle(), WRAP);
    assert_eq!(size(&call), Ok(40));
    let blob = whole(&call).unwrap();
    assert_eq!(blob, hex("336e511025badbcecb25008551c0fa2166dd6d6746760f8a44e56531cb02529c69591aec672711aa"));
    assert_eq!(too_small(&call, 39), 40);
    let algorithm = open("AES");
    let back = import(&algorithm, kek.handle(), WRAP, &blob).unwrap();
    assert_eq!(exported(&back, DATA).unwrap()[12..], secret);
    let refuses = |wrapping: Handle, blob: &[u8]| {
        assert_eq!(import(&algorithm, wrapping, WRAP, blob).map(drop), Err(INVALID_PARAMETER));
    };
    refuses(NONE, &blob);
    let other = aes("CBC", &[0x12; 16]);
    refuses(other.handle(), &blob);
    for length in 0..blob.len() {
        refuses(kek.handle(), &blob[..length]);
    }
    for bit in 0..blob.len() * 8 {
        let mut wrong = blob.clone();
        wrong[bit / 8] ^= 1 << (bit % 8);
        refuses(kek.handle(), &wrong);
    }
}

#[test]
fn keys_that_can_not_wrap_or_be_wrapped() {
    let kek = aes("CBC", &[0x11; 16]);
    let key = aes("CBC", &[0x22; 16]);
    let (rc4, dh) = (super::call::key(&open("RC4"), &[1; 16]), new_key(&open("DH"), 2048));
    for wrapping in [rc4.handle(), dh.handle()] {
        assert_eq!(whole(&export(&key, wrapping, WRAP)), Err(INVALID_PARAMETER));
    }
    assert_eq!(whole(&export(&key, NONE, WRAP)), Err(INVALID_PARAMETER));
    assert_eq!(whole(&export(&key, kek.handle(), DATA)), Err(INVALID_PARAMETER));
    assert_eq!(whole(&export(&key, Handle(0x1234_5670), WRAP)), Err(INVALID_HANDLE));
    assert_eq!(whole(&export(&dh, kek.handle(), "DHPUBLICBLOB")), Err(INVALID_PARAMETER));
    let des = super::call::key(&open("DES"), &[1; 8]);
    assert_eq!(whole(&export(&des, kek.handle(), WRAP)), Err(INVALID_PARAMETER), "too short (RFC 3394)");
    let algorithm = open("AES");
    let blob = exported(&key, DATA).unwrap();
    assert_eq!(import(&algorithm, kek.handle(), DATA, &blob).map(drop), Err(INVALID_PARAMETER));
    assert_eq!(import(&algorithm, Handle(0x1234_5670), DATA, &blob).map(drop), Err(INVALID_HANDLE));
}

/// behaviour.md s83: every cipher, with what was chosen of its key.
#[test]
fn opaque_blobs_keep_what_was_chosen() {
    for (name, mode, property, value) in [
        ("AES", "GCM", "", 0_u32),
        ("AES", "CFB", "MessageBlockLength", 16),
        ("XTS-AES", "N/A", "MessageBlockLength", 512),
        ("CHACHA20_POLY1305", "N/A", "", 0),
        ("3DES", "ECB", "", 0),
        ("3DES_112", "CBC", "", 0),
        ("DES", "CFB", "MessageBlockLength", 8),
        ("DESX", "ECB", "", 0),
        ("RC2", "ECB", "EffectiveKeyLength", 40),
        ("RC4", "N/A", "", 0),
    ] {
        let secret: Vec<u8> = (0..64).collect();
        let one = key(&open_mode(name, mode), &secret);
        if !property.is_empty() {
            set(&one, property, &value.to_le_bytes()).unwrap();
        }
        let blob = exported(&one, OPAQUE).unwrap();
        let algorithm = open(name);
        let other = import(&algorithm, NONE, OPAQUE, &blob).unwrap();
        assert_eq!(get(&other, "ChainingMode"), get(&one, "ChainingMode"), "{name}");
        assert_eq!(exported(&other, DATA), exported(&one, DATA), "{name}");
        if !property.is_empty() {
            assert_eq!(number(&other, property), Ok(value), "{name}");
        }
        assert_eq!(exported(&duplicate(&other), OPAQUE).unwrap(), blob, "{name}");
        for length in 0..blob.len() {
            let cut = import(&algorithm, NONE, OPAQUE, &blob[..length]);
            assert_eq!(cut.map(drop), Err(INVALID_PARAMETER), "{name}, cut to {length}");
        }
        for byte in 0..blob.len() {
            let mut wrong = blob.clone();
            wrong[byte] ^= 0x40;
            assert_eq!(import(&algorithm, NONE, OPAQUE, &wrong).map(drop), Err(INVALID_PARAMETER));
        }
        let stranger = open(if name == "AES" { "DES" } else { "AES" });
        assert_eq!(import(&stranger, NONE, OPAQUE, &blob).map(drop), Err(INVALID_PARAMETER));
    }
    // Into a pseudo-handle, here AES-CBC.
    let gcm = exported(&aes("GCM", &[1; 16]), OPAQUE).unwrap();
    assert!(import(&Handle(0x1A1), NONE, OPAQUE, &gcm).is_ok());
    let effective = import(&open("RC2"), NONE, OPAQUE, &{
        let algorithm: Alg = open_mode("RC2", "ECB");
        set(&algorithm, "EffectiveKeyLength", &64_u32.to_le_bytes()).unwrap();
        exported(&key(&algorithm, &hex("88bca90e90875a")), OPAQUE).unwrap()
    });
    let (ciphertext, _) = run(Way::Encrypt, &effective.unwrap(), &[0; 8], None, 0).unwrap();
    assert_eq!(ciphertext, hex("6ccf4308974c267f"));
}

#[test]
fn unknown_types_and_other_kinds() {
    let key = aes("CBC", &[1; 16]);
    for kind in ["ECCPUBLICBLOB", "DHPRIVATEBLOB", "keydatablob", "", "RSAFULLPRIVATEBLOB"] {
        assert_eq!(whole(&export(&key, NONE, kind)), Err(NOT_SUPPORTED), "{kind}");
        assert_eq!(import(&open("AES"), NONE, kind, &[0; 64]).map(drop), Err(NOT_SUPPORTED), "{kind}");
    }
    let dh = new_key(&open("DH"), 2048);
    assert_eq!(whole(&export(&dh, NONE, DATA)), Err(NOT_SUPPORTED));
    let blob = exported(&key, DATA).unwrap();
    assert_eq!(import(&open("DH"), NONE, DATA, &blob).map(drop), Err(NOT_SUPPORTED));
    assert_eq!(fetch(&export(&key, NONE, DATA), 28).unwrap(), blob);
    // RC4 keys as long as only a flag makes them.
    let long = key_with(&open("RC4"), &[3; 200], 0x80).unwrap();
    let back = import(&open("RC4"), NONE, OPAQUE, &exported(&long, OPAQUE).unwrap()).unwrap();
    assert_eq!(number(&back, "KeyLength"), Ok(1600));
}
