//! The judge on real libraries: what it sees, what it can't use, what it writes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail loudly"
)]
#![cfg(unix)]

mod arguments;
mod bad_input;
mod browser;
mod elsewhere;
mod faults;
mod large;
mod program;
mod questions;
mod recordings;
mod report;
mod settle;
mod standing;
mod tables;
