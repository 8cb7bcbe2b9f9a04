//! RSA per operation: the library, the bare engine, and OpenSSL through EVP with a context that is used again. The key is one
//! and the same, imported by each side; and how much memory such a key takes.

use std::ffi::{c_int, c_void};
use std::path::Path;
use std::ptr::null_mut;

use aws_lc_sys as lc;
use serde_json::Value;
use windows_sys::Win32::Security::Cryptography::BCRYPT_PKCS1_PADDING_INFO;

use super::memory;
use crate::measure::{Comparisons, Effort, Work};
use crate::peer::bcrypt::{call::Functions, wide};
use crate::peer::functions;

const BITS: [u32; 3] = [2048, 3072, 4096];
const OPERATIONS: [&str; 3] = ["sign", "verify", "generate"];
/// Keys that share the cost of the handles' table.
const HANDLES: usize = 64;

type Raw = *mut c_void;

/// The library's side.
struct Shim {
    call: &'static Functions,
    provider: Raw,
}

impl Shim {
    fn load(path: &Path) -> Self {
        let call = Functions::for_good(path);
        Self { call, provider: call.open(&wide("RSA")) }
    }

    fn generated(&self, bits: u32) -> Raw {
        let key = self.call.generate(self.provider, bits);
        self.call.finalize(key);
        key
    }

    fn blob(&self, key: Raw) -> Vec<u8> {
        let mut blob = vec![0; 8192];
        let size = self.call.export(key, &wide("RSAFULLPRIVATEBLOB"), &mut blob);
        blob.truncate(size);
        blob
    }

    fn imported(&self, blob: &[u8]) -> Raw {
        self.call.import(self.provider, &wide("RSAFULLPRIVATEBLOB"), blob)
    }

    /// Signs with PKCS #1 and SHA-256, over all of `out`.
    fn sign(&self, key: Raw, name: &[u16], hash: &[u8; 32], out: &mut [u8]) {
        let info = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
        let (info, size, mut written) = ((&raw const info).cast(), out.len() as u32, 0);
        let (hash, out) = (hash.as_ptr(), out.as_mut_ptr());
        // SAFETY: the pointers are to live values.
        let status = unsafe { (self.call.sign)(key, info, hash, 32, out, size, &mut written, 2) };
        assert_eq!(status, 0);
    }

    fn work(&self, operation: &str, bits: u32, blob: &[u8]) -> Work<'_> {
        let (key, name, hash) = (self.imported(blob), wide("SHA256"), [7_u8; 32]);
        let mut signature = vec![0; bits as usize / 8];
        self.sign(key, &name, &hash, &mut signature);
        match operation {
            "sign" => Box::new(move || self.sign(key, &name, &hash, &mut signature)),
            "verify" => Box::new(move || {
                let info = BCRYPT_PKCS1_PADDING_INFO { pszAlgId: name.as_ptr() };
                let (info, hash, size) = ((&raw const info).cast(), hash.as_ptr(), signature.len() as u32);
                // SAFETY: as above.
                let status = unsafe { (self.call.verify)(key, info, hash, 32, signature.as_ptr(), size, 2) };
                assert_eq!(status, 0);
            }),
            _ => Box::new(move || self.call.destroy_key(self.generated(bits))),
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
    let mut comparisons = Comparisons::new(effort, only);
    for bits in BITS {
        let blob = shim.blob(shim.generated(bits));
        for operation in OPERATIONS {
            if operation == "generate" && bits > 2048 {
                continue;
            }
            comparisons.add([("operation", format!("RSA-{bits} {operation}").into())], || {
                let ours = ("bcrypt-shim", shim.work(operation, bits, &blob));
                let engine = ("engine", engine(operation, bits, &blob));
                let theirs = openssl.as_ref().and_then(|peer| peer.work(operation, bits, &blob));
                [ours, engine].into_iter().chain(theirs.map(|work| ("OpenSSL", work))).collect()
            });
        }
        if comparisons.has("RSA memory") {
            let made = memory::each(
                HANDLES,
                || {
                    let key = shim.imported(&blob);
                    shim.sign(key, &wide("SHA256"), &[7; 32], &mut vec![0; bits as usize / 8]);
                    key
                },
                |key| shim.call.destroy_key(key),
            );
            eprintln!("RSA-{bits}: {made} bytes of memory for a key that has signed");
            comparisons.push(serde_json::json!({ "operation": format!("RSA-{bits} memory"), "bytes": made }));
        }
    }
    Value::Array(comparisons.rows())
}
