//! Hashes, MACs and passwords, beside the engine that computes them and OpenSSL, whose algorithms are fetched and whose
//! contexts are kept where a program can keep them.

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};

use aws_lc_sys as lc;
use bcrypt_shim::algorithm::{ALGORITHMS, Preset};
use bcrypt_shim::hash::Keying;
use serde_json::Value;

use crate::measure::{Comparisons, Effort, Side};
use crate::peer::bcrypt::call::Functions;
use crate::peer::functions;

type Handle = *mut c_void;

functions! {
    /// Types as in OpenSSL 3's evp.h.
    OpenSsl from "libcrypto.so.3", "libcrypto.3.dylib" {
        fetch: b"EVP_MD_fetch", fn(Handle, *const c_char, *const c_char) -> Handle;
        digest: b"EVP_Digest", fn(*const u8, usize, *mut u8, *mut u32, Handle, Handle) -> i32;
        new: b"EVP_MD_CTX_new", fn() -> Handle;
        init: b"EVP_DigestInit_ex2", fn(Handle, Handle, *const c_void) -> i32;
        update: b"EVP_DigestUpdate", fn(Handle, *const u8, usize) -> i32;
        end: b"EVP_DigestFinal_ex", fn(Handle, *mut u8, *mut u32) -> i32;
        copy: b"EVP_MD_CTX_copy_ex", fn(Handle, Handle) -> i32;
        free: b"EVP_MD_CTX_free", fn(Handle);
        pbkdf2: b"PKCS5_PBKDF2_HMAC", fn(*const u8, i32, *const u8, i32, i32, Handle, i32, *mut u8) -> i32;
    }
}

/// A hash of the table of algorithms, and what each side calls it.
#[derive(Clone, Copy)]
struct Row {
    name: &'static str,
    /// Pseudo-handles. A MAC has the same for both.
    plain: Option<usize>,
    keyed: Option<usize>,
    /// Bytes of the digest.
    digest: u32,
    /// The engine's, where it has one.
    engine: Option<*const lc::EVP_MD>,
}

impl Row {
    fn text(self) -> CString {
        CString::new(self.name).expect("a name has no NUL")
    }
}

/// Every hash of the library.
fn rows() -> Vec<Row> {
    let rows = ALGORITHMS.iter().filter_map(|row| {
        let limits = row.hash().ok()?.limits();
        let with = |preset| row.pseudo_handles.iter().find(|handle| handle.1 == preset);
        let [plain, keyed] = [Preset::Plain, Preset::Keyed].map(|preset| Some(with(preset)?.0 as usize));
        let (plain, keyed) = match limits.key {
            Keying::Always => (None, plain),
            _ => (plain, keyed),
        };
        let mut row = Row { name: row.name, plain, keyed, digest: limits.digest as u32, engine: None };
        // SAFETY: the name ends in NUL.
        let engine = unsafe { lc::EVP_get_digestbyname(row.text().as_ptr()) };
        row.engine = (!engine.is_null()).then_some(engine);
        Some(row)
    });
    rows.collect()
}

const KEY: [u8; 32] = [7; 32];
const ITERATIONS: u32 = 1000;
/// Hashes of PBKDF2.
const PASSWORDS: [&str; 3] = ["SHA1", "SHA256", "SHA512"];
/// BCRYPT_HASH_REUSABLE_FLAG.
const REUSABLE: u32 = 0x20;

