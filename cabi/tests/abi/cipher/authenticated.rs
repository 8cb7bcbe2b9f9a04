//! GCM, CCM and ChaCha20-Poly1305 in one call.

use std::ptr::{null, null_mut};

use super::call::{Info, PADDING, Run, UNTOUCHED, Way, aes, key, seal, unseal};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, open};
use crate::support::status::{
    AUTH_TAG_MISMATCH, BUFFER_TOO_SMALL, INVALID_BUFFER_SIZE, INVALID_PARAMETER, SUCCESS, Status,
};

const SECRET: [u8; 32] = [0x3C; 32];
const NONCE: [u8; 12] = [7; 12];

/// Each cipher with a tag, its lengths of nonces and of tags.
fn ciphers() -> Vec<(&'static str, Key, Vec<usize>, Vec<usize>)> {
    vec![
        ("GCM", aes("GCM", &SECRET[..16]), vec![12], (12..=16).collect()),
        ("CCM", aes("CCM", &SECRET[..24]), (7..=13).collect(), vec![4, 6, 8, 10, 12, 14, 16]),
        ("ChaCha", key(&open("CHACHA20_POLY1305"), &SECRET), vec![12], vec![16]),
    ]
}

/// behaviour.md s68: each length of nonce and tag, and no other.
#[test]
fn every_length_of_nonce_and_tag() {
    for (name, key, nonces, tags) in ciphers() {
        let text = [9; 45];
        for nonce in 0..=20 {
            for tag in 0..=20 {
                let answer = seal(&key, &[5; 20][..nonce], b"header", &text, tag);
                if nonces.contains(&nonce) && tags.contains(&tag) {
                    let (ciphertext, made) = answer.unwrap();
                    let back = unseal(&key, &[5; 20][..nonce], b"header", &ciphertext, &made);
                    assert_eq!(back, Ok(text.to_vec()), "{name} {nonce} {tag}");
                } else {
                    assert_eq!(answer, Err(INVALID_PARAMETER), "{name} {nonce} {tag}");
                }
            }
        }
    }
}

/// behaviour.md s71: nothing decrypts that was changed, and nothing of the plaintext is left.
#[test]
fn what_was_changed_does_not_decrypt() {
    for (name, key, _, tags) in ciphers() {
        let text: Vec<u8> = (0..77).collect();
        for tag in tags {
            let (ciphertext, made) = seal(&key, &NONCE, b"header", &text, tag).unwrap();
            for bit in 0..made.len() * 8 {
                let mut wrong = made.clone();
                wrong[bit / 8] ^= 1 << (bit % 8);
                let answer = unseal(&key, &NONCE, b"header", &ciphertext, &wrong);
                assert_eq!(answer, Err(AUTH_TAG_MISMATCH), "{name}: bit {bit} of the tag");
            }
            for byte in 0..ciphertext.len() {
                let mut wrong = ciphertext.clone();
                wrong[byte] ^= 0x10;
                assert_eq!(unseal(&key, &NONCE, b"header", &wrong, &made), Err(AUTH_TAG_MISMATCH));
            }
            let refused = Err(AUTH_TAG_MISMATCH);
            assert_eq!(unseal(&key, &NONCE, b"Header", &ciphertext, &made), refused);
            assert_eq!(unseal(&key, &NONCE, b"", &ciphertext, &made), refused);
            assert_eq!(unseal(&key, &[8; 12], b"header", &ciphertext, &made), refused);
            assert_eq!(unseal(&key, &NONCE, b"header", &ciphertext[..76], &made), refused);
            assert_eq!(
                unseal(&key, &NONCE, b"header", &[], &made),
                refused,
                "an empty text is checked (s72)"
            );
        }
    }
}

