//! The core of libbcrypt: cryptography as Windows' CNG does it, in safe Rust.
//!
//! A C call enters through the door (the crate `cabi`), is decoded there and comes straight down:
//!
//! ```text
//! library      the only global state: tables of live objects, one method for each verb
//!   provider   what an algorithm handle stands for: a row of algorithm, a chosen curve
//!   key        building → ready; key/ec and key/dh generate, import, export and agree
//!   secret     the agreed value, and what HKDF properties set on it
//!   property   the names each kind of object answers to
//! kdf          HASH, HMAC, TLS_PRF, SP800_56A_CONCAT, TRUNCATE, HKDF: one file each
//! blob         the wire formats of keys, one file each
//! engine       the crypto engine behind safe types; engine/ffi is the only unsafe code
//! ```
//!
//! Tables as data: [`algorithm::ALGORITHMS`], [`curve::CURVES`], [`group::STANDARD`],
//! [`blob::BLOB_TYPES`], [`kdf::KDFS`], the tables of [`property`] and those of [`names`]. Lookups,
//! enumeration, the C header and the coverage matrix read the same rows.
//!
//! Comments cite facts of CNG's behaviour as "behaviour.md c13"; `docs/behaviour.md` has them.
//! Inside, an agreed secret is big-endian and full width (RFC 7748 bytes for curve25519); only
//! `kdf/truncate.rs` reverses it.

#![deny(unsafe_code)]
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

pub mod algorithm;
pub mod blob;
pub mod cipher;
pub mod configuration;
pub mod curve;
pub mod derivation;
pub mod engine;
pub mod group;
pub mod handle;
pub mod hash;
pub mod kdf;
pub mod key;
mod lent;
pub mod library;
pub mod memory;
pub mod names;
pub mod out;
pub mod pair;
pub mod policy;
pub mod property;
pub mod provider;
pub mod secret;
pub mod status;
mod struct_writer;

mod sync;
mod timed_mutex;
pub mod wide;
