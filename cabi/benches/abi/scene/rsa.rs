//! RSA per operation: the library, the bare engine, and OpenSSL through EVP with a context that is used again. The key is one
//! and the same, imported by each side; and how much memory such a key takes.

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::ptr::{null, null_mut};

use aws_lc_sys as lc;
use serde_json::Value;
use windows_sys::Win32::Security::Cryptography::BCRYPT_PKCS1_PADDING_INFO;

use super::memory;
use crate::measure::{Effort, Work, compare};
use crate::peer::{bcrypt::wide, functions};

const BITS: [u32; 3] = [2048, 3072, 4096];
const OPERATIONS: [&str; 3] = ["sign", "verify", "generate"];
/// Keys that share the cost of the handles' table.
const HANDLES: usize = 64;

type Raw = *mut c_void;

struct Shim {
    open: unsafe extern "C" fn(*mut Raw, *const u16, *const u16, u32) -> i32,
    generate: unsafe extern "C" fn(Raw, *mut Raw, u32, u32) -> i32,
    finalize: unsafe extern "C" fn(Raw, u32) -> i32,
    export: unsafe extern "C" fn(Raw, Raw, *const u16, *mut u8, u32, *mut u32, u32) -> i32,
    import: unsafe extern "C" fn(Raw, Raw, *const u16, *mut Raw, *const u8, u32, u32) -> i32,
    destroy: unsafe extern "C" fn(Raw) -> i32,
    sign: unsafe extern "C" fn(Raw, *const c_void, *const u8, u32, *mut u8, u32, *mut u32, u32) -> i32,
    verify: unsafe extern "C" fn(Raw, *const c_void, *const u8, u32, *const u8, u32, u32) -> i32,
}

impl Shim {
    fn load(path: &Path) -> Self {
        // SAFETY: our own library; it stays loaded.
        let library = Box::leak(Box::new(unsafe { libloading::Library::new(path) }.expect("it loads")));
        // SAFETY: the types are those of bcrypt.h.
        unsafe {
            Self {
                open: *library.get("BCryptOpenAlgorithmProvider").expect("it is there"),
                generate: *library.get("BCryptGenerateKeyPair").expect("it is there"),
                finalize: *library.get("BCryptFinalizeKeyPair").expect("it is there"),
                export: *library.get("BCryptExportKey").expect("it is there"),
                import: *library.get("BCryptImportKeyPair").expect("it is there"),
                destroy: *library.get("BCryptDestroyKey").expect("it is there"),
                sign: *library.get("BCryptSignHash").expect("it is there"),
                verify: *library.get("BCryptVerifySignature").expect("it is there"),
            }
        }
    }

    fn provider(&self) -> Raw {
        let (mut provider, id) = (null_mut(), wide("RSA"));
        // SAFETY: the pointers are to live values.
        assert_eq!(unsafe { (self.open)(&mut provider, id.as_ptr(), null(), 0) }, 0);
        provider
    }

    fn generated(&self, provider: Raw, bits: u32) -> Raw {
        let mut key = null_mut();
        // SAFETY: as above.
        unsafe {
            assert_eq!((self.generate)(provider, &mut key, bits, 0), 0);
            assert_eq!((self.finalize)(key, 0), 0);
        }
        key
    }

    fn blob(&self, key: Raw) -> Vec<u8> {
        let (mut blob, mut size, kind) = (vec![0; 8192], 0, wide("RSAFULLPRIVATEBLOB"));
        // SAFETY: as above.
        let status =
            unsafe { (self.export)(key, null_mut(), kind.as_ptr(), blob.as_mut_ptr(), 8192, &mut size, 0) };
        assert_eq!(status, 0);
        blob.truncate(size as usize);
        blob
    }

    fn imported(&self, provider: Raw, blob: &[u8]) -> Raw {
        let (mut key, kind, size) = (null_mut(), wide("RSAFULLPRIVATEBLOB"), blob.len() as u32);
        // SAFETY: as above.
        let status =
            unsafe { (self.import)(provider, null_mut(), kind.as_ptr(), &mut key, blob.as_ptr(), size, 0) };
        assert_eq!(status, 0);
        key
    }

    fn signed(&self, key: Raw, width: usize) -> Vec<u8> {
        let (name, hash, mut signature, mut written) = (wide("SHA256"), [7; 32], vec![0; width], 0);
        let info = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
        let (info, out) = ((&raw const info).cast(), signature.as_mut_ptr());
        // SAFETY: as above.
        let status = unsafe { (self.sign)(key, info, hash.as_ptr(), 32, out, width as u32, &mut written, 2) };
        assert_eq!(status, 0);
        signature
    }

