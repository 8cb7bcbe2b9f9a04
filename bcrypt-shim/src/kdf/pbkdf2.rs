//! PBKDF2 (RFC 8018, 5.2): T(i) = U(1) ⊕ … ⊕ U(c), U(1) = PRF(password, salt ‖ BE32(i)), U(j) = PRF(password, U(j-1)).
//!
//! The PRF is any MAC: HMAC over each hash, or AES-CMAC (behaviour.md j34).

use zeroize::Zeroize;

use crate::engine::digest::LONGEST;
use crate::hash::{self, Then};
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
    let state = started.state();
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
