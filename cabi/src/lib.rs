//! libbcrypt: the C interface of Windows' bcrypt.dll.
//!
//! This crate is only the door. Each exported function decodes its arguments, calls the core
//! (`bcrypt-shim`) and answers with an NTSTATUS:
//!
//! - `api` holds the exports, grouped by noun; `api/absent.rs` those that are not implemented; `export` gives them
//!   their C signature;
//! - `entry` runs each call: no panic crosses the boundary, nothing is printed;
//! - `trace` writes a line for each call where the environment asks for it;
//! - `ptr` and `params` hold the only dereferences;
//! - `types` are the C types of bcrypt.h.
//!
//! # Safety
//!
//! The contract is that of bcrypt.h. A handle may be any number: one that names no live object of the
//! right kind is answered with a status. A pointer must be NULL or point at what the function's page
//! says: text ends in a NUL or is longer than any known name, a buffer has the size that is given with
//! it, an output is writable. Pointers need not be aligned. NULL is answered with a status wherever a
//! pointer is required. Buffers may overlap: outputs are written after all inputs were read.
//!
//! # Order of the checks
//!
//! Handles come first, then NULL pointers, then flags, names and contents; a pseudo-handle refuses to
//! be set before anything else is looked at. Where Windows' order is known (behaviour.md e1, f1, g8, h5)
//! it is this one.

// What allocates and can't report a lack of memory: clippy.toml.
#![cfg_attr(not(test), warn(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros))]
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        clippy::disallowed_macros,
        unfulfilled_lint_expectations,
        reason = "tests may run out of memory"
    )
)]

#[macro_use]
mod export;

pub mod api;
mod entry;
mod isolation;
mod params;
mod ptr;
mod reserve;
mod trace;
pub mod types;
