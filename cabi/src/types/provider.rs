//! A provider's function tables, which Microsoft's Cryptographic Provider Development Kit declares in bcrypt_provider.h.
//!
//! Each table begins with its version; then come the functions in this order. They take and give the handles that the
//! functions of bcrypt.h do.

use super::{
    BCRYPT_ALG_HANDLE, BCRYPT_HANDLE, BCRYPT_HASH_HANDLE, BCRYPT_INTERFACE_VERSION, BCRYPT_KEY_HANDLE,
    BCRYPT_MULTI_OPERATION_TYPE, BCRYPT_SECRET_HANDLE, BCryptBufferDesc, LPCWSTR, NTSTATUS, PUCHAR, PVOID,
    ULONG,
};

/// Declares types of functions with the calling convention of the exports. The header's generator reads the lines below
/// as data, one function a line.
#[cfg(not(feature = "ms-abi"))]
macro_rules! function_types {
    ($($(#[$attribute:meta])* fn $name:ident($($parameter:ident: $type:ty),*);)*) => {$(
        $(#[$attribute])* pub type $name = unsafe extern "system" fn($($parameter: $type),*) -> NTSTATUS;
    )*};
}

/// The same for 64-bit Windows' calling convention.
#[cfg(feature = "ms-abi")]
macro_rules! function_types {
    ($($(#[$attribute:meta])* fn $name:ident($($parameter:ident: $type:ty),*);)*) => {$(
        $(#[$attribute])* pub type $name = unsafe extern "win64" fn($($parameter: $type),*) -> NTSTATUS;
    )*};
}

function_types! {
    /// Opens an algorithm of the provider; unlike BCryptOpenAlgorithmProvider it is not told which provider.
    fn BCryptOpenAlgorithmProviderFn(phAlgorithm: *mut BCRYPT_ALG_HANDLE, pszAlgId: LPCWSTR, dwFlags: ULONG);
    /// As BCryptGetProperty.
    fn BCryptGetPropertyFn(hObject: BCRYPT_HANDLE, pszProperty: LPCWSTR, pbOutput: PUCHAR, cbOutput: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptSetProperty.
    fn BCryptSetPropertyFn(hObject: BCRYPT_HANDLE, pszProperty: LPCWSTR, pbInput: PUCHAR, cbInput: ULONG, dwFlags: ULONG);
    /// As BCryptCloseAlgorithmProvider.
    fn BCryptCloseAlgorithmProviderFn(hAlgorithm: BCRYPT_ALG_HANDLE, dwFlags: ULONG);
    /// As BCryptGenerateSymmetricKey.
    fn BCryptGenerateSymmetricKeyFn(hAlgorithm: BCRYPT_ALG_HANDLE, phKey: *mut BCRYPT_KEY_HANDLE, pbKeyObject: PUCHAR, cbKeyObject: ULONG, pbSecret: PUCHAR, cbSecret: ULONG, dwFlags: ULONG);
    /// As BCryptEncrypt.
    fn BCryptEncryptFn(hKey: BCRYPT_KEY_HANDLE, pbInput: PUCHAR, cbInput: ULONG, pPaddingInfo: PVOID, pbIV: PUCHAR, cbIV: ULONG, pbOutput: PUCHAR, cbOutput: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptDecrypt.
    fn BCryptDecryptFn(hKey: BCRYPT_KEY_HANDLE, pbInput: PUCHAR, cbInput: ULONG, pPaddingInfo: PVOID, pbIV: PUCHAR, cbIV: ULONG, pbOutput: PUCHAR, cbOutput: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptImportKey.
    fn BCryptImportKeyFn(hAlgorithm: BCRYPT_ALG_HANDLE, hImportKey: BCRYPT_KEY_HANDLE, pszBlobType: LPCWSTR, phKey: *mut BCRYPT_KEY_HANDLE, pbKeyObject: PUCHAR, cbKeyObject: ULONG, pbInput: PUCHAR, cbInput: ULONG, dwFlags: ULONG);
    /// As BCryptExportKey.
    fn BCryptExportKeyFn(hKey: BCRYPT_KEY_HANDLE, hExportKey: BCRYPT_KEY_HANDLE, pszBlobType: LPCWSTR, pbOutput: PUCHAR, cbOutput: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptDuplicateKey.
    fn BCryptDuplicateKeyFn(hKey: BCRYPT_KEY_HANDLE, phNewKey: *mut BCRYPT_KEY_HANDLE, pbKeyObject: PUCHAR, cbKeyObject: ULONG, dwFlags: ULONG);
    /// As BCryptDestroyKey.
    fn BCryptDestroyKeyFn(hKey: BCRYPT_KEY_HANDLE);
    /// As BCryptCreateHash.
    fn BCryptCreateHashFn(hAlgorithm: BCRYPT_ALG_HANDLE, phHash: *mut BCRYPT_HASH_HANDLE, pbHashObject: PUCHAR, cbHashObject: ULONG, pbSecret: PUCHAR, cbSecret: ULONG, dwFlags: ULONG);
    /// As BCryptHashData.
    fn BCryptHashDataFn(hHash: BCRYPT_HASH_HANDLE, pbInput: PUCHAR, cbInput: ULONG, dwFlags: ULONG);
    /// As BCryptFinishHash.
    fn BCryptFinishHashFn(hHash: BCRYPT_HASH_HANDLE, pbOutput: PUCHAR, cbOutput: ULONG, dwFlags: ULONG);
    /// As BCryptDuplicateHash.
    fn BCryptDuplicateHashFn(hHash: BCRYPT_HASH_HANDLE, phNewHash: *mut BCRYPT_HASH_HANDLE, pbHashObject: PUCHAR, cbHashObject: ULONG, dwFlags: ULONG);
    /// As BCryptDestroyHash.
    fn BCryptDestroyHashFn(hHash: BCRYPT_HASH_HANDLE);
    /// As BCryptCreateMultiHash.
    fn BCryptCreateMultiHashFn(hAlgorithm: BCRYPT_ALG_HANDLE, phHash: *mut BCRYPT_HASH_HANDLE, nHashes: ULONG, pbHashObject: PUCHAR, cbHashObject: ULONG, pbSecret: PUCHAR, cbSecret: ULONG, dwFlags: ULONG);
    /// As BCryptProcessMultiOperations.
    fn BCryptProcessMultiOperationsFn(hObject: BCRYPT_HANDLE, operationType: BCRYPT_MULTI_OPERATION_TYPE, pOperations: PVOID, cbOperations: ULONG, dwFlags: ULONG);
    /// As BCryptGenerateKeyPair.
    fn BCryptGenerateKeyPairFn(hAlgorithm: BCRYPT_ALG_HANDLE, phKey: *mut BCRYPT_KEY_HANDLE, dwLength: ULONG, dwFlags: ULONG);
    /// As BCryptFinalizeKeyPair.
    fn BCryptFinalizeKeyPairFn(hKey: BCRYPT_KEY_HANDLE, dwFlags: ULONG);
    /// As BCryptImportKeyPair.
    fn BCryptImportKeyPairFn(hAlgorithm: BCRYPT_ALG_HANDLE, hImportKey: BCRYPT_KEY_HANDLE, pszBlobType: LPCWSTR, phKey: *mut BCRYPT_KEY_HANDLE, pbInput: PUCHAR, cbInput: ULONG, dwFlags: ULONG);
    /// As BCryptSignHash.
    fn BCryptSignHashFn(hKey: BCRYPT_KEY_HANDLE, pPaddingInfo: PVOID, pbInput: PUCHAR, cbInput: ULONG, pbOutput: PUCHAR, cbOutput: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptVerifySignature.
    fn BCryptVerifySignatureFn(hKey: BCRYPT_KEY_HANDLE, pPaddingInfo: PVOID, pbHash: PUCHAR, cbHash: ULONG, pbSignature: PUCHAR, cbSignature: ULONG, dwFlags: ULONG);
    /// As BCryptSecretAgreement.
    fn BCryptSecretAgreementFn(hPrivKey: BCRYPT_KEY_HANDLE, hPubKey: BCRYPT_KEY_HANDLE, phAgreedSecret: *mut BCRYPT_SECRET_HANDLE, dwFlags: ULONG);
    /// As BCryptDeriveKey.
    fn BCryptDeriveKeyFn(hSharedSecret: BCRYPT_SECRET_HANDLE, pwszKDF: LPCWSTR, pParameterList: *mut BCryptBufferDesc, pbDerivedKey: PUCHAR, cbDerivedKey: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
    /// As BCryptDestroySecret.
    fn BCryptDestroySecretFn(hSecret: BCRYPT_SECRET_HANDLE);
    /// As BCryptGenRandom.
    fn BCryptGenRandomFn(hAlgorithm: BCRYPT_ALG_HANDLE, pbBuffer: PUCHAR, cbBuffer: ULONG, dwFlags: ULONG);
    /// As BCryptKeyDerivation.
    fn BCryptKeyDerivationFn(hKey: BCRYPT_KEY_HANDLE, pParameterList: *mut BCryptBufferDesc, pbDerivedKey: PUCHAR, cbDerivedKey: ULONG, pcbResult: *mut ULONG, dwFlags: ULONG);
}

/// The functions of a provider of symmetric encryption.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_CIPHER_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptGenerateSymmetricKey.
    pub GenerateKey: BCryptGenerateSymmetricKeyFn,
    /// BCryptEncrypt.
    pub Encrypt: BCryptEncryptFn,
    /// BCryptDecrypt.
    pub Decrypt: BCryptDecryptFn,
    /// BCryptImportKey.
    pub ImportKey: BCryptImportKeyFn,
    /// BCryptExportKey.
    pub ExportKey: BCryptExportKeyFn,
    /// BCryptDuplicateKey.
    pub DuplicateKey: BCryptDuplicateKeyFn,
    /// BCryptDestroyKey.
    pub DestroyKey: BCryptDestroyKeyFn,
}

/// The functions of a provider of hashes and MACs; the last two since version 2.0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_HASH_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptCreateHash.
    pub CreateHash: BCryptCreateHashFn,
    /// BCryptHashData.
    pub HashData: BCryptHashDataFn,
    /// BCryptFinishHash.
    pub FinishHash: BCryptFinishHashFn,
    /// BCryptDuplicateHash.
    pub DuplicateHash: BCryptDuplicateHashFn,
    /// BCryptDestroyHash.
    pub DestroyHash: BCryptDestroyHashFn,
    /// BCryptCreateMultiHash.
    pub CreateMultiHash: BCryptCreateMultiHashFn,
    /// BCryptProcessMultiOperations.
    pub ProcessMultiOperations: BCryptProcessMultiOperationsFn,
}

/// The functions of a provider of asymmetric encryption.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_ASYMMETRIC_ENCRYPTION_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptGenerateKeyPair.
    pub GenerateKeyPair: BCryptGenerateKeyPairFn,
    /// BCryptFinalizeKeyPair.
    pub FinalizeKeyPair: BCryptFinalizeKeyPairFn,
    /// BCryptEncrypt.
    pub Encrypt: BCryptEncryptFn,
    /// BCryptDecrypt.
    pub Decrypt: BCryptDecryptFn,
    /// BCryptImportKeyPair.
    pub ImportKeyPair: BCryptImportKeyPairFn,
    /// BCryptExportKey.
    pub ExportKey: BCryptExportKeyFn,
    /// BCryptDestroyKey.
    pub DestroyKey: BCryptDestroyKeyFn,
    /// BCryptSignHash.
    pub SignHash: BCryptSignHashFn,
    /// BCryptVerifySignature.
    pub VerifySignature: BCryptVerifySignatureFn,
}

/// The functions of a provider of secret agreement.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptSecretAgreement.
    pub SecretAgreement: BCryptSecretAgreementFn,
    /// BCryptDeriveKey.
    pub DeriveKey: BCryptDeriveKeyFn,
    /// BCryptDestroySecret.
    pub DestroySecret: BCryptDestroySecretFn,
    /// BCryptGenerateKeyPair.
    pub GenerateKeyPair: BCryptGenerateKeyPairFn,
    /// BCryptFinalizeKeyPair.
    pub FinalizeKeyPair: BCryptFinalizeKeyPairFn,
    /// BCryptImportKeyPair.
    pub ImportKeyPair: BCryptImportKeyPairFn,
    /// BCryptExportKey.
    pub ExportKey: BCryptExportKeyFn,
    /// BCryptDestroyKey.
    pub DestroyKey: BCryptDestroyKeyFn,
}

/// The functions of a provider of signatures.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_SIGNATURE_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptGenerateKeyPair.
    pub GenerateKeyPair: BCryptGenerateKeyPairFn,
    /// BCryptFinalizeKeyPair.
    pub FinalizeKeyPair: BCryptFinalizeKeyPairFn,
    /// BCryptSignHash.
    pub SignHash: BCryptSignHashFn,
    /// BCryptVerifySignature.
    pub VerifySignature: BCryptVerifySignatureFn,
    /// BCryptImportKeyPair.
    pub ImportKeyPair: BCryptImportKeyPairFn,
    /// BCryptExportKey.
    pub ExportKey: BCryptExportKeyFn,
    /// BCryptDestroyKey.
    pub DestroyKey: BCryptDestroyKeyFn,
}

/// The functions of a provider of random numbers.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_RNG_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptGenRandom.
    pub GenRandom: BCryptGenRandomFn,
}

/// The functions of a provider of the derivation of keys from keys.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct BCRYPT_KEY_DERIVATION_FUNCTION_TABLE {
    /// The version of this table.
    pub Version: BCRYPT_INTERFACE_VERSION,
    /// Opens an algorithm, without the name of a provider.
    pub OpenAlgorithmProvider: BCryptOpenAlgorithmProviderFn,
    /// BCryptGetProperty.
    pub GetProperty: BCryptGetPropertyFn,
    /// BCryptSetProperty.
    pub SetProperty: BCryptSetPropertyFn,
    /// BCryptCloseAlgorithmProvider.
    pub CloseAlgorithmProvider: BCryptCloseAlgorithmProviderFn,
    /// BCryptGenerateSymmetricKey.
    pub GenerateKey: BCryptGenerateSymmetricKeyFn,
    /// BCryptDestroyKey.
    pub DestroyKey: BCryptDestroyKeyFn,
    /// BCryptKeyDerivation.
    pub KeyDerivation: BCryptKeyDerivationFn,
    /// BCryptExportKey.
    pub ExportKey: BCryptExportKeyFn,
    /// BCryptImportKey.
    pub ImportKey: BCryptImportKeyFn,
    /// BCryptDuplicateKey.
    pub DuplicateKey: BCryptDuplicateKeyFn,
}
