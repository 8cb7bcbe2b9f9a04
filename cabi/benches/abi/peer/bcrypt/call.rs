//! The calls themselves. Each ends the program when it fails.

use std::ffi::c_void;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use super::wide;

pub type Handle = *mut c_void;
const INVALID_HANDLE: i32 = 0xC000_0008_u32.cast_signed();

pub struct Functions {
    open: unsafe extern "system" fn(*mut Handle, *const u16, *const u16, u32) -> i32,
    generate: unsafe extern "system" fn(Handle, *mut Handle, u32, u32) -> i32,
    finalize: unsafe extern "system" fn(Handle, u32) -> i32,
    destroy_key: unsafe extern "system" fn(Handle) -> i32,
    agree: unsafe extern "system" fn(Handle, Handle, *mut Handle, u32) -> i32,
    derive: unsafe extern "system" fn(Handle, *const u16, *const List, *mut u8, u32, *mut u32, u32) -> i32,
    destroy_secret: unsafe extern "system" fn(Handle) -> i32,
    get: unsafe extern "system" fn(Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32,
    set: unsafe extern "system" fn(Handle, *const u16, *const u8, u32, u32) -> i32,
    export: unsafe extern "system" fn(Handle, Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32,
    import: unsafe extern "system" fn(Handle, Handle, *const u16, *mut Handle, *const u8, u32, u32) -> i32,
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
struct List {
    version: u32,
    count: u32,
    buffers: *const Buffer,
}

/// As many parameters as any derivation here has.
const MOST: usize = 4;

impl Functions {
    pub fn load(path: &Path) -> Self {
        // SAFETY: it is our own library; it stays loaded for the life of the process.
        let library = Box::leak(Box::new(unsafe { libloading::Library::new(path) }.expect("it loads")));
        macro_rules! function {
            ($name:literal) => {
                // SAFETY: the types above are those of bcrypt.h.
                *unsafe { library.get($name) }.expect("it is exported")
            };
        }
        Self {
            open: function!("BCryptOpenAlgorithmProvider"),
            generate: function!("BCryptGenerateKeyPair"),
            finalize: function!("BCryptFinalizeKeyPair"),
            destroy_key: function!("BCryptDestroyKey"),
            agree: function!("BCryptSecretAgreement"),
            derive: function!("BCryptDeriveKey"),
            destroy_secret: function!("BCryptDestroySecret"),
            get: function!("BCryptGetProperty"),
            set: function!("BCryptSetProperty"),
            export: function!("BCryptExportKey"),
            import: function!("BCryptImportKeyPair"),
        }
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
        let mut buffers = [Buffer { size: 0, kind: 0, bytes: null() }; MOST];
        for (buffer, &(kind, bytes)) in buffers.iter_mut().zip(parameters) {
            *buffer = Buffer { size: bytes.len() as u32, kind, bytes: bytes.as_ptr() };
        }
        let list = List { version: 0, count: parameters.len() as u32, buffers: buffers.as_ptr() };
        let (length, mut size) = (out.len() as u32, 0);
        // SAFETY: name, list and buffers live through the call and have the sizes given.
        let got =
            unsafe { (self.derive)(secret, kdf.as_ptr(), &list, out.as_mut_ptr(), length, &mut size, 0) };
        assert_eq!((got, size), (0, length));
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

/// The time from loading the library to the first derived key.
pub fn first_exchange(path: &Path) -> Duration {
    let start = Instant::now();
    let call = Functions::load(path);
    let key = || {
        let key = call.generate(0x2A1 as Handle, 256);
        call.finalize(key);
        key
    };
    let secret = call.agree(key(), key());
    call.derive(secret, &wide("HASH"), &[], &mut [0; 20]);
    start.elapsed()
}
