//! What changes contexts. The configuration is the same for everybody here and nobody may change it: what is wrong with
//! the arguments is told first, then STATUS_ACCESS_DENIED, as Windows tells a program without the rights of an administrator
//! (behaviour.md s109).

use bcrypt_shim::configuration::{self, Function};
use bcrypt_shim::names::{CRYPT_EXCLUSIVE, CRYPT_OVERRIDE};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr;
use crate::types::*;

/// Creates a context. A NULL `pConfig` stands for no setting.
///
/// STATUS_INVALID_PARAMETER: `pszContext` is NULL or empty, `dwTable` is unknown, or a setting is. STATUS_ACCESS_DENIED:
/// else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptCreateContext(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    pConfig: *mut CRYPT_CONTEXT_CONFIG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let context = unsafe { ptr::name(pszContext) }?;
    configuration::table(dwTable)?;
    configuration::require_name(&context)?;
    if !pConfig.is_null() {
        // SAFETY: as above.
        context_settings(unsafe { ptr::written(pConfig) })?;
    }
    Err(Status::AccessDenied)
}

/// Deletes a context.
///
/// STATUS_INVALID_PARAMETER: `pszContext` is NULL or `dwTable` is unknown. STATUS_NOT_FOUND: the context is unknown.
/// STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptDeleteContext(dwTable: ULONG, pszContext: LPCWSTR) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    configuration::context(dwTable, &unsafe { ptr::name(pszContext) }?)?;
    Err(Status::AccessDenied)
}

/// Changes the settings of a context.
///
/// STATUS_INVALID_PARAMETER: `pszContext` or `pConfig` is NULL, `dwTable` is unknown, or a setting is. STATUS_NOT_FOUND:
/// the context is unknown. STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptConfigureContext(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    pConfig: *mut CRYPT_CONTEXT_CONFIG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, settings) = unsafe { (ptr::name(pszContext)?, given(pConfig)?) };
    configuration::table(dwTable)?;
    context_settings(settings)?;
    configuration::context(dwTable, &context)?;
    Err(Status::AccessDenied)
}

/// Adds a function to a context, or moves it. Any `dwPosition` is one.
///
/// STATUS_INVALID_PARAMETER: `pszContext` or `pszFunction` is NULL, the function is empty, or `dwTable` or `dwInterface`
/// is unknown. STATUS_NOT_FOUND: the context is unknown. STATUS_ACCESS_DENIED: else. Source: behaviour.md g6.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptAddContextFunction(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    dwPosition: ULONG,
) -> Result<()> {
    let _ = dwPosition;
    // SAFETY: the caller's contract (crate docs).
    let (context, function) = unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?) };
    configuration::table(dwTable)?;
    configuration::require_interface(dwInterface)?;
    configuration::require_name(&function)?;
    configuration::context(dwTable, &context)?;
    Err(Status::AccessDenied)
}

/// Removes a function from a context.
///
/// STATUS_INVALID_PARAMETER: `pszContext` or `pszFunction` is NULL, or `dwTable` or `dwInterface` is unknown.
/// STATUS_NOT_FOUND: the context or the function is unknown. STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptRemoveContextFunction(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name) = unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?) };
    Function { table: dwTable, context: &context, interface: dwInterface, name: &name }.find()?;
    Err(Status::AccessDenied)
}

/// Changes the settings of a function.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pConfig` is NULL, `dwTable` or `dwInterface` is unknown, or
/// a setting is. STATUS_NOT_FOUND: the context or the function is unknown. STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptConfigureContextFunction(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pConfig: *mut CRYPT_CONTEXT_FUNCTION_CONFIG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, settings) =
        unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?, given(pConfig)?) };
    configured(settings.dwFlags, CRYPT_EXCLUSIVE, settings.dwReserved)?;
    Function { table: dwTable, context: &context, interface: dwInterface, name: &name }.find()?;
    Err(Status::AccessDenied)
}

/// Sets a named value of a function; NULL deletes it.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pszProperty` is NULL, the property is empty, `pbValue` is
/// NULL with a size, or `dwTable` or `dwInterface` is unknown. STATUS_NOT_FOUND: the context or the function is unknown.
/// STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptSetContextFunctionProperty(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pszProperty: LPCWSTR,
    cbValue: ULONG,
    pbValue: PUCHAR,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, property) =
        unsafe { (ptr::name(pszContext)?, ptr::name(pszFunction)?, ptr::name(pszProperty)?) };
    if pbValue.is_null() && cbValue > 0 {
        return Err(Status::InvalidParameter);
    }
    configuration::require_name(&property)?;
    Function { table: dwTable, context: &context, interface: dwInterface, name: &name }.find()?;
    Err(Status::AccessDenied)
}

/// Adds a provider to a function, or moves it. Any `dwPosition` is one.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pszProvider` is NULL, or `dwTable` or `dwInterface` is
/// unknown. STATUS_NOT_FOUND: the context, the function or the provider is unknown. STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptAddContextFunctionProvider(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pszProvider: LPCWSTR,
    dwPosition: ULONG,
) -> Result<()> {
    let _ = dwPosition;
    // SAFETY: the caller's contract (crate docs).
    unsafe { provider_of_function(dwTable, pszContext, dwInterface, pszFunction, pszProvider) }
}

/// Removes a provider from a function.
///
/// STATUS_INVALID_PARAMETER: `pszContext`, `pszFunction` or `pszProvider` is NULL, or `dwTable` or `dwInterface` is
/// unknown. STATUS_NOT_FOUND: the context, the function or the provider is unknown. STATUS_ACCESS_DENIED: else.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptRemoveContextFunctionProvider(
    dwTable: ULONG,
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pszProvider: LPCWSTR,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { provider_of_function(dwTable, pszContext, dwInterface, pszFunction, pszProvider) }
}

/// # Safety
///
/// As the exports'.
unsafe fn provider_of_function(
    table: ULONG,
    context: LPCWSTR,
    interface: ULONG,
    function: LPCWSTR,
    provider: LPCWSTR,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (context, name, provider) =
        unsafe { (ptr::name(context)?, ptr::name(function)?, ptr::name(provider)?) };
    Function { table, context: &context, interface, name: &name }.find()?;
    configuration::require_provider(&provider)?;
    Err(Status::AccessDenied)
}

/// A structure that must be there. Fails with `InvalidParameter` for NULL.
///
/// # Safety
///
/// `place` is NULL or points at one.
unsafe fn given<T: Copy>(place: *const T) -> Result<T> {
    if place.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: as this function's.
    Ok(unsafe { ptr::written(place) })
}

fn context_settings(settings: CRYPT_CONTEXT_CONFIG) -> Result<()> {
    configured(settings.dwFlags, CRYPT_EXCLUSIVE | CRYPT_OVERRIDE, settings.dwReserved)
}

/// Fails with `InvalidParameter` for a setting that there is not.
fn configured(set: ULONG, known: ULONG, reserved: ULONG) -> Result<()> {
    flags(set, known)?;
    flags(reserved, 0)
}
