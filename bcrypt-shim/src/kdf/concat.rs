//! SP800_56A_CONCAT: Hash(counter ‖ Z ‖ AlgorithmID ‖ PartyUInfo ‖ PartyVInfo ‖ SuppPubInfo ‖
//! SuppPrivInfo), with a 32-bit big-endian counter from 1 for each block of output.
//!
//! The first three buffers must be there, but may be empty; the bytes are taken as they are, with no
//! length words added. The hash is not a parameter: it goes with the key's strength. A size query
//! answers one digest; the caller may ask for any length. Source: NIST SP 800-56A, 5.8.1 (2007);
//! Microsoft's page of BCryptDeriveKey; behaviour.md e15 and n.

use super::Request;
use crate::engine::digest;
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, Status};

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let info = memory::secret_concat(&[
        parameters.required(names::KDF_ALGORITHMID)?,
        parameters.required(names::KDF_PARTYUINFO)?,
        parameters.required(names::KDF_PARTYVINFO)?,
        parameters.get(names::KDF_SUPPPUBINFO).unwrap_or_default(),
        parameters.get(names::KDF_SUPPPRIVINFO).unwrap_or_default(),
    ])?;
    let digest = secret.concat_hash();
    let mut derived = memory::secret_zeros(out.room().unwrap_or(digest.length))?;
    if !derived.is_empty() && out.room().is_some() {
        let hash = digest.hash().ok_or(Status::InternalError)?;
        digest::concat_kdf(hash, secret.value(), &info, &mut derived)?;
    }
    out::truncated(out, &derived)
}
