//! ECB, CBC and CFB: sizes, the order of checks, IVs, padding, buffers that overlap.

use std::ptr::null_mut;

use super::call::{Outcome, PADDING, Run, UNTOUCHED, Way, aes, duplicate, key, open_mode, run};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, open};
use crate::support::property::{get, set};
use crate::support::status::{BUFFER_TOO_SMALL, DATA_ERROR, INVALID_BUFFER_SIZE, INVALID_PARAMETER, SUCCESS};
use crate::support::text::hex;

const KEY: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const IV: [u8; 16] = KEY;

fn encrypt(key: &Key, text: &[u8], iv: Option<&[u8]>) -> Vec<u8> {
    run(Way::Encrypt, key, text, iv, 0).unwrap().0
}

/// behaviour.md s60 and s61, with the values seen on Windows.
#[test]
fn the_iv_goes_on_in_the_key_and_with_the_caller() {
    let cbc = aes("CBC", &KEY);
    let (first, iv) = run(Way::Encrypt, &cbc, &KEY, Some(&IV), 0).unwrap();
    assert_eq!(first, hex("c6a13b37878f5b826f4f8162a1c8d879"));
    assert_eq!(iv, first, "the last block of ciphertext");
    assert_eq!(encrypt(&cbc, &KEY, None), hex("b58a1064d8aca99bd9b0405b8545f5bb"));
    let cfb = aes("CFB", &KEY);
    let (first, iv) = run(Way::Encrypt, &cfb, &KEY, Some(&IV), 0).unwrap();
    assert_eq!(iv, first);
    assert_eq!(encrypt(&cfb, &KEY, None), hex("b59de78e0f8016c3f680adf8aceff99f"));
    // The same IV buffer three times; before the third its first byte is set to 1.
    let secret: Vec<u8> = (1..=16).collect();
    let other = aes("CBC", &secret);
    let text = b"abcdefghijklmnop";
    let (first, mut iv) = run(Way::Encrypt, &other, text, Some(&[0; 16]), 0).unwrap();
    assert_eq!(first, hex("b0cbf580d4e355236e195bdbfee06cd3"));
    let (second, after) = run(Way::Encrypt, &other, text, Some(&iv), 0).unwrap();
    assert_eq!(second, hex("060c81abd4288042ce30561715009ec1"));
    iv = after;
    iv[0] = 1;
    let (third, _) = run(Way::Encrypt, &other, text, Some(&iv), 0).unwrap();
    assert_eq!(third, hex("3e99bf02f5d3b881914d93ead4929346"));
}

/// behaviour.md s60: decryption goes on from the ciphertext too.
#[test]
fn decryption_goes_on_as_encryption_did() {
    for (mode, unit) in [("CBC", 16_u32), ("CFB", 1), ("CFB", 16)] {
        let keys: Vec<Key> = (0..2).map(|_| aes(mode, &KEY)).collect();
        let mut text = Vec::new();
        for (way, key) in [(Way::Encrypt, &keys[0]), (Way::Decrypt, &keys[1])] {
            if mode == "CFB" {
                set(key, "MessageBlockLength", &unit.to_le_bytes()).unwrap();
            }
            let given: Vec<u8> = if way == Way::Encrypt { (0..96).collect() } else { text.clone() };
            text = given.chunks(32).flat_map(|part| run(way, key, part, None, 0).unwrap().0).collect();
        }
        assert_eq!(text, (0..96).collect::<Vec<u8>>(), "{mode} {unit}");
    }
}

/// behaviour.md s42 and s60: the IV property is that register; aws-c-cal sets it once and goes on with NULL.
#[test]
fn the_iv_property_is_the_running_iv() {
    let cbc = aes("CBC", &KEY);
    assert_eq!(get(&cbc, "IV"), Ok(vec![0; 16]));
    set(&cbc, "IV", &IV).unwrap();
    assert_eq!(encrypt(&cbc, &KEY, None), hex("c6a13b37878f5b826f4f8162a1c8d879"));
    assert_eq!(get(&cbc, "IV"), Ok(hex("c6a13b37878f5b826f4f8162a1c8d879")));
    assert_eq!(set(&cbc, "IV", &IV[..15]), Err(INVALID_PARAMETER));
    assert_eq!(set(&aes("ECB", &KEY), "IV", &IV), Ok(()), "even on a key that has no use for it");
}

