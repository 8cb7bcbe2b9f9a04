//! The registered providers: there is one. Buffers as in `configuration`.

use bcrypt_shim::configuration::{self, Wanted};
use bcrypt_shim::library::library;
use bcrypt_shim::names::CRYPT_OVERWRITE;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::params::registration;
use crate::params::structure::OutStructure;
use crate::ptr::{self, OutParam};
use crate::types::*;

/// Lists the registered providers.
///
/// STATUS_INVALID_PARAMETER: `pcbBuffer` is NULL. STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells the size. Source:
/// behaviour.md g3, s103.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumRegisteredProviders(
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_PROVIDERS,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let mut out = unsafe { OutStructure::new(pcbBuffer, ppBuffer) }?;
    library().give(&configuration::providers()?, Err(Status::BufferTooSmall), &mut out)
}

/// Reads a provider's registration for an interface, or for all if `dwInterface` is 0.
///
/// STATUS_INVALID_PARAMETER: `pszProvider` or `pcbBuffer` is NULL, or `dwMode` or `dwInterface` is unknown.
/// STATUS_NOT_FOUND: the provider is unknown, or has nothing for the mode or the interface. STATUS_BUFFER_TOO_SMALL:
/// `*pcbBuffer` tells the size. Source: behaviour.md g3, g4, s106.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptQueryProviderRegistration(
    pszProvider: LPCWSTR,
    dwMode: ULONG,
    dwInterface: ULONG,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_PROVIDER_REG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (provider, mut out) = unsafe { (ptr::name(pszProvider)?, OutStructure::new(pcbBuffer, ppBuffer)?) };
    let answer = configuration::registration(&provider, dwMode, dwInterface)?;
    library().give(&answer, Err(Status::BufferTooSmall), &mut out)
}

/// Finds the providers that serve a function. Without a context it is the default one, and whatever else is NULL or 0
/// may be anything; without CRYPT_ALL_FUNCTIONS there is one entry, for the first function.
///
/// A NULL `ppBuffer` is a STATUS_SUCCESS here. STATUS_INVALID_PARAMETER: `pcbBuffer` is NULL, or `dwInterface`, `dwMode`
/// or a flag is unknown. STATUS_NOT_FOUND: nothing fits. STATUS_BUFFER_TOO_SMALL: `*pcbBuffer` tells the size. Source:
/// behaviour.md g5, s111.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptResolveProviders(
    pszContext: LPCWSTR,
    dwInterface: ULONG,
    pszFunction: LPCWSTR,
    pszProvider: LPCWSTR,
    dwMode: ULONG,
    dwFlags: ULONG,
    pcbBuffer: *mut ULONG,
    ppBuffer: *mut *mut CRYPT_PROVIDER_REFS,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (mut out, context, function, provider) = unsafe {
        let out = OutStructure::new(pcbBuffer, ppBuffer)?;
        let (context, function) = (ptr::optional_name(pszContext), ptr::optional_name(pszFunction));
        (out, context, function, ptr::optional_name(pszProvider))
    };
    let answer = configuration::resolve(&Wanted {
        context: context.as_ref(),
        interface: dwInterface,
        function: function.as_ref(),
        provider: provider.as_ref(),
        mode: dwMode,
        flags: dwFlags,
    })?;
    library().give(&answer, Ok(()), &mut out)
}

/// Registers a provider, which nobody may.
///
/// STATUS_INVALID_PARAMETER: `pszProvider` is NULL or empty, a flag other than CRYPT_OVERWRITE is set, or `pReg` is NULL
/// or incomplete. STATUS_ACCESS_DENIED: else. Source: behaviour.md s109.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptRegisterProvider(
    pszProvider: LPCWSTR,
    dwFlags: ULONG,
    pReg: *mut CRYPT_PROVIDER_REG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let provider = unsafe { ptr::name(pszProvider) }?;
    configuration::require_name(&provider)?;
    flags(dwFlags, CRYPT_OVERWRITE)?;
    // SAFETY: as above.
    unsafe { registration::check(pReg) }?;
    Err(Status::AccessDenied)
}

/// Removes a provider's registration, which nobody may.
///
/// STATUS_INVALID_PARAMETER: `pszProvider` is NULL. STATUS_NOT_FOUND: the provider is unknown. STATUS_ACCESS_DENIED:
/// else. Source: behaviour.md s109.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptUnregisterProvider(pszProvider: LPCWSTR) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    configuration::require_provider(&unsafe { ptr::name(pszProvider) }?)?;
    Err(Status::AccessDenied)
}

/// Asks to be told of changed configuration, which does not change.
///
/// What `*phEvent` gets is no event of the system: only BCryptUnregisterConfigChangeNotify takes it.
/// STATUS_INVALID_PARAMETER: `phEvent` is NULL. Source: behaviour.md g17.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptRegisterConfigChangeNotify(phEvent: *mut HANDLE) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let mut event = unsafe { OutParam::new(phEvent) }?;
    event.set(ptr::from_handle(library().register_notification()?));
    Ok(())
}

/// Takes that back. STATUS_INVALID_PARAMETER: it was not given out, or is back already.
#[apply(export_releasing!)]
pub fn BCryptUnregisterConfigChangeNotify(hEvent: HANDLE) -> Result<()> {
    library().unregister_notification(ptr::handle(hEvent))
}
