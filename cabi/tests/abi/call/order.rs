//! With two wrong arguments the one that is looked at first decides the answer: the order of the checks is written down
//! here for each function, and held for every pair. Where Windows' order is known it is this one (behaviour.md e1, f1,
//! g8, h5); the rest is our choice.

use std::ptr::{null, null_mut};

use windows_sys::Win32::Security::Cryptography::{BCryptBuffer, BCryptBufferDesc};

use crate::support::curves::p256;
use crate::support::library::{Raw, lib};
use crate::support::objects::{Object, agree, generate, new_key, open};
use crate::support::status::{
    ACCESS_DENIED, INVALID_HANDLE, INVALID_PARAMETER, NOT_FOUND, NOT_SUPPORTED, SUCCESS, Status,
};
use crate::support::text::wide;

/// The wrong arguments of a call.
#[derive(Clone, Copy)]
struct Wrong<'a>(&'a [&'static str]);

impl Wrong<'_> {
    fn has(self, argument: &str) -> bool {
        self.0.contains(&argument)
    }

    /// One value, or another where the argument is to be wrong.
    fn pick<T>(self, argument: &str, right: T, wrong: T) -> T {
        if self.has(argument) { wrong } else { right }
    }
}

/// Makes the call with each argument of the list wrong, and with each two: the first of the list answers.
fn in_order(function: &str, order: &[(&'static str, Status)], call: impl Fn(Wrong<'_>) -> Status) {
    assert_eq!(call(Wrong(&[])), SUCCESS, "{function} with nothing wrong");
    for (place, &(first, status)) in order.iter().enumerate() {
        assert_eq!(call(Wrong(&[first])), status, "{function}: {first}");
        for &(second, _) in &order[place + 1..] {
            assert_eq!(call(Wrong(&[first, second])), status, "{function}: {first} before {second}");
        }
    }
}

const NOBODY: Raw = null_mut();

#[test]
fn open_algorithm_provider() {
    let order = [
        ("no place", INVALID_PARAMETER),
        ("no name", INVALID_PARAMETER),
        ("name", NOT_FOUND),
        ("implementation", NOT_FOUND),
        ("flags", NOT_SUPPORTED),
    ];
    let (right, wrong, implementation) = (wide("ECDH_P256"), wide("ECDH_P257"), wide("Somebody's"));
    in_order("BCryptOpenAlgorithmProvider", &order, |is| {
        let mut opened = null_mut();
        let place = is.pick("no place", &raw mut opened, null_mut());
        let name = is.pick("no name", is.pick("name", right.as_ptr(), wrong.as_ptr()), null());
        let implementation = is.pick("implementation", null(), implementation.as_ptr());
        let status = lib().open_algorithm_provider(place, name, implementation, is.pick("flags", 0, 8));
        if status == SUCCESS {
            assert_eq!(lib().close_algorithm_provider(opened, 0), SUCCESS);
        }
        status
    });
}

#[test]
fn generate_key_pair() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("no place", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("algorithm", NOT_SUPPORTED),
        ("length", INVALID_PARAMETER),
    ];
    let (algorithm, random) = (open("ECDH_P256"), open("RNG"));
    in_order("BCryptGenerateKeyPair", &order, |is| {
        let mut key = null_mut();
        let from = is.pick("handle", is.pick("algorithm", algorithm.raw(), random.raw()), NOBODY);
        let place = is.pick("no place", &raw mut key, null_mut());
        let status =
            lib().generate_key_pair(from, place, is.pick("length", 256, 257), is.pick("flags", 0, 0x40));
        if status == SUCCESS {
            assert_eq!(lib().destroy_key(key), SUCCESS);
        }
        status
    });
}

#[test]
fn import_key_pair() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("no name", INVALID_PARAMETER),
        ("no place", INVALID_PARAMETER),
        ("no input", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("type", NOT_SUPPORTED),
        ("blob", INVALID_PARAMETER),
    ];
    let (algorithm, right, wrong) = (open("ECDH_P256"), wide("ECCPUBLICBLOB"), wide("DHPUBLICBLOB"));
    let good = p256().peer();
    let bad = [&good[..71], &[!good[71]]].concat();
    in_order("BCryptImportKeyPair", &order, |is| {
        let mut key = null_mut();
        let name = is.pick("no name", is.pick("type", right.as_ptr(), wrong.as_ptr()), null());
        let input = is.pick("no input", is.pick("blob", good.as_ptr(), bad.as_ptr()), null());
        let place = is.pick("no place", &raw mut key, null_mut());
        let from = is.pick("handle", algorithm.raw(), NOBODY);
        let status = lib().import_key_pair(from, NOBODY, name, place, input, 72, is.pick("flags", 0, 0x40));
        if status == SUCCESS {
            assert_eq!(lib().destroy_key(key), SUCCESS);
        }
        status
    });
}

#[test]
fn export_key() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("no name", INVALID_PARAMETER),
        ("no result", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("not finalized", INVALID_HANDLE),
        ("type", NOT_SUPPORTED),
    ];
    let algorithm = open("ECDH_P256");
    let (key, draft) = (new_key(&algorithm, 256), generate(&algorithm, 256).unwrap());
    let (right, wrong) = (wide("ECCPUBLICBLOB"), wide("DHPUBLICBLOB"));
    in_order("BCryptExportKey", &order, |is| {
        let (mut bytes, mut result) = ([0; 72], 0);
        let of = is.pick("handle", is.pick("not finalized", key.raw(), draft.raw()), NOBODY);
        let name = is.pick("no name", is.pick("type", right.as_ptr(), wrong.as_ptr()), null());
        let size = is.pick("no result", &raw mut result, null_mut());
        lib().export_key(of, NOBODY, name, bytes.as_mut_ptr(), 72, size, is.pick("flags", 0, 1))
    });
}

