//! ML-DSA's signatures: behaviour.md t140 to t149.

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use super::{DSA, Private, Set};
use crate::support::library::lib;
use crate::support::objects::{Key, Object, sign, signing, verify};
use crate::support::output::{fetch, size, too_small, whole};
use crate::support::property::number;
use crate::support::status::{INVALID_PARAMETER, INVALID_SIGNATURE, NOT_SUPPORTED, SUCCESS, Status};
use crate::support::text::wide;

pub const PAD_PQDSA: u32 = 0x20;
pub const EXTERNAL_MU: u32 = 0x40;

/// BCRYPT_PQDSA_PADDING_INFO, which `windows-sys` does not have.
#[repr(C)]
struct Info {
    context: *const u8,
    context_size: u32,
    prehash: *const u16,
}

/// What stands beside the message.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    pub context: &'a [u8],
    pub prehash: Option<&'a str>,
}

impl Beside<'_> {
    fn with<R>(&self, call: impl FnOnce(*const c_void) -> R) -> R {
        let name = self.prehash.map(wide);
        let prehash = name.as_ref().map_or(null(), |name| name.as_ptr());
        let context = if self.context.is_empty() { null() } else { self.context.as_ptr() };
        let info = Info { context, context_size: self.context.len() as u32, prehash };
        call((&raw const info).cast())
    }
}

fn sign_flags(key: &Key, info: *const c_void, flags: u32, input: &[u8]) -> Result<Vec<u8>, Status> {
    whole(&|output: *mut u8, room: u32, result: *mut u32| {
        lib().sign_hash(key.raw(), info, input.as_ptr(), input.len() as u32, output, room, result, flags)
    })
}

fn verify_flags(
    key: &Key,
    info: *const c_void,
    flags: u32,
    input: &[u8],
    signature: &[u8],
) -> Result<(), Status> {
    let [input_size, size] = [input.len(), signature.len()].map(|size| size as u32);
    lib().verify_signature(key.raw(), info, input.as_ptr(), input_size, signature.as_ptr(), size, flags).ok()
}

pub fn sign_beside(key: &Key, beside: Beside, input: &[u8]) -> Result<Vec<u8>, Status> {
    beside.with(|info| sign_flags(key, info, PAD_PQDSA, input))
}

pub fn verify_beside(key: &Key, beside: Beside, input: &[u8], signature: &[u8]) -> Result<(), Status> {
    beside.with(|info| verify_flags(key, info, PAD_PQDSA, input, signature))
}

pub fn sign_mu(key: &Key, mu: &[u8]) -> Result<Vec<u8>, Status> {
    sign_flags(key, null(), EXTERNAL_MU, mu)
}

pub fn verify_mu(key: &Key, mu: &[u8], signature: &[u8]) -> Result<(), Status> {
    verify_flags(key, null(), EXTERNAL_MU, mu, signature)
}

const EMPTY: Beside = Beside { context: &[], prehash: None };

/// behaviour.md t140, t142, t143, t145.
#[test]
fn what_is_signed_is_verified() {
    for set in DSA {
        let key = set.new_key();
        let public = set.public_of(&key);
        let expanded = set.import(Private, &set.exported(&key, Private)).unwrap();
        assert_eq!(number(&public, "SignatureLength"), Ok(set.output as u32));
        for key in [&key, &public] {
            let asked = lib().sign_hash(key.raw(), null(), null(), 0, null_mut(), 0, &mut 0, 0);
            assert_eq!(asked, SUCCESS);
            assert_eq!(size(&signing(key, &[])), Ok(set.output as u32));
        }
        for length in [0, 1, 64, 135, 136, 137, 5000] {
            let message: Vec<u8> = (0..length).map(|byte| byte as u8 ^ 0x3C).collect();
            let (one, other) = (sign(&key, &message).unwrap(), sign(&expanded, &message).unwrap());
            assert_eq!((one.len(), other.len()), (set.output, set.output));
            assert_ne!(one, other, "signing is hedged");
            assert_ne!(one, sign(&key, &message).unwrap(), "signing is hedged");
            for key in [&key, &public, &expanded] {
                for signature in [&one, &other] {
                    assert_eq!(verify(key, &message, signature), Ok(()), "{set:?} {length}");
                    assert_eq!(verify_beside(key, EMPTY, &message, signature), Ok(()), "an empty structure");
                    assert_eq!(
                        verify_flags(key, null(), PAD_PQDSA, &message, signature),
                        Ok(()),
                        "no structure"
                    );
                }
            }
            let by_structure = sign_beside(&key, EMPTY, &message).unwrap();
            assert_eq!(verify(&public, &message, &by_structure), Ok(()));
        }
        assert_eq!(too_small(&signing(&key, b"message"), set.output - 1) as usize, set.output);
        assert_eq!(too_small(&signing(&public, b"message"), 0) as usize, set.output);
        assert_eq!(fetch(&signing(&key, b"message"), set.output + 100).unwrap().len(), set.output);
        assert_eq!(sign(&public, b"message"), Err(INVALID_PARAMETER), "no private half");
    }
}