/// behaviour.md s70: which calls ask for a size and which work.
#[test]
fn sizes_and_empty_texts() {
    for (name, key, _, _) in ciphers() {
        let mut info = Info::new(&NONCE, b"header", &[UNTOUCHED; 16]);
        let text = [1; 32];
        let run = |info: &mut Info| Run { info: info.pointer(), ..Run::new(Way::Encrypt, &key, &text) };
        assert_eq!(run(&mut info).query().call().refused(), (SUCCESS, Some(32)));
        assert_eq!(run(&mut info).room(31).call().refused(), (BUFFER_TOO_SMALL, Some(32)));
        assert_eq!(info.tag, [UNTOUCHED; 16], "{name}: neither wrote a tag");
        let back = Run { way: Way::Decrypt, ..run(&mut info) };
        assert_eq!(back.room(31).call().refused(), (BUFFER_TOO_SMALL, Some(32)));
        // NULL input of no bytes and NULL output is the empty text.
        let empty = Run { input: None, ..run(&mut info) }.query();
        assert_eq!(empty.call().refused(), (SUCCESS, Some(0)));
        let (_, tag) = seal(&key, &NONCE, b"header", &[], 16).unwrap();
        assert_eq!(info.tag, tag, "{name}");
        let decrypt = Run { way: Way::Decrypt, input: None, ..run(&mut info) }.query();
        assert_eq!(decrypt.call().refused(), (SUCCESS, Some(0)));
        let mut wrong = Info::new(&NONCE, b"header", &[0; 16]);
        let decrypt = Run { way: Way::Decrypt, input: None, ..run(&mut wrong) }.query();
        assert_eq!(decrypt.call().refused(), (AUTH_TAG_MISMATCH, Some(0)), "{name}");
    }
}

/// behaviour.md s70: padding counts in the size and is then refused.
#[test]
fn padding_is_refused_once_there_is_room() {
    let (key, text) = (aes("GCM", &SECRET), [1; 32]);
    let mut info = Info::new(&NONCE, b"", &[0; 16]);
    let run = Run { info: info.pointer(), flags: PADDING, ..Run::new(Way::Encrypt, &key, &text) };
    assert_eq!(run.clone().room(32).call().refused(), (BUFFER_TOO_SMALL, Some(48)));
    assert_eq!(run.room(48).call().refused(), (INVALID_PARAMETER, Some(48)));
}

/// behaviour.md s68 and s69: what is wrong with the structure; the IV is not looked at.
#[test]
fn wrong_structures() {
    for (name, key, _, _) in ciphers() {
        let text = [1; 32];
        let call = |change: &dyn Fn(&mut Info)| -> Status {
            let mut info = Info::new(&NONCE, b"header", &[0; 16]);
            change(&mut info);
            let run = Run { info: info.pointer(), ..Run::new(Way::Encrypt, &key, &text) };
            run.with_iv(Some(&[1; 5])).status
        };
        assert_eq!(call(&|_| ()), SUCCESS, "{name}");
        for size in [0, 87, 89, 80] {
            assert_eq!(call(&|info| info.raw.cbSize = size), INVALID_PARAMETER);
        }
        for version in [0, 2, u32::MAX] {
            assert_eq!(call(&|info| info.raw.dwInfoVersion = version), INVALID_PARAMETER);
        }
        assert_eq!(call(&|info| info.raw.pbNonce = null_mut()), INVALID_PARAMETER);
        assert_eq!(call(&|info| info.raw.pbTag = null_mut()), INVALID_PARAMETER);
        assert_eq!(call(&|info| info.raw.pbAuthData = null_mut()), INVALID_PARAMETER, "NULL with a size");
        assert_eq!(call(&|info| info.raw.cbTag = u32::MAX), INVALID_PARAMETER);
        assert_eq!(call(&|info| info.raw.cbNonce = u32::MAX), INVALID_PARAMETER);
        assert_eq!(call(&|info| info.raw.dwFlags = 4), INVALID_PARAMETER);
        assert_eq!(call(&|info| info.raw.dwFlags = 2), SUCCESS, "behaviour.md s74: no chain by itself");
        let without = Run { info: null(), ..Run::new(Way::Encrypt, &key, &text) };
        assert_eq!(without.call().refused(), (INVALID_PARAMETER, None));
        let mut info = Info::new(&NONCE, b"header", &[0; 16]);
        let mut size = 0;
        let mut output = [0; 64];
        let status = lib().encrypt(
            key.raw(),
            null(),
            32,
            info.pointer(),
            null_mut(),
            0,
            output.as_mut_ptr(),
            64,
            &mut size,
            0,
        );
        assert_eq!(status, INVALID_PARAMETER, "a NULL text with a size");
    }
}

