#include "keyexchange.h"

BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "%s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

BOOL openAlgorithm(BOOL x25519, BCRYPT_ALG_HANDLE *phAlgorithm)
{
    LPCWSTR algorithm = x25519 ? BCRYPT_ECDH_ALGORITHM : BCRYPT_ECDH_P256_ALGORITHM;

    if (!succeeded("BCryptOpenAlgorithmProvider", BCryptOpenAlgorithmProvider(phAlgorithm, algorithm, NULL, 0)))
        return FALSE;
    if (!x25519 || succeeded("BCryptSetProperty(ECCCurveName)",
                             BCryptSetProperty(*phAlgorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)BCRYPT_ECC_CURVE_25519,
                                               sizeof(BCRYPT_ECC_CURVE_25519), 0)))
        return TRUE;
    BCryptCloseAlgorithmProvider(*phAlgorithm, 0);
    *phAlgorithm = NULL;
    return FALSE;
}

static BOOL saveKey(BCRYPT_KEY_HANDLE hKey, LPCWSTR blobType, const WCHAR *name, const char *extension)
{
    BYTE blob[MAX_BLOB];
    WCHAR path[MAX_PATH];
    ULONG size = 0;
    BOOL done = joinPath(name, extension, path, MAX_PATH) &&
                succeeded("BCryptExportKey", BCryptExportKey(hKey, NULL, blobType, blob, sizeof(blob), &size, 0)) &&
                writeFile(path, blob, size);

    SecureZeroMemory(blob, sizeof(blob));
    return done;
}

/* Writes name.key, which is secret, and name.pub, which the peer needs. */
BOOL createKey(BCRYPT_ALG_HANDLE hAlgorithm, BOOL x25519, const WCHAR *name)
{
    BCRYPT_KEY_HANDLE hKey = NULL;
    BOOL done = succeeded("BCryptGenerateKeyPair",
                          BCryptGenerateKeyPair(hAlgorithm, &hKey, x25519 ? 255 : 256, 0)) &&
                succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(hKey, 0)) &&
                saveKey(hKey, BCRYPT_ECCPRIVATE_BLOB, name, ".key") &&
                saveKey(hKey, BCRYPT_ECCPUBLIC_BLOB, name, ".pub");

    if (hKey)
        BCryptDestroyKey(hKey);
    return done;
}

BOOL loadKey(BCRYPT_ALG_HANDLE hAlgorithm, LPCWSTR blobType, const WCHAR *path, BCRYPT_KEY_HANDLE *phKey)
{
    BYTE blob[MAX_BLOB];
    ULONG size = 0;
    BOOL done = readFile(path, blob, sizeof(blob), &size) &&
                succeeded("BCryptImportKeyPair",
                          BCryptImportKeyPair(hAlgorithm, NULL, blobType, phKey, blob, size, 0));

    SecureZeroMemory(blob, sizeof(blob));
    return done;
}
