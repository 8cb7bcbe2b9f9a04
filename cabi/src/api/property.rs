//! Properties of every kind of object.

use bcrypt_shim::library::library;
use bcrypt_shim::names::BCRYPT_CHAINING_MODE;
use bcrypt_shim::status::Result;
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr::{self, OutBuffer};
use crate::types::*;

/// Reads a property.
///
/// A NULL `pbOutput` asks for the size. STATUS_INVALID_HANDLE: not a live object, or its state does not
/// allow it. STATUS_INVALID_PARAMETER: `pszProperty` or `pcbResult` is NULL, a flag is set, or the value
/// is not chosen yet. STATUS_NOT_SUPPORTED: the object has no such property. STATUS_BUFFER_TOO_SMALL:
/// `*pcbResult` tells the size. Source: behaviour.md f1, f3.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptGetProperty(
    hObject: BCRYPT_HANDLE,
    pszProperty: LPCWSTR,
    pbOutput: PUCHAR,
    cbOutput: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let object = library().object(ptr::handle(hObject))?;
    // SAFETY: the caller's contract (crate docs).
    let (name, mut out) =
        unsafe { (ptr::name(pszProperty)?, OutBuffer::new(pbOutput, cbOutput, pcbResult)?) };
    flags(dwFlags, 0)?;
    object.get(&name)?.write(&mut out)
}

/// Sets a property.
///
/// STATUS_INVALID_HANDLE: not a live object, or a key that is finalized. STATUS_ACCESS_DENIED: a
/// pseudo-handle. STATUS_INVALID_PARAMETER: `pszProperty` is NULL, `pbInput` is NULL with a size, a flag
/// is set, or the value is not valid. STATUS_NOT_SUPPORTED: the object has no such property or it can't
/// be set. Source: behaviour.md f2, f3.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptSetProperty(
    hObject: BCRYPT_HANDLE,
    pszProperty: LPCWSTR,
    pbInput: PUCHAR,
    cbInput: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let object = library().object(ptr::handle(hObject))?;
    object.require_own()?;
    // SAFETY: the caller's contract (crate docs).
    let (name, value) = unsafe {
        let name = ptr::name(pszProperty)?;
        // The text counts, whatever size is given (behaviour.md s36).
        let is_text = name.is(BCRYPT_CHAINING_MODE);
        (name, if is_text { ptr::text(pbInput, cbInput)? } else { ptr::copied(pbInput, cbInput)? })
    };
    flags(dwFlags, 0)?;
    object.set(&name, &value)
}
