//! The derivation of CryptoAPI's CryptDeriveKey: the value of a hash, or H(P ⊕ 36…) ‖ H(P ⊕ 5c…), where P is the value
//! and zeros up to 64 bytes (behaviour.md j35).

use zeroize::Zeroize;

use crate::algorithm;
use crate::engine::digest::{self, LONGEST};
use crate::hash;
use crate::names;
use crate::status::{Result, Status, require};

const BLOCK: usize = 64;

/// Fills `out` from the value of a hash, which is spent then. `target` is what the key is for.
///
/// Fails with `InvalidParameter` for no bytes and for more than twice the hash's length, `InvalidHandle` if it is spent.
pub fn derive(hash: &hash::Object, target: Option<&algorithm::Algorithm>, out: &mut [u8]) -> Result<()> {
    let length = hash.digest_length();
    require(!out.is_empty() && out.len() <= 2 * length)?;
    hash.consume(|algorithm, value| {
        if out.len() <= length && !always_expands(hash.algorithm, target) {
            out.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
            return Ok(());
        }
        let mut block = [0; BLOCK];
        let mut digests = [0; 2 * LONGEST];
        block.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        let (first, rest) = digests.split_at_mut(length);
        let second = rest.get_mut(..length).ok_or(Status::InternalError)?;
        block.iter_mut().for_each(|byte| *byte ^= 0x36);
        let done = algorithm.once(None, &block, first).and_then(|()| {
            block.iter_mut().for_each(|byte| *byte ^= 0x36 ^ 0x5c);
            algorithm.once(None, &block, second)
        });
        out.iter_mut().zip(&digests).for_each(|(to, from)| *to = *from);
        block.zeroize();
        digests.zeroize();
        done
    })
}

/// Whether even a short key is expanded: one for AES from a hash that is not of SHA-2 (behaviour.md j35).
fn always_expands(hash: &algorithm::Algorithm, target: Option<&algorithm::Algorithm>) -> bool {
    let sha2 = [&digest::SHA256, &digest::SHA384, &digest::SHA512];
    target.is_some_and(|target| target.name == names::BCRYPT_AES_ALGORITHM)
        && !sha2.iter().any(|digest| digest.name == hash.name)
}
