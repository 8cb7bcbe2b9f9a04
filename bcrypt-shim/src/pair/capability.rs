//! What key pairs can do.

use super::Pair;
use crate::engine::digest::Digest;
use crate::memory::SecretBytes;
use crate::status::Result;
use crate::wide::WideName;

/// Secret agreement.
pub trait Agreement {
    /// The value agreed with the public half of a peer: big-endian and as wide as the field or the modulus, or the
    /// bytes of RFC 7748. Fails with `InvalidParameter` if this key has no private half or the two are not of one
    /// group (behaviour.md d4).
    fn agree(&self, peer: &dyn Pair) -> Result<SecretBytes>;

    /// The hash of SP800_56A_CONCAT for such values.
    fn concat_hash(&self) -> &'static Digest;
}

/// Signatures over hashes.
pub trait Signature {
    /// Bytes of a signature.
    fn size(&self) -> usize;

    /// Whether the flags of a call name a padding of its own. Others are refused before anybody looks at the structure
    /// beside them, which may be of another kind.
    fn takes(&self, flags: u32) -> bool {
        flags == 0
    }

    /// Signs, over all of `out`, which has that size. Fails with `InvalidParameter` if this key has no private half
    /// (behaviour.md t3), or for a padding or a hash that it does not take.
    fn sign(&self, padding: Padding, hash: &[u8], out: &mut [u8]) -> Result<()>;

    /// Fails with `InvalidSignature` if the signature is not one of this key on the hash, with `InvalidParameter` if it
    /// is of another size (t6), or for a padding or a hash that the key does not take.
    fn verify(&self, padding: Padding, hash: &[u8], signature: &[u8]) -> Result<()>;
}

/// Key encapsulation.
pub trait Encapsulation {
    /// Bytes of a secret.
    fn secret_size(&self) -> usize;

    /// Bytes of a ciphertext.
    fn ciphertext_size(&self) -> usize;

    /// Makes a secret and its ciphertext, over all of both, which have their sizes. The public half is enough.
    fn encapsulate(&self, secret: &mut [u8], ciphertext: &mut [u8]) -> Result<()>;

    /// The secret of a ciphertext, over all of `secret`; both have their sizes. A ciphertext that was not made with the
    /// public half has one too, which nobody else knows (behaviour.md t161). Fails with `InvalidParameter` if this key has
    /// no private half (t164).
    fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()>;
}

/// How a hash becomes the number that is signed, as the caller asks for it.
#[derive(Clone, Copy, Debug)]
pub enum Padding<'a> {
    /// Not told: flags 0.
    None,
    /// PKCS #1.
    Pkcs1 {
        /// The hash whose identifier stands before it; `None` for the hash alone.
        hash: Option<&'static Digest>,
        /// Whether the hash alone is a signature, too; for verification.
        may_be_bare: bool,
    },
    /// PSS.
    Pss {
        /// The hash, also of the mask.
        hash: &'static Digest,
        /// Bytes of salt.
        salt: u32,
    },
    /// What ML-DSA signs beside the message.
    Pqdsa {
        /// The context.
        context: &'a [u8],
        /// The name of the hash that the input is one of; `None` if it is the message.
        prehash: Option<WideName>,
    },
    /// The input is the μ of ML-DSA.
    ExternalMu,
}

/// Encryption of texts that are not longer than the key.
pub trait Encryption {
    /// Bytes of a ciphertext.
    fn size(&self) -> usize;

    /// Encrypts, over all of `out`, which has that size. Fails with `InvalidParameter` for a text of a length that the
    /// padding does not take, with `NotSupported` for a hash that it does not take.
    fn encrypt(&self, padding: EncryptionPadding<'_>, text: &[u8], out: &mut [u8]) -> Result<()>;

    /// Decrypts, over the start of `out`, which has the size of a ciphertext, and tells the length of the text. Fails with
    /// `InvalidParameter` for a ciphertext of another size or with a wrong padding, and if this key has no private half
    /// (behaviour.md t67 to t69).
    fn decrypt(&self, padding: EncryptionPadding<'_>, ciphertext: &[u8], out: &mut [u8]) -> Result<usize>;
}

/// How a text becomes the number that is encrypted.
#[derive(Clone, Copy, Debug)]
pub enum EncryptionPadding<'a> {
    /// It is the number.
    None,
    /// PKCS #1.
    Pkcs1,
    /// OAEP.
    Oaep {
        /// The hash of the label and of the mask.
        hash: &'static Digest,
        /// The label.
        label: &'a [u8],
    },
}
