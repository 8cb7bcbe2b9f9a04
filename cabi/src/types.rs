//! The C types of bcrypt.h: scalars, handles, and the structures that calls take as parameters.
//!
//! `types/blob.rs` holds the headers of key blobs, `types/config.rs` the provider configuration, `types/provider.rs` the
//! function tables. Names, field
//! order and widths are those of the Windows ABI; `tests/header` compares them with `windows-sys` and with the
//! generated header. All integers are in the machine's byte order, little-endian wherever this library runs.

#![allow(
    non_camel_case_types,
    non_snake_case,
    clippy::upper_case_acronyms,
    reason = "names as a C program spells them"
)]

use core::ffi::c_void;

// Paths are spelled out because the layout test includes this file from its own crate.
#[path = "types/blob.rs"]
pub mod blob;
#[path = "types/config.rs"]
pub mod config;
#[path = "types/provider.rs"]
pub mod provider;

pub use blob::*;
pub use config::*;
pub use provider::*;

/// The answer of every call: negative means failure.
pub type NTSTATUS = i32;
/// 32 bits on every platform, unlike C's `unsigned long`.
pub type ULONG = u32;
/// 64 bits.
pub type ULONGLONG = u64;
/// 16 bits.
pub type USHORT = u16;
/// A byte.
pub type UCHAR = u8;
/// A byte that is zero or not.
pub type BOOLEAN = u8;
/// A UTF-16 code unit.
pub type WCHAR = u16;
/// UTF-16 text ending in a NUL.
pub type LPWSTR = *mut WCHAR;
/// UTF-16 text ending in a NUL, which the callee does not change.
pub type LPCWSTR = *const WCHAR;
/// Bytes; many calls take their input through it too, so it says nothing about who writes.
pub type PUCHAR = *mut UCHAR;
/// An untyped pointer.
pub type PVOID = *mut c_void;
/// An object of the system, here only an event.
pub type HANDLE = PVOID;

/// Any handle of this interface.
pub type BCRYPT_HANDLE = PVOID;
/// An opened algorithm, or one of the BCRYPT_..._ALG_HANDLE numbers.
pub type BCRYPT_ALG_HANDLE = PVOID;
/// A key or a key pair.
pub type BCRYPT_KEY_HANDLE = PVOID;
/// A hash or MAC in progress.
pub type BCRYPT_HASH_HANDLE = PVOID;
/// The outcome of a secret agreement.
pub type BCRYPT_SECRET_HANDLE = PVOID;

/// Which hash a DSA key was made with: a DSA_HASH_ALGORITHM_... value.
pub type HASHALGORITHM_ENUM = i32;
/// Which edition of FIPS 186 a DSA key follows: a DSA_FIPS186_... value.
pub type DSAFIPSVERSION_ENUM = i32;
/// The shape of a curve's equation: a BCRYPT_ECC_PRIME_..._CURVE value.
pub type ECC_CURVE_TYPE_ENUM = i32;
/// How a curve was generated; BCRYPT_NO_CURVE_GENERATION_ALG_ID is the only value.
pub type ECC_CURVE_ALG_ID_ENUM = i32;
/// What one step of a multi-hash does: a BCRYPT_HASH_OPERATION_... value.
pub type BCRYPT_HASH_OPERATION_TYPE = i32;
/// The kind of a batch of operations; BCRYPT_OPERATION_TYPE_HASH is the only value.
pub type BCRYPT_MULTI_OPERATION_TYPE = i32;

/// One parameter of a key derivation function.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCryptBuffer {
    /// Bytes at `pvBuffer`.
    pub cbBuffer: ULONG,
    /// What the parameter is: a KDF_... number.
    pub BufferType: ULONG,
    /// The parameter's bytes.
    pub pvBuffer: PVOID,
}

/// The parameters of a key derivation function.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCryptBufferDesc {
    /// BCRYPTBUFFER_VERSION.
    pub ulVersion: ULONG,
    /// Elements at `pBuffers`.
    pub cBuffers: ULONG,
    /// The parameters, in the order in which they count.
    pub pBuffers: *mut BCryptBuffer,
}

/// The key sizes an algorithm takes, in bits, both ends included.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_KEY_LENGTHS_STRUCT {
    /// The smallest.
    pub dwMinLength: ULONG,
    /// The largest.
    pub dwMaxLength: ULONG,
    /// The step from one to the next.
    pub dwIncrement: ULONG,
}

/// The tag sizes an authenticated cipher takes, in bytes.
pub type BCRYPT_AUTH_TAG_LENGTHS_STRUCT = BCRYPT_KEY_LENGTHS_STRUCT;

