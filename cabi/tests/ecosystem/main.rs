//! Walks every way to the library from an empty folder, as its users do: installs it, packs it, links it, imports it
//! from other languages, preloads it.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test ends at the first thing that is wrong"
)]

mod install;
mod link;
mod names;
mod packages;
mod pages;
mod place;
#[cfg(target_os = "linux")]
mod preload;
#[cfg(target_os = "linux")]
mod published;
mod refusal;
mod tool;
#[cfg(target_os = "linux")]
mod wine_prefix;
