//! HKDF: HKDF-Expand(PRK, info, length).
//!
//! The hash and the pseudo-random key are set by properties of the secret; info is KDF_HKDF_INFO. The
//! caller chooses the length: 1 to 255 digests; a size query answers what the caller asked for. Source: RFC 5869, 2.3; behaviour.md e17.

use super::Request;
use crate::engine::digest;
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, require};

/// Longest output, in digests.
const MAX_BLOCKS: usize = 255;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let info = parameters.get(names::KDF_HKDF_INFO).unwrap_or_default();
    let (hash, digest_length, key) = secret.hkdf()?;
    let Some(length) = out.room() else {
        out.report(out.requested());
        return Ok(());
    };
    require((1..=MAX_BLOCKS * digest_length).contains(&length))?;
    let mut derived = memory::secret_zeros(length)?;
    digest::hkdf_expand(hash, &key, info, &mut derived)?;
    out::truncated(out, &derived)
}
