//! RSA and RSA_SIGN: behaviour.md sections t and, for what they share with other keys, c.

mod blobs;
pub mod call;
mod encryption;
mod keys;
mod known;
mod openssl;
mod signatures;
mod wycheproof;
