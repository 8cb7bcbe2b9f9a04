/* ncrypt.h: what programs that use bcrypt.h also take from Windows' key storage.
 *
 * The functions are declared only. libbcrypt does not have them, so that a program which calls one is not linked and
 * the linker names it.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_NCRYPT_H
#define BCRYPT_SHIM_NCRYPT_H

#include "winerror.h"
#include "winnt.h"

#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
#ifndef __SECSTATUS_DEFINED__
#define __SECSTATUS_DEFINED__
typedef LONG SECURITY_STATUS;
#endif
typedef ULONG_PTR NCRYPT_HANDLE, NCRYPT_PROV_HANDLE, NCRYPT_KEY_HANDLE, NCRYPT_HASH_HANDLE, NCRYPT_SECRET_HANDLE;
typedef BCryptBuffer NCryptBuffer, *PNCryptBuffer;
typedef BCryptBufferDesc NCryptBufferDesc, *PNCryptBufferDesc;

typedef struct _NCryptAlgorithmName {
    LPWSTR pszName;
    DWORD dwClass;
    DWORD dwAlgOperations;
    DWORD dwFlags;
} NCryptAlgorithmName;

typedef struct NCryptKeyName {
    LPWSTR pszName;
    LPWSTR pszAlgid;
    DWORD dwLegacyKeySpec;
    DWORD dwFlags;
} NCryptKeyName;

typedef struct NCryptProviderName {
    LPWSTR pszName;
    LPWSTR pszComment;
} NCryptProviderName;

typedef struct __NCRYPT_SUPPORTED_LENGTHS {
    DWORD dwMinLength;
    DWORD dwMaxLength;
    DWORD dwIncrement;
    DWORD dwDefaultLength;
} NCRYPT_SUPPORTED_LENGTHS;
#endif

/* Providers. */
#define MS_KEY_STORAGE_PROVIDER BCRYPT_SHIM_TEXT("Microsoft Software Key Storage Provider")
#define MS_SMART_CARD_KEY_STORAGE_PROVIDER BCRYPT_SHIM_TEXT("Microsoft Smart Card Key Storage Provider")
#define MS_PLATFORM_KEY_STORAGE_PROVIDER BCRYPT_SHIM_TEXT("Microsoft Platform Crypto Provider")

