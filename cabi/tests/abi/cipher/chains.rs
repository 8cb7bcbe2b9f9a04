//! GCM in parts: all that goes from one call to the next is in the caller's structure and buffers.

use std::ptr::null_mut;

use super::call::{Info, Way, aes, key, seal};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, open};
use crate::support::sequence::Sequence;
use crate::support::status::{
    AUTH_TAG_MISMATCH, INVALID_BUFFER_SIZE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS, Status,
};

const SECRET: [u8; 32] = [0xC3; 32];
const NONCE: [u8; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

/// A part of a text, in place. `iv` is the scratch.
fn part(way: Way, key: &Key, info: &mut Info, iv: &mut [u8; 16], text: &mut [u8]) -> Status {
    let call = if way == Way::Encrypt {
        crate::support::library::Library::encrypt
    } else {
        crate::support::library::Library::decrypt
    };
    let size = u32::try_from(text.len()).unwrap();
    let (buffer, iv, mut result) = (text.as_mut_ptr(), iv.as_mut_ptr(), 0);
    let status = call(lib(), key.raw(), buffer, size, info.pointer(), iv, 16, buffer, size, &mut result, 0);
    if status == SUCCESS {
        assert_eq!(result, size);
    }
    status
}

fn text(length: usize) -> Vec<u8> {
    (0..length).map(|n| (n * 7 % 251) as u8).collect()
}

/// behaviour.md s73: any division into parts is the one call.
#[test]
fn any_division_is_the_same() {
    let mut random = Sequence::new(73);
    for round in 0..60 {
        let gcm = aes("GCM", &SECRET[..[16, 24, 32][round % 3]]);
        let (length, aad) = (random.below(40_000), text(random.below(70)));
        let tag_length = 12 + random.below(5);
        let plain = text(length);
        let (ciphertext, tag) = seal(&gcm, &NONCE, &aad, &plain, tag_length).unwrap();
        for way in [Way::Encrypt, Way::Decrypt] {
            let mut memory = if way == Way::Encrypt { plain.clone() } else { ciphertext.clone() };
            let given = if way == Way::Encrypt { vec![0; tag_length] } else { tag.clone() };
            let (mut info, mut iv) = (Info::new(&NONCE, &aad, &given).chained(), [0xEE; 16]);
            let mut done = 0;
            while done < length && random.below(5) > 0 {
                let size = (random.below(length - done + 1) / 16 * 16).min(length - done);
                assert_eq!(part(way, &gcm, &mut info, &mut iv, &mut memory[done..done + size]), SUCCESS);
                assert_eq!(info.raw.dwFlags & 1, 1);
                done += size;
                assert_eq!((info.raw.cbData, info.raw.cbAAD as usize), (done as u64, aad.len()));
                assert_eq!(iv[..12], NONCE, "the scratch begins with the nonce (s75)");
                // The structure moves, and what the first part needed alone is gone.
                let (raw, mac) = (info.raw, info.mac.clone());
                info = Info::new(&NONCE, b"", &info.tag).chained();
                info.mac = mac;
                info.raw.pbMacContext = info.mac.as_mut_ptr();
                (info.raw.cbAAD, info.raw.cbData, info.raw.dwFlags) = (raw.cbAAD, raw.cbData, raw.dwFlags);
            }
            if done == 0 {
                info = Info::new(&NONCE, &aad, &given).chained();
            }
            info.raw.dwFlags &= !1;
            assert_eq!(part(way, &gcm, &mut info, &mut iv, &mut memory[done..]), SUCCESS);
            assert_eq!(info.tag, tag, "round {round}");
            assert!(memory == if way == Way::Encrypt { &ciphertext[..] } else { &plain[..] });
        }
    }
}

/// behaviour.md s74, s75a: preset flags, a part of associated data alone, a last part without text.
#[test]
fn the_ways_programs_chain() {
    let gcm = aes("GCM", &SECRET);
    let (plain, aad) = (text(64), text(20));
    let (ciphertext, tag) = seal(&gcm, &NONCE, &aad, &plain, 16).unwrap();
    for (preset, alone, ends_empty) in
        [(1, false, false), (3, false, false), (1, true, false), (3, true, true), (1, false, true)]
    {
        let (mut info, mut iv) = (Info::new(&NONCE, &aad, &[0; 16]).chained(), [0; 16]);
        info.raw.dwFlags = preset;
        let mut memory = plain.clone();
        if alone {
            let mut size = 7;
            let (pointer, iv) = (info.pointer(), iv.as_mut_ptr());
            let status =
                lib().encrypt(gcm.raw(), null_mut(), 0, pointer, iv, 16, null_mut(), 0, &mut size, 0);
            assert_eq!((status, size), (SUCCESS, 0));
            // minizip-ng clears them, aws-c-cal leaves them.
            (info.raw.pbAuthData, info.raw.cbAuthData) = (null_mut(), 0);
        }
        let last = if ends_empty { 64 } else { 48 };
        assert_eq!(part(Way::Encrypt, &gcm, &mut info, &mut iv, &mut memory[..last]), SUCCESS);
        info.raw.dwFlags &= !1;
        assert_eq!(part(Way::Encrypt, &gcm, &mut info, &mut iv, &mut memory[last..]), SUCCESS);
        assert_eq!((memory, info.tag), (ciphertext.clone(), tag.clone()), "{preset} {alone} {ends_empty}");
    }
}

/// behaviour.md s75: one buffer for the nonce and the scratch.
#[test]
fn the_nonce_in_the_scratch() {
    let gcm = aes("GCM", &SECRET);
    let plain = text(48);
    let (ciphertext, tag) = seal(&gcm, &NONCE, b"", &plain, 16).unwrap();
    let mut iv = [0; 16];
    iv[..12].copy_from_slice(&NONCE);
    let mut info = Info::new(&NONCE, b"", &[0; 16]).chained();
    info.raw.pbNonce = iv.as_mut_ptr();
    let mut memory = plain;
    assert_eq!(part(Way::Encrypt, &gcm, &mut info, &mut iv, &mut memory[..32]), SUCCESS);
    info.raw.dwFlags &= !1;
    assert_eq!(part(Way::Encrypt, &gcm, &mut info, &mut iv, &mut memory[32..]), SUCCESS);
    assert_eq!((memory, info.tag), (ciphertext, tag));
}

/// behaviour.md s75: texts in parts on one key may take turns.
#[test]
fn chains_interleaved_on_one_key() {
    let gcm = aes("GCM", &SECRET);
    let nonces = [[1; 12], [2; 12], [3; 12]];
    let mut chains: Vec<_> =
        nonces.iter().map(|nonce| (Info::new(nonce, nonce, &[0; 16]).chained(), [0; 16], text(96))).collect();
    for step in 0..3 {
        for (info, iv, memory) in &mut chains {
            if step == 2 {
                info.raw.dwFlags &= !1;
            }
            assert_eq!(part(Way::Encrypt, &gcm, info, iv, &mut memory[32 * step..32 * (step + 1)]), SUCCESS);
        }
    }
    for (nonce, (info, _, memory)) in nonces.iter().zip(chains) {
        assert_eq!(seal(&gcm, nonce, nonce, &text(96), 16).unwrap(), (memory, info.tag));
    }
}

/// behaviour.md s75a: the last part tells that the tag is wrong.
#[test]
fn a_wrong_tag_at_the_end() {
    let gcm = aes("GCM", &SECRET);
    let (ciphertext, mut tag) = seal(&gcm, &NONCE, b"", &text(48), 16).unwrap();
    tag[3] ^= 1;
    let (mut info, mut iv) = (Info::new(&NONCE, b"", &tag).chained(), [0; 16]);
    let mut memory = ciphertext;
    assert_eq!(part(Way::Decrypt, &gcm, &mut info, &mut iv, &mut memory[..32]), SUCCESS);
    assert_eq!(memory[..32], text(48)[..32], "it is plaintext before the check");
    info.raw.dwFlags &= !1;
    assert_eq!(part(Way::Decrypt, &gcm, &mut info, &mut iv, &mut memory[32..]), AUTH_TAG_MISMATCH);
    assert_eq!(memory[32..], [0; 16], "nothing of the last part");
}

/// behaviour.md s73, s75a, s76, where known; else docs/undecided.md.
#[test]
fn wrong_chains_undecided() {
    let gcm = aes("GCM", &SECRET);
    let try_part = |key: &Key, change: &dyn Fn(&mut Info), length: usize| {
        let (mut info, mut iv) = (Info::new(&NONCE, b"", &[0; 16]).chained(), [0; 16]);
        change(&mut info);
        part(Way::Encrypt, key, &mut info, &mut iv, &mut text(length))
    };
    assert_eq!(try_part(&gcm, &|_| (), 32), SUCCESS);
    assert_eq!(try_part(&gcm, &|_| (), 33), INVALID_BUFFER_SIZE, "only the last may be no whole blocks");
    assert_eq!(try_part(&gcm, &|info| info.raw.pbMacContext = null_mut(), 32), INVALID_PARAMETER);
    assert_eq!(try_part(&gcm, &|info| info.raw.cbMacContext = 15, 32), INVALID_PARAMETER);
    assert_eq!(try_part(&gcm, &|info| info.raw.pbTag = null_mut(), 32), SUCCESS, "the last needs a tag");
    let mut info = Info::new(&NONCE, b"", &[0; 16]).chained();
    let (mut memory, mut size) = (text(32), 0);
    let buffer = memory.as_mut_ptr();
    let mut call = |iv, iv_size| {
        lib().encrypt(gcm.raw(), buffer, 32, info.pointer(), iv, iv_size, buffer, 32, &mut size, 0)
    };
    assert_eq!(call(null_mut(), 16), INVALID_PARAMETER, "no scratch");
    assert_eq!(call([0_u8; 16].as_mut_ptr(), 12), INVALID_PARAMETER, "too little");
    for other in [aes("CCM", &SECRET), key(&open("CHACHA20_POLY1305"), &SECRET)] {
        assert_eq!(try_part(&other, &|_| (), 32), NOT_SUPPORTED);
    }
}
