//! HMAC.

use std::ptr;

use aws_lc_sys as lc;

use super::digest::Hash;
use super::{Owned, check, failed, release};
use crate::status::{Result, Status};

release! {
    lc::HMAC_CTX => lc::HMAC_CTX_free;
}

struct HmacContext(Owned<lc::HMAC_CTX>);

/// HMAC (RFC 2104) of the parts one after the other; `out` has the digest's length.
pub fn hmac(hash: Hash, key: &[u8], parts: &[&[u8]], out: &mut [u8]) -> Result<()> {
    if let [part] = parts {
        // SAFETY: each pointer and length is of one slice, an empty slice's pointer is not NULL, and `out` has the
        // digest's length as below; NULL does not ask for it.
        let written = unsafe {
            let (key_bytes, part_bytes) = (key.as_ptr().cast(), part.as_ptr());
            let (hash, out, unasked) = (hash.pointer(), out.as_mut_ptr(), ptr::null_mut());
            lc::HMAC(hash, key_bytes, key.len(), part_bytes, part.len(), out, unasked)
        };
        return if written.is_null() { Err(failed(Status::NoMemory)) } else { Ok(()) };
    }
    // SAFETY: no preconditions.
    let context = HmacContext(Owned::new(unsafe { lc::HMAC_CTX_new() })?);
    // SAFETY: as in `digest`; an empty slice's pointer is not NULL, so an empty key is one.
    unsafe {
        let context = context.0.as_ptr();
        let key_set =
            lc::HMAC_Init_ex(context, key.as_ptr().cast(), key.len(), hash.pointer(), ptr::null_mut());
        check(key_set, Status::NoMemory)?;
        for part in parts {
            check(lc::HMAC_Update(context, part.as_ptr(), part.len()), Status::InternalError)?;
        }
        debug_assert_eq!(out.len(), lc::EVP_MD_size(hash.pointer()));
        check(lc::HMAC_Final(context, out.as_mut_ptr(), ptr::null_mut()), Status::InternalError)
    }
}