/// behaviour.md s51.
#[test]
fn a_copy_goes_its_own_way() {
    let one = aes("CBC", &KEY);
    let _ = run(Way::Encrypt, &one, &KEY, Some(&IV), 0).unwrap();
    let other = duplicate(&one);
    let next = hex("b58a1064d8aca99bd9b0405b8545f5bb");
    assert_eq!(encrypt(&one, &KEY, None), next);
    assert_eq!(encrypt(&other, &KEY, None), next);
    set(&other, "ChainingMode", &crate::support::text::wide_bytes("ChainingModeECB")).unwrap();
    assert_eq!(encrypt(&other, &KEY, None), hex("0a940bb5416ef045f1c39458c653ea5a"));
    assert_ne!(encrypt(&one, &KEY, Some(&IV)), hex("0a940bb5416ef045f1c39458c653ea5a"));
}

/// behaviour.md s54 and s66: the length is wrong even where only the size is asked for, and the size is told.
#[test]
fn lengths_that_are_no_blocks() {
    let data = [7; 17];
    for mode in ["CBC", "ECB"] {
        let key = aes(mode, &KEY);
        for way in [Way::Encrypt, Way::Decrypt] {
            let call = Run::new(way, &key, &data);
            assert_eq!(call.clone().query().call().refused(), (INVALID_BUFFER_SIZE, Some(17)));
            assert_eq!(call.call().refused(), (INVALID_BUFFER_SIZE, Some(17)));
        }
        let padded = Run::new(Way::Decrypt, &key, &data).padded();
        assert_eq!(padded.call().refused(), (INVALID_BUFFER_SIZE, Some(17)));
    }
    let cfb = aes("CFB", &KEY);
    assert_eq!(Run::new(Way::Encrypt, &cfb, &data).query().call().refused(), (SUCCESS, Some(17)));
    assert_eq!(encrypt(&cfb, &data, Some(&IV)).len(), 17);
    set(&cfb, "MessageBlockLength", &16_u32.to_le_bytes()).unwrap();
    let call = Run::new(Way::Encrypt, &cfb, &data);
    assert_eq!(call.call().refused(), (INVALID_BUFFER_SIZE, Some(17)));
}

/// behaviour.md s55 and s58.
#[test]
fn sizes_of_padded_text() {
    for (mode, iv) in [("CBC", Some(&IV[..])), ("CFB", Some(&IV[..])), ("ECB", None)] {
        let key = aes(mode, &KEY);
        for (length, needed) in [(0, 16), (1, 16), (15, 16), (16, 32), (17, 32), (32, 48)] {
            let text = vec![3; length];
            let call = Run::new(Way::Encrypt, &key, &text).padded();
            assert_eq!(call.clone().query().with_iv(iv).refused(), (SUCCESS, Some(needed)));
            let short = call.clone().room(needed - 1).with_iv(iv);
            assert_eq!(short.refused(), (BUFFER_TOO_SMALL, Some(needed)));
            let ciphertext = call.room(needed).with_iv(iv).text();
            let back = Run::new(Way::Decrypt, &key, &ciphertext).padded();
            assert_eq!(back.clone().query().with_iv(iv).refused(), (SUCCESS, Some(needed)));
            assert_eq!(back.clone().room(length).with_iv(iv).text(), text, "{mode} {length}");
            assert_eq!(back.room(100).with_iv(iv).text(), text, "into a larger buffer");
        }
    }
}

/// behaviour.md s56, with the numbers seen on Windows.
#[test]
fn a_short_buffer_for_padded_text_in_two_stages() {
    let key = aes("CBC", &KEY);
    let outcome = |text: &[u8], room: usize| -> Outcome {
        let ciphertext = run(Way::Encrypt, &key, text, Some(&IV), PADDING).unwrap().0;
        Run::new(Way::Decrypt, &key, &ciphertext).padded().room(room).with_iv(Some(&IV))
    };
    let text: Vec<u8> = (0..32).collect();
    assert_eq!(outcome(&text[..17], 15).refused(), (BUFFER_TOO_SMALL, Some(32)));
    assert_eq!(outcome(&text[..17], 16).refused(), (BUFFER_TOO_SMALL, Some(17)));
    assert_eq!(outcome(&text[..17], 17).text(), &text[..17]);
    assert_eq!(outcome(&text, 31).refused(), (BUFFER_TOO_SMALL, Some(48)));
    assert_eq!(outcome(&text, 32).text(), text);
}

