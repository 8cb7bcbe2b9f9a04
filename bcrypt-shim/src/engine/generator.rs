//! The engine's own generator of random numbers: what must be there before the engine draws from it.
//!
//! Private numbers of this library are bytes of the operating system ([`super::random`]). But the engine also draws
//! inside: nonces, blinding, salts, the randomness of ML-KEM and ML-DSA, candidates and bases of prime numbers. Its
//! generator (CTR_DRBG, one for each thread) takes its seed from the operating system, and anew after a fork; where it
//! gets no seed or no memory, it ends the process. So whoever lets the engine draw does it in [`drawing`] or
//! [`searching`], which first get what it may need, and answer with an error if it is not to be had.
//!
//! A function of [`super::ffi`] that draws takes a [`Draw`], so that none is forgotten. Of the engine's functions these
//! draw: `RAND_bytes`; `BN_rand*`, `BN_generate_prime_ex`, `BN_primality_test` and its kin; `EC_KEY_generate_key`,
//! `ECDSA_sign`, `ECDSA_do_sign`; every RSA operation with a private key (blinding), `RSA_generate_key*`, padding of
//! PKCS #1 type 2, OAEP and PSS; `DSA_do_sign`, `DSA_generate_*`; `DH_generate_*`; `EVP_PKEY_keygen`, `EVP_PKEY_sign`,
//! `EVP_PKEY_decrypt`, `EVP_PKEY_encapsulate` and `EVP_DigestSign` on any of these kinds; ML-KEM's and ML-DSA's key
//! generation. Verification, encryption without padding, ECDH, hashes and ciphers do not.
//!
//! Verification with an RSA or DSA key does not draw, but takes the key's lock, and what another thread does with the key
//! must not be copied half done: it belongs in [`super::gate::Inside`], or in [`drawing`].

use std::cell::Cell;

use zeroize::Zeroize;

use super::gate::{self, Inside};
use super::{ffi, random};
use crate::status::{Result, Status};

/// Proof that the engine's generator has what it may need.
#[derive(Debug)]
pub struct Draw(());

/// Runs a short operation that lets the engine draw: no longer than a signature. It may use a key that other threads use
/// at the same time; a fork waits until it is done.
///
/// Fails with `InternalError` if the operating system gives no random bytes, or in the child of a fork that could not
/// wait ([`gate::is_sound`]), and with `NoMemory`; then nothing was run.
pub fn drawing<R>(work: impl FnOnce(&Draw) -> Result<R>) -> Result<R> {
    searching(|draw| {
        let _inside = Inside::enter();
        work(draw)
    })
}

/// Runs an operation that lets the engine draw and may take long, such as a search for primes. No other thread uses what
/// it works with, and forks don't wait for it, but for moments. Fails as [`drawing`] does.
pub fn searching<R>(work: impl FnOnce(&Draw) -> Result<R>) -> Result<R> {
    if !gate::is_sound() {
        return Err(Status::InternalError);
    }
    let _root = Rooted::new()?;
    if !IS_READY.get() {
        ffi::prepare_generator()?;
        IS_READY.set(true);
    }
    work(&Draw(()))
}

/// Bytes of the seeds the engine asks for.
const SEED: usize = 48;

/// Where seeds come from if the operating system fails in the midst of a draw: its bytes, then how many were derived.
#[derive(Clone, Copy)]
struct Root([u8; SEED + 8]);

thread_local! {
    static ROOT: Cell<Option<Root>> = const { Cell::new(None) };
    /// Whether this thread's generator has been set up.
    static IS_READY: Cell<bool> = const { Cell::new(false) };
}

/// A root for as long as this lives; within another one it is that one's.
struct Rooted {
    is_outermost: bool,
}

impl Rooted {
    fn new() -> Result<Self> {
        let before = ROOT.get();
        if before.is_none() {
            let mut root = [0; SEED + 8];
            random::fill(root.first_chunk_mut::<SEED>().ok_or(Status::InternalError)?)?;
            ROOT.set(Some(Root(root)));
        }
        Ok(Self { is_outermost: before.is_none() })
    }
}

impl Drop for Rooted {
    fn drop(&mut self) {
        if self.is_outermost {
            ROOT.set(Some(Root([0; SEED + 8])));
            ROOT.set(None);
        }
    }
}

/// Fills a seed of the engine's: with bytes of the operating system, or, if that fails in the midst of a draw, with
/// bytes derived from what it gave at the beginning: SHA-384(root ‖ count) for each 48 of them. Returns whether there are
/// any.
pub fn seed(out: &mut [u8]) -> bool {
    random::fill(out).is_ok() || out.chunks_mut(SEED).all(derive)
}

fn derive(out: &mut [u8]) -> bool {
    let Some(Root(mut root)) = ROOT.get() else { return false };
    let Some(count) = root.last_chunk_mut() else { return false };
    *count = (u64::from_le_bytes(*count) + 1).to_le_bytes();
    ROOT.set(Some(Root(root)));
    let mut derived = [0; SEED];
    let is_derived = ffi::Hash::Sha384.at_once(&root, &mut derived);
    out.copy_from_slice(derived.get(..out.len()).unwrap_or_default());
    derived.zeroize();
    root.zeroize();
    is_derived
}
