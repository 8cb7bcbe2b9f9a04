//! Leaves nothing of a secret on the stack.
//!
//! The engine copies private numbers and intermediate results into its frames and does not overwrite them all,
//! and the compiler copies what is moved. So what lay below the caller's frame is overwritten as a whole.

use std::cell::Cell;

use super::ffi;

/// Bytes of stack that a MAC in progress uses at most.
pub const MAC: usize = 3 << 10;
/// Bytes of stack that making or copying a MAC uses at most.
pub const MAC_KEY: usize = 6 << 10;
/// Bytes of stack that encrypting or decrypting with a symmetric key uses at most: 2808 were seen, and the engine's code
/// for newer processors needs up to a few hundred more.
pub const CIPHER: usize = 3584;
/// Bytes of stack that key encapsulation uses at most above the engine's own, which is overwritten on its own: [`deep`].
pub const ENCAPSULATION: usize = 4 << 10;
/// Bytes of stack that a derivation uses at most.
pub const DERIVATION: usize = 8 << 10;
/// Bytes of stack that any other call with a private number or an agreed secret uses at most, but for the engine's own of
/// ML-KEM and ML-DSA: [`deep`].
pub const KEY: usize = 24 << 10;

thread_local! {
    /// Whether the call that this thread is in found an object that may hold a secret.
    static IS_MARKED: Cell<bool> = const { Cell::new(false) };
}

/// Notes that the running call came to a secret.
pub fn mark() {
    IS_MARKED.set(true);
}

/// Runs the work, then overwrites `DEPTH` bytes of the stack it used if it came to a secret, whatever it returns.
///
/// The depths are measured by a test, which also finds what is left: neither the language nor the operating
/// system gives a bound. What the work returns, and what the processor's registers hold, is not touched.
pub fn with_stack_zeroized<const DEPTH: usize, R>(work: impl FnOnce() -> R) -> R {
    IS_MARKED.set(false);
    let result = below(work);
    if IS_MARKED.get() {
        ffi::zeroize_stack::<DEPTH>();
    }
    result
}

/// Runs work of the engine that goes deeper than [`KEY`], then overwrites `DEPTH` bytes of the stack it used.
pub fn deep<const DEPTH: usize, R>(work: impl FnOnce() -> R) -> R {
    let result = below(work);
    ffi::zeroize_stack::<DEPTH>();
    result
}

/// Runs the work in a frame of its own, so that its variables lie where they are overwritten.
#[inline(never)]
fn below<R>(work: impl FnOnce() -> R) -> R {
    work()
}