/// An object identifier in its DER encoding.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_OID {
    /// Bytes at `pbOID`.
    pub cbOID: ULONG,
    /// The encoding.
    pub pbOID: PUCHAR,
}

/// The value of the `HashOIDList` property.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_OID_LIST {
    /// Elements at `pOIDs`.
    pub dwOIDCount: ULONG,
    /// The identifiers.
    pub pOIDs: *mut BCRYPT_OID,
}

/// One algorithm in the answer of BCryptEnumAlgorithms.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ALGORITHM_IDENTIFIER {
    /// The algorithm identifier.
    pub pszName: LPWSTR,
    /// The interface it belongs to: a BCRYPT_..._INTERFACE number.
    pub dwClass: ULONG,
    /// Always zero.
    pub dwFlags: ULONG,
}

/// One implementation in the answer of BCryptEnumProviders.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PROVIDER_NAME {
    /// The implementation's name.
    pub pszProviderName: LPWSTR,
}

/// The version of a provider's function table.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_INTERFACE_VERSION {
    /// Changes when callers must change.
    pub MajorVersion: USHORT,
    /// Changes when something was added.
    pub MinorVersion: USHORT,
}

/// Padding of an RSA signature after PKCS #1 v1.5.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PKCS1_PADDING_INFO {
    /// The hash whose identifier goes into the padding; NULL for none.
    pub pszAlgId: LPCWSTR,
}

/// Padding of an RSA signature after PSS.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PSS_PADDING_INFO {
    /// The hash.
    pub pszAlgId: LPCWSTR,
    /// Bytes of salt.
    pub cbSalt: ULONG,
}

/// Padding of an RSA encryption after OAEP.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_OAEP_PADDING_INFO {
    /// The hash.
    pub pszAlgId: LPCWSTR,
    /// The label.
    pub pbLabel: PUCHAR,
    /// Bytes of label.
    pub cbLabel: ULONG,
}

/// Options of an ML-DSA or SLH-DSA signature.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_PQDSA_PADDING_INFO {
    /// The context string; NULL for none.
    pub pbCtx: PUCHAR,
    /// Bytes of context, at most 255.
    pub cbCtx: ULONG,
    /// The hash the caller applied to the message; NULL if none.
    pub pszPrehashAlgId: LPCWSTR,
}

/// What an authenticated cipher needs beside key and text; BCRYPT_INIT_AUTH_MODE_INFO prepares it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO {
    /// Size of this structure.
    pub cbSize: ULONG,
    /// BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION.
    pub dwInfoVersion: ULONG,
    /// The nonce.
    pub pbNonce: PUCHAR,
    /// Bytes of nonce.
    pub cbNonce: ULONG,
    /// Data that is authenticated but not encrypted.
    pub pbAuthData: PUCHAR,
    /// Bytes of that data.
    pub cbAuthData: ULONG,
    /// The tag: written by encryption, read by decryption.
    pub pbTag: PUCHAR,
    /// Bytes of tag.
    pub cbTag: ULONG,
    /// Room for the MAC's state between chained calls.
    pub pbMacContext: PUCHAR,
    /// Bytes of that room.
    pub cbMacContext: ULONG,
    /// Authenticated bytes so far in a chain.
    pub cbAAD: ULONG,
    /// Encrypted or decrypted bytes so far in a chain.
    pub cbData: ULONGLONG,
    /// BCRYPT_AUTH_MODE_... flags.
    pub dwFlags: ULONG,
}

/// One step of a multi-hash.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_MULTI_HASH_OPERATION {
    /// Which of the hashes.
    pub iHash: ULONG,
    /// Whether it takes data or finishes.
    pub hashOperation: BCRYPT_HASH_OPERATION_TYPE,
    /// The data, or room for the digest.
    pub pbBuffer: PUCHAR,
    /// Bytes of either.
    pub cbBuffer: ULONG,
}

/// The value of the `MultiObjectLength` property: room for n hashes is `cbPerObject + n * cbPerElement`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_MULTI_OBJECT_LENGTH_STRUCT {
    /// Bytes for the object itself.
    pub cbPerObject: ULONG,
    /// Bytes for each hash in it.
    pub cbPerElement: ULONG,
}

/// The value of the `ECCCurveNameList` property.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ECC_CURVE_NAMES {
    /// Elements at `pEccCurveNames`.
    pub dwEccCurveNames: ULONG,
    /// The names.
    pub pEccCurveNames: *mut LPWSTR,
}
