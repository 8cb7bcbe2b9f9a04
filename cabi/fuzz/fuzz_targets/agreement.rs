//! See `targets/src/agreement.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::agreement::run(data));
