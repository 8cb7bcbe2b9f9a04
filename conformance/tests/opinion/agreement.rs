//! Keys as their blobs have them, and what they agree on.

use num_bigint_dig::BigUint;

use crate::cipher::Cipher;
use crate::weierstrass::Curve;
use crate::{curves, x25519};

/// What an algorithm handle is for.
#[derive(Clone, Debug, Default)]
pub struct Algorithm {
    /// The identifier, as `ECDH_P256`.
    pub id: String,
    /// The curve's name, if one was chosen.
    pub curve: Option<String>,
    /// Whether its hashes are HMACs.
    pub keyed: bool,
    /// What its keys begin with, if it is a cipher.
    pub cipher: Cipher,
}

/// A key with fixed numbers.
#[derive(Clone, Debug)]
pub enum Key {
    /// x, y and d, with the curve's name, or its numbers as `ECCParameters` writes them.
    Ec { name: Option<String>, numbers: Option<Vec<u8>>, x: Vec<u8>, y: Vec<u8>, d: Option<Vec<u8>> },
    /// p, g, y and x.
    Dh { p: Vec<u8>, g: Vec<u8>, y: Vec<u8>, x: Option<Vec<u8>> },
}

/// A secret: its bytes and the hash that SP800_56A_CONCAT takes, where that is known (behaviour.md e15).
#[derive(Clone, Debug)]
pub struct Secret {
    pub z: Vec<u8>,
    pub concat_hash: Option<&'static str>,
}

pub fn word(blob: &[u8], index: usize) -> Option<usize> {
    Some(u32::from_le_bytes(blob.get(4 * index..4 * index + 4)?.try_into().ok()?) as usize)
}

/// The fields of a blob behind its header.
pub fn fields(blob: &[u8], header: usize, widths: &[usize]) -> Option<Vec<Vec<u8>>> {
    let mut rest = blob.get(header..)?;
    widths
        .iter()
        .map(|&width| {
            let (field, after) = rest.split_at_checked(width)?;
            rest = after;
            Some(field.to_vec())
        })
        .collect()
}

const CURVE_OF_MAGIC: &[(usize, &str)] = &[
    (0x314B_4345, "nistP256"),
    (0x324B_4345, "nistP256"),
    (0x334B_4345, "nistP384"),
    (0x344B_4345, "nistP384"),
    (0x354B_4345, "nistP521"),
    (0x364B_4345, "nistP521"),
];
const PRIVATE_MAGICS: [usize; 4] = [0x324B_4345, 0x344B_4345, 0x364B_4345, 0x564B_4345];
const DH_PRIVATE: usize = 0x5650_4844;

/// The key of a blob that an implementation took; `None` for a form that is not followed.
pub fn import(algorithm: &Algorithm, blob_type: &str, blob: &[u8]) -> Option<Key> {
    let (magic, width) = (word(blob, 0)?, word(blob, 1)?);
    let private_type = blob_type.contains("PRIVATE");
    if algorithm.id == "DH" && !blob_type.starts_with("CAPI") {
        let private = private_type && magic == DH_PRIVATE;
        let parts = fields(blob, 8, &vec![width; if private { 4 } else { 3 }])?;
        let x = parts.get(3).cloned();
        return Some(Key::Dh { p: parts[0].clone(), g: parts[1].clone(), y: parts[2].clone(), x });
    }
    if blob_type.starts_with("ECCFULL") {
        let widths = [word(blob, 4)?, word(blob, 5)?, word(blob, 6)?, word(blob, 7)?];
        let [field, order, cofactor, seed] = widths;
        let numbers = 5 * field + order + cofactor + seed;
        let mut parts = fields(blob, 32 + numbers, &[field, field])?;
        let d = if private_type {
            Some(fields(blob, 32 + numbers + 2 * field, &[order])?.remove(0))
        } else {
            None
        };
        let parameters = blob.get(4..32 + numbers)?.to_vec();
        return Some(Key::Ec {
            name: None,
            numbers: Some(parameters),
            y: parts.remove(1),
            x: parts.remove(0),
            d,
        });
    }
    if !matches!(blob_type, "ECCPUBLICBLOB" | "ECCPRIVATEBLOB" | "PUBLICBLOB" | "PRIVATEBLOB") {
        return None;
    }
    let private = private_type && PRIVATE_MAGICS.contains(&magic);
    let mut parts = fields(blob, 8, &vec![width; if private { 3 } else { 2 }])?;
    let d = if private { Some(parts.remove(2)) } else { None };
    let of_magic =
        CURVE_OF_MAGIC.iter().find(|(known, _)| *known == magic).map(|(_, name)| (*name).to_owned());
    let fixed = curves::named(&algorithm.id).map(|_| algorithm.id.clone());
    let name = algorithm.curve.clone().or(fixed).or(of_magic)?;
    Some(Key::Ec { name: Some(name), numbers: None, y: parts.remove(1), x: parts.remove(0), d })
}

fn is_x25519(name: Option<&String>) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case("curve25519"))
}

/// What two keys agree on; `None` if it is not followed.
pub fn agree(private: &Key, public: &Key) -> Option<Secret> {
    match (private, public) {
        (Key::Dh { p, g, x: Some(x), .. }, Key::Dh { p: other, g: generator, y, .. }) => {
            // A success between two groups is not followed: there is no formula for it.
            (p == other && g == generator).then_some(())?;
            let [p_number, x, y] = [p, x, y].map(|bytes| BigUint::from_bytes_be(bytes));
            let digits = y.modpow(&x, &p_number).to_bytes_be();
            let z = [vec![0; p.len() - digits.len()], digits].concat();
            Some(Secret { concat_hash: (p.len() == 256).then_some("SHA256"), z })
        }
        (Key::Ec { name, d: Some(d), .. }, Key::Ec { name: other, x, .. }) if is_x25519(name.as_ref()) => {
            is_x25519(other.as_ref()).then(|| Secret { z: x25519::x25519(d, x), concat_hash: None })
        }
        (Key::Ec { name, numbers, d: Some(d), .. }, Key::Ec { x, y, .. }) => {
            let curve = match (name, numbers) {
                (Some(name), _) => curves::named(name)?,
                (None, Some(numbers)) => Curve::read(numbers),
                (None, None) => return None,
            };
            let [d, x, y] = [d, x, y].map(|bytes| BigUint::from_bytes_be(bytes));
            // A point of zeros asks for a computation that is not followed here.
            let (x, _) = curve.has(&(x.clone(), y.clone())).then(|| curve.times(&d, &(x, y)))??;
            let concat_hash = match name.as_deref().map(str::to_ascii_lowercase).as_deref() {
                Some("nistp256" | "secp256r1" | "ecdh_p256") => Some("SHA256"),
                Some("nistp384" | "secp384r1" | "ecdh_p384") => Some("SHA384"),
                _ => None,
            };
            Some(Secret { z: curve.bytes(&x), concat_hash })
        }
        _ => None,
    }
}
