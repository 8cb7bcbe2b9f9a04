/* wincrypt.h: what programs that use bcrypt.h also take from Windows' older interface.
 *
 * The functions are declared only. libbcrypt does not have them, so that a program which calls one is not linked and
 * the linker names it.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINCRYPT_H
#define BCRYPT_SHIM_WINCRYPT_H

#include "winerror.h"
#include "winnt.h"

#ifndef WINADVAPI
#define WINADVAPI
#endif
#ifndef WINCRYPT32API
#define WINCRYPT32API
#endif

#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
typedef unsigned int ALG_ID;
typedef ULONG_PTR HCRYPTPROV, HCRYPTKEY, HCRYPTHASH, HCRYPTPROV_LEGACY, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE;

typedef struct _PUBLICKEYSTRUC {
    BYTE bType;
    BYTE bVersion;
    WORD reserved;
    ALG_ID aiKeyAlg;
} PUBLICKEYSTRUC, BLOBHEADER;

typedef struct _RSAPUBKEY {
    DWORD magic;
    DWORD bitlen;
    DWORD pubexp;
} RSAPUBKEY;

typedef struct _PUBKEY {
    DWORD magic;
    DWORD bitlen;
} DHPUBKEY, DSSPUBKEY, KEAPUBKEY, TEKPUBKEY;

typedef struct _DSSSEED {
    DWORD counter;
    BYTE seed[20];
} DSSSEED;

typedef struct _PUBKEYVER3 {
    DWORD magic;
    DWORD bitlenP;
    DWORD bitlenQ;
    DWORD bitlenJ;
    DSSSEED DSSSeed;
} DHPUBKEY_VER3, DSSPUBKEY_VER3;

typedef struct _HMAC_INFO {
    ALG_ID HashAlgid;
    BYTE *pbInnerString;
    DWORD cbInnerString;
    BYTE *pbOuterString;
    DWORD cbOuterString;
} HMAC_INFO, *PHMAC_INFO;

typedef struct _CRYPTOAPI_BLOB {
    DWORD cbData;
    BYTE *pbData;
} CRYPT_INTEGER_BLOB, *PCRYPT_INTEGER_BLOB, CRYPT_UINT_BLOB, *PCRYPT_UINT_BLOB, CRYPT_OBJID_BLOB, *PCRYPT_OBJID_BLOB,
    CERT_BLOB, *PCERT_BLOB, CERT_NAME_BLOB, *PCERT_NAME_BLOB, CRYPT_HASH_BLOB, *PCRYPT_HASH_BLOB, CRYPT_DIGEST_BLOB,
    *PCRYPT_DIGEST_BLOB, CRYPT_DER_BLOB, *PCRYPT_DER_BLOB, CRYPT_DATA_BLOB, *PCRYPT_DATA_BLOB, CRYPT_ATTR_BLOB,
    *PCRYPT_ATTR_BLOB, DATA_BLOB, *PDATA_BLOB;

typedef struct _CRYPT_BIT_BLOB {
    DWORD cbData;
    BYTE *pbData;
    DWORD cUnusedBits;
} CRYPT_BIT_BLOB, *PCRYPT_BIT_BLOB;

typedef struct _CRYPT_ALGORITHM_IDENTIFIER {
    LPSTR pszObjId;
    CRYPT_OBJID_BLOB Parameters;
} CRYPT_ALGORITHM_IDENTIFIER, *PCRYPT_ALGORITHM_IDENTIFIER;

typedef struct _CRYPT_ATTRIBUTE {
    LPSTR pszObjId;
    DWORD cValue;
    PCRYPT_ATTR_BLOB rgValue;
} CRYPT_ATTRIBUTE, *PCRYPT_ATTRIBUTE;

typedef struct _CRYPT_ATTRIBUTES {
    DWORD cAttr;
    PCRYPT_ATTRIBUTE rgAttr;
} CRYPT_ATTRIBUTES, *PCRYPT_ATTRIBUTES;

typedef struct _CRYPT_PRIVATE_KEY_INFO {
    DWORD Version;
    CRYPT_ALGORITHM_IDENTIFIER Algorithm;
    CRYPT_DER_BLOB PrivateKey;
    PCRYPT_ATTRIBUTES pAttributes;
} CRYPT_PRIVATE_KEY_INFO, *PCRYPT_PRIVATE_KEY_INFO;

typedef struct _CERT_PUBLIC_KEY_INFO {
    CRYPT_ALGORITHM_IDENTIFIER Algorithm;
    CRYPT_BIT_BLOB PublicKey;
} CERT_PUBLIC_KEY_INFO, *PCERT_PUBLIC_KEY_INFO;

typedef struct _CERT_ECC_SIGNATURE {
    CRYPT_UINT_BLOB r;
    CRYPT_UINT_BLOB s;
} CERT_ECC_SIGNATURE, *PCERT_ECC_SIGNATURE;

typedef struct _CRYPT_ECC_PRIVATE_KEY_INFO {
    DWORD dwVersion;
    CRYPT_DER_BLOB PrivateKey;
    LPSTR szCurveOid;
    CRYPT_BIT_BLOB PublicKey;
} CRYPT_ECC_PRIVATE_KEY_INFO, *PCRYPT_ECC_PRIVATE_KEY_INFO;

typedef struct _CRYPT_SEQUENCE_OF_ANY {
    DWORD cValue;
    PCRYPT_DER_BLOB rgValue;
} CRYPT_SEQUENCE_OF_ANY, *PCRYPT_SEQUENCE_OF_ANY;

/* Certificates are handed around only. */
typedef void *HCERTSTORE;
typedef struct _CERT_CONTEXT {
    DWORD dwCertEncodingType;
    BYTE *pbCertEncoded;
    DWORD cbCertEncoded;
    struct _CERT_INFO *pCertInfo;
    HCERTSTORE hCertStore;
} CERT_CONTEXT, *PCERT_CONTEXT;
typedef const CERT_CONTEXT *PCCERT_CONTEXT;

