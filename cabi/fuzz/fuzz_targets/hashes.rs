//! See `targets/src/hashes.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::hashes::run(data));
