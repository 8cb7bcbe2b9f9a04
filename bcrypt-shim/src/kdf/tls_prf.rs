//! TLS_PRF: PRF(Z, label, seed), 48 bytes: the master secret of TLS.
//!
//! Up to TLS 1.1 the PRF is P_MD5 xor P_SHA1 over the halves of Z (RFC 2246, 5); for TLS 1.2 it is
//! P_SHA256 or, by KDF_HASH_ALGORITHM, P_SHA384 over Z (RFC 5246, 5). The protocol is
//! KDF_TLS_PRF_PROTOCOL, a little-endian 32-bit number; without it the older PRF is used. The label is any bytes;
//! the seed is the two 32-byte nonces. Source: Microsoft's page of BCryptDeriveKey; behaviour.md e14.

use super::{Parameters, Request};
use crate::engine::digest::{self, Hash};
use crate::memory;
use crate::names;
use crate::out::{self, Output};
use crate::status::{Result, Status, require};

/// Bytes of a TLS master secret.
const MASTER_SECRET: usize = 48;
/// Bytes of the client's and the server's nonce together.
const NONCES: usize = 64;

pub(super) fn derive(request: Request<'_>, out: &mut dyn Output) -> Result<()> {
    let Request { secret, parameters, .. } = request;
    let label = parameters.required(names::KDF_TLS_PRF_LABEL)?;
    let seed = parameters.required(names::KDF_TLS_PRF_SEED)?;
    let hash = hash(parameters)?;
    require(seed.len() == NONCES && out.room().is_none_or(|room| room == MASTER_SECRET))?;
    let mut derived = memory::secret_zeros(MASTER_SECRET)?;
    if out.room().is_some() {
        digest::tls_prf(hash, secret.value(), label, seed, &mut derived)?;
    }
    out::whole(out, &derived)
}

/// The hash of the protocol's PRF. Fails with `InvalidParameter` for an unknown protocol and for a
/// hash that TLS 1.2 does not take here.
fn hash(parameters: Parameters<'_>) -> Result<Hash> {
    let named = parameters.digest()?;
    let protocol = match parameters.get(names::KDF_TLS_PRF_PROTOCOL) {
        None => names::TLS1_0_PROTOCOL_VERSION,
        Some(bytes) => u32::from_le_bytes(bytes.try_into().map_err(|_| Status::InvalidParameter)?),
    };
    match protocol {
        names::SSL2_PROTOCOL_VERSION
        | names::SSL3_PROTOCOL_VERSION
        | names::TLS1_0_PROTOCOL_VERSION
        | names::TLS1_1_PROTOCOL_VERSION
        | names::DTLS1_0_PROTOCOL_VERSION => Ok(Hash::Md5Sha1),
        names::TLS1_2_PROTOCOL_VERSION | names::DTLS1_2_PROTOCOL_VERSION => {
            match named.unwrap_or(&digest::SHA256).hash() {
                Some(hash @ (Hash::Sha256 | Hash::Sha384)) => Ok(hash),
                _ => Err(Status::InvalidParameter),
            }
        }
        _ => Err(Status::InvalidParameter),
    }
}
