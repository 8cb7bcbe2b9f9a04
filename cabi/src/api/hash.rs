//! Hashes. No hash object can be made yet.

use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use crate::types::*;

/// Destroys a hash. STATUS_INVALID_PARAMETER for anything that is none (behaviour.md d7, h1), which,
/// as long as BCryptCreateHash is not implemented, is everything.
#[apply(export_releasing!)]
pub fn BCryptDestroyHash(hHash: BCRYPT_HASH_HANDLE) -> Result<()> {
    let _ = hHash;
    Err(Status::InvalidParameter)
}