/// What the works do with the library.
struct Ours(&'static Functions);

impl Ours {
    fn started(&self, handle: usize, key: &[u8], flags: u32) -> Handle {
        let mut hash = null_mut();
        let (handle, none) = (handle as Handle, null_mut());
        // SAFETY: the pointers are to live values for the length of the call.
        let status = unsafe {
            (self.0.create_hash)(handle, &mut hash, none, 0, key.as_ptr(), key.len() as u32, flags)
        };
        assert_eq!(status, 0);
        hash
    }

    fn once(&self, handle: usize, key: &[u8], text: &[u8], length: u32) {
        let (key_size, text_size) = (key.len() as u32, text.len() as u32);
        let mut digest = [0; 64];
        // SAFETY: as above.
        let status = unsafe {
            (self.0.hash)(
                handle as Handle,
                key.as_ptr(),
                key_size,
                text.as_ptr(),
                text_size,
                digest.as_mut_ptr(),
                length,
            )
        };
        assert_eq!(status, 0);
    }

    fn read_and_end(&self, hash: Handle, text: &[u8], length: u32) {
        let mut digest = [0; 64];
        // SAFETY: as above.
        unsafe {
            assert_eq!((self.0.hash_data)(hash, text.as_ptr(), text.len() as u32, 0), 0);
            assert_eq!((self.0.finish_hash)(hash, digest.as_mut_ptr(), length, 0), 0);
        }
    }
}

/// A comparison for each hash and length, and for what programs do with hash objects.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Vec<Value> {
    // The works borrow them for as long as the process lives.
    let ours: &'static Ours = Box::leak(Box::new(Ours(Functions::for_good(path))));
    let openssl: Option<&'static OpenSsl> = OpenSsl::load().map(|openssl| &*Box::leak(Box::new(openssl)));
    let mut comparisons = Comparisons::new(effort, only);
    for row in rows() {
        for (length, words) in [(64, "64 bytes"), (16384, "16 KiB")] {
            if let Some(plain) = row.plain {
                comparisons.operation(row.name, &format!("hash {words}"), || {
                    at_once(ours, openssl, row, plain, length)
                });
            }
            if let Some(keyed_handle) = row.keyed {
                let mac = if row.plain.is_some() { "HMAC" } else { "MAC" };
                comparisons.operation(row.name, &format!("{mac} of {words}, keyed before"), || {
                    keyed(ours, row, keyed_handle, length)
                });
            }
        }
    }
    comparisons.operation("SHA256", "hash object of 64 bytes", || object(ours, openssl));
    comparisons.operation("SHA256", "copy of a hash object", || copy(ours, openssl));
    for row in rows().into_iter().filter(|row| PASSWORDS.contains(&row.name)) {
        comparisons.operation(row.name, "PBKDF2, 1000 iterations", || password(ours, openssl, row));
    }
    comparisons.rows()
}

/// A hash of OpenSSL's, if it has it.
fn fetched(openssl: &OpenSsl, name: &CStr) -> Option<Handle> {
    // SAFETY: the name ends in NUL.
    let fetched = unsafe { (openssl.fetch)(null_mut(), name.as_ptr(), null()) };
    (!fetched.is_null()).then_some(fetched)
}

fn at_once(
    ours: &'static Ours,
    openssl: Option<&'static OpenSsl>,
    row: Row,
    handle: usize,
    length: usize,
) -> Vec<Side<'static>> {
    let text: &'static [u8] = vec![0x5A; length].leak();
    let digest_length = row.digest;
    let mut sides: Vec<Side<'static>> =
        vec![("bcrypt-shim", Box::new(move || ours.once(handle, &[], text, digest_length)))];
    if let Some(engine) = row.engine {
        sides.push((
            "AWS-LC",
            Box::new(move || {
                let mut digest = [0; 64];
                let (data, out) = (text.as_ptr().cast(), digest.as_mut_ptr());
                // SAFETY: the pointers are to live values for the length of the call.
                let done = unsafe { lc::EVP_Digest(data, length, out, null_mut(), engine, null_mut()) };
                assert_eq!(done, 1);
            }),
        ));
    }
    if let Some((openssl, md)) = openssl.and_then(|openssl| Some((openssl, fetched(openssl, &row.text())?))) {
        sides.push((
            "OpenSSL",
            Box::new(move || {
                let mut digest = [0; 64];
                let (data, out) = (text.as_ptr(), digest.as_mut_ptr());
                // SAFETY: as above.
                let done = unsafe { (openssl.digest)(data, length, out, null_mut(), md, null_mut()) };
                assert_eq!(done, 1);
            }),
        ));
    }
    sides
}

