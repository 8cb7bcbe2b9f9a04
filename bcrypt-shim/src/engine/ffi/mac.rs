//! Message authentication codes.

use std::ptr;

use aws_lc_sys as lc;

use super::digest::Hash;
use super::failed;
use crate::status::{Result, Status};

/// HMAC (RFC 2104) of one input, without memory of the heap; `out` has the digest's length.
pub fn hmac(hash: Hash, key: &[u8], input: &[u8], out: &mut [u8]) -> Result<()> {
    if out.len() != hash.length() {
        return Err(Status::InternalError);
    }
    // SAFETY: each pointer and length is of one slice, an empty slice's pointer is not NULL, and `out` has the
    // digest's length; NULL does not ask for it.
    let written = unsafe {
        let (key_bytes, input_bytes) = (key.as_ptr().cast(), input.as_ptr());
        let (hash, out, unasked) = (hash.pointer(), out.as_mut_ptr(), ptr::null_mut());
        lc::HMAC(hash, key_bytes, key.len(), input_bytes, input.len(), out, unasked)
    };
    if written.is_null() { Err(failed(Status::NoMemory)) } else { Ok(()) }
}