/// behaviour.md t144.
#[test]
fn wrong_signatures() {
    for set in DSA {
        let (key, message) = (set.new_key(), b"a message");
        let good = sign(&key, message).unwrap();
        for bit in (0..8 * set.output).step_by(211).chain([8 * set.output - 1]) {
            let mut other = good.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(verify(&key, message, &other), Err(INVALID_SIGNATURE), "{set:?} bit {bit}");
        }
        for byte in [0, 0xFF] {
            assert_eq!(verify(&key, message, &vec![byte; set.output]), Err(INVALID_SIGNATURE));
        }
        for length in [0, 1, 64, set.output - 1, set.output + 1, 2 * set.output] {
            let mut other = good.clone();
            other.resize(length, 0);
            assert_eq!(verify(&key, message, &other), Err(INVALID_PARAMETER), "{set:?} {length}");
        }
        assert_eq!(verify(&key, b"a massage", &good), Err(INVALID_SIGNATURE));
        assert_eq!(verify(&set.new_key(), message, &good), Err(INVALID_SIGNATURE));
        let none =
            lib().verify_signature(key.raw(), null(), message.as_ptr(), 9, null(), set.output as u32, 0);
        assert_eq!(none, INVALID_PARAMETER);
        for other in DSA.iter().filter(|other| other.name != set.name) {
            assert_eq!(verify(&other.new_key(), message, &good), Err(INVALID_PARAMETER), "of another set");
        }
    }
}

/// behaviour.md t141.
#[test]
fn contexts() {
    for set in DSA {
        let (key, message) = (set.new_key(), b"a message");
        for length in [1, 2, 12, 254, 255] {
            let context = vec![0x5A; length];
            let beside = Beside { context: &context, prehash: None };
            let signature = sign_beside(&key, beside, message).unwrap();
            assert_eq!(verify_beside(&key, beside, message, &signature), Ok(()), "{length}");
            let shorter = Beside { context: &context[1..], prehash: None };
            assert_eq!(verify_beside(&key, shorter, message, &signature), Err(INVALID_SIGNATURE));
            assert_eq!(verify(&key, message, &signature), Err(INVALID_SIGNATURE), "without it");
        }
        let signature = sign(&key, message).unwrap();
        for length in [256, 257, 300, 511, 512, 70_000] {
            let beside = Beside { context: &vec![0; length], prehash: None };
            assert_eq!(sign_beside(&key, beside, message), Err(INVALID_PARAMETER), "{length}");
            assert_eq!(verify_beside(&key, beside, message, &signature), Err(INVALID_PARAMETER));
        }
        // A pointer that stands for nothing, as a language's empty slice is; and none for some bytes.
        for (context, context_size, wanted) in [
            (8 as *const u8, 0, Ok(())),
            (null(), 1, Err(INVALID_PARAMETER)),
            (null(), 256, Err(INVALID_PARAMETER)),
        ] {
            let info = Info { context, context_size, prehash: null() };
            let info = (&raw const info).cast();
            assert_eq!(verify_flags(&key, info, PAD_PQDSA, message, &signature), wanted);
        }
    }
}

/// The hashes of Windows with their digests' sizes and strengths: behaviour.md t146.
pub const PREHASHES: [(&str, usize, usize); 8] = [
    ("SHA256", 32, 0),
    ("SHA384", 48, 1),
    ("SHA512", 64, 2),
    ("SHA3-256", 32, 0),
    ("SHA3-384", 48, 1),
    ("SHA3-512", 64, 2),
    ("SHAKE128", 32, 0),
    ("SHAKE256", 64, 2),
];