typedef LPVOID(CALLBACK *PFN_CRYPT_ALLOC)(size_t cbSize);
typedef VOID(CALLBACK *PFN_CRYPT_FREE)(LPVOID pv);

typedef struct _CRYPT_DECODE_PARA {
    DWORD cbSize;
    PFN_CRYPT_ALLOC pfnAlloc;
    PFN_CRYPT_FREE pfnFree;
} CRYPT_DECODE_PARA, *PCRYPT_DECODE_PARA, CRYPT_ENCODE_PARA, *PCRYPT_ENCODE_PARA;
#endif

/* Algorithm identifiers: class, type and number. */
#define GET_ALG_CLASS(x) (x & (7 << 13))
#define GET_ALG_TYPE(x) (x & (15 << 9))
#define GET_ALG_SID(x) (x & (511))
#define ALG_CLASS_ALL 0xE000
#define ALG_CLASS_ANY 0
#define ALG_CLASS_DATA_ENCRYPT 0x6000
#define ALG_CLASS_HASH 0x8000
#define ALG_CLASS_KEY_EXCHANGE 0xA000
#define ALG_CLASS_MSG_ENCRYPT 0x4000
#define ALG_CLASS_SIGNATURE 0x2000
#define ALG_SID_3DES 3
#define ALG_SID_3DES_112 9
#define ALG_SID_AES 0x11
#define ALG_SID_AES_128 0xE
#define ALG_SID_AES_192 0xF
#define ALG_SID_AES_256 0x10
#define ALG_SID_AGREED_KEY_ANY 3
#define ALG_SID_ANY 0
#define ALG_SID_CAST 6
#define ALG_SID_CYLINK_MEK 0xC
#define ALG_SID_DES 1
#define ALG_SID_DESX 4
#define ALG_SID_DH_EPHEM 2
#define ALG_SID_DH_SANDF 1
#define ALG_SID_DSS_ANY 0
#define ALG_SID_DSS_DMS 2
#define ALG_SID_DSS_PKCS 1
#define ALG_SID_ECDH 5
#define ALG_SID_ECDH_EPHEM 6
#define ALG_SID_ECDSA 3
#define ALG_SID_ECMQV 1
#define ALG_SID_EXAMPLE 0x50
#define ALG_SID_HASH_REPLACE_OWF 0xB
#define ALG_SID_HMAC 9
#define ALG_SID_IDEA 5
#define ALG_SID_KEA 4
#define ALG_SID_MAC 5
#define ALG_SID_MD2 1
#define ALG_SID_MD4 2
#define ALG_SID_MD5 3
#define ALG_SID_PCT1_MASTER 4
#define ALG_SID_RC2 2
#define ALG_SID_RC4 1
#define ALG_SID_RC5 0xD
#define ALG_SID_RIPEMD 6
#define ALG_SID_RIPEMD160 7
#define ALG_SID_RSA_ANY 0
#define ALG_SID_RSA_ENTRUST 3
#define ALG_SID_RSA_MSATWORK 2
#define ALG_SID_RSA_PGP 4
#define ALG_SID_RSA_PKCS 1
#define ALG_SID_SAFERSK128 8
#define ALG_SID_SAFERSK64 7
#define ALG_SID_SCHANNEL_ENC_KEY 7
#define ALG_SID_SCHANNEL_MAC_KEY 3
#define ALG_SID_SCHANNEL_MASTER_HASH 2
#define ALG_SID_SEAL 2
#define ALG_SID_SHA 4
#define ALG_SID_SHA1 4
#define ALG_SID_SHA_256 0xC
#define ALG_SID_SHA_384 0xD
#define ALG_SID_SHA_512 0xE
#define ALG_SID_SKIPJACK 0xA
#define ALG_SID_SSL2_MASTER 5
#define ALG_SID_SSL3SHAMD5 8
#define ALG_SID_SSL3_MASTER 1
#define ALG_SID_TEK 0xB
#define ALG_SID_THIRDPARTY_ANY 0
#define ALG_SID_TLS1PRF 0xA
#define ALG_SID_TLS1_MASTER 6
#define ALG_TYPE_ANY 0
#define ALG_TYPE_BLOCK 0x600
#define ALG_TYPE_DH 0xA00
#define ALG_TYPE_DSS 0x200
#define ALG_TYPE_ECDH 0xE00
#define ALG_TYPE_RSA 0x400
#define ALG_TYPE_SECURECHANNEL 0xC00
#define ALG_TYPE_STREAM 0x800
#define ALG_TYPE_THIRDPARTY 0x1000
#define CALG_3DES 0x6603
#define CALG_3DES_112 0x6609
#define CALG_AES 0x6611
#define CALG_AES_128 0x660E
#define CALG_AES_192 0x660F
#define CALG_AES_256 0x6610
#define CALG_AGREEDKEY_ANY 0xAA03
#define CALG_CYLINK_MEK 0x660C
#define CALG_DES 0x6601
#define CALG_DESX 0x6604
#define CALG_DH_EPHEM 0xAA02
#define CALG_DH_SF 0xAA01
#define CALG_DSS_SIGN 0x2200
#define CALG_ECDH 0xAA05
#define CALG_ECDH_EPHEM 0xAE06
#define CALG_ECDSA 0x2203
#define CALG_ECMQV 0xA001
#define CALG_HASH_REPLACE_OWF 0x800B
#define CALG_HMAC 0x8009
#define CALG_HUGHES_MD5 0xA003
#define CALG_KEA_KEYX 0xAA04
#define CALG_MAC 0x8005
#define CALG_MD2 0x8001
#define CALG_MD4 0x8002
#define CALG_MD5 0x8003
#define CALG_NO_SIGN 0x2000
#define CALG_NULLCIPHER 0x6000
#define CALG_OID_INFO_CNG_ONLY 0xFFFFFFFF
#define CALG_OID_INFO_PARAMETERS 0xFFFFFFFE
#define CALG_PCT1_MASTER 0x4C04
#define CALG_RC2 0x6602
#define CALG_RC4 0x6801
#define CALG_RC5 0x660D
#define CALG_RSA_KEYX 0xA400
#define CALG_RSA_SIGN 0x2400
#define CALG_SCHANNEL_ENC_KEY 0x4C07
#define CALG_SCHANNEL_MAC_KEY 0x4C03
#define CALG_SCHANNEL_MASTER_HASH 0x4C02
#define CALG_SEAL 0x6802
#define CALG_SHA 0x8004
#define CALG_SHA1 0x8004
#define CALG_SHA_256 0x800C
#define CALG_SHA_384 0x800D
#define CALG_SHA_512 0x800E
#define CALG_SKIPJACK 0x660A
#define CALG_SSL2_MASTER 0x4C05
#define CALG_SSL3_MASTER 0x4C01
#define CALG_SSL3_SHAMD5 0x8008
#define CALG_TEK 0x660B
#define CALG_THIRDPARTY_CIPHER 0x7000
#define CALG_THIRDPARTY_HASH 0x9000
#define CALG_THIRDPARTY_KEY_EXCHANGE 0xB000
#define CALG_THIRDPARTY_SIGNATURE 0x3000
#define CALG_TLS1PRF 0x800A
#define CALG_TLS1_MASTER 0x4C06

