//! Symmetric keys, and keys that other keys are derived from.

use bcrypt_shim::algorithm::Does;
use bcrypt_shim::cipher::{self, OBJECT_LENGTH};
use bcrypt_shim::derivation;
use bcrypt_shim::key::Key;
use bcrypt_shim::library::library;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr::{self, OutParam};
use crate::types::*;

/// Makes a symmetric key from its bytes, or a key to derive others from.
///
/// `pbKeyObject` is not used. STATUS_INVALID_HANDLE: not an algorithm. STATUS_NOT_SUPPORTED: the algorithm has no such
/// keys. STATUS_INVALID_PARAMETER: `phKey` is NULL, a flag is unknown, or the secret has a length that the algorithm
/// does not take; of one that is too long the first bytes are the key. STATUS_BUFFER_TOO_SMALL: `cbKeyObject` is less
/// than `ObjectLength`. Source: behaviour.md s46 to s50.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptGenerateSymmetricKey(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    phKey: *mut BCRYPT_KEY_HANDLE,
    pbKeyObject: PUCHAR,
    cbKeyObject: ULONG,
    pbSecret: PUCHAR,
    cbSecret: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider(handle)?;
    // SAFETY: the caller's contract (crate docs).
    let (mut made, secret) = unsafe { (OutParam::new(phKey)?, ptr::copied(pbSecret, cbSecret)?) };
    flags(dwFlags, cipher::Key::FLAGS)?;
    let key = match provider.algorithm().does {
        // A secret of no bytes is one, and NULL is none (behaviour.md s50).
        Does::Derivation(_) if pbSecret.is_null() => return Err(Status::InvalidParameter),
        Does::Derivation(_) => Key::Derivation(derivation::Key::new(&provider, handle, secret)?),
        _ => Key::Symmetric(cipher::Key::new(&provider, handle, &secret, dwFlags)?),
    };
    check_object(pbKeyObject, cbKeyObject)?;
    made.set(ptr::from_handle(library().insert_key(key)?));
    Ok(())
}

/// Makes a symmetric key of a blob.
///
/// `hImportKey` is the AES key that unwraps an `Rfc3565KeyWrapBlob`, else NULL. STATUS_INVALID_HANDLE: not an
/// algorithm, or `hImportKey` is not a key. STATUS_INVALID_PARAMETER: a pointer is NULL, a flag is unknown, the key
/// that unwraps is missing, not wanted or not AES, or anything in the blob is wrong. STATUS_NOT_SUPPORTED: the algorithm
/// has no such keys, or no such blob type. STATUS_BUFFER_TOO_SMALL: as BCryptGenerateSymmetricKey. Source: behaviour.md
/// s81 to s83.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptImportKey(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    hImportKey: BCRYPT_KEY_HANDLE,
    pszBlobType: LPCWSTR,
    phKey: *mut BCRYPT_KEY_HANDLE,
    pbKeyObject: PUCHAR,
    cbKeyObject: ULONG,
    pbInput: PUCHAR,
    cbInput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider(handle)?;
    let wrapping = match hImportKey.is_null() {
        true => None,
        false => Some(library().key(ptr::handle(hImportKey))?),
    };
    // SAFETY: the caller's contract (crate docs).
    let (blob_type, mut made, blob) =
        unsafe { (ptr::name(pszBlobType)?, OutParam::new(phKey)?, ptr::copied(pbInput, cbInput)?) };
    flags(dwFlags, cipher::Key::FLAGS)?;
    let key = match provider.algorithm().does {
        Does::Derivation(_) => {
            if wrapping.is_some() {
                return Err(Status::InvalidParameter);
            }
            Key::Derivation(derivation::Key::import(&provider, handle, &blob_type, &blob)?)
        }
        _ => {
            let wrapping = wrapping.as_deref().map(cipher_of).transpose()?;
            Key::Symmetric(cipher::Key::import(&provider, handle, wrapping, &blob_type, &blob, dwFlags)?)
        }
    };
    check_object(pbKeyObject, cbKeyObject)?;
    made.set(ptr::from_handle(library().insert_key(key)?));
    Ok(())
}

/// Duplicates a symmetric key, with its mode and its IV, or a key to derive others from, with what was set of HKDF.
/// `pbKeyObject` is not used.
///
/// STATUS_INVALID_HANDLE: the key is asymmetric, or not a key (behaviour.md g9). STATUS_INVALID_PARAMETER: `phNewKey` is
/// NULL or a flag is set. STATUS_BUFFER_TOO_SMALL: as BCryptGenerateSymmetricKey. Source: behaviour.md s51.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptDuplicateKey(
    hKey: BCRYPT_KEY_HANDLE,
    phNewKey: *mut BCRYPT_KEY_HANDLE,
    pbKeyObject: PUCHAR,
    cbKeyObject: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    if matches!(*key, Key::Pair(_)) {
        return Err(Status::InvalidHandle);
    }
    // SAFETY: the caller's contract (crate docs).
    let mut made = unsafe { OutParam::new(phNewKey) }?;
    flags(dwFlags, 0)?;
    check_object(pbKeyObject, cbKeyObject)?;
    let copy = match &*key {
        Key::Symmetric(key) => Key::Symmetric(key.duplicate()?),
        Key::Derivation(key) => Key::Derivation(key.duplicate()?),
        Key::Pair(_) => return Err(Status::InvalidHandle),
    };
    made.set(ptr::from_handle(library().insert_key(copy)?));
    Ok(())
}

/// A key that wraps others. Fails with `InvalidParameter` for one that is not symmetric.
pub(super) fn cipher_of(key: &Key) -> Result<&cipher::Key> {
    key.symmetric().map_err(|_| Status::InvalidParameter)
}

/// The memory that the caller offers for a key, which is not needed. Fails with `BufferTooSmall` if it is less than
/// `ObjectLength`; no memory at all is none too little.
fn check_object(object: PUCHAR, size: ULONG) -> Result<()> {
    if !object.is_null() && size != 0 && size < OBJECT_LENGTH {
        return Err(Status::BufferTooSmall);
    }
    Ok(())
}
