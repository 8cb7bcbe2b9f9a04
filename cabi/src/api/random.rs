//! Random numbers.

use bcrypt_shim::algorithm::Does;
use bcrypt_shim::engine::random;
use bcrypt_shim::library::library;
use bcrypt_shim::names::{BCRYPT_RNG_USE_ENTROPY_IN_BUFFER, BCRYPT_USE_SYSTEM_PREFERRED_RNG};
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::flags;
use crate::ptr;
use crate::types::*;

/// Fills a buffer with random bytes of the operating system.
///
/// BCRYPT_RNG_USE_ENTROPY_IN_BUFFER is accepted and does nothing, as since Windows 8.
/// BCRYPT_USE_SYSTEM_PREFERRED_RNG goes with a NULL handle only. STATUS_INVALID_HANDLE: the handle is
/// not that of a random number generator. STATUS_INVALID_PARAMETER: the buffer is NULL, a flag is
/// unknown, or the flag and a handle come together. Source: behaviour.md g8.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn BCryptGenRandom(
    hAlgorithm: BCRYPT_ALG_HANDLE,
    pbBuffer: PUCHAR,
    cbBuffer: ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    if dwFlags & BCRYPT_USE_SYSTEM_PREFERRED_RNG == 0 {
        let provider = library().provider(ptr::handle(hAlgorithm))?;
        if !matches!(provider.algorithm().does, Does::Random) {
            return Err(Status::InvalidHandle);
        }
    } else if !hAlgorithm.is_null() {
        return Err(Status::InvalidParameter);
    }
    flags(dwFlags, BCRYPT_RNG_USE_ENTROPY_IN_BUFFER | BCRYPT_USE_SYSTEM_PREFERRED_RNG)?;
    // SAFETY: the caller's contract (crate docs).
    random::fill(unsafe { ptr::filled(pbBuffer, cbBuffer) }?)
}
