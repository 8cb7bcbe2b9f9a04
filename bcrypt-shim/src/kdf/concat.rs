//! SP800_56A_CONCAT: Hash(counter ‖ Z ‖ AlgorithmID ‖ PartyUInfo ‖ PartyVInfo ‖ SuppPubInfo ‖
//! SuppPrivInfo), with a 32-bit big-endian counter from 1 for each block of output.
//!
//! The first three buffers must be there, but may be empty; the bytes are taken as they are, with no
//! length words added. Of a secret the hash is not a parameter: it goes with the key's strength. A size query
//! answers one digest; the caller may ask for any length up to a gibibyte, which is the engine's limit. Of a key to derive
//! from the hash is KDF_HASH_ALGORITHM, and KDF_GENERIC_PARAMETER may stand for all the other buffers. Source: NIST SP
//! 800-56A, 5.8.1 (2007); Microsoft's pages of BCryptDeriveKey and BCryptKeyDerivation; behaviour.md e15, n and s92.

use super::{Parameters, Request};
use crate::derivation::{self, Key};
use crate::engine::digest;
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, Status, require};

/// The most bytes that the engine derives, and that it takes of `info`.
const LONGEST: usize = 1 << 30;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let parts = parts(parameters)?;
    require(fits(&parts) && out.room().is_none_or(|room| room <= LONGEST))?;
    let info = memory::secret_concat(&parts)?;
    let digest = secret.concat_hash();
    let mut derived = memory::secret_zeros(out.room().unwrap_or(digest.length))?;
    if !derived.is_empty() && out.room().is_some() {
        let hash = digest.hash().ok_or(Status::InternalError)?;
        digest::concat_kdf(hash, secret.value(), &info, &mut derived)?;
    }
    out::truncated(out, &derived)
}

/// SP 800-56A of keys.
#[derive(Debug)]
pub struct Algorithm;

impl derivation::Algorithm for Algorithm {
    fn longest(&self) -> usize {
        LONGEST
    }

    /// Fails with `InvalidParameter` if no hash is named or a buffer is missing, and for a key of no bytes, which the engine
    /// does not take; with `NotSupported` for an unknown hash, MD2 and MD4.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, _: u32, out: &mut [u8]) -> Result<()> {
        let digest = parameters.digest()?.ok_or(Status::InvalidParameter)?;
        let hash = digest.hash().ok_or(Status::NotSupported)?;
        let parts = match parameters.get(names::KDF_GENERIC_PARAMETER) {
            Some(info) if KINDS.iter().all(|&kind| parameters.get(kind).is_none()) => {
                [info, &[], &[], &[], &[]]
            }
            Some(_) => return Err(Status::InvalidParameter),
            None => parts(parameters)?,
        };
        require(fits(&parts))?;
        let info = memory::secret_concat(&parts)?;
        if out.is_empty() { Ok(()) } else { digest::concat_kdf(hash, key.secret(), &info, out) }
    }
}

/// The buffers, in the order in which they are hashed.
const KINDS: [u32; 5] = [
    names::KDF_ALGORITHMID,
    names::KDF_PARTYUINFO,
    names::KDF_PARTYVINFO,
    names::KDF_SUPPPUBINFO,
    names::KDF_SUPPPRIVINFO,
];

fn parts(parameters: Parameters<'_>) -> Result<[&[u8]; 5]> {
    let [algorithm, party_u, party_v, public, private] = KINDS;
    Ok([
        parameters.required(algorithm)?,
        parameters.required(party_u)?,
        parameters.required(party_v)?,
        parameters.get(public).unwrap_or_default(),
        parameters.get(private).unwrap_or_default(),
    ])
}

fn fits(parts: &[&[u8]]) -> bool {
    // Each part has 2^32 bytes at most, so the sum fits 64 bits.
    parts.iter().map(|part| part.len() as u64).sum::<u64>() <= LONGEST as u64
}
