//! Encrypt and Decrypt.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::BCRYPT_OAEP_PADDING_INFO;

use super::call::{ENCRYPT_PKCS1, Pad, RAW, Way, decrypt, encrypt, numbers, run};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, exported, import, new_key, open};
use crate::support::oracle::hash::{self, HASHES};
use crate::support::oracle::rsa::{Numbers, oaep, text_of_oaep};
use crate::support::oracle::{bytes, number, plus};
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS};
use crate::support::text::wide;

const UNTOUCHED: u32 = 0x5EED_5EED;

struct Material {
    numbers: Numbers,
    private: Key,
    public: Key,
}

fn material(bits: u32) -> Material {
    let algorithm = open("RSA");
    let private = new_key(&algorithm, bits);
    let public = import(&algorithm, "RSAPUBLICBLOB", &exported(&private, "RSAPUBLICBLOB").unwrap()).unwrap();
    Material { numbers: numbers(&private), private, public }
}

/// behaviour.md t60, t62, t66: as the arithmetic does it, 0, 1 and n − 1 too.
#[test]
fn without_padding() {
    for bits in [512, 520, 1080] {
        let Material { numbers: key, private, public } = material(bits);
        let (n, width) = (number(&key.n), key.n.len());
        let texts = [number(&[0]), number(&[1]), number(&[2]), plus(&n, -2), plus(&n, -1), &n / number(&[3])];
        for text in texts.map(|text| bytes(&text, width)) {
            for flags in [0, 1] {
                let ciphertext = encrypt(&public, Pad::Flags(flags), &text).unwrap();
                assert_eq!(ciphertext, key.public_power(&text));
                assert_eq!(encrypt(&private, Pad::Flags(flags), &text), Ok(ciphertext.clone()));
                assert_eq!(decrypt(&private, Pad::Flags(flags), &ciphertext), Ok(text.clone()));
            }
        }
        for wrong in [n.clone(), plus(&n, 1), number(&vec![0xFF; width])] {
            let wrong = bytes(&wrong, width);
            assert_eq!(encrypt(&public, RAW, &wrong), Err(INVALID_PARAMETER), "behaviour.md t62");
            assert_eq!(decrypt(&private, RAW, &wrong), Err(INVALID_PARAMETER), "behaviour.md t68");
        }
        for length in [0, 1, 13, width - 1, width + 1, 2 * width] {
            let text = vec![0; length];
            assert_eq!(encrypt(&public, RAW, &text), Err(INVALID_PARAMETER), "{length}");
            assert_eq!(decrypt(&private, RAW, &text), Err(INVALID_PARAMETER), "{length}");
        }
    }
}

/// behaviour.md t63, t64, t66.
#[test]
fn pkcs1() {
    let Material { numbers: key, private, public } = material(640);
    let width = key.n.len();
    for length in [0, 1, 13, width - 12, width - 11] {
        let text = vec![0xD1; length];
        let (one, other) = (encrypt(&public, ENCRYPT_PKCS1, &text), encrypt(&public, ENCRYPT_PKCS1, &text));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_ne!(one, other, "the padding is random");
        assert_eq!(one.len(), width);
        for ciphertext in [&one, &other] {
            let padded = key.private_power(ciphertext);
            assert_eq!(padded[..2], [0, 2]);
            let (padding, behind) = padded[2..].split_at(width - 3 - length);
            assert!(padding.len() >= 8 && padding.iter().all(|&byte| byte != 0));
            assert_eq!((behind[0], &behind[1..]), (0, &text[..]));
            assert_eq!(decrypt(&private, ENCRYPT_PKCS1, ciphertext), Ok(text.clone()));
        }
    }
    let (status, size, _) = run(Way::Encrypt, &public, ENCRYPT_PKCS1, &vec![1; width - 10], Some(width));
    assert_eq!((status, size as usize), (INVALID_PARAMETER, width), "behaviour.md t63");
    // A structure is not looked at.
    let (text, mut out, mut written) = ([1; 3], [0; 80], 0);
    let nonsense = 0x10 as *const std::ffi::c_void;
    let status = lib().encrypt(
        public.raw(),
        text.as_ptr(),
        3,
        nonsense,
        null_mut(),
        0,
        out.as_mut_ptr(),
        80,
        &mut written,
        2,
    );
    assert_eq!((status, written), (SUCCESS, 80));
    assert_eq!(decrypt(&private, ENCRYPT_PKCS1, &out), Ok(text.to_vec()));
}

