/* What Wine's own DLLs that sit on bcrypt.dll do, whichever bcrypt.dll that is: a line each, "NAME: done" or what failed.
 *
 *     wine_dlls [PORT]      PORT: a TLS server of this machine, for winhttp and schannel
 *
 * Exit code: how many failed. */
#include <winsock2.h>
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <wincrypt.h>
#include <winhttp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;
static const char *name;

static int end(const char *what, unsigned long code)
{
    if (what) {
        printf("%s: %s failed: 0x%08lx\n", name, what, code);
        failures++;
    } else {
        printf("%s: done\n", name);
    }
    return 0;
}
#define NEED(what, condition) do { if (!(condition)) return end(what, GetLastError()); } while (0)
#define SUCCEED(call) do { SECURITY_STATUS status_ = (call); if (status_) return end(#call, (unsigned long)status_); } while (0)

static const BYTE abc_sha256[32] = {
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
    0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};

/* The old interface: a hash and a signature by an ephemeral key. */
static int capi(const char *title, DWORD kind, ALG_ID hash_id, ALG_ID key_id)
{
    HCRYPTPROV provider;
    HCRYPTHASH hash;
    HCRYPTKEY key;
    BYTE signature[512];
    DWORD size = sizeof signature;
    name = title;
    NEED("CryptAcquireContext", CryptAcquireContextA(&provider, NULL, NULL, kind, CRYPT_VERIFYCONTEXT));
    NEED("CryptCreateHash", CryptCreateHash(provider, hash_id, 0, 0, &hash));
    NEED("CryptHashData", CryptHashData(hash, (const BYTE *)"abc", 3, 0));
    if (hash_id == CALG_SHA_256) {
        BYTE digest[32];
        DWORD length = sizeof digest;
        NEED("CryptGetHashParam", CryptGetHashParam(hash, HP_HASHVAL, digest, &length, 0));
        NEED("the digest", memcmp(digest, abc_sha256, sizeof digest) == 0);
    }
    NEED("CryptGenKey", CryptGenKey(provider, key_id, 1024u << 16, &key));
    NEED("CryptSignHash", CryptSignHashA(hash, AT_SIGNATURE, NULL, 0, signature, &size));
    NEED("CryptVerifySignature", CryptVerifySignatureA(hash, signature, size, key, NULL, 0));
    CryptDestroyKey(key);
    CryptDestroyHash(hash);
    CryptReleaseContext(provider, 0);
    return end(NULL, 0);
}

/* A self-signed certificate is made, its signature verified, and it is hashed. */
static int certificate(void)
{
    CERT_NAME_BLOB subject = {0, NULL};
    BYTE encoded[64], digest[64];
    DWORD size = sizeof digest;
    const CERT_CONTEXT *made;
    name = "crypt32";
    subject.cbData = sizeof encoded;
    subject.pbData = encoded;
    NEED("CertStrToName", CertStrToNameA(X509_ASN_ENCODING, "CN=test", CERT_X500_NAME_STR, NULL, encoded, &subject.cbData, NULL));
    made = CertCreateSelfSignCertificate(0, &subject, 0, NULL, NULL, NULL, NULL, NULL);
    NEED("CertCreateSelfSignCertificate", made);
    NEED("CryptVerifyCertificateSignatureEx",
         CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT, (void *)made,
                                           CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, (void *)made, 0, NULL));
    NEED("CryptHashCertificate2",
         CryptHashCertificate2(L"SHA256", 0, NULL, made->pbCertEncoded, made->cbCertEncoded, digest, &size) && size == 32);
    CertFreeCertificateContext(made);
    return end(NULL, 0);
}

static int storage(void)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BCRYPT_PKCS1_PADDING_INFO padding = {L"SHA256"};
    BYTE signature[512];
    DWORD size = 0, bits = 2048;
    name = "ncrypt";
    SUCCEED(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
    SUCCEED(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    SUCCEED(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&bits, sizeof bits, 0));
    SUCCEED(NCryptFinalizeKey(key, 0));
    SUCCEED(NCryptSignHash(key, &padding, (BYTE *)abc_sha256, 32, signature, sizeof signature, &size, BCRYPT_PAD_PKCS1));
    SUCCEED(NCryptVerifySignature(key, &padding, (BYTE *)abc_sha256, 32, signature, size, BCRYPT_PAD_PKCS1));
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
    return end(NULL, 0);
}

/* winhttp speaks TLS by secur32's schannel. */
static int web(INTERNET_PORT port)
{
    HINTERNET session, connection, request;
    DWORD ignored = SECURITY_FLAG_IGNORE_UNKNOWN_CA | SECURITY_FLAG_IGNORE_CERT_CN_INVALID |
                    SECURITY_FLAG_IGNORE_CERT_DATE_INVALID | SECURITY_FLAG_IGNORE_CERT_WRONG_USAGE;
    DWORD status = 0, size = sizeof status;
    name = "winhttp, secur32";
    session = WinHttpOpen(L"test", WINHTTP_ACCESS_TYPE_NO_PROXY, NULL, NULL, 0);
    NEED("WinHttpOpen", session);
    connection = WinHttpConnect(session, L"127.0.0.1", port, 0);
    NEED("WinHttpConnect", connection);
    request = WinHttpOpenRequest(connection, L"GET", L"/", NULL, NULL, NULL, WINHTTP_FLAG_SECURE);
    NEED("WinHttpOpenRequest", request);
    NEED("WinHttpSetOption", WinHttpSetOption(request, WINHTTP_OPTION_SECURITY_FLAGS, &ignored, sizeof ignored));
    NEED("WinHttpSendRequest", WinHttpSendRequest(request, NULL, 0, NULL, 0, 0, 0));
    NEED("WinHttpReceiveResponse", WinHttpReceiveResponse(request, NULL));
    NEED("WinHttpQueryHeaders", WinHttpQueryHeaders(request, WINHTTP_QUERY_STATUS_CODE | WINHTTP_QUERY_FLAG_NUMBER, NULL,
                                                    &status, &size, NULL) && status == 200);
    WinHttpCloseHandle(request);
    WinHttpCloseHandle(connection);
    WinHttpCloseHandle(session);
    return end(NULL, 0);
}

int main(int argc, char **argv)
{
    char path[MAX_PATH] = "";
    setvbuf(stdout, NULL, _IONBF, 0);
    GetModuleFileNameA(LoadLibraryA("bcrypt.dll"), path, sizeof path);
    printf("bcrypt: %s, %s\n", path,
           GetProcAddress(GetModuleHandleA("bcrypt.dll"), "bcrypt_shim_version") ? "this library" : "Wine's");
    capi("rsaenh", PROV_RSA_AES, CALG_SHA_256, AT_SIGNATURE);
    capi("dssenh", PROV_DSS_DH, CALG_SHA1, AT_SIGNATURE);
    certificate();
    storage();
    if (argc > 1)
        web((INTERNET_PORT)atoi(argv[1]));
    return failures;
}
