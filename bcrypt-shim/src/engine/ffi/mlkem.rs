//! ML-KEM.

use std::mem::MaybeUninit;

use aws_lc_sys as lc;
use zeroize::Zeroizing;

use super::pkey::Key;
use super::{check, failed};
use crate::engine::generator::Draw;
use crate::engine::mlkem::{SEED, Set};
use crate::status::{Result, Status};

/// Bytes of a PKCS #8 structure before the seed in it.
const PREFIX: usize = 22;

/// A key of ML-KEM: both halves, or the public one.
#[derive(Debug)]
pub struct MlKemKey(Key);

/// The engine's number of a parameter set.
fn number(set: Set) -> i32 {
    match set {
        Set::MlKem512 => lc::NID_MLKEM512,
        Set::MlKem768 => lc::NID_MLKEM768,
        Set::MlKem1024 => lc::NID_MLKEM1024,
    }
}

/// The key's PKCS #8 structure (RFC 9935, section 6) up to the seed: version 0, the identifier 2.16.840.1.101.3.4.4.n of the
/// set, and an octet string with the seed under tag 0.
fn prefix(set: Set) -> [u8; PREFIX] {
    let last = match set {
        Set::MlKem512 => 1,
        Set::MlKem768 => 2,
        Set::MlKem1024 => 3,
    };
    [
        0x30, 0x54, 0x02, 0x01, 0x00, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04,
        last, 0x04, 0x42, 0x80, 0x40,
    ]
}

impl MlKemKey {
    /// Both halves of a seed, d ‖ z. The engine takes seeds in this structure alone.
    pub fn of_seed(set: Set, seed: &[u8; SEED]) -> Result<Self> {
        let mut structure = Zeroizing::new([0; PREFIX + SEED]);
        let (head, tail) = structure.split_at_mut(PREFIX);
        head.copy_from_slice(&prefix(set));
        tail.copy_from_slice(seed);
        let mut reader = MaybeUninit::uninit();
        // SAFETY: pointer and length are of one array, which outlives the reader; the first call sets the reader.
        let key = unsafe {
            lc::CBS_init(reader.as_mut_ptr(), structure.as_ptr(), structure.len());
            lc::EVP_parse_private_key(reader.as_mut_ptr())
        };
        Key::new(key).map(Self)
    }

    /// Both halves of their encodings. Fails with `InvalidParameter` for another size; nothing else is looked at.
    pub fn of_halves(set: Set, public: &[u8], private: &[u8]) -> Result<Self> {
        // SAFETY: pointers and lengths are of slices, which are copied.
        let key = unsafe {
            lc::EVP_PKEY_kem_new_raw_key(
                number(set),
                public.as_ptr(),
                public.len(),
                private.as_ptr(),
                private.len(),
            )
        };
        Key::new(key).map(Self)
    }

    /// The public half of its encoding. Fails with `InvalidParameter` for another size; nothing else is looked at.
    pub fn of_public(set: Set, public: &[u8]) -> Result<Self> {
        // SAFETY: pointer and length are of one slice, which is copied.
        let key = unsafe { lc::EVP_PKEY_kem_new_raw_public_key(number(set), public.as_ptr(), public.len()) };
        Key::new(key).map(Self)
    }

    /// Writes the encoded public half over all of `out`, which has its size.
    pub fn public(&self, out: &mut [u8]) -> Result<()> {
        self.0.public(out)
    }

    /// Writes the encoded private half over all of `out`, which has its size.
    pub fn private(&self, out: &mut [u8]) -> Result<()> {
        self.0.private(out)
    }

    /// Writes a new secret and its ciphertext over all of both, which have their sizes.
    pub fn encapsulate(&self, _: &Draw, secret: &mut [u8], ciphertext: &mut [u8]) -> Result<()> {
        let context = self.0.context()?;
        let (mut secret_size, mut ciphertext_size) = (secret.len(), ciphertext.len());
        // SAFETY: the context is valid and has a key; pointers and lengths are of slices.
        let made = unsafe {
            lc::EVP_PKEY_encapsulate(
                context.as_ptr(),
                ciphertext.as_mut_ptr(),
                &mut ciphertext_size,
                secret.as_mut_ptr(),
                &mut secret_size,
            )
        };
        check(made, Status::InternalError)?;
        let are_whole = (secret_size, ciphertext_size) == (secret.len(), ciphertext.len());
        if are_whole { Ok(()) } else { Err(failed(Status::InternalError)) }
    }

    /// Writes the secret of a ciphertext over all of `secret`; both have their sizes. Of a ciphertext that nobody made with the
    /// public half it is another one, which only the private half tells (FIPS 203, algorithm 18).
    pub fn decapsulate(&self, ciphertext: &[u8], secret: &mut [u8]) -> Result<()> {
        let context = self.0.context()?;
        let mut size = secret.len();
        // SAFETY: the context is valid and has a key; pointers and lengths are of slices.
        let made = unsafe {
            lc::EVP_PKEY_decapsulate(
                context.as_ptr(),
                secret.as_mut_ptr(),
                &mut size,
                ciphertext.as_ptr(),
                ciphertext.len(),
            )
        };
        check(made, Status::InternalError)?;
        if size == secret.len() { Ok(()) } else { Err(failed(Status::InternalError)) }
    }
}
