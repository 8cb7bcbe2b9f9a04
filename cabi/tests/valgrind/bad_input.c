/* Calls that fail, each followed by what shows that nothing was kept, written or read that should not be. */
#include "check.h"

#define UNTOUCHED ((void *)0x5EED)

/* Tries one blob, in a block of exactly its size, under every flag that import knows. */
static void refused(BCRYPT_ALG_HANDLE algorithm, LPCWSTR type, const BYTE *blob, ULONG size, NTSTATUS wanted)
{
    static const ULONG flags[] = {0, BCRYPT_NO_KEY_VALIDATION};
    BYTE *exact = copy_of(blob, size);
    int i;
    for (i = 0; i < 2; i++) {
        BCRYPT_KEY_HANDLE key = UNTOUCHED;
        WANT(wanted, BCryptImportKeyPair(algorithm, NULL, type, &key, exact, size, flags[i]));
        TRUE_HERE(key == UNTOUCHED);
    }
    free(exact);
}

/* Every truncation, every bit of the header, and a body of ones. */
static void broken_blobs(LPCWSTR id, ULONG bits, LPCWSTR public_type, LPCWSTR private_type)
{
    BCRYPT_ALG_HANDLE algorithm = opened(id);
    BCRYPT_KEY_HANDLE key = new_key(algorithm, bits);
    LPCWSTR types[] = {public_type, private_type};
    int i;
    for (i = 0; i < 2; i++) {
        ULONG size, length, bit;
        BYTE *blob = exported(key, types[i], &size);
        for (length = 0; length < size; length += length < 16 ? 1 : 7)
            refused(algorithm, types[i], blob, length, STATUS_INVALID_PARAMETER);
        for (bit = 32; bit < 64; bit++) {
            blob[bit / 8] ^= (BYTE)(1 << bit % 8);
            refused(algorithm, types[i], blob, size, STATUS_INVALID_PARAMETER);
            blob[bit / 8] ^= (BYTE)(1 << bit % 8);
        }
        refused(algorithm, BCRYPT_RSAPUBLIC_BLOB, blob, size, STATUS_NOT_SUPPORTED);
        memset(blob + 8, 0xFF, size - 8);
        refused(algorithm, types[i], blob, size, STATUS_INVALID_PARAMETER);
        free(blob);
    }
    OK(BCryptDestroyKey(key));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Every size too small for a blob, a property and a list of parameters. */
static void short_buffers(void)
{
    BCRYPT_KEY_HANDLE key = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256);
    ULONG size, result;
    for (size = 0; size < 104; size += 13) {
        BYTE *small = block(size);
        WANT(STATUS_BUFFER_TOO_SMALL,
             BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, small, size, &result, 0));
        TRUE_HERE(result == 104);
        free(small);
    }
    for (size = 0; size < 4; size++) {
        BYTE *small = block(size);
        WANT(STATUS_BUFFER_TOO_SMALL, BCryptGetProperty(key, BCRYPT_KEY_LENGTH, small, size, &result, 0));
        TRUE_HERE(result == 4);
        free(small);
    }
    WANT(STATUS_INVALID_PARAMETER, BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, NULL, 0, NULL, 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptGetProperty(key, BCRYPT_BLOCK_LENGTH, NULL, 0, &result, 0));
    OK(BCryptDestroyKey(key));
}

static void names(void)
{
    static const WCHAR unknown[] = u"no such name, and longer than any that is known to this library";
    static const WCHAR no_nul[] = {'S', 'H', 'A', '2', '5', '6'};
    BCRYPT_ALG_HANDLE algorithm = UNTOUCHED, generic = opened(BCRYPT_ECDH_ALGORITHM);
    BYTE *exact = copy_of(no_nul, sizeof(no_nul));
    WANT(STATUS_NOT_FOUND, BCryptOpenAlgorithmProvider(&algorithm, unknown, NULL, 0));
    WANT(STATUS_NOT_FOUND, BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_DH_ALGORITHM, unknown, 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_DH_ALGORITHM, NULL, 1));
    WANT(STATUS_INVALID_PARAMETER, BCryptOpenAlgorithmProvider(&algorithm, NULL, NULL, 0));
    TRUE_HERE(algorithm == UNTOUCHED);
    WANT(STATUS_INVALID_PARAMETER,
         BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, exact, sizeof(no_nul), 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptSetProperty(generic, unknown, exact, sizeof(no_nul), 0));
    OK(BCryptCloseAlgorithmProvider(generic, 0));
    free(exact);
}

