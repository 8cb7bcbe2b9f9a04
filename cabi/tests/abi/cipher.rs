//! Symmetric ciphers: keys, modes, authenticated encryption, blobs.

pub mod call;

mod authenticated;
pub mod blobs;
mod block;
mod chains;
mod keys;
mod known;
mod streams;
mod wycheproof;
