//! SP800_56A_CONCAT: Hash(counter ‖ Z ‖ AlgorithmID ‖ PartyUInfo ‖ PartyVInfo ‖ SuppPubInfo ‖
//! SuppPrivInfo), with a 32-bit big-endian counter from 1 for each block of output.
//!
//! The first three buffers must be there, but may be empty; the bytes are taken as they are, with no
//! length words added. The hash is not a parameter: it goes with the key's strength. A size query
//! answers one digest; the caller may ask for any length up to a gibibyte, which is the engine's limit. Source: NIST SP 800-56A, 5.8.1 (2007);
//! Microsoft's page of BCryptDeriveKey; behaviour.md e15 and n.

use super::Request;
use crate::engine::digest;
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, Status, require};

/// The most bytes that the engine derives, and that it takes of `info`.
const LONGEST: usize = 1 << 30;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let parts = [
        parameters.required(names::KDF_ALGORITHMID)?,
        parameters.required(names::KDF_PARTYUINFO)?,
        parameters.required(names::KDF_PARTYVINFO)?,
        parameters.get(names::KDF_SUPPPUBINFO).unwrap_or_default(),
        parameters.get(names::KDF_SUPPPRIVINFO).unwrap_or_default(),
    ];
    // Each part has 2^32 bytes at most, so the sum fits 64 bits.
    let length: u64 = parts.iter().map(|part| part.len() as u64).sum();
    require(length <= LONGEST as u64 && out.room().is_none_or(|room| room <= LONGEST))?;
    let info = memory::secret_concat(&parts)?;
    let digest = secret.concat_hash();
    let mut derived = memory::secret_zeros(out.room().unwrap_or(digest.length))?;
    if !derived.is_empty() && out.room().is_some() {
        let hash = digest.hash().ok_or(Status::InternalError)?;
        digest::concat_kdf(hash, secret.value(), &info, &mut derived)?;
    }
    out::truncated(out, &derived)
}
