//! X25519 (RFC 7748).

use aws_lc_sys as lc;

/// The u-coordinate of the clamped scalar times the base point.
pub fn x25519_public(scalar: &[u8; 32]) -> [u8; 32] {
    let mut public = [0; 32];
    // SAFETY: both arrays have the 32 bytes the function reads and writes.
    unsafe { lc::X25519_public_from_private(public.as_mut_ptr(), scalar.as_ptr()) };
    public
}

/// Writes the u-coordinate of the clamped scalar times the peer's point. Returns whether it is not
/// zero; a zero result is written all the same.
pub fn x25519(scalar: &[u8; 32], peer: &[u8; 32], out: &mut [u8; 32]) -> bool {
    // SAFETY: all arrays have the 32 bytes the function reads and writes.
    let returned = unsafe { lc::X25519(out.as_mut_ptr(), scalar.as_ptr(), peer.as_ptr()) };
    returned == 1
}
