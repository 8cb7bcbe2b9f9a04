//! A refused call leaves nothing behind: no object that nobody can name.
//!
//! A handle names a slot of its table, and the slot that was given back last is used next. So an object that a refused
//! call made and lost shows: the next one gets another slot.

use std::ptr::null_mut;

use crate::support::alone::alone;
use crate::support::curves::p256;
use crate::support::library::{Raw, lib};
use crate::support::objects::{
    Object, agree, generate, import, import_with, new_key, open, open_with, receive,
};
use crate::support::status::SUCCESS;
use crate::support::text::wide;

/// The slot of a handle: 26 bits above kind and parity on a 64-bit host, 16 on a 32-bit one.
fn slot(object: &impl Object) -> usize {
    let bits = if usize::BITS < 64 { 16 } else { 26 };
    (object.handle().0 >> 5) & ((1 << bits) - 1)
}

/// Makes refused calls between two that succeed: both get one slot.
fn leaves_nothing(what: &str, good: impl Fn() -> usize, refused: &[&dyn Fn() -> bool]) {
    let before = good();
    for (number, refused) in refused.iter().enumerate() {
        assert!(refused(), "{what}: call {number} is refused");
        assert_eq!(good(), before, "{what}: call {number} leaves an object");
    }
}

#[test]
fn refused_calls_leave_no_object() {
    alone("handle::refusals::refused_calls_leave_no_object", || {
        let (algorithm, other) = (open("ECDH_P256"), new_key(&open("ECDH_P384"), 384));
        let (key, draft) = (new_key(&algorithm, 256), generate(&algorithm, 256).unwrap());
        let public = import(&algorithm, "ECCPUBLICBLOB", &p256().peer()).unwrap();
        let agreed = |private: Raw, public: Raw, flags: u32| {
            receive(|out| lib().secret_agreement(private, public, out, flags)).is_ok()
        };
        leaves_nothing(
            "a secret",
            || slot(&agree(&key, &key).unwrap()),
            &[
                &|| !agreed(key.raw(), key.raw(), 1),
                &|| !agreed(key.raw(), key.raw(), u32::MAX),
                &|| lib().secret_agreement(key.raw(), key.raw(), null_mut(), 0) != SUCCESS,
                &|| !agreed(key.raw(), other.raw(), 0),
                &|| !agreed(public.raw(), key.raw(), 0),
                &|| !agreed(key.raw(), draft.raw(), 0),
                &|| !agreed(key.raw(), null_mut(), 0),
            ],
        );
        let kind = wide("ECCPUBLICBLOB");
        let peer = p256().peer();
        leaves_nothing(
            "an imported key",
            || slot(&import(&algorithm, "ECCPUBLICBLOB", &peer).unwrap()),
            &[
                &|| import_with(&algorithm, "ECCPUBLICBLOB", &peer, 0x40).is_err(),
                &|| import(&algorithm, "ECCPUBLICBLOB", &peer[..71]).is_err(),
                &|| import(&algorithm, "DHPUBLICBLOB", &peer).is_err(),
                &|| {
                    let (blob, size) = (peer.as_ptr(), peer.len() as u32);
                    let none = null_mut();
                    lib().import_key_pair(algorithm.raw(), none, kind.as_ptr(), none.cast(), blob, size, 0)
                        != SUCCESS
                },
            ],
        );
        let started =
            |bits, flags| receive(|out| lib().generate_key_pair(algorithm.raw(), out, bits, flags)).is_ok();
        leaves_nothing(
            "a key pair",
            || slot(&generate(&algorithm, 256).unwrap()),
            &[&|| !started(256, 1), &|| !started(257, 0), &|| {
                lib().generate_key_pair(algorithm.raw(), null_mut(), 256, 0) != SUCCESS
            }],
        );
        leaves_nothing(
            "a provider",
            || slot(&open("DH")),
            &[
                &|| open_with("DH", None, 8).is_err(),
                &|| open_with("DH", Some("Somebody's"), 0).is_err(),
                &|| open_with("HD", None, 0).is_err(),
                &|| {
                    let name = wide("DH");
                    lib().open_algorithm_provider(null_mut(), name.as_ptr(), std::ptr::null(), 0) != SUCCESS
                },
            ],
        );
    });
}
