//! SignHash and VerifySignature: behaviour.md g10 and section t.

use std::ptr::{null, null_mut};

use crate::library::lib;
use crate::objects::{Object, generate, new_key, open, sign, signing, verify};
use crate::output::{fetch, size};
use crate::status::{INVALID_HANDLE, NOT_SUPPORTED};

/// behaviour.md g10: with a buffer of any size, without one, and with nothing at all.
#[test]
fn keys_that_agree_do_not_sign() {
    for (id, bits) in [("DH", 512), ("ECDH_P256", 256)] {
        let key = new_key(&open(id), bits);
        assert_eq!(size(&signing(&key, &[1; 32])), Err(NOT_SUPPORTED), "{id}");
        for room in [0, 1, 64, 500] {
            assert_eq!(fetch(&signing(&key, &[1; 32]), room), Err(NOT_SUPPORTED), "{id} {room}");
        }
        for length in [0, 1, 40, 64] {
            assert_eq!(verify(&key, &[1; 20], &vec![2; length]), Err(NOT_SUPPORTED), "{id} {length}");
        }
        let nothing = lib().sign_hash(key.raw(), null(), null(), 0, null_mut(), 0, null_mut(), 0xFF);
        assert_eq!(nothing, NOT_SUPPORTED, "{id}: what the key can't do comes first");
        let nothing = lib().verify_signature(key.raw(), null(), null(), 0, null(), 0, 0xFF);
        assert_eq!(nothing, NOT_SUPPORTED, "{id}");
    }
}

/// behaviour.md t9.
#[test]
fn a_key_signs_once_it_is_finalized() {
    for (id, bits) in [("DH", 512), ("ECDH_P256", 256)] {
        let key = generate(&open(id), bits).unwrap();
        assert_eq!(sign(&key, &[1; 32]), Err(INVALID_HANDLE), "{id}");
        assert_eq!(verify(&key, &[1; 32], &[2; 64]), Err(INVALID_HANDLE), "{id}");
    }
}
