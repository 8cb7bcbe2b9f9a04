//! ML-DSA over μ, the hash that FIPS 204 signs.

use aws_lc_sys as lc;

use super::pkey::Key;
use super::{check, failed};
use crate::engine::generator::Draw;
use crate::engine::mldsa::{MU, SEED, Set};
use crate::status::{Result, Status};

/// A key of ML-DSA: both halves, or the public one.
#[derive(Debug)]
pub struct MlDsaKey(Key);

/// The engine's number of a parameter set.
fn number(set: Set) -> i32 {
    match set {
        Set::MlDsa44 => lc::NID_MLDSA44,
        Set::MlDsa65 => lc::NID_MLDSA65,
        Set::MlDsa87 => lc::NID_MLDSA87,
    }
}

impl MlDsaKey {
    /// Both halves of a seed.
    pub fn of_seed(set: Set, seed: &[u8; SEED]) -> Result<Self> {
        Self::of_bytes(set, seed)
    }

    /// Both halves of the encoded private one. Fails with `InvalidParameter` for another size, for numbers that are out of
    /// range, and unless t0 and the hash of the public half in it are those that its other parts give.
    pub fn of_private(set: Set, private: &[u8]) -> Result<Self> {
        Self::of_bytes(set, private)
    }

    /// The engine tells the two by their size.
    fn of_bytes(set: Set, bytes: &[u8]) -> Result<Self> {
        // SAFETY: pointer and length are of one slice, which is copied.
        let key = unsafe { lc::EVP_PKEY_pqdsa_new_raw_private_key(number(set), bytes.as_ptr(), bytes.len()) };
        Key::new(key).map(Self)
    }

    /// The public half of its encoding. Fails with `InvalidParameter` for another size.
    pub fn of_public(set: Set, public: &[u8]) -> Result<Self> {
        // SAFETY: pointer and length are of one slice, which is copied.
        let key =
            unsafe { lc::EVP_PKEY_pqdsa_new_raw_public_key(number(set), public.as_ptr(), public.len()) };
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

    /// Writes a hedged signature on μ over all of `out`, which has its size.
    pub fn sign(&self, _: &Draw, mu: &[u8; MU], out: &mut [u8]) -> Result<()> {
        let context = self.0.context()?;
        let mut size = out.len();
        // SAFETY: the context is valid and has a key; pointers and lengths are of slices.
        unsafe {
            check(lc::EVP_PKEY_sign_init(context.as_ptr()), Status::InternalError)?;
            let signed =
                lc::EVP_PKEY_sign(context.as_ptr(), out.as_mut_ptr(), &mut size, mu.as_ptr(), mu.len());
            check(signed, Status::InternalError)?;
        }
        if size == out.len() { Ok(()) } else { Err(failed(Status::InternalError)) }
    }

    /// Fails with `InvalidSignature` unless the bytes are a signature on μ.
    pub fn verify(&self, mu: &[u8; MU], signature: &[u8]) -> Result<()> {
        let context = self.0.context()?;
        // SAFETY: as in `sign`.
        unsafe {
            check(lc::EVP_PKEY_verify_init(context.as_ptr()), Status::InternalError)?;
            let fits = lc::EVP_PKEY_verify(
                context.as_ptr(),
                signature.as_ptr(),
                signature.len(),
                mu.as_ptr(),
                mu.len(),
            );
            check(fits, Status::InvalidSignature)
        }
    }
}
