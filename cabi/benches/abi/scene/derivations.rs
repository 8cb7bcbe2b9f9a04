//! Keys derived from keys, and random bytes, beside the engine and OpenSSL, whose algorithms are fetched and whose contexts
//! are made for each derivation.

use std::ffi::{CStr, c_void};
use std::path::Path;
use std::ptr::null_mut;

use aws_lc_sys as lc;
use serde_json::Value;

use crate::measure::{Effort, Work, compare};
use crate::peer::openssl::call::{Functions, Parameter, bytes, end, name, number};

type Handle = *mut c_void;

/// BCryptBuffer and BCryptBufferDesc.
#[repr(C)]
struct Buffer {
    size: u32,
    kind: u32,
    data: *const u8,
}

#[repr(C)]
struct List {
    version: u32,
    count: u32,
    buffers: *const Buffer,
}

/// The calls of the library.
struct Calls {
    generate: unsafe extern "system" fn(Handle, *mut Handle, *mut u8, u32, *const u8, u32, u32) -> i32,
    set: unsafe extern "system" fn(Handle, *const u16, *const u8, u32, u32) -> i32,
    derive: unsafe extern "system" fn(Handle, *const List, *mut u8, u32, *mut u32, u32) -> i32,
    destroy: unsafe extern "system" fn(Handle) -> i32,
    random: unsafe extern "system" fn(Handle, *mut u8, u32, u32) -> i32,
}

const KEY: [u8; 32] = [7; 32];
const SALT: &[u8] = b"salt";
const INFO: &[u8] = b"information";
const LABEL: &[u8] = b"master secret";
const SEED: [u8; 64] = [9; 64];
const ITERATIONS: u32 = 1000;
const SYSTEM_PREFERRED: u32 = 2;

/// A derivation: its name, pseudo-handle and bytes of output; the parameters, as CNG and OpenSSL have them; the engine's.
struct Row {
    name: &'static str,
    handle: usize,
    length: usize,
    list: Vec<(u32, &'static [u8])>,
    openssl: (&'static CStr, Vec<Parameter>),
    engine: Option<fn(&mut [u8]) -> i32>,
}

fn wide(text: &str) -> &'static [u16] {
    text.encode_utf16().chain([0]).collect::<Vec<u16>>().leak()
}

fn wide_bytes(text: &str) -> &'static [u8] {
    wide(text).iter().flat_map(|unit| unit.to_ne_bytes()).collect::<Vec<u8>>().leak()
}

fn leaked(value: Vec<u8>) -> &'static [u8] {
    value.leak()
}