/// behaviour.md t146, t147; the statuses are ours.
#[test]
fn hashes_that_were_made_before() {
    for (level, set) in DSA.into_iter().enumerate() {
        let key = set.new_key();
        let public = set.public_of(&key);
        for (name, length, strength) in PREHASHES {
            let (beside, hash) = (Beside { context: b"context", prehash: Some(name) }, vec![7; length]);
            if strength < level {
                assert_eq!(sign_beside(&key, beside, &hash), Err(NOT_SUPPORTED), "{set:?} {name}");
                assert_eq!(verify_beside(&key, beside, &hash, &vec![0; set.output]), Err(NOT_SUPPORTED));
                continue;
            }
            let signature = sign_beside(&key, beside, &hash).unwrap();
            assert_eq!(verify_beside(&public, beside, &hash, &signature), Ok(()), "{set:?} {name}");
            let pure = Beside { context: b"context", prehash: None };
            assert_eq!(verify_beside(&public, pure, &hash, &signature), Err(INVALID_SIGNATURE));
            for (other, same, enough) in PREHASHES {
                if other != name && same == length && enough >= level {
                    let other = Beside { context: b"context", prehash: Some(other) };
                    assert_eq!(verify_beside(&public, other, &hash, &signature), Err(INVALID_SIGNATURE));
                }
            }
            for length in [0, 1, length - 1, length + 1, 200] {
                let other = vec![7; length];
                assert_eq!(sign_beside(&key, beside, &other), Err(INVALID_PARAMETER), "{name} {length}");
                assert_eq!(verify_beside(&public, beside, &other, &signature), Err(INVALID_PARAMETER));
            }
            let long = Beside { context: &[0; 256], prehash: Some(name) };
            assert_eq!(sign_beside(&key, long, &hash), Err(INVALID_PARAMETER));
        }
        for name in ["", "MD5", "SHA1", "SHA224", "sha-256", "SHA-256", "AES", "KMAC256", "SHA512/256"] {
            let beside = Beside { context: &[], prehash: Some(name) };
            assert_eq!(sign_beside(&key, beside, &[7; 32]), Err(NOT_SUPPORTED), "{name}");
            assert_eq!(verify_beside(&key, beside, &[7; 32], &vec![0; set.output]), Err(NOT_SUPPORTED));
        }
    }
}

/// behaviour.md t148.
#[test]
fn mu_from_outside() {
    for set in DSA {
        let key = set.new_key();
        let mu = super::oracle::mu(&set.exported(&key, super::Public), 0, b"ctx", &[b"a message"]);
        let beside = Beside { context: b"ctx", prehash: None };
        let signature = sign_mu(&key, &mu).unwrap();
        assert_eq!(verify_mu(&key, &mu, &signature), Ok(()));
        assert_eq!(verify_beside(&key, beside, b"a message", &signature), Ok(()), "it is a pure signature");
        let pure = sign_beside(&key, beside, b"a message").unwrap();
        assert_eq!(verify_mu(&key, &mu, &pure), Ok(()));
        for length in [0, 32, 63, 65, 128] {
            assert_eq!(sign_mu(&key, &vec![1; length]), Err(INVALID_PARAMETER), "{length}");
            assert_eq!(verify_mu(&key, &vec![1; length], &pure), Err(INVALID_PARAMETER), "{length}");
        }
        beside.with(|info| {
            let both = sign_flags(&key, info, EXTERNAL_MU, &mu);
            assert_eq!(both, Err(INVALID_PARAMETER), "a structure beside μ");
        });
    }
}

#[test]
fn other_paddings() {
    let set: Set = DSA[0];
    let (key, name) = (set.new_key(), wide("SHA256"));
    let good = sign(&key, &[7; 32]).unwrap();
    // Long enough for every structure; its first pointer is a hash for the structures of RSA, and a context for ours.
    let info = Info { context: name.as_ptr().cast(), context_size: 4, prehash: null() };
    let info: *const c_void = (&raw const info).cast();
    for flags in (0..32).map(|bit| 1 << bit).chain([0, 3, 10, 0x22, 0x28, 0x60, 0x61, u32::MAX]) {
        let wanted = if flags == PAD_PQDSA { Err(INVALID_SIGNATURE) } else { Err(INVALID_PARAMETER) };
        assert_eq!(verify_flags(&key, info, flags, &[7; 32], &good), wanted, "{flags:#x}");
        let signed = fetch(
            &|output: *mut u8, room: u32, result: *mut u32| {
                lib().sign_hash(key.raw(), info, [7; 32].as_ptr(), 32, output, room, result, flags)
            },
            set.output,
        );
        assert_eq!(signed.is_ok(), flags == PAD_PQDSA, "{flags:#x}");
    }
    for flags in (0..32).map(|bit| 1 << bit).chain([3, 10, 0x60]) {
        let wanted = match flags {
            PAD_PQDSA => Ok(()),
            _ => Err(INVALID_PARAMETER),
        };
        assert_eq!(verify_flags(&key, null(), flags, &[7; 32], &good), wanted, "{flags:#x}");
    }
}