/* Algorithms, properties, blobs and flags. */
#define NCRYPT_3DES_112_ALGORITHM BCRYPT_SHIM_TEXT("3DES_112")
#define NCRYPT_3DES_ALGORITHM BCRYPT_SHIM_TEXT("3DES")
#define NCRYPT_AES_ALGORITHM BCRYPT_SHIM_TEXT("AES")
#define NCRYPT_ALGORITHM_GROUP_PROPERTY BCRYPT_SHIM_TEXT("Algorithm Group")
#define NCRYPT_ALGORITHM_PROPERTY BCRYPT_SHIM_TEXT("Algorithm Name")
#define NCRYPT_ALLOW_ALL_USAGES 0xFFFFFF
#define NCRYPT_ALLOW_ARCHIVING_FLAG 4
#define NCRYPT_ALLOW_DECRYPT_FLAG 1
#define NCRYPT_ALLOW_EXPORT_FLAG 1
#define NCRYPT_ALLOW_KEY_AGREEMENT_FLAG 4
#define NCRYPT_ALLOW_KEY_IMPORT_FLAG 8
#define NCRYPT_ALLOW_PLAINTEXT_ARCHIVING_FLAG 8
#define NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG 2
#define NCRYPT_ALLOW_SIGNING_FLAG 2
#define NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION 4
#define NCRYPT_AUTHORITY_KEY_FLAG 0x100
#define NCRYPT_BLOCK_LENGTH_PROPERTY BCRYPT_SHIM_TEXT("Block Length")
#define NCRYPT_CERTIFICATE_PROPERTY BCRYPT_SHIM_TEXT("SmartCardKeyCertificate")
#define NCRYPT_CHAINING_MODE_PROPERTY BCRYPT_SHIM_TEXT("Chaining Mode")
#define NCRYPT_CIPHER_OPERATION 1
#define NCRYPT_DESX_ALGORITHM BCRYPT_SHIM_TEXT("DESX")
#define NCRYPT_DES_ALGORITHM BCRYPT_SHIM_TEXT("DES")
#define NCRYPT_DH_ALGORITHM BCRYPT_SHIM_TEXT("DH")
#define NCRYPT_DH_PARAMETERS_PROPERTY BCRYPT_SHIM_TEXT("DHParameters")
#define NCRYPT_DISMISS_UI_TIMEOUT_SEC_PROPERTY BCRYPT_SHIM_TEXT("SmartCardDismissUITimeoutSeconds")
#define NCRYPT_DO_NOT_FINALIZE_FLAG 0x400
#define NCRYPT_DSA_ALGORITHM BCRYPT_SHIM_TEXT("DSA")
#define NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY BCRYPT_SHIM_TEXT("ECCCurveNameList")
#define NCRYPT_ECC_CURVE_NAME_PROPERTY BCRYPT_SHIM_TEXT("ECCCurveName")
#define NCRYPT_ECC_PARAMETERS_PROPERTY BCRYPT_SHIM_TEXT("ECCParameters")
#define NCRYPT_ECDH_ALGORITHM BCRYPT_SHIM_TEXT("ECDH")
#define NCRYPT_ECDH_P256_ALGORITHM BCRYPT_SHIM_TEXT("ECDH_P256")
#define NCRYPT_ECDH_P384_ALGORITHM BCRYPT_SHIM_TEXT("ECDH_P384")
#define NCRYPT_ECDH_P521_ALGORITHM BCRYPT_SHIM_TEXT("ECDH_P521")
#define NCRYPT_ECDSA_ALGORITHM BCRYPT_SHIM_TEXT("ECDSA")
#define NCRYPT_ECDSA_P256_ALGORITHM BCRYPT_SHIM_TEXT("ECDSA_P256")
#define NCRYPT_ECDSA_P384_ALGORITHM BCRYPT_SHIM_TEXT("ECDSA_P384")
#define NCRYPT_ECDSA_P521_ALGORITHM BCRYPT_SHIM_TEXT("ECDSA_P521")
#define NCRYPT_EXPORT_LEGACY_FLAG 0x800
#define NCRYPT_HASH_OPERATION 2
#define NCRYPT_HMAC_SHA256_ALGORITHM BCRYPT_SHIM_TEXT("HMAC-SHA256")
#define NCRYPT_IGNORE_DEVICE_STATE_FLAG 0x1000
#define NCRYPT_IMPL_HARDWARE_FLAG 1
#define NCRYPT_IMPL_HARDWARE_RNG_FLAG 0x10
#define NCRYPT_IMPL_REMOVABLE_FLAG 8
#define NCRYPT_IMPL_SOFTWARE_FLAG 2
#define NCRYPT_IMPL_TYPE_PROPERTY BCRYPT_SHIM_TEXT("Impl Type")
#define NCRYPT_KEY_DERIVATION_OPERATION 0x40
#define NCRYPT_KEY_STORAGE_ALGORITHM BCRYPT_SHIM_TEXT("KEY_STORAGE")
#define NCRYPT_KEY_TYPE_PROPERTY BCRYPT_SHIM_TEXT("Key Type")
#define NCRYPT_KEY_USAGE_PROPERTY BCRYPT_SHIM_TEXT("Key Usage")
#define NCRYPT_LENGTHS_PROPERTY BCRYPT_SHIM_TEXT("Lengths")
#define NCRYPT_LENGTH_PROPERTY BCRYPT_SHIM_TEXT("Length")
#define NCRYPT_MACHINE_KEY_FLAG 0x20
#define NCRYPT_MAX_ALG_ID_LENGTH 0x200
#define NCRYPT_MAX_KEY_NAME_LENGTH 0x200
#define NCRYPT_MAX_PROPERTY_DATA 0x100000
#define NCRYPT_MAX_PROPERTY_NAME 0x40
#define NCRYPT_MD2_ALGORITHM BCRYPT_SHIM_TEXT("MD2")
#define NCRYPT_MD4_ALGORITHM BCRYPT_SHIM_TEXT("MD4")
#define NCRYPT_MD5_ALGORITHM BCRYPT_SHIM_TEXT("MD5")
#define NCRYPT_NAME_PROPERTY BCRYPT_SHIM_TEXT("Name")
#define NCRYPT_NO_KEY_VALIDATION 8
#define NCRYPT_NO_PADDING_FLAG 1
#define NCRYPT_OVERWRITE_KEY_FLAG 0x80
#define NCRYPT_PAD_OAEP_FLAG 4
#define NCRYPT_PAD_PKCS1_FLAG 2
#define NCRYPT_PAD_PSS_FLAG 8
#define NCRYPT_PBKDF2_ALGORITHM BCRYPT_SHIM_TEXT("PBKDF2")
#define NCRYPT_PERSIST_FLAG 0x80000000
#define NCRYPT_PERSIST_ONLY_FLAG 0x40000000
#define NCRYPT_PKCS7_ENVELOPE_BLOB BCRYPT_SHIM_TEXT("PKCS7_ENVELOPE")
#define NCRYPT_PKCS8_PRIVATE_KEY_BLOB BCRYPT_SHIM_TEXT("PKCS8_PRIVATEKEY")
#define NCRYPT_PROVIDER_HANDLE_PROPERTY BCRYPT_SHIM_TEXT("Provider Handle")
#define NCRYPT_PUBLIC_LENGTH_PROPERTY BCRYPT_SHIM_TEXT("PublicKeyLength")
#define NCRYPT_RC2_ALGORITHM BCRYPT_SHIM_TEXT("RC2")
#define NCRYPT_REQUIRE_KDS_LRPC_BIND_FLAG 0x20000000
#define NCRYPT_RSA_ALGORITHM BCRYPT_SHIM_TEXT("RSA")
#define NCRYPT_RSA_SIGN_ALGORITHM BCRYPT_SHIM_TEXT("RSA_SIGN")
#define NCRYPT_SECRET_AGREEMENT_OPERATION 8
#define NCRYPT_SHA1_ALGORITHM BCRYPT_SHIM_TEXT("SHA1")
#define NCRYPT_SHA256_ALGORITHM BCRYPT_SHIM_TEXT("SHA256")
#define NCRYPT_SHA384_ALGORITHM BCRYPT_SHIM_TEXT("SHA384")
#define NCRYPT_SHA512_ALGORITHM BCRYPT_SHIM_TEXT("SHA512")
#define NCRYPT_SIGNATURE_LENGTH_PROPERTY BCRYPT_SHIM_TEXT("SignatureLength")
#define NCRYPT_SIGNATURE_OPERATION 0x10
#define NCRYPT_SILENT_FLAG 0x40
#define NCRYPT_SP800108_CTR_HMAC_ALGORITHM BCRYPT_SHIM_TEXT("SP800_108_CTR_HMAC")
#define NCRYPT_SP80056A_CONCAT_ALGORITHM BCRYPT_SHIM_TEXT("SP800_56A_CONCAT")
#define NCRYPT_SSL_CLIENT_FLAG 1
#define NCRYPT_SSL_EAP_FAST_ID 3
#define NCRYPT_SSL_EAP_ID 0
#define NCRYPT_SSL_EAP_PRF_FIELD 0xFF
#define NCRYPT_SSL_EAP_TTLSV0_CHLNG_ID 2
#define NCRYPT_SSL_EAP_TTLSV0_ID 1
#define NCRYPT_SSL_EXTERNAL_PSK_FLAG 1
#define NCRYPT_SSL_RESUMPTION_PSK_FLAG 2
#define NCRYPT_SSL_SERVER_FLAG 2
#define NCRYPT_SSL_SIGN_INCLUDE_HASHOID 1
#define NCRYPT_UI_APPCONTAINER_ACCESS_MEDIUM_FLAG 8
#define NCRYPT_UNIQUE_NAME_PROPERTY BCRYPT_SHIM_TEXT("Unique Name")
#define NCRYPT_VERSION_PROPERTY BCRYPT_SHIM_TEXT("Version")
#define NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG 0x200

