//! ML-KEM and ML-DSA: the library, the bare engine through its `EVP_PKEY`, and OpenSSL 3.5 or later through EVP. A new key
//! includes its destruction; a message of a signature has 32 bytes.

use std::ffi::{CString, c_char, c_int, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};

use aws_lc_sys as lc;
use serde_json::Value;

use crate::measure::{Comparisons, Effort, Work};
use crate::peer::bcrypt::{as_bytes, call::Functions, wide};
use crate::peer::functions;

/// A parameter set, and what each side calls it.
struct Row {
    name: &'static str,
    set: &'static str,
    number: i32,
    /// Bytes of a ciphertext or a signature.
    output: usize,
}

const fn row(name: &'static str, set: &'static str, number: i32, output: usize) -> Row {
    Row { name, set, number, output }
}

static ROWS: [Row; 6] = [
    row("ML-KEM-512", "512", lc::NID_MLKEM512, 768),
    row("ML-KEM-768", "768", lc::NID_MLKEM768, 1088),
    row("ML-KEM-1024", "1024", lc::NID_MLKEM1024, 1568),
    row("ML-DSA-44", "44", lc::NID_MLDSA44, 2420),
    row("ML-DSA-65", "65", lc::NID_MLDSA65, 3309),
    row("ML-DSA-87", "87", lc::NID_MLDSA87, 4627),
];

impl Row {
    fn is_kem(&self) -> bool {
        self.name.starts_with("ML-KEM")
    }

    fn operations(&self) -> [&'static str; 3] {
        if self.is_kem() {
            ["generate", "encapsulate", "decapsulate"]
        } else {
            ["generate", "sign", "verify"]
        }
    }
}

const MESSAGE: [u8; 32] = [7; 32];

type Raw = *mut c_void;
/// The library's side.
struct Shim {
    call: &'static Functions,
    property: Vec<u16>,
}

impl Shim {
    fn load(path: &Path) -> Self {
        Self { call: Functions::for_good(path), property: wide("ParameterSetName") }
    }

    fn key(&self, provider: Raw, set: &[u16]) -> Raw {
        let key = self.call.generate(provider, 0);
        self.call.set(key, &self.property, as_bytes(set));
        self.call.finalize(key);
        key
    }

    fn work<'a>(&'a self, row: &'a Row, operation: &str) -> Work<'a> {
        let (call, provider, set) = (self.call, self.call.open(&wide(&row.name[..6])), wide(row.set));
        let key = self.key(provider, &set);
        let (mut secret, mut output, size) = ([0; 32], vec![0; row.output], row.output as u32);
        let encapsulate = move |secret: &mut [u8; 32], output: &mut [u8]| {
            let (mut one, mut other) = (0, 0);
            let (secret, output) = (secret.as_mut_ptr(), output.as_mut_ptr());
            // SAFETY: the pointers are to live values, which have the sizes told.
            let status =
                unsafe { (call.encapsulate)(key, secret, 32, &mut one, output, size, &mut other, 0) };
            assert_eq!(status, 0);
        };
        match operation {
            "generate" => Box::new(move || call.destroy_key(self.key(provider, &set))),
            "encapsulate" => Box::new(move || encapsulate(&mut secret, &mut output)),
            "decapsulate" => {
                encapsulate(&mut secret, &mut output);
                Box::new(move || {
                    let (input, secret, mut written) = (output.as_ptr(), secret.as_mut_ptr(), 0);
                    // SAFETY: as above.
                    let status = unsafe { (call.decapsulate)(key, input, size, secret, 32, &mut written, 0) };
                    assert_eq!(status, 0);
                })
            }
            "sign" => Box::new(move || call.sign(key, &MESSAGE, &mut output)),
            _ => {
                call.sign(key, &MESSAGE, &mut output);
                Box::new(move || call.verify(key, &MESSAGE, &output))
            }
        }
    }
}

/// A new key of the engine.
fn engine_key(row: &Row) -> *mut lc::EVP_PKEY {
    let kind = if row.is_kem() { lc::EVP_PKEY_KEM } else { lc::EVP_PKEY_PQDSA };
    let mut key = null_mut();
    // SAFETY: the context is valid until it is freed.
    unsafe {
        let context = lc::EVP_PKEY_CTX_new_id(kind, null_mut());
        match row.is_kem() {
            true => assert_eq!(lc::EVP_PKEY_CTX_kem_set_params(context, row.number), 1),
            false => assert_eq!(lc::EVP_PKEY_CTX_pqdsa_set_params(context, row.number), 1),
        }
        assert_eq!(lc::EVP_PKEY_keygen_init(context), 1);
        assert_eq!(lc::EVP_PKEY_keygen(context, &mut key), 1);
        lc::EVP_PKEY_CTX_free(context);
    }
    key
}

