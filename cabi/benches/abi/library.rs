//! libbcrypt, loaded as a user's program loads it.

use std::ffi::c_void;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

type Handle = *mut c_void;
type Generate = unsafe extern "system" fn(Handle, *mut Handle, u32, u32) -> i32;
type Finalize = unsafe extern "system" fn(Handle, u32) -> i32;
type Destroy = unsafe extern "system" fn(Handle) -> i32;
type Agree = unsafe extern "system" fn(Handle, Handle, *mut Handle, u32) -> i32;
type Derive = unsafe extern "system" fn(Handle, *const u16, *mut c_void, *mut u8, u32, *mut u32, u32) -> i32;
type Open = unsafe extern "system" fn(*mut Handle, *const u16, *const u16, u32) -> i32;
type Get = unsafe extern "system" fn(Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32;
type Set = unsafe extern "system" fn(Handle, *const u16, *const u8, u32, u32) -> i32;
type Export = unsafe extern "system" fn(Handle, Handle, *const u16, *mut u8, u32, *mut u32, u32) -> i32;
type Import = unsafe extern "system" fn(Handle, Handle, *const u16, *mut Handle, *const u8, u32, u32) -> i32;

const DH: Handle = 0x281 as Handle;
const ECDH_P256: Handle = 0x2A1 as Handle;
const NO_KEY_VALIDATION: u32 = 8;
const INVALID_HANDLE: i32 = 0xC000_0008_u32.cast_signed();

pub struct Library {
    generate: Generate,
    finalize: Finalize,
    destroy_key: Destroy,
    agree: Agree,
    derive: Derive,
    destroy_secret: Destroy,
    open: Open,
    close: Finalize,
    get: Get,
    set: Set,
    export: Export,
    import: Import,
    key_strength: Vec<u16>,
    public_blob: Vec<u16>,
    dh_public_blob: Vec<u16>,
    dh_parameters: Vec<u16>,
}

pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

impl Library {
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
            generate: function!("BCryptGenerateKeyPair"),
            finalize: function!("BCryptFinalizeKeyPair"),
            destroy_key: function!("BCryptDestroyKey"),
            agree: function!("BCryptSecretAgreement"),
            derive: function!("BCryptDeriveKey"),
            destroy_secret: function!("BCryptDestroySecret"),
            open: function!("BCryptOpenAlgorithmProvider"),
            close: function!("BCryptCloseAlgorithmProvider"),
            get: function!("BCryptGetProperty"),
            set: function!("BCryptSetProperty"),
            export: function!("BCryptExportKey"),
            import: function!("BCryptImportKeyPair"),
            key_strength: wide("KeyStrength"),
            public_blob: wide("ECCPUBLICBLOB"),
            dh_public_blob: wide("DHPUBLICBLOB"),
            dh_parameters: wide("DHParameters"),
        }
    }

    /// A finalized key: through the pseudo-handle for P-256 with a length, else by curve name.
    pub fn ec_key(&self, curve: &str, bits: u32) -> Handle {
        if curve == "nistP256" && bits == 256 {
            return self.finalized(ECDH_P256, 256);
        }
        let mut algorithm = null_mut();
        let name = wide(curve);
        // SAFETY: all pointers are to live values of the sizes given.
        unsafe {
            assert_eq!((self.open)(&mut algorithm, wide("ECDH").as_ptr(), null(), 0), 0);
            let set = (self.set)(
                algorithm,
                wide("ECCCurveName").as_ptr(),
                name.as_ptr().cast(),
                name.len() as u32 * 2,
                0,
            );
            assert_eq!(set, 0, "{curve}");
            let key = self.finalized(algorithm, bits);
            assert_eq!((self.close)(algorithm, 0), 0);
            key
        }
    }

    fn finalized(&self, algorithm: Handle, bits: u32) -> Handle {
        let mut key = null_mut();
        // SAFETY: the place for the handle lives through the call.
        unsafe {
            assert_eq!((self.generate)(algorithm, &mut key, bits, 0), 0);
            assert_eq!((self.finalize)(key, 0), 0);
        }
        key
    }

    /// A DH key that was given no group.
    pub fn dh_key(&self, bits: u32) -> Handle {
        self.finalized(DH, bits)
    }

    /// The parameters of RFC 3526 group 14, but with the generator 4: a group that is not recognised.
    pub fn other_group(&self) -> Vec<u8> {
        let standard = self.dh_key(2048);
        let mut parameters = vec![0; 12 + 512];
        let mut size = 0;
        // SAFETY: the buffer has the size given.
        let got = unsafe {
            (self.get)(
                standard,
                self.dh_parameters.as_ptr(),
                parameters.as_mut_ptr(),
                parameters.len() as u32,
                &mut size,
                0,
            )
        };
        assert_eq!((got, size as usize), (0, parameters.len()));
        self.destroy(standard);
        *parameters.last_mut().expect("g has bytes") = 4;
        parameters
    }

    /// A DH-2048 key in the group of these parameters.
    pub fn dh_key_in(&self, parameters: &[u8]) -> Handle {
        let mut key = null_mut();
        let (data, size) = (parameters.as_ptr(), parameters.len() as u32);
        // SAFETY: the parameters have the size given.
        unsafe {
            assert_eq!((self.generate)(DH, &mut key, 2048, 0), 0);
            assert_eq!((self.set)(key, self.dh_parameters.as_ptr(), data, size, 0), 0);
            assert_eq!((self.finalize)(key, 0), 0);
        }
        key
    }

    /// Two keys in RFC 3526 group 14, where exponents are short, or in a group that is not recognised,
    /// where they are as long as p.
    pub fn dh_pair(&self, recognised: bool) -> (Handle, Handle) {
        if recognised {
            return (self.dh_key(2048), self.dh_key(2048));
        }
        let parameters = self.other_group();
        (self.dh_key_in(&parameters), self.dh_key_in(&parameters))
    }

    pub fn agree(&self, own: Handle, peer: Handle) {
        let mut secret = null_mut();
        // SAFETY: the place for the handle lives through the call.
        unsafe {
            assert_eq!((self.agree)(own, peer, &mut secret, 0), 0);
            assert_eq!((self.destroy_secret)(secret), 0);
        }
    }

    /// An agreement that is refused since a handle names no key.
    pub fn bad_agreement(&self, own: Handle, peer: Handle) {
        let mut secret = null_mut();
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.agree)(own, peer, &mut secret, 0) }, INVALID_HANDLE);
    }

    pub fn strength_size(&self, key: Handle) {
        let mut size = 0;
        // SAFETY: NULL asks for the size.
        let got = unsafe { (self.get)(key, self.key_strength.as_ptr(), null_mut(), 0, &mut size, 0) };
        assert_eq!((got, size), (0, 4));
    }

    pub fn strength(&self, key: Handle) {
        let (mut value, mut size) = ([0; 4], 0);
        // SAFETY: the buffer has the size given.
        let got = unsafe { (self.get)(key, self.key_strength.as_ptr(), value.as_mut_ptr(), 4, &mut size, 0) };
        assert_eq!(got, 0);
    }

    pub fn export_size(&self, key: Handle) {
        let mut size = 0;
        // SAFETY: NULL asks for the size.
        let got =
            unsafe { (self.export)(key, null_mut(), self.public_blob.as_ptr(), null_mut(), 0, &mut size, 0) };
        assert_eq!(got, 0);
    }

    pub fn export_public(&self, key: Handle) -> Vec<u8> {
        self.exported(key, &self.public_blob)
    }

    pub fn export_dh(&self, key: Handle) -> Vec<u8> {
        self.exported(key, &self.dh_public_blob)
    }

    fn exported(&self, key: Handle, blob_type: &[u16]) -> Vec<u8> {
        let (mut blob, mut size) = (vec![0; 2048], 0);
        // SAFETY: the buffer has the size given.
        let got = unsafe {
            (self.export)(key, null_mut(), blob_type.as_ptr(), blob.as_mut_ptr(), 2048, &mut size, 0)
        };
        assert_eq!(got, 0);
        blob.truncate(size as usize);
        blob
    }

    pub fn import_p256(&self, blob: &[u8]) -> Handle {
        self.imported(ECDH_P256, &self.public_blob, blob, 0)
    }

    /// A public DH key, with or without the check that y belongs to the subgroup.
    pub fn import_dh(&self, blob: &[u8], validated: bool) -> Handle {
        self.imported(DH, &self.dh_public_blob, blob, if validated { 0 } else { NO_KEY_VALIDATION })
    }

    fn imported(&self, algorithm: Handle, blob_type: &[u16], blob: &[u8], flags: u32) -> Handle {
        let mut key = null_mut();
        // SAFETY: the blob has the size given.
        let got = unsafe {
            (self.import)(
                algorithm,
                null_mut(),
                blob_type.as_ptr(),
                &mut key,
                blob.as_ptr(),
                blob.len() as u32,
                flags,
            )
        };
        assert_eq!(got, 0);
        key
    }

    pub fn destroy(&self, key: Handle) {
        // SAFETY: a handle may be any number.
        assert_eq!(unsafe { (self.destroy_key)(key) }, 0);
    }
}

/// The time from loading the library to the first derived key.
pub fn first_exchange(path: &Path) -> Duration {
    let start = Instant::now();
    let library = Library::load(path);
    let (own, peer) = (library.ec_key("nistP256", 256), library.ec_key("nistP256", 256));
    let (mut secret, mut derived, mut size) = (null_mut(), [0; 20], 0);
    // SAFETY: all pointers are to live values of the sizes given.
    unsafe {
        assert_eq!((library.agree)(own, peer, &mut secret, 0), 0);
        let hash = wide("HASH");
        let got = (library.derive)(secret, hash.as_ptr(), null_mut(), derived.as_mut_ptr(), 20, &mut size, 0);
        assert_eq!((got, size), (0, 20));
    }
    start.elapsed()
}
