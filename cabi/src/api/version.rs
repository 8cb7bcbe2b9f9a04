//! What tells this library from others with the same interface.

use std::ffi::{CStr, c_char};

/// The version as C text.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"unknown",
};

/// The version of this library, as "0.1.0". The text is constant and ends in a NUL.
///
/// The only export that bcrypt.dll does not have: a program that asks the loader for it learns which
/// implementation it got.
#[unsafe(no_mangle)]
pub extern "C" fn bcrypt_shim_version() -> *const c_char {
    VERSION.as_ptr()
}
