//! TLS_PRF: PRF(Z, label, seed), 48 bytes: the master secret of TLS. TLS1_1_KDF and TLS1_2_KDF: the same of a key, of any
//! length.
//!
//! Up to TLS 1.1 the PRF is P_MD5 xor P_SHA1 over the halves of Z (RFC 2246, 5); for TLS 1.2 it is
//! P_SHA256 or, by KDF_HASH_ALGORITHM, P_SHA384 over Z (RFC 5246, 5). The protocol is
//! KDF_TLS_PRF_PROTOCOL, a little-endian 32-bit number; without it the older PRF is used. The label is any bytes;
//! the seed is the two 32-byte nonces. Of a key the algorithm tells the protocol, and label and seed are any bytes. Source:
//! Microsoft's pages of BCryptDeriveKey and BCryptKeyDerivation; behaviour.md e14, s93, s94.

use super::{Parameters, Request};
use crate::derivation::{self, Key};
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

/// The PRF of TLS, of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// Up to TLS 1.1.
    Tls1_1,
    /// TLS 1.2.
    Tls1_2,
}

impl derivation::Algorithm for Algorithm {
    /// Fails with `InvalidParameter` if TLS 1.2 is given no hash, `NotSupported` for an unknown one, MD2 and MD4.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, _: u32, out: &mut [u8]) -> Result<()> {
        let hash = match self {
            Self::Tls1_1 => Hash::Md5Sha1,
            Self::Tls1_2 => {
                let named = parameters.digest()?.ok_or(Status::InvalidParameter)?;
                named.hash().ok_or(Status::NotSupported)?
            }
        };
        let [label, seed] = [names::KDF_TLS_PRF_LABEL, names::KDF_TLS_PRF_SEED]
            .map(|kind| parameters.get(kind).unwrap_or_default());
        digest::tls_prf(hash, key.secret(), label, seed, out)
    }
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
