//! ML-KEM.

use std::ptr;

use aws_lc_sys as lc;

use super::pkey::Key;
use super::{Owned, check, failed};
use crate::engine::generator::Draw;
use crate::engine::mlkem::{SEED, Set};
use crate::status::{Result, Status};

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

/// The engine's `openssl/experimental/kem_deterministic_api.h`: of its bindings only those that are made for each target have
/// this function. The engine is pinned to one version, whose prefix the linker would miss in another.
mod declared {
    use std::ffi::c_int;

    use super::lc::{EVP_PKEY, EVP_PKEY_CTX};

    unsafe extern "C" {
        #[link_name = "aws_lc_0_47_0_EVP_PKEY_keygen_deterministic"]
        pub fn EVP_PKEY_keygen_deterministic(
            context: *mut EVP_PKEY_CTX,
            key: *mut *mut EVP_PKEY,
            seed: *const u8,
            size: *mut usize,
        ) -> c_int;
    }
}
use declared::EVP_PKEY_keygen_deterministic;

impl MlKemKey {
    /// Both halves of a seed, d ‖ z.
    pub fn of_seed(set: Set, seed: &[u8; SEED]) -> Result<Self> {
        // SAFETY: no preconditions.
        let context = Owned::new(unsafe { lc::EVP_PKEY_CTX_new_id(lc::EVP_PKEY_KEM, ptr::null_mut()) })?;
        let (mut key, mut size) = (ptr::null_mut(), SEED);
        // SAFETY: the context is valid and is set up before it makes a key; pointer and size are of one array; the key is
        // NULL, which asks for a new one.
        let made = unsafe {
            let context = context.as_ptr();
            check(lc::EVP_PKEY_CTX_kem_set_params(context, number(set)), Status::InternalError)?;
            check(lc::EVP_PKEY_keygen_init(context), Status::InternalError)?;
            EVP_PKEY_keygen_deterministic(context, &mut key, seed.as_ptr(), &mut size)
        };
        check(made, Status::InternalError)?;
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
