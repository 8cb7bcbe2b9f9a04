//! HMAC: HMAC-Hash(key, prepend ‖ Z ‖ append).
//!
//! The key is KDF_HMAC_KEY, or Z itself by KDF_USE_SECRET_AS_HMAC_KEY_FLAG; both at once are refused,
//! as Microsoft's page forbids it; without either it is empty. The hash and the sizes are those of
//! HASH. Source: Microsoft's page of BCryptDeriveKey; RFC 2104; behaviour.md e13.

use super::Request;
use crate::engine::digest;
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, require};

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, flags } = request;
    let digest = parameters.digest()?.unwrap_or(&digest::SHA1);
    let key = parameters.get(names::KDF_HMAC_KEY);
    let secret_is_key = flags & names::KDF_USE_SECRET_AS_HMAC_KEY_FLAG != 0;
    require(!(secret_is_key && key.is_some()))?;
    let key = if secret_is_key { secret.value() } else { key.unwrap_or_default() };
    let mut derived = memory::secret_zeros(digest.length)?;
    if out.room().is_some() {
        digest.hmac(key, &parameters.framed(secret)?, &mut derived)?;
    }
    out::truncated(out, &derived)
}
