//! The functions of libcrypto.so.3 that are used, and OSSL_PARAM.

use std::ffi::{CStr, c_char};

use super::Object;
use crate::peer::functions;

/// OSSL_PARAM.
#[repr(C)]
pub struct Parameter {
    key: *const c_char,
    kind: u32,
    data: *const u8,
    size: usize,
    returned: usize,
}

const UNSIGNED_INTEGER: u32 = 2;
const UTF8_STRING: u32 = 4;
const OCTET_STRING: u32 = 5;

fn parameter(key: &CStr, kind: u32, data: &[u8]) -> Parameter {
    Parameter { key: key.as_ptr(), kind, data: data.as_ptr(), size: data.len(), returned: usize::MAX }
}

/// A number of little-endian bytes.
pub fn number(key: &CStr, data: &[u8]) -> Parameter {
    parameter(key, UNSIGNED_INTEGER, data)
}

pub fn name(key: &CStr, data: &CStr) -> Parameter {
    parameter(key, UTF8_STRING, data.to_bytes())
}

pub fn bytes(key: &CStr, data: &[u8]) -> Parameter {
    parameter(key, OCTET_STRING, data)
}

/// What ends a list.
pub fn end() -> Parameter {
    Parameter { key: std::ptr::null(), kind: 0, data: std::ptr::null(), size: 0, returned: 0 }
}

functions! {
    /// Types as in OpenSSL 3's evp.h.
    Functions from "libcrypto.so.3", "libcrypto.3.dylib" {
        version: b"OpenSSL_version", fn(i32) -> *const c_char;
        free: b"CRYPTO_free", fn(Object, *const c_char, i32);
        quick_keygen: b"EVP_PKEY_Q_keygen", fn(Object, *const c_char, *const c_char; ...) -> Object;
        context: b"EVP_PKEY_CTX_new", fn(Object, Object) -> Object;
        context_by_name: b"EVP_PKEY_CTX_new_from_name", fn(Object, *const c_char, *const c_char) -> Object;
        free_context: b"EVP_PKEY_CTX_free", fn(Object);
        free_key: b"EVP_PKEY_free", fn(Object);
        keygen_init: b"EVP_PKEY_keygen_init", fn(Object) -> i32;
        keygen: b"EVP_PKEY_keygen", fn(Object, *mut Object) -> i32;
        fromdata_init: b"EVP_PKEY_fromdata_init", fn(Object) -> i32;
        fromdata: b"EVP_PKEY_fromdata", fn(Object, *mut Object, i32, *const Parameter) -> i32;
        public_check: b"EVP_PKEY_public_check", fn(Object) -> i32;
        encoded_public: b"EVP_PKEY_get1_encoded_public_key", fn(Object, *mut *mut u8) -> usize;
        derive_init: b"EVP_PKEY_derive_init", fn(Object) -> i32;
        set_peer: b"EVP_PKEY_derive_set_peer_ex", fn(Object, Object, i32) -> i32;
        derive: b"EVP_PKEY_derive", fn(Object, *mut u8, *mut usize) -> i32;
        sha256: b"EVP_sha256", fn() -> Object;
        digest: b"EVP_Digest", fn(*const u8, usize, *mut u8, *mut u32, Object, Object) -> i32;
        fetch_mac: b"EVP_MAC_fetch", fn(Object, *const c_char, *const c_char) -> Object;
        mac_context: b"EVP_MAC_CTX_new", fn(Object) -> Object;
        free_mac_context: b"EVP_MAC_CTX_free", fn(Object);
        mac_init: b"EVP_MAC_init", fn(Object, *const u8, usize, *const Parameter) -> i32;
        mac_update: b"EVP_MAC_update", fn(Object, *const u8, usize) -> i32;
        mac_final: b"EVP_MAC_final", fn(Object, *mut u8, *mut usize, usize) -> i32;
        fetch_kdf: b"EVP_KDF_fetch", fn(Object, *const c_char, *const c_char) -> Object;
        kdf_context: b"EVP_KDF_CTX_new", fn(Object) -> Object;
        free_kdf_context: b"EVP_KDF_CTX_free", fn(Object);
        kdf_derive: b"EVP_KDF_derive", fn(Object, *mut u8, usize, *const Parameter) -> i32;
    }
}
