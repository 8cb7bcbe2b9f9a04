//! Key encapsulation.

use bcrypt_shim::library::library;
use bcrypt_shim::memory;
use bcrypt_shim::out::Output;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr::{self, OutBuffer};
use crate::types::*;

/// Makes a secret and its ciphertext for the owner of a key, whose public half is enough.
///
/// Two NULL buffers ask for the sizes, which are told in any case from there on. What is wrong is told in this order.
/// STATUS_INVALID_PARAMETER: `hKey` is NULL. STATUS_INVALID_HANDLE: not a key, or not finalized. STATUS_NOT_SUPPORTED: a key
/// of another algorithm. STATUS_INVALID_PARAMETER: `pcbSecretKey` or `pcbCipherText` is NULL, a flag is set, or one of the
/// buffers alone is NULL. STATUS_BUFFER_TOO_SMALL: either is too small; STATUS_INVALID_BUFFER_SIZE: either is too large. Then
/// neither is written. Source: behaviour.md t160, t162, t163.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_encapsulation!)]
pub unsafe fn BCryptEncapsulate(
    hKey: BCRYPT_KEY_HANDLE,
    pbSecretKey: PUCHAR,
    cbSecretKey: ULONG,
    pcbSecretKey: *mut ULONG,
    pbCipherText: PUCHAR,
    cbCipherText: ULONG,
    pcbCipherText: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    require_key(hKey)?;
    let key = library().key(ptr::handle(hKey))?;
    let does = key.pair()?.encapsulation()?;
    // SAFETY: the caller's contract (crate docs).
    let (mut secret_out, mut ciphertext_out) = unsafe {
        (
            OutBuffer::new(pbSecretKey, cbSecretKey, pcbSecretKey)?,
            OutBuffer::new(pbCipherText, cbCipherText, pcbCipherText)?,
        )
    };
    flags(dwFlags, 0)?;
    let (secret_size, ciphertext_size) = (does.secret_size(), does.ciphertext_size());
    secret_out.report(secret_size);
    ciphertext_out.report(ciphertext_size);
    match (secret_out.room(), ciphertext_out.room()) {
        (None, None) => return Ok(()),
        (Some(secret), Some(ciphertext)) => {
            require_sizes(&[(secret, secret_size), (ciphertext, ciphertext_size)])?;
        }
        _ => return Err(Status::InvalidParameter),
    }
    let mut secret = memory::secret_zeros(secret_size)?;
    let mut ciphertext = memory::zeros(ciphertext_size)?;
    does.encapsulate(&mut secret, &mut ciphertext)?;
    secret_out.write(&secret);
    ciphertext_out.write(&ciphertext);
    Ok(())
}

/// Gets the secret back from its ciphertext. One that nobody made with the public half gives another secret, not an error
/// (FIPS 203).
///
/// A NULL `pbSecretKey` asks for the size; then the ciphertext is not looked at. What is wrong is told in this order.
/// STATUS_INVALID_PARAMETER: `hKey` is NULL. STATUS_INVALID_HANDLE: not a key, or not finalized. STATUS_NOT_SUPPORTED: a key
/// of another algorithm. STATUS_INVALID_PARAMETER: `pcbSecretKey` is NULL, a flag is set, or `pbCipherText` is NULL.
/// STATUS_INVALID_BUFFER_SIZE: the ciphertext has another size. STATUS_BUFFER_TOO_SMALL: `*pcbSecretKey` tells the size;
/// STATUS_INVALID_BUFFER_SIZE: the buffer is too large. STATUS_INVALID_PARAMETER: the key has no private half.
/// Source: behaviour.md t161 to t164.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_encapsulation!)]
pub unsafe fn BCryptDecapsulate(
    hKey: BCRYPT_KEY_HANDLE,
    pbCipherText: PUCHAR,
    cbCipherText: ULONG,
    pbSecretKey: PUCHAR,
    cbSecretKey: ULONG,
    pcbSecretKey: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    require_key(hKey)?;
    let key = library().key(ptr::handle(hKey))?;
    let does = key.pair()?.encapsulation()?;
    // SAFETY: the caller's contract (crate docs).
    let mut secret_out = unsafe { OutBuffer::new(pbSecretKey, cbSecretKey, pcbSecretKey) }?;
    flags(dwFlags, 0)?;
    let secret_size = does.secret_size();
    secret_out.report(secret_size);
    let Some(room) = secret_out.room() else { return Ok(()) };
    if pbCipherText.is_null() {
        return Err(Status::InvalidParameter);
    }
    if cbCipherText as usize != does.ciphertext_size() {
        return Err(Status::InvalidBufferSize);
    }
    require_sizes(&[(room, secret_size)])?;
    // SAFETY: the caller's contract (crate docs).
    let ciphertext = unsafe { ptr::bytes(pbCipherText, cbCipherText) }?;
    let mut secret = memory::secret_zeros(secret_size)?;
    does.decapsulate(ciphertext, &mut secret)?;
    secret_out.write(&secret);
    Ok(())
}

/// A NULL key is a wrong parameter here, where other functions say that it is a wrong handle (behaviour.md t163).
fn require_key(key: BCRYPT_KEY_HANDLE) -> Result<()> {
    if key.is_null() { Err(Status::InvalidParameter) } else { Ok(()) }
}

/// Room and size of each buffer: fails with `BufferTooSmall` if one is too small, with `InvalidBufferSize` if one is too
/// large.
fn require_sizes(buffers: &[(usize, usize)]) -> Result<()> {
    if buffers.iter().any(|(room, size)| room < size) {
        return Err(Status::BufferTooSmall);
    }
    if buffers.iter().any(|(room, size)| room > size) {
        return Err(Status::InvalidBufferSize);
    }
    Ok(())
}
