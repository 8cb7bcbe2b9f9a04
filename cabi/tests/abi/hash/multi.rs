//! Several hashes in one object: behaviour.md j31 to j33.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::BCRYPT_MULTI_HASH_OPERATION;

use super::{HMAC, MULTI, REUSABLE, create, duplicate, feed, finish, once, size};
use crate::support::library::lib;
use crate::support::objects::{Alg, Hash, Object, open, open_with, receive};
use crate::support::property::{get, number};
use crate::support::status::{BUFFER_TOO_SMALL, INVALID_HANDLE, INVALID_PARAMETER, SUCCESS, Status};

const READ: i32 = 1;
const FINISH: i32 = 2;

fn many(algorithm: &Alg, count: u32, key: &[u8], flags: u32) -> Result<Hash, Status> {
    receive(|out| {
        let (key, key_size) = (key.as_ptr(), size(key));
        lib().create_multi_hash(algorithm.raw(), out, count, null_mut(), 0, key, key_size, flags)
    })
    .map(Hash::adopt)
}

fn operation(hash: u32, kind: i32, buffer: &mut [u8]) -> BCRYPT_MULTI_HASH_OPERATION {
    let size = size(buffer);
    BCRYPT_MULTI_HASH_OPERATION {
        iHash: hash,
        hashOperation: kind,
        pbBuffer: buffer.as_mut_ptr(),
        cbBuffer: size,
    }
}

fn process(hash: &impl Object, operations: &[BCRYPT_MULTI_HASH_OPERATION]) -> Status {
    let size = u32::try_from(size_of_val(operations)).unwrap();
    lib().process_multi_operations(hash.raw(), 1, operations.as_ptr().cast(), size, 0)
}

/// Each hash does what a hash of its own does; a finished one starts again; state lasts between calls.
#[test]
fn hashes_side_by_side() {
    for (name, flags, key, length) in [
        ("SHA256", 0, &b""[..], 32),
        ("SHA512", HMAC, b"key", 64),
        ("AES-CMAC", 0, &[7; 16], 16),
        ("MD5", 0, b"", 16),
    ] {
        let algorithm = open_with(name, None, MULTI | flags).unwrap();
        let hash = many(&algorithm, 3, key, REUSABLE).unwrap();
        let mut texts: Vec<Vec<u8>> = ["zero", "one", "two"].map(|text| text.as_bytes().to_vec()).into();
        let mut digests = vec![vec![0; length]; 4];
        for _ in 0..2 {
            let [zero, one, two] = &mut texts[..] else { panic!() };
            let first = [operation(2, READ, two), operation(0, READ, zero)];
            assert_eq!(process(&hash, &first), SUCCESS, "{name}");
            let [a, b, c, d] = &mut digests[..] else { panic!() };
            let second = [
                operation(1, READ, one),
                operation(1, FINISH, a),
                operation(0, READ, one),
                operation(0, FINISH, b),
                operation(2, FINISH, c),
                operation(2, FINISH, d),
            ];
            assert_eq!(process(&hash, &second), SUCCESS, "{name}");
            let plain = open_with(name, None, flags).unwrap();
            for (digest, text) in digests.iter().zip(["one", "zeroone", "two", ""]) {
                assert_eq!(Ok(digest), once(&plain, key, text.as_bytes(), length).as_ref(), "{name} {text}");
            }
        }
    }
}

#[test]
fn a_copy_has_them_all() {
    let hash = many(&open_with("SHA256", None, MULTI).unwrap(), 2, &[], 0).unwrap();
    assert_eq!(process(&hash, &[operation(1, READ, &mut b"text".to_vec())]), SUCCESS);
    let copy = duplicate(&hash).unwrap();
    for hash in [hash, copy] {
        let mut digest = vec![0; 32];
        assert_eq!(process(&hash, &[operation(1, FINISH, &mut digest)]), SUCCESS);
        assert_eq!(Ok(digest), once(&open("SHA256"), &[], b"text", 32));
    }
}

/// behaviour.md j33; what a single hash takes, an object of several does not, and the reverse.
#[test]
fn one_and_several_are_not_the_same_undecided() {
    let hash = many(&open_with("SHA256", None, MULTI).unwrap(), 1, &[], 0).unwrap();
    assert_eq!(feed(&hash, b"text"), Err(INVALID_PARAMETER));
    assert_eq!(finish(&hash, 32), Err(INVALID_PARAMETER));
    let single = create(&open_with("SHA256", None, MULTI).unwrap(), &[], 0).unwrap();
    assert_eq!(process(&single, &[operation(0, READ, &mut [1])]), INVALID_PARAMETER);
    finish(&single, 32).unwrap();
    assert_eq!(process(&single, &[operation(0, READ, &mut [1])]), INVALID_HANDLE);
    assert_eq!(many(&open("SHA256"), 1, &[], 0).unwrap_err(), INVALID_PARAMETER, "opened for one");
}

