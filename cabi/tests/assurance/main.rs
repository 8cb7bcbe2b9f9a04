//! C programs that show what the library promises to the process it is loaded into: docs/testing/assurance.md.
//!
//! Each comes with a fault that is planted on purpose, which it must find.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a test may fail loudly")]
#![cfg(target_os = "linux")]

mod allocations;
#[path = "../support/artefact.rs"]
mod artefact;
#[path = "../header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;
mod constant_time;
mod faults;
mod host;
mod program;

use program::Program;

#[test]
fn no_secret_stays_in_memory() {
    Program::new("secrets", &[]).succeeds(&[], &[]);
}

#[test]
fn a_planted_copy_of_a_secret_is_found() {
    Program::new("secrets", &["-DPLANTED_COPY"]).finds(&[], &[], "after a copy that was planted");
}
