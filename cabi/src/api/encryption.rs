//! Encryption and decryption.

use bcrypt_shim::cipher::Way;
use bcrypt_shim::engine::stack;
use bcrypt_shim::key::Key;
use bcrypt_shim::library::library;
use bcrypt_shim::memory;
use bcrypt_shim::names::BCRYPT_BLOCK_PADDING;
use bcrypt_shim::out::{self, Output};
use bcrypt_shim::pair::Encryption;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::params::padding;
use crate::params::text::Buffers;
use crate::ptr::{self, OutBuffer};
use crate::types::*;

/// Encrypts: with a symmetric key in the mode that the key has, with an RSA key in one block.
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
/// With an RSA key `dwFlags` tell the padding: 0 or BCRYPT_PAD_NONE for none, where the text is as long as the modulus,
/// BCRYPT_PAD_PKCS1, or BCRYPT_PAD_OAEP with a BCRYPT_OAEP_PADDING_INFO; the IV is not looked at. A NULL `pbOutput` asks for
/// the size of a ciphertext. STATUS_BUFFER_TOO_SMALL comes before STATUS_INVALID_PARAMETER, which is the answer to other
/// flags, a NULL `pbInput`, and a text that is too long. STATUS_NOT_SUPPORTED: OAEP with a hash that is none or is MD2 or MD4.
/// Source: behaviour.md t60 to t65.
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

/// Decrypts: with a symmetric key in the mode that the key has, with an RSA key one block.
///
/// As BCryptEncrypt; of padded text a NULL `pbOutput` tells the size of the input, and `*pcbResult` that of the text
/// once it is decrypted. STATUS_DATA_ERROR: the padding is wrong. STATUS_AUTH_TAG_MISMATCH: the tag is; nothing of the
/// plaintext is left. Source: behaviour.md s53 to s80.
///
/// With an RSA key a NULL `pbOutput` asks for the size of the text, for which it is decrypted. STATUS_INVALID_PARAMETER: as
/// of BCryptEncrypt, the key has no private half, the input is not as long as the modulus or not below it, or the padding is
/// wrong, which comes before STATUS_BUFFER_TOO_SMALL. Source: behaviour.md t60, t66 to t69.
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
        Key::Pair(key) => {
            let encryption = key.encryption()?;
            // The stack that a symmetric key needs is less deep.
            stack::with_stack_zeroized::<{ stack::KEY }, _>(|| {
                stack::mark();
                // SAFETY: the caller's contract (crate docs).
                unsafe {
                    let out = OutBuffer::new(output.0, output.1, result)?;
                    match way {
                        Way::Encrypt => encrypt(encryption, input, info, out, given),
                        Way::Decrypt => decrypt(encryption, input, info, out, given),
                    }
                }
            })
        }
        Key::Derivation(_) => Err(Status::NotSupported),
    }
}

/// Encrypts with a key pair. A NULL output asks for the size, and nothing else is looked at; a short one is told before what
/// is wrong with padding and text, which does not keep the size from being told (behaviour.md t61 to t64).
///
/// # Safety
///
/// The crate's contract.
unsafe fn encrypt(
    encryption: &dyn Encryption,
    (input, length): (PUCHAR, ULONG),
    info: PVOID,
    mut out: OutBuffer,
    flags: ULONG,
) -> Result<()> {
    let size = encryption.size();
    out.report(size);
    match out.room() {
        None => return Ok(()),
        Some(room) if room < size => return Err(Status::BufferTooSmall),
        Some(_) => {}
    }
    // SAFETY: the caller's contract (crate docs).
    let (padding, text) = unsafe { (padding::read_encryption(info, flags)?, given_bytes(input, length)?) };
    let mut ciphertext = memory::zeros(size)?;
    encryption.encrypt(padding, text, &mut ciphertext)?;
    out::whole(&mut out, &ciphertext)
}

/// Decrypts with a key pair. A NULL output asks for the size of the text, which is decrypted for that (behaviour.md t66);
/// a wrong padding is told before a short output (t67).
///
/// # Safety
///
/// The crate's contract.
unsafe fn decrypt(
    encryption: &dyn Encryption,
    (input, length): (PUCHAR, ULONG),
    info: PVOID,
    mut out: OutBuffer,
    flags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (padding, ciphertext) =
        unsafe { (padding::read_encryption(info, flags)?, given_bytes(input, length)?) };
    let mut text = memory::secret_zeros(encryption.size())?;
    let length = encryption.decrypt(padding, ciphertext, &mut text)?;
    out::whole(&mut out, text.get(..length).ok_or(Status::InternalError)?)
}

/// Input bytes, which may be none but not NULL (behaviour.md t64).
///
/// # Safety
///
/// As [`ptr::bytes`].
unsafe fn given_bytes<'a>(data: PUCHAR, size: ULONG) -> Result<&'a [u8]> {
    if data.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: as this function's.
    unsafe { ptr::bytes(data, size) }
}
