//! Keys derived from keys, and random bytes, beside the engine and OpenSSL, whose algorithms are fetched and whose contexts
//! are made for each derivation.

use std::ffi::{CStr, c_void};
use std::path::Path;
use std::ptr::null_mut;

use aws_lc_sys as lc;
use serde_json::Value;

use crate::measure::{Comparisons, Effort, Side};
use crate::peer::bcrypt::call::Functions;
use crate::peer::openssl::call::{Functions as Peer, Parameter, bytes, name, number};
use crate::peer::openssl::derive::kdf_work;

type Handle = *mut c_void;

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

fn new_key(ours: &Functions, handle: usize) -> Handle {
    ours.symmetric(handle as Handle, &KEY)
}

/// A comparison for each derivation with a key that is there, with a new one, and for random bytes.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Vec<Value> {
    let ours = Functions::for_good(path);
    // The works borrow it for as long as the process lives.
    let peer: Option<&'static Peer> = Peer::load().map(|peer| &*Box::leak(Box::new(peer)));
    let mut comparisons = Comparisons::new(effort, only);
    for is_new in [false, true] {
        let words = if is_new { "with a new key" } else { "with a key that is there" };
        for row in rows() {
            let operation = format!("{} bytes {words}", row.length);
            comparisons.operation(row.name, &operation, || sides(ours, peer, row, is_new));
        }
        comparisons.operation("HKDF", &format!("32 bytes {words}"), || hkdf(ours, peer, is_new));
    }
    for (length, words) in [(32, "32 random bytes"), (65536, "64 KiB of random bytes")] {
        comparisons.operation("RNG", words, || random(ours, length));
    }
    comparisons.rows()
}

fn sides(
    ours: &'static Functions,
    peer: Option<&'static Peer>,
    row: Row,
    is_new: bool,
) -> Vec<Side<'static>> {
    let Row { handle, length, list, openssl: (kdf, parameters), engine, .. } = row;
    let kept = new_key(ours, handle);
    let mut sides: Vec<Side<'static>> = vec![(
        "bcrypt-shim",
        Box::new(move || {
            let mut out = [0; 48];
            let key = if is_new { new_key(ours, handle) } else { kept };
            ours.derive_from_key(key, &list, &mut out[..length]);
            if is_new {
                ours.destroy_key(key);
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
    if let Some(work) = peer.and_then(|peer| kdf_work(peer, kdf, length, parameters)) {
        sides.push(("OpenSSL", work));
    }
    sides
}

fn hkdf(ours: &'static Functions, peer: Option<&'static Peer>, is_new: bool) -> Vec<Side<'static>> {
    let names = [wide("HkdfHashAlgorithm"), wide("HkdfSaltAndFinalize")];
    let sha256 = wide_bytes("SHA256");
    let kept = new_key(ours, 0x391);
    let finalize = move |key| {
        let [hash, salt] = names;
        ours.set(key, hash, sha256);
        ours.set(key, salt, SALT);
    };
    finalize(kept);
    let mut sides: Vec<Side<'static>> = vec![
        (
            "bcrypt-shim",
            Box::new(move || {
                let mut out = [0; 32];
                let key = if is_new { new_key(ours, 0x391) } else { kept };
                if is_new {
                    finalize(key);
                }
                ours.derive_from_key(key, &[(0x14, INFO)], &mut out);
                if is_new {
                    ours.destroy_key(key);
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
    if let Some(work) = peer.and_then(|peer| kdf_work(peer, c"HKDF", 32, list)) {
        sides.push(("OpenSSL", work));
    }
    sides
}

fn random(ours: &'static Functions, length: usize) -> Vec<Side<'static>> {
    let (mut own, mut engine) = (vec![0; length], vec![0; length]);
    let mut sides: Vec<Side<'static>> = vec![
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