fn rows() -> Vec<Row> {
    let sha256 = wide_bytes("SHA256");
    let key = leaked(KEY.to_vec());
    let seed = leaked(SEED.to_vec());
    vec![
        Row {
            name: "TLS1_2_KDF",
            handle: 0x371,
            length: 48,
            list: vec![(0, sha256), (4, LABEL), (5, seed)],
            openssl: (
                c"TLS1-PRF",
                vec![bytes(c"secret", key), bytes(c"seed", leaked([LABEL, seed].concat()))],
            ),
            engine: Some(|out| {
                let (label, none) = (LABEL.as_ptr().cast(), std::ptr::null());
                // SAFETY: pointers and lengths are of one slice each.
                unsafe {
                    lc::CRYPTO_tls1_prf(
                        lc::EVP_sha256(),
                        out.as_mut_ptr(),
                        out.len(),
                        KEY.as_ptr(),
                        KEY.len(),
                        label,
                        LABEL.len(),
                        SEED.as_ptr(),
                        SEED.len(),
                        none,
                        0,
                    )
                }
            }),
        },
        Row {
            name: "SP800_108_CTR_HMAC",
            handle: 0x341,
            length: 32,
            list: vec![(0, sha256), (0xD, b"label"), (0xE, b"context")],
            openssl: (
                c"KBKDF",
                vec![
                    name(c"mac", c"HMAC"),
                    bytes(c"key", key),
                    bytes(c"salt", b"label"),
                    bytes(c"info", b"context"),
                ],
            ),
            engine: Some(|out| {
                let info = b"label\0context\0\0\x01\0";
                let key = KEY.as_ptr();
                // SAFETY: as above.
                unsafe {
                    let hash = lc::EVP_sha256();
                    lc::KBKDF_ctr_hmac(
                        out.as_mut_ptr(),
                        out.len(),
                        hash,
                        key,
                        KEY.len(),
                        info.as_ptr(),
                        info.len(),
                    )
                }
            }),
        },
        Row {
            name: "SP800_56A_CONCAT",
            handle: 0x351,
            length: 32,
            list: vec![(0, sha256), (0x11, INFO)],
            openssl: (c"SSKDF", vec![bytes(c"key", key), bytes(c"info", INFO)]),
            engine: None,
        },
        Row {
            name: "PBKDF2",
            handle: 0x331,
            length: 32,
            list: vec![
                (0, sha256),
                (0xF, SALT),
                (0x10, leaked(u64::from(ITERATIONS).to_ne_bytes().to_vec())),
            ],
            openssl: (
                c"PBKDF2",
                vec![
                    bytes(c"pass", key),
                    bytes(c"salt", SALT),
                    number(c"iter", leaked(ITERATIONS.to_ne_bytes().to_vec())),
                    number(c"pkcs5", leaked(1_u32.to_ne_bytes().to_vec())),
                ],
            ),
            engine: None,
        },
    ]
}

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
            generate: function!("BCryptGenerateSymmetricKey"),
            set: function!("BCryptSetProperty"),
            derive: function!("BCryptKeyDerivation"),
            destroy: function!("BCryptDestroyKey"),
            random: function!("BCryptGenRandom"),
        }
    }

    fn key(&self, handle: usize) -> Handle {
        let mut key = null_mut();
        let (handle, none, size) = (handle as Handle, null_mut(), KEY.len() as u32);
        // SAFETY: the pointers are to live values for the length of the call.
        assert_eq!(unsafe { (self.generate)(handle, &mut key, none, 0, KEY.as_ptr(), size, 0) }, 0);
        key
    }

    fn finalize(&self, key: Handle, [hash, salt]: [&[u16]; 2], sha256: &[u8]) {
        let size = sha256.len() as u32;
        // SAFETY: as above; the names end in NUL.
        unsafe {
            assert_eq!((self.set)(key, hash.as_ptr(), sha256.as_ptr(), size, 0), 0);
            assert_eq!((self.set)(key, salt.as_ptr(), SALT.as_ptr(), SALT.len() as u32, 0), 0);
        }
    }

    fn derive(&self, key: Handle, list: &[(u32, &[u8])], out: &mut [u8]) {
        let mut buffers = [const { Buffer { size: 0, kind: 0, data: std::ptr::null() } }; 4];
        for (buffer, (kind, bytes)) in buffers.iter_mut().zip(list) {
            *buffer = Buffer { size: bytes.len() as u32, kind: *kind, data: bytes.as_ptr() };
        }
        let list = List { version: 0, count: list.len() as u32, buffers: buffers.as_ptr() };
        let mut size = 0;
        // SAFETY: as above.
        let status = unsafe { (self.derive)(key, &list, out.as_mut_ptr(), out.len() as u32, &mut size, 0) };
        assert_eq!((status, size as usize), (0, out.len()));
    }

    fn destroy(&self, key: Handle) {
        // SAFETY: the key is live.
        assert_eq!(unsafe { (self.destroy)(key) }, 0);
    }
}

/// OpenSSL's derivation, with a context of its own each time.
fn openssl(
    call: &'static Functions,
    kdf: &CStr,
    length: usize,
    mut list: Vec<Parameter>,
) -> Option<Work<'static>> {
    // SAFETY: the name lives through the call; what is fetched is never freed.
    let kdf = unsafe { (call.fetch_kdf)(null_mut(), kdf.as_ptr(), std::ptr::null()) };
    list.extend([name(c"digest", c"SHA256"), end()]);
    (!kdf.is_null()).then(|| -> Work<'static> {
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

type Sides = Vec<(&'static str, Work<'static>)>;

/// A comparison for each derivation with a key that is there, with a new one, and for random bytes.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Vec<Value> {
    // The works borrow them for as long as the process lives.
    let ours: &'static Calls = Box::leak(Box::new(Calls::load(path)));
    let peer: Option<&'static Functions> = Functions::load().map(|peer| &*Box::leak(Box::new(peer)));
    let mut measured = Vec::new();
    let mut add = |algorithm: &str, operation: &str, sides: &mut dyn FnMut() -> Sides| {
        if only.is_none_or(|only| format!("{algorithm} {operation}").contains(only)) {
            let mut row = compare(effort, &mut sides());
            (row["algorithm"], row["operation"]) = (algorithm.into(), operation.into());
            eprintln!("{algorithm} {operation}: {}", crate::summary(&row));
            measured.push(row);
        }
    };
    for is_new in [false, true] {
        let words = if is_new { "with a new key" } else { "with a key that is there" };
        for row in rows() {
            let operation = format!("{} bytes {words}", row.length);
            let mut row = Some(row);
            add(row.as_ref().map_or("", |row| row.name), &operation, &mut || match row.take() {
                Some(row) => sides(ours, peer, row, is_new),
                None => Vec::new(),
            });
        }
        add("HKDF", &format!("32 bytes {words}"), &mut || hkdf(ours, peer, is_new));
    }
    for (length, words) in [(32, "32 random bytes"), (65536, "64 KiB of random bytes")] {
        add("RNG", words, &mut || random(ours, length));
    }
    measured
}

