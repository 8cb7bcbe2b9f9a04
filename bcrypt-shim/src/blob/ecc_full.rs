//! Curves as numbers: BCRYPT_ECC_PARAMETER_HEADER, the value of `ECCParameters`, and
//! BCRYPT_ECCFULLKEY_BLOB, which is such a value behind a magic and followed by Qx, Qy and, in the
//! private form, d.
//!
//! The header words are little-endian: version 1, curve type, how the curve was generated,
//! cbFieldLength, cbSubgroupOrder, cbCofactor, cbSeed. Then p, a, b, Gx and Gy with cbFieldLength bytes
//! each, n, h and the seed, big-endian; Qx and Qy are as wide as the field, d as n (behaviour.md c4, c5).

use super::{take, take_copy, take_word, take_words};
use crate::blob::Part;
use crate::curve::definition::{Domain, Numbers};
use crate::curve::{Curve, Magics};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, Status, require};

/// The key of a blob.
pub struct Key<'a> {
    /// The curve.
    pub curve: Curve,
    /// Qx and Qy, one after the other.
    pub coordinates: &'a [u8],
    /// d, in the private form.
    pub private: Option<&'a [u8]>,
}

/// Reads a blob of exactly this size. Fails with `InvalidParameter` on a wrong magic or size, and as
/// [`Curve::explicit`] does.
///
/// Asked for the public form, it takes a whole private blob and leaves d out, as for named curves.
pub fn parse(mut bytes: &[u8], part: Part, magics: Magics) -> Result<Key<'_>> {
    let magic = take_word(&mut bytes)?;
    let has_private = magic == magics.private;
    require(has_private || (part == Part::Public && magic == magics.public))?;
    let numbers = take_numbers(&mut bytes)?;
    let coordinates = take(&mut bytes, 2 * numbers.p.len())?;
    let private = if has_private { Some(take(&mut bytes, numbers.n.len())?) } else { None };
    require(bytes.is_empty())?;
    Ok(Key {
        curve: Curve::explicit(numbers)?,
        coordinates,
        private: private.filter(|_| part == Part::Private),
    })
}

/// Reads `ECCParameters` of exactly this size. Fails with `InvalidParameter` on a wrong size, and as
/// [`Curve::explicit`] does.
pub fn parse_parameters(mut bytes: &[u8]) -> Result<Curve> {
    let numbers = take_numbers(&mut bytes)?;
    require(bytes.is_empty())?;
    Curve::explicit(numbers)
}

/// Takes the header and the numbers off the front. The seed is passed over: with or without a hash it
/// says nothing about the curve (behaviour.md n, c33). Fails with `NotSupported` for curves other than
/// short Weierstrass ones.
fn take_numbers(bytes: &mut &[u8]) -> Result<Numbers> {
    let [version, kind, _generation, field, order, cofactor, seed] = take_words(bytes)?;
    require(version == names::BCRYPT_ECC_PARAMETER_HEADER_V1)?;
    match kind {
        names::BCRYPT_ECC_PRIME_SHORT_WEIERSTRASS_CURVE => {}
        names::BCRYPT_ECC_PRIME_TWISTED_EDWARDS_CURVE | names::BCRYPT_ECC_PRIME_MONTGOMERY_CURVE => {
            return Err(Status::NotSupported);
        }
        _ => return Err(Status::InvalidParameter),
    }
    let numbers = Numbers {
        p: take_copy(bytes, field)?,
        a: take_copy(bytes, field)?,
        b: take_copy(bytes, field)?,
        gx: take_copy(bytes, field)?,
        gy: take_copy(bytes, field)?,
        n: take_copy(bytes, order)?,
        h: take_copy(bytes, cofactor)?,
    };
    take(bytes, seed as usize)?;
    Ok(numbers)
}

/// Writes a blob of Qx and Qy and, in the private form, d, which is as wide as n.
pub fn encode(magic: u32, domain: &Domain, coordinates: &[u8], private: &[u8]) -> Result<SecretBytes> {
    memory::secret_concat(&[&magic.to_le_bytes(), &encode_parameters(domain)?, coordinates, private])
}

/// Writes `ECCParameters`, without a seed.
pub fn encode_parameters(domain: &Domain) -> Result<Vec<u8>> {
    let numbers = &domain.numbers;
    let widths = [&numbers.p, &numbers.n, &numbers.h].map(|number| number.len() as u32);
    let [field, order, cofactor] = widths;
    let header = [
        names::BCRYPT_ECC_PARAMETER_HEADER_V1,
        domain.kind(),
        names::BCRYPT_NO_CURVE_GENERATION_ALG_ID,
        field,
        order,
        cofactor,
        0,
    ];
    memory::concat(&[
        header.map(u32::to_le_bytes).as_flattened(),
        &numbers.p,
        &numbers.a,
        &numbers.b,
        &numbers.gx,
        &numbers.gy,
        &numbers.n,
        &numbers.h,
    ])
}
