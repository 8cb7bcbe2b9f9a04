//! The contexts: which functions and providers a machine offers, and in which order.
//!
//! Each of these calls gives a structure in one block with all that it points at. A NULL `ppBuffer` asks for its size, which
//! STATUS_BUFFER_TOO_SMALL goes with; where `*ppBuffer` is NULL the library allocates, for BCryptFreeBuffer; else `*ppBuffer`
//! is a buffer of `*pcbBuffer` bytes of the caller's (behaviour.md g3).

use bcrypt_shim::configuration::{self, Answer, Function};
use bcrypt_shim::library::library;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use crate::params::structure::OutStructure;
use crate::ptr;
use crate::types::*;

/// Gives a structure; asking for its size is a BUFFER_TOO_SMALL.
fn give<T>(mut out: OutStructure<T>, answer: &Answer) -> Result<()> {
    library().give(answer, Err(Status::BufferTooSmall), &mut out)
}

/// Lists the contexts of a table.
///
/// STATUS_INVALID_PARAMETER: `pcbBuffer` is NULL, or `dwTable` is neither CRYPT_LOCAL nor CRYPT_DOMAIN.
/// STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells the size. Source: behaviour.md g3, s107.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumContexts(
    dwTable: ULONG,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_CONTEXTS,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let out = unsafe { OutStructure::new(pcbBuffer, ppBuffer) }?;
    give(out, &configuration::contexts(dwTable)?)
}

/// Lists the functions of a context for an interface.
///
/// STATUS_INVALID_PARAMETER: `pszContext` or `pcbBuffer` is NULL, or `dwTable` or `dwInterface` is unknown.
/// STATUS_NOT_FOUND: the context is unknown or has nothing for the interface. STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells
/// the size. Source: behaviour.md g3, g6, s108.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumContextFunctions(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTIONS,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, out) = unsafe { (ptr::name(pszContext)?, OutStructure::new(pcbBuffer, ppBuffer)?) };
    give(out, &configuration::context_functions(dwTable, &context, dwInterface)?)
}

/// Lists the providers of a function in a context.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pcbBuffer` is NULL, or `dwTable` or `dwInterface` is
/// unknown. STATUS_NOT_FOUND: the context or the function is unknown. STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells the
/// size. Source: behaviour.md g3, s108.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumContextFunctionProviders(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTION_PROVIDERS,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, out) =
        unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?, OutStructure::new(pcbBuffer, ppBuffer)?) };
    let function = Function { table: dwTable, context: &context, interface: dwInterface, name: &name };
    give(out, &configuration::function_providers(function)?)
}

/// Reads the settings of a context, of which none is set.
///
/// STATUS_INVALID_PARAMETER: `pszContext` or `pcbBuffer` is NULL, or `dwTable` is unknown. STATUS_NOT_FOUND: the context
/// is unknown. STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells the size. Source: behaviour.md g3, s108.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptQueryContextConfiguration(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_CONTEXT_CONFIG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, out) = unsafe { (ptr::name(pszContext)?, OutStructure::new(pcbBuffer, ppBuffer)?) };
    give(out, &configuration::context_settings(dwTable, &context)?)
}

/// Reads the settings of a function, which no function has here.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pcbBuffer` is NULL, or `dwTable` or `dwInterface` is
/// unknown. STATUS_NOT_FOUND: the context or the function is unknown, or was never configured. Source: behaviour.md s108.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptQueryContextFunctionConfiguration(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_CONTEXT_FUNCTION_CONFIG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, out) =
        unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?, OutStructure::new(pcbBuffer, ppBuffer)?) };
    let function = Function { table: dwTable, context: &context, interface: dwInterface, name: &name };
    give(out, &configuration::function_settings(function)?)
}

/// Reads a named value of a function, which no function has here.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction`, `pszProperty` or `pcbValue` is NULL, or `dwTable` or
/// `dwInterface` is unknown. STATUS_NOT_FOUND: the context, the function or the value is unknown. Source: behaviour.md
/// g3, s109.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptQueryContextFunctionProperty(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pszProperty: LPCWSTR,
    pcbValue: *mut ULONG,
    ppbValue: *mut PUCHAR,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, property, out) = unsafe {
        let context = ptr::name(pszContext)?;
        let (name, property) = (ptr::name(pszFunction)?, ptr::name(pszProperty)?);
        (context, name, property, OutStructure::new(pcbValue, ppbValue)?)
    };
    let function = Function { table: dwTable, context: &context, interface: dwInterface, name: &name };
    give(out, &configuration::function_value(function, &property)?)
}
