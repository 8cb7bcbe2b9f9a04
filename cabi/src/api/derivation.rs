//! Keys derived from keys.

use bcrypt_shim::kdf::Parameters;
use bcrypt_shim::library::library;
use bcrypt_shim::out::{self, Output};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use crate::params;
use crate::ptr::{self, OutBuffer};
use crate::types::*;

/// Derives key bytes from a key of a derivation algorithm.
///
/// All `cbDerivedKey` bytes are written, or none; a NULL `pbDerivedKey` is no question for the size. STATUS_INVALID_HANDLE:
/// not a key. STATUS_NOT_SUPPORTED: a key of another kind, or the hash is unknown. STATUS_INVALID_PARAMETER:
/// `pbDerivedKey` or `pcbResult` is NULL, a parameter is missing or wrong, HKDF is not finalized, the algorithm does not
/// derive so many bytes, or a flag is set other than BCRYPT_CAPI_AES_FLAG with CAPI_KDF. Source: behaviour.md g11, s84 to
/// s97; what each algorithm takes stands in its own file of the core.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptKeyDerivation(
    hKey: BCRYPT_KEY_HANDLE,
    pParameterList: *mut BCryptBufferDesc,
    pbDerivedKey: PUCHAR,
    cbDerivedKey: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let key = library().key(ptr::handle(hKey))?;
    let key = key.derivation()?;
    // SAFETY: the caller's contract (crate docs).
    let mut buffer = unsafe { OutBuffer::new(pbDerivedKey, cbDerivedKey, pcbResult) }?;
    let length = buffer.room().ok_or(Status::InvalidParameter)?;
    // SAFETY: the caller's contract (crate docs).
    let parameters = unsafe { params::read(pParameterList) }?;
    let derived = |bytes: &[u8]| out::whole(&mut buffer, bytes);
    key.derive(Parameters(&parameters), dwFlags, length, derived)
}
