//! Padding: the flags of a call, and the structure that they say stands behind `pPaddingInfo`.

use bcrypt_shim::engine::digest;
use bcrypt_shim::names::{BCRYPT_PAD_PKCS1, BCRYPT_PAD_PSS};
use bcrypt_shim::pair::Padding;
use bcrypt_shim::status::{Result, Status};

use crate::ptr;
use crate::types::{BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PSS_PADDING_INFO, PVOID, ULONG};

/// Reads the padding of a signature.
///
/// Fails with `InvalidParameter` if no structure stands beside a flag that needs one, or one beside flags 0
/// (behaviour.md t50, t51), and for other flags; with `NotSupported` for a name that is no hash (t52).
///
/// # Safety
///
/// `info` is NULL or points at the structure that the flag names, which points at its texts.
pub unsafe fn read(info: PVOID, flags: ULONG) -> Result<Padding> {
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
        _ => Err(Status::InvalidParameter),
    }
}
