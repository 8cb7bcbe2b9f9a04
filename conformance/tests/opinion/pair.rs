//! Keys that sign, decrypt and decapsulate, as their blobs have them, and what comes out of them by the formulas.

use num_bigint_dig::BigUint;

use crate::agreement::{Algorithm, fields, word};
use crate::derivation::utf16;
use crate::dsa::Group;
use crate::hash::{HASHES, Hash};
use crate::lattice::{self, Decapsulation, Signed, Verification};
use crate::weierstrass::Curve;
use crate::{bytes, curves, ecdsa, number, rsa};

/// A key with fixed numbers.
#[derive(Clone, Debug)]
pub enum Pair {
    Rsa(Rsa),
    Dsa { p: Vec<u8>, q: Vec<u8>, g: Vec<u8>, y: Vec<u8> },
    Ecdsa { curve: String, x: Vec<u8>, y: Vec<u8>, d: Option<Vec<u8>> },
    MlKem(Decapsulation),
    MlDsa(Verification),
}

/// n and e, and the primes if the private half is there.
#[derive(Clone, Debug)]
pub struct Rsa {
    n: BigUint,
    e: BigUint,
    primes: Option<(BigUint, BigUint)>,
    /// Bytes of n.
    pub width: usize,
}

/// What stands beside a digest or a text: a name, a number or a label, and the flags.
#[derive(Debug, Default)]
pub struct Padding {
    pub flags: u64,
    pub name: Option<String>,
    pub salt: usize,
    pub label: Vec<u8>,
    pub context: Vec<u8>,
}

/// Algorithms whose keys sign, decrypt or decapsulate.
pub const ALGORITHMS: &[&str] =
    &["RSA", "RSA_SIGN", "DSA", "ECDSA_P256", "ECDSA_P384", "ECDSA_P521", "ECDSA", "ML-KEM", "ML-DSA"];

pub const RAW: u64 = 1;
pub const PKCS1: u64 = 2;
pub const OAEP: u64 = 4;
const PSS: u64 = 8;
const OPTIONAL_IDENTIFIER: u64 = 0x10;
const PQDSA: u64 = 0x20;
const EXTERNAL_MU: u64 = 0x40;

const RSA_PRIVATE: [usize; 2] = [0x3241_5352, 0x3341_5352];
const ECDSA_PRIVATE: [usize; 4] = [0x3253_4345, 0x3453_4345, 0x3653_4345, 0x5644_4345];
const ECDSA_FIXED: &[(usize, &str)] = &[
    (0x3153_4345, "nistP256"),
    (0x3253_4345, "nistP256"),
    (0x3353_4345, "nistP384"),
    (0x3453_4345, "nistP384"),
    (0x3553_4345, "nistP521"),
    (0x3653_4345, "nistP521"),
];
const DSA_LONG: [usize; 2] = [0x3242_5044, 0x3256_5044];

/// The key of a blob that an implementation took; `None` for a form that is not followed.
pub fn import(algorithm: &Algorithm, blob_type: &str, blob: &[u8]) -> Option<Pair> {
    let magic = word(blob, 0)?;
    match algorithm.id.as_str() {
        "RSA" | "RSA_SIGN" if !blob_type.starts_with("CAPI") => rsa_key(blob, magic),
        "DSA" if !blob_type.contains("CAPI") => dsa_key(blob, magic),
        "ML-KEM" | "ML-DSA" => lattice_key(&algorithm.id, blob_type, blob),
        id if id.starts_with("ECDSA") && !blob_type.starts_with("ECCFULL") => {
            let width = word(blob, 1)?;
            let private = blob_type.contains("PRIVATE") && ECDSA_PRIVATE.contains(&magic);
            let mut parts = fields(blob, 8, &vec![width; if private { 3 } else { 2 }])?;
            let d = private.then(|| parts.remove(2));
            let fixed = curves::named(id).map(|_| id.to_owned());
            let of_magic = ECDSA_FIXED.iter().find(|(known, _)| *known == magic);
            let curve = algorithm.curve.clone().or(fixed).or(of_magic.map(|(_, name)| (*name).to_owned()))?;
            Some(Pair::Ecdsa { curve, y: parts.remove(1), x: parts.remove(0), d })
        }
        _ => None,
    }
}

