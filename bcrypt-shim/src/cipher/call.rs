//! What BCryptEncrypt and BCryptDecrypt are given; the door implements it over the caller's pointers.

use std::ops::Deref;

use super::{MAX_IV, Text};
use crate::engine::cipher::TAG;
use crate::memory::SecretBytes;
use crate::status::Result;

/// The buffers of a call.
pub trait Call<'a> {
    /// Bytes of input.
    fn length(&self) -> usize;

    /// Whether the input is NULL.
    fn is_input_null(&self) -> bool;

    /// Bytes the caller has room for; `None` for a NULL output.
    fn room(&self) -> Option<usize>;

    /// Sets the caller's result size.
    fn report(&mut self, size: usize);

    /// Whether BCRYPT_BLOCK_PADDING is set.
    fn is_padded(&self) -> bool;

    /// Bytes of the caller's IV, and the first of them; `None` for NULL.
    fn iv(&self) -> Option<(usize, [u8; MAX_IV])>;

    /// Changes the caller's IV, if there is one.
    fn set_iv(&mut self, iv: &[u8]);

    /// The caller's BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO. Fails with `InvalidParameter` for NULL, another version, or
    /// a size beside NULL.
    fn auth_info(&self) -> Result<AuthInfo<'a>>;

    /// Writes a tag.
    fn set_tag(&mut self, tag: &[u8]);

    /// Writes what a chain goes on from, and the counter block that follows.
    fn set_chain(&mut self, chain: &Chain);

    /// The input as text, with room for `room` bytes of result, which the caller has. Fails with `InvalidParameter` for
    /// a NULL input that has a size, with `NoMemory` where input and output overlap and a copy can't be made.
    fn text(&mut self, room: usize) -> Result<Text<'_>>;
}

/// What goes with a text that is encrypted with authentication, as the caller gave it.
#[derive(Debug)]
pub struct AuthInfo<'a> {
    /// The nonce, and how many bytes of it count.
    pub nonce: ([u8; MAX_NONCE], usize),
    /// What is authenticated and not encrypted.
    pub aad: Aad<'a>,
    /// The bytes of the tag, where it is there.
    pub tag: Option<[u8; TAG]>,
    /// How long the tag is.
    pub tag_length: usize,
    /// Of a text in parts: where it stands.
    pub chain: Option<Chain>,
}

/// No nonce is longer.
pub const MAX_NONCE: usize = 16;

/// What is authenticated and not encrypted.
#[derive(Debug)]
pub enum Aad<'a> {
    /// Where the caller has it.
    Lent(&'a [u8]),
    /// A copy.
    Copy(SecretBytes),
}

impl Deref for Aad<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Lent(bytes) => bytes,
            Self::Copy(bytes) => bytes,
        }
    }
}

/// Where a text in parts stands. It is all there is to know: the key keeps nothing of it.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The authenticator's state.
    pub mac: [u8; TAG],
    /// Bytes of associated data so far.
    pub aad: u32,
    /// Bytes of text so far.
    pub text: u64,
    /// The counter block that follows.
    pub counter: [u8; TAG],
    /// Whether this part is the first.
    pub is_first: bool,
    /// Whether this part is the last.
    pub is_last: bool,
}