#[test]
fn finalize_key_pair() {
    let order = [("handle", INVALID_HANDLE), ("flags", INVALID_PARAMETER), ("no curve", INVALID_PARAMETER)];
    let (fixed, generic) = (open("ECDH_P256"), open("ECDH"));
    in_order("BCryptFinalizeKeyPair", &order, |is| {
        let key = generate(is.pick("no curve", &fixed, &generic), 0).unwrap();
        lib().finalize_key_pair(is.pick("handle", key.raw(), NOBODY), is.pick("flags", 0, 1 << 20))
    });
}

#[test]
fn secret_agreement() {
    let order = [
        ("private", INVALID_HANDLE),
        ("public", INVALID_HANDLE),
        ("no place", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("not finalized", INVALID_HANDLE),
        ("another curve", INVALID_PARAMETER),
    ];
    let algorithm = open("ECDH_P256");
    let (key, draft) = (new_key(&algorithm, 256), generate(&algorithm, 256).unwrap());
    let other = new_key(&open("ECDH_P384"), 384);
    in_order("BCryptSecretAgreement", &order, |is| {
        let mut secret = null_mut();
        let private = is.pick("private", is.pick("not finalized", key.raw(), draft.raw()), NOBODY);
        let public = is.pick("public", is.pick("another curve", key.raw(), other.raw()), NOBODY);
        let place = is.pick("no place", &raw mut secret, null_mut());
        let status = lib().secret_agreement(private, public, place, is.pick("flags", 0, 1));
        if status == SUCCESS {
            assert_eq!(lib().destroy_secret(secret), SUCCESS);
        }
        status
    });
}

/// behaviour.md e1: the KDF's name decides before the list is read.
#[test]
fn derive_key() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("no name", INVALID_PARAMETER),
        ("no result", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("name", NOT_SUPPORTED),
        ("list", INVALID_PARAMETER),
    ];
    let key = new_key(&open("ECDH_P256"), 256);
    let secret = agree(&key, &key).unwrap();
    let (right, wrong) = (wide("HASH"), wide("HASHES"));
    let mut broken = BCryptBuffer { cbBuffer: 5, BufferType: 1, pvBuffer: null_mut() };
    let list = BCryptBufferDesc { ulVersion: 0, cBuffers: 1, pBuffers: &raw mut broken };
    in_order("BCryptDeriveKey", &order, |is| {
        let (mut bytes, mut result) = ([0; 20], 0);
        let of = is.pick("handle", secret.raw(), NOBODY);
        let name = is.pick("no name", is.pick("name", right.as_ptr(), wrong.as_ptr()), null());
        let size = is.pick("no result", &raw mut result, null_mut());
        let list = is.pick("list", null(), &raw const list);
        lib().derive_key(of, name, list, bytes.as_mut_ptr(), 20, size, is.pick("flags", 0, 1 << 20))
    });
}

#[test]
fn get_property() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("no name", INVALID_PARAMETER),
        ("no result", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("name", NOT_SUPPORTED),
    ];
    let (algorithm, right, wrong) = (open("ECDH_P256"), wide("KeyLength"), wide("KeyLongness"));
    in_order("BCryptGetProperty", &order, |is| {
        let (mut bytes, mut result) = ([0; 4], 0);
        let of = is.pick("handle", algorithm.raw(), NOBODY);
        let name = is.pick("no name", is.pick("name", right.as_ptr(), wrong.as_ptr()), null());
        let size = is.pick("no result", &raw mut result, null_mut());
        lib().get_property(of, name, bytes.as_mut_ptr(), 4, size, is.pick("flags", 0, 1))
    });
}

/// A pseudo-handle refuses to be set before anything else is looked at (behaviour.md b9).
#[test]
fn set_property() {
    let order = [
        ("handle", INVALID_HANDLE),
        ("pseudo-handle", ACCESS_DENIED),
        ("no name", INVALID_PARAMETER),
        ("no value", INVALID_PARAMETER),
        ("flags", INVALID_PARAMETER),
        ("name", NOT_SUPPORTED),
        ("value", INVALID_PARAMETER),
    ];
    let (algorithm, right, wrong) = (open("ECDH"), wide("ECCCurveName"), wide("KeyLength"));
    let (curve, unknown) =
        (crate::support::text::wide_bytes("nistP256"), crate::support::text::wide_bytes("nistP257"));
    in_order("BCryptSetProperty", &order, |is| {
        let pseudo = 0x291 as Raw;
        let of = is.pick("handle", is.pick("pseudo-handle", algorithm.raw(), pseudo), NOBODY);
        let name = is.pick("no name", is.pick("name", right.as_ptr(), wrong.as_ptr()), null());
        let value = is.pick("no value", is.pick("value", curve.as_ptr(), unknown.as_ptr()), null());
        lib().set_property(of, name, value, curve.len() as u32, is.pick("flags", 0, 1))
    });
}
