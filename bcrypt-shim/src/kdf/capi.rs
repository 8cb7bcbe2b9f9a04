//! The derivation of CryptoAPI's CryptDeriveKey: the value of a hash, or H(P ⊕ 36…) ‖ H(P ⊕ 5c…), where P is the value
//! and zeros up to 64 bytes (behaviour.md j35). The algorithm CAPI_KDF hashes its key first (behaviour.md s97).

use zeroize::Zeroize;

use super::Parameters;
use crate::algorithm;
use crate::derivation::{self, Key};
use crate::engine::digest::{self, LONGEST};
use crate::hash;
use crate::names;
use crate::status::{Result, Status, require};

const BLOCK: usize = 64;

/// Fills `out` from the value of a hash, which is spent then. `target` is what the key is for.
///
/// Fails with `InvalidParameter` for no bytes and for more than twice the hash's length, `InvalidHandle` if it is spent.
pub fn derive(hash: &hash::Object, target: Option<&algorithm::Algorithm>, out: &mut [u8]) -> Result<()> {
    require_length(out, hash.digest_length())?;
    let always = always_expands(hash.algorithm, target);
    hash.consume(|algorithm, value| {
        expand(value, always, |input, digest| algorithm.once(None, input, digest), out)
    })
}

/// CAPI_KDF.
#[derive(Debug)]
pub struct Algorithm;

impl derivation::Algorithm for Algorithm {
    fn flags(&self) -> u32 {
        names::BCRYPT_CAPI_AES_FLAG
    }

    fn longest(&self) -> usize {
        2 * LONGEST
    }

    /// Fails with `InvalidParameter` if no hash is named, for no bytes and for more than two digests; with `NotSupported` for
    /// an unknown hash.
    fn derive(&self, key: &Key, parameters: Parameters<'_>, flags: u32, out: &mut [u8]) -> Result<()> {
        let digest = parameters.digest()?.ok_or(Status::InvalidParameter)?;
        require_length(out, digest.length)?;
        let mut storage = [0; LONGEST];
        let value = storage.get_mut(..digest.length).ok_or(Status::InternalError)?;
        digest.digest(&[key.secret()], value)?;
        let always = flags & names::BCRYPT_CAPI_AES_FLAG != 0;
        let done = expand(value, always, |input, digested| digest.digest(&[input], digested), out);
        storage.zeroize();
        done
    }
}

fn require_length(out: &[u8], digest: usize) -> Result<()> {
    require(!out.is_empty() && out.len() <= 2 * digest)
}

/// Fills `out`, of one to two digests, from the value of a hash.
fn expand(
    value: &[u8],
    always: bool,
    hash: impl Fn(&[u8], &mut [u8]) -> Result<()>,
    out: &mut [u8],
) -> Result<()> {
    let length = value.len();
    if out.len() <= length && !always {
        out.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        return Ok(());
    }
    let mut block = [0; BLOCK];
    let mut digests = [0; 2 * LONGEST];
    block.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
    let (first, rest) = digests.split_at_mut(length);
    let second = rest.get_mut(..length).ok_or(Status::InternalError)?;
    block.iter_mut().for_each(|byte| *byte ^= 0x36);
    let done = hash(&block, first).and_then(|()| {
        block.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5c);
        hash(&block, second)
    });
    out.iter_mut().zip(&digests).for_each(|(to, from)| *to = *from);
    block.zeroize();
    digests.zeroize();
    done
}

/// Whether even a short key is expanded: one for AES from a hash that is not of SHA-2 (behaviour.md j35).
fn always_expands(hash: &algorithm::Algorithm, target: Option<&algorithm::Algorithm>) -> bool {
    let sha2 = [&digest::SHA256, &digest::SHA384, &digest::SHA512];
    target.is_some_and(|target| target.name == names::BCRYPT_AES_ALGORITHM)
        && !sha2.iter().any(|digest| digest.name == hash.name)
}