/* Blobs. */
#define SIMPLEBLOB 1
#define PUBLICKEYBLOB 6
#define PRIVATEKEYBLOB 7
#define PLAINTEXTKEYBLOB 8
#define OPAQUEKEYBLOB 9
#define SYMMETRICWRAPKEYBLOB 0xB
#define CUR_BLOB_VERSION 2

/* Providers. */
#define PROV_DH_SCHANNEL 0x12
#define PROV_DSS 3
#define PROV_DSS_DH 0xD
#define PROV_EC_ECDSA_FULL 0x10
#define PROV_EC_ECDSA_SIG 0xE
#define PROV_EC_ECNRA_FULL 0x11
#define PROV_EC_ECNRA_SIG 0xF
#define PROV_FORTEZZA 4
#define PROV_INTEL_SEC 0x16
#define PROV_MS_EXCHANGE 5
#define PROV_REPLACE_OWF 0x17
#define PROV_RNG 0x15
#define PROV_RSA_AES 0x18
#define PROV_RSA_FULL 1
#define PROV_RSA_SCHANNEL 0xC
#define PROV_RSA_SIG 2
#define PROV_SPYRUS_LYNKS 0x14
#define PROV_SSL 6
#define PROV_STT_ACQ 8
#define PROV_STT_BRND 9
#define PROV_STT_ISS 0xB
#define PROV_STT_MER 7
#define PROV_STT_ROOT 0xA
#define MS_DEF_PROV_A "Microsoft Base Cryptographic Provider v1.0"
#define MS_DEF_PROV_W BCRYPT_SHIM_TEXT("Microsoft Base Cryptographic Provider v1.0")
#define MS_DEF_PROV TEXT("Microsoft Base Cryptographic Provider v1.0")
#define MS_ENHANCED_PROV_A "Microsoft Enhanced Cryptographic Provider v1.0"
#define MS_ENHANCED_PROV_W BCRYPT_SHIM_TEXT("Microsoft Enhanced Cryptographic Provider v1.0")
#define MS_ENHANCED_PROV TEXT("Microsoft Enhanced Cryptographic Provider v1.0")
#define MS_STRONG_PROV_A "Microsoft Strong Cryptographic Provider"
#define MS_STRONG_PROV_W BCRYPT_SHIM_TEXT("Microsoft Strong Cryptographic Provider")
#define MS_STRONG_PROV TEXT("Microsoft Strong Cryptographic Provider")
#define MS_DEF_DSS_PROV_A "Microsoft Base DSS Cryptographic Provider"
#define MS_DEF_DSS_PROV_W BCRYPT_SHIM_TEXT("Microsoft Base DSS Cryptographic Provider")
#define MS_DEF_DSS_PROV TEXT("Microsoft Base DSS Cryptographic Provider")
#define MS_DEF_DH_SCHANNEL_PROV_A "Microsoft DH SChannel Cryptographic Provider"
#define MS_DEF_DH_SCHANNEL_PROV_W BCRYPT_SHIM_TEXT("Microsoft DH SChannel Cryptographic Provider")
#define MS_DEF_DH_SCHANNEL_PROV TEXT("Microsoft DH SChannel Cryptographic Provider")
#define MS_ENH_DSS_DH_PROV_A "Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider"
#define MS_ENH_DSS_DH_PROV_W BCRYPT_SHIM_TEXT("Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider")
#define MS_ENH_DSS_DH_PROV TEXT("Microsoft Enhanced DSS and Diffie-Hellman Cryptographic Provider")
#define MS_DEF_DSS_DH_PROV_A "Microsoft Base DSS and Diffie-Hellman Cryptographic Provider"
#define MS_DEF_DSS_DH_PROV_W BCRYPT_SHIM_TEXT("Microsoft Base DSS and Diffie-Hellman Cryptographic Provider")
#define MS_DEF_DSS_DH_PROV TEXT("Microsoft Base DSS and Diffie-Hellman Cryptographic Provider")
#define MS_ENH_RSA_AES_PROV_A "Microsoft Enhanced RSA and AES Cryptographic Provider"
#define MS_ENH_RSA_AES_PROV_W BCRYPT_SHIM_TEXT("Microsoft Enhanced RSA and AES Cryptographic Provider")
#define MS_ENH_RSA_AES_PROV TEXT("Microsoft Enhanced RSA and AES Cryptographic Provider")