/// behaviour.md t67: everything that can be wrong is one status, and nothing is told of the length.
#[test]
fn wrong_paddings_of_pkcs1() {
    let Material { numbers: key, private, .. } = material(512);
    let width = key.n.len();
    let padded = |start: [u8; 2], padding: usize, behind: &[u8]| {
        let mut padded = vec![0x77; width];
        padded[..2].copy_from_slice(&start);
        padded[2 + padding..][..behind.len()].copy_from_slice(behind);
        key.public_power(&padded)
    };
    assert!(decrypt(&private, ENCRYPT_PKCS1, &padded([0, 2], 8, &[0])).is_ok());
    assert_eq!(decrypt(&private, ENCRYPT_PKCS1, &padded([0, 2], width - 3, &[0])), Ok(vec![]));
    for wrong in [
        padded([0, 1], 8, &[0]),
        padded([1, 2], 8, &[0]),
        padded([0, 3], 8, &[0]),
        padded([0, 2], 7, &[0]),
        padded([0, 2], 0, &[0]),
        padded([0, 2], 0, &[]),
        bytes(&number(&[0]), width),
        bytes(&number(&[1]), width),
        bytes(&plus(&number(&key.n), -1), width),
        key.n.clone(),
    ] {
        for room in [None, Some(0), Some(width)] {
            let (status, size, _) = run(Way::Decrypt, &private, ENCRYPT_PKCS1, &wrong, room);
            assert_eq!((status, size), (INVALID_PARAMETER, UNTOUCHED), "{room:?}: behaviour.md t67");
        }
    }
}