static void derivations(void)
{
    static const WCHAR name[] = {'N', 'O', 'P', 'E'};
    BCRYPT_KEY_HANDLE key = new_key(BCRYPT_ECDH_P384_ALG_HANDLE, 384);
    BCRYPT_SECRET_HANDLE secret = NULL;
    BCryptBuffer hash = {sizeof(name), KDF_HASH_ALGORITHM, copy_of(name, sizeof(name))};
    BCryptBuffer nowhere = {40, KDF_SECRET_PREPEND, NULL};
    BCryptBufferDesc unknown_hash = {0, 1, &hash}, no_bytes = {0, 1, &nowhere}, no_entries = {0, 7, NULL};
    ULONG result = 0;
    BYTE *output = block(48);
    OK(BCryptSecretAgreement(key, key, &secret, 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptDeriveKey(secret, u"NOPE", NULL, output, 48, &result, 0));
    WANT(STATUS_NOT_SUPPORTED,
         BCryptDeriveKey(secret, BCRYPT_KDF_HASH, &unknown_hash, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER,
         BCryptDeriveKey(secret, BCRYPT_KDF_HASH, &no_bytes, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER,
         BCryptDeriveKey(secret, BCRYPT_KDF_HASH, &no_entries, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptDeriveKey(secret, BCRYPT_KDF_TLS_PRF, NULL, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER,
         BCryptDeriveKey(secret, BCRYPT_KDF_SP80056A_CONCAT, NULL, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptDeriveKey(secret, BCRYPT_KDF_HKDF, NULL, output, 48, &result, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, output, 48, NULL, 0));
    TRUE_HERE(result == 0);
    OK(BCryptDestroySecret(secret));
    OK(BCryptDestroyKey(key));
    free(hash.pvBuffer);
    free(output);
}

/* NULL, a released handle, numbers, and an address that is the program's own. */
static void handles(void)
{
    BCRYPT_KEY_HANDLE released = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256);
    int local = 0;
    void *wrong[] = {NULL, UNTOUCHED, (void *)-1, &local, released};
    BYTE *output = block(200);
    ULONG result;
    size_t i;
    OK(BCryptDestroyKey(released));
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        BCRYPT_HANDLE handle = wrong[i], made = UNTOUCHED;
        WANT(STATUS_INVALID_HANDLE, BCryptCloseAlgorithmProvider(handle, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptGenerateKeyPair(handle, &made, 256, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptFinalizeKeyPair(handle, 0));
        WANT(STATUS_INVALID_HANDLE,
             BCryptImportKeyPair(handle, NULL, BCRYPT_ECCPUBLIC_BLOB, &made, output, 0, 0));
        WANT(STATUS_INVALID_HANDLE,
             BCryptExportKey(handle, NULL, BCRYPT_ECCPUBLIC_BLOB, output, 200, &result, 0));
        WANT(STATUS_INVALID_HANDLE,
             BCryptGetProperty(handle, BCRYPT_ALGORITHM_NAME, output, 200, &result, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptSetProperty(handle, BCRYPT_ECC_CURVE_NAME, output, 0, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptSecretAgreement(handle, handle, &made, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptDeriveKey(handle, BCRYPT_KDF_HASH, NULL, output, 200, &result, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptDuplicateKey(handle, &made, NULL, 0, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptGenRandom(handle, output, 200, 0));
        WANT(STATUS_INVALID_HANDLE, BCryptDestroyKey(handle));
        WANT(STATUS_INVALID_HANDLE, BCryptDestroySecret(handle));
        WANT(STATUS_INVALID_PARAMETER, BCryptDestroyHash(handle));
        TRUE_HERE(made == UNTOUCHED);
    }
    free(output);
}

/* Keys that are refused at Finalize, values that are refused before it, and agreements that cannot be. */
static void unfinished_keys(void)
{
    BCRYPT_ALG_HANDLE generic = opened(BCRYPT_ECDH_ALGORITHM);
    BCRYPT_KEY_HANDLE pending = NULL, key = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256), dh = NULL;
    BCRYPT_SECRET_HANDLE secret = UNTOUCHED;
    BYTE *value = memset(block(140), 0xFF, 140);
    OK(BCryptGenerateKeyPair(generic, &pending, 0, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptFinalizeKeyPair(pending, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptSetProperty(pending, BCRYPT_PRIVATE_KEY, value, 32, 0));
    WANT(STATUS_INVALID_HANDLE, BCryptSecretAgreement(key, pending, &secret, 0));
    OK(BCryptGenerateKeyPair(BCRYPT_DH_ALG_HANDLE, &dh, 512, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptSetProperty(dh, BCRYPT_DH_PARAMETERS, value, 140, 0));
    OK(BCryptSetProperty(dh, BCRYPT_PRIVATE_KEY, value, 20, 0));
    OK(BCryptSetProperty(dh, BCRYPT_PRIVATE_KEY, value, 19, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptSetProperty(dh, BCRYPT_PRIVATE_KEY, value, 65, 0));
    TRUE_HERE(secret == UNTOUCHED);
    OK(BCryptDestroyKey(pending));
    OK(BCryptDestroyKey(key));
    OK(BCryptDestroyKey(dh));
    OK(BCryptCloseAlgorithmProvider(generic, 0));
    free(value);
}

int main(void)
{
    broken_blobs(BCRYPT_ECDH_P256_ALGORITHM, 256, BCRYPT_ECCPUBLIC_BLOB, BCRYPT_ECCPRIVATE_BLOB);
    broken_blobs(BCRYPT_ECDH_P521_ALGORITHM, 521, BCRYPT_ECCPUBLIC_BLOB, BCRYPT_ECCPRIVATE_BLOB);
    broken_blobs(BCRYPT_DH_ALGORITHM, 1024, BCRYPT_DH_PUBLIC_BLOB, BCRYPT_DH_PRIVATE_BLOB);
    short_buffers();
    names();
    derivations();
    handles();
    unfinished_keys();
#ifdef PLANTED_LEAK
    TRUE_HERE(block(7) != NULL);
#endif
    return failures != 0;
}