/* Flags and parameters. */
#define CRYPT_VERIFYCONTEXT 0xF0000000
#define CRYPT_NEWKEYSET 8
#define CRYPT_DELETEKEYSET 0x10
#define CRYPT_MACHINE_KEYSET 0x20
#define CRYPT_SILENT 0x40
#define CRYPT_EXPORTABLE 1
#define CRYPT_USER_PROTECTED 2
#define CRYPT_CREATE_SALT 4
#define CRYPT_NO_SALT 0x10
#define CRYPT_OAEP 0x40
#define CRYPT_IPSEC_HMAC_KEY 0x100
#define CRYPT_ENCODE_ALLOC_FLAG 0x8000
#define CRYPT_DECODE_ALLOC_FLAG 0x8000
#define CRYPT_DECODE_NOCOPY_FLAG 1
#define CRYPTPROTECT_UI_FORBIDDEN 1
#define CRYPTPROTECT_LOCAL_MACHINE 4
#define CRYPT_MODE_CBC 1
#define CRYPT_MODE_ECB 2
#define CRYPT_MODE_CFB 4
#define PKCS5_PADDING 1
#define AT_KEYEXCHANGE 1
#define AT_SIGNATURE 2
#define HP_ALGID 1
#define HP_HASHVAL 2
#define HP_HASHSIZE 4
#define HP_HMAC_INFO 5
#define KP_IV 1
#define KP_SALT 2
#define KP_PADDING 3
#define KP_MODE 4
#define KP_MODE_BITS 5
#define KP_ALGID 7
#define KP_BLOCKLEN 8
#define KP_KEYLEN 9
#define PP_CONTAINER 6
#define PP_NAME 4
#define PP_ENUMALGS 1

