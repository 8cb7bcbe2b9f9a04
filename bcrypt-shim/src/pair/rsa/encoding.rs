//! How a hash is laid out in the number that is signed: PKCS #1 type 1, and PSS (RFC 8017, 9.1 and 9.2).
//!
//! The engine's own layouts take only hashes of their function's length and no hash of another crate's, and PSS here takes any
//! bytes (behaviour.md t54).

use crate::engine::digest::{Digest, LONGEST};
use crate::engine::random;
use crate::memory;
use crate::names;
use crate::status::{Result, Status, require};

/// Bytes of PKCS #1 around what is signed: 0, 1, at least eight times 0xFF, and 0.
const OVERHEAD: usize = 11;
/// The last byte of PSS.
const TRAILER: u8 = 0xBC;

/// Whether the identifier of a hash has the NULL of absent parameters behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameters {
    /// It has, as RFC 8017 asks for.
    Null,
    /// It has not; verification takes that too (behaviour.md t55).
    Absent,
}

/// The bare hash in PKCS #1, or with the identifier of its function; over all of `out`, which is as wide as the modulus.
///
/// Fails with `InvalidParameter` if the hash is not as long as its function's (behaviour.md t54), or `out` too short (t56).
pub fn pkcs1(identified: Option<(&Digest, Parameters)>, hash: &[u8], out: &mut [u8]) -> Result<()> {
    let prefix = match identified {
        Some((digest, parameters)) => {
            require(hash.len() == digest.length)?;
            let identifier = identifier(digest, parameters)?;
            let (inner, length) = (identifier.len() as u8, hash.len() as u8);
            memory::concat(&[&[0x30, inner + length + 4, 0x30, inner], identifier, &[0x04, length]])?
        }
        None => memory::zeros(0)?,
    };
    let padding = out.len().checked_sub(prefix.len() + hash.len() + OVERHEAD);
    let padding = padding.ok_or(Status::InvalidParameter)? + 8;
    let filled = memory::filled(padding, || 0xFF)?;
    out.copy_from_slice(&memory::concat(&[&[0, 1], &filled, &[0], &prefix, hash])?);
    Ok(())
}

/// The object identifier of a hash, in DER, with or without the NULL.
fn identifier(digest: &Digest, parameters: Parameters) -> Result<&'static [u8]> {
    // What a property lists is not all that signatures have: RFC 8017, appendix B.1, for MD2; RFC 1320's for MD4.
    const MD2: &[u8] = &[0x06, 8, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x02, 0x05, 0x00];
    const MD4: &[u8] = &[0x06, 8, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x02, 0x04, 0x05, 0x00];
    let with_null = match (digest.oids, digest.name) {
        ([with_null, ..], _) => *with_null,
        (_, names::BCRYPT_MD2_ALGORITHM) => MD2,
        (_, names::BCRYPT_MD4_ALGORITHM) => MD4,
        _ => return Err(Status::NotSupported),
    };
    match parameters {
        Parameters::Null => Ok(with_null),
        Parameters::Absent => {
            with_null.split_last_chunk::<2>().map(|(id, _)| id).ok_or(Status::InternalError)
        }
    }
}

/// PSS over all of `out`, which is as wide as the modulus of so many bits, with a random salt.
///
/// Fails with `InvalidParameter` if hash and salt don't fit (behaviour.md t56, t58), with `InternalError` if the operating
/// system gives no random bytes.
pub fn pss(digest: &Digest, salt: usize, hash: &[u8], bits: u32, out: &mut [u8]) -> Result<()> {
    require(hash.len() <= out.len() && salt <= out.len())?;
    out.fill(0);
    let (encoded, mask) = pss_part(out, bits).ok_or(Status::InternalError)?;
    let masked = encoded.len().checked_sub(digest.length + 1).ok_or(Status::InvalidParameter)?;
    require(masked > salt)?;
    let (block, rest) = encoded.split_at_mut_checked(masked).ok_or(Status::InternalError)?;
    let (marker, salt_bytes) = block.split_at_mut_checked(masked - salt).ok_or(Status::InternalError)?;
    random::fill(salt_bytes)?;
    if let Some(last) = marker.last_mut() {
        *last = 1;
    }
    let [own @ .., trailer] = rest else { return Err(Status::InternalError) };
    digest.digest(&[&[0; 8], hash, salt_bytes], own)?;
    *trailer = TRAILER;
    xor_mask(digest, own, block)?;
    if let Some(first) = block.first_mut() {
        *first &= mask;
    }
    Ok(())
}

/// Whether a number that was signed is the PSS of a hash, with a salt of exactly this length. It is overwritten.
///
/// Fails with `InvalidSignature` if not, with `InvalidParameter` for a hash or a salt of more bytes than the modulus has
/// (behaviour.md t54, t58).
pub fn verify_pss(digest: &Digest, salt: usize, hash: &[u8], bits: u32, number: &mut [u8]) -> Result<()> {
    require(hash.len() <= number.len() && salt <= number.len())?;
    if is_pss(digest, salt, hash, bits, number)? { Ok(()) } else { Err(Status::InvalidSignature) }
}

fn is_pss(digest: &Digest, salt: usize, hash: &[u8], bits: u32, number: &mut [u8]) -> Result<bool> {
    let Some((encoded, mask)) = pss_part(number, bits) else { return Ok(false) };
    let Some(masked) = encoded.len().checked_sub(digest.length + 1).filter(|&masked| masked > salt) else {
        return Ok(false);
    };
    let (block, rest) = encoded.split_at_mut_checked(masked).ok_or(Status::InternalError)?;
    let [own @ .., trailer] = rest else { return Ok(false) };
    if *trailer != TRAILER || block.first().is_none_or(|&first| first & !mask != 0) {
        return Ok(false);
    }
    xor_mask(digest, own, block)?;
    if let Some(first) = block.first_mut() {
        *first &= mask;
    }
    let (start, salt) = block.split_at_mut_checked(masked - salt).ok_or(Status::InternalError)?;
    if !matches!(start, [zeros @ .., 1] if memory::is_zero(zeros)) {
        return Ok(false);
    }
    let mut expected = [0; LONGEST];
    let expected = expected.get_mut(..digest.length).ok_or(Status::InternalError)?;
    digest.digest(&[&[0; 8], hash, salt], expected)?;
    Ok(expected == own)
}

/// The bytes of a number that PSS uses, one bit less than the modulus has, and the bits of the first one that it uses.
/// `None` if a byte that it leaves out is not 0.
fn pss_part(number: &mut [u8], bits: u32) -> Option<(&mut [u8], u8)> {
    let used = bits.saturating_sub(1);
    let (before, encoded) =
        number.split_at_mut_checked(number.len().checked_sub(used.div_ceil(8) as usize)?)?;
    memory::is_zero(before).then_some((encoded, 0xFF >> (unused_bits(used))))
}

/// Bits that the first of so many bits' bytes leaves unused.
fn unused_bits(bits: u32) -> u32 {
    bits.next_multiple_of(8) - bits
}

/// XORs a mask made of a seed to bytes: MGF1 (RFC 8017, B.2.1).
fn xor_mask(digest: &Digest, seed: &[u8], bytes: &mut [u8]) -> Result<()> {
    let mut mask = [0; LONGEST];
    for (count, chunk) in (0_u32..).zip(bytes.chunks_mut(digest.length)) {
        digest.digest(&[seed, &count.to_be_bytes()], &mut mask)?;
        chunk.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
    }
    Ok(())
}
