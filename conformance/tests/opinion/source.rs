//! What BCryptKeyDerivation, BCryptDeriveKeyPBKDF2 and BCryptDeriveKeyCapi give, by the formulas.

use crate::derivation::{Hkdf, utf16};
use crate::hash::Hash;
use crate::kdf;
use crate::mac::{self, Prf, xor};

const HASH_ALGORITHM: u32 = 0;
const TLS_LABEL: u32 = 4;
const TLS_SEED: u32 = 5;
const OTHER_INFORMATION: std::ops::RangeInclusive<u32> = 8..=12;
const LABEL: u32 = 0xD;
const CONTEXT: u32 = 0xE;
const SALT: u32 = 0xF;
const ITERATIONS: u32 = 0x10;
const GENERIC: u32 = 0x11;
const HKDF_INFO: u32 = 0x14;
const AES_FLAG: u64 = 0x10;
const DEFAULT_ITERATIONS: u64 = 10_000;
const CAPI_BLOCK: usize = 64;

/// The algorithms whose keys are there to derive from.
pub const ALGORITHMS: [&str; 7] =
    ["CAPI_KDF", "PBKDF2", "SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "TLS1_1_KDF", "TLS1_2_KDF", "HKDF"];

/// A key to derive from.
#[derive(Clone)]
pub struct Source {
    pub algorithm: String,
    pub secret: Vec<u8>,
    pub hkdf: Hkdf,
}

/// PBKDF2 (RFC 8018, 5.2).
pub fn pbkdf2(prf: Prf, password: &[u8], salt: &[u8], iterations: u64, size: usize) -> Option<Vec<u8>> {
    let mut derived = Vec::new();
    for block in 1_u32.. {
        if derived.len() >= size {
            break;
        }
        let mut u = prf.mac(password, &[salt, &block.to_be_bytes()].concat())?;
        let mut t = u.clone();
        for _ in 1..iterations {
            u = prf.mac(password, &u)?;
            t = xor(&t, &u);
        }
        derived.extend(t);
    }
    derived.truncate(size);
    Some(derived)
}

/// The value of a hash as CryptDeriveKey takes it, or two hashes made of it (behaviour.md j35).
pub fn capi(hash: &Hash, value: &[u8], size: usize, expand: bool) -> Option<Vec<u8>> {
    if size <= value.len() && !expand {
        return Some(value[..size].to_vec());
    }
    let mut padded = value.to_vec();
    padded.resize(CAPI_BLOCK, 0);
    let half = |mask: u8| hash.digest(&padded.iter().map(|byte| byte ^ mask).collect::<Vec<_>>());
    let mut both = [half(0x36), half(0x5C)].concat();
    (size <= both.len()).then(|| both.drain(..size).collect())
}

impl Source {
    /// The bytes; `None` if the formula leaves something open.
    pub fn derive(&self, buffers: &[(u32, Vec<u8>)], flags: u64, size: usize) -> Option<Vec<u8>> {
        let one = |kind: u32| {
            buffers.iter().rev().find(|(known, _)| *known == kind).map(|(_, bytes)| bytes.as_slice())
        };
        let or_empty = |kind: u32| one(kind).unwrap_or_default();
        let hash = one(HASH_ALGORITHM).map(utf16);
        let plain = || mac::plain(hash.as_deref()?);
        let prf = || Prf::named(hash.as_deref()?);
        let secret = &self.secret;
        match self.algorithm.as_str() {
            "PBKDF2" => {
                let iterations = one(ITERATIONS).map_or(DEFAULT_ITERATIONS, |bytes| {
                    bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
                });
                pbkdf2(prf()?, secret, one(SALT).or(one(GENERIC)).unwrap_or_default(), iterations, size)
            }
            "SP800_108_CTR_HMAC" => {
                let parts = [or_empty(LABEL), &[0], or_empty(CONTEXT)].concat();
                let fixed = one(GENERIC).map_or(parts, <[u8]>::to_vec);
                let bits = u32::try_from(size * 8).ok()?.to_be_bytes();
                let mut derived = Vec::new();
                for counter in 1_u32.. {
                    if derived.len() >= size {
                        break;
                    }
                    derived
                        .extend(prf()?.mac(secret, &[&counter.to_be_bytes(), &fixed[..], &bits].concat())?);
                }
                derived.truncate(size);
                Some(derived)
            }
            "SP800_56A_CONCAT" => {
                let parts = OTHER_INFORMATION.flat_map(or_empty).copied().collect::<Vec<_>>();
                Some(kdf::concat(plain()?, secret, one(GENERIC).unwrap_or(&parts), size))
            }
            "TLS1_1_KDF" => Some(kdf::tls_1_0(secret, or_empty(TLS_LABEL), or_empty(TLS_SEED), size)),
            "TLS1_2_KDF" => {
                Some(kdf::tls_p_hash(plain()?, secret, or_empty(TLS_LABEL), or_empty(TLS_SEED), size))
            }
            "HKDF" => {
                let hash = mac::plain(self.hkdf.hash.as_deref()?)?;
                Some(kdf::hkdf_expand(hash, self.hkdf.key.as_ref()?, or_empty(HKDF_INFO), size))
            }
            "CAPI_KDF" => capi(plain()?, &plain()?.digest(secret), size, flags & AES_FLAG != 0),
            _ => None,
        }
    }
}

#[test]
fn pbkdf2_of_rfc_6070() {
    use crate::support::text::hex;
    let derived = pbkdf2(Prf::named("sha1").unwrap(), b"password", b"salt", 2, 20).unwrap();
    assert_eq!(derived, hex("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"));
}
