//! The library in its process: threads, forks, and memory over many cycles.

mod fork;
pub mod leaks;
mod stress;
mod threads;
