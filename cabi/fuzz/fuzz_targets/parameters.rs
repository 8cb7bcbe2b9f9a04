//! See `targets/src/parameters.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::parameters::run(data));
