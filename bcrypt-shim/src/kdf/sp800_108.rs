//! SP800_108_CTR_HMAC: K(i) = PRF(key, BE32(i) ‖ Label ‖ 00 ‖ Context ‖ BE32(bits of all output)), i from 1.
//!
//! The PRF is HMAC over the named hash, or AES-CMAC. KDF_GENERIC_PARAMETER stands in place of Label ‖ 00 ‖ Context. Source:
//! NIST SP 800-108, 4.1; behaviour.md s89 to s91.

use zeroize::Zeroize;

use super::Parameters;
use crate::derivation::{self, Key};
use crate::engine::digest::LONGEST;
use crate::hash::Then;
use crate::names;
use crate::status::{Result, Status};

/// SP 800-108 in counter mode.
#[derive(Debug)]
pub struct Algorithm;

impl derivation::Algorithm for Algorithm {
    fn longest(&self) -> usize {
        u32::MAX as usize / 8
    }

    /// Fails with `InvalidParameter` if no PRF is named, and for a key that it does not take.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, _: u32, out: &mut [u8]) -> Result<()> {
        let prf = parameters.prf()?.ok_or(Status::InvalidParameter)?;
        let fixed = fixed(parameters)?;
        // `longest` has seen to it that it fits.
        let bits = (out.len() as u32).wrapping_mul(8).to_be_bytes();
        let length = prf.limits().digest;
        let mut storage = [0; LONGEST];
        let block = storage.get_mut(..length).ok_or(Status::InternalError)?;
        let mut started = prf.start(Some(key.secret()))?;
        let state = started.state()?;
        for (index, part) in (1_u32..).zip(out.chunks_mut(length)) {
            state.update(&index.to_be_bytes())?;
            fixed.iter().try_for_each(|input| state.update(input))?;
            state.update(&bits)?;
            state.finish(block, Then::Reset)?;
            part.iter_mut().zip(&*block).for_each(|(to, from)| *to = *from);
        }
        storage.zeroize();
        Ok(())
    }
}

/// Label ‖ 00 ‖ Context, or what the caller made of them. Fails with `InvalidParameter` for both.
fn fixed(parameters: Parameters<'_>) -> Result<[&[u8]; 3]> {
    let parts = [names::KDF_LABEL, names::KDF_CONTEXT].map(|kind| parameters.get(kind));
    match (parameters.get(names::KDF_GENERIC_PARAMETER), parts) {
        (Some(whole), [None, None]) => Ok([whole, &[], &[]]),
        (None, [label, context]) => Ok([label.unwrap_or_default(), &[0], context.unwrap_or_default()]),
        _ => Err(Status::InvalidParameter),
    }
}