    fn work<'a>(&'a self, operation: &str, bits: u32, blob: &[u8]) -> Work<'a> {
        let (provider, width) = (self.provider(), bits as usize / 8);
        let key = self.imported(provider, blob);
        let (name, hash, mut signature) = (wide("SHA256"), [7_u8; 32], self.signed(key, width));
        match operation {
            "sign" => Box::new(move || {
                let info = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
                let (info, mut written) = ((&raw const info).cast(), 0);
                let (digest, out) = (hash.as_ptr(), signature.as_mut_ptr());
                // SAFETY: as above.
                let status =
                    unsafe { (self.sign)(key, info, digest, 32, out, width as u32, &mut written, 2) };
                assert_eq!(status, 0);
            }),
            "verify" => Box::new(move || {
                let info = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
                let (info, digest, start) = ((&raw const info).cast(), hash.as_ptr(), signature.as_ptr());
                // SAFETY: as above.
                let status = unsafe { (self.verify)(key, info, digest, 32, start, width as u32, 2) };
                assert_eq!(status, 0);
            }),
            _ => Box::new(move || {
                let made = self.generated(provider, bits);
                // SAFETY: as above.
                assert_eq!(unsafe { (self.destroy)(made) }, 0);
            }),
        }
    }
}

/// The bare engine's key of a blob.
fn engine_key(blob: &[u8]) -> *mut lc::RSA {
    let width = |at: usize| u32::from_le_bytes(blob[at..at + 4].try_into().expect("four bytes")) as usize;
    let (e, n, p, q) = (width(8), width(12), width(16), width(20));
    let mut rest = &blob[24..];
    // SAFETY: pointers and lengths are of slices; the numbers are copied and never freed.
    unsafe {
        let numbers = [e, n, p, q, p, q, p, n].map(|width| {
            let (number, behind) = rest.split_at(width);
            rest = behind;
            lc::BN_bin2bn(number.as_ptr(), width, null_mut())
        });
        let [e, n, p, q, dp, dq, inverse, d] = numbers;
        lc::RSA_new_private_key(n, e, d, p, q, dp, dq, inverse)
    }
}

fn engine(operation: &str, bits: u32, blob: &[u8]) -> Work<'static> {
    let (key, hash, mut signature, mut length) =
        (engine_key(blob), [7_u8; 32], vec![0; bits as usize / 8], 0);
    // SAFETY: the key is never freed; pointers and lengths are of live values.
    unsafe {
        let signed =
            lc::RSA_sign(lc::NID_sha256, hash.as_ptr(), 32, signature.as_mut_ptr(), &mut length, key);
        assert_eq!(signed, 1);
        match operation {
            "sign" => Box::new(move || {
                let out = signature.as_mut_ptr();
                assert_eq!(lc::RSA_sign(lc::NID_sha256, hash.as_ptr(), 32, out, &mut length, key), 1);
            }),
            "verify" => Box::new(move || {
                let start = signature.as_ptr();
                let verified = lc::RSA_verify(lc::NID_sha256, hash.as_ptr(), 32, start, signature.len(), key);
                assert_eq!(verified, 1);
            }),
            _ => {
                let exponent = lc::BN_new();
                lc::BN_set_word(exponent, 65537);
                Box::new(move || {
                    let made = lc::RSA_new();
                    assert_eq!(lc::RSA_generate_key_ex(made, bits as c_int, exponent, null_mut()), 1);
                    lc::RSA_free(made);
                })
            }
        }
    }
}

functions! {
    OpenSsl from "libcrypto.so.3", "libcrypto.3.dylib" {
        parse: "d2i_PrivateKey", fn(c_int, *mut Raw, *mut *const u8, std::ffi::c_long) -> Raw;
        context: "EVP_PKEY_CTX_new", fn(Raw, Raw) -> Raw;
        sign_init: "EVP_PKEY_sign_init", fn(Raw) -> c_int;
        verify_init: "EVP_PKEY_verify_init", fn(Raw) -> c_int;
        padding: "EVP_PKEY_CTX_set_rsa_padding", fn(Raw, c_int) -> c_int;
        digest: "EVP_PKEY_CTX_set_signature_md", fn(Raw, Raw) -> c_int;
        sha256: "EVP_sha256", fn() -> Raw;
        sign: "EVP_PKEY_sign", fn(Raw, *mut u8, *mut usize, *const u8, usize) -> c_int;
        verify: "EVP_PKEY_verify", fn(Raw, *const u8, usize, *const u8, usize) -> c_int;
        named: "EVP_PKEY_CTX_new_id", fn(c_int, Raw) -> Raw;
        generate_init: "EVP_PKEY_keygen_init", fn(Raw) -> c_int;
        bits: "EVP_PKEY_CTX_set_rsa_keygen_bits", fn(Raw, c_int) -> c_int;
        generate: "EVP_PKEY_generate", fn(Raw, *mut Raw) -> c_int;
        free: "EVP_PKEY_free", fn(Raw) -> ();
    }
}

