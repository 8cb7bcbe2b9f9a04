//! Hashes, MACs and passwords, beside the engine that computes them and OpenSSL, whose algorithms are fetched and whose
//! contexts are kept where a program can keep them.

use std::ffi::{CStr, c_char, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};

use aws_lc_sys as lc;
use serde_json::Value;

use crate::measure::{Effort, Work, compare};
use crate::peer::functions;

type Handle = *mut c_void;

/// The calls of the library.
struct Calls {
    hash: unsafe extern "system" fn(Handle, *const u8, u32, *const u8, u32, *mut u8, u32) -> i32,
    create: unsafe extern "system" fn(Handle, *mut Handle, *mut u8, u32, *const u8, u32, u32) -> i32,
    data: unsafe extern "system" fn(Handle, *const u8, u32, u32) -> i32,
    finish: unsafe extern "system" fn(Handle, *mut u8, u32, u32) -> i32,
    duplicate: unsafe extern "system" fn(Handle, *mut Handle, *mut u8, u32, u32) -> i32,
    destroy: unsafe extern "system" fn(Handle) -> i32,
    pbkdf2: unsafe extern "system" fn(Handle, *const u8, u32, *const u8, u32, u64, *mut u8, u32, u32) -> i32,
}

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

/// Name, plain and keyed pseudo-handle, OpenSSL's name, bytes of digest, the engine's description.
type Row = (&'static str, usize, usize, &'static CStr, u32, unsafe extern "C" fn() -> *const lc::EVP_MD);

const ROWS: [Row; 5] = [
    ("MD5", 0x21, 0x91, c"MD5", 16, lc::EVP_md5),
    ("SHA1", 0x31, 0xA1, c"SHA1", 20, lc::EVP_sha1),
    ("SHA256", 0x41, 0xB1, c"SHA256", 32, lc::EVP_sha256),
    ("SHA512", 0x61, 0xD1, c"SHA512", 64, lc::EVP_sha512),
    ("SHA3-256", 0x3B1, 0x3E1, c"SHA3-256", 32, lc::EVP_sha3_256),
];

const KEY: [u8; 32] = [7; 32];
const ITERATIONS: u32 = 1000;

impl Calls {
    fn load(path: &Path) -> Self {
        // SAFETY: it is our own library; it stays loaded for the life of the process.
        let library = Box::leak(Box::new(unsafe { libloading::Library::new(path) }.expect("it loads")));
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the types above are those of bcrypt.h.
                *unsafe { library.get($name) }.expect("it is exported")
            };
        }
        Self {
            hash: function!("BCryptHash"),
            create: function!("BCryptCreateHash"),
            data: function!("BCryptHashData"),
            finish: function!("BCryptFinishHash"),
            duplicate: function!("BCryptDuplicateHash"),
            destroy: function!("BCryptDestroyHash"),
            pbkdf2: function!("BCryptDeriveKeyPBKDF2"),
        }
    }

    fn started(&self, handle: usize, key: &[u8], flags: u32) -> Handle {
        let mut hash = null_mut();
        let (handle, none) = (handle as Handle, null_mut());
        // SAFETY: the pointers are to live values for the length of the call.
        let status =
            unsafe { (self.create)(handle, &mut hash, none, 0, key.as_ptr(), key.len() as u32, flags) };
        assert_eq!(status, 0);
        hash
    }

    fn once(&self, handle: usize, key: &[u8], text: &[u8], length: u32) {
        let (key_size, text_size) = (key.len() as u32, text.len() as u32);
        let mut digest = [0; 64];
        // SAFETY: as above.
        let status = unsafe {
            (self.hash)(
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
            assert_eq!((self.data)(hash, text.as_ptr(), text.len() as u32, 0), 0);
            assert_eq!((self.finish)(hash, digest.as_mut_ptr(), length, 0), 0);
        }
    }
}

/// A comparison for each hash and length, and for what programs do with hash objects.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Vec<Value> {
    let (ours, openssl) = (Calls::load(path), OpenSsl::load());
    let mut rows = Vec::new();
    let mut add =
        |algorithm: &str, operation: &str, sides: &mut dyn FnMut() -> Vec<(&'static str, Work<'static>)>| {
            if only.is_none_or(|only| format!("{algorithm} {operation}").contains(only)) {
                let mut row = compare(effort, &mut sides());
                (row["algorithm"], row["operation"]) = (algorithm.into(), operation.into());
                eprintln!("{algorithm} {operation}: {}", crate::summary(&row));
                rows.push(row);
            }
        };
    // The works borrow them for as long as the process lives.
    let (ours, openssl): (&'static Calls, Option<&'static OpenSsl>) =
        (Box::leak(Box::new(ours)), openssl.map(|openssl| &*Box::leak(Box::new(openssl))));
    for row in ROWS {
        for (length, words) in [(64, "hash 64 bytes"), (16384, "hash 16 KiB")] {
            add(row.0, words, &mut || at_once(ours, openssl, row, length));
        }
        for (length, words) in
            [(64, "HMAC of 64 bytes, keyed before"), (16384, "HMAC of 16 KiB, keyed before")]
        {
            add(row.0, words, &mut || keyed(ours, row, length));
        }
    }
    add("SHA256", "hash object of 64 bytes", &mut || object(ours, openssl));
    add("SHA256", "copy of a hash object", &mut || copy(ours, openssl));
    for row in [ROWS[1], ROWS[2], ROWS[3]] {
        add(row.0, "PBKDF2, 1000 iterations", &mut || password(ours, openssl, row));
    }
    rows
}

