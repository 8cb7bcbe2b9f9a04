//! The system's GnuTLS: key generation and derivations. Its version here has no agreement of its own; for
//! that see nettle, which it calls.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;

use super::{Peer, functions};
use crate::algorithm::{Algorithm, Kdf, Kind, Operation};
use crate::measure::Work;

/// gnutls_datum_t.
#[repr(C)]
pub struct Datum {
    data: *const u8,
    size: u32,
}

const ECDSA: i32 = 4;
const ECDH_X25519: i32 = 5;
/// A length that is the number of a curve.
const CURVE: u32 = 1 << 31;
const SHA256: i32 = 6;

functions! {
    /// Types as in gnutls.h, abstract.h and crypto.h.
    GnuTls from "libgnutls.so.30", "libgnutls.30.dylib" {
        version: b"gnutls_check_version", fn(*const c_char) -> *const c_char;
        new: b"gnutls_privkey_init", fn(*mut *mut c_void) -> i32;
        generate: b"gnutls_privkey_generate", fn(*mut c_void, i32, u32, u32) -> i32;
        free: b"gnutls_privkey_deinit", fn(*mut c_void);
        hash: b"gnutls_hash_fast", fn(i32, *const u8, usize, *mut u8) -> i32;
        hmac: b"gnutls_hmac_fast", fn(i32, *const u8, usize, *const u8, usize, *mut u8) -> i32;
        hkdf_expand: b"gnutls_hkdf_expand", fn(i32, *const Datum, *const Datum, *mut u8, usize) -> i32;
    }
}

impl GnuTls {
    fn generation<'a>(&'a self, kind: Kind) -> Option<Work<'a>> {
        let (algorithm, curve) = match kind {
            Kind::Curve { cng: "nistP256", .. } => (ECDSA, 2),
            Kind::Curve { cng: "nistP384", .. } => (ECDSA, 3),
            Kind::Curve { cng: "nistP521", .. } => (ECDSA, 4),
            Kind::Curve { cng: "curve25519", .. } => (ECDH_X25519, 6),
            _ => return None,
        };
        Some(Box::new(move || {
            let mut key = null_mut();
            // SAFETY: the key is set up by the first call and freed once.
            unsafe {
                assert_eq!((self.new)(&mut key), 0);
                assert_eq!((self.generate)(key, algorithm, CURVE | curve, 0), 0);
                (self.free)(key);
            }
        }))
    }

    fn derivation<'a>(&'a self, kdf: Kdf) -> Option<Work<'a>> {
        let (secret, key, mut out) = ([5_u8; 32], [7_u8; 32], [0_u8; 32]);
        // SAFETY: pointers and lengths are of one array each; each output has 32 bytes.
        Some(match kdf {
            // SAFETY: as above.
            Kdf::Hash => Box::new(move || unsafe {
                assert_eq!((self.hash)(SHA256, secret.as_ptr(), 32, out.as_mut_ptr()), 0);
            }),
            // SAFETY: as above.
            Kdf::Hmac => Box::new(move || unsafe {
                let done = (self.hmac)(SHA256, key.as_ptr(), 32, secret.as_ptr(), 32, out.as_mut_ptr());
                assert_eq!(done, 0);
            }),
            // SAFETY: as above.
            Kdf::Hkdf => Box::new(move || unsafe {
                let (secret, info) = (
                    Datum { data: secret.as_ptr(), size: 32 },
                    Datum { data: b"information".as_ptr(), size: 11 },
                );
                assert_eq!((self.hkdf_expand)(SHA256, &secret, &info, out.as_mut_ptr(), 32), 0);
            }),
            Kdf::TlsPrf | Kdf::Concat => return None,
        })
    }
}

impl Peer for GnuTls {
    fn name(&self) -> &'static str {
        "GnuTLS"
    }

    fn version(&self) -> String {
        // SAFETY: NULL asks for the version, a static string.
        unsafe { CStr::from_ptr((self.version)(std::ptr::null())) }.to_string_lossy().into_owned()
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        match operation {
            Operation::Generate => self.generation(algorithm.kind),
            Operation::Derive(kdf) => self.derivation(kdf),
            _ => None,
        }
    }
}