impl OpenSsl {
    fn work<'a>(&'a self, operation: &str, bits: u32, blob: &[u8]) -> Option<Work<'a>> {
        const RSA: c_int = 6;
        const PKCS1: c_int = 1;
        let (mut der, mut der_length) = (null_mut(), 0);
        let (hash, mut signature) = ([7_u8; 32], vec![0; bits as usize / 8]);
        // SAFETY: objects are never freed; pointers and lengths are of live values.
        unsafe {
            assert_eq!(lc::RSA_private_key_to_bytes(&mut der, &mut der_length, engine_key(blob)), 1);
            let mut start = der.cast_const();
            let key = (self.parse)(RSA, null_mut(), &mut start, der_length as std::ffi::c_long);
            if key.is_null() {
                return None;
            }
            let context = |init: unsafe extern "C" fn(Raw) -> c_int| {
                let context = (self.context)(key, null_mut());
                assert_eq!(init(context), 1);
                assert_eq!((self.padding)(context, PKCS1), 1);
                assert_eq!((self.digest)(context, (self.sha256)()), 1);
                context
            };
            let (signing, verifying) = (context(self.sign_init), context(self.verify_init));
            let mut length = signature.len();
            assert_eq!((self.sign)(signing, signature.as_mut_ptr(), &mut length, hash.as_ptr(), 32), 1);
            Some(match operation {
                "sign" => Box::new(move || {
                    let out = signature.as_mut_ptr();
                    assert_eq!((self.sign)(signing, out, &mut length, hash.as_ptr(), 32), 1);
                }),
                "verify" => Box::new(move || {
                    let (start, length) = (signature.as_ptr(), signature.len());
                    assert_eq!((self.verify)(verifying, start, length, hash.as_ptr(), 32), 1);
                }),
                _ => {
                    let generating = (self.named)(RSA, null_mut());
                    assert_eq!((self.generate_init)(generating), 1);
                    assert_eq!((self.bits)(generating, bits as c_int), 1);
                    Box::new(move || {
                        let mut made = null_mut();
                        assert_eq!((self.generate)(generating, &mut made), 1);
                        (self.free)(made);
                    })
                }
            })
        }
    }
}

/// Every operation at every length, and the heap bytes of a key of 2048 bits that was imported and has signed.
pub fn measured(path: &Path, effort: Effort, only: Option<&str>) -> Value {
    let (shim, openssl) = (Shim::load(path), OpenSsl::load());
    let mut rows = Vec::new();
    for bits in BITS {
        let blob = shim.blob(shim.generated(shim.provider(), bits));
        for operation in OPERATIONS {
            let name = format!("RSA-{bits} {operation}");
            if only.is_some_and(|only| !name.contains(only)) || operation == "generate" && bits > 2048 {
                continue;
            }
            let mut sides = vec![("bcrypt-shim", shim.work(operation, bits, &blob))];
            sides.push(("engine", engine(operation, bits, &blob)));
            sides.extend(
                openssl.as_ref().and_then(|peer| Some(("OpenSSL", peer.work(operation, bits, &blob)?))),
            );
            let mut figures = compare(effort, &mut sides);
            figures["operation"] = name.clone().into();
            eprintln!("{name}: {}", crate::summary(&figures));
            rows.push(figures);
        }
        if only.is_none_or(|only| "RSA memory".contains(only)) {
            let provider = shim.provider();
            let made = memory::each(
                HANDLES,
                || {
                    let key = shim.imported(provider, &blob);
                    shim.signed(key, bits as usize / 8);
                    key
                },
                // SAFETY: the key is valid, and nobody uses it any more.
                |key| assert_eq!(unsafe { (shim.destroy)(key) }, 0),
            );
            eprintln!("RSA-{bits}: {made} bytes of memory for a key that has signed");
            rows.push(serde_json::json!({ "operation": format!("RSA-{bits} memory"), "bytes": made }));
        }
    }
    Value::Array(rows)
}
