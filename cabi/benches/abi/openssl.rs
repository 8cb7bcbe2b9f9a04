//! The system's OpenSSL through its EVP interface, loaded like our own library.

use std::ffi::{CString, c_char, c_void};
use std::ptr::null_mut;

type Object = *mut c_void;

pub struct OpenSsl {
    keygen: unsafe extern "C" fn(Object, *const c_char, *const c_char, ...) -> Object,
    new: unsafe extern "C" fn(Object, Object) -> Object,
    init: unsafe extern "C" fn(Object) -> i32,
    set_peer: unsafe extern "C" fn(Object, Object, i32) -> i32,
    derive: unsafe extern "C" fn(Object, *mut u8, *mut usize) -> i32,
    free: unsafe extern "C" fn(Object),
}

/// A key and a peer on one curve.
pub struct Pair(Object, Object);

impl OpenSsl {
    pub fn load() -> Option<Self> {
        // SAFETY: a system library; it stays loaded for the life of the process.
        let library = Box::leak(Box::new(unsafe { libloading::Library::new("libcrypto.so.3") }.ok()?));
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the types above are those of OpenSSL 3's evp.h.
                *unsafe { library.get($name) }.ok()?
            };
        }
        Some(Self {
            keygen: function!("EVP_PKEY_Q_keygen"),
            new: function!("EVP_PKEY_CTX_new"),
            init: function!("EVP_PKEY_derive_init"),
            set_peer: function!("EVP_PKEY_derive_set_peer_ex"),
            derive: function!("EVP_PKEY_derive"),
            free: function!("EVP_PKEY_CTX_free"),
        })
    }

    /// Two keys on a curve, if this OpenSSL has it.
    pub fn key(&self, curve: &str) -> Option<Pair> {
        let (kind, name) = match curve {
            "X25519" => (c"X25519", None),
            name => (c"EC", Some(CString::new(name).ok()?)),
        };
        let make = || {
            // SAFETY: the strings live through the call; X25519 takes no further argument.
            let key = unsafe {
                match &name {
                    Some(name) => (self.keygen)(null_mut(), std::ptr::null(), kind.as_ptr(), name.as_ptr()),
                    None => (self.keygen)(null_mut(), std::ptr::null(), kind.as_ptr()),
                }
            };
            (!key.is_null()).then_some(key)
        };
        Some(Pair(make()?, make()?))
    }

    /// One agreement as a program does it; the peer's key is not validated again.
    pub fn agree(&self, pair: &Pair) {
        let (mut out, mut length) = ([0; 66], 66);
        // SAFETY: the keys are valid; the buffer has the size given.
        unsafe {
            let context = (self.new)(pair.0, null_mut());
            assert_eq!((self.init)(context), 1);
            assert_eq!((self.set_peer)(context, pair.1, 0), 1);
            assert_eq!((self.derive)(context, out.as_mut_ptr(), &mut length), 1);
            (self.free)(context);
        }
        std::hint::black_box(&out);
    }
}
