//! See `targets/src/post_quantum.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz_bodies::post_quantum::run(data));
