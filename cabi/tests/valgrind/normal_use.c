/* Every call of a key agreement, on every kind of key and with every KDF, through blocks of exact size. */
#include "check.h"

static const BYTE salt[] = {1, 2, 3, 4};
static const BYTE seed[64] = {9};

static BCryptBuffer buffer(ULONG type, const void *bytes, ULONG size)
{
    BCryptBuffer made = {size, type, copy_of(bytes, size)};
    return made;
}

/* The derived key in a block of exactly its size. */
static BYTE *derived(BCRYPT_SECRET_HANDLE secret, LPCWSTR kdf, BCryptBufferDesc *list, ULONG *size)
{
    BYTE *output;
    OK(BCryptDeriveKey(secret, kdf, list, NULL, *size, size, 0));
    output = block(*size);
    OK(BCryptDeriveKey(secret, kdf, list, output, *size, size, 0));
    return output;
}

/* Both sides must derive the same bytes; comparing them also asks valgrind whether all of them were set. */
static void same(BCRYPT_SECRET_HANDLE secrets[2], LPCWSTR kdf, BCryptBufferDesc *list, ULONG natural)
{
    ULONG sizes[2] = {natural, natural};
    BYTE *keys[2];
    int i;
    for (i = 0; i < 2; i++)
        keys[i] = derived(secrets[i], kdf, list, &sizes[i]);
    TRUE_HERE(sizes[0] == sizes[1] && memcmp(keys[0], keys[1], sizes[0]) == 0);
    for (i = 0; i < 2; i++)
        free(keys[i]);
}

static void every_kdf(BCRYPT_SECRET_HANDLE secrets[2])
{
    BCryptBuffer parameters[] = {
        buffer(KDF_HASH_ALGORITHM, BCRYPT_SHA256_ALGORITHM, sizeof(BCRYPT_SHA256_ALGORITHM)),
        buffer(KDF_SECRET_PREPEND, "before", 6),
        buffer(KDF_SECRET_APPEND, "after", 5),
        buffer(KDF_HMAC_KEY, "key", 3),
        buffer(KDF_TLS_PRF_LABEL, "label", 5),
        buffer(KDF_TLS_PRF_SEED, seed, sizeof(seed)),
        buffer(KDF_ALGORITHMID, "alg", 3),
        buffer(KDF_PARTYUINFO, "u", 1),
        buffer(KDF_PARTYVINFO, "", 0),
        buffer(KDF_HKDF_INFO, "info", 4),
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, sizeof(parameters) / sizeof(*parameters), parameters};
    size_t i;
    same(secrets, BCRYPT_KDF_HASH, NULL, 0);
    same(secrets, BCRYPT_KDF_HASH, &list, 0);
    same(secrets, BCRYPT_KDF_HMAC, &list, 0);
    same(secrets, BCRYPT_KDF_TLS_PRF, &list, 0);
    same(secrets, BCRYPT_KDF_SP80056A_CONCAT, &list, 0);
    same(secrets, BCRYPT_KDF_RAW_SECRET, NULL, 0);
    for (i = 0; i < 2; i++) {
        BYTE *name = copy_of(BCRYPT_SHA384_ALGORITHM, sizeof(BCRYPT_SHA384_ALGORITHM));
        BYTE *bytes = copy_of(salt, sizeof(salt));
        OK(BCryptSetProperty(secrets[i], BCRYPT_HKDF_HASH_ALGORITHM, name, sizeof(BCRYPT_SHA384_ALGORITHM),
           0));
        OK(BCryptSetProperty(secrets[i], BCRYPT_HKDF_SALT_AND_FINALIZE, bytes, sizeof(salt), 0));
        free(name);
        free(bytes);
    }
    same(secrets, BCRYPT_KDF_HKDF, &list, 100);
    for (i = 0; i < sizeof(parameters) / sizeof(*parameters); i++)
        free(parameters[i].pvBuffer);
}

