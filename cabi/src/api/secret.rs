//! Agreed secrets.

use bcrypt_shim::kdf::{self, Parameters, Request};
use bcrypt_shim::library::library;
use bcrypt_shim::names::KDF_USE_SECRET_AS_HMAC_KEY_FLAG;
use bcrypt_shim::status::Result;
use macro_rules_attribute::apply;

use super::flags;
use crate::params;
use crate::ptr::{self, OutBuffer, OutParam};
use crate::types::*;

/// Agrees on a secret from a private and a public key. One full key may be both.
///
/// STATUS_INVALID_HANDLE: a key is not one, or not finalized. STATUS_INVALID_PARAMETER:
/// `phAgreedSecret` is NULL, a flag is set, the private key has no private half, or the keys are not of
/// one group. Source: behaviour.md d1 to d9.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_key!)]
pub unsafe fn BCryptSecretAgreement(
    hPrivKey: BCRYPT_KEY_HANDLE,
    hPubKey: BCRYPT_KEY_HANDLE,
    phAgreedSecret: *mut BCRYPT_SECRET_HANDLE,
    dwFlags: ULONG,
) -> Result<()> {
    let private = library().key(ptr::handle(hPrivKey))?;
    let public = library().key(ptr::handle(hPubKey))?;
    // SAFETY: the caller's contract (crate docs).
    let mut agreed = unsafe { OutParam::new(phAgreedSecret) }?;
    flags(dwFlags, 0)?;
    agreed.set(ptr::from_handle(library().insert_secret(private.pair()?.agree(public.pair()?)?)?));
    Ok(())
}

/// Derives key bytes from a secret.
///
/// A NULL `pbDerivedKey` asks for the size. STATUS_INVALID_HANDLE: not a secret.
/// STATUS_INVALID_PARAMETER: `pwszKDF` or `pcbResult` is NULL, or a parameter is missing or wrong.
/// STATUS_NOT_SUPPORTED: the KDF or the hash is unknown. Source: behaviour.md e1 to e17; what each KDF
/// takes stands in its own file of the core.
///
/// # Safety
///
/// The crate's contract.
#[apply(export_of_secret!)]
pub unsafe fn BCryptDeriveKey(
    hSharedSecret: BCRYPT_SECRET_HANDLE,
    pwszKDF: LPCWSTR,
    pParameterList: *mut BCryptBufferDesc,
    pbDerivedKey: PUCHAR,
    cbDerivedKey: ULONG,
    pcbResult: *mut ULONG,
    dwFlags: ULONG,
) -> Result<()> {
    let secret = library().secret(ptr::handle(hSharedSecret))?;
    // SAFETY: the caller's contract (crate docs).
    let (name, mut out) =
        unsafe { (ptr::name(pwszKDF)?, OutBuffer::new(pbDerivedKey, cbDerivedKey, pcbResult)?) };
    flags(dwFlags, KDF_USE_SECRET_AS_HMAC_KEY_FLAG)?;
    let kdf = kdf::find(&name)?;
    // SAFETY: the caller's contract (crate docs).
    let parameters = unsafe { params::read(pParameterList) }?;
    let request = Request { secret: &secret, parameters: Parameters(&parameters), flags: dwFlags };
    kdf.derive(request, &mut out)
}

/// Destroys a secret. STATUS_INVALID_HANDLE: not a live secret (behaviour.md d7).
#[apply(export_releasing!)]
pub fn BCryptDestroySecret(hSecret: BCRYPT_SECRET_HANDLE) -> Result<()> {
    library().destroy_secret(ptr::handle(hSecret))
}