#[test]
fn create_multi_hash() {
    let algorithm = open_with("SHA256", None, MULTI).unwrap();
    let alg = algorithm.raw();
    let create = |count, object, object_size, key, key_size, flags| {
        receive(|out| lib().create_multi_hash(alg, out, count, object, object_size, key, key_size, flags))
            .map(|handle| drop(Hash::adopt(handle)))
    };
    let struct_bytes = get(&algorithm, "MultiObjectLength").unwrap();
    let [per_object, per_element] =
        [0, 4].map(|at| u32::from_le_bytes(struct_bytes[at..at + 4].try_into().unwrap()));
    assert!(per_object > 0 && per_element > 0 && struct_bytes.len() == 8);
    let mut object = vec![0_u8; (per_object + 5 * per_element) as usize];
    let place = object.as_mut_ptr();
    assert_eq!(create(5, place, per_object + 5 * per_element, null(), 0, 0), Ok(()));
    assert_eq!(create(5, place, per_object + 5 * per_element - 1, null(), 0, 0), Err(BUFFER_TOO_SMALL));
    assert_eq!(create(0, null_mut(), 0, null(), 0, 0), Err(INVALID_PARAMETER), "none");
    assert_eq!(create(u32::MAX, null_mut(), 0, null(), 0, 0), Err(INVALID_PARAMETER), "too many");
    assert_eq!(create(1, null_mut(), 0, null(), 1, 0), Err(INVALID_PARAMETER), "a secret that is nowhere");
    assert_eq!(create(1, null_mut(), 0, b"x".as_ptr(), 1, 0), Err(INVALID_PARAMETER), "a secret: undecided");
    assert_eq!(lib().create_multi_hash(alg, null_mut(), 1, null_mut(), 0, null(), 0, 0), INVALID_PARAMETER);
    assert_eq!(
        lib().create_multi_hash(null_mut(), null_mut(), 0, null_mut(), 0, null(), 9, 9),
        INVALID_HANDLE
    );
    for flag in (0..32).map(|bit| 1 << bit) {
        let expected = if flag == REUSABLE { Ok(()) } else { Err(INVALID_PARAMETER) };
        assert_eq!(create(1, null_mut(), 0, null(), 0, flag), expected, "{flag:#x}");
    }
    let hash = many(&algorithm, 7, &[], 0).unwrap();
    assert_eq!(number(&hash, "ObjectLength"), Ok(per_object + 7 * per_element), "undecided");
}

/// behaviour.md j32: nothing is done unless everything can be.
#[test]
fn process_multi_operations() {
    let hash = many(&open_with("SHA256", None, MULTI).unwrap(), 2, &[], 0).unwrap();
    let (mut text, mut digest) = (b"text".to_vec(), vec![0xA5; 33]);
    let good = operation(0, READ, &mut text);
    let mut nowhere = operation(0, READ, &mut text);
    nowhere.pbBuffer = null_mut();
    let wrong = [
        operation(2, READ, &mut text),
        operation(u32::MAX, READ, &mut text),
        operation(0, 0, &mut text),
        operation(0, 3, &mut text),
        operation(0, -1, &mut text),
        operation(0, FINISH, &mut digest),
        operation(0, FINISH, &mut digest[..31]),
        operation(0, FINISH, &mut []),
        nowhere,
    ];
    for wrong in wrong {
        assert_eq!(process(&hash, &[good, wrong]), INVALID_PARAMETER);
    }
    let list = [good, good];
    let list = list.as_ptr().cast();
    for size in [1, 23, 25, 47] {
        assert_eq!(lib().process_multi_operations(hash.raw(), 1, list, size, 0), INVALID_PARAMETER, "{size}");
    }
    for kind in [0, 2, -1] {
        assert_eq!(
            lib().process_multi_operations(hash.raw(), kind, list, 24, 0),
            INVALID_PARAMETER,
            "{kind}"
        );
    }
    assert_eq!(lib().process_multi_operations(hash.raw(), 1, null(), 24, 0), INVALID_PARAMETER);
    assert_eq!(lib().process_multi_operations(null_mut(), 1, list, 24, 0), INVALID_HANDLE);
    for flag in (0..32).map(|bit| 1 << bit) {
        assert_eq!(lib().process_multi_operations(hash.raw(), 1, list, 24, flag), INVALID_PARAMETER);
    }
    assert_eq!(lib().process_multi_operations(hash.raw(), 1, null(), 0, 0), SUCCESS, "nothing to do");
    assert_eq!(digest, [0xA5; 33]);
    assert_eq!(process(&hash, &[operation(0, FINISH, &mut digest[..32])]), SUCCESS);
    assert_eq!(Ok(digest[..32].to_vec()), once(&open("SHA256"), &[], b"", 32), "nothing was read");
}

/// A digest may be the text of a later operation.
#[test]
fn operations_follow_each_other() {
    let hash = many(&open_with("SHA256", None, MULTI).unwrap(), 2, &[], 0).unwrap();
    let mut buffer = vec![0; 32];
    let place = operation(0, FINISH, &mut buffer);
    let mut again = place;
    (again.iHash, again.hashOperation) = (1, READ);
    let mut end = place;
    end.iHash = 1;
    assert_eq!(process(&hash, &[place, again, end]), SUCCESS);
    let inner = once(&open("SHA256"), &[], b"", 32).unwrap();
    assert_eq!(Ok(buffer), once(&open("SHA256"), &[], &inner, 32));
}
