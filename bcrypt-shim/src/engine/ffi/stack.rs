//! The stack below a call.

use std::mem::MaybeUninit;

use aws_lc_sys as lc;

/// Overwrites so many bytes of the stack below the caller's frame, `DEPTH` at most.
#[inline(never)]
pub fn zeroize_stack<const DEPTH: usize>(depth: usize) {
    let mut region = MaybeUninit::<[u8; DEPTH]>::uninit();
    // The C library overwrites more at once in a way that takes longer to start.
    const PART: usize = 2048;
    // The stack grows downwards, so what was used lies at the end of the region.
    for start in (DEPTH - depth.min(DEPTH)..DEPTH).step_by(PART) {
        // SAFETY: the region is ours and has this size; the engine's function is one a compiler can't leave out.
        unsafe {
            let place = region.as_mut_ptr().cast::<u8>().add(start);
            lc::OPENSSL_cleanse(place.cast(), PART.min(DEPTH - start));
        }
    }
}
