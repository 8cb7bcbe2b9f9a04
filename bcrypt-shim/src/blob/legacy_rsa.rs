//! The RSA blobs of CryptoAPI: numbers are little-endian.
//!
//! PUBLICKEYSTRUC (type, version, two reserved bytes, ALG_ID), then RSAPUBKEY (a magic, the bits of n, e as a word), then n
//! and, in the private form, p, q, dp, dq, the inverse of q modulo p, and d; n and d have the bytes that the bits fill, the
//! others those that half of them fill. Source: Microsoft's pages on private and public key blobs; behaviour.md t42, t43.

use super::rsa::written;
use super::{Part, take, take_word, take_words};
use crate::engine::rsa::{Key, Number, Told};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, Status, require};

/// `bType` of a public key.
const PUBLIC_KEY: u8 = 6;
/// `bType` of a private key.
const PRIVATE_KEY: u8 = 7;
/// `bVersion`.
const VERSION: u8 = 2;
/// ALG_ID of keys that encrypt: CALG_RSA_KEYX.
const EXCHANGE_KEY: u32 = 0xA400;
/// ALG_ID of keys that sign: CALG_RSA_SIGN.
const SIGNATURE_KEY: u32 = 0x2400;

/// The numbers of a private blob, big-endian.
#[derive(Debug)]
pub struct Numbers {
    /// The public exponent.
    pub e: [u8; 4],
    /// The modulus.
    pub n: SecretBytes,
    /// The first prime.
    pub p: SecretBytes,
    /// The second prime.
    pub q: SecretBytes,
    dp: SecretBytes,
    dq: SecretBytes,
    q_inverse: SecretBytes,
    d: SecretBytes,
}

impl Numbers {
    /// What a key can be completed with.
    pub fn told(&self) -> Told<'_> {
        Told { d: &self.d, dp: &self.dp, dq: &self.dq, q_inverse: &self.q_inverse }
    }
}

/// Reads a private blob of exactly this size. Fails with `InvalidParameter` on anything else.
pub fn parse(mut bytes: &[u8]) -> Result<Numbers> {
    let [kind, version, ..] = take_word(&mut bytes)?.to_le_bytes();
    let [algorithm, magic, bits, e] = take_words(&mut bytes)?;
    require(kind == PRIVATE_KEY && version == VERSION && magic == names::BCRYPT_RSAPRIVATE_MAGIC)?;
    require([EXCHANGE_KEY, SIGNATURE_KEY].contains(&algorithm))?;
    let (whole, half) = widths(bits);
    let mut number = |width| {
        let mut number = memory::secret_copy(take(&mut bytes, width)?)?;
        number.reverse();
        Ok::<_, Status>(number)
    };
    let numbers = Numbers {
        e: e.to_be_bytes(),
        n: number(whole)?,
        p: number(half)?,
        q: number(half)?,
        dp: number(half)?,
        dq: number(half)?,
        q_inverse: number(half)?,
        d: number(whole)?,
    };
    require(bytes.is_empty())?;
    Ok(numbers)
}

/// Writes the form of a key. Fails with `InvalidParameter` if the private half is asked for and missing, with `NotSupported`
/// if the exponent does not fit a word, or a prime the half of n.
pub fn encode(key: &Key, part: Part) -> Result<SecretBytes> {
    let (whole, half) = widths(key.bits());
    let mut e = [0; 4];
    let fits = |number, width| key.width_of(number).map(|needed| needed <= width);
    if !fits(Number::E, e.len())? {
        return Err(Status::NotSupported);
    }
    key.write(Number::E, &mut e)?;
    let e = u32::from_be_bytes(e);
    let (kind, magic) = match part {
        Part::Public => (PUBLIC_KEY, names::BCRYPT_RSAPUBLIC_MAGIC),
        Part::Private if !(fits(Number::P, half)? && fits(Number::Q, half)?) => {
            return Err(Status::NotSupported);
        }
        Part::Private => (PRIVATE_KEY, names::BCRYPT_RSAPRIVATE_MAGIC),
    };
    let start = u32::from_le_bytes([kind, VERSION, 0, 0]);
    let header = [start, EXCHANGE_KEY, magic, key.bits(), e].map(u32::to_le_bytes);
    let fields = [
        (Number::N, whole),
        (Number::P, half),
        (Number::Q, half),
        (Number::Dp, half),
        (Number::Dq, half),
        (Number::QInverse, half),
        (Number::D, whole),
    ];
    let count = if part == Part::Public { 1 } else { fields.len() };
    let fields = fields.get(..count).unwrap_or_default();
    written(key, header.as_flattened(), fields, <[u8]>::reverse)
}

/// Bytes that the bits of a modulus fill, and half of them.
fn widths(bits: u32) -> (usize, usize) {
    (bits.div_ceil(8) as usize, bits.div_ceil(16) as usize)
}
