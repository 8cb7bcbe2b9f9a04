//! TRUNCATE: the secret itself, byte-reversed.
//!
//! This is the one KDF that writes Z little-endian: for the NIST curves and DH that is the number's
//! little-endian form, for curve25519 the reverse of the RFC 7748 bytes. Leading zeros are kept, so the
//! size is that of the field or modulus; a shorter buffer gets the leading bytes of this form. Source:
//! Microsoft's page of BCryptDeriveKey; behaviour.md e16.

use super::Request;
use crate::memory;
use crate::out::{self, Output};
use crate::status::Result;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, .. } = request;
    let mut reversed = memory::secret_copy(secret.value())?;
    reversed.reverse();
    out::truncated(out, &reversed)
}