/// behaviour.md t63, t65, t66: every hash and label; as the arithmetic does it.
#[test]
fn oaep_of_every_hash() {
    let Material { numbers: key, private, public } = material(1536);
    let width = key.n.len();
    for hash in HASHES.iter().filter(|hash| !["MD2", "MD4"].contains(&hash.name)) {
        let largest = width - 2 * hash.length - 2;
        for label in [&[][..], &[1], &[0xAB; 300]] {
            let pad = Pad::Oaep(hash.name, label);
            for length in [0, 1, 13, largest - 1, largest] {
                let text = vec![0x5F; length];
                let (one, other) =
                    (encrypt(&public, pad, &text).unwrap(), encrypt(&public, pad, &text).unwrap());
                assert_ne!(one, other, "the seed is random");
                let padded = key.private_power(&one);
                assert_eq!(text_of_oaep(hash, label, &padded).as_ref(), Some(&text), "{}", hash.name);
                assert_eq!(decrypt(&private, pad, &one), Ok(text.clone()), "{}", hash.name);
                let own = key.public_power(&oaep(hash, width, label, &text, &vec![0x99; hash.length]));
                assert_eq!(decrypt(&private, pad, &own), Ok(text.clone()), "{}", hash.name);
                // Another label, another hash, another padding: behaviour.md t67.
                for wrong in [
                    Pad::Oaep(hash.name, b"x"),
                    Pad::Oaep("SHA256", label),
                    Pad::Oaep("SHA1", label),
                    ENCRYPT_PKCS1,
                ] {
                    // Once in 256 times the masked seed begins as PKCS #1 does.
                    let is_by_chance = format!("{wrong:?}") == format!("{ENCRYPT_PKCS1:?}") && padded[1] == 2;
                    if format!("{wrong:?}") != format!("{pad:?}") && !is_by_chance {
                        assert_eq!(decrypt(&private, wrong, &one), Err(INVALID_PARAMETER), "{wrong:?}");
                    }
                }
            }
            let (status, size, _) = run(Way::Encrypt, &public, pad, &vec![1; largest + 1], Some(width));
            assert_eq!((status, size as usize), (INVALID_PARAMETER, width), "behaviour.md t63");
        }
    }
    // Encodings that are wrong in one byte each.
    let hash = hash::find("SHA256");
    let good = oaep(hash, width, b"l", b"text", &[0x99; 32]);
    let verdict = |padded: &[u8]| decrypt(&private, Pad::Oaep("SHA256", b"l"), &key.public_power(padded));
    assert_eq!(verdict(&good), Ok(b"text".to_vec()));
    for at in [0, 1, 32, 33, 40, width - 6, width - 5] {
        let mut wrong = good.clone();
        wrong[at] ^= 1;
        assert_eq!(verdict(&wrong), Err(INVALID_PARAMETER), "{at}");
    }
    // The least key for SHA-256 and 13 bytes, and keys that are too small for the hash.
    let Material { private, public, .. } = material(640);
    let ciphertext = encrypt(&public, Pad::Oaep("SHA256", &[]), &[7; 13]).unwrap();
    assert_eq!(decrypt(&private, Pad::Oaep("SHA256", &[]), &ciphertext), Ok(vec![7; 13]));
    assert_eq!(encrypt(&public, Pad::Oaep("SHA256", &[]), &[7; 15]), Err(INVALID_PARAMETER));
    assert_eq!(encrypt(&public, Pad::Oaep("SHA512", &[]), &[]), Err(INVALID_PARAMETER));
    assert_eq!(decrypt(&private, Pad::Oaep("SHA512", &[]), &ciphertext), Err(INVALID_PARAMETER));
    for name in ["AES", "", "SHA224"] {
        assert_eq!(encrypt(&public, Pad::Oaep(name, &[]), &[7; 13]), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(decrypt(&private, Pad::Oaep(name, &[]), &ciphertext), Err(NOT_SUPPORTED), "{name}");
    }
}

#[test]
fn hashes_that_oaep_lacks_undecided() {
    let Material { private, public, .. } = material(640);
    for name in ["MD2", "MD4"] {
        assert_eq!(encrypt(&public, Pad::Oaep(name, &[]), &[7; 13]), Err(NOT_SUPPORTED), "{name}");
        assert_eq!(decrypt(&private, Pad::Oaep(name, &[]), &[1; 80]), Err(NOT_SUPPORTED), "{name}");
    }
}

/// behaviour.md t61, t62: the order in which Encrypt looks at things.
#[test]
fn sizes_of_encryption() {
    let Material { public, private, .. } = material(512);
    for key in [&public, &private] {
        for pad in
            [RAW, Pad::Flags(1), ENCRYPT_PKCS1, Pad::Flags(4), Pad::Oaep("SHA1", b"l"), Pad::Flags(0xFFFF)]
        {
            for text in [&[][..], &[1; 13], &[0xFF; 100]] {
                let (status, size, _) = run(Way::Encrypt, key, pad, text, None);
                assert_eq!((status, size), (SUCCESS, 64), "{pad:?}");
                for room in [0, 1, 63] {
                    let (status, size, _) = run(Way::Encrypt, key, pad, text, Some(room));
                    assert_eq!((status, size), (BUFFER_TOO_SMALL, 64), "{pad:?} {room}");
                }
            }
        }
        for flags in [3, 4, 5, 6, 7, 8, 9, 0x10, 0x12, 0x20, 0x100, u32::MAX] {
            let (status, size, _) = run(Way::Encrypt, key, Pad::Flags(flags), &[1; 13], Some(64));
            assert_eq!((status, size), (INVALID_PARAMETER, 64), "{flags:#x}");
        }
        let (status, size, out) = run(Way::Encrypt, key, ENCRYPT_PKCS1, &[1; 13], Some(100));
        assert_eq!((status, size), (SUCCESS, 64));
        assert_eq!(out[64..], [0xA5; 36], "a larger buffer keeps what is behind");
    }
}

/// behaviour.md t66 to t69: the order in which Decrypt looks at things.
#[test]
fn sizes_of_decryption() {
    let Material { public, private, .. } = material(640);
    for (pad, length) in [(RAW, 80), (ENCRYPT_PKCS1, 13), (Pad::Oaep("SHA256", b"l"), 13), (ENCRYPT_PKCS1, 0)]
    {
        let text = vec![1; length];
        let ciphertext = encrypt(&public, pad, &text).unwrap();
        let (status, size, _) = run(Way::Decrypt, &private, pad, &ciphertext, None);
        assert_eq!((status, size as usize), (SUCCESS, length), "{pad:?}");
        if length > 0 {
            for room in [0, length - 1] {
                let (status, size, _) = run(Way::Decrypt, &private, pad, &ciphertext, Some(room));
                assert_eq!((status, size as usize), (BUFFER_TOO_SMALL, length), "{pad:?} {room}");
            }
        }
        let (status, size, out) = run(Way::Decrypt, &private, pad, &ciphertext, Some(length + 20));
        assert_eq!((status, size as usize, &out[..length]), (SUCCESS, length, &text[..]));
        assert_eq!(out[length..], [0xA5; 20]);
        for room in [None, Some(80)] {
            assert_eq!(
                run(Way::Decrypt, &public, pad, &ciphertext, room).0,
                INVALID_PARAMETER,
                "behaviour.md t69"
            );
            for wrong in [&ciphertext[1..], &[&[0], &ciphertext[..]].concat(), &[]] {
                assert_eq!(
                    run(Way::Decrypt, &private, pad, wrong, room).0,
                    INVALID_PARAMETER,
                    "behaviour.md t68"
                );
            }
        }
    }
    for flags in [3, 4, 5, 6, 7, 8, 0x10, 0x12, 0x20, 0x100, u32::MAX] {
        for room in [None, Some(0), Some(80)] {
            let (status, size, _) = run(Way::Decrypt, &private, Pad::Flags(flags), &[1; 80], room);
            assert_eq!((status, size), (INVALID_PARAMETER, UNTOUCHED), "{flags:#x}");
        }
    }
}

/// Every pointer NULL, beside a size and not; OAEP's own pointers.
#[test]
fn null_pointers() {
    let Material { public, private, .. } = material(640);
    let (text, mut out, mut written) = ([1_u8; 80], [0_u8; 80], 7_u32);
    for (call, key) in [
        (crate::support::library::Library::encrypt as fn(_, _, _, _, _, _, _, _, _, _, _) -> _, &public),
        (crate::support::library::Library::decrypt, &private),
    ] {
        for size in [0, 80] {
            for flags in [0, 1, 2] {
                let status = call(
                    lib(),
                    key.raw(),
                    null(),
                    size,
                    null(),
                    null_mut(),
                    0,
                    out.as_mut_ptr(),
                    80,
                    &mut written,
                    flags,
                );
                assert_eq!(status, INVALID_PARAMETER, "behaviour.md t64");
            }
        }
        for pointer in [null_mut(), out.as_mut_ptr()] {
            let status =
                call(lib(), key.raw(), text.as_ptr(), 80, null(), null_mut(), 0, pointer, 80, null_mut(), 0);
            assert_eq!(status, INVALID_PARAMETER);
        }
        let name = wide("SHA256");
        for (name, label, size) in
            [(null(), null_mut(), 0), (name.as_ptr(), null_mut(), 1), (null(), out.as_mut_ptr(), 4)]
        {
            let info = BCRYPT_OAEP_PADDING_INFO { pszAlgId: name, pbLabel: label, cbLabel: size };
            let info = (&raw const info).cast();
            let status = call(
                lib(),
                key.raw(),
                text.as_ptr(),
                80,
                info,
                null_mut(),
                0,
                out.as_mut_ptr(),
                80,
                &mut written,
                4,
            );
            assert_eq!(status, INVALID_PARAMETER);
        }
    }
    assert_eq!(out, [0; 80], "nothing was written");
}

/// Input and output in one place, and an IV, which is not looked at.
#[test]
fn in_place() {
    let Material { public, private, .. } = material(512);
    let (mut place, mut written) = ([9_u8; 64], 0);
    let pointer = place.as_mut_ptr();
    let iv = 0x10 as *mut u8;
    let status = lib().encrypt(public.raw(), pointer, 20, null(), iv, 16, pointer, 64, &mut written, 2);
    assert_eq!((status, written), (SUCCESS, 64));
    let status = lib().decrypt(private.raw(), pointer, 64, null(), iv, 16, pointer, 64, &mut written, 2);
    assert_eq!((status, written), (SUCCESS, 20));
    assert_eq!(place[..20], [9; 20]);
}
