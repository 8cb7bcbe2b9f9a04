//! The exports, grouped by noun. Each decodes its arguments, calls the core, and is done.

#![allow(non_snake_case, reason = "functions and parameters are spelled as in bcrypt.h")]

pub mod absent;
pub mod algorithm;
pub mod configuration;
pub mod configuration_change;
pub mod derivation;
pub mod encapsulation;
pub mod encryption;
pub mod hash;
pub mod interface;
pub mod key;
pub mod property;
pub mod random;
pub mod registration;
pub mod secret;
pub mod signature;
pub mod symmetric;
pub mod version;

use bcrypt_shim::status::{Result, Status};

use crate::types::ULONG;

/// Fails with `InvalidParameter` if a flag is set that the function does not know.
///
/// What Windows answers is not known; this is the rule of the engine under it (behaviour.md d5).
fn flags(given: ULONG, known: ULONG) -> Result<()> {
    if given & !known == 0 { Ok(()) } else { Err(Status::InvalidParameter) }
}
