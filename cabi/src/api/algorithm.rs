//! Algorithm providers: open, close, enumerate.

use bcrypt_shim::library::library;
use bcrypt_shim::policy;
use bcrypt_shim::status::Result;
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr::{self, OutParam};
use crate::types::*;

/// Opens an algorithm provider.
///
/// STATUS_INVALID_PARAMETER: `phAlgorithm` or `pszAlgId` is NULL. STATUS_NOT_FOUND: the algorithm or
/// the implementation is unknown. STATUS_NOT_SUPPORTED: a flag is set; none goes with these algorithms.
/// Source: behaviour.md b1 to b5.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptOpenAlgorithmProvider(
    phAlgorithm: *mut BCRYPT_ALG_HANDLE,
    pszAlgId: LPCWSTR,
    pszImplementation: LPCWSTR,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (mut opened, id, implementation) =
        unsafe { (OutParam::new(phAlgorithm)?, ptr::name(pszAlgId)?, ptr::optional_name(pszImplementation)) };
    opened.set(ptr::from_handle(library().open(&id, implementation.as_ref(), dwFlags)?));
    Ok(())
}

/// Closes an algorithm provider. Its keys can be used further.
///
/// STATUS_INVALID_HANDLE: not an open provider; a pseudo-handle can't be closed.
/// STATUS_INVALID_PARAMETER: a flag is set. Source: behaviour.md b6.
#[apply(export_releasing!)]
pub fn BCryptCloseAlgorithmProvider(hAlgorithm: BCRYPT_ALG_HANDLE, dwFlags: ULONG) -> Result<()> {
    let handle = ptr::handle(hAlgorithm);
    library().opened(handle)?;
    flags(dwFlags, 0)?;
    library().close(handle)
}

/// Lists the algorithms of the classes in a mask of BCRYPT_..._OPERATION bits, all for 0.
///
/// The list is freed with BCryptFreeBuffer. STATUS_INVALID_PARAMETER: a pointer is NULL, a bit is
/// unknown, or a flag is set. Source: behaviour.md g1.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumAlgorithms(
    dwAlgOperations: ULONG,
    pAlgCount: *mut ULONG,
    ppAlgList: *mut *mut BCRYPT_ALGORITHM_IDENTIFIER,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (mut count, mut list) = unsafe { (OutParam::new(pAlgCount)?, OutParam::new(ppAlgList)?) };
    flags(dwFlags, 0)?;
    let (number, address) = library().enumerate_algorithms(dwAlgOperations)?;
    count.set(number);
    list.set(std::ptr::with_exposed_provenance_mut(address));
    Ok(())
}

/// Lists the providers of an algorithm.
///
/// The list is freed with BCryptFreeBuffer. STATUS_INVALID_PARAMETER: a pointer is NULL or a flag is
/// set. STATUS_NOT_FOUND: the algorithm is unknown. Source: behaviour.md g2.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptEnumProviders(
    pszAlgId: LPCWSTR,
    pImplCount: *mut ULONG,
    ppImplList: *mut *mut BCRYPT_PROVIDER_NAME,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (id, mut count, mut list) =
        unsafe { (ptr::name(pszAlgId)?, OutParam::new(pImplCount)?, OutParam::new(ppImplList)?) };
    flags(dwFlags, 0)?;
    let (number, address) = library().enumerate_providers(&id)?;
    count.set(number);
    list.set(std::ptr::with_exposed_provenance_mut(address));
    Ok(())
}

/// Frees what an enumeration call gave out. NULL, and any other address, is passed over.
#[apply(export_releasing!)]
pub fn BCryptFreeBuffer(pvBuffer: PVOID) {
    library().free_buffer(pvBuffer.addr());
}

/// Tells whether only FIPS-approved algorithms are to be used on this machine: on Linux whether the kernel was started in
/// FIPS mode, elsewhere never. This library is not validated and works the same either way.
///
/// STATUS_INVALID_PARAMETER: `pfEnabled` is NULL. Source: behaviour.md g7.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptGetFipsAlgorithmMode(pfEnabled: *mut BOOLEAN) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { OutParam::new(pfEnabled) }?.set(BOOLEAN::from(policy::is_fips_demanded()));
    Ok(())
}
