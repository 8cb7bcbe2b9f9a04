//! The system's OpenSSL through its EVP interface, loaded like our own library.

pub mod call;
pub mod derive;

use std::ffi::{CStr, CString, c_void};
use std::ptr::{null, null_mut};

use self::call::{Functions, Parameter, bytes, end, name};
use super::Peer;
use crate::algorithm::{Algorithm, Kind, Operation, parameters};
use crate::measure::Work;

pub type Object = *mut c_void;

const PUBLIC_KEY: i32 = 0x86;
const KEY_PARAMETERS: i32 = 0x84;

pub struct OpenSsl(Functions);

/// Where keys of an algorithm come from. What is made here is not freed.
enum Source {
    X25519,
    Curve(CString),
    /// A key of parameters alone, and p and g little-endian.
    Dh {
        template: Object,
        p: Vec<u8>,
        g: Vec<u8>,
    },
}

impl OpenSsl {
    pub fn load() -> Option<Self> {
        Functions::load().map(Self)
    }

    fn source(&self, kind: Kind) -> Option<Source> {
        match kind {
            Kind::Curve { openssl: "X25519", .. } => Some(Source::X25519),
            Kind::Curve { openssl, .. } => Some(Source::Curve(CString::new(openssl).ok()?)),
            Kind::Dh { bits, standard } => {
                let (p, g) = parameters(bits, standard);
                let little = |number: &[u8]| number.iter().rev().copied().collect::<Vec<u8>>();
                let (p, g) = (little(p), little(&g));
                let list = [call::number(c"p", &p), call::number(c"g", &g), end()];
                let template = self.key_from(c"DH", KEY_PARAMETERS, &list)?;
                Some(Source::Dh { template, p, g })
            }
        }
    }

    fn key_from(&self, kind: &CStr, selection: i32, list: &[Parameter]) -> Option<Object> {
        let (call, mut key) = (&self.0, null_mut());
        // SAFETY: the context is valid until freed; the list ends as it must and lives through the call.
        unsafe {
            let context = (call.context_by_name)(null_mut(), kind.as_ptr(), null());
            assert_eq!((call.fromdata_init)(context), 1);
            let made = (call.fromdata)(context, &mut key, selection, list.as_ptr());
            (call.free_context)(context);
            (made == 1).then_some(key)
        }
    }

    fn generate(&self, source: &Source) -> Option<Object> {
        let call = &self.0;
        // SAFETY: the strings live through the calls; X25519 takes no further argument.
        let key = unsafe {
            match source {
                Source::X25519 => (call.quick_keygen)(null_mut(), null(), c"X25519".as_ptr()),
                Source::Curve(name) => (call.quick_keygen)(null_mut(), null(), c"EC".as_ptr(), name.as_ptr()),
                Source::Dh { template, .. } => {
                    let (context, mut key) = ((call.context)(*template, null_mut()), null_mut());
                    assert_eq!((call.keygen_init)(context), 1);
                    assert_eq!((call.keygen)(context, &mut key), 1);
                    (call.free_context)(context);
                    key
                }
            }
        };
        (!key.is_null()).then_some(key)
    }

    /// The public key's bytes. Its allocation is freed by the caller's copy.
    fn exported(&self, key: Object, out: &mut Vec<u8>) {
        let (call, mut encoding) = (&self.0, null_mut());
        // SAFETY: the key is valid; the encoding has the length returned and is freed once.
        unsafe {
            let length = (call.encoded_public)(key, &mut encoding);
            assert!(length > 0);
            out.clear();
            out.extend_from_slice(std::slice::from_raw_parts(encoding, length));
            (call.free)(encoding.cast(), c"".as_ptr(), 0);
        }
    }

    /// A public key with its checks: EC points are on the curve, DH values in the group.
    fn imported(&self, source: &Source, encoding: &[u8]) -> Object {
        let call = &self.0;
        match source {
            Source::X25519 => {
                let list = [bytes(c"pub", encoding), end()];
                self.key_from(c"X25519", PUBLIC_KEY, &list).expect("the key is good")
            }
            Source::Curve(curve) => {
                let list = [name(c"group", curve), bytes(c"pub", encoding), end()];
                self.key_from(c"EC", PUBLIC_KEY, &list).expect("the key is good")
            }
            Source::Dh { p, g, .. } => {
                let y: Vec<u8> = encoding.iter().rev().copied().collect();
                let list = [call::number(c"p", p), call::number(c"g", g), call::number(c"pub", &y), end()];
                let key = self.key_from(c"DH", PUBLIC_KEY, &list).expect("the key is good");
                // SAFETY: key and context are valid; the context is freed once.
                unsafe {
                    let context = (call.context)(key, null_mut());
                    assert_eq!((call.public_check)(context), 1);
                    (call.free_context)(context);
                }
                key
            }
        }
    }

    /// One agreement as a program does it; the peer's key is not validated again.
    fn agree(&self, own: Object, peer: Object, out: &mut [u8; 512]) -> usize {
        let (call, mut length) = (&self.0, out.len());
        // SAFETY: the keys are valid; the buffer has the size given; the context is freed once.
        unsafe {
            let context = (call.context)(own, null_mut());
            assert_eq!((call.derive_init)(context), 1);
            assert_eq!((call.set_peer)(context, peer, 0), 1);
            assert_eq!((call.derive)(context, out.as_mut_ptr(), &mut length), 1);
            (call.free_context)(context);
        }
        length
    }

    fn destroy(&self, key: Object) {
        // SAFETY: each key is freed once.
        unsafe { (self.0.free_key)(key) }
    }
}

impl Peer for OpenSsl {
    fn name(&self) -> &'static str {
        "OpenSSL"
    }

    fn version(&self) -> String {
        // SAFETY: the version is a static string.
        unsafe { CStr::from_ptr((self.0.version)(0)) }.to_string_lossy().into_owned()
    }

    fn work<'a>(&'a self, operation: Operation, algorithm: &Algorithm) -> Option<Work<'a>> {
        if let Operation::Derive(kdf) = operation {
            return derive::work(&self.0, kdf);
        }
        let source = self.source(algorithm.kind)?;
        let (own, peer, mut encoding) = (self.generate(&source)?, self.generate(&source)?, Vec::new());
        self.exported(peer, &mut encoding);
        Some(match operation {
            Operation::Generate => {
                Box::new(move || self.destroy(self.generate(&source).expect("it worked before")))
            }
            Operation::Import => Box::new(move || self.destroy(self.imported(&source, &encoding))),
            Operation::Agree => Box::new(move || {
                std::hint::black_box(self.agree(own, peer, &mut [0; 512]));
            }),
            Operation::Exchange => {
                let mut own_encoding = Vec::new();
                Box::new(move || {
                    let own = self.generate(&source).expect("it worked before");
                    self.exported(own, &mut own_encoding);
                    let (peer, mut shared) = (self.imported(&source, &encoding), [0; 512]);
                    let length = self.agree(own, peer, &mut shared);
                    std::hint::black_box(derive::sha256(&self.0, &shared[..length]));
                    self.destroy(peer);
                    self.destroy(own);
                })
            }
            Operation::Derive(_) => return None,
        })
    }
}
