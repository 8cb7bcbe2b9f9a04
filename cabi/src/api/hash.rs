//! Hashes and MACs.

use bcrypt_shim::engine::digest::LONGEST;
use bcrypt_shim::engine::stack;
use bcrypt_shim::hash::{self, OBJECT_LENGTH, Object};
use bcrypt_shim::kdf::{capi, pbkdf2};
use bcrypt_shim::library::library;
use bcrypt_shim::memory;
use bcrypt_shim::names::{
    BCRYPT_HASH_DONT_RESET_FLAG, BCRYPT_HASH_REUSABLE_FLAG, BCRYPT_OPERATION_TYPE_HASH,
    BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG,
};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::params;
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
#[apply(export_of_mac_key!)]
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
    let provider = library().provider_of_hash(handle)?;
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
/// With BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG the input is the end of a TLS record, whose MAC and padding are checked.
/// STATUS_INVALID_HANDLE: not a hash, or one that is finished. STATUS_INVALID_PARAMETER: `pbInput` is NULL with a size,
/// another flag is set, or that one does not go with the hash and what it has read. STATUS_AUTH_TAG_MISMATCH: the record
/// is wrong. Source: behaviour.md j2, j6, j24.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_mac!)]
pub unsafe fn BCryptHashData(
    hHash: BCRYPT_HASH_HANDLE,
    pbInput: PUCHAR,
    cbInput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let hash = library().hash(ptr::handle(hHash))?;
    // SAFETY: the caller's contract (crate docs).
    let input = unsafe { ptr::bytes(pbInput, cbInput) }?;
    flags(dwFlags, BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG)?;
    if dwFlags == 0 { hash.update(input) } else { hash.verify_tls(input) }
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
#[apply(export_of_mac!)]
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
#[apply(export_of_mac_key!)]
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
#[apply(export_of_mac_key!)]
pub unsafe fn BCryptHash(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    pbSecret: PUCHAR,
    cbSecret: ULONG,
    pbInput: PUCHAR,
    cbInput: ULONG,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
) -> Result<()> {
    let provider = library().provider_of_hash(ptr::handle(hAlgorithm))?;
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

/// Starts several hashes in one object, which start alike and again when finished.
///
/// STATUS_INVALID_PARAMETER: as of BCryptCreateHash, or `nHashes` is 0, or the algorithm was not opened with
/// BCRYPT_MULTI_FLAG. The rest as of BCryptCreateHash, with `MultiObjectLength` for the size of the object. Source:
/// behaviour.md j31, j33.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_mac_key!)]
pub unsafe fn BCryptCreateMultiHash(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    phHash: *mut BCRYPT_HASH_HANDLE,
    nHashes: ULONG,
    pbHashObject: PUCHAR,
    cbHashObject: ULONG,
    pbSecret: PUCHAR,
    cbSecret: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    let provider = library().provider_of_hash(handle)?;
    // SAFETY: the caller's contract (crate docs).
    let (mut made, secret) = unsafe { (OutParam::new(phHash)?, ptr::bytes(pbSecret, cbSecret)?) };
    flags(dwFlags, BCRYPT_HASH_REUSABLE_FLAG)?;
    let count = nHashes as usize;
    object_fits(pbHashObject, cbHashObject, hash::object_length(Some(count)))?;
    let hash = Object::create_many(&provider, handle, given(secret), count)?;
    made.set(ptr::from_handle(library().insert_hash(hash)?));
    Ok(())
}

/// Feeds and finishes the hashes of one object, in the order of the operations.
///
/// All operations are looked at before the first is done. STATUS_INVALID_HANDLE: not a hash. STATUS_INVALID_PARAMETER: not
/// an object of several hashes, a type other than BCRYPT_OPERATION_TYPE_HASH, a size that is not of whole operations, a
/// hash that is not there, an unknown operation, a NULL buffer with a size, a digest of the wrong length, or a flag is
/// set. Source: behaviour.md j32, j33.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_mac!)]
pub unsafe fn BCryptProcessMultiOperations(
    hObject: BCRYPT_HANDLE,
    operationType: BCRYPT_MULTI_OPERATION_TYPE,
    pOperations: PVOID,
    cbOperations: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let hash = library().hash(ptr::handle(hObject))?;
    flags(dwFlags, 0)?;
    if operationType.cast_unsigned() != BCRYPT_OPERATION_TYPE_HASH {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's contract (crate docs).
    let operations = unsafe { params::operations(pOperations.cast(), cbOperations) }?;
    hash.batch(|batch| {
        for operation in &operations {
            operation.check(batch)?;
        }
        operations.iter().try_for_each(|operation| operation.run(batch))
    })
}

/// Derives bytes from the value of a hash, as CryptoAPI does. The hash can only be destroyed then.
///
/// `hTargetAlg` is what the key is for, or NULL. STATUS_INVALID_HANDLE: the target is no algorithm, or the hash is
/// finished. STATUS_INVALID_PARAMETER: the hash or `pbDerivedKey` is NULL, `cbDerivedKey` is 0 or more than two digests, or
/// a flag is set. Source: behaviour.md j35.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_mac_key!)]
pub unsafe fn BCryptDeriveKeyCapi(
    hHash: BCRYPT_HASH_HANDLE,
    hTargetAlg: BCRYPT_ALG_HANDLE,
    pbDerivedKey: PUCHAR,
    cbDerivedKey: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    if hHash.is_null() {
        return Err(Status::InvalidParameter);
    }
    let hash = library().hash(ptr::handle(hHash))?;
    let target = if hTargetAlg.is_null() { None } else { Some(library().provider(ptr::handle(hTargetAlg))?) };
    stack::mark();
    // SAFETY: the caller's contract (crate docs).
    let mut out = unsafe { OutBytes::new(pbDerivedKey, cbDerivedKey) }?;
    flags(dwFlags, 0)?;
    // A size that no hash allows is refused before the output is touched.
    if cbDerivedKey as usize > 2 * hash.digest_length() {
        return Err(Status::InvalidParameter);
    }
    let mut storage = [0; 2 * LONGEST];
    let derived = storage.get_mut(..cbDerivedKey as usize).ok_or(Status::InvalidParameter)?;
    capi::derive(&hash, target.as_ref().map(|target| target.algorithm()), derived)?;
    out.zeroed()?.copy_from_slice(derived);
    Ok(())
}

/// Derives bytes from a password, with a MAC as the pseudo-random function.
///
/// STATUS_INVALID_HANDLE: not an algorithm. STATUS_INVALID_PARAMETER: the algorithm makes no MACs, a pointer is NULL with a
/// size, there are no iterations, or a flag is set. Source: behaviour.md j34.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_mac_key!)]
pub unsafe fn BCryptDeriveKeyPBKDF2(
    hPrf: BCRYPT_ALG_HANDLE,
    pbPassword: PUCHAR,
    cbPassword: ULONG,
    pbSalt: PUCHAR,
    cbSalt: ULONG,
    cIterations: ULONGLONG,
    pbDerivedKey: PUCHAR,
    cbDerivedKey: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let provider = library().provider(ptr::handle(hPrf))?;
    stack::mark();
    // SAFETY: the caller's contract (crate docs).
    let (password, salt, mut out) = unsafe {
        (
            ptr::bytes(pbPassword, cbPassword)?,
            ptr::bytes(pbSalt, cbSalt)?,
            OutBytes::new(pbDerivedKey, cbDerivedKey)?,
        )
    };
    flags(dwFlags, 0)?;
    let prf = hash::prf(&provider)?;
    // The output may lie over the inputs.
    let mut derived = memory::secret_zeros(cbDerivedKey as usize)?;
    pbkdf2::derive(prf, password, salt, cIterations, &mut derived)?;
    out.zeroed()?.copy_from_slice(&derived);
    Ok(())
}

/// A secret as the core takes it; without a byte it is none.
fn given(secret: &[u8]) -> Option<&[u8]> {
    Some(secret).filter(|secret| !secret.is_empty())
}

/// Fails with `BufferTooSmall` for a caller's memory that is too small; NULL and 0 ask for the library's
/// (behaviour.md j1).
fn object_fits(object: PUCHAR, size: ULONG, needed: usize) -> Result<()> {
    if object.is_null() || size == 0 || size as usize >= needed {
        Ok(())
    } else {
        Err(Status::BufferTooSmall)
    }
}
