//! Symmetric ciphers: keys, modes, authenticated encryption, blobs.

pub mod call;

mod authenticated;
mod blobs;
mod block;
mod chains;
mod keys;
mod known;
mod streams;
