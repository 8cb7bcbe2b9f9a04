//! HASH: Hash(prepend ‖ Z ‖ append).
//!
//! The hash is KDF_HASH_ALGORITHM, else SHA-1. Z is the whole secret with its leading zeros. A shorter
//! buffer gets the leading bytes, a longer one no more than the digest. Source: Microsoft's page of
//! BCryptDeriveKey; behaviour.md e7, e9, e12.

use super::Request;
use crate::engine::digest;
use crate::memory;
use crate::out::{self, Output};
use crate::status::Result;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let digest = parameters.digest()?.unwrap_or(&digest::SHA1);
    let mut derived = memory::secret_zeros(digest.length)?;
    if out.room().is_some() {
        digest.digest(&parameters.framed(secret)?, &mut derived)?;
    }
    out::truncated(out, &derived)
}
