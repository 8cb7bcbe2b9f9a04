//! The calls themselves. Each ends the program when it fails.

use std::ffi::c_void;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use super::wide;
use crate::peer::functions;

pub type Handle = *mut c_void;
const INVALID_HANDLE: i32 = 0xC000_0008_u32.cast_signed();

functions! {
    /// Of our library; types as in bcrypt.h.
    Functions {
        open: "BCryptOpenAlgorithmProvider", fn(*mut Handle, *const u16, *const u16, u32) -> i32;
        get: "BCryptGetProperty", fn(Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32;
        set: "BCryptSetProperty", fn(Handle, *const u16, *const u8, u32, u32) -> i32;
        generate: "BCryptGenerateKeyPair", fn(Handle, *mut Handle, u32, u32) -> i32;
        finalize: "BCryptFinalizeKeyPair", fn(Handle, u32) -> i32;
        export: "BCryptExportKey", fn(Handle, Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32;
        import: "BCryptImportKeyPair", fn(Handle, Handle, *const u16, *mut Handle, *const u8, u32, u32) -> i32;
        destroy_key: "BCryptDestroyKey", fn(Handle) -> i32;
        agree: "BCryptSecretAgreement", fn(Handle, Handle, *mut Handle, u32) -> i32;
        derive: "BCryptDeriveKey", fn(Handle, *const u16, *const List, *mut u8, u32, *mut u32, u32) -> i32;
        destroy_secret: "BCryptDestroySecret", fn(Handle) -> i32;
        sign: "BCryptSignHash", fn(Handle, *const c_void, *const u8, u32, *mut u8, u32, *mut u32, u32) -> i32;
        verify: "BCryptVerifySignature", fn(Handle, *const c_void, *const u8, u32, *const u8, u32, u32) -> i32;
        encapsulate: "BCryptEncapsulate", fn(Handle, *mut u8, u32, *mut u32, *mut u8, u32, *mut u32, u32) -> i32;
        decapsulate: "BCryptDecapsulate", fn(Handle, *const u8, u32, *mut u8, u32, *mut u32, u32) -> i32;
        symmetric: "BCryptGenerateSymmetricKey", fn(Handle, *mut Handle, *mut u8, u32, *const u8, u32, u32) -> i32;
        encrypt: "BCryptEncrypt", fn(Handle, *const u8, u32, *const c_void, *mut u8, u32, *mut u8, u32, *mut u32, u32) -> i32;
        decrypt: "BCryptDecrypt", fn(Handle, *const u8, u32, *const c_void, *mut u8, u32, *mut u8, u32, *mut u32, u32) -> i32;
        derive_from_key: "BCryptKeyDerivation", fn(Handle, *const List, *mut u8, u32, *mut u32, u32) -> i32;
        pbkdf2: "BCryptDeriveKeyPBKDF2", fn(Handle, *const u8, u32, *const u8, u32, u64, *mut u8, u32, u32) -> i32;
        hash: "BCryptHash", fn(Handle, *const u8, u32, *const u8, u32, *mut u8, u32) -> i32;
        create_hash: "BCryptCreateHash", fn(Handle, *mut Handle, *mut u8, u32, *const u8, u32, u32) -> i32;
        hash_data: "BCryptHashData", fn(Handle, *const u8, u32, u32) -> i32;
        finish_hash: "BCryptFinishHash", fn(Handle, *mut u8, u32, u32) -> i32;
        duplicate_hash: "BCryptDuplicateHash", fn(Handle, *mut Handle, *mut u8, u32, u32) -> i32;
        destroy_hash: "BCryptDestroyHash", fn(Handle) -> i32;
        random: "BCryptGenRandom", fn(Handle, *mut u8, u32, u32) -> i32;
    }
}

/// BCryptBuffer.
#[repr(C)]
#[derive(Clone, Copy)]
struct Buffer {
    size: u32,
    kind: u32,
    bytes: *const u8,
}

/// BCryptBufferDesc.
#[repr(C)]
pub struct List {
    version: u32,
    count: u32,
    buffers: *const Buffer,
}

/// As many parameters as any derivation here has.
const MOST: usize = 4;

impl Functions {
    pub fn at(path: &Path) -> Self {
        // SAFETY: it is our own library; it stays loaded for the life of the process.
        let library = Box::leak(Box::new(unsafe { libloading::Library::new(path) }.expect("it loads")));
        Self::of(library).expect("all are exported")
    }

    /// For works that borrow them for as long as the process lives.
    pub fn for_good(path: &Path) -> &'static Self {
        Box::leak(Box::new(Self::at(path)))
    }

    pub fn open(&self, id: &[u16]) -> Handle {
        let mut provider = null_mut();
        // SAFETY: the name ends in NUL and the place lives through the call.
        assert_eq!(unsafe { (self.open)(&mut provider, id.as_ptr(), null(), 0) }, 0);
        provider
    }

    pub fn generate(&self, provider: Handle, bits: u32) -> Handle {
        let mut key = null_mut();
        // SAFETY: the place lives through the call.
        assert_eq!(unsafe { (self.generate)(provider, &mut key, bits, 0) }, 0);
        key
    }

    pub fn finalize(&self, key: Handle) {
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.finalize)(key, 0) }, 0);
    }

    pub fn destroy_key(&self, key: Handle) {
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.destroy_key)(key) }, 0);
    }

    pub fn agree(&self, own: Handle, peer: Handle) -> Handle {
        let mut secret = null_mut();
        // SAFETY: the place lives through the call.
        assert_eq!(unsafe { (self.agree)(own, peer, &mut secret, 0) }, 0);
        secret
    }

    pub fn bad_agreement(&self, own: Handle, peer: Handle) {
        let mut secret = null_mut();
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.agree)(own, peer, &mut secret, 0) }, INVALID_HANDLE);
    }

    pub fn derive(&self, secret: Handle, kdf: &[u16], parameters: &[(u32, &[u8])], out: &mut [u8]) {
        let (place, length, mut size) = (out.as_mut_ptr(), out.len() as u32, 0);
        let got = with_list(parameters, |list| {
            // SAFETY: name, list and buffers live through the call and have the sizes given.
            unsafe { (self.derive)(secret, kdf.as_ptr(), list, place, length, &mut size, 0) }
        });
        assert_eq!((got, size), (0, length));
    }

    pub fn derive_from_key(&self, key: Handle, parameters: &[(u32, &[u8])], out: &mut [u8]) {
        let (place, length, mut size) = (out.as_mut_ptr(), out.len() as u32, 0);
        let got = with_list(parameters, |list| {
            // SAFETY: as above.
            unsafe { (self.derive_from_key)(key, list, place, length, &mut size, 0) }
        });
        assert_eq!((got, size), (0, length));
    }

    /// A key of a cipher or to derive from.
    pub fn symmetric(&self, provider: Handle, secret: &[u8]) -> Handle {
        let (mut key, none, size) = (null_mut(), null_mut(), secret.len() as u32);
        // SAFETY: the pointers are to live values for the length of the call.
        assert_eq!(unsafe { (self.symmetric)(provider, &mut key, none, 0, secret.as_ptr(), size, 0) }, 0);
        key
    }

    /// Without padding, over all of `out`.
    pub fn sign(&self, key: Handle, message: &[u8], out: &mut [u8]) {
        let (length, room, mut written) = (message.len() as u32, out.len() as u32, 0);
        let (message, place) = (message.as_ptr(), out.as_mut_ptr());
        // SAFETY: pointers and lengths are of slices.
        let status = unsafe { (self.sign)(key, null(), message, length, place, room, &mut written, 0) };
        assert_eq!((status, written), (0, room));
    }

    /// Without padding.
    pub fn verify(&self, key: Handle, message: &[u8], signature: &[u8]) {
        let (length, size) = (message.len() as u32, signature.len() as u32);
        // SAFETY: pointers and lengths are of slices.
        let status =
            unsafe { (self.verify)(key, null(), message.as_ptr(), length, signature.as_ptr(), size, 0) };
        assert_eq!(status, 0);
    }

    pub fn destroy_secret(&self, secret: Handle) {
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.destroy_secret)(secret) }, 0);
    }

    /// With nothing to write to it asks for the size.
    pub fn get(&self, object: Handle, property: &[u16], out: &mut [u8]) {
        let mut size = 0;
        let (place, length) = (if out.is_empty() { null_mut() } else { out.as_mut_ptr() }, out.len() as u32);
        // SAFETY: name and buffer live through the call and have the sizes given.
        assert_eq!(unsafe { (self.get)(object, property.as_ptr(), place, length, &mut size, 0) }, 0);
    }

    pub fn set(&self, object: Handle, property: &[u16], value: &[u8]) {
        let (data, length) = (value.as_ptr(), value.len() as u32);
        // SAFETY: name and value live through the call and have the sizes given.
        assert_eq!(unsafe { (self.set)(object, property.as_ptr(), data, length, 0) }, 0);
    }

    /// With nothing to write to it asks for the size.
    pub fn export(&self, key: Handle, blob_type: &[u16], out: &mut [u8]) -> usize {
        let mut size = 0;
        let (place, length) = (if out.is_empty() { null_mut() } else { out.as_mut_ptr() }, out.len() as u32);
        // SAFETY: name and buffer live through the call and have the sizes given.
        let got = unsafe { (self.export)(key, null_mut(), blob_type.as_ptr(), place, length, &mut size, 0) };
        assert_eq!(got, 0);
        size as usize
    }

    pub fn import(&self, provider: Handle, blob_type: &[u16], blob: &[u8]) -> Handle {
        let (mut key, data, length) = (null_mut(), blob.as_ptr(), blob.len() as u32);
        // SAFETY: name and blob live through the call and have the sizes given.
        let got =
            unsafe { (self.import)(provider, null_mut(), blob_type.as_ptr(), &mut key, data, length, 0) };
        assert_eq!(got, 0);
        key
    }
}

/// A parameter list, for a call.
fn with_list<R>(parameters: &[(u32, &[u8])], call: impl FnOnce(*const List) -> R) -> R {
    let mut buffers = [Buffer { size: 0, kind: 0, bytes: null() }; MOST];
    for (buffer, &(kind, bytes)) in buffers.iter_mut().zip(parameters) {
        *buffer = Buffer { size: bytes.len() as u32, kind, bytes: bytes.as_ptr() };
    }
    call(&List { version: 0, count: parameters.len() as u32, buffers: buffers.as_ptr() })
}

/// The time from loading the library to the first derived key.
pub fn first_exchange(path: &Path) -> Duration {
    let start = Instant::now();
    let call = Functions::at(path);
    let key = || {
        let key = call.generate(0x2A1 as Handle, 256);
        call.finalize(key);
        key
    };
    let secret = call.agree(key(), key());
    call.derive(secret, &wide("HASH"), &[], &mut [0; 20]);
    start.elapsed()
}
