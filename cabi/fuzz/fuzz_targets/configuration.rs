//! See `targets/src/configuration.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::configuration::run(data));
