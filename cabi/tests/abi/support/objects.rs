//! Algorithms, keys and secrets that are released when dropped, and the calls on them. Each call checks that
//! a failure leaves the place for its handle untouched.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use crate::support::library::{Raw, lib};
use crate::support::output::{Fetch, whole};
use crate::support::params::Params;
use crate::support::status::Status;
use crate::support::text::wide;

/// A handle value that may travel between threads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Handle(pub usize);

impl Handle {
    /// The value as C passes it.
    pub fn raw(self) -> Raw {
        self.0 as Raw
    }
}

/// Anything a handle stands for, or a bare handle.
pub trait Object {
    /// The handle.
    fn handle(&self) -> Handle;

    /// The handle as C passes it.
    fn raw(&self) -> Raw {
        self.handle().raw()
    }
}

impl Object for Handle {
    fn handle(&self) -> Handle {
        *self
    }
}

macro_rules! object {
    ($(#[doc = $doc:literal] $name:ident, $release:expr;)*) => {$(
        #[doc = $doc]
        #[derive(Debug)]
        pub struct $name(Handle);

        impl $name {
            /// Releases it and says what the library answered.
            pub fn release(self) -> Status {
                let handle = self.0;
                std::mem::forget(self);
                Self::release_handle(handle)
            }

            /// The handle alone; the caller releases it.
            pub fn into_handle(self) -> Handle {
                let handle = self.0;
                std::mem::forget(self);
                handle
            }

            /// Releases a bare handle.
            pub fn release_handle(handle: Handle) -> Status {
                let release: fn(Raw) -> Status = $release;
                release(handle.raw())
            }
        }

        impl Object for $name {
            fn handle(&self) -> Handle {
                self.0
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                let status = Self::release_handle(self.0);
                if !std::thread::panicking() {
                    assert_eq!(status.ok(), Ok(()), concat!("release of ", stringify!($name)));
                }
            }
        }
    )*};
}

object! {
    /// An opened algorithm provider.
    Alg, |handle| lib().close_algorithm_provider(handle, 0);
    /// A key pair or a public key.
    Key, |handle| lib().destroy_key(handle);
    /// An agreed secret.
    Secret, |handle| lib().destroy_secret(handle);
    /// A hash or MAC in progress.
    Hash, |handle| lib().destroy_hash(handle);
}

impl Key {
    /// Takes over a handle the library handed out.
    pub fn adopt(handle: Handle) -> Key {
        Key(handle)
    }
}

impl Hash {
    /// Takes over a handle the library handed out.
    pub fn adopt(handle: Handle) -> Hash {
        Hash(handle)
    }
}

/// Makes a call that hands out a handle.
pub fn receive(call: impl FnOnce(*mut Raw) -> Status) -> Result<Handle, Status> {
    let untouched = 0x5EED_5EED_usize as *mut c_void;
    let mut handle = untouched;
    match call(&mut handle).ok() {
        Ok(()) => {
            assert_ne!(handle, untouched, "success hands out a handle");
            assert!(!handle.is_null(), "success hands out a handle");
            Ok(Handle(handle as usize))
        }
        Err(status) => {
            assert_eq!(handle, untouched, "the handle stays untouched on failure");
            Err(status)
        }
    }
}

/// Opens with an implementation name and flags.
pub fn open_with(id: &str, implementation: Option<&str>, flags: u32) -> Result<Alg, Status> {
    let id = wide(id);
    let implementation = implementation.map(wide);
    let implementation = implementation.as_ref().map_or(null(), |name| name.as_ptr());
    receive(|out| lib().open_algorithm_provider(out, id.as_ptr(), implementation, flags)).map(Alg)
}

/// Opens the default implementation.
pub fn open(id: &str) -> Alg {
    open_with(id, None, 0).unwrap_or_else(|status| panic!("{id} opens: {status:?}"))
}

/// Makes a key that is not finalized yet.
pub fn generate(algorithm: &impl Object, bits: u32) -> Result<Key, Status> {
    receive(|out| lib().generate_key_pair(algorithm.raw(), out, bits, 0)).map(Key)
}

