//! Forks of this process.

pub use super::ffi::generation;
