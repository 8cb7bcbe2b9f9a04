//! BCRYPT_DSA_KEY_BLOB and BCRYPT_DSA_KEY_BLOB_V2, and the same in `DSAParameters`: BCRYPT_DSA_PARAMETER_HEADER and its V2.
//!
//! - Up to 1024 bits: `dwMagic`, `cbKey`, then a count of 4 bytes, a seed and q of 20 bytes each, then p, g, y and, in the
//!   private form, x of 20 bytes.
//! - Above: `dwMagic`, `cbKey`, `hashAlgorithm`, `standardVersion`, `cbSeedLength`, `cbGroupSize`, then a count of 4 bytes,
//!   the seed, q, p, g, y and, in the private form, x, which is as wide as q.
//!
//! Parameters have `cbLength` before the magic, and neither y nor x. Header words are little-endian; the count and the
//! numbers are big-endian; p, g and y have cbKey bytes (behaviour.md t82, t83, t88).

use super::{Part, take, take_word, take_words};
use crate::engine::dsa::origin::{Origin, Standard};
use crate::engine::dsa::{LONG_ORDER, SHORT_ORDER};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, Status, require};

/// The greatest modulus of the short form, in bytes.
pub const SHORT_WIDTH: usize = 128;

/// What a blob tells of a group.
pub struct Domain<'a> {
    /// How its primes were found.
    pub origin: Origin,
    /// The order of the subgroup.
    pub q: &'a [u8],
    /// The modulus.
    pub p: &'a [u8],
    /// The generator.
    pub g: &'a [u8],
}

/// The numbers of a blob.
pub struct Numbers<'a> {
    /// The group.
    pub domain: Domain<'a>,
    /// The public number, as wide as p.
    pub y: &'a [u8],
    /// The private number, in the private form, as wide as q.
    pub x: Option<&'a [u8]>,
}

/// The two forms, by their magics.
struct Form {
    public: u32,
    private: u32,
    parameters: u32,
    is_long: bool,
}

static SHORT: Form = Form {
    public: names::BCRYPT_DSA_PUBLIC_MAGIC,
    private: names::BCRYPT_DSA_PRIVATE_MAGIC,
    parameters: names::BCRYPT_DSA_PARAMETERS_MAGIC,
    is_long: false,
};
static LONG: Form = Form {
    public: names::BCRYPT_DSA_PUBLIC_MAGIC_V2,
    private: names::BCRYPT_DSA_PRIVATE_MAGIC_V2,
    parameters: names::BCRYPT_DSA_PARAMETERS_MAGIC_V2,
    is_long: true,
};

impl Form {
    /// The form of a modulus of so many bytes (behaviour.md t84).
    fn of_width(width: usize) -> &'static Self {
        if width > SHORT_WIDTH { &LONG } else { &SHORT }
    }

    /// The form that has this magic.
    fn with(magic: u32, of: fn(&Self) -> [u32; 2]) -> Result<&'static Self> {
        [&SHORT, &LONG].into_iter().find(|form| of(form).contains(&magic)).ok_or(Status::InvalidParameter)
    }
}

/// Reads a blob. Fails with `InvalidParameter` on a wrong magic or size; one byte too many is wrong, as for DH.
///
/// Asked for the public form, it takes a whole private blob and leaves x out, as for EC keys (behaviour.md c20).
pub fn parse(mut bytes: &[u8], part: Part) -> Result<Numbers<'_>> {
    let magic = take_word(&mut bytes)?;
    let form = Form::with(magic, |form| [form.public, form.private])?;
    let has_private = magic == form.private;
    require(has_private || part == Part::Public)?;
    let domain = take_domain(&mut bytes, form)?;
    let y = take(&mut bytes, domain.p.len())?;
    let x = if has_private { Some(take(&mut bytes, domain.q.len())?) } else { None };
    require(bytes.is_empty())?;
    Ok(Numbers { domain, y, x: x.filter(|_| part == Part::Private) })
}

