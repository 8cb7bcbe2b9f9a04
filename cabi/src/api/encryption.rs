//! Encryption and decryption.

use bcrypt_shim::cipher::Way;
use bcrypt_shim::key::Key;
use bcrypt_shim::library::library;
use bcrypt_shim::names::BCRYPT_BLOCK_PADDING;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::params::text::Buffers;
use crate::ptr;
use crate::types::*;

/// Encrypts with a symmetric key, in the mode that the key has.
///
/// A NULL `pbOutput` asks for the size; in GCM, CCM and ChaCha20-Poly1305 a NULL `pbInput` of no bytes beside it is an
/// empty text. `pbIV` and the key's own IV go on from the text; with a NULL `pbIV` the key's own is used.
/// `pPaddingInfo` is a BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO where the mode makes a tag, else not looked at. Input and
/// output may be the same or overlap.
///
/// STATUS_INVALID_HANDLE: not a key. STATUS_NOT_SUPPORTED: a key that does not encrypt. STATUS_INVALID_PARAMETER:
/// `pcbResult` is NULL, a flag is unknown, the IV, nonce or tag is missing or has another length, or `pbInput` is NULL
/// with a size. STATUS_INVALID_BUFFER_SIZE: the mode can't work on this length. STATUS_BUFFER_TOO_SMALL: `*pcbResult`
/// tells the size. Source: behaviour.md s53 to s80.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_cipher!)]
pub unsafe fn BCryptEncrypt(
    hKey: BCRYPT_KEY_HANDLE,
    pbInput: PUCHAR,
    cbInput: ULONG,
    pPaddingInfo: PVOID,
    pbIV: PUCHAR,
    cbIV: ULONG,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let arguments =
        ((pbInput, cbInput), pPaddingInfo, (pbIV, cbIV), (pbOutput, cbOutput), pcbResult, dwFlags);
    // SAFETY: the caller's contract (crate docs).
    unsafe { run(Way::Encrypt, hKey, arguments) }
}

/// Decrypts with a symmetric key, in the mode that the key has.
///
/// As BCryptEncrypt; of padded text a NULL `pbOutput` tells the size of the input, and `*pcbResult` that of the text
/// once it is decrypted. STATUS_DATA_ERROR: the padding is wrong. STATUS_AUTH_TAG_MISMATCH: the tag is; nothing of the
/// plaintext is left. Source: behaviour.md s53 to s80.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_cipher!)]
pub unsafe fn BCryptDecrypt(
    hKey: BCRYPT_KEY_HANDLE,
    pbInput: PUCHAR,
    cbInput: ULONG,
    pPaddingInfo: PVOID,
    pbIV: PUCHAR,
    cbIV: ULONG,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let arguments =
        ((pbInput, cbInput), pPaddingInfo, (pbIV, cbIV), (pbOutput, cbOutput), pcbResult, dwFlags);
    // SAFETY: the caller's contract (crate docs).
    unsafe { run(Way::Decrypt, hKey, arguments) }
}

/// Input, padding info, IV, output, result size and flags, as both functions have them.
type Arguments = ((PUCHAR, ULONG), PVOID, (PUCHAR, ULONG), (PUCHAR, ULONG), *mut ULONG, ULONG);

/// # Safety
///
/// The crate's contract.
unsafe fn run(way: Way, key: BCRYPT_KEY_HANDLE, arguments: Arguments) -> Result<()> {
    let key = library().key(ptr::handle(key))?;
    let (input, info, iv, output, result, given) = arguments;
    match &*key {
        Key::Symmetric(key) => {
            // SAFETY: the caller's contract (crate docs).
            let mut buffers = unsafe { Buffers::new(way, input, info, iv, output, result, given) }?;
            flags(given, BCRYPT_BLOCK_PADDING)?;
            key.run(way, &mut buffers)
        }
        Key::Pair(_) | Key::Derivation(_) => Err(Status::NotSupported),
    }
}
