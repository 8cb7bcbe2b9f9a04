//! See `targets/src/derivations.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::derivations::run(data));
