//! Key pairs, and what is common to all keys.

use bcrypt_shim::key::Key;
use bcrypt_shim::library::library;
use bcrypt_shim::names::BCRYPT_NO_KEY_VALIDATION;
use bcrypt_shim::out;
use bcrypt_shim::pair::{self, Validation};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use super::symmetric::cipher_of;
use crate::ptr::{self, OutBuffer, OutParam};
use crate::types::*;

/// Starts a key pair of `dwLength` bits; BCryptFinalizeKeyPair makes it.
///
/// STATUS_INVALID_HANDLE: not an algorithm. STATUS_INVALID_PARAMETER: `phKey` is NULL, the length is not
/// one of the algorithm's, or a flag other than BCRYPT_NO_KEY_VALIDATION is set. STATUS_NOT_SUPPORTED:
/// the algorithm has no key pairs. Source: behaviour.md c10 to c12.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptGenerateKeyPair(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    phKey: *mut BCRYPT_KEY_HANDLE,
    dwLength: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider(handle)?;
    // SAFETY: the caller's contract (crate docs).
    let mut made = unsafe { OutParam::new(phKey) }?;
    flags(dwFlags, BCRYPT_NO_KEY_VALIDATION)?;
    let key = Key::Pair(pair::Key::generate(&provider, handle, dwLength)?);
    made.set(ptr::from_handle(library().insert_key(key)?));
    Ok(())
}

/// Makes a key pair that BCryptGenerateKeyPair started.
///
/// STATUS_INVALID_HANDLE: not a key, or one that is finalized. STATUS_INVALID_PARAMETER: no curve was
/// chosen, or a flag is unknown. Source: behaviour.md c12, c13, c16, c18.
#[apply(export_of_key!)]
pub fn BCryptFinalizeKeyPair(hKey: BCRYPT_KEY_HANDLE, dwFlags: ULONG) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    flags(dwFlags, Validation::FLAGS)?;
    key.pair()?.finalize()
}

/// Makes a key of a blob. `hImportKey` is not used.
///
/// STATUS_INVALID_HANDLE: not an algorithm. STATUS_INVALID_PARAMETER: a pointer is NULL, a flag is
/// unknown, or anything in the blob is wrong. STATUS_NOT_SUPPORTED: the algorithm has no such blob type.
/// Source: behaviour.md c19 to c27.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptImportKeyPair(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    hImportKey: BCRYPT_KEY_HANDLE,
    pszBlobType: LPCWSTR,
    phKey: *mut BCRYPT_KEY_HANDLE,
    pbInput: PUCHAR,
    cbInput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let _ = hImportKey;
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider(handle)?;
    // SAFETY: the caller's contract (crate docs).
    let (blob_type, mut made, blob) =
        unsafe { (ptr::name(pszBlobType)?, OutParam::new(phKey)?, ptr::copied(pbInput, cbInput)?) };
    flags(dwFlags, Validation::FLAGS)?;
    let key = pair::Key::import(&provider, handle, &blob_type, &blob, Validation::of_flags(dwFlags))?;
    made.set(ptr::from_handle(library().insert_key(Key::Pair(key))?));
    Ok(())
}

/// Writes a key as a blob.
///
/// `hExportKey` is the AES key that wraps a symmetric key as `Rfc3565KeyWrapBlob`, else NULL. A NULL `pbOutput` asks
/// for the size. STATUS_INVALID_HANDLE: not a key, or not finalized; `hExportKey` is not a key.
/// STATUS_INVALID_PARAMETER: `pszBlobType` or `pcbResult` is NULL, a flag is set, `hExportKey` is missing, not wanted
/// or not AES, the key has no private half, or a key of HKDF is not finalized. STATUS_NOT_SUPPORTED: the key has no such blob type.
/// STATUS_BUFFER_TOO_SMALL: `*pcbResult` tells the size. Source: behaviour.md c28, c30, s81 to s83.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptExportKey(
    hKey: BCRYPT_KEY_HANDLE,
    hExportKey: BCRYPT_KEY_HANDLE,
    pszBlobType: LPCWSTR,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    let wrapping = match hExportKey.is_null() {
        true => None,
        false => Some(library().key(ptr::handle(hExportKey))?),
    };
    // SAFETY: the caller's contract (crate docs).
    let (blob_type, mut buffer) =
        unsafe { (ptr::name(pszBlobType)?, OutBuffer::new(pbOutput, cbOutput, pcbResult)?) };
    flags(dwFlags, 0)?;
    let blob = match (&*key, wrapping.as_deref()) {
        (Key::Symmetric(key), wrapping) => key.export(wrapping.map(cipher_of).transpose()?, &blob_type)?,
        (_, Some(_)) => return Err(Status::InvalidParameter),
        (Key::Derivation(key), None) => key.export(&blob_type)?,
        (key, None) => key.pair()?.export(&blob_type)?,
    };
    out::whole(&mut buffer, &blob)
}

/// Destroys a key. Calls that use it in other threads go on. STATUS_INVALID_HANDLE: not a live key
/// (behaviour.md d7).
#[apply(export_releasing!)]
pub fn BCryptDestroyKey(hKey: BCRYPT_KEY_HANDLE) -> Result<()> {
    library().destroy_key(ptr::handle(hKey))
}
