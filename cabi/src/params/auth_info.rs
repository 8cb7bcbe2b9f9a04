//! The caller's BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO.

use bcrypt_shim::cipher::call::MAX_NONCE;
use bcrypt_shim::cipher::{Aad, AuthInfo, Chain};
use bcrypt_shim::memory;
use bcrypt_shim::names::{
    BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG, BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG,
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION,
};
use bcrypt_shim::status::{Result, Status};

use crate::ptr::{self, Range};
use crate::types::{BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO, PUCHAR, ULONG};

/// Bytes of a whole tag, of the authenticator's state and of a counter block.
const BLOCK: usize = 16;

/// Reads the structure; the tag's bytes only where they are compared.
///
/// `iv` is the caller's scratch for a text in parts, `output` where text will be written: associated data there is
/// copied first. Fails with `InvalidParameter` for NULL, another size or version, a size beside NULL or a flag that is
/// unknown, with `NoMemory`.
///
/// # Safety
///
/// `info` is NULL or points at the structure, whose pointers are NULL or have the bytes that stand beside them.
pub unsafe fn read<'a>(
    info: *const BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO,
    iv: (PUCHAR, ULONG),
    output: Range,
    reads_tag: bool,
) -> Result<AuthInfo<'a>> {
    if info.is_null() {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise; C callers may have packed structures, hence unaligned.
    let info = unsafe { info.read_unaligned() };
    if info.cbSize as usize != size_of::<BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO>()
        || info.dwInfoVersion != BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION
        || info.dwFlags & !(BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG | BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG) != 0
        || info.pbNonce.is_null()
    {
        return Err(Status::InvalidParameter);
    }
    // SAFETY: the caller's promise for each pointer and its size.
    unsafe {
        let chain = chain(&info, iv)?;
        let is_last = chain.as_ref().is_none_or(|chain| chain.is_last);
        let has_aad = chain.as_ref().is_none_or(|chain| chain.is_first);
        let aad = ptr::bytes(info.pbAuthData, if has_aad { info.cbAuthData } else { 0 })?;
        let overlaps = output.overlaps(&Range::new(aad.as_ptr(), aad.len()));
        let aad = if overlaps { Aad::Copy(memory::secret_copy(aad)?) } else { Aad::Lent(aad) };
        let tag = match info.pbTag.is_null() {
            true => None,
            false if reads_tag && is_last => Some(start(info.pbTag, info.cbTag)),
            false => Some([0; BLOCK]),
        };
        let nonce: [u8; MAX_NONCE] = start(info.pbNonce, info.cbNonce);
        let nonce = (nonce, info.cbNonce as usize);
        Ok(AuthInfo { nonce, aad, tag, tag_length: info.cbTag as usize, chain })
    }
}

/// Where a text in parts stands; `None` for a text in one call. The first part is the one before which there were no
/// bytes, whatever the flags say (behaviour.md s74).
///
/// # Safety
///
/// As [`read`].
unsafe fn chain(
    info: &BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO,
    (iv, iv_length): (PUCHAR, ULONG),
) -> Result<Option<Chain>> {
    let goes_on = info.dwFlags & BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG != 0;
    let is_begun =
        info.dwFlags & BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG != 0 && (info.cbAAD != 0 || info.cbData != 0);
    if !goes_on && !is_begun {
        return Ok(None);
    }
    let has_iv = !iv.is_null() && iv_length as usize >= BLOCK;
    if info.pbMacContext.is_null() || (info.cbMacContext as usize) < BLOCK || goes_on && !has_iv {
        return Err(Status::InvalidParameter);
    }
    Ok(Some(Chain {
        // SAFETY: the caller's promise, for as many bytes as were just looked at.
        mac: unsafe { start(info.pbMacContext, info.cbMacContext) },
        aad: info.cbAAD,
        text: info.cbData,
        counter: [0; BLOCK],
        is_first: !is_begun,
        is_last: !goes_on,
    }))
}

/// Writes where a text in parts stands now: into the structure, its MAC context and the scratch, if that is there.
///
/// # Safety
///
/// `info` is what [`read`] read, and its pointers are writable.
pub unsafe fn write_chain(
    info: *mut BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO,
    (iv, iv_length): (PUCHAR, ULONG),
    chain: &Chain,
) {
    // SAFETY: the caller's promise; `chain` made sure of the MAC context's size.
    unsafe {
        let mut changed = info.read_unaligned();
        (changed.cbAAD, changed.cbData) = (chain.aad, chain.text);
        changed.dwFlags &= !BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG;
        if !chain.is_last {
            changed.dwFlags |= BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG;
        }
        changed.pbMacContext.copy_from(chain.mac.as_ptr(), BLOCK);
        if !iv.is_null() && iv_length as usize >= BLOCK {
            iv.copy_from(chain.counter.as_ptr(), BLOCK);
        }
        info.write_unaligned(changed);
    }
}

/// Writes a tag.
///
/// # Safety
///
/// `info` is what [`read`] read, with a tag of this length.
pub unsafe fn write_tag(info: *const BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO, tag: &[u8]) {
    // SAFETY: the caller's promise.
    unsafe { info.read_unaligned().pbTag.copy_from(tag.as_ptr(), tag.len()) }
}

/// The first bytes of a buffer that is not NULL, filled up with zeros.
///
/// # Safety
///
/// `data` has `size` bytes.
unsafe fn start<const N: usize>(data: *const u8, size: ULONG) -> [u8; N] {
    let mut first = [0; N];
    // SAFETY: the caller's promise, for as many bytes as both have.
    unsafe { first.as_mut_ptr().copy_from(data, N.min(size as usize)) }
    first
}
