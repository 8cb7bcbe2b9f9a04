//! PBKDF2 (RFC 8018, 5.2): T(i) = U(1) ⊕ … ⊕ U(c), U(1) = PRF(password, salt ‖ BE32(i)), U(j) = PRF(password, U(j-1)).
//!
//! The PRF is any MAC: HMAC over each hash, or AES-CMAC (behaviour.md j34). The algorithm PBKDF2 has the password as its key,
//! and salt, iterations and hash as parameters (behaviour.md g11, s87).

use zeroize::Zeroize;

use super::Parameters;
use crate::derivation::{self, Key};
use crate::engine::digest::{self, LONGEST};
use crate::hash::{self, Then};
use crate::names;
use crate::status::{Result, Status, require};

/// Fills `out` from a password and a salt.
///
/// Fails with `InvalidParameter` for no iterations, and for a password that the PRF does not take as its key.
pub fn derive(
    prf: &dyn hash::Algorithm,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    out: &mut [u8],
) -> Result<()> {
    require(iterations > 0)?;
    let length = prf.limits().digest;
    let mut storage = [[0; LONGEST]; 2];
    let [block, sum] = &mut storage;
    let (block, sum) = match (block.get_mut(..length), sum.get_mut(..length)) {
        (Some(block), Some(sum)) => (block, sum),
        _ => return Err(Status::InternalError),
    };
    let mut started = prf.start(Some(password))?;
    let state = started.state()?;
    for (index, part) in (1_u32..).zip(out.chunks_mut(length)) {
        state.update(salt)?;
        state.update(&index.to_be_bytes())?;
        state.finish(block, Then::Reset)?;
        sum.copy_from_slice(block);
        state.chain(block, sum, iterations - 1)?;
        part.iter_mut().zip(&*sum).for_each(|(to, from)| *to = *from);
    }
    storage.as_flattened_mut().zeroize();
    Ok(())
}

/// PBKDF2 of keys.
#[derive(Debug)]
pub struct Algorithm;

/// Iterations where none are told (behaviour.md g11).
const ITERATIONS: u64 = 10_000;

impl derivation::Algorithm for Algorithm {
    /// Fails with `InvalidParameter` for no iterations or a number of another size, for a salt given twice, and for a
    /// password that the PRF does not take; with `NotSupported` for an unknown PRF.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, _: u32, out: &mut [u8]) -> Result<()> {
        let prf = match parameters.prf()? {
            Some(prf) => prf,
            None => hash::prf_of_name(|known| known == digest::SHA1.name)?,
        };
        let salt = match (parameters.get(names::KDF_SALT), parameters.get(names::KDF_GENERIC_PARAMETER)) {
            (Some(_), Some(_)) => return Err(Status::InvalidParameter),
            (salt, generic) => salt.or(generic).unwrap_or_default(),
        };
        let iterations = match parameters.get(names::KDF_ITERATION_COUNT) {
            None => ITERATIONS,
            Some(bytes) => number(bytes)?,
        };
        derive(prf, key.secret(), salt, iterations, out)
    }
}

/// A little-endian number of eight bytes, or four. Fails with `InvalidParameter` for another size.
fn number(bytes: &[u8]) -> Result<u64> {
    if let Ok(bytes) = bytes.try_into() {
        return Ok(u64::from_le_bytes(bytes));
    }
    bytes.try_into().map(|bytes| u32::from_le_bytes(bytes).into()).map_err(|_| Status::InvalidParameter)
}
