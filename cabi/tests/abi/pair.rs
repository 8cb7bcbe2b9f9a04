//! Key pairs: made, imported, exported, agreed and signed with.

mod cross_checks;
mod curve25519;
mod dh_blobs;
mod dh_keys;
mod dsa;
mod ecc_blobs;
mod keys;
pub mod post_quantum;
pub mod rsa;
mod signatures;
pub mod vectors;
