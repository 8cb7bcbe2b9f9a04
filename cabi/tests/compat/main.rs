//! The headers of compat: each compiles alone and everywhere, its functions answer what Windows' do, its numbers are
//! Windows', and what can't be right with a `wchar_t` of 16 bits does not compile.

#![cfg(target_os = "linux")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "../support/artefact.rs"]
mod artefact;
mod build;
#[path = "../header/compiler.rs"]
#[allow(dead_code, reason = "the header's tests use the rest")]
mod compiler;
mod headers;
mod programs;
mod refusals;
mod values;
mod wide;
