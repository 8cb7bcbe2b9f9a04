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
pub const ENCAPSULATION: usize = 2 << 10;
/// Bytes of stack that a call uses at most which keeps what it is given, or makes a key whose engine is [`deep`].
pub const SETUP: usize = 3 << 10;
/// Bytes of stack that HKDF over a common hash uses at most: 2544 were seen.
pub const HKDF: usize = 4 << 10;
/// Bytes of stack that a call on a curve uses at most which the engine has code of its own for: 8700 were seen.
pub const CURVE: usize = 12 << 10;
/// Bytes of stack that a derivation uses at most.
pub const DERIVATION: usize = 8 << 10;
/// Bytes of stack that any other call with a private number or an agreed secret uses at most, but for the engine's own of
/// ML-KEM and ML-DSA: [`deep`].
pub const KEY: usize = 24 << 10;

thread_local! {
    /// Bytes of stack to overwrite after the call that this thread is in: none until it finds an object that may hold a
    /// secret.
    static USED: Cell<usize> = const { Cell::new(0) };
}

/// As deep as the call may go at most.
const ALL: usize = usize::MAX;

/// Notes that the running call came to a secret.
pub fn mark() {
    USED.set(ALL);
}

/// Notes that what the running call does with the secrets it came to uses at most so many bytes of stack. Coming to
/// another one withdraws it.
pub fn at_most(depth: usize) {
    match USED.get() {
        0 => {}
        ALL => USED.set(depth),
        used => USED.set(used.max(depth)),
    }
}

/// Runs the work, then overwrites the stack it used if it came to a secret, whatever it returns: `DEPTH` bytes, or less
/// where [`at_most`] was called.
///
/// The depths are measured by a test, which also finds what is left: neither the language nor the operating
/// system gives a bound. What the work returns, and what the processor's registers hold, is not touched.
pub fn with_stack_zeroized<const DEPTH: usize, R>(work: impl FnOnce() -> R) -> R {
    USED.set(0);
    let result = below(work);
    match USED.get() {
        0 => {}
        used => ffi::zeroize_stack::<DEPTH>(used),
    }
    result
}

/// Runs work of the engine that goes deeper than [`KEY`], then overwrites `DEPTH` bytes of the stack it used.
pub fn deep<const DEPTH: usize, R>(work: impl FnOnce() -> R) -> R {
    let result = below(work);
    ffi::zeroize_stack::<DEPTH>(DEPTH);
    result
}

/// Runs the work in a frame of its own, so that its variables lie where they are overwritten.
#[inline(never)]
fn below<R>(work: impl FnOnce() -> R) -> R {
    work()
}
