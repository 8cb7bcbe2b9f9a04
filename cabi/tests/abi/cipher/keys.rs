//! Making symmetric keys, and the properties of ciphers.

use std::ptr::null_mut;

use super::call::{Way, aes, key, key_with, open_mode, run, set_mode};
use crate::support::library::lib;
use crate::support::objects::{Handle, Key, Object, open, receive};
use crate::support::output::too_small;
use crate::support::property::{get, number, read, set, string};
use crate::support::status::{
    ACCESS_DENIED, BUFFER_TOO_SMALL, INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS,
};
use crate::support::text::wide;

const SECRET: [u8; 300] = [0x5A; 300];

/// For every length of secret: the key's bits, or 0 where it is refused.
fn expected(algorithm: &str, length: usize) -> u32 {
    let bits = match algorithm {
        "AES" => [16, 24, 32].into_iter().find(|bytes| *bytes == length).unwrap_or(if length > 32 {
            32
        } else {
            0
        }),
        "XTS-AES" => match length {
            32 => 32,
            64.. => 64,
            _ => 0,
        },
        "CHACHA20_POLY1305" if length >= 32 => 32,
        "3DES" | "DESX" if length >= 24 => 24,
        "3DES_112" if length >= 16 => 16,
        "DES" if length >= 8 => 8,
        "RC2" if length >= 2 => length.min(128),
        "RC4" => length.min(64),
        _ => 0,
    };
    u32::try_from(bits * 8).unwrap()
}

const ALGORITHMS: [&str; 9] =
    ["AES", "XTS-AES", "CHACHA20_POLY1305", "3DES", "3DES_112", "DES", "DESX", "RC2", "RC4"];

/// behaviour.md s35, s46 to s48.
#[test]
fn every_length_of_secret() {
    for name in ALGORITHMS {
        let algorithm = open(name);
        for length in 0..=SECRET.len() {
            match (key_with(&algorithm, &SECRET[..length], 0), expected(name, length)) {
                (Err(status), 0) => assert_eq!(status, INVALID_PARAMETER, "{name} {length}"),
                (Ok(key), bits) => {
                    assert_eq!(number(&key, "KeyLength"), Ok(bits), "{name} {length}");
                    assert_eq!(number(&key, "KeyStrength"), Ok(bits));
                }
                (Err(status), bits) => panic!("{name} {length}: {status:?}, not {bits} bits"),
            }
        }
    }
    let rc4 = open("RC4");
    for (length, bits) in [(64, 512), (65, 520), (256, 2048), (300, 2048)] {
        let key = key_with(&rc4, &SECRET[..length], 0x80).unwrap();
        assert_eq!(number(&key, "KeyLength"), Ok(bits), "with EXTENDED_KEYSIZE");
    }
}

/// behaviour.md s47: without the flag only 64 bytes count.
#[test]
fn what_exceeds_the_longest_key_does_not_count() {
    let secret: Vec<u8> = (0..=255).collect();
    for (name, longest, flags) in [("AES", 32, 0), ("RC4", 64, 0), ("RC4", 256, 0x80), ("3DES_112", 16, 0)] {
        let algorithm = open(name);
        let text = [1; 16];
        let encrypted = |secret: &[u8]| {
            let key = key_with(&algorithm, secret, flags).unwrap();
            run(Way::Encrypt, &key, &text, None, 0).unwrap().0
        };
        assert_eq!(encrypted(&secret[..longest]), encrypted(&secret), "{name}");
        assert_ne!(
            encrypted(&secret[..longest]),
            encrypted(&secret[1..longest + 1.min(256 - longest)]),
            "{name}"
        );
    }
}

/// behaviour.md s48.
#[test]
fn parity_does_not_count_and_weak_keys_are_keys() {
    let text = [0x42; 8];
    let encrypted = |name: &str, secret: &[u8]| {
        run(Way::Encrypt, &key(&open_mode(name, "ECB"), secret), &text, None, 0).unwrap().0
    };
    assert_eq!(encrypted("DES", &[0x10; 8]), encrypted("DES", &[0x11; 8]));
    assert_eq!(encrypted("3DES", &[0xFE; 24]), encrypted("DES", &[0xFF; 8]), "three times the same");
    assert_eq!(encrypted("DES", &[0x01; 8]).len(), 8, "a weak key");
}