/// Finalizes with flags 0.
pub fn finalize(key: &impl Object) -> Result<(), Status> {
    lib().finalize_key_pair(key.raw(), 0).ok()
}

/// A finalized new key.
pub fn new_key(algorithm: &impl Object, bits: u32) -> Key {
    let key = generate(algorithm, bits).unwrap();
    finalize(&key).unwrap();
    key
}

/// Imports with flags.
pub fn import_with(algorithm: &impl Object, kind: &str, blob: &[u8], flags: u32) -> Result<Key, Status> {
    let kind = wide(kind);
    let size = u32::try_from(blob.len()).unwrap();
    let (algorithm, kind, input) = (algorithm.raw(), kind.as_ptr(), blob.as_ptr());
    receive(|out| lib().import_key_pair(algorithm, null_mut(), kind, out, input, size, flags)).map(Key)
}

/// Imports with flags 0.
pub fn import(algorithm: &impl Object, kind: &str, blob: &[u8]) -> Result<Key, Status> {
    import_with(algorithm, kind, blob, 0)
}

/// An export, to be made with one of the functions of `output`.
pub fn export<O: Object>(key: &O, kind: &str) -> impl Fetch + use<O> {
    let (key, kind) = (key.handle(), wide(kind));
    move |output: *mut u8, size: u32, result: *mut u32| {
        lib().export_key(key.raw(), null_mut(), kind.as_ptr(), output, size, result, 0)
    }
}

/// The exported blob.
pub fn exported(key: &impl Object, kind: &str) -> Result<Vec<u8>, Status> {
    whole(&export(key, kind))
}

/// A signature without padding, to be made with one of the functions of `output`.
pub fn signing<O: Object>(key: &O, hash: &[u8]) -> impl Fetch + use<O> {
    let (key, hash) = (key.handle(), hash.to_vec());
    move |output: *mut u8, size: u32, result: *mut u32| {
        let hash_size = u32::try_from(hash.len()).unwrap();
        lib().sign_hash(key.raw(), null(), hash.as_ptr(), hash_size, output, size, result, 0)
    }
}

/// Signs a digest without padding.
pub fn sign(key: &impl Object, hash: &[u8]) -> Result<Vec<u8>, Status> {
    whole(&signing(key, hash))
}

/// Verifies a signature without padding.
pub fn verify(key: &impl Object, hash: &[u8], signature: &[u8]) -> Result<(), Status> {
    let [hash_size, size] = [hash, signature].map(|bytes| u32::try_from(bytes.len()).unwrap());
    lib().verify_signature(key.raw(), null(), hash.as_ptr(), hash_size, signature.as_ptr(), size, 0).ok()
}

/// Agrees on a secret.
pub fn agree(private: &impl Object, public: &impl Object) -> Result<Secret, Status> {
    receive(|out| lib().secret_agreement(private.raw(), public.raw(), out, 0)).map(Secret)
}

/// A derivation, to be made with one of the functions of `output`.
pub fn derivation<O: Object>(secret: &O, kdf: &str, params: &Params, flags: u32) -> impl Fetch + use<O> {
    let (secret, kdf, params) = (secret.handle(), wide(kdf), params.clone());
    move |output: *mut u8, size: u32, result: *mut u32| {
        params.list(|list| lib().derive_key(secret.raw(), kdf.as_ptr(), list, output, size, result, flags))
    }
}

/// The derived key at its natural size.
pub fn derive(secret: &impl Object, kdf: &str, params: &Params) -> Result<Vec<u8>, Status> {
    whole(&derivation(secret, kdf, params, 0))
}

/// The secret itself, little-endian as KDF TRUNCATE gives it.
pub fn raw_secret(secret: &impl Object) -> Vec<u8> {
    derive(secret, "TRUNCATE", &Params::none()).unwrap()
}

/// The raw secret of two keys.
pub fn agreed(private: &impl Object, public: &impl Object) -> Result<Vec<u8>, Status> {
    agree(private, public).map(|secret| raw_secret(&secret))
}