/* Text. */
#define CRYPT_STRING_ANY 7
#define CRYPT_STRING_BASE64 1
#define CRYPT_STRING_BASE64HEADER 0
#define CRYPT_STRING_BASE64REQUESTHEADER 3
#define CRYPT_STRING_BASE64URI 0xD
#define CRYPT_STRING_BASE64X509CRLHEADER 9
#define CRYPT_STRING_BASE64_ANY 6
#define CRYPT_STRING_BINARY 2
#define CRYPT_STRING_ENCODEMASK 0xFF
#define CRYPT_STRING_HASHDATA 0x10000000
#define CRYPT_STRING_HEX 4
#define CRYPT_STRING_HEXADDR 0xA
#define CRYPT_STRING_HEXASCII 5
#define CRYPT_STRING_HEXASCIIADDR 0xB
#define CRYPT_STRING_HEXRAW 0xC
#define CRYPT_STRING_HEX_ANY 8
#define CRYPT_STRING_NOCR 0x80000000
#define CRYPT_STRING_NOCRLF 0x40000000
#define CRYPT_STRING_PERCENTESCAPE 0x8000000
#define CRYPT_STRING_RESERVED100 0x100
#define CRYPT_STRING_RESERVED200 0x200
#define CRYPT_STRING_STRICT 0x20000000

