//! What is measured of the library beside its arithmetic.

pub mod calls;
pub mod ciphers;
pub mod cold;
pub mod derivations;
pub mod hashes;
pub mod latency;
pub mod live;
pub mod memory;
pub mod post_quantum;
pub mod rsa;
pub mod signing;
pub mod threads;