fn rsa_key(blob: &[u8], magic: usize) -> Option<Pair> {
    let widths = [word(blob, 2)?, word(blob, 3)?, word(blob, 4)?, word(blob, 5)?];
    let private = RSA_PRIVATE.contains(&magic);
    let parts = fields(blob, 24, if private { &widths } else { &widths[..2] })?;
    let primes = private.then(|| (number(&parts[2]), number(&parts[3])));
    let n = number(&parts[1]);
    Some(Pair::Rsa(Rsa { width: n.bits().div_ceil(8), n, e: number(&parts[0]), primes }))
}

fn dsa_key(blob: &[u8], magic: usize) -> Option<Pair> {
    let width = word(blob, 1)?;
    let (q, header) = if DSA_LONG.contains(&magic) {
        let (seed, q) = (word(blob, 4)?, word(blob, 5)?);
        (fields(blob, 28 + seed, &[q])?.remove(0), 28 + seed + q)
    } else {
        (fields(blob, 32, &[20])?.remove(0), 52)
    };
    let mut parts = fields(blob, header, &[width; 3])?;
    Some(Pair::Dsa { y: parts.remove(2), g: parts.remove(1), p: parts.remove(0), q })
}

fn lattice_key(id: &str, blob_type: &str, blob: &[u8]) -> Option<Pair> {
    let (name, width) = (word(blob, 1)?, word(blob, 2)?);
    let mut parts = fields(blob, 12, &[name, width])?;
    let (key, set) = (parts.remove(1), utf16(&parts[0]));
    let seed = blob_type.contains("SEED");
    match (id, blob_type) {
        ("ML-KEM", "MLKEMPRIVATEBLOB" | "MLKEMPRIVATESEEDBLOB") => {
            Some(Pair::MlKem(Decapsulation { set, seed, key }))
        }
        ("ML-DSA", "PQDSAPUBLICBLOB" | "PQDSAPRIVATESEEDBLOB") => {
            Some(Pair::MlDsa(Verification { set, seed, key }))
        }
        _ => None,
    }
}

impl Pair {
    /// Whether a signature of the right length fits; `None` if it is not followed.
    pub fn verifies(&self, padding: &Padding, digest: &[u8], signature: &[u8]) -> Option<bool> {
        match self {
            Pair::Rsa(key) => key.verifies(padding, digest, signature),
            Pair::Dsa { p, q, g, y } => {
                let group = Group { p: number(p), q: number(q), g: number(g) };
                Some(group.verifies(&number(y), digest, signature))
            }
            Pair::Ecdsa { curve, x, y, d } => {
                let curve = curves::named(curve)?;
                let point = public_point(&curve, x, y, d.as_deref())?;
                Some(ecdsa::verifies(&curve, &point, digest, signature))
            }
            Pair::MlDsa(key) => {
                let signed = match (padding.flags, padding.name.as_deref()) {
                    (EXTERNAL_MU, _) => Signed::Mu(digest),
                    (0, _) => Signed::Message { context: &[], message: digest },
                    (PQDSA, None) => Signed::Message { context: &padding.context, message: digest },
                    (PQDSA, Some(hash)) => Signed::Digest { context: &padding.context, hash, digest },
                    _ => return None,
                };
                lattice::verifies(key, &signed, signature)
            }
            Pair::MlKem(_) => None,
        }
    }
}

/// The point of a blob, or if its coordinates are zero that of its private value.
fn public_point(curve: &Curve, x: &[u8], y: &[u8], d: Option<&[u8]>) -> Option<(BigUint, BigUint)> {
    let point = (number(x), number(y));
    match d {
        Some(d) if point == (BigUint::default(), BigUint::default()) => curve.times(&number(d), &curve.g),
        _ => Some(point),
    }
}

fn hash(name: &str) -> Option<&'static Hash> {
    HASHES.iter().find(|hash| hash.name.eq_ignore_ascii_case(name))
}

