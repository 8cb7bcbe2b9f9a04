//! See `targets/src/ciphers.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::ciphers::run(data));
