//! Calls into AWS-LC, each wrapped in an owned type or a function over slices; a file for each noun.
//!
//! An object of the engine is an [`Owned`]: made once, released once, overwritten by the engine where it is secret.

mod aead;
mod bn;
mod cipher;
mod digest;
mod dsa;
mod ec;
mod ifma;
mod kdf;
mod mac;
mod mldsa;
mod mlkem;
mod pkey;
mod rsa;
mod stack;
#[cfg_attr(not(unix), path = "ffi/elsewhere.rs")]
mod system;
mod x25519;

use std::fmt;
use std::ptr::NonNull;

use aws_lc_sys as lc;

pub use aead::{AeadAlgorithm, AeadKey, TAG, is_equal};
pub use bn::{Bn, Modulus, SecretModulus, is_less, is_prime, power_of_two};
pub use cipher::{AES_BLOCK, AesKey, CipherContext, Generic};
pub use digest::{Context, Hash};
pub use dsa::DsaKey;
pub use ec::{EcKey, Group, MadeGroup, Point, verify};
#[cfg(test)]
pub use ifma::is_right;
pub use ifma::{DIGIT_BITS, DIGIT_MASK, Digits, LANES, Multiplier, Size, inverse};
pub use kdf::{concat_kdf, tls_prf};
pub use mac::{AES_MAC, Cmac, GMAC_IV, Gmac, hmac};
pub use mldsa::MlDsaKey;
pub use mlkem::MlKemKey;
pub use rsa::{RsaKey, RsaNumber, RsaNumbers, pad_oaep};
pub use stack::zeroize_stack;
pub use system::{first_byte, prepare_generator};
pub use x25519::{x25519, x25519_public};

use super::generator::Draw;
use crate::status::{Result, Status};

/// How the engine takes an object back.
///
/// # Safety
///
/// The engine's objects of this type have no thread affinity, nothing of them changes through `&` but under a lock of their
/// own, and `release` is its function that frees one.
unsafe trait Release {
    /// Frees the object.
    ///
    /// # Safety
    ///
    /// The object is valid and nobody uses it any more.
    unsafe fn release(object: *mut Self);
}

/// Names the engine's function that frees an object of a type.
macro_rules! release {
    ($($type:ty => $function:path;)*) => {$(
        // SAFETY: an object without thread affinity, which the functions of this module only read through `&`.
        unsafe impl $crate::engine::ffi::Release for $type {
            unsafe fn release(object: *mut Self) {
                // SAFETY: as this function's.
                unsafe { $function(object) }
            }
        }
    )*};
}
use release;

/// An object of the engine, released when dropped.
struct Owned<T: Release>(NonNull<T>);

// SAFETY: what `Release` asks for.
unsafe impl<T: Release> Send for Owned<T> {}
// SAFETY: as above.
unsafe impl<T: Release> Sync for Owned<T> {}

impl<T: Release> Owned<T> {
    /// What a constructor of the engine returned. Fails with `NoMemory` for NULL.
    fn new(object: *mut T) -> Result<Self> {
        Self::or(object, Status::NoMemory)
    }

    /// What a constructor of the engine returned, which is NULL for a lack of memory or for what this status says.
    fn or(object: *mut T, otherwise: Status) -> Result<Self> {
        NonNull::new(object).map(Self).ok_or_else(|| failed(otherwise))
    }

    fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }

    /// The object, for one that will release it.
    fn into_raw(self) -> *mut T {
        std::mem::ManuallyDrop::new(self).as_ptr()
    }
}

impl<T: Release> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: the pointer came from the engine's constructor and is released once.
        unsafe { T::release(self.0.as_ptr()) }
    }
}

impl<T: Release> fmt::Debug for Owned<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of the engine")
    }
}

/// Turns the engine's "1 is success" into a result and forgets the engine's error queue, which is kept
/// for each thread and would otherwise hold memory.
fn check(returned: i32, otherwise: Status) -> Result<()> {
    if returned == 1 { Ok(()) } else { Err(failed(otherwise)) }
}

/// The status of a failed call: what is given, unless an allocation of the engine's failed, or it says so in its error
/// queue.
fn failed(status: Status) -> Status {
    let has_failed = system::take_allocation_failure();
    // SAFETY: no preconditions; it empties this thread's queue.
    let cause = unsafe {
        let cause = lc::ERR_peek_error();
        lc::ERR_clear_error();
        cause
    };
    let is_memory = cause & REASON == lc::ERR_R_MALLOC_FAILURE.cast_unsigned();
    if has_failed || is_memory { Status::NoMemory } else { status }
}

/// The bits of an error of the engine that tell its reason.
const REASON: u32 = 0xFFF;

/// Makes sure that this thread has an error queue and that it is empty. Fails with `NoMemory`.
fn require_empty_queue() -> Result<()> {
    // SAFETY: no preconditions; the file name is a static string.
    let works = unsafe {
        lc::ERR_put_error(0, 0, lc::ERR_R_MALLOC_FAILURE, c"".as_ptr(), 0);
        lc::ERR_peek_error() != 0
    };
    // SAFETY: no preconditions.
    unsafe { lc::ERR_clear_error() };
    if works { Ok(()) } else { Err(Status::NoMemory) }
}
