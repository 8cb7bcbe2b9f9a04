//! BCRYPT_RSAKEY_BLOB: `Magic`, `BitLength`, `cbPublicExp`, `cbModulus`, `cbPrime1`, `cbPrime2`, then e and n, in the private
//! forms p and q, and in the full one dp, dq, the inverse of q modulo p, and d.
//!
//! The header words are little-endian; the numbers are big-endian, one after the other, each as wide as its word says: dp and
//! the inverse as p, dq as q, d as n (behaviour.md t30).

use super::{Part, take, take_words};
use crate::engine::rsa::{Key, Number, Told};
use crate::memory::{self, SecretBytes};
use crate::names;
use crate::status::{Result, Status, require};

/// Bytes of the widest exponent (behaviour.md t35).
const MAX_EXPONENT: usize = 8;

/// The numbers of a blob.
#[derive(Debug)]
pub struct Numbers<'a> {
    /// The public exponent.
    pub e: &'a [u8],
    /// The modulus.
    pub n: &'a [u8],
    /// The primes, in the private forms.
    pub primes: Option<(&'a [u8], &'a [u8])>,
    /// The rest, in the full form.
    pub told: Option<Told<'a>>,
}

/// Reads a blob. Fails with `InvalidParameter` on a wrong magic or size, with `BadData` on an exponent of 2^64 or more
/// (behaviour.md t35). The magic tells which of the private forms it is.
///
/// Asked for the public form, it takes a whole private blob and leaves the private numbers out, as of the other key pairs
/// (behaviour.md c20). The number of bits is not looked at: programs give the exact one or that of whole bytes (t38).
pub fn parse(mut bytes: &[u8], part: Part) -> Result<Numbers<'_>> {
    let [magic, _, e_width, n_width, p_width, q_width] = take_words(&mut bytes)?.map(|word| word as usize);
    let is_private = match u32::try_from(magic) {
        Ok(names::BCRYPT_RSAPUBLIC_MAGIC) => false,
        Ok(names::BCRYPT_RSAPRIVATE_MAGIC | names::BCRYPT_RSAFULLPRIVATE_MAGIC) => true,
        _ => return Err(Status::InvalidParameter),
    };
    require(is_private || part == Part::Public)?;
    let (e, n) = (take(&mut bytes, e_width)?, take(&mut bytes, n_width)?);
    let (mut primes, mut told) = (None, None);
    if is_private {
        let (p, q) = (take(&mut bytes, p_width)?, take(&mut bytes, q_width)?);
        primes = Some((p, q));
        if magic == names::BCRYPT_RSAFULLPRIVATE_MAGIC as usize {
            told = Some(Told {
                dp: take(&mut bytes, p_width)?,
                dq: take(&mut bytes, q_width)?,
                q_inverse: take(&mut bytes, p_width)?,
                d: take(&mut bytes, n_width)?,
            });
        }
    }
    require(bytes.is_empty())?;
    let e = without_zeros(e);
    if e.len() > MAX_EXPONENT {
        return Err(Status::BadData);
    }
    let is_wanted = part == Part::Private;
    let (primes, told) = (primes.filter(|_| is_wanted), told.filter(|_| is_wanted));
    Ok(Numbers { e, n: without_zeros(n), primes, told })
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Writes the form of a key. Fails with `InvalidParameter` if the private half is asked for and missing.
pub fn encode(key: &Key, part: Part, is_full: bool) -> Result<SecretBytes> {
    let [e, n] = [key.width_of(Number::E)?, key.width()];
    let (magic, p, q) = match part {
        Part::Public => (names::BCRYPT_RSAPUBLIC_MAGIC, 0, 0),
        Part::Private => {
            let (p, q) = (key.width_of(Number::P)?, key.width_of(Number::Q)?);
            let magic = match is_full {
                true => names::BCRYPT_RSAFULLPRIVATE_MAGIC,
                false => names::BCRYPT_RSAPRIVATE_MAGIC,
            };
            (magic, p, q)
        }
    };
    let header = [magic, key.bits(), e as u32, n as u32, p as u32, q as u32].map(u32::to_le_bytes);
    let fields = [
        (Number::E, e),
        (Number::N, n),
        (Number::P, p),
        (Number::Q, q),
        (Number::Dp, p),
        (Number::Dq, q),
        (Number::QInverse, p),
        (Number::D, n),
    ];
    let count = match (part, is_full) {
        (Part::Public, _) => 2,
        (Part::Private, false) => 4,
        (Part::Private, true) => fields.len(),
    };
    written(key, header.as_flattened(), fields.get(..count).unwrap_or_default(), |_| {})
}

/// A header and numbers of so many bytes each, one after the other.
pub(super) fn written(
    key: &Key,
    header: &[u8],
    fields: &[(Number, usize)],
    turned: impl Fn(&mut [u8]),
) -> Result<SecretBytes> {
    let length = header.len() + fields.iter().map(|(_, width)| width).sum::<usize>();
    let mut blob = memory::secret_zeros(length)?;
    let (start, mut rest) = blob.split_at_mut_checked(header.len()).ok_or(Status::InternalError)?;
    start.copy_from_slice(header);
    for &(number, width) in fields {
        let (field, behind) = rest.split_at_mut_checked(width).ok_or(Status::InternalError)?;
        key.write(number, field)?;
        turned(field);
        rest = behind;
    }
    Ok(blob)
}
