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

mod alone;
mod blob;
mod curves;
mod guard_page;
mod library;
mod objects;
mod oracle;
mod output;
mod params;
mod property;
mod sequence;
mod status;
mod text;

mod algorithms;
mod bad_handles;
mod bad_input;
mod cipher;
mod cross_checks;
mod curve25519;
mod dh_blobs;
mod dh_keys;
mod dsa;
mod ecc_blobs;
mod enumeration;
mod fork;
mod hash;
mod kdf;
mod keys;
mod laws;
mod leaks;
mod lifetimes;
mod order;
mod properties;
mod pseudo_handles;
mod random;
mod refusals;
mod signatures;
mod stress;
mod threads;
mod vectors;