/* Encodings, and the structures that they are of. */
#define X509_ASN_ENCODING 1
#define PKCS_7_ASN_ENCODING 0x10000
#define RSA_CSP_PUBLICKEYBLOB ((LPCSTR)19)
#define PKCS_RSA_PRIVATE_KEY ((LPCSTR)43)
#define PKCS_PRIVATE_KEY_INFO ((LPCSTR)44)
#define PKCS_ENCRYPTED_PRIVATE_KEY_INFO ((LPCSTR)45)
#define X509_PUBLIC_KEY_INFO ((LPCSTR)8)
#define X509_MULTI_BYTE_UINT ((LPCSTR)38)
#define X509_SEQUENCE_OF_ANY ((LPCSTR)34)
#define X509_OCTET_STRING ((LPCSTR)25)
#define X509_BITS ((LPCSTR)26)
#define X509_INTEGER ((LPCSTR)27)
#define X509_OBJECT_IDENTIFIER ((LPCSTR)73)
#define X509_DSS_PARAMETERS ((LPCSTR)39)
#define X509_DSS_SIGNATURE ((LPCSTR)40)
#define X509_DSS_PUBLICKEY 0x26
#define X509_DH_PARAMETERS ((LPCSTR)47)
#define X509_ECC_SIGNATURE ((LPCSTR)47)
#define X509_ECC_PRIVATE_KEY ((LPCSTR)82)
#define CNG_RSA_PUBLIC_KEY_BLOB ((LPCSTR)72)
#define CNG_RSA_PRIVATE_KEY_BLOB ((LPCSTR)83)
#define szOID_RSA_RSA "1.2.840.113549.1.1.1"
#define szOID_X957_DSA "1.2.840.10040.4.1"
#define szOID_ECC_PUBLIC_KEY "1.2.840.10045.2.1"
#define szOID_ECC_CURVE_P256 "1.2.840.10045.3.1.7"
#define szOID_ECC_CURVE_P384 "1.3.132.0.34"
#define szOID_ECC_CURVE_P521 "1.3.132.0.35"
#define szOID_NIST_sha256 "2.16.840.1.101.3.4.2.1"
#define szOID_NIST_sha384 "2.16.840.1.101.3.4.2.2"
#define szOID_NIST_sha512 "2.16.840.1.101.3.4.2.3"
#define szOID_OIWSEC_sha1 "1.3.14.3.2.26"
#define szOID_RSA_MD5 "1.2.840.113549.2.5"