/// Message and context go into the hash that is signed, as a program does it with the engine.
fn engine(row: &'static Row, operation: &str) -> Work<'static> {
    if operation == "generate" {
        return Box::new(|| {
            let key = engine_key(row);
            // SAFETY: the key is freed once.
            unsafe { lc::EVP_PKEY_free(key) }
        });
    }
    let key = engine_key(row);
    let (mut secret, mut output) = ([0_u8; 32], vec![0_u8; row.output]);
    // SAFETY: of all blocks: the key is never freed, contexts once; each buffer has the size that is told.
    let encapsulate = move |secret: &mut [u8; 32], output: &mut [u8]| unsafe {
        let context = lc::EVP_PKEY_CTX_new(key, null_mut());
        let (mut one, mut other) = (output.len(), 32);
        let made =
            lc::EVP_PKEY_encapsulate(context, output.as_mut_ptr(), &mut one, secret.as_mut_ptr(), &mut other);
        lc::EVP_PKEY_CTX_free(context);
        assert_eq!(made, 1);
    };
    // SAFETY: as above.
    let sign = move |output: &mut [u8]| unsafe {
        let (context, mut size) = (lc::EVP_MD_CTX_new(), output.len());
        assert_eq!(lc::EVP_DigestSignInit(context, null_mut(), null(), null_mut(), key), 1);
        let made = lc::EVP_DigestSign(context, output.as_mut_ptr(), &mut size, MESSAGE.as_ptr(), 32);
        lc::EVP_MD_CTX_free(context);
        assert_eq!(made, 1);
    };
    match operation {
        "encapsulate" => Box::new(move || encapsulate(&mut secret, &mut output)),
        "decapsulate" => {
            encapsulate(&mut secret, &mut output);
            // SAFETY: as above.
            Box::new(move || unsafe {
                let (context, mut size) = (lc::EVP_PKEY_CTX_new(key, null_mut()), 32);
                let (out, input) = (secret.as_mut_ptr(), output.as_ptr());
                assert_eq!(lc::EVP_PKEY_decapsulate(context, out, &mut size, input, output.len()), 1);
                lc::EVP_PKEY_CTX_free(context);
            })
        }
        "sign" => Box::new(move || sign(&mut output)),
        _ => {
            sign(&mut output);
            // SAFETY: as above.
            Box::new(move || unsafe {
                let context = lc::EVP_MD_CTX_new();
                assert_eq!(lc::EVP_DigestVerifyInit(context, null_mut(), null(), null_mut(), key), 1);
                let (signature, message) = (output.as_ptr(), MESSAGE.as_ptr());
                assert_eq!(lc::EVP_DigestVerify(context, signature, output.len(), message, 32), 1);
                lc::EVP_MD_CTX_free(context);
            })
        }
    }
}

functions! {
    OpenSsl from "libcrypto.so.3", "libcrypto.3.dylib" {
        generator: "EVP_PKEY_CTX_new_from_name", fn(Raw, *const c_char, *const c_char) -> Raw;
        context: "EVP_PKEY_CTX_new_from_pkey", fn(Raw, Raw, *const c_char) -> Raw;
        free_context: "EVP_PKEY_CTX_free", fn(Raw);
        free: "EVP_PKEY_free", fn(Raw);
        start_generate: "EVP_PKEY_keygen_init", fn(Raw) -> c_int;
        generate: "EVP_PKEY_generate", fn(Raw, *mut Raw) -> c_int;
        start_encapsulate: "EVP_PKEY_encapsulate_init", fn(Raw, Raw) -> c_int;
        encapsulate: "EVP_PKEY_encapsulate", fn(Raw, *mut u8, *mut usize, *mut u8, *mut usize) -> c_int;
        start_decapsulate: "EVP_PKEY_decapsulate_init", fn(Raw, Raw) -> c_int;
        decapsulate: "EVP_PKEY_decapsulate", fn(Raw, *mut u8, *mut usize, *const u8, usize) -> c_int;
        digest: "EVP_MD_CTX_new", fn() -> Raw;
        free_digest: "EVP_MD_CTX_free", fn(Raw);
        start_sign: "EVP_DigestSignInit_ex", fn(Raw, Raw, *const c_char, Raw, *const c_char, Raw, Raw) -> c_int;
        sign: "EVP_DigestSign", fn(Raw, *mut u8, *mut usize, *const u8, usize) -> c_int;
        start_verify: "EVP_DigestVerifyInit_ex", fn(Raw, Raw, *const c_char, Raw, *const c_char, Raw, Raw) -> c_int;
        verify: "EVP_DigestVerify", fn(Raw, *const u8, usize, *const u8, usize) -> c_int;
    }
}

impl OpenSsl {
    /// `None` from an OpenSSL before 3.5.
    fn key(&self, generator: Raw) -> Option<Raw> {
        let mut key = null_mut();
        // SAFETY: the context is valid.
        let made =
            unsafe { (self.start_generate)(generator) == 1 && (self.generate)(generator, &mut key) == 1 };
        made.then_some(key)
    }

    fn work<'a>(&'a self, row: &'a Row, operation: &str) -> Option<Work<'a>> {
        let name = CString::new(row.name).ok()?;
        // SAFETY: the name lives through the call.
        let generator = unsafe { (self.generator)(null_mut(), name.as_ptr(), null()) };
        if generator.is_null() {
            return None;
        }
        let key = self.key(generator)?;
        let (mut secret, mut output, none) = ([0_u8; 32], vec![0_u8; row.output], null_mut());
        // SAFETY: of all blocks: the key is never freed, contexts once; each buffer has the size that is told.
        let encapsulate = move |secret: &mut [u8; 32], output: &mut [u8]| unsafe {
            let context = (self.context)(none, key, null());
            let (mut one, mut other) = (output.len(), 32);
            assert_eq!((self.start_encapsulate)(context, none), 1);
            let (output, secret) = (output.as_mut_ptr(), secret.as_mut_ptr());
            assert_eq!((self.encapsulate)(context, output, &mut one, secret, &mut other), 1);
            (self.free_context)(context);
        };
        // SAFETY: as above.
        let sign = move |output: &mut [u8]| unsafe {
            let (context, mut size) = ((self.digest)(), output.len());
            assert_eq!((self.start_sign)(context, none, null(), none, null(), key, none), 1);
            assert_eq!((self.sign)(context, output.as_mut_ptr(), &mut size, MESSAGE.as_ptr(), 32), 1);
            (self.free_digest)(context);
        };
        Some(match operation {
            "generate" => Box::new(move || {
                let key = self.key(generator).expect("it was made before");
                // SAFETY: it is freed once.
                unsafe { (self.free)(key) }
            }),
            "encapsulate" => Box::new(move || encapsulate(&mut secret, &mut output)),
            "decapsulate" => {
                encapsulate(&mut secret, &mut output);
                // SAFETY: as above.
                Box::new(move || unsafe {
                    let (context, mut size) = ((self.context)(none, key, null()), 32);
                    assert_eq!((self.start_decapsulate)(context, none), 1);
                    let (out, input) = (secret.as_mut_ptr(), output.as_ptr());
                    assert_eq!((self.decapsulate)(context, out, &mut size, input, output.len()), 1);
                    (self.free_context)(context);
                })
            }
            "sign" => Box::new(move || sign(&mut output)),
            _ => {
                sign(&mut output);
                // SAFETY: as above.
                Box::new(move || unsafe {
                    let context = (self.digest)();
                    assert_eq!((self.start_verify)(context, none, null(), none, null(), key, none), 1);
                    assert_eq!(
                        (self.verify)(context, output.as_ptr(), output.len(), MESSAGE.as_ptr(), 32),
                        1
                    );
                    (self.free_digest)(context);
                })
            }
        })
    }
}

/// Every operation of every parameter set.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Value {
    let (shim, openssl) = (Shim::load(path), OpenSsl::load());
    let mut comparisons = Comparisons::new(effort, only);
    for row in &ROWS {
        for operation in row.operations() {
            comparisons.operation(row.name, operation, || {
                let ours = ("bcrypt-shim", shim.work(row, operation));
                let theirs = openssl.as_ref().and_then(|peer| peer.work(row, operation));
                [ours, ("engine", engine(row, operation))]
                    .into_iter()
                    .chain(theirs.map(|work| ("OpenSSL", work)))
                    .collect()
            });
        }
    }
    Value::Array(comparisons.rows())
}
