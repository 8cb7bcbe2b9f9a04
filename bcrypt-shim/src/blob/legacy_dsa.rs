//! The DSS blobs of CryptoAPI, versions 2 and 3: numbers are little-endian.
//!
//! BLOBHEADER (type, version, two reserved bytes, ALG_ID), then
//! - in version 2: a magic, the bits of p, then p, q, g, then x or y, then DSSSEED;
//! - in version 3: a magic, the bit counts of p, q, j and, in the private form, x, then DSSSEED, then p, q, g, j, y and, in
//!   the private form, x; j may be missing (0 bits).
//!
//! q has 160 bits, and p at most 1024. DSSSEED is a counter and the 20 bytes of the seed, which are little-endian as well:
//! a stored blob's seed gives its primes turned round only (behaviour.md t93). Source: Microsoft's pages on DSS key blobs of
//! both versions.

use super::dsa::{Domain, SHORT_WIDTH};
use super::{take, take_word, take_words};
use crate::engine::dsa::SHORT_ORDER;
use crate::engine::dsa::origin::{Origin, Standard};
use crate::memory::{self, SecretBytes};
use crate::status::{Result, Status, require};

/// `bType` of a public key.
const PUBLIC_KEY: u8 = 6;
/// `bType` of a private key.
const PRIVATE_KEY: u8 = 7;
/// ALG_ID of DSS.
const DSS: u32 = 0x2200;
/// Bits of q.
const ORDER_BITS: u32 = SHORT_ORDER as u32 * 8;

/// What differs between the versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// "DSS1" and "DSS2".
    Two,
    /// "DSS3" and "DSS4".
    Three,
}

impl Version {
    fn number(self) -> u8 {
        match self {
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    fn public_magic(self) -> u32 {
        match self {
            Self::Two => 0x3153_5344,
            Self::Three => 0x3353_5344,
        }
    }

    fn private_magic(self) -> u32 {
        match self {
            Self::Two => 0x3253_5344,
            Self::Three => 0x3453_5344,
        }
    }
}

/// The numbers of a private blob, big-endian.
pub struct Numbers {
    /// How the primes were found.
    pub origin: Origin,
    /// The modulus.
    pub p: Vec<u8>,
    /// The order of the subgroup.
    pub q: Vec<u8>,
    /// The generator.
    pub g: Vec<u8>,
    /// The public number, where the version has it.
    pub y: Option<Vec<u8>>,
    /// The private number, as wide as q.
    pub x: SecretBytes,
}

/// Reads a private blob of exactly this size. Fails with `InvalidParameter` on anything else.
pub fn parse(mut bytes: &[u8], version: Version) -> Result<Numbers> {
    let [kind, number, ..] = take_word(&mut bytes)?.to_le_bytes();
    let [algorithm, magic] = take_words(&mut bytes)?;
    require(kind == PRIVATE_KEY && number == version.number() && algorithm == DSS)?;
    require(magic == version.private_magic())?;
    let numbers = match version {
        Version::Two => take_version_two(&mut bytes)?,
        Version::Three => take_version_three(&mut bytes)?,
    };
    require(bytes.is_empty())?;
    Ok(numbers)
}

fn take_version_two(bytes: &mut &[u8]) -> Result<Numbers> {
    let width = take_width(bytes)?;
    let (p, q) = (take(bytes, width)?, take(bytes, SHORT_ORDER)?);
    let (g, x) = (take(bytes, width)?, take(bytes, SHORT_ORDER)?);
    let origin = take_origin(bytes)?;
    Ok(Numbers { origin, p: reversed(p)?, q: reversed(q)?, g: reversed(g)?, y: None, x: private(x)? })
}

fn take_version_three(bytes: &mut &[u8]) -> Result<Numbers> {
    let width = take_width(bytes)?;
    let [q_bits, j_bits, x_bits] = take_words(bytes)?;
    require(q_bits == ORDER_BITS && x_bits <= ORDER_BITS)?;
    let origin = take_origin(bytes)?;
    let (p, q, g) = (take(bytes, width)?, take(bytes, SHORT_ORDER)?, take(bytes, width)?);
    take(bytes, j_bits.div_ceil(8) as usize)?;
    let (y, x) = (take(bytes, width)?, take(bytes, x_bits.div_ceil(8) as usize)?);
    let y = Some(reversed(y)?);
    Ok(Numbers { origin, p: reversed(p)?, q: reversed(q)?, g: reversed(g)?, y, x: private(x)? })
}

/// Takes the bits of p, as bytes.
fn take_width(bytes: &mut &[u8]) -> Result<usize> {
    let bits = take_word(bytes)?;
    require(bits.is_multiple_of(8))?;
    Ok(bits as usize / 8)
}

fn take_origin(bytes: &mut &[u8]) -> Result<Origin> {
    let count = take_word(bytes)?;
    let seed = take(bytes, SHORT_ORDER)?;
    match count {
        // The seed beside it has no meaning.
        u32::MAX => Origin::unknown(Standard::Fips186_2, SHORT_ORDER),
        count => Ok(Origin { standard: Standard::Fips186_2, seed: reversed(seed)?, count }),
    }
}

/// x, padded to the width of q.
fn private(little_endian: &[u8]) -> Result<SecretBytes> {
    let mut x = memory::secret_zeros(SHORT_ORDER)?;
    x.iter_mut().rev().zip(little_endian).for_each(|(to, from)| *to = *from);
    Ok(x)
}

/// Writes a blob of a group, big-endian y and, in the private form, x. Fails with `NotSupported` for a group that the
/// format has no room for.
pub fn encode(version: Version, domain: &Domain<'_>, y: &[u8], x: Option<&[u8]>) -> Result<SecretBytes> {
    if domain.q.len() != SHORT_ORDER || domain.p.len() > SHORT_WIDTH {
        return Err(Status::NotSupported);
    }
    let (kind, magic) = match x {
        Some(_) => (PRIVATE_KEY, version.private_magic()),
        None => (PUBLIC_KEY, version.public_magic()),
    };
    let header = [[kind, version.number(), 0, 0], DSS.to_le_bytes(), magic.to_le_bytes()];
    let bits = domain.p.len() as u32 * 8;
    let (p, q, g, y) = (reversed(domain.p)?, reversed(domain.q)?, reversed(domain.g)?, reversed(y)?);
    let seed = memory::concat(&[&domain.origin.count.to_le_bytes(), &reversed(&domain.origin.seed)?])?;
    let x_bits = if x.is_some() { &[ORDER_BITS][..] } else { &[] };
    let is_private = x.is_some();
    let mut x = memory::secret_copy(x.unwrap_or_default())?;
    x.reverse();
    match version {
        Version::Two => {
            let own = if is_private { &*x } else { &y };
            memory::secret_concat(&[header.as_flattened(), &bits.to_le_bytes(), &p, &q, &g, own, &seed])
        }
        Version::Three => {
            let counts = [bits, ORDER_BITS, 0].map(u32::to_le_bytes);
            let mut more = Vec::new();
            x_bits.iter().try_for_each(|bits| memory::append(&mut more, &bits.to_le_bytes()))?;
            memory::secret_concat(&[
                header.as_flattened(),
                counts.as_flattened(),
                &more,
                &seed,
                &p,
                &q,
                &g,
                &y,
                &x,
            ])
        }
    }
}

fn reversed(number: &[u8]) -> Result<Vec<u8>> {
    let mut copy = memory::copy(number)?;
    copy.reverse();
    Ok(copy)
}
