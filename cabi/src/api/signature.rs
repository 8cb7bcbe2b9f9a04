//! Signatures.

use bcrypt_shim::library::library;
use bcrypt_shim::memory;
use bcrypt_shim::out::{self, Output};
use bcrypt_shim::status::{Result, Status, require};
use macro_rules_attribute::apply;

use crate::params::padding;
use crate::ptr::{self, OutBuffer};
use crate::types::*;

/// Signs a digest.
///
/// A NULL `pbOutput` asks for the size; then neither the padding nor the digest is looked at, and the key needs no
/// private half. What is wrong is told in this order. STATUS_INVALID_HANDLE: not a key, or not finalized.
/// STATUS_NOT_SUPPORTED: a key that does not sign, such as one of DH and ECDH. STATUS_INVALID_PARAMETER: `pcbResult` is
/// NULL, a flag is unknown, or the padding is not one of the key's. STATUS_BUFFER_TOO_SMALL: `*pcbResult` tells the size.
/// STATUS_INVALID_PARAMETER: the key has no private half, or it does not take a digest of this length: ECDSA none that is
/// empty, PKCS #1 none but those of the named hash, RSA none that does not fit. Source: behaviour.md g10, t1 to t5, t50 to t58.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptSignHash(
    hKey: BCRYPT_KEY_HANDLE,
    pPaddingInfo: PVOID,
    pbInput: PUCHAR,
    cbInput: ULONG,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    let signature = key.pair()?.signature()?;
    // SAFETY: the caller's contract (crate docs).
    let mut buffer = unsafe { OutBuffer::new(pbOutput, cbOutput, pcbResult) }?;
    let size = signature.size();
    let Some(room) = buffer.room() else {
        buffer.report(size);
        return Ok(());
    };
    require(signature.takes(dwFlags))?;
    // SAFETY: the caller's contract (crate docs).
    let (padding, hash) = unsafe { (padding::read(pPaddingInfo, dwFlags)?, ptr::bytes(pbInput, cbInput)?) };
    if room < size {
        buffer.report(size);
        return Err(Status::BufferTooSmall);
    }
    let mut signed = memory::zeros(size)?;
    signature.sign(padding, hash, &mut signed)?;
    out::whole(&mut buffer, &signed)
}

/// Verifies a signature on a digest.
///
/// What is wrong is told in this order. STATUS_INVALID_HANDLE: not a key, or not finalized. STATUS_NOT_SUPPORTED: a key
/// that does not sign, such as one of DH and ECDH. STATUS_INVALID_PARAMETER: `pbSignature` is NULL, a flag is unknown, the
/// padding is not one of the key's, the key does not take a digest of this length, or the signature is not as long as one of
/// this key, or not below the modulus.
/// STATUS_INVALID_SIGNATURE: the signature is not one of this key on this digest. Source: behaviour.md g10, t5, t6, t10.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptVerifySignature(
    hKey: BCRYPT_KEY_HANDLE,
    pPaddingInfo: PVOID,
    pbHash: PUCHAR,
    cbHash: ULONG,
    pbSignature: PUCHAR,
    cbSignature: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    let does = key.pair()?.signature()?;
    if pbSignature.is_null() {
        return Err(Status::InvalidParameter);
    }
    require(does.takes(dwFlags))?;
    // SAFETY: the caller's contract (crate docs).
    let padding = unsafe { padding::read(pPaddingInfo, dwFlags) }?;
    // SAFETY: as above.
    let (hash, signature) = unsafe { (ptr::bytes(pbHash, cbHash)?, ptr::bytes(pbSignature, cbSignature)?) };
    does.verify(padding, hash, signature)
}