/// Writes a blob of a group, y and, in the private form, x.
pub fn encode(domain: &Domain<'_>, y: &[u8], x: Option<&[u8]>) -> Result<SecretBytes> {
    let form = Form::of_width(domain.p.len());
    let magic = if x.is_some() { form.private } else { form.public };
    let head = head(form, domain)?;
    memory::secret_concat(&[&magic.to_le_bytes(), &head, domain.p, domain.g, y, x.unwrap_or_default()])
}

/// Reads parameters. Fails with `InvalidParameter` on a wrong magic or size.
pub fn parse_parameters(bytes: &[u8]) -> Result<Domain<'_>> {
    let mut rest = bytes;
    require(take_word(&mut rest)? as usize == bytes.len())?;
    let form = Form::with(take_word(&mut rest)?, |form| [form.parameters; 2])?;
    let domain = take_domain(&mut rest, form)?;
    require(rest.is_empty())?;
    Ok(domain)
}

/// Writes parameters.
pub fn encode_parameters(domain: &Domain<'_>) -> Result<Vec<u8>> {
    let form = Form::of_width(domain.p.len());
    let head = head(form, domain)?;
    let length = 2 * size_of::<u32>() + head.len() + 2 * domain.p.len();
    let (length, magic) = ((length as u32).to_le_bytes(), form.parameters.to_le_bytes());
    memory::concat(&[&length, &magic, &head, domain.p, domain.g])
}

/// Takes what stands between the magic and y. Fails with `InvalidParameter`.
fn take_domain<'a>(bytes: &mut &'a [u8], form: &Form) -> Result<Domain<'a>> {
    let width = take_word(bytes)? as usize;
    require(form.is_long == (width > SHORT_WIDTH))?;
    let (standard, order) =
        if form.is_long { take_order(bytes)? } else { (Standard::Fips186_2, SHORT_ORDER) };
    let (count, rest) = bytes.split_first_chunk().ok_or(Status::InvalidParameter)?;
    *bytes = rest;
    let (seed, q) = (take(bytes, order)?, take(bytes, order)?);
    let (p, g) = (take(bytes, width)?, take(bytes, width)?);
    let origin = Origin { standard, seed: memory::copy(seed)?, count: u32::from_be_bytes(*count) };
    Ok(Domain { origin, q, p, g })
}

/// Takes what the long form tells of the primes: the edition, and the bytes of q, which are those of the seed and of the
/// hash's digest (behaviour.md t86).
fn take_order(bytes: &mut &[u8]) -> Result<(Standard, usize)> {
    let [hash, standard, seed, order] = take_words(bytes)?;
    let standard = match standard {
        names::DSA_FIPS186_2 => Standard::Fips186_2,
        names::DSA_FIPS186_3 => Standard::Fips186_3,
        _ => return Err(Status::InvalidParameter),
    };
    let order = order as usize;
    require(hash_of(order)? == hash && seed as usize == order)?;
    Ok((standard, order))
}

/// `hashAlgorithm` of a q of so many bytes. Fails with `InvalidParameter` for a size that q does not have here.
fn hash_of(order: usize) -> Result<u32> {
    match order {
        SHORT_ORDER => Ok(names::DSA_HASH_ALGORITHM_SHA1),
        LONG_ORDER => Ok(names::DSA_HASH_ALGORITHM_SHA256),
        _ => Err(Status::InvalidParameter),
    }
}

/// What stands between the magic and p.
fn head(form: &Form, domain: &Domain<'_>) -> Result<Vec<u8>> {
    let Domain { origin, q, .. } = domain;
    let standard = match origin.standard {
        Standard::Fips186_2 => names::DSA_FIPS186_2,
        Standard::Fips186_3 => names::DSA_FIPS186_3,
    };
    let order = q.len() as u32;
    let words = [domain.p.len() as u32, hash_of(q.len())?, standard, order, order].map(u32::to_le_bytes);
    let told = if form.is_long { words.as_flattened() } else { &words[0] };
    memory::concat(&[told, &origin.count.to_be_bytes(), &origin.seed, q])
}
