//! The workshop: the crypto engine behind safe, owned types.
//!
//! Everything here is AWS-LC, except MD2 and MD4 ([`digest`]), RC2 and a GHASH that resumes ([`cipher`]) and the operating system's random bytes
//! ([`random`]). Only [`ffi`] may say `unsafe`.

pub mod cipher;
pub mod dh;
pub mod digest;
pub mod dsa;
pub mod ec;
#[allow(unsafe_code, reason = "the one file of this crate that calls into C")]
mod ffi;
pub mod fork;
pub mod gate;
pub mod generator;
mod ifma;
pub mod jacobi;
pub mod mac;
pub mod mldsa;
pub mod mlkem;
pub mod random;
pub mod rsa;
pub mod sponge;
pub mod stack;
mod words;
pub mod x25519;

pub use ffi::first_byte;