/// behaviour.md s78.
#[test]
fn equal_halves_are_refused_only_on_demand() {
    let algorithm = open("XTS-AES");
    for length in [32, 64] {
        assert!(key_with(&algorithm, &SECRET[..length], 0).is_ok());
        assert_eq!(key_with(&algorithm, &SECRET[..length], 0x100).map(drop), Err(INVALID_PARAMETER));
        let different: Vec<u8> = (0..64).collect();
        assert!(key_with(&algorithm, &different[..length], 0x100).is_ok());
    }
}

#[test]
fn wrong_arguments_of_generate() {
    let algorithm = open("AES");
    let call = |algorithm: Handle, object: usize, object_size, secret: *const u8, size, flags| {
        let mut memory = [0; 4096];
        let object = if object == 0 { null_mut() } else { memory.as_mut_ptr() };
        receive(|out| {
            lib().generate_symmetric_key(algorithm.raw(), out, object, object_size, secret, size, flags)
        })
        .map(Key::adopt)
        .map(drop)
    };
    let (handle, secret) = (algorithm.handle(), SECRET.as_ptr());
    assert_eq!(call(handle, 0, 0, secret, 16, 0), Ok(()));
    assert_eq!(call(Handle(0), 0, 0, secret, 16, 0), Err(INVALID_HANDLE));
    let (dh, rng) = (open("DH"), open("RNG"));
    assert_eq!(call(dh.handle(), 0, 0, secret, 16, 0), Err(NOT_SUPPORTED));
    assert_eq!(call(rng.handle(), 0, 0, secret, 16, 0), Err(NOT_SUPPORTED));
    assert_eq!(call(handle, 0, 0, std::ptr::null(), 16, 0), Err(INVALID_PARAMETER));
    assert_eq!(call(handle, 0, 0, std::ptr::null(), 0, 0), Err(INVALID_PARAMETER));
    for flag in 0..32 {
        let expected = if matches!(flag, 7 | 8) { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(call(handle, 0, 0, secret, 16, 1 << flag), expected, "{flag}");
    }
    let object = number(&algorithm, "ObjectLength").unwrap();
    assert_eq!(call(handle, 1, object, secret, 16, 0), Ok(()));
    assert_eq!(call(handle, 1, object + 1000, secret, 16, 0), Ok(()));
    assert_eq!(call(handle, 1, 0, secret, 16, 0), Ok(()));
    assert_eq!(call(handle, 1, object - 1, secret, 16, 0), Err(BUFFER_TOO_SMALL));
    assert_eq!(call(handle, 1, 1, secret, 16, 0), Err(BUFFER_TOO_SMALL));
    let status = lib().generate_symmetric_key(handle.raw(), null_mut(), null_mut(), 0, secret, 16, 0);
    assert_eq!(status, INVALID_PARAMETER);
}

/// behaviour.md s34, s39, s40.
#[test]
fn properties_of_algorithms() {
    let lengths = |object: &crate::support::objects::Alg, name: &str| {
        let bytes = get(object, name)?;
        Ok(bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect::<Vec<_>>())
    };
    for (name, block, keys, mode) in [
        ("AES", 16, [128, 256, 64], "ChainingModeCBC"),
        ("3DES", 8, [192, 192, 0], "ChainingModeCBC"),
        ("3DES_112", 8, [128, 128, 0], "ChainingModeCBC"),
        ("DES", 8, [64, 64, 0], "ChainingModeCBC"),
        ("DESX", 8, [192, 192, 0], "ChainingModeCBC"),
        ("RC2", 8, [16, 1024, 8], "ChainingModeCBC"),
        ("RC4", 1, [8, 512, 8], "ChainingModeN/A"),
        ("XTS-AES", 16, [256, 512, 256], "ChainingModeN/A"),
        ("CHACHA20_POLY1305", 1, [256, 256, 0], "ChainingModeN/A"),
    ] {
        let algorithm = open(name);
        assert_eq!(number(&algorithm, "BlockLength"), Ok(block), "{name}");
        assert_eq!(lengths(&algorithm, "KeyLengths"), Ok(keys.to_vec()), "{name}");
        assert_eq!(number(&algorithm, "PrimitiveType"), Ok(1));
        assert!(number(&algorithm, "ObjectLength").unwrap() > 0);
        assert_eq!(chaining_mode(&algorithm), mode);
        let key = key(&algorithm, &SECRET[..64]);
        assert_eq!(chaining_mode(&key), mode);
        assert_eq!(number(&key, "BlockLength"), Ok(block));
        assert_eq!(string(&key, "AlgorithmName").unwrap(), name);
        assert_eq!(get(&key, "AuthTagLength"), Err(NOT_SUPPORTED), "never on a key");
        assert_eq!(get(&key, "KeyLengths"), Err(NOT_SUPPORTED));
        assert_eq!(set(&algorithm, "KeyLength", &[128, 0, 0, 0]), Err(NOT_SUPPORTED));
    }
    let tags = |name, mode| lengths(&open_mode(name, mode), "AuthTagLength");
    assert_eq!(tags("AES", "CBC"), Err(NOT_SUPPORTED));
    assert_eq!(tags("AES", "GCM"), Ok(vec![12, 16, 1]));
    assert_eq!(tags("AES", "CCM"), Ok(vec![4, 16, 2]));
    assert_eq!(tags("CHACHA20_POLY1305", "N/A"), Ok(vec![16, 16, 0]));
}

fn chaining_mode(object: &impl Object) -> String {
    let field = get(object, "ChainingMode").unwrap();
    assert_eq!(field.len(), 64, "always as long");
    assert_eq!(too_small(&read(object, "ChainingMode"), 63), 64);
    let units: Vec<u16> = field.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let length = units.iter().position(|unit| *unit == 0).unwrap();
    assert!(units[length..].iter().all(|unit| *unit == 0));
    String::from_utf16(&units[..length]).unwrap()
}

/// behaviour.md s36 and s37: the text counts, not its size.
#[test]
fn a_mode_is_set_with_any_size() {
    let algorithm = open("AES");
    let (property, text) = (wide("ChainingMode"), wide("ChainingModeGCM"));
    for size in [0, 8, 15, 16, 30, 32, 64] {
        let key = key(&algorithm, &SECRET[..16]);
        let status = lib().set_property(key.raw(), property.as_ptr(), text.as_ptr().cast(), size, 0);
        assert_eq!(status, SUCCESS, "{size}");
        assert_eq!(chaining_mode(&key), "ChainingModeGCM");
    }
    // As long as the text without its NUL, which is not read then.
    let exact: Vec<u8> = "ChainingModeECB".encode_utf16().flat_map(u16::to_le_bytes).collect();
    set(&algorithm, "ChainingMode", &exact).unwrap();
    assert_eq!(chaining_mode(&algorithm), "ChainingModeECB");
    let status = lib().set_property(algorithm.raw(), property.as_ptr(), std::ptr::null(), 32, 0);
    assert_eq!(status, INVALID_PARAMETER);
}

/// behaviour.md s36 to s38.
#[test]
fn modes_by_algorithm() {
    let block = ["CBC", "ECB", "CFB"];
    for name in ALGORITHMS {
        for mode in ["CBC", "ECB", "CFB", "CCM", "GCM", "N/A", "KWP", "CTS", ""] {
            let has = match name {
                "AES" => block.contains(&mode) || ["CCM", "GCM"].contains(&mode),
                "RC4" | "XTS-AES" | "CHACHA20_POLY1305" => mode == "N/A",
                _ => block.contains(&mode),
            };
            let expected = if has { Ok(()) } else { Err(NOT_SUPPORTED) };
            let algorithm = open(name);
            let key = key(&algorithm, &SECRET[..64]);
            assert_eq!(set_mode(&algorithm, mode), expected, "{name} {mode}");
            assert_eq!(set_mode(&key, mode), expected, "{name} {mode}");
            if has {
                assert_eq!(chaining_mode(&key), format!("ChainingMode{mode}"));
            }
        }
    }
    // AES-CBC as a pseudo-handle: the mode is its own.
    let pseudo = Handle(0x1A1);
    assert_eq!(set_mode(&pseudo, "ECB"), Err(ACCESS_DENIED));
    for (handle, mode) in [(0x1A1, "CBC"), (0x1B1, "ECB"), (0x1C1, "CFB"), (0x1D1, "CCM"), (0x1E1, "GCM")] {
        let name = format!("ChainingMode{mode}");
        assert_eq!(chaining_mode(&Handle(handle)), name);
        assert_eq!(chaining_mode(&key(&Handle(handle), &SECRET[..16])), name);
    }
}

/// behaviour.md s37: a key keeps the mode that it was made with.
#[test]
fn a_later_choice_does_not_touch_a_key() {
    let algorithm = open_mode("AES", "ECB");
    let key = key(&algorithm, &SECRET[..16]);
    set_mode(&algorithm, "GCM").unwrap();
    assert_eq!(chaining_mode(&key), "ChainingModeECB");
}

/// behaviour.md s43, s44, s78.
#[test]
fn units_and_effective_lengths() {
    for (name, block) in [("AES", 16), ("DES", 8), ("RC2", 8), ("3DES", 8)] {
        let algorithm = open_mode(name, "CFB");
        assert_eq!(number(&algorithm, "MessageBlockLength"), Ok(1));
        for value in [0_u32, 1, 2, 7, 8, 15, 16, 17, 1 << 31] {
            let expected = if value == 1 || value == block { Ok(()) } else { Err(INVALID_PARAMETER) };
            assert_eq!(
                set(&algorithm, "MessageBlockLength", &value.to_le_bytes()),
                expected,
                "{name} {value}"
            );
        }
        set(&algorithm, "MessageBlockLength", &block.to_le_bytes()).unwrap();
        assert_eq!(number(&key(&algorithm, &SECRET[..64]), "MessageBlockLength"), Ok(block));
    }
    let sectors = key(&open("XTS-AES"), &SECRET[..32]);
    for (value, expected) in [
        (0_u32, Err(INVALID_PARAMETER)),
        (15, Err(INVALID_PARAMETER)),
        (16, Ok(())),
        (4096, Ok(())),
        (520, Err(INVALID_PARAMETER)),
    ] {
        assert_eq!(set(&sectors, "MessageBlockLength", &value.to_le_bytes()), expected, "{value}");
    }
    for name in ["RC4", "CHACHA20_POLY1305"] {
        assert_eq!(set(&open(name), "MessageBlockLength", &[1, 0, 0, 0]), Err(NOT_SUPPORTED));
    }
    assert_eq!(set(&aes("CFB", &SECRET[..16]), "MessageBlockLength", &[1]), Err(INVALID_PARAMETER));
    let rc2 = open("RC2");
    for (bits, expected) in [
        (0_u32, Err(INVALID_PARAMETER)),
        (15, Err(INVALID_PARAMETER)),
        (16, Ok(())),
        (1024, Ok(())),
        (1025, Err(INVALID_PARAMETER)),
    ] {
        assert_eq!(set(&rc2, "EffectiveKeyLength", &bits.to_le_bytes()), expected, "{bits}");
    }
    assert_eq!(set(&open("AES"), "EffectiveKeyLength", &[64, 0, 0, 0]), Err(NOT_SUPPORTED));
    // On the key it is the same as on the algorithm.
    let late = key(&open_mode("RC2", "ECB"), &[0x88, 0xBC, 0xA9, 0x0E, 0x90, 0x87, 0x5A]);
    assert_eq!(number(&late, "EffectiveKeyLength"), Ok(56));
    set(&late, "EffectiveKeyLength", &64_u32.to_le_bytes()).unwrap();
    let (ciphertext, _) = run(Way::Encrypt, &late, &[0; 8], None, 0).unwrap();
    assert_eq!(ciphertext, [0x6C, 0xCF, 0x43, 0x08, 0x97, 0x4C, 0x26, 0x7F]);
}
