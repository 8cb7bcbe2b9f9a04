//! Padding: the flags of a call, and the structure that they say stands behind `pPaddingInfo`.

use bcrypt_shim::engine::digest;
use bcrypt_shim::names::{
    BCRYPT_MLDSA_EXTERNAL_MU, BCRYPT_PAD_NONE, BCRYPT_PAD_OAEP, BCRYPT_PAD_PKCS1,
    BCRYPT_PAD_PKCS1_OPTIONAL_HASH_OID, BCRYPT_PAD_PQDSA, BCRYPT_PAD_PSS,
};
use bcrypt_shim::pair::{EncryptionPadding, Padding};
use bcrypt_shim::status::{Result, Status};

use crate::ptr;
use crate::types::{
    BCRYPT_OAEP_PADDING_INFO, BCRYPT_PKCS1_PADDING_INFO, BCRYPT_PQDSA_PADDING_INFO, BCRYPT_PSS_PADDING_INFO,
    PVOID, ULONG,
};

/// PKCS #1, with a hash's identifier or without.
const PKCS1_MAY_BE_BARE: ULONG = BCRYPT_PAD_PKCS1 | BCRYPT_PAD_PKCS1_OPTIONAL_HASH_OID;

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
        (BCRYPT_PAD_PKCS1 | PKCS1_MAY_BE_BARE, false) => {
            // SAFETY: the caller's promise.
            let name = unsafe {
                let info = info.cast::<BCRYPT_PKCS1_PADDING_INFO>().read_unaligned();
                ptr::optional_name(info.pszAlgId)
            };
            let hash = name.map(|name| digest::find(&name)).transpose()?;
            Ok(Padding::Pkcs1 { hash, may_be_bare: flags == PKCS1_MAY_BE_BARE })
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

/// Reads the padding of a ciphertext; flags 0 are no padding (behaviour.md t60).
///
/// Fails with `InvalidParameter` if no structure stands beside OAEP's flag, or it has no hash or no label beside the label's
/// size, and for other flags; with `NotSupported` for a name that is no hash. Other flags need no structure, and none is
/// looked at.
///
/// # Safety
///
/// `info` is NULL or points at the structure that the flag names, which points at its text and label; both stay as they are
/// for as long as the padding is used.
pub unsafe fn read_encryption<'a>(info: PVOID, flags: ULONG) -> Result<EncryptionPadding<'a>> {
    match (flags, info.is_null()) {
        (0 | BCRYPT_PAD_NONE, _) => Ok(EncryptionPadding::None),
        (BCRYPT_PAD_PKCS1, _) => Ok(EncryptionPadding::Pkcs1),
        (BCRYPT_PAD_OAEP, false) => {
            // SAFETY: the caller's promise.
            let (name, label) = unsafe {
                let info = info.cast::<BCRYPT_OAEP_PADDING_INFO>().read_unaligned();
                (ptr::name(info.pszAlgId)?, ptr::bytes(info.pbLabel, info.cbLabel)?)
            };
            Ok(EncryptionPadding::Oaep { hash: digest::find(&name)?, label })
        }
        _ => Err(Status::InvalidParameter),
    }
}
