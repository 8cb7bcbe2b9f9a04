//! Wrong pointers, sizes and flags, parameter by parameter; buffers that overlap, end where memory ends, or are huge.

use std::ptr::{null, null_mut};

use super::{HMAC, REUSABLE, create, duplicate, feed, finish, guarded, once};
use crate::support::guard_page::Guarded;
use crate::support::library::lib;
use crate::support::objects::{Handle, Object, open, open_with, receive};
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_HANDLE, INVALID_PARAMETER, NOT_SUPPORTED, SUCCESS};

const SHA256: Handle = Handle(0x41);
const HMAC_SHA256: Handle = Handle(0xB1);

fn bits() -> impl Iterator<Item = u32> {
    (0..32).map(|bit| 1 << bit)
}

/// behaviour.md j1, j9, j13.
#[test]
fn create_hash() {
    let alg = SHA256.raw();
    let mut object = [0xA5_u8; 600];
    let place = object.as_mut_ptr();
    assert_eq!(lib().create_hash(null_mut(), null_mut(), place, 9, null(), 9, 99), INVALID_HANDLE);
    assert_eq!(lib().create_hash(alg, null_mut(), null_mut(), 0, null(), 0, 0), INVALID_PARAMETER);
    let made = |place, size, secret, secret_size, flags| {
        receive(|out| lib().create_hash(alg, out, place, size, secret, secret_size, flags))
            .map(|handle| drop(crate::support::objects::Hash::adopt(handle)))
    };
    assert_eq!(made(null_mut(), 0, null(), 1, 0), Err(INVALID_PARAMETER), "a secret that is nowhere");
    for flag in bits() {
        let expected = if flag == REUSABLE { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(made(null_mut(), 0, null(), 0, flag), expected, "flag {flag:#x}");
    }
    for size in [1, 2, 63] {
        assert_eq!(made(place, size, null(), 0, 0), Err(BUFFER_TOO_SMALL), "an object of {size}");
    }
    for size in [0, 64, 512, 600] {
        assert_eq!(made(place, size, null(), 0, 0), Ok(()), "an object of {size}");
        assert_eq!(made(null_mut(), size, null(), 0, 0), Ok(()), "NULL with {size}: undecided");
    }
    assert_eq!(object, [0xA5; 600], "nothing is kept in the caller's memory");
    assert_eq!(create(&open("RNG"), &[], 0).map(drop), Err(NOT_SUPPORTED), "undecided");
}

/// behaviour.md j2, j13.
#[test]
fn hash_data() {
    let hash = create(&SHA256, &[], 0).unwrap();
    assert_eq!(lib().hash_data(null_mut(), b"x".as_ptr(), 1, 0), INVALID_HANDLE);
    assert_eq!(lib().hash_data(SHA256.raw(), b"x".as_ptr(), 1, 0), INVALID_HANDLE);
    for size in [1, 64, u32::MAX] {
        assert_eq!(lib().hash_data(hash.raw(), null(), size, 0), INVALID_PARAMETER, "NULL of {size}");
    }
    for flag in bits() {
        assert_eq!(lib().hash_data(hash.raw(), b"x".as_ptr(), 1, flag), INVALID_PARAMETER, "flag {flag:#x}");
    }
    assert_eq!(lib().hash_data(hash.raw(), null(), 0, 0), SUCCESS);
    assert_eq!(finish(&hash, 32), once(&SHA256, &[], b"", 32), "nothing was read");
}

/// behaviour.md j3, j13.
#[test]
fn finish_hash() {
    let hash = create(&SHA256, &[], 0).unwrap();
    let (mut out, raw) = ([0xA5; 32], hash.raw());
    assert_eq!(lib().finish_hash(null_mut(), out.as_mut_ptr(), 32, 0), INVALID_HANDLE);
    for size in [0, 32, u32::MAX] {
        assert_eq!(lib().finish_hash(raw, null_mut(), size, 0), INVALID_PARAMETER, "NULL of {size}");
    }
    assert_eq!(lib().finish_hash(raw, out.as_mut_ptr(), u32::MAX, 0), INVALID_PARAMETER);
    for flag in bits() {
        assert_eq!(lib().finish_hash(raw, out.as_mut_ptr(), 32, flag), INVALID_PARAMETER, "flag {flag:#x}");
    }
    assert_eq!(out, [0xA5; 32]);
    assert_eq!(finish(&hash, 32), once(&SHA256, &[], b"", 32), "what was refused did not spend it");
}

/// behaviour.md j7.
#[test]
fn duplicate_hash() {
    let hash = create(&SHA256, &[], 0).unwrap();
    assert_eq!(lib().duplicate_hash(null_mut(), null_mut(), null_mut(), 9, 9), INVALID_HANDLE);
    assert_eq!(lib().duplicate_hash(hash.raw(), null_mut(), null_mut(), 0, 0), INVALID_PARAMETER);
    let copied = |place, size, flags| {
        receive(|out| lib().duplicate_hash(hash.raw(), out, place, size, flags))
            .map(|handle| drop(crate::support::objects::Hash::adopt(handle)))
    };
    let mut object = [0xA5; 64];
    assert_eq!(copied(object.as_mut_ptr(), 63, 0), Err(BUFFER_TOO_SMALL));
    assert_eq!(copied(object.as_mut_ptr(), 64, 0), Ok(()));
    for flag in bits() {
        assert_eq!(copied(null_mut(), 0, flag), Err(INVALID_PARAMETER), "flag {flag:#x}");
    }
    assert_eq!(object, [0xA5; 64]);
}

/// behaviour.md j8.
#[test]
fn destroy_hash() {
    let handle = create(&SHA256, &[], 0).unwrap().into_handle();
    assert_eq!(lib().destroy_hash(handle.raw()), SUCCESS);
    assert_eq!(lib().destroy_hash(handle.raw()), INVALID_PARAMETER);
    assert_eq!(lib().destroy_hash(null_mut()), INVALID_PARAMETER);
    assert_eq!(feed(&handle, b""), Err(INVALID_HANDLE));
    assert_eq!(finish(&handle, 32), Err(INVALID_HANDLE));
    assert_eq!(duplicate(&handle).unwrap_err(), INVALID_HANDLE);
}

/// behaviour.md j12.
#[test]
fn hash_at_once() {
    let (mut out, text) = ([0xA5; 32], b"text".as_ptr());
    let to = out.as_mut_ptr();
    assert_eq!(lib().hash(null_mut(), null(), 9, null(), 9, null_mut(), 9), INVALID_HANDLE);
    assert_eq!(lib().hash(HMAC_SHA256.raw(), null(), 1, text, 4, to, 32), INVALID_PARAMETER);
    assert_eq!(lib().hash(SHA256.raw(), null(), 0, null(), 1, to, 32), INVALID_PARAMETER);
    assert_eq!(lib().hash(SHA256.raw(), null(), 0, text, 4, null_mut(), 32), INVALID_PARAMETER);
    assert_eq!(lib().hash(SHA256.raw(), null(), 0, text, 4, null_mut(), 0), INVALID_PARAMETER);
    assert_eq!(lib().hash(SHA256.raw(), null(), 0, text, 4, to, 31), INVALID_PARAMETER);
    assert_eq!(out, [0xA5; 32]);
    assert_eq!(lib().hash(SHA256.raw(), null(), 0, null(), 0, to, 32), SUCCESS);
    assert_eq!(out.to_vec(), once(&SHA256, &[], b"", 32).unwrap());
}

/// The digest may be written over the text and the key.
#[test]
fn buffers_may_overlap() {
    for (handle, key_size, length) in [(0x41, 0, 32), (0xB1, 20, 32), (0xA1, 64, 20), (0x421, 0, 200)] {
        let text: Vec<u8> = (0..=255).collect();
        let expected = once(&Handle(handle), &text[..key_size], &text[10..200], length).unwrap();
        for offset in [0, 5, 10, 50] {
            let mut memory = text.clone();
            let (key, input) = (memory.as_ptr(), memory[10..].as_ptr());
            let to = memory[offset..].as_mut_ptr();
            let (key_size, length) = (u32::try_from(key_size).unwrap(), u32::try_from(length).unwrap());
            assert_eq!(lib().hash(handle as _, key, key_size, input, 190, to, length), SUCCESS);
            assert_eq!(memory[offset..offset + length as usize], expected, "{handle:#x} at {offset}");
        }
    }
}

/// Inputs are read up to their size and never past it; at odd addresses too.
#[test]
fn inputs_end_where_their_size_ends() {
    for length in [0, 1, 63, 64, 65, 200] {
        let bytes = vec![0x5A; length];
        let (text, key) = (Guarded::new(&bytes), Guarded::new(&bytes));
        let hash = receive(|out| {
            lib().create_hash(HMAC_SHA256.raw(), out, null_mut(), 0, key.as_ptr(), key.size(), 0)
        });
        let hash = crate::support::objects::Hash::adopt(hash.unwrap());
        assert_eq!(lib().hash_data(hash.raw(), text.as_ptr(), text.size(), 0), SUCCESS);
        let expected = finish(&hash, 32);
        let at_once = guarded(32, |to, size| {
            let (key, key_size) = (key.as_ptr(), key.size());
            lib().hash(HMAC_SHA256.raw(), key, key_size, text.as_ptr(), text.size(), to, size)
        });
        assert_eq!(at_once, expected);
        assert_eq!(once(&HMAC_SHA256, &bytes, &bytes, 32), expected);
    }
}

/// The largest sizes there are: a mapping of zeros that takes no memory.
#[test]
#[cfg(target_os = "linux")]
fn four_gigabytes_less_one() {
    const SIZE: usize = u32::MAX as usize;
    // SAFETY: an anonymous mapping of our own, which is only read.
    let zeros = unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        libc::mmap(null_mut(), SIZE, libc::PROT_READ, flags, -1, 0)
    };
    if zeros == libc::MAP_FAILED {
        return println!("skipped: no address space");
    }
    // MD4 is the fastest that takes the path of a crate, GMAC the one that is fed in ints.
    for (name, key, iv) in [("SHA1", &b""[..], None), ("AES-GMAC", &[1; 16], Some([2; 12]))] {
        let algorithm = open(name);
        let whole = create(&algorithm, key, 0).unwrap();
        let parts = create(&algorithm, key, 0).unwrap();
        if let Some(iv) = iv {
            crate::support::property::set(&whole, "IV", &iv).unwrap();
            crate::support::property::set(&parts, "IV", &iv).unwrap();
        }
        assert_eq!(lib().hash_data(whole.raw(), zeros.cast(), u32::MAX, 0), SUCCESS);
        for size in [1 << 31, (1 << 31) - 1] {
            assert_eq!(lib().hash_data(parts.raw(), zeros.cast(), size, 0), SUCCESS);
        }
        let length = if iv.is_some() { 16 } else { 20 };
        assert_eq!(finish(&whole, length), finish(&parts, length), "{name}");
    }
    // SAFETY: the mapping made above.
    unsafe { libc::munmap(zeros, SIZE) };
}

/// The caller's object may be freed and overwritten at any time.
#[test]
fn the_callers_object_does_not_matter() {
    let algorithm = open_with("SHA256", None, HMAC).unwrap();
    let mut object = vec![0_u8; 64];
    let hash = receive(|out| {
        lib().create_hash(algorithm.raw(), out, object.as_mut_ptr(), 64, b"key".as_ptr(), 3, REUSABLE)
    });
    let hash = crate::support::objects::Hash::adopt(hash.unwrap());
    object.fill(0xFF);
    feed(&hash, b"text").unwrap();
    drop(object);
    assert_eq!(finish(&hash, 32), once(&HMAC_SHA256, b"key", b"text", 32));
    assert_eq!(finish(&hash, 32), once(&HMAC_SHA256, b"key", b"", 32));
}
