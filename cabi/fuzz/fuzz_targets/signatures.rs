//! See `targets/src/signatures.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::signatures::run(data));
