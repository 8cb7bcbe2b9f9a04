//! Hashes and MACs.

use bcrypt_shim::engine::digest::LONGEST;
use bcrypt_shim::hash::{self, OBJECT_LENGTH, Object};
use bcrypt_shim::library::library;
use bcrypt_shim::names::{BCRYPT_HASH_DONT_RESET_FLAG, BCRYPT_HASH_REUSABLE_FLAG};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr::{self, OutBytes, OutParam};
use crate::types::*;

/// Starts a hash, or a MAC where the algorithm is one or was opened with BCRYPT_ALG_HANDLE_HMAC_FLAG.
///
/// The hash keeps nothing in `pbHashObject`. STATUS_INVALID_HANDLE: not an algorithm. STATUS_INVALID_PARAMETER:
/// `phHash` is NULL, `pbSecret` is NULL with a size, a secret is given to a plain hash, or a flag other than
/// BCRYPT_HASH_REUSABLE_FLAG is set. STATUS_BUFFER_TOO_SMALL: `cbHashObject` is neither 0 nor as large as
/// `ObjectLength`. STATUS_NOT_SUPPORTED: the algorithm is no hash. Source: behaviour.md j1 to j9.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptCreateHash(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    phHash: *mut BCRYPT_HASH_HANDLE,
    pbHashObject: PUCHAR,
    cbHashObject: ULONG,
    pbSecret: PUCHAR,
    cbSecret: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider(handle)?;
    // SAFETY: the caller's contract (crate docs).
    let (mut made, secret) = unsafe { (OutParam::new(phHash)?, ptr::bytes(pbSecret, cbSecret)?) };
    flags(dwFlags, BCRYPT_HASH_REUSABLE_FLAG)?;
    object_fits(pbHashObject, cbHashObject, OBJECT_LENGTH)?;
    let hash = Object::create(&provider, handle, given(secret), dwFlags != 0)?;
    made.set(ptr::from_handle(library().insert_hash(hash)?));
    Ok(())
}

/// Feeds a hash.
///
/// STATUS_INVALID_HANDLE: not a hash, or one that is finished. STATUS_INVALID_PARAMETER: `pbInput` is NULL with a size,
/// or a flag is set. Source: behaviour.md j2, j6.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptHashData(
    hHash: BCRYPT_HASH_HANDLE,
    pbInput: PUCHAR,
    cbInput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let hash = library().hash(ptr::handle(hHash))?;
    // SAFETY: the caller's contract (crate docs).
    let input = unsafe { ptr::bytes(pbInput, cbInput) }?;
    flags(dwFlags, 0)?;
    hash.update(input)
}

/// Ends a hash and writes its digest.
///
/// A reusable one starts again, another one can only be destroyed. STATUS_INVALID_HANDLE: not a hash, or one that is
/// finished. STATUS_INVALID_PARAMETER: `cbOutput` is not the length of the digest, `pbOutput` is NULL, or a flag is set
/// that does not go with the algorithm. Source: behaviour.md j3 to j6.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptFinishHash(
    hHash: BCRYPT_HASH_HANDLE,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let hash = library().hash(ptr::handle(hHash))?;
    // SAFETY: the caller's contract (crate docs).
    let mut digest = unsafe { OutBytes::new(pbOutput, cbOutput) }?;
    flags(dwFlags, BCRYPT_HASH_DONT_RESET_FLAG)?;
    hash.finish(cbOutput as usize, dwFlags != 0, || digest.zeroed())
}

/// Copies a hash in progress. The copy keeps nothing in `pbHashObject`.
///
/// STATUS_INVALID_HANDLE: not a hash, or one that is finished. STATUS_INVALID_PARAMETER: `phNewHash` is NULL or a flag is
/// set. STATUS_BUFFER_TOO_SMALL: as of BCryptCreateHash. Source: behaviour.md j7.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptDuplicateHash(
    hHash: BCRYPT_HASH_HANDLE,
    phNewHash: *mut BCRYPT_HASH_HANDLE,
    pbHashObject: PUCHAR,
    cbHashObject: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let hash = library().hash(ptr::handle(hHash))?;
    // SAFETY: the caller's contract (crate docs).
    let mut made = unsafe { OutParam::new(phNewHash) }?;
    flags(dwFlags, 0)?;
    object_fits(pbHashObject, cbHashObject, hash.object_length())?;
    made.set(ptr::from_handle(library().insert_hash(hash.duplicate()?)?));
    Ok(())
}

/// Destroys a hash. Calls that use it in other threads go on. STATUS_INVALID_PARAMETER: not a live hash, NULL included
/// (behaviour.md d7, j8).
#[apply(export_releasing!)]
pub fn BCryptDestroyHash(hHash: BCRYPT_HASH_HANDLE) -> Result<()> {
    library().destroy_hash(ptr::handle(hHash))
}

/// Hashes a buffer in one call.
///
/// STATUS_INVALID_HANDLE: not an algorithm. STATUS_INVALID_PARAMETER: a pointer is NULL with a size, `cbOutput` is not the
/// length of the digest, or a secret is given to a plain hash. STATUS_NOT_SUPPORTED: the algorithm is no hash. Source:
/// behaviour.md j12.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptHash(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    pbSecret: PUCHAR,
    cbSecret: ULONG,
    pbInput: PUCHAR,
    cbInput: ULONG,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
) -> Result<()> {
    let provider = library().provider(ptr::handle(hAlgorithm))?;
    // SAFETY: the caller's contract (crate docs).
    let (secret, input, mut out) = unsafe {
        (ptr::bytes(pbSecret, cbSecret)?, ptr::bytes(pbInput, cbInput)?, OutBytes::new(pbOutput, cbOutput)?)
    };
    // The output may lie over the inputs, so it is made elsewhere, or after they were read.
    let mut storage = [0; LONGEST];
    if let Some(digest) = storage.get_mut(..cbOutput as usize) {
        hash::once(&provider, given(secret), input, digest)?;
        out.zeroed()?.copy_from_slice(digest);
        return Ok(());
    }
    let last = hash::read(&provider, given(secret), input, cbOutput as usize)?;
    last.finish(out.zeroed()?)
}

/// A secret as the core takes it; without a byte it is none.
fn given(secret: &[u8]) -> Option<&[u8]> {
    Some(secret).filter(|secret| !secret.is_empty())
}

/// Fails with `BufferTooSmall` for a caller's memory that is too small; NULL and 0 ask for the library's
/// (behaviour.md j1).
fn object_fits(object: PUCHAR, size: ULONG, needed: usize) -> Result<()> {
    if object.is_null() || size == 0 || size as usize >= needed { Ok(()) } else { Err(Status::BufferTooSmall) }
}