fn keyed(ours: &'static Ours, row: Row, handle: usize, length: usize) -> Vec<Side<'static>> {
    let text: &'static [u8] = vec![0x5A; length].leak();
    let (hash, digest_length) = (ours.started(handle, &KEY, REUSABLE), row.digest);
    let mut sides: Vec<Side<'static>> =
        vec![("bcrypt-shim", Box::new(move || ours.read_and_end(hash, text, digest_length)))];
    if let Some(engine) = row.engine {
        // SAFETY: the context is new, and the key lives through the call.
        let context = unsafe {
            let context = lc::HMAC_CTX_new();
            assert_eq!(lc::HMAC_Init_ex(context, KEY.as_ptr().cast(), KEY.len(), engine, null_mut()), 1);
            context
        };
        sides.push((
            "AWS-LC",
            Box::new(move || {
                let mut mac = [0; 64];
                // SAFETY: the context has a key; the pointers are to live values.
                unsafe {
                    assert_eq!(lc::HMAC_Init_ex(context, null(), 0, null(), null_mut()), 1);
                    assert_eq!(lc::HMAC_Update(context, text.as_ptr(), length), 1);
                    assert_eq!(lc::HMAC_Final(context, mac.as_mut_ptr(), null_mut()), 1);
                }
            }),
        ));
    }
    sides
}

fn object(ours: &'static Ours, openssl: Option<&'static OpenSsl>) -> Vec<Side<'static>> {
    let mut sides: Vec<Side<'static>> = vec![(
        "bcrypt-shim",
        Box::new(|| {
            let hash = ours.started(0x41, &[], 0);
            ours.read_and_end(hash, &[0x5A; 64], 32);
            // SAFETY: the hash is live.
            assert_eq!(unsafe { (ours.0.destroy_hash)(hash) }, 0);
        }),
    )];
    if let Some((openssl, md)) = openssl.and_then(|openssl| Some((openssl, fetched(openssl, c"SHA256")?))) {
        sides.push((
            "OpenSSL",
            Box::new(move || {
                let mut digest = [0; 64];
                // SAFETY: the context is new, and freed once.
                unsafe {
                    let context = (openssl.new)();
                    assert_eq!((openssl.init)(context, md, null()), 1);
                    assert_eq!((openssl.update)(context, [0x5A; 64].as_ptr(), 64), 1);
                    assert_eq!((openssl.end)(context, digest.as_mut_ptr(), null_mut()), 1);
                    (openssl.free)(context);
                }
            }),
        ));
    }
    sides
}

fn copy(ours: &'static Ours, openssl: Option<&'static OpenSsl>) -> Vec<Side<'static>> {
    let hash = ours.started(0x41, &[], 0);
    let mut sides: Vec<Side<'static>> = vec![(
        "bcrypt-shim",
        Box::new(move || {
            let mut copy = null_mut();
            // SAFETY: both hashes are live.
            unsafe {
                assert_eq!((ours.0.duplicate_hash)(hash, &mut copy, null_mut(), 0, 0), 0);
                assert_eq!((ours.0.destroy_hash)(copy), 0);
            }
        }),
    )];
    if let Some((openssl, md)) = openssl.and_then(|openssl| Some((openssl, fetched(openssl, c"SHA256")?))) {
        // SAFETY: the context is new.
        let context = unsafe {
            let context = (openssl.new)();
            assert_eq!((openssl.init)(context, md, null()), 1);
            context
        };
        sides.push((
            "OpenSSL",
            Box::new(move || {
                // SAFETY: the copy is new, and freed once.
                unsafe {
                    let copy = (openssl.new)();
                    assert_eq!((openssl.copy)(copy, context), 1);
                    (openssl.free)(copy);
                }
            }),
        ));
    }
    sides
}

fn password(ours: &'static Ours, openssl: Option<&'static OpenSsl>, row: Row) -> Vec<Side<'static>> {
    let (handle, length) = (row.keyed.expect("it has an HMAC"), row.digest);
    let engine = row.engine.expect("the engine has it");
    let mut sides: Vec<Side<'static>> = vec![
        (
            "bcrypt-shim",
            Box::new(move || {
                let (mut derived, key) = ([0; 64], KEY.as_ptr());
                let count = u64::from(ITERATIONS);
                // SAFETY: the pointers are to live values for the length of the call.
                let status = unsafe {
                    (ours.0.pbkdf2)(
                        handle as Handle,
                        key,
                        32,
                        key,
                        16,
                        count,
                        derived.as_mut_ptr(),
                        length,
                        0,
                    )
                };
                assert_eq!(status, 0);
            }),
        ),
        (
            "AWS-LC",
            Box::new(move || {
                let (mut derived, key) = ([0; 64], KEY.as_ptr());
                // SAFETY: as above.
                let done = unsafe {
                    let (password, out) = (key.cast(), derived.as_mut_ptr());
                    lc::PKCS5_PBKDF2_HMAC(password, 32, key, 16, ITERATIONS, engine, length as usize, out)
                };
                assert_eq!(done, 1);
            }),
        ),
    ];
    if let Some((openssl, md)) = openssl.and_then(|openssl| Some((openssl, fetched(openssl, &row.text())?))) {
        sides.push((
            "OpenSSL",
            Box::new(move || {
                let (mut derived, key) = ([0; 64], KEY.as_ptr());
                // SAFETY: as above.
                let done = unsafe {
                    let (iterations, out) = (ITERATIONS as i32, derived.as_mut_ptr());
                    (openssl.pbkdf2)(key, 32, key, 16, iterations, md, length as i32, out)
                };
                assert_eq!(done, 1);
            }),
        ));
    }
    sides
}