/* Exports and imports again: the same blob must come out. */
static BCRYPT_KEY_HANDLE through_blob(BCRYPT_ALG_HANDLE algorithm, BCRYPT_KEY_HANDLE key, LPCWSTR type)
{
    ULONG size, again;
    BYTE *blob = exported(key, type, &size), *second;
    BCRYPT_KEY_HANDLE imported = NULL;
    OK(BCryptImportKeyPair(algorithm, NULL, type, &imported, blob, size, 0));
    second = exported(imported, type, &again);
    TRUE_HERE(size == again && memcmp(blob, second, size) == 0);
    free(blob);
    free(second);
    return imported;
}

/* The second key is in the group of the first where that one is not the algorithm's own. */
static BCRYPT_KEY_HANDLE peer_of(BCRYPT_ALG_HANDLE algorithm, BCRYPT_KEY_HANDLE key, ULONG bits, int is_dh)
{
    BCRYPT_KEY_HANDLE peer = NULL;
    OK(BCryptGenerateKeyPair(algorithm, &peer, bits, 0));
    if (is_dh) {
        ULONG size = 0;
        BYTE *group;
        OK(BCryptGetProperty(key, BCRYPT_DH_PARAMETERS, NULL, 0, &size, 0));
        group = block(size);
        OK(BCryptGetProperty(key, BCRYPT_DH_PARAMETERS, group, size, &size, 0));
        OK(BCryptSetProperty(peer, BCRYPT_DH_PARAMETERS, group, size, 0));
        free(group);
    }
    OK(BCryptFinalizeKeyPair(peer, 0));
    return peer;
}

/* The provider is closed before its keys are used, and the keys are destroyed before the secrets are. */
static void exchange(LPCWSTR id, LPCWSTR curve, ULONG bits)
{
    int is_dh = id[0] == 'D', i;
    BCRYPT_ALG_HANDLE algorithm = opened(id);
    BCRYPT_KEY_HANDLE keys[6];
    BCRYPT_SECRET_HANDLE secrets[2] = {NULL, NULL};
    if (curve) {
        ULONG size = 0;
        while (curve[size])
            size++;
        size = (size + 1) * sizeof(WCHAR);
        BYTE *name = copy_of(curve, size);
        OK(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, name, size, 0));
        free(name);
    }
    keys[0] = new_key(algorithm, bits);
    keys[1] = peer_of(algorithm, keys[0], bits, is_dh);
    keys[2] = through_blob(algorithm, keys[0], BCRYPT_PRIVATE_KEY_BLOB);
    keys[3] = through_blob(algorithm, keys[1], is_dh ? BCRYPT_DH_PRIVATE_BLOB : BCRYPT_ECCPRIVATE_BLOB);
    keys[4] = through_blob(algorithm, keys[0], BCRYPT_PUBLIC_KEY_BLOB);
    keys[5] = through_blob(algorithm, keys[1], is_dh ? BCRYPT_DH_PUBLIC_BLOB : BCRYPT_ECCPUBLIC_BLOB);
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    OK(BCryptSecretAgreement(keys[0], keys[5], &secrets[0], 0));
    OK(BCryptSecretAgreement(keys[3], keys[4], &secrets[1], 0));
    for (i = 0; i < 6; i++)
        OK(BCryptDestroyKey(keys[i]));
    every_kdf(secrets);
    for (i = 0; i < 2; i++)
        OK(BCryptDestroySecret(secrets[i]));
}

static void properties(void)
{
    static const WCHAR *const names[] = {
        BCRYPT_ALGORITHM_NAME, BCRYPT_KEY_LENGTH, BCRYPT_KEY_STRENGTH, BCRYPT_PUBLIC_KEY_LENGTH,
        BCRYPT_ECC_CURVE_NAME, BCRYPT_PROVIDER_HANDLE,
    };
    BCRYPT_KEY_HANDLE key = new_key(BCRYPT_ECDH_P521_ALG_HANDLE, 521);
    size_t i;
    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        ULONG size = 0, sum = 0, j;
        BYTE *value;
        OK(BCryptGetProperty(key, names[i], NULL, 0, &size, 0));
        value = block(size);
        OK(BCryptGetProperty(key, names[i], value, size, &size, 0));
        for (j = 0; j < size; j++)
            sum += value[j];
        TRUE_HERE(sum > 0);
        free(value);
    }
    OK(BCryptDestroyKey(key));
}

