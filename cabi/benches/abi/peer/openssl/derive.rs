//! Derivations by OpenSSL: MAC and KDF algorithms are fetched once, contexts made for each derivation.

use std::ffi::CStr;
use std::ptr::{null, null_mut};

use super::call::{Functions, Parameter, bytes, end, name};
use crate::algorithm::Kdf;
use crate::measure::Work;

const SECRET: [u8; 32] = [5; 32];

/// SHA-256 as most programs ask for it, at once and by `EVP_sha256`.
pub fn sha256(call: &Functions, input: &[u8]) -> [u8; 32] {
    let (mut out, mut length) = ([0; 32], 0);
    // SAFETY: pointer and length are of one slice; the digest has 32 bytes.
    let done = unsafe {
        let digest = (call.sha256)();
        (call.digest)(input.as_ptr(), input.len(), out.as_mut_ptr(), &mut length, digest, null_mut())
    };
    assert_eq!((done, length), (1, 32));
    out
}

pub fn work(call: &Functions, kdf: Kdf) -> Option<Work<'_>> {
    match kdf {
        Kdf::Hash => Some(Box::new(move || {
            std::hint::black_box(sha256(call, &SECRET));
        })),
        Kdf::Hmac => Some(hmac(call)),
        Kdf::TlsPrf => {
            let seed = [b"master secret".as_slice(), &[9; 64]].concat().leak();
            kdf_work(call, c"TLS1-PRF", 48, vec![bytes(c"secret", &SECRET), bytes(c"seed", seed)])
        }
        Kdf::Concat => {
            let list = vec![bytes(c"key", &SECRET), bytes(c"info", b"algorithmoneother")];
            kdf_work(call, c"SSKDF", 32, list)
        }
        Kdf::Hkdf => {
            let list =
                vec![name(c"mode", c"EXPAND_ONLY"), bytes(c"key", &SECRET), bytes(c"info", b"information")];
            kdf_work(call, c"HKDF", 32, list)
        }
    }
}

fn hmac(call: &Functions) -> Work<'_> {
    // SAFETY: the name lives through the call; what is fetched is never freed.
    let mac = unsafe { (call.fetch_mac)(null_mut(), c"HMAC".as_ptr(), null()) };
    let list = [name(c"digest", c"SHA256"), end()];
    Box::new(move || {
        let (key, mut out, mut length) = ([7; 32], [0; 32], 0);
        // SAFETY: the context is valid until freed; pointers and lengths are of one array each.
        unsafe {
            let context = (call.mac_context)(mac);
            assert_eq!((call.mac_init)(context, key.as_ptr(), key.len(), list.as_ptr()), 1);
            assert_eq!((call.mac_update)(context, SECRET.as_ptr(), SECRET.len()), 1);
            assert_eq!((call.mac_final)(context, out.as_mut_ptr(), &mut length, out.len()), 1);
            (call.free_mac_context)(context);
        }
        std::hint::black_box(&out);
    })
}

/// A derivation with SHA-256, with a context of its own each time; `None` if it is not there.
pub fn kdf_work<'a>(
    call: &'a Functions,
    kdf: &CStr,
    length: usize,
    mut list: Vec<Parameter>,
) -> Option<Work<'a>> {
    // SAFETY: the name lives through the call; what is fetched is never freed.
    let kdf = unsafe { (call.fetch_kdf)(null_mut(), kdf.as_ptr(), null()) };
    list.extend([name(c"digest", c"SHA256"), end()]);
    (!kdf.is_null()).then(|| -> Work<'a> {
        Box::new(move || {
            let mut out = [0; 48];
            // SAFETY: the context is valid until freed; the list ends as it must; the buffer is wide enough.
            unsafe {
                let context = (call.kdf_context)(kdf);
                assert_eq!((call.kdf_derive)(context, out.as_mut_ptr(), length, list.as_ptr()), 1);
                (call.free_kdf_context)(context);
            }
            std::hint::black_box(&out);
        })
    })
}