fn fetched(openssl: &OpenSsl, name: &CStr) -> Handle {
    // SAFETY: the name ends in NUL.
    let fetched = unsafe { (openssl.fetch)(null_mut(), name.as_ptr(), null()) };
    assert!(!fetched.is_null());
    fetched
}

fn at_once(
    ours: &'static Calls,
    openssl: Option<&'static OpenSsl>,
    (_, handle, _, name, digest_length, engine): Row,
    length: usize,
) -> Vec<(&'static str, Work<'static>)> {
    let text = vec![0x5A; length];
    let mut sides: Vec<(&'static str, Work<'static>)> = vec![
        ("bcrypt-shim", {
            let text = text.clone();
            Box::new(move || ours.once(handle, &[], &text, digest_length))
        }),
        ("AWS-LC", {
            let text = text.clone();
            Box::new(move || {
                let mut digest = [0; 64];
                // SAFETY: the pointers are to live values for the length of the call.
                unsafe {
                    let data = text.as_ptr().cast();
                    let out = digest.as_mut_ptr();
                    assert_eq!(lc::EVP_Digest(data, text.len(), out, null_mut(), engine(), null_mut()), 1);
                }
            })
        }),
    ];
    if let Some(openssl) = openssl {
        let md = fetched(openssl, name);
        sides.push((
            "OpenSSL",
            Box::new(move || {
                let mut digest = [0; 64];
                // SAFETY: as above.
                let done = unsafe {
                    (openssl.digest)(
                        text.as_ptr(),
                        text.len(),
                        digest.as_mut_ptr(),
                        null_mut(),
                        md,
                        null_mut(),
                    )
                };
                assert_eq!(done, 1);
            }),
        ));
    }
    sides
}

fn keyed(
    ours: &'static Calls,
    (_, _, handle, _, digest_length, engine): Row,
    length: usize,
) -> Vec<(&'static str, Work<'static>)> {
    let text = vec![0x5A; length];
    let hash = ours.started(handle, &KEY, 0x20);
    // SAFETY: the context is new, and the key lives through the call.
    let context = unsafe {
        let context = lc::HMAC_CTX_new();
        assert_eq!(lc::HMAC_Init_ex(context, KEY.as_ptr().cast(), KEY.len(), engine(), null_mut()), 1);
        context
    };
    let own_text = text.clone();
    vec![
        ("bcrypt-shim", Box::new(move || ours.read_and_end(hash, &own_text, digest_length))),
        (
            "AWS-LC",
            Box::new(move || {
                let mut mac = [0; 64];
                // SAFETY: the context has a key; the pointers are to live values.
                unsafe {
                    assert_eq!(lc::HMAC_Init_ex(context, null(), 0, null(), null_mut()), 1);
                    assert_eq!(lc::HMAC_Update(context, text.as_ptr(), text.len()), 1);
                    assert_eq!(lc::HMAC_Final(context, mac.as_mut_ptr(), null_mut()), 1);
                }
            }),
        ),
    ]
}

fn object(ours: &'static Calls, openssl: Option<&'static OpenSsl>) -> Vec<(&'static str, Work<'static>)> {
    let mut sides: Vec<(&'static str, Work<'static>)> = vec![(
        "bcrypt-shim",
        Box::new(|| {
            let hash = ours.started(0x41, &[], 0);
            ours.read_and_end(hash, &[0x5A; 64], 32);
            // SAFETY: the hash is live.
            assert_eq!(unsafe { (ours.destroy)(hash) }, 0);
        }),
    )];
    if let Some(openssl) = openssl {
        let md = fetched(openssl, c"SHA256");
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

fn copy(ours: &'static Calls, openssl: Option<&'static OpenSsl>) -> Vec<(&'static str, Work<'static>)> {
    let hash = ours.started(0x41, &[], 0);
    let mut sides: Vec<(&'static str, Work<'static>)> = vec![(
        "bcrypt-shim",
        Box::new(move || {
            let mut copy = null_mut();
            // SAFETY: both hashes are live.
            unsafe {
                assert_eq!((ours.duplicate)(hash, &mut copy, null_mut(), 0, 0), 0);
                assert_eq!((ours.destroy)(copy), 0);
            }
        }),
    )];
    if let Some(openssl) = openssl {
        let md = fetched(openssl, c"SHA256");
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

fn password(
    ours: &'static Calls,
    openssl: Option<&'static OpenSsl>,
    (_, _, handle, name, length, engine): Row,
) -> Vec<(&'static str, Work<'static>)> {
    let mut sides: Vec<(&'static str, Work<'static>)> = vec![
        (
            "bcrypt-shim",
            Box::new(move || {
                let (mut derived, key) = ([0; 64], KEY.as_ptr());
                let count = u64::from(ITERATIONS);
                // SAFETY: the pointers are to live values for the length of the call.
                let status = unsafe {
                    (ours.pbkdf2)(handle as Handle, key, 32, key, 16, count, derived.as_mut_ptr(), length, 0)
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
                    lc::PKCS5_PBKDF2_HMAC(password, 32, key, 16, ITERATIONS, engine(), length as usize, out)
                };
                assert_eq!(done, 1);
            }),
        ),
    ];
    if let Some(openssl) = openssl {
        let md = fetched(openssl, name);
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