static ULONG characters(LPCWSTR text)
{
    ULONG count = 0;
    while (text[count])
        count++;
    return count;
}

static void lists(void)
{
    BCRYPT_ALGORITHM_IDENTIFIER *algorithms = NULL;
    BCRYPT_PROVIDER_NAME *providers = NULL;
    ULONG count = 0, i;
    OK(BCryptEnumAlgorithms(0, &count, &algorithms, 0));
    TRUE_HERE(count > 6);
    for (i = 0; i < count; i++)
        TRUE_HERE(characters(algorithms[i].pszName) > 1 && algorithms[i].dwClass && !algorithms[i].dwFlags);
    BCryptFreeBuffer(algorithms);
    OK(BCryptEnumAlgorithms(BCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION, &count, &algorithms, 0));
    TRUE_HERE(count == 1);
    BCryptFreeBuffer(algorithms);
    OK(BCryptEnumProviders(BCRYPT_DH_ALGORITHM, &count, &providers, 0));
    TRUE_HERE(count == 1 && characters(providers[0].pszProviderName) == 28);
    BCryptFreeBuffer(providers);
    BCryptFreeBuffer(NULL);
}

static void curve_names(void)
{
    BCRYPT_ALG_HANDLE algorithm = opened(BCRYPT_ECDH_ALGORITHM);
    ULONG size = 0, i;
    BCRYPT_ECC_CURVE_NAMES *names;
    OK(BCryptGetProperty(algorithm, BCRYPT_ECC_CURVE_NAME_LIST, NULL, 0, &size, 0));
    names = block(size);
    OK(BCryptGetProperty(algorithm, BCRYPT_ECC_CURVE_NAME_LIST, (PUCHAR)names, size, &size, 0));
    TRUE_HERE(names->dwEccCurveNames > 0);
    for (i = 0; i < names->dwEccCurveNames; i++)
        TRUE_HERE(characters(names->pEccCurveNames[i]) > 4);
    free(names);
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

static void random_bytes(void)
{
    ULONG size;
    for (size = 0; size < 1000; size = 2 * size + 1) {
        BYTE *bytes = block(size);
        ULONG sum = 0, i;
        OK(BCryptGenRandom(NULL, bytes, size, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        OK(BCryptGenRandom(BCRYPT_RNG_ALG_HANDLE, bytes, size, 0));
        for (i = 0; i < size; i++)
            sum += bytes[i];
        TRUE_HERE(size < 30 || sum > 0);
        free(bytes);
    }
}

int main(void)
{
    int round;
    for (round = 0; round < 2; round++) {
        exchange(BCRYPT_ECDH_P256_ALGORITHM, NULL, 256);
        exchange(BCRYPT_ECDH_P384_ALGORITHM, NULL, 384);
        exchange(BCRYPT_ECDH_P521_ALGORITHM, NULL, 521);
        exchange(BCRYPT_ECDH_ALGORITHM, BCRYPT_ECC_CURVE_NISTP256, 0);
        exchange(BCRYPT_ECDH_ALGORITHM, BCRYPT_ECC_CURVE_25519, 0);
        exchange(BCRYPT_DH_ALGORITHM, NULL, 512);
        exchange(BCRYPT_DH_ALGORITHM, NULL, 1024);
        exchange(BCRYPT_DH_ALGORITHM, NULL, 2048);
    }
    properties();
    lists();
    curve_names();
    random_bytes();
    return failures != 0;
}
