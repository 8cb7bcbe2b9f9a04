//! The bodies of the fuzz targets: one function each, which takes any bytes and panics at a finding.
//!
//! Shared by the targets, which mutate inputs, and by the tests, which replay the seeds with any
//! toolchain. Only the seeds' builder knows the inputs' layout beside the targets themselves: numbers are
//! read from the front of the input, in the machine's byte order.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is how a target reports a finding"
)]

pub mod agreement;
pub mod calls;
pub mod ciphers;
pub mod configuration;
pub mod derivations;
pub mod door;
pub mod hashes;
pub mod import;
pub mod parameters;
pub mod post_quantum;
pub mod properties;
pub mod rsa;
pub mod signatures;

/// A target's body.
pub type Body = fn(&[u8]);

/// Every target by its name, which is also the name of its folder of seeds.
pub const TARGETS: [(&str, Body); 12] = [
    ("import", import::run),
    ("parameters", parameters::run),
    ("properties", properties::run),
    ("calls", calls::run),
    ("configuration", configuration::run),
    ("agreement", agreement::run),
    ("hashes", hashes::run),
    ("ciphers", ciphers::run),
    ("rsa", rsa::run),
    ("post_quantum", post_quantum::run),
    ("derivations", derivations::run),
    ("signatures", signatures::run),
];
