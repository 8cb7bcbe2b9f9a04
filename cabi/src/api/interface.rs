//! The provider's function tables, by which a host of providers works with this library as it does with
//! bcryptprimitives.dll (behaviour.md s114 to s116). They hold the exports themselves, so handles go both ways.
//!
//! The tables are constant: a program that writes into one is stopped by the system.

use bcrypt_shim::algorithm::Class;
use bcrypt_shim::configuration;
use bcrypt_shim::names::BCRYPT_HASH_INTERFACE_MAJORVERSION_2;
use bcrypt_shim::status::{Result, Status};
use macro_rules_attribute::apply;

use super::algorithm::{BCryptCloseAlgorithmProvider, BCryptOpenAlgorithmProvider};
use super::derivation::BCryptKeyDerivation;
use super::encryption::{BCryptDecrypt, BCryptEncrypt};
use super::flags;
use super::hash::{
    BCryptCreateHash, BCryptCreateMultiHash, BCryptDestroyHash, BCryptDuplicateHash, BCryptFinishHash,
    BCryptHashData, BCryptProcessMultiOperations,
};
use super::key::{
    BCryptDestroyKey, BCryptExportKey, BCryptFinalizeKeyPair, BCryptGenerateKeyPair, BCryptImportKeyPair,
};
use super::property::{BCryptGetProperty, BCryptSetProperty};
use super::random::BCryptGenRandom;
use super::secret::{BCryptDeriveKey, BCryptDestroySecret, BCryptSecretAgreement};
use super::signature::{BCryptSignHash, BCryptVerifySignature};
use super::symmetric::{BCryptDuplicateKey, BCryptGenerateSymmetricKey, BCryptImportKey};
use crate::ptr::{self, OutParam};
use crate::types::*;

const VERSION_1: BCRYPT_INTERFACE_VERSION = BCRYPT_INTERFACE_VERSION { MajorVersion: 1, MinorVersion: 0 };
const VERSION_2: BCRYPT_INTERFACE_VERSION = BCRYPT_INTERFACE_VERSION {
    MajorVersion: BCRYPT_HASH_INTERFACE_MAJORVERSION_2 as USHORT,
    MinorVersion: 0,
};

convention! { {
    /// As BCryptOpenAlgorithmProvider, of this provider.
    ///
    /// # Safety
    ///
    /// The crate's contract.
    unsafe
} fn open(phAlgorithm: *mut BCRYPT_ALG_HANDLE, pszAlgId: LPCWSTR, dwFlags: ULONG) -> NTSTATUS {
    // SAFETY: the caller's contract (crate docs).
    unsafe { BCryptOpenAlgorithmProvider(phAlgorithm, pszAlgId, std::ptr::null(), dwFlags) }
} }

/// Gives a table out, if the provider is this one and has the algorithm for this class.
///
/// Fails with `InvalidParameter` for NULL but as the provider's name and for a flag, with `NotFound` for another provider
/// or an unknown algorithm, with `NotSupported` for an algorithm of another class.
///
/// # Safety
///
/// As the exports'.
unsafe fn give<T>(
    provider: LPCWSTR,
    algorithm: Option<LPCWSTR>,
    place: *mut *mut T,
    given: ULONG,
    class: Class,
    table: &'static T,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    let (provider, algorithm, mut place) = unsafe {
        let algorithm = algorithm.map(|name| ptr::name(name)).transpose()?;
        (ptr::optional_name(provider), algorithm, OutParam::new(place)?)
    };
    flags(given, 0)?;
    provider.map_or(Ok(()), |name| configuration::require_provider(&name))?;
    if !algorithm.map_or(Ok(true), |name| configuration::serves(class, &name))? {
        return Err(Status::NotSupported);
    }
    place.set(std::ptr::from_ref(table).cast_mut());
    Ok(())
}

/// A table with the functions that all of them begin with.
macro_rules! table {
    ($name:ident: $type:ident, $version:ident { $($field:ident: $function:ident,)* }) => {
        static $name: $type = $type {
            Version: $version,
            OpenAlgorithmProvider: open,
            GetProperty: BCryptGetProperty,
            SetProperty: BCryptSetProperty,
            CloseAlgorithmProvider: BCryptCloseAlgorithmProvider,
            $($field: $function,)*
        };
    };
}

table! { CIPHER: BCRYPT_CIPHER_FUNCTION_TABLE, VERSION_1 {
    GenerateKey: BCryptGenerateSymmetricKey,
    Encrypt: BCryptEncrypt,
    Decrypt: BCryptDecrypt,
    ImportKey: BCryptImportKey,
    ExportKey: BCryptExportKey,
    DuplicateKey: BCryptDuplicateKey,
    DestroyKey: BCryptDestroyKey,
} }

