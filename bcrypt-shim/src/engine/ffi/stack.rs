//! The stack below a call.

use std::mem::MaybeUninit;

use aws_lc_sys as lc;

/// Overwrites `DEPTH` bytes of the stack below the caller's frame.
#[inline(never)]
pub fn zeroize_stack<const DEPTH: usize>() {
    let mut region = MaybeUninit::<[u8; DEPTH]>::uninit();
    // SAFETY: the region is ours and has this size; the engine's function is one a compiler can't leave out.
    unsafe { lc::OPENSSL_cleanse(region.as_mut_ptr().cast(), DEPTH) }
}
