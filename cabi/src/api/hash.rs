//! Hashes. No hash object can be made yet.

use bcrypt_shim::status::Status;

use crate::entry::entry;
use crate::types::*;

/// Destroys a hash. STATUS_INVALID_PARAMETER for anything that is none (behaviour.md d7, h1), which,
/// as long as BCryptCreateHash is not implemented, is everything.
#[unsafe(no_mangle)]
pub extern "system" fn BCryptDestroyHash(hHash: BCRYPT_HASH_HANDLE) -> NTSTATUS {
    let _ = hHash;
    entry("BCryptDestroyHash", || Err(Status::InvalidParameter))
}
