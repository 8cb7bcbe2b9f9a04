//! Padding: the flags of a call, and the structure that they say stands behind `pPaddingInfo`.

use bcrypt_shim::engine::digest;
use bcrypt_shim::names::{BCRYPT_MLDSA_EXTERNAL_MU, BCRYPT_PAD_PKCS1, BCRYPT_PAD_PQDSA, BCRYPT_PAD_PSS};
use bcrypt_shim::pair::Padding;
use bcrypt_shim::status::{Result, Status};

use crate::ptr;
use crate::types::{
    BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PQDSA_PADDING_INFO, BCRYPT_PSS_PADDING_INFO, PVOID, ULONG,
};

/// Reads the padding of a signature.
///
/// Fails with `InvalidParameter` if no structure stands beside a flag that needs one, or one beside flags 0
/// (behaviour.md t50, t51), and for other flags; with `NotSupported` for a name that is no hash (t52). BCRYPT_PAD_PQDSA
/// without a structure is an empty one (t141).
///
/// # Safety
///
/// `info` is NULL or points at the structure that the flag names, which points at its texts and bytes; nobody changes
/// the bytes as long as the padding is used.
pub unsafe fn read<'a>(info: PVOID, flags: ULONG) -> Result<Padding<'a>> {
    match (flags, info.is_null()) {
        (0, true) => Ok(Padding::None),
        (BCRYPT_PAD_PKCS1, false) => {
            // SAFETY: the caller's promise.
            let name = unsafe {
                let info = info.cast::<BCRYPT_PKCS1_PADDING_INFO>().read_unaligned();
                ptr::optional_name(info.pszAlgId)
            };
            Ok(Padding::Pkcs1(name.map(|name| digest::find(&name)).transpose()?))
        }
        (BCRYPT_PAD_PSS, false) => {
            // SAFETY: the caller's promise.
            let (name, salt) = unsafe {
                let info = info.cast::<BCRYPT_PSS_PADDING_INFO>().read_unaligned();
                (ptr::name(info.pszAlgId)?, info.cbSalt)
            };
            Ok(Padding::Pss { hash: digest::find(&name)?, salt })
        }
        (BCRYPT_PAD_PQDSA, true) => Ok(Padding::Pqdsa { context: &[], prehash: None }),
        (BCRYPT_PAD_PQDSA, false) => {
            // SAFETY: the caller's promise.
            let (context, prehash) = unsafe {
                let info = info.cast::<BCRYPT_PQDSA_PADDING_INFO>().read_unaligned();
                (ptr::bytes(info.pbCtx, info.cbCtx)?, ptr::optional_name(info.pszPrehashAlgId))
            };
            Ok(Padding::Pqdsa { context, prehash })
        }
        (BCRYPT_MLDSA_EXTERNAL_MU, true) => Ok(Padding::ExternalMu),
        _ => Err(Status::InvalidParameter),
    }
}
