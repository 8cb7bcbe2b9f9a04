//! What BCryptDeriveKey gives, by the formulas.

use crate::agreement::Secret;
use crate::{hash, kdf};

const HASH_ALGORITHM: u32 = 0;
const PREPEND: u32 = 1;
const APPEND: u32 = 2;
const HMAC_KEY: u32 = 3;
const LABEL: u32 = 4;
const SEED: u32 = 5;
const PROTOCOL: u32 = 7;
const CONCAT_FIELDS: std::ops::RangeInclusive<u32> = 8..=12;
const INFO: u32 = 0x14;
const SECRET_AS_KEY: u64 = 1;
const TLS_LENGTH: usize = 48;
const TLS_1_2: [u8; 4] = [3, 3, 0, 0];
const DTLS_1_2: [u8; 4] = [0xFD, 0xFE, 0, 0];

/// What HKDF properties set on a secret: the hash, and the pseudo-random key.
#[derive(Clone, Debug, Default)]
pub struct Hkdf {
    pub hash: Option<String>,
    pub key: Option<Vec<u8>>,
}

/// One request.
pub struct Request<'a> {
    pub kdf: &'a str,
    pub buffers: &'a [(u32, Vec<u8>)],
    pub flags: u64,
    pub hkdf: &'a Hkdf,
    /// The size of the output.
    pub size: usize,
}

impl Request<'_> {
    fn one(&self, kind: u32) -> Option<&[u8]> {
        self.buffers.iter().rev().find(|(known, _)| *known == kind).map(|(_, bytes)| bytes.as_slice())
    }

    fn all(&self, kind: u32) -> Vec<u8> {
        self.buffers.iter().filter(|(known, _)| *known == kind).flat_map(|(_, bytes)| bytes.clone()).collect()
    }

    fn hash(&self, otherwise: &str) -> Option<&'static hash::Hash> {
        let name = self.one(HASH_ALGORITHM).map_or_else(|| otherwise.to_owned(), utf16);
        hash::HASHES.iter().find(|hash| hash.name == name)
    }

    /// The bytes; `None` if the formula leaves something open.
    pub fn derive(&self, secret: &Secret) -> Option<Vec<u8>> {
        let z = &secret.z;
        let framed = || [self.all(PREPEND), z.clone(), self.all(APPEND)].concat();
        let mut derived = match self.kdf {
            "HASH" => self.hash("SHA1")?.digest(&framed()),
            "HMAC" => {
                let key = if self.flags & SECRET_AS_KEY != 0 { z } else { self.one(HMAC_KEY)? };
                self.hash("SHA1")?.hmac(key, &framed())
            }
            "TRUNCATE" => z.iter().rev().copied().collect(),
            "TLS_PRF" => self.tls(z)?,
            "SP800_56A_CONCAT" => {
                let hash = hash::find(secret.concat_hash?);
                let mut info = Vec::new();
                CONCAT_FIELDS.for_each(|kind| info.extend(self.all(kind)));
                kdf::concat(hash, z, &info, self.size)
            }
            "HKDF" => {
                let hash = hash::find(self.hkdf.hash.as_deref()?);
                kdf::hkdf_expand(hash, self.hkdf.key.as_ref()?, self.one(INFO).unwrap_or_default(), self.size)
            }
            _ => return None,
        };
        derived.truncate(self.size);
        Some(derived)
    }

    fn tls(&self, z: &[u8]) -> Option<Vec<u8>> {
        let (label, seed) = (self.one(LABEL)?, self.one(SEED)?);
        let derived = match self.one(PROTOCOL) {
            Some(protocol) if protocol == TLS_1_2 || protocol == DTLS_1_2 => {
                kdf::tls_p_hash(self.hash("SHA256")?, z, label, seed, TLS_LENGTH)
            }
            _ => kdf::tls_1_0(z, label, seed, TLS_LENGTH),
        };
        Some(derived)
    }
}

/// Text up to its NUL or its end.
pub fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    String::from_utf16_lossy(&units.take_while(|&unit| unit != 0).collect::<Vec<_>>())
}