/// behaviour.md s57 and s59.
#[test]
fn wrong_padding_is_a_data_error() {
    for mode in ["CBC", "ECB"] {
        let key = aes(mode, &KEY);
        let iv = (mode == "CBC").then_some(&IV[..]);
        for wrong in [[0_u8; 16], [17; 16], [0xFF; 16], {
            let mut last = [4; 16];
            last[13] = 5;
            last
        }] {
            let text = [[9; 16], wrong].concat();
            let ciphertext = run(Way::Encrypt, &key, &text, iv, 0).unwrap().0;
            let outcome = Run::new(Way::Decrypt, &key, &ciphertext).padded().with_iv(iv);
            assert_eq!(outcome.status, DATA_ERROR, "{mode} {wrong:?}");
            assert!(outcome.output[16..].iter().all(|byte| *byte == UNTOUCHED), "nothing of the last block");
        }
        let nothing = Run::new(Way::Decrypt, &key, &[]).padded().with_iv(iv);
        assert_eq!(nothing.refused().0, DATA_ERROR, "no block, no padding");
    }
}

/// behaviour.md s53, s58, s61 to s65.
#[test]
fn wrong_arguments() {
    let (cbc, ecb) = (aes("CBC", &KEY), aes("ECB", &KEY));
    let data = [1; 32];
    let ecb_with_iv = Run::new(Way::Encrypt, &ecb, &data).with_iv(Some(&IV));
    assert_eq!(ecb_with_iv.refused(), (INVALID_PARAMETER, Some(32)));
    for length in [1, 8, 15, 17, 32] {
        let iv = vec![0; length];
        let outcome = Run::new(Way::Encrypt, &cbc, &data).with_iv(Some(&iv));
        assert_eq!(outcome.refused(), (INVALID_PARAMETER, Some(32)), "an IV of {length}");
    }
    assert_eq!(Run::new(Way::Encrypt, &cbc, &data).room(31).call().refused(), (BUFFER_TOO_SMALL, Some(32)));
    assert_eq!(Run::new(Way::Decrypt, &cbc, &data).room(31).call().refused(), (BUFFER_TOO_SMALL, Some(32)));
    assert_eq!(Run::new(Way::Decrypt, &cbc, &data).room(0).call().refused(), (BUFFER_TOO_SMALL, Some(32)));
    for flags in [2, 4, 8, 0x10, 0x8000_0001] {
        let outcome = Run { flags, ..Run::new(Way::Encrypt, &cbc, &data) }.call();
        assert_eq!(outcome.refused(), (INVALID_PARAMETER, None), "{flags:#x}");
    }
    let mut size = 7;
    let (null, key) = (null_mut(), cbc.raw());
    let call = |input, length, output, room, size| {
        lib().encrypt(key, input, length, null, null_mut(), 0, output, room, size, 0)
    };
    let mut output = [0; 64];
    assert_eq!(
        call(null_mut(), 32, output.as_mut_ptr(), 64, &mut size),
        INVALID_PARAMETER,
        "NULL with a size"
    );
    assert_eq!(call(data.as_ptr(), 32, output.as_mut_ptr(), 64, null_mut()), INVALID_PARAMETER, "no size");
    assert_eq!(call(null_mut(), 0, null_mut(), 0, &mut size), SUCCESS);
    assert_eq!(size, 0);
    assert_eq!(call(null_mut(), 32, null_mut(), 0, &mut size), SUCCESS, "a size is told without an input");
    assert_eq!(call(data.as_ptr(), !15, null_mut(), 0, &mut size), SUCCESS);
    assert_eq!(size, !15);
    let padded =
        lib().encrypt(key, data.as_ptr(), u32::MAX, null, null_mut(), 0, null_mut(), 0, &mut size, 1);
    assert_eq!(padded, INVALID_BUFFER_SIZE, "the size does not fit");
}

/// behaviour.md s61: what fails or has no bytes leaves the register alone.
#[test]
fn what_does_nothing_keeps_the_iv() {
    let key = aes("CBC", &KEY);
    set(&key, "IV", &IV).unwrap();
    let data = [0; 17];
    let _ = Run::new(Way::Encrypt, &key, &data).call();
    let _ = Run::new(Way::Encrypt, &key, &data).padded().room(3).call();
    let _ = Run::new(Way::Encrypt, &key, &data[..16]).query().call();
    let _ = Run::new(Way::Decrypt, &key, &data[..16]).padded().call();
    assert_eq!(Run::new(Way::Encrypt, &key, &[]).with_iv(Some(&[9; 16])).iv, Some(vec![9; 16]));
    assert_eq!(get(&key, "IV"), Ok(IV.to_vec()));
}