table! { HASH: BCRYPT_HASH_FUNCTION_TABLE, VERSION_2 {
    CreateHash: BCryptCreateHash,
    HashData: BCryptHashData,
    FinishHash: BCryptFinishHash,
    DuplicateHash: BCryptDuplicateHash,
    DestroyHash: BCryptDestroyHash,
    CreateMultiHash: BCryptCreateMultiHash,
    ProcessMultiOperations: BCryptProcessMultiOperations,
} }

table! { ASYMMETRIC_ENCRYPTION: BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE, VERSION_1 {
    GenerateKeyPair: BCryptGenerateKeyPair,
    FinalizeKeyPair: BCryptFinalizeKeyPair,
    Encrypt: BCryptEncrypt,
    Decrypt: BCryptDecrypt,
    ImportKeyPair: BCryptImportKeyPair,
    ExportKey: BCryptExportKey,
    DestroyKey: BCryptDestroyKey,
    SignHash: BCryptSignHash,
    VerifySignature: BCryptVerifySignature,
} }

table! { SECRET_AGREEMENT: BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE, VERSION_1 {
    SecretAgreement: BCryptSecretAgreement,
    DeriveKey: BCryptDeriveKey,
    DestroySecret: BCryptDestroySecret,
    GenerateKeyPair: BCryptGenerateKeyPair,
    FinalizeKeyPair: BCryptFinalizeKeyPair,
    ImportKeyPair: BCryptImportKeyPair,
    ExportKey: BCryptExportKey,
    DestroyKey: BCryptDestroyKey,
} }

table! { SIGNATURE: BCRYPT_SIGNATURE_FUNCTION_TABLE, VERSION_1 {
    GenerateKeyPair: BCryptGenerateKeyPair,
    FinalizeKeyPair: BCryptFinalizeKeyPair,
    SignHash: BCryptSignHash,
    VerifySignature: BCryptVerifySignature,
    ImportKeyPair: BCryptImportKeyPair,
    ExportKey: BCryptExportKey,
    DestroyKey: BCryptDestroyKey,
} }

table! { RNG: BCRYPT_RNG_FUNCTION_TABLE, VERSION_1 {
    GenRandom: BCryptGenRandom,
} }

table! { KEY_DERIVATION: BCRYPT_KEY_DERIVATION_FUNCTION_TABLE, VERSION_1 {
    GenerateKey: BCryptGenerateSymmetricKey,
    DestroyKey: BCryptDestroyKey,
    KeyDerivation: BCryptKeyDerivation,
    ExportKey: BCryptExportKey,
    ImportKey: BCryptImportKey,
    DuplicateKey: BCryptDuplicateKey,
} }

/// The function table for a cipher.
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetCipherInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_CIPHER_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { give(pszProviderName, Some(pszAlgId), ppFunctionTable, dwFlags, Class::Cipher, &CIPHER) }
}

/// The function table for a hash or MAC.
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetHashInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_HASH_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { give(pszProviderName, Some(pszAlgId), ppFunctionTable, dwFlags, Class::Hash, &HASH) }
}

/// The function table for asymmetric encryption.
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetAsymmetricEncryptionInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe {
        give(
            pszProviderName,
            Some(pszAlgId),
            ppFunctionTable,
            dwFlags,
            Class::AsymmetricEncryption,
            &ASYMMETRIC_ENCRYPTION,
        )
    }
}

/// The function table for secret agreement.
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetSecretAgreementInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe {
        give(
            pszProviderName,
            Some(pszAlgId),
            ppFunctionTable,
            dwFlags,
            Class::SecretAgreement,
            &SECRET_AGREEMENT,
        )
    }
}

/// The function table for signatures.
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetSignatureInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_SIGNATURE_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { give(pszProviderName, Some(pszAlgId), ppFunctionTable, dwFlags, Class::Signature, &SIGNATURE) }
}

/// The function table for random numbers.
///
/// STATUS_INVALID_PARAMETER: `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetRngInterface(
    pszProviderName: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_RNG_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe { give(pszProviderName, None, ppFunctionTable, dwFlags, Class::Random, &RNG) }
}

/// The function table for key derivation.
///
/// bcrypt.dll does not have it; bcryptprimitives.dll, which has the other tables too, does (behaviour.md a1).
///
/// STATUS_INVALID_PARAMETER: `pszAlgId` or `ppFunctionTable` is NULL or a flag is set. STATUS_NOT_FOUND: another provider, or
/// an unknown algorithm. STATUS_NOT_SUPPORTED: the algorithm is of another kind.
///
/// # Safety
///
/// The crate's contract.
#[apply(export!)]
pub unsafe fn GetKeyDerivationInterface(
    pszProviderName: LPCWSTR,
    pszAlgId: LPCWSTR,
    ppFunctionTable: *mut *mut BCRYPT_KEY_DERIVATION_FUNCTION_TABLE,
    dwFlags: ULONG,
) -> Result<()> {
    // SAFETY: the caller's contract (crate docs).
    unsafe {
        give(pszProviderName, Some(pszAlgId), ppFunctionTable, dwFlags, Class::KeyDerivation, &KEY_DERIVATION)
    }
}
