//! DSA keys.

use std::ptr;

use aws_lc_sys as lc;

use super::bn::Bn;
use super::{Draw, Owned, check, failed, release};
use crate::status::{Result, Status};

release! {
    lc::DSA => DSA_free;
    lc::DSA_SIG => DSA_SIG_free;
}

/// The engine's `openssl/dsa.h`: of its bindings only those that are made for each target have these functions. The
/// engine is pinned to one version, whose prefix the linker would miss in another.
mod declared {
    use std::ffi::c_int;

    use super::lc::{BIGNUM, DSA, DSA_SIG};

    unsafe extern "C" {
        #[link_name = "aws_lc_0_47_0_DSA_new"]
        pub fn DSA_new() -> *mut DSA;
        #[link_name = "aws_lc_0_47_0_DSA_free"]
        pub fn DSA_free(dsa: *mut DSA);
        #[link_name = "aws_lc_0_47_0_DSA_set0_pqg"]
        pub fn DSA_set0_pqg(dsa: *mut DSA, p: *mut BIGNUM, q: *mut BIGNUM, g: *mut BIGNUM) -> c_int;
        #[link_name = "aws_lc_0_47_0_DSA_set0_key"]
        pub fn DSA_set0_key(dsa: *mut DSA, public: *mut BIGNUM, private: *mut BIGNUM) -> c_int;
        #[link_name = "aws_lc_0_47_0_DSA_do_sign"]
        pub fn DSA_do_sign(digest: *const u8, length: usize, dsa: *const DSA) -> *mut DSA_SIG;
        #[link_name = "aws_lc_0_47_0_DSA_SIG_free"]
        pub fn DSA_SIG_free(signature: *mut DSA_SIG);
        #[link_name = "aws_lc_0_47_0_DSA_SIG_get0"]
        pub fn DSA_SIG_get0(signature: *const DSA_SIG, r: *mut *const BIGNUM, s: *mut *const BIGNUM);
    }
}
use declared::*;

/// A DSA key that signs: a group, a public number and a private one. Signing takes a lock of the key's, behind which the
/// engine keeps what it prepares once. Verifying is [`super::Modulus`]'s: the engine's own squares for each base by itself.
#[derive(Debug)]
pub struct DsaKey(Owned<lc::DSA>);

impl DsaKey {
    /// The key of big-endian numbers; which ones a key can have is looked at when it is used.
    pub fn new([p, q, g, y, x]: [&[u8]; 5]) -> Result<Self> {
        // SAFETY: no preconditions.
        let key = Self(Owned::new(unsafe { DSA_new() })?);
        let [p, q, g, y, x] = [p, q, g, y, x].map(Bn::from_be_bytes);
        let (p, q, g, y, x) = (p?, q?, g?, y?, x?);
        // SAFETY: all are valid; the key frees the numbers it is given, so they are given up.
        unsafe {
            let set = DSA_set0_pqg(key.0.as_ptr(), p.into_raw(), q.into_raw(), g.into_raw());
            check(set, Status::InternalError)?;
            check(DSA_set0_key(key.0.as_ptr(), y.into_raw(), x.into_raw()), Status::InternalError)?;
        }
        Ok(key)
    }

    /// Writes a signature on a digest, which is as long as q, over all of `out`: r, then s, each as wide as half of it.
    /// Fails with `InvalidParameter` where its numbers are none of DSA.
    pub fn sign(&self, _: &Draw, digest: &[u8], out: &mut [u8]) -> Result<()> {
        // SAFETY: the key is valid, what it changes is behind its lock; pointer and length are of one slice.
        let made = unsafe { DSA_do_sign(digest.as_ptr(), digest.len(), self.0.as_ptr()) };
        let signature = Owned::or(made, Status::InvalidParameter)?;
        let (r_out, s_out) = out.split_at_mut(out.len() / 2);
        let (mut r, mut s) = (ptr::null(), ptr::null());
        // SAFETY: the signature is valid and owns its numbers; pointers and lengths are of slices.
        let are_written = unsafe {
            DSA_SIG_get0(signature.as_ptr(), &mut r, &mut s);
            lc::BN_bn2bin_padded(r_out.as_mut_ptr(), r_out.len(), r) == 1
                && lc::BN_bn2bin_padded(s_out.as_mut_ptr(), s_out.len(), s) == 1
        };
        if are_written { Ok(()) } else { Err(failed(Status::InternalError)) }
    }
}