/// SP 800-38C: the longer the nonce, the shorter the text.
#[test]
fn a_text_too_long_for_its_nonce() {
    let ccm = aes("CCM", &SECRET);
    let text = vec![3; 65_536];
    assert_eq!(seal(&ccm, &[1; 13], b"", &text, 16).map(drop), Err(INVALID_BUFFER_SIZE));
    let (ciphertext, tag) = seal(&ccm, &[1; 13], b"", &text[1..], 16).unwrap();
    assert_eq!(unseal(&ccm, &[1; 13], b"", &ciphertext, &tag).unwrap(), &text[1..]);
    assert!(seal(&ccm, &[1; 12], b"", &text, 16).is_ok());
}

/// behaviour.md s69 and s125: the tag right behind the text, in place; associated data within the output.
#[test]
fn one_buffer_for_everything() {
    for (name, key, _, _) in ciphers() {
        let text: Vec<u8> = (0..100).collect();
        let (ciphertext, tag) = seal(&key, &NONCE, &text[..20], &text, 16).unwrap();
        let mut memory = [text.clone(), vec![0; 16]].concat();
        let base = memory.as_mut_ptr();
        let mut info = Info::new(&NONCE, b"", &[0; 16]);
        (info.raw.pbAuthData, info.raw.cbAuthData) = (base, 20);
        info.raw.pbTag = base.wrapping_add(100);
        let mut size = 0;
        let raw = key.raw();
        let status = lib().encrypt(raw, base, 100, info.pointer(), null_mut(), 0, base, 100, &mut size, 0);
        assert_eq!(status, SUCCESS);
        assert_eq!(memory, [ciphertext.clone(), tag.clone()].concat(), "{name}");
        let mut info = Info::new(&NONCE, &text[..20], &[0; 16]);
        info.raw.pbTag = base.wrapping_add(100);
        let status = lib().decrypt(raw, base, 100, info.pointer(), null_mut(), 0, base, 100, &mut size, 0);
        assert_eq!((status, &memory[..100]), (SUCCESS, &text[..]), "{name}");
        for shift in [1, 16, 50] {
            let mut memory = [text.clone(), vec![0; 80]].concat();
            let base = memory.as_mut_ptr();
            let mut info = Info::new(&NONCE, &text[..20], &[0; 16]);
            let output = base.wrapping_add(shift);
            let status =
                lib().encrypt(raw, base, 100, info.pointer(), null_mut(), 0, output, 100, &mut size, 0);
            assert_eq!((status, &memory[shift..shift + 100]), (SUCCESS, &ciphertext[..]), "{name} {shift}");
        }
    }
}

/// CCM is ours, of the engine's parts: it must agree with the engine's own over many lengths.
#[test]
fn ccm_agrees_with_another_implementation() {
    use aws_lc_sys as lc;
    let key = aes("CCM", &SECRET[..16]);
    // The engine's own, for tags of 4 bytes and nonces of 13.
    let engine =
        // SAFETY: the algorithm is static, and the key has the 16 bytes that are read.
        unsafe { lc::EVP_AEAD_CTX_new(lc::EVP_aead_aes_128_ccm_bluetooth(), SECRET.as_ptr(), 16, 4) };
    assert!(!engine.is_null());
    let data: Vec<u8> = (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for aad in [0, 1, 13, 14, 15, 16, 30, 1000, 0xFEFF, 0xFF00, 0x10001] {
        for length in [0, 1, 15, 16, 17, 1023, 1024, 1025, 4097] {
            let (text, aad) = (&data[..length], &data[data.len() - aad..]);
            let (ciphertext, tag) = seal(&key, &[4; 13], aad, text, 4).unwrap();
            let (mut out, mut size) = (vec![0; length + 16], 0);
            // SAFETY: pointers and lengths are of live buffers; the nonce has 13 bytes.
            let sealed = unsafe {
                let (nonce, room) = ([4_u8; 13], out.len());
                let (aad_start, aad_size) = (aad.as_ptr(), aad.len());
                lc::EVP_AEAD_CTX_seal(
                    engine,
                    out.as_mut_ptr(),
                    &mut size,
                    room,
                    nonce.as_ptr(),
                    13,
                    text.as_ptr(),
                    length,
                    aad_start,
                    aad_size,
                )
            };
            assert_eq!(sealed, 1);
            assert_eq!(out[..size], [ciphertext, tag].concat(), "{} {length}", aad.len());
        }
    }
    // SAFETY: it was made above and is not used any more.
    unsafe { lc::EVP_AEAD_CTX_free(engine) }
}
