//! The C interface as a Windows program sees it: the built library, loaded at run time, called with the
//! signatures and structures of `windows-sys`. Comments such as "behaviour.md c13" name a fact of
//! docs/behaviour.md; a test whose name ends in `undecided` holds a choice of ours that docs/undecided.md
//! lists.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that meets the unexpected has to fail, and a panic is how it says so; some print figures"
)]

#[path = "../support/artefact.rs"]
mod artefact;
#[path = "../support/openssl.rs"]
#[allow(dead_code, reason = "the tests of the examples use the rest")]
mod openssl;

mod call;
mod cipher;
mod configuration;
mod derivation;
mod handle;
mod hash;
mod kdf;
mod laws;
mod pair;
mod process;
mod provider;
mod random;
mod support;