#ifdef __cplusplus
extern "C" {
#endif

BOOL WINAPI CryptAcquireContextA(HCRYPTPROV *phProv, LPCSTR szContainer, LPCSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags);
BOOL WINAPI CryptAcquireContextW(HCRYPTPROV *phProv, LPCWSTR szContainer, LPCWSTR szProvider, DWORD dwProvType,
                                 DWORD dwFlags);
BOOL WINAPI CryptReleaseContext(HCRYPTPROV hProv, DWORD dwFlags);
BOOL WINAPI CryptGenRandom(HCRYPTPROV hProv, DWORD dwLen, BYTE *pbBuffer);
BOOL WINAPI CryptCreateHash(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTKEY hKey, DWORD dwFlags, HCRYPTHASH *phHash);
BOOL WINAPI CryptHashData(HCRYPTHASH hHash, const BYTE *pbData, DWORD dwDataLen, DWORD dwFlags);
BOOL WINAPI CryptGetHashParam(HCRYPTHASH hHash, DWORD dwParam, BYTE *pbData, DWORD *pdwDataLen, DWORD dwFlags);
BOOL WINAPI CryptSetHashParam(HCRYPTHASH hHash, DWORD dwParam, const BYTE *pbData, DWORD dwFlags);
BOOL WINAPI CryptDuplicateHash(HCRYPTHASH hHash, DWORD *pdwReserved, DWORD dwFlags, HCRYPTHASH *phHash);
BOOL WINAPI CryptDestroyHash(HCRYPTHASH hHash);
BOOL WINAPI CryptGenKey(HCRYPTPROV hProv, ALG_ID Algid, DWORD dwFlags, HCRYPTKEY *phKey);
BOOL WINAPI CryptDeriveKey(HCRYPTPROV hProv, ALG_ID Algid, HCRYPTHASH hBaseData, DWORD dwFlags, HCRYPTKEY *phKey);
BOOL WINAPI CryptImportKey(HCRYPTPROV hProv, const BYTE *pbData, DWORD dwDataLen, HCRYPTKEY hPubKey, DWORD dwFlags,
                           HCRYPTKEY *phKey);
BOOL WINAPI CryptExportKey(HCRYPTKEY hKey, HCRYPTKEY hExpKey, DWORD dwBlobType, DWORD dwFlags, BYTE *pbData,
                           DWORD *pdwDataLen);
BOOL WINAPI CryptGetKeyParam(HCRYPTKEY hKey, DWORD dwParam, BYTE *pbData, DWORD *pdwDataLen, DWORD dwFlags);
BOOL WINAPI CryptSetKeyParam(HCRYPTKEY hKey, DWORD dwParam, const BYTE *pbData, DWORD dwFlags);
BOOL WINAPI CryptDuplicateKey(HCRYPTKEY hKey, DWORD *pdwReserved, DWORD dwFlags, HCRYPTKEY *phKey);
BOOL WINAPI CryptDestroyKey(HCRYPTKEY hKey);
BOOL WINAPI CryptEncrypt(HCRYPTKEY hKey, HCRYPTHASH hHash, BOOL Final, DWORD dwFlags, BYTE *pbData, DWORD *pdwDataLen,
                         DWORD dwBufLen);
BOOL WINAPI CryptDecrypt(HCRYPTKEY hKey, HCRYPTHASH hHash, BOOL Final, DWORD dwFlags, BYTE *pbData, DWORD *pdwDataLen);
BOOL WINAPI CryptSignHashA(HCRYPTHASH hHash, DWORD dwKeySpec, LPCSTR szDescription, DWORD dwFlags, BYTE *pbSignature,
                           DWORD *pdwSigLen);
BOOL WINAPI CryptSignHashW(HCRYPTHASH hHash, DWORD dwKeySpec, LPCWSTR szDescription, DWORD dwFlags, BYTE *pbSignature,
                           DWORD *pdwSigLen);
BOOL WINAPI CryptVerifySignatureA(HCRYPTHASH hHash, const BYTE *pbSignature, DWORD dwSigLen, HCRYPTKEY hPubKey,
                                  LPCSTR szDescription, DWORD dwFlags);
BOOL WINAPI CryptVerifySignatureW(HCRYPTHASH hHash, const BYTE *pbSignature, DWORD dwSigLen, HCRYPTKEY hPubKey,
                                  LPCWSTR szDescription, DWORD dwFlags);
BOOL WINAPI CryptBinaryToStringA(const BYTE *pbBinary, DWORD cbBinary, DWORD dwFlags, LPSTR pszString,
                                 DWORD *pcchString);
BOOL WINAPI CryptBinaryToStringW(const BYTE *pbBinary, DWORD cbBinary, DWORD dwFlags, LPWSTR pszString,
                                 DWORD *pcchString);
BOOL WINAPI CryptStringToBinaryA(LPCSTR pszString, DWORD cchString, DWORD dwFlags, BYTE *pbBinary, DWORD *pcbBinary,
                                 DWORD *pdwSkip, DWORD *pdwFlags);
BOOL WINAPI CryptStringToBinaryW(LPCWSTR pszString, DWORD cchString, DWORD dwFlags, BYTE *pbBinary, DWORD *pcbBinary,
                                 DWORD *pdwSkip, DWORD *pdwFlags);
BOOL WINAPI CryptDecodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE *pbEncoded, DWORD cbEncoded,
                              DWORD dwFlags, void *pvStructInfo, DWORD *pcbStructInfo);