/// behaviour.md s64: in place is the usual case, and any other overlap as through a copy.
#[test]
fn buffers_that_overlap() {
    let text: Vec<u8> = (0..=255).cycle().take(1333).collect();
    for (mode, flags) in [("CBC", PADDING), ("ECB", PADDING), ("CFB", 0), ("CFB", PADDING)] {
        let key = aes(mode, &KEY);
        let iv = (mode != "ECB").then_some(IV);
        let ciphertext = run(Way::Encrypt, &key, &text, iv.as_ref().map(|iv| &iv[..]), flags).unwrap().0;
        for (way, from, to) in [(Way::Encrypt, &text, &ciphertext), (Way::Decrypt, &ciphertext, &text)] {
            for (start, target) in [(0, 0), (0, 1), (0, 16), (0, 700), (1, 0), (16, 0), (700, 0), (5, 2000)] {
                let mut memory = vec![UNTOUCHED; 4096];
                memory[start..start + from.len()].copy_from_slice(from);
                let mut iv = iv;
                let (pointer, iv_size) = iv.as_mut().map_or((null_mut(), 0), |iv| (iv.as_mut_ptr(), 16));
                let mut size = 0;
                let call = if way == Way::Encrypt {
                    crate::support::library::Library::encrypt
                } else {
                    crate::support::library::Library::decrypt
                };
                let base = memory.as_mut_ptr();
                let (input, output) = (base.wrapping_add(start), base.wrapping_add(target));
                let length = u32::try_from(from.len()).unwrap();
                let status = call(
                    lib(),
                    key.raw(),
                    input,
                    length,
                    null_mut(),
                    pointer,
                    iv_size,
                    output,
                    2000,
                    &mut size,
                    flags,
                );
                assert_eq!(status, SUCCESS);
                let end = target + size as usize;
                assert_eq!(&memory[target..end], &to[..], "{mode} {way:?} from {start} to {target}");
            }
        }
    }
}

/// Decrypting padded text in place into exactly the room it needs; a refusal leaves the ciphertext.
#[test]
fn padded_text_in_place_with_little_room() {
    let key = aes("CBC", &KEY);
    let ciphertext = run(Way::Encrypt, &key, &[6; 40], Some(&IV), PADDING).unwrap().0;
    for (room, status, result) in [(31, BUFFER_TOO_SMALL, 48), (39, BUFFER_TOO_SMALL, 40), (40, SUCCESS, 40)]
    {
        let (mut memory, mut iv, mut size) = (ciphertext.clone(), IV, 0);
        let buffer = memory.as_mut_ptr();
        let got = lib().decrypt(
            key.raw(),
            buffer,
            48,
            null_mut(),
            iv.as_mut_ptr(),
            16,
            buffer,
            room,
            &mut size,
            PADDING,
        );
        assert_eq!((got, size), (status, result));
        if status == SUCCESS {
            assert_eq!(&memory[..40], &[6; 40]);
            assert_eq!(&memory[40..], &ciphertext[40..], "nothing behind the room");
        } else {
            assert_eq!(memory, ciphertext);
        }
    }
}

/// Every AES key length in every mode against other programs' AES, over all lengths around blocks and chunks.
#[test]
fn long_texts_agree_with_openssl() {
    let dir = std::env::temp_dir().join(format!("bcrypt-cipher-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let text: Vec<u8> = (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let path = dir.join("text");
    for (size, mode, name) in
        [(16, "CBC", "cbc"), (24, "CBC", "cbc"), (32, "CFB", "cfb8"), (16, "CFB", "cfb"), (32, "ECB", "ecb")]
    {
        let secret: Vec<u8> = (0..size).map(|n| n * 7 + 1).collect();
        for length in [0_usize, 16, 128, 144, 1024, 1040, 4096, 65_536, 69_984] {
            std::fs::write(&path, &text[..length]).unwrap();
            let hexadecimal =
                |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let mut program = std::process::Command::new("openssl");
            program.args([
                "enc",
                &format!("-aes-{}-{name}", u32::from(size) * 8),
                "-nopad",
                "-K",
                &hexadecimal(&secret),
            ]);
            program.args(["-in", path.to_str().unwrap()]);
            if mode != "ECB" {
                program.args(["-iv", &hexadecimal(&IV)]);
            }
            let Ok(output) = program.output() else {
                println!("skipped: there is no program openssl");
                return;
            };
            let key = key(&open_mode("AES", mode), &secret);
            if name == "cfb" {
                set(&key, "MessageBlockLength", &16_u32.to_le_bytes()).unwrap();
            }
            let iv = (mode != "ECB").then_some(&IV[..]);
            let (ciphertext, _) = run(Way::Encrypt, &key, &text[..length], iv, 0).unwrap();
            assert!(ciphertext == output.stdout, "{mode} {name} {size} {length}");
            let (back, _) = run(Way::Decrypt, &key, &ciphertext, iv, 0).unwrap();
            assert!(back == text[..length], "{mode} {name} {size} {length}");
        }
    }
    std::fs::remove_dir_all(&dir).unwrap();
    drop(open("AES"));
}