#ifdef __cplusplus
extern "C" {
#endif

SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE *phProvider, LPCWSTR pszProviderName,
                                                 DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptEnumAlgorithms(NCRYPT_PROV_HANDLE hProvider, DWORD dwAlgOperations, DWORD *pdwAlgCount,
                                            NCryptAlgorithmName **ppAlgList, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptIsAlgSupported(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszAlgId, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptEnumKeys(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszScope, NCryptKeyName **ppKeyName,
                                      PVOID *ppEnumState, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptEnumStorageProviders(DWORD *pdwProviderCount, NCryptProviderName **ppProviderList,
                                                  DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptFreeBuffer(PVOID pvInput);
SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE hObject);
SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszKeyName,
                                     DWORD dwLegacyKeySpec, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey,
                                                LPCWSTR pszAlgId, LPCWSTR pszKeyName, DWORD dwLegacyKeySpec,
                                                DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, BYTE *pbOutput, DWORD cbOutput,
                                         DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, BYTE *pbInput, DWORD cbInput,
                                         DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptIsKeyHandle(NCRYPT_KEY_HANDLE hKey);
SECURITY_STATUS WINAPI NCryptTranslateHandle(NCRYPT_PROV_HANDLE *phProvider, NCRYPT_KEY_HANDLE *phKey,
                                             ULONG_PTR hLegacyProv, ULONG_PTR hLegacyKey, DWORD dwLegacyKeySpec,
                                             DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptEncrypt(NCRYPT_KEY_HANDLE hKey, BYTE *pbInput, DWORD cbInput, VOID *pPaddingInfo,
                                     BYTE *pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptDecrypt(NCRYPT_KEY_HANDLE hKey, BYTE *pbInput, DWORD cbInput, VOID *pPaddingInfo,
                                     BYTE *pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, BYTE *pbHashValue, DWORD cbHashValue,
                                      BYTE *pbSignature, DWORD cbSignature, DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, BYTE *pbHashValue,
                                             DWORD cbHashValue, BYTE *pbSignature, DWORD cbSignature, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptImportKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc *pParameterList, NCRYPT_KEY_HANDLE *phKey, BYTE *pbData,
                                       DWORD cbData, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE hKey, NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
                                       NCryptBufferDesc *pParameterList, BYTE *pbOutput, DWORD cbOutput,
                                       DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptSecretAgreement(NCRYPT_KEY_HANDLE hPrivKey, NCRYPT_KEY_HANDLE hPubKey,
                                             NCRYPT_SECRET_HANDLE *phAgreedSecret, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptDeriveKey(NCRYPT_SECRET_HANDLE hSharedSecret, LPCWSTR pwszKDF,
                                       NCryptBufferDesc *pParameterList, BYTE *pbDerivedKey, DWORD cbDerivedKey,
                                       DWORD *pcbResult, ULONG dwFlags);
SECURITY_STATUS WINAPI NCryptKeyDerivation(NCRYPT_KEY_HANDLE hKey, NCryptBufferDesc *pParameterList, BYTE *pbDerivedKey,
                                           DWORD cbDerivedKey, DWORD *pcbResult, ULONG dwFlags);

#ifdef __cplusplus
}
#endif

#endif /* BCRYPT_SHIM_NCRYPT_H */
