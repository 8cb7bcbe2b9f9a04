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
    ensure_root()?;
    if !IS_READY.get() {
        ffi::prepare_generator()?;
        IS_READY.set(true);
    }
    work(&Draw(()))
}

/// Bytes of the seeds the engine asks for.
const SEED: usize = 48;
/// Operations for which a root is kept: asking the operating system for one takes as long as a short operation's overhead
/// may be.
const LASTING: u32 = 64;

/// Where seeds come from if the operating system fails in the midst of a draw.
#[derive(Clone, Copy)]
struct Root {
    /// Bytes that it gave before, then how many seeds were derived from them.
    bytes: [u8; SEED + 8],
    /// Operations it is still good for.
    left: u32,
    /// The process it is good for; a child of a fork takes its own.
    generation: u32,
}

thread_local! {
    static ROOT: Cell<Root> = const { Cell::new(Root { bytes: [0; SEED + 8], left: 0, generation: 0 }) };
    /// Whether this thread's generator has been set up.
    static IS_READY: Cell<bool> = const { Cell::new(false) };
}

/// Makes sure that there is a root. Fails with `InternalError` if the operating system gives no bytes for a new one.
fn ensure_root() -> Result<()> {
    let mut root = ROOT.get();
    if root.left == 0 || root.generation != gate::generation() {
        root = Root { bytes: [0; SEED + 8], left: LASTING, generation: gate::generation() };
        random::fill(root.bytes.first_chunk_mut::<SEED>().ok_or(Status::InternalError)?)?;
    }
    root.left -= 1;
    ROOT.set(root);
    Ok(())
}

/// Fills a seed of the engine's: with bytes of the operating system, or, if that fails in the midst of a draw, with
/// bytes derived from what it gave before the draw: SHA-384(root ‖ count) for each 48 of them. Returns whether there are
/// any.
pub fn seed(out: &mut [u8]) -> bool {
    random::fill(out).is_ok() || out.chunks_mut(SEED).all(derive)
}

fn derive(out: &mut [u8]) -> bool {
    let mut root = ROOT.get();
    if root.generation != gate::generation() || root.bytes.iter().all(|&byte| byte == 0) {
        return false;
    }
    let Some(count) = root.bytes.last_chunk_mut() else { return false };
    *count = (u64::from_le_bytes(*count) + 1).to_le_bytes();
    // The next operation takes a new one.
    root.left = 0;
    ROOT.set(root);
    let mut derived = [0; SEED];
    let is_derived = ffi::Hash::Sha384.digest(&root.bytes, &mut derived).is_ok();
    out.copy_from_slice(derived.get(..out.len()).unwrap_or_default());
    derived.zeroize();
    root.bytes.zeroize();
    is_derived
}
