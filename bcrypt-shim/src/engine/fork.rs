//! Forks of this process.

pub use super::gate::generation;