fn sides(ours: &'static Calls, peer: Option<&'static Functions>, row: Row, is_new: bool) -> Sides {
    let Row { handle, length, list, openssl: (kdf, parameters), engine, .. } = row;
    let kept = ours.key(handle);
    let mut sides: Sides = vec![(
        "bcrypt-shim",
        Box::new(move || {
            let mut out = [0; 48];
            let key = if is_new { ours.key(handle) } else { kept };
            ours.derive(key, &list, &mut out[..length]);
            if is_new {
                ours.destroy(key);
            }
        }),
    )];
    if let Some(engine) = engine {
        sides.push((
            "AWS-LC",
            Box::new(move || {
                let mut out = [0; 48];
                assert_eq!(engine(&mut out[..length]), 1);
            }),
        ));
    }
    if let Some(work) = peer.and_then(|peer| openssl(peer, kdf, length, parameters)) {
        sides.push(("OpenSSL", work));
    }
    sides
}

fn hkdf(ours: &'static Calls, peer: Option<&'static Functions>, is_new: bool) -> Sides {
    let names = [wide("HkdfHashAlgorithm"), wide("HkdfSaltAndFinalize")];
    let sha256 = wide_bytes("SHA256");
    let kept = ours.key(0x391);
    ours.finalize(kept, names, sha256);
    let mut sides: Sides = vec![
        (
            "bcrypt-shim",
            Box::new(move || {
                let mut out = [0; 32];
                let key = if is_new { ours.key(0x391) } else { kept };
                if is_new {
                    ours.finalize(key, names, sha256);
                }
                ours.derive(key, &[(0x14, INFO)], &mut out);
                if is_new {
                    ours.destroy(key);
                }
            }),
        ),
        (
            "AWS-LC",
            Box::new(move || {
                let mut out = [0; 32];
                let (to, key, info) = (out.as_mut_ptr(), KEY.as_ptr(), INFO.as_ptr());
                // SAFETY: pointers and lengths are of one slice each.
                let done = unsafe {
                    let hash = lc::EVP_sha256();
                    if is_new {
                        let salt = SALT.as_ptr();
                        lc::HKDF(to, 32, hash, key, KEY.len(), salt, SALT.len(), info, INFO.len())
                    } else {
                        lc::HKDF_expand(to, 32, hash, key, KEY.len(), info, INFO.len())
                    }
                };
                assert_eq!(done, 1);
            }),
        ),
    ];
    let mode = if is_new { c"EXTRACT_AND_EXPAND" } else { c"EXPAND_ONLY" };
    let mut list = vec![name(c"mode", mode), bytes(c"key", leaked(KEY.to_vec())), bytes(c"info", INFO)];
    if is_new {
        list.push(bytes(c"salt", SALT));
    }
    if let Some(work) = peer.and_then(|peer| openssl(peer, c"HKDF", 32, list)) {
        sides.push(("OpenSSL", work));
    }
    sides
}

fn random(ours: &'static Calls, length: usize) -> Sides {
    let (mut own, mut engine) = (vec![0; length], vec![0; length]);
    let mut sides: Sides = vec![
        (
            "bcrypt-shim",
            Box::new(move || {
                let size = own.len() as u32;
                // SAFETY: pointer and length are of one slice.
                let status = unsafe { (ours.random)(null_mut(), own.as_mut_ptr(), size, SYSTEM_PREFERRED) };
                assert_eq!(status, 0);
            }),
        ),
        (
            "AWS-LC",
            Box::new(move || {
                // SAFETY: as above.
                assert_eq!(unsafe { lc::RAND_bytes(engine.as_mut_ptr(), engine.len()) }, 1);
            }),
        ),
    ];
    #[cfg(target_os = "linux")]
    sides.push(("getrandom", {
        let mut system = vec![0_u8; length];
        Box::new(move || {
            // SAFETY: as above.
            let read = unsafe { libc::getrandom(system.as_mut_ptr().cast(), system.len(), 0) };
            assert_eq!(read, system.len() as isize);
        })
    }));
    sides
}