/// What stands before a digest in PKCS #1 (RFC 8017, 9.2), with NULL and without.
fn identifiers(name: &str) -> Option<[Vec<u8>; 2]> {
    let object: &[u8] = match name.to_ascii_uppercase().as_str() {
        "MD2" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 2],
        "MD4" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 4],
        "MD5" => &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 2, 5],
        "SHA1" => &[0x2B, 0x0E, 3, 2, 0x1A],
        "SHA256" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
        "SHA384" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
        "SHA512" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
        "SHA3-256" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8],
        "SHA3-384" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9],
        "SHA3-512" => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10],
        _ => return None,
    };
    let length = hash(name)?.length;
    Some([&[5_u8, 0][..], &[]].map(|parameters| {
        let algorithm = [&[6, object.len() as u8], object, parameters].concat();
        let inner = [&[0x30, algorithm.len() as u8], &algorithm[..], &[4, length as u8]].concat();
        [&[0x30, (inner.len() + length) as u8], &inner[..]].concat()
    }))
}

impl Rsa {
    /// Type 1 around some bytes.
    fn block(&self, text: &[u8]) -> Option<Vec<u8>> {
        let padding = vec![0xFF; self.width.checked_sub(text.len() + 3).filter(|&length| length >= 8)?];
        Some([&[0, 1], &padding[..], &[0], text].concat())
    }

    /// The blocks that PKCS #1 takes for a digest; the first is the one it makes.
    fn blocks(&self, padding: &Padding, digest: &[u8]) -> Option<Vec<Vec<u8>>> {
        let Some(name) = &padding.name else { return Some(vec![self.block(digest)?]) };
        let mut texts: Vec<_> = identifiers(name)?.map(|before| [&before, digest].concat()).into();
        if padding.flags & OPTIONAL_IDENTIFIER != 0 {
            texts.push(digest.to_vec());
        }
        texts.iter().map(|text| self.block(text)).collect()
    }

    pub fn public_power(&self, input: &[u8]) -> Vec<u8> {
        bytes(&number(input).modpow(&self.e, &self.n), self.width)
    }

    fn verifies(&self, padding: &Padding, digest: &[u8], signature: &[u8]) -> Option<bool> {
        let encoded = self.public_power(signature);
        match padding.flags & !OPTIONAL_IDENTIFIER {
            PKCS1 => Some(self.blocks(padding, digest)?.contains(&encoded)),
            PSS => {
                let hash = hash(padding.name.as_ref()?)?;
                let salt = rsa::salt_of_pss(hash, self.n.bits(), &encoded, digest);
                Some(salt.is_some_and(|salt| salt.len() == padding.salt))
            }
            _ => None,
        }
    }

    /// Whether these are the bytes of the signature, for the padding that has no random part.
    pub fn signed(&self, padding: &Padding, digest: &[u8], signature: &[u8]) -> Option<bool> {
        (padding.flags == PKCS1).then_some(())?;
        Some(self.public_power(signature) == *self.blocks(padding, digest)?.first()?)
    }

    fn private_power(&self, input: &[u8]) -> Option<Vec<u8>> {
        let (p, q) = self.primes.as_ref()?;
        let one = BigUint::from(1_u8);
        let input = number(input);
        let half = |prime: &BigUint| {
            let less = prime - &one;
            input.modpow(&(rsa::inverse(&(&self.e % &less), &less)), prime)
        };
        let (of_p, of_q) = (half(p), half(q));
        let h = (&of_p + p - &of_q % p) * rsa::inverse(&(q % p), p) % p;
        Some(bytes(&(of_q + h * q), self.width))
    }

    /// The text of a ciphertext that was decrypted.
    pub fn decrypted(&self, padding: &Padding, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let encoded = self.private_power(ciphertext)?;
        match padding.flags {
            0 | RAW => Some(encoded),
            PKCS1 => {
                let (head, rest) = encoded.split_at(2);
                let end =
                    rest.iter().position(|&byte| byte == 0).filter(|&end| end >= 8 && head == [0, 2])?;
                Some(rest[end + 1..].to_vec())
            }
            OAEP => rsa::text_of_oaep(hash(padding.name.as_ref()?)?, &padding.label, &encoded),
            _ => None,
        }
    }
}