BOOL WINAPI CryptDecodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const BYTE *pbEncoded,
                                DWORD cbEncoded, DWORD dwFlags, PCRYPT_DECODE_PARA pDecodePara, void *pvStructInfo,
                                DWORD *pcbStructInfo);
BOOL WINAPI CryptEncodeObject(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void *pvStructInfo,
                              BYTE *pbEncoded, DWORD *pcbEncoded);
BOOL WINAPI CryptEncodeObjectEx(DWORD dwCertEncodingType, LPCSTR lpszStructType, const void *pvStructInfo,
                                DWORD dwFlags, PCRYPT_ENCODE_PARA pEncodePara, void *pvEncoded, DWORD *pcbEncoded);
BOOL WINAPI CryptImportPublicKeyInfo(HCRYPTPROV hCryptProv, DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pInfo,
                                     HCRYPTKEY *phKey);
BOOL WINAPI CryptImportPublicKeyInfoEx2(DWORD dwCertEncodingType, PCERT_PUBLIC_KEY_INFO pInfo, DWORD dwFlags,
                                        void *pvAuxInfo, BCRYPT_KEY_HANDLE *phKey);
BOOL WINAPI CryptExportPublicKeyInfoFromBCryptKeyHandle(BCRYPT_KEY_HANDLE hBCryptKey, DWORD dwCertEncodingType,
                                                        LPSTR pszPublicKeyObjId, DWORD dwFlags, void *pvAuxInfo,
                                                        PCERT_PUBLIC_KEY_INFO pInfo, DWORD *pcbInfo);
PCCERT_CONTEXT WINAPI CertDuplicateCertificateContext(PCCERT_CONTEXT pCertContext);
BOOL WINAPI CertFreeCertificateContext(PCCERT_CONTEXT pCertContext);
BOOL WINAPI CryptHashCertificate2(LPCWSTR pwszCNGHashAlgid, DWORD dwFlags, void *pvReserved, const BYTE *pbEncoded,
                                  DWORD cbEncoded, BYTE *pbComputedHash, DWORD *pcbComputedHash);

#ifdef __cplusplus
}
#endif

/* Those that come in two kinds, for the program's kind of text. */
#ifdef UNICODE
#define CryptAcquireContext CryptAcquireContextW
#define CryptSignHash CryptSignHashW
#define CryptVerifySignature CryptVerifySignatureW
#define CryptBinaryToString CryptBinaryToStringW
#define CryptStringToBinary CryptStringToBinaryW
#else
#define CryptAcquireContext CryptAcquireContextA
#define CryptSignHash CryptSignHashA
#define CryptVerifySignature CryptVerifySignatureA
#define CryptBinaryToString CryptBinaryToStringA
#define CryptStringToBinary CryptStringToBinaryA
#endif

#endif /* BCRYPT_SHIM_WINCRYPT_H */
