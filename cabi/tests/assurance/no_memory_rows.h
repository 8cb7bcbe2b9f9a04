/* What is done without memory: one row for each kind of thing.
 *
 * To add an export, a property of a new kind of object, or an algorithm:
 *
 * 1. Write `static void something(long which)`, which makes what the calls need, says arm(), and makes the calls:
 *      LIFE(call)   must be STATUS_SUCCESS or STATUS_NO_MEMORY; tells whether it was the former
 *      USUAL(call)  must be what it was when nothing failed, or STATUS_NO_MEMORY; only without a LIFE before it that may
 *                   fail, so that the calls are the same every time
 *      VOID_CALL(call) has no status
 *      OK(call)     must be STATUS_SUCCESS: calls that give something back, and before arm() those that make something
 *    After disarm() nothing fails any more. Whatever was made is given back, or the row is reported for its leak.
 *    `which` goes from 0 to the row's count: one for each algorithm, say, or for each pair of object and property.
 * 2. Add a line to `rows`. A `fresh` row is run in a process of its own for each allocation as well, in which the
 *    library was never used before.
 *
 * A new kind of object that has properties goes into `objects`; every property is then read from it and set with every
 * one of `values`. faults.rs checks that each export that is implemented is called in here. */
#ifndef NO_MEMORY_ROWS_H
#define NO_MEMORY_ROWS_H

static BYTE salt[16] = {1, 2, 3};
static BYTE seed[64] = {4};
static WCHAR sha256[] = u"SHA256";

/* Lives of keys. */

static const struct subject {
    const char *name;
    LPCWSTR id, curve;
    ULONG curve_size, bits;
    LPCWSTR private_type, public_type;
} subjects[] = {
#define CURVE(name) name, sizeof name
    {"P-256", BCRYPT_ECDH_P256_ALGORITHM, NULL, 0, 256, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"P-384", BCRYPT_ECDH_P384_ALGORITHM, NULL, 0, 384, BCRYPT_PRIVATE_KEY_BLOB, SSL_ECCPUBLIC_BLOB},
    {"P-521, full", BCRYPT_ECDH_P521_ALGORITHM, NULL, 0, 521, BCRYPT_ECCFULLPRIVATE_BLOB, BCRYPT_ECCFULLPUBLIC_BLOB},
    {"curve25519", BCRYPT_ECDH_ALGORITHM, CURVE(u"curve25519"), 0, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"secp256k1", BCRYPT_ECDH_ALGORITHM, CURVE(u"secP256k1"), 0, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"brainpoolP256r1", BCRYPT_ECDH_ALGORITHM, CURVE(u"brainpoolP256r1"), 0, BCRYPT_ECCFULLPRIVATE_BLOB,
     BCRYPT_ECCFULLPUBLIC_BLOB},
    {"DH", BCRYPT_DH_ALGORITHM, NULL, 0, 2048, BCRYPT_DH_PRIVATE_BLOB, BCRYPT_DH_PUBLIC_BLOB},
    {"DH, CAPI", BCRYPT_DH_ALGORITHM, NULL, 0, 768, LEGACY_DH_PRIVATE_BLOB, BCRYPT_DH_PUBLIC_BLOB},
};
/* It makes a group of its own. */
static const struct subject own_group = {"DH, own group", BCRYPT_DH_ALGORITHM, NULL, 0, 512, BCRYPT_DH_PRIVATE_BLOB,
                                         BCRYPT_DH_PUBLIC_BLOB};

static void derive(BCRYPT_SECRET_HANDLE secret)
{
    BCryptBuffer parameters[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {sizeof salt, KDF_HMAC_KEY, salt},
        {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed}, {3, KDF_ALGORITHMID, "alg"},
        {1, KDF_PARTYUINFO, "u"}, {1, KDF_PARTYVINFO, "v"}, {4, KDF_HKDF_INFO, "info"}};
    BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, COUNT(parameters), parameters};
    LPCWSTR kdfs[] = {BCRYPT_KDF_RAW_SECRET, BCRYPT_KDF_HASH, BCRYPT_KDF_HMAC, BCRYPT_KDF_TLS_PRF,
                      BCRYPT_KDF_SP80056A_CONCAT};
    BYTE output[1024];
    ULONG size;
    size_t i;
    for (i = 0; i < COUNT(kdfs); i++)
        LIFE(BCryptDeriveKey(secret, kdfs[i], &all, output, i == 3 ? 48 : sizeof output, &size, 0));
    if (LIFE(BCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0)) &&
        LIFE(BCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0)))
        LIFE(BCryptDeriveKey(secret, BCRYPT_KDF_HKDF, &all, output, 80, &size, 0));
}

static void life_of(const struct subject *subject)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL, peer = NULL;
    BCRYPT_SECRET_HANDLE secret = NULL;
    BYTE blob[4096], text[256];
    ULONG size;
    arm();
#ifdef PLANTED_CRASH
    memset(malloc(8), 0, 8);
#endif
#ifdef PLANTED_LEAK
    LIFE(malloc(24) ? STATUS_SUCCESS : STATUS_NO_MEMORY);
#endif
    if (!LIFE(BCryptOpenAlgorithmProvider(&algorithm, subject->id, NULL, 0)))
        return;
    if (subject->curve && !LIFE(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)subject->curve,
                                                  subject->curve_size, 0)))
        goto close;
    LIFE(BCryptGetProperty(algorithm, BCRYPT_ALGORITHM_NAME, text, sizeof text, &size, 0));
    if (!LIFE(BCryptGenerateKeyPair(algorithm, &key, subject->bits, 0)))
        goto close;
    if (!LIFE(BCryptFinalizeKeyPair(key, 0)))
        goto destroy;
    if (LIFE(BCryptExportKey(key, NULL, subject->private_type, blob, sizeof blob, &size, 0)) &&
        LIFE(BCryptImportKeyPair(algorithm, NULL, subject->private_type, &peer, blob, size, 0))) {
        OK(BCryptDestroyKey(peer));
        peer = NULL;
    }
    if (LIFE(BCryptExportKey(key, NULL, subject->public_type, blob, sizeof blob, &size, 0)))
        LIFE(BCryptImportKeyPair(algorithm, NULL, subject->public_type, &peer, blob, size, 0));
    if (LIFE(BCryptSecretAgreement(key, peer ? peer : key, &secret, 0))) {
        derive(secret);
        OK(BCryptDestroySecret(secret));
    }
    if (peer)
        OK(BCryptDestroyKey(peer));
destroy:
    OK(BCryptDestroyKey(key));
close:
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

static void life(long which)
{
    life_of(&subjects[which]);
}

static void life_with_a_group_of_its_own(long which)
{
    (void)which;
    life_of(&own_group);
}

/* All curve names, one after the other in one process. */

static const struct {
    LPCWSTR name;
    ULONG size;
} curves[] = {
#define X(name) {name, sizeof name},
#include CURVE_NAMES
#undef X
};

static void curve(long which)
{
    BCRYPT_ALG_HANDLE algorithm = opened(BCRYPT_ECDH_ALGORITHM);
    BCRYPT_KEY_HANDLE key = NULL;
    BYTE parameters[1024], blob[1024];
    ULONG size;
    arm();
    if (USUAL(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)(uintptr_t)curves[which].name,
                                curves[which].size, 0)) == STATUS_SUCCESS &&
        LIFE(BCryptGetProperty(algorithm, BCRYPT_ECC_PARAMETERS, parameters, sizeof parameters, &size, 0)) &&
        LIFE(BCryptGenerateKeyPair(algorithm, &key, 0, 0))) {
        if (LIFE(BCryptFinalizeKeyPair(key, 0)))
            LIFE(BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &size, 0));
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* A curve by its numbers that has no name: CryptoPro's A (RFC 4357, 11.4). Setting it tests numbers for primality. */
static BYTE numbers[7 * 4 + 6 * 32 + 1];

static void write_numbers(void)
{
    static const char hex[] =
        "01000000010000000000000020000000200000000100000000000000"
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd97"
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffd94"
        "00000000000000000000000000000000000000000000000000000000000000a6"
        "0000000000000000000000000000000000000000000000000000000000000001"
        "8d91e471e0989cda27df505a453f2b7635294f2ddf23e3b122acc99c9e9f1e14"
        "ffffffffffffffffffffffffffffffff6c611070995ad10045841b09b761b893"
        "01";
    size_t at;
    for (at = 0; at < sizeof numbers; at++)
        sscanf(hex + 2 * at, "%2hhx", &numbers[at]);
}

static void curve_by_numbers(long which)
{
    BCRYPT_ALG_HANDLE algorithm = opened(BCRYPT_ECDH_ALGORITHM);
    BCRYPT_KEY_HANDLE key = NULL;
    (void)which;
    write_numbers();
    arm();
    if (LIFE(BCryptSetProperty(algorithm, BCRYPT_ECC_PARAMETERS, numbers, sizeof numbers, 0)) &&
        LIFE(BCryptGenerateKeyPair(algorithm, &key, 0, 0))) {
        LIFE(BCryptFinalizeKeyPair(key, 0));
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Every property of every object. */

static const LPCWSTR properties[] = {
#define X(name) name,
#include PROPERTY_NAMES
#undef X
};

static BCRYPT_HANDLE provider(LPCWSTR id, LPCWSTR curve_name, ULONG size)
{
    BCRYPT_ALG_HANDLE algorithm = opened(id);
    if (curve_name)
        OK(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)(uintptr_t)curve_name, size, 0));
    return algorithm;
}

static BCRYPT_HANDLE key_of(BCRYPT_ALG_HANDLE algorithm, ULONG bits, int finalize)
{
    BCRYPT_KEY_HANDLE key = NULL;
    OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0));
    if (finalize)
        OK(BCryptFinalizeKeyPair(key, 0));
    return key;
}

static BCRYPT_HANDLE key_on(LPCWSTR curve_name, ULONG size, int finalize)
{
    BCRYPT_ALG_HANDLE algorithm = provider(BCRYPT_ECDH_ALGORITHM, curve_name, size);
    BCRYPT_KEY_HANDLE key = key_of(algorithm, 0, finalize);
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    return key;
}

static BCRYPT_HANDLE secret_with(int has_hash)
{
    BCRYPT_KEY_HANDLE key = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256);
    BCRYPT_SECRET_HANDLE secret = NULL;
    OK(BCryptSecretAgreement(key, key, &secret, 0));
    OK(BCryptDestroyKey(key));
    if (has_hash)
        OK(BCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0));
    return secret;
}

/* NULL where the algorithm is not there yet. */
static BCRYPT_HANDLE symmetric_key(BCRYPT_ALG_HANDLE algorithm)
{
    BCRYPT_KEY_HANDLE key = NULL;
    note("BCryptGenerateSymmetricKey(");
    BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, salt, sizeof salt, 0);
    return key;
}

static BCRYPT_HANDLE hash_of(BCRYPT_ALG_HANDLE algorithm, ULONG secret_size)
{
    BCRYPT_HASH_HANDLE hash = NULL;
    OK(BCryptCreateHash(algorithm, &hash, NULL, 0, secret_size ? salt : NULL, secret_size, 0));
    return hash;
}

static BCRYPT_HANDLE pseudo_handle(void) { return BCRYPT_ECDH_P256_ALG_HANDLE; }
static BCRYPT_HANDLE ecdh(void) { return provider(BCRYPT_ECDH_ALGORITHM, CURVE(u"nistP256")); }
static BCRYPT_HANDLE ecdh_without_curve(void) { return provider(BCRYPT_ECDH_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE ecdh_p521(void) { return provider(BCRYPT_ECDH_P521_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE dh(void) { return provider(BCRYPT_DH_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE rng(void) { return provider(BCRYPT_RNG_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE key_p256(void) { return new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256); }
static BCRYPT_HANDLE key_25519(void) { return key_on(CURVE(u"curve25519"), 1); }
static BCRYPT_HANDLE key_of_ec_begun(void) { return key_on(CURVE(u"brainpoolP192t1"), 0); }
static BCRYPT_HANDLE key_dh(void) { return new_key(BCRYPT_DH_ALG_HANDLE, 768); }
static BCRYPT_HANDLE key_dh_begun(void) { return key_of(BCRYPT_DH_ALG_HANDLE, 768, 0); }
static BCRYPT_HANDLE key_ecdsa(void) { return new_key(BCRYPT_ECDSA_P384_ALG_HANDLE, 384); }
static BCRYPT_HANDLE key_dsa(void)
{
    /* Made once: its group takes a moment. */
    static BYTE blob[512];
    static ULONG size;
    BCRYPT_KEY_HANDLE key = NULL;
    if (!size) {
        key = new_key(BCRYPT_DSA_ALG_HANDLE, 512);
        OK(BCryptExportKey(key, NULL, BCRYPT_DSA_PRIVATE_BLOB, blob, sizeof blob, &size, 0));
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptImportKeyPair(BCRYPT_DSA_ALG_HANDLE, NULL, BCRYPT_DSA_PRIVATE_BLOB, &key, blob, size, BCRYPT_NO_KEY_VALIDATION));
    return key;
}
static BCRYPT_HANDLE key_dsa_begun(void) { return key_of(BCRYPT_DSA_ALG_HANDLE, 512, 0); }
static BCRYPT_HANDLE rsa_provider(void) { return provider(BCRYPT_RSA_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE key_rsa(void) { return new_key(BCRYPT_RSA_ALG_HANDLE, 512); }
static BCRYPT_HANDLE key_rsa_begun(void) { return key_of(BCRYPT_RSA_ALG_HANDLE, 512, 0); }
static BCRYPT_HANDLE key_of_aes(void) { return symmetric_key(BCRYPT_AES_GCM_ALG_HANDLE); }
static BCRYPT_HANDLE key_to_derive_from(void) { return symmetric_key(BCRYPT_HKDF_ALG_HANDLE); }
static BCRYPT_HANDLE sha256_provider(void) { return provider(BCRYPT_SHA256_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE aes_provider(void) { return provider(BCRYPT_AES_ALGORITHM, NULL, 0); }
static BCRYPT_HANDLE hash_sha256(void) { return hash_of(BCRYPT_SHA256_ALG_HANDLE, 0); }
static BCRYPT_HANDLE hash_hmac(void) { return hash_of(BCRYPT_HMAC_SHA512_ALG_HANDLE, 16); }
static BCRYPT_HANDLE hash_kmac(void) { return hash_of(BCRYPT_KMAC128_ALG_HANDLE, 16); }
static BCRYPT_HANDLE secret(void) { return secret_with(0); }
static BCRYPT_HANDLE secret_with_hash(void) { return secret_with(1); }

static NTSTATUS close_provider(BCRYPT_HANDLE object) { return BCryptCloseAlgorithmProvider(object, 0); }
static NTSTATUS nothing(BCRYPT_HANDLE object) { (void)object; return STATUS_SUCCESS; }

static const struct object {
    const char *name;
    BCRYPT_HANDLE (*make)(void);
    NTSTATUS (*end)(BCRYPT_HANDLE);
} objects[] = {
    {"pseudo-handle", pseudo_handle, nothing},
    {"ECDH", ecdh, close_provider},
    {"ECDH without a curve", ecdh_without_curve, close_provider},
    {"ECDH_P521", ecdh_p521, close_provider},
    {"DH", dh, close_provider},
    {"RNG", rng, close_provider},
    {"P-256 key", key_p256, BCryptDestroyKey},
    {"curve25519 key", key_25519, BCryptDestroyKey},
    {"EC key, not finalized", key_of_ec_begun, BCryptDestroyKey},
    {"DH key", key_dh, BCryptDestroyKey},
    {"DH key, not finalized", key_dh_begun, BCryptDestroyKey},
    {"ECDSA key", key_ecdsa, BCryptDestroyKey},
    {"DSA key", key_dsa, BCryptDestroyKey},
    {"DSA key, not finalized", key_dsa_begun, BCryptDestroyKey},
    {"RSA", rsa_provider, close_provider},
    {"RSA key", key_rsa, BCryptDestroyKey},
    {"RSA key, not finalized", key_rsa_begun, BCryptDestroyKey},
    {"AES key", key_of_aes, BCryptDestroyKey},
    {"key to derive from", key_to_derive_from, BCryptDestroyKey},
    {"SHA256", sha256_provider, close_provider},
    {"AES", aes_provider, close_provider},
    {"hash", hash_sha256, BCryptDestroyHash},
    {"HMAC", hash_hmac, BCryptDestroyHash},
    {"KMAC", hash_kmac, BCryptDestroyHash},
    {"secret", secret, BCryptDestroySecret},
    {"secret with a hash", secret_with_hash, BCryptDestroySecret},
};

static const struct value {
    const void *bytes;
    ULONG size;
} values[] = {
    {"", 0},
    {"\1\0\0\0", 4},
    {u"nistP384", sizeof u"nistP384"},
    {u"SHA256", sizeof u"SHA256"},
    {u"ChainingModeCBC", sizeof u"ChainingModeCBC"},
    {salt, sizeof salt},
    {salt, 8},
};

static void property_read(long which)
{
    const struct object *object = &objects[which / COUNT(properties)];
    LPCWSTR name = properties[which % COUNT(properties)];
    BCRYPT_HANDLE handle = object->make();
    static BYTE value[16 * 1024];
    ULONG size;
    if (!handle)
        return;
    arm();
    USUAL(BCryptGetProperty(handle, name, NULL, 0, &size, 0));
    USUAL(BCryptGetProperty(handle, name, value, sizeof value, &size, 0));
    OK(object->end(handle));
}

static void property_set(long which)
{
    const struct value *value = &values[which % COUNT(values)];
    const struct object *object = &objects[which / COUNT(values) / COUNT(properties)];
    LPCWSTR name = properties[which / COUNT(values) % COUNT(properties)];
    BCRYPT_HANDLE handle = object->make();
    if (!handle)
        return;
    arm();
    USUAL(BCryptSetProperty(handle, name, (PUCHAR)(uintptr_t)value->bytes, value->size, 0));
    OK(object->end(handle));
}

/* What needs a value of its own: a group, and numbers of a curve. */
static void property_of_group(long which)
{
    BCRYPT_KEY_HANDLE made = key_dh(), begun = key_dh_begun();
    BYTE parameters[1024];
    ULONG size;
    (void)which;
    OK(BCryptGetProperty(made, BCRYPT_DH_PARAMETERS, parameters, sizeof parameters, &size, 0));
    parameters[size - 1] = 3;
    arm();
    USUAL(BCryptSetProperty(begun, BCRYPT_DH_PARAMETERS, parameters, size, 0));
    USUAL(BCryptSetProperty(begun, BCRYPT_PRIVATE_KEY, salt, sizeof salt, 0));
    OK(BCryptDestroyKey(begun));
    OK(BCryptDestroyKey(made));
}

static void property_of_known_curve(long which)
{
    BCRYPT_ALG_HANDLE to = ecdh(), from = which ? ecdh_p521() : provider(BCRYPT_ECDH_ALGORITHM, CURVE(u"secP192k1"));
    BYTE parameters[1024];
    ULONG size;
    OK(BCryptGetProperty(from, BCRYPT_ECC_PARAMETERS, parameters, sizeof parameters, &size, 0));
    arm();
    USUAL(BCryptSetProperty(to, BCRYPT_ECC_PARAMETERS, parameters, size, 0));
    OK(BCryptCloseAlgorithmProvider(from, 0));
    OK(BCryptCloseAlgorithmProvider(to, 0));
}

/* Hashes: each algorithm, as a hash and as an HMAC. */

static const LPCWSTR algorithms[] = {
#define X(name) name,
#include ALGORITHM_NAMES
#undef X
};

/* The provider of an algorithm that there is, opened with these flags; else NULL. */
static BCRYPT_ALG_HANDLE opened_if_there(LPCWSTR id, ULONG flags)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    return BCryptOpenAlgorithmProvider(&algorithm, id, NULL, flags) == STATUS_SUCCESS ? algorithm : NULL;
}

static void hash(long which)
{
    ULONG flags = which % 2 ? BCRYPT_ALG_HANDLE_HMAC_FLAG : 0, length = 0, size;
    BCRYPT_ALG_HANDLE algorithm = opened_if_there(algorithms[which / 2], flags);
    int secret_size = which % 2 || algorithms[which / 2][0] == 'A' || algorithms[which / 2][0] == 'K' ? 16 : 0;
    PUCHAR secret = secret_size ? salt : NULL;
    BCRYPT_HASH_HANDLE made = NULL, copy = NULL;
    BYTE digest[128];
    if (algorithm)
        BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&length, sizeof length, &size, 0);
    arm();
    if (length) {
        USUAL(BCryptHash(algorithm, secret, secret_size, seed, sizeof seed, digest, length));
        USUAL(BCryptCreateHash(algorithm, &made, NULL, 0, secret, secret_size, BCRYPT_HASH_REUSABLE_FLAG));
    }
    /* AES-GMAC has an IV; others have none. */
    if (made && USUAL(BCryptSetProperty(made, BCRYPT_INITIALIZATION_VECTOR, salt, 12, 0)) != STATUS_NO_MEMORY) {
        LIFE(BCryptHashData(made, seed, 5, 0));
        if (LIFE(BCryptDuplicateHash(made, &copy, NULL, 0, 0))) {
            LIFE(BCryptHashData(copy, seed, sizeof seed, 0));
            LIFE(BCryptFinishHash(copy, digest, length, 0));
            OK(BCryptDestroyHash(copy));
        }
        LIFE(BCryptFinishHash(made, digest, length, 0));
    }
    if (made)
        OK(BCryptDestroyHash(made));
    disarm();
    if (algorithm)
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Operations of several hashes at once, 1 to 1000 of them. */
static void many_hashes(long which)
{
    static const ULONG many[] = {1, 2, 63, 64, 65, 128, 1000};
    static BCRYPT_MULTI_HASH_OPERATION operations[1000];
    BCRYPT_ALG_HANDLE algorithm = opened_if_there(BCRYPT_SHA256_ALGORITHM, BCRYPT_MULTI_FLAG);
    BCRYPT_HASH_HANDLE made = NULL;
    ULONG at;
    for (at = 0; at < many[which]; at++) {
        BCRYPT_MULTI_HASH_OPERATION operation = {at % 8, BCRYPT_HASH_OPERATION_HASH_DATA, seed, sizeof seed};
        operations[at] = operation;
    }
    arm();
    if (LIFE(BCryptCreateMultiHash(algorithm, &made, 8, NULL, 0, NULL, 0, 0))) {
        LIFE(BCryptProcessMultiOperations(made, BCRYPT_OPERATION_TYPE_HASH, operations,
                                          many[which] * sizeof *operations, 0));
        OK(BCryptDestroyHash(made));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

static void derivation_from_hash(long which)
{
    BCRYPT_HASH_HANDLE made = hash_sha256();
    BYTE derived[40];
    (void)which;
    arm();
    LIFE(BCryptDeriveKeyCapi(made, NULL, derived, sizeof derived, 0));
    LIFE(BCryptDeriveKeyPBKDF2(BCRYPT_HMAC_SHA256_ALG_HANDLE, seed, 8, salt, sizeof salt, 3, derived, sizeof derived, 0));
    OK(BCryptDestroyHash(made));
}

/* Derivations from a key: small outputs need no memory, others do. */
static const LPCWSTR from_keys[] = {
    BCRYPT_CAPI_KDF_ALGORITHM, BCRYPT_PBKDF2_ALGORITHM, BCRYPT_SP800108_CTR_HMAC_ALGORITHM, BCRYPT_SP80056A_CONCAT_ALGORITHM,
    BCRYPT_TLS1_1_KDF_ALGORITHM, BCRYPT_TLS1_2_KDF_ALGORITHM, BCRYPT_HKDF_ALGORITHM};

static void derivation_from_key(long which)
{
    enum { CAPI = 0, HKDF = 6 };
    static WCHAR md5[] = u"MD5";
    static WCHAR cmac[] = u"AES-CMAC";
    ULONGLONG iterations = 3;
    BCryptBuffer parameters[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {5, KDF_LABEL, "label"}, {7, KDF_CONTEXT, "context"}, {4, KDF_SALT, "salt"},
        {sizeof iterations, KDF_ITERATION_COUNT, &iterations}, {3, KDF_ALGORITHMID, "alg"}, {1, KDF_PARTYUINFO, "u"},
        {1, KDF_PARTYVINFO, "v"}, {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed},
        {4, KDF_HKDF_INFO, "info"}};
    BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, COUNT(parameters), parameters};
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE output[1000], blob[100];
    ULONG size;
    arm();
    if (!LIFE(BCryptOpenAlgorithmProvider(&algorithm, from_keys[which], NULL, 0)))
        return;
    if (LIFE(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, seed, 16, 0))) {
        if (which != HKDF || (LIFE(BCryptSetProperty(key, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0)) &&
                              LIFE(BCryptSetProperty(key, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0)))) {
            LIFE(BCryptKeyDerivation(key, &all, output, 32, &size, 0));
            if (which != CAPI)
                LIFE(BCryptKeyDerivation(key, &all, output, sizeof output, &size, 0));
            if (LIFE(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0)) &&
                LIFE(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &copy, NULL, 0, blob, size, 0)))
                OK(BCryptDestroyKey(copy));
        }
        /* Hashes and MACs that the engine allocates. */
        parameters[0].cbBuffer = sizeof md5;
        parameters[0].pvBuffer = md5;
        if (which != HKDF)
            LIFE(BCryptKeyDerivation(key, &all, output, 32, &size, 0));
        parameters[0].cbBuffer = sizeof cmac;
        parameters[0].pvBuffer = cmac;
        if (which == 1 || which == 2)
            LIFE(BCryptKeyDerivation(key, &all, output, 32, &size, 0));
        if (LIFE(BCryptDuplicateKey(key, &copy, NULL, 0, 0)))
            OK(BCryptDestroyKey(copy));
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Ciphers: each algorithm in each mode. */

static const struct {
    LPCWSTR name;
    ULONG size;
} modes[] = {
#define X(name) {name, sizeof name},
#include MODE_NAMES
#undef X
};

static void cipher(long which)
{
    BCRYPT_ALG_HANDLE algorithm = opened_if_there(algorithms[which / COUNT(modes)], 0);
    ULONG size, tag_size = 16, mode = which % COUNT(modes);
    NTSTATUS has_mode = algorithm ? BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)(uintptr_t)modes[mode].name,
                                                      modes[mode].size, 0) : STATUS_NOT_SUPPORTED;
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE text[64] = {1}, encrypted[64], blob[1024], iv[16] = {2}, tag[16];
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    /* Two keys for XTS and DESX; others take the first bytes. */
    BYTE bytes[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24};
    ULONG key_sizes[] = {16, 24, 32, 8}, at;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = iv;
    info.cbNonce = 12;
    info.pbTag = tag;
    info.cbTag = tag_size;
    for (at = 0; has_mode == STATUS_SUCCESS && !key && at < COUNT(key_sizes); at++)
        BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, bytes, key_sizes[at], 0);
    arm();
    if (key) {
        USUAL(BCryptEncrypt(key, text, sizeof text, &info, iv, 16, encrypted, sizeof encrypted, &size, 0));
        USUAL(BCryptEncrypt(key, text, sizeof text, &info, iv, 8, encrypted, sizeof encrypted, &size, 0));
        USUAL(BCryptDecrypt(key, encrypted, sizeof encrypted, &info, iv, 16, text, sizeof text, &size, 0));
        if (LIFE(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0)) &&
            LIFE(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &copy, NULL, 0, blob, size, 0)))
            OK(BCryptDestroyKey(copy));
        if (LIFE(BCryptDuplicateKey(key, &copy, NULL, 0, 0)))
            OK(BCryptDestroyKey(copy));
        if (LIFE(BCryptGenerateSymmetricKey(algorithm, &copy, NULL, 0, bytes, key_sizes[at - 1], 0)))
            OK(BCryptDestroyKey(copy));
        OK(BCryptDestroyKey(key));
    }
    disarm();
    if (algorithm)
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Keys that wrap others. */
static void wrapped_key(long which)
{
    BCRYPT_KEY_HANDLE key = key_of_aes(), wrapping = key_of_aes(), copy = NULL;
    BYTE blob[256];
    ULONG size;
    (void)which;
    arm();
    if (LIFE(BCryptExportKey(key, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, blob, sizeof blob, &size, 0)) &&
        LIFE(BCryptImportKey(BCRYPT_AES_CBC_ALG_HANDLE, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, &copy, NULL, 0, blob, size, 0)))
        OK(BCryptDestroyKey(copy));
    OK(BCryptDestroyKey(wrapping));
    OK(BCryptDestroyKey(key));
}

/* Signatures. */

static const struct signer {
    const char *name;
    LPCWSTR id, curve;
    ULONG curve_size, bits;
    LPCWSTR private_type, public_type;
} signers[] = {
    {"ECDSA_P256", BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0, 256, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"ECDSA_P521", BCRYPT_ECDSA_P521_ALGORITHM, NULL, 0, 521, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"ECDSA, secp256k1", BCRYPT_ECDSA_ALGORITHM, CURVE(u"secP256k1"), 256, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"ECDSA, brainpoolP384t1", BCRYPT_ECDSA_ALGORITHM, CURVE(u"brainpoolP384t1"), 384, BCRYPT_ECCFULLPRIVATE_BLOB,
     BCRYPT_ECCFULLPUBLIC_BLOB},
};

static void signature(long which)
{
    const struct signer *signer = &signers[which];
    BCRYPT_ALG_HANDLE algorithm = provider(signer->id, signer->curve, signer->curve_size);
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE signature[1024], blob[4096];
    ULONG size, blob_size;
    arm();
    if (LIFE(BCryptGenerateKeyPair(algorithm, &key, signer->bits, 0))) {
        if (LIFE(BCryptFinalizeKeyPair(key, 0))) {
            if (LIFE(BCryptSignHash(key, NULL, seed, 32, signature, sizeof signature, &size, 0)))
                LIFE(BCryptVerifySignature(key, NULL, seed, 32, signature, size, 0));
            if (LIFE(BCryptExportKey(key, NULL, signer->private_type, blob, sizeof blob, &blob_size, 0)) &&
                LIFE(BCryptImportKeyPair(algorithm, NULL, signer->private_type, &copy, blob, blob_size, 0)))
                OK(BCryptDestroyKey(copy));
            if (LIFE(BCryptExportKey(key, NULL, signer->public_type, blob, sizeof blob, &blob_size, 0)) &&
                LIFE(BCryptImportKeyPair(algorithm, NULL, signer->public_type, &copy, blob, blob_size, 0)))
                OK(BCryptDestroyKey(copy));
        }
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* ML-KEM and ML-DSA. */

static const struct post_quantum {
    const char *name;
    LPCWSTR id, set;
    ULONG set_size;
    LPCWSTR types[3]; /* the seed's, the private, the public */
} post_quantums[] = {
#define KEM_TYPES {BCRYPT_MLKEM_PRIVATE_SEED_BLOB, BCRYPT_MLKEM_PRIVATE_BLOB, BCRYPT_MLKEM_PUBLIC_BLOB}
#define DSA_TYPES {BCRYPT_PQDSA_PRIVATE_SEED_BLOB, BCRYPT_PQDSA_PRIVATE_BLOB, BCRYPT_PQDSA_PUBLIC_BLOB}
    {"ML-KEM-512", BCRYPT_MLKEM_ALGORITHM, CURVE(BCRYPT_MLKEM_PARAMETER_SET_512), KEM_TYPES},
    {"ML-KEM-1024", BCRYPT_MLKEM_ALGORITHM, CURVE(BCRYPT_MLKEM_PARAMETER_SET_1024), KEM_TYPES},
    {"ML-DSA-44", BCRYPT_MLDSA_ALGORITHM, CURVE(BCRYPT_MLDSA_PARAMETER_SET_44), DSA_TYPES},
    {"ML-DSA-87", BCRYPT_MLDSA_ALGORITHM, CURVE(BCRYPT_MLDSA_PARAMETER_SET_87), DSA_TYPES},
};

static void encapsulation(BCRYPT_KEY_HANDLE key)
{
    BYTE ciphertext[1568], secret[32];
    ULONG size, secret_size;
    if (LIFE(BCryptEncapsulate(key, NULL, 0, &secret_size, NULL, 0, &size, 0)) &&
        LIFE(BCryptEncapsulate(key, secret, sizeof secret, &secret_size, ciphertext, size, &size, 0)))
        LIFE(BCryptDecapsulate(key, ciphertext, size, secret, sizeof secret, &secret_size, 0));
}

static void signature_with_padding(BCRYPT_KEY_HANDLE key)
{
    BCRYPT_PQDSA_PADDING_INFO info = {salt, sizeof salt, BCRYPT_SHA512_ALGORITHM};
    BYTE signature[4627];
    ULONG size;
    if (LIFE(BCryptSignHash(key, NULL, seed, 20, signature, sizeof signature, &size, 0)))
        LIFE(BCryptVerifySignature(key, NULL, seed, 20, signature, size, 0));
    if (LIFE(BCryptSignHash(key, &info, seed, 64, signature, sizeof signature, &size, BCRYPT_PAD_PQDSA)))
        LIFE(BCryptVerifySignature(key, &info, seed, 64, signature, size, BCRYPT_PAD_PQDSA));
    if (LIFE(BCryptSignHash(key, NULL, seed, 64, signature, sizeof signature, &size, BCRYPT_MLDSA_EXTERNAL_MU)))
        LIFE(BCryptVerifySignature(key, NULL, seed, 64, signature, size, BCRYPT_MLDSA_EXTERNAL_MU));
}

static void post_quantum(long which)
{
    const struct post_quantum *of = &post_quantums[which];
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE blob[6000];
    ULONG size;
    long type;
    arm();
    if (!LIFE(BCryptOpenAlgorithmProvider(&algorithm, of->id, NULL, 0)))
        return;
    if (LIFE(BCryptGenerateKeyPair(algorithm, &key, 0, 0))) {
        if (LIFE(BCryptSetProperty(key, BCRYPT_PARAMETER_SET_NAME, (PUCHAR)of->set, of->set_size, 0)) &&
            LIFE(BCryptFinalizeKeyPair(key, 0))) {
            for (type = 0; type < COUNT(of->types); type++)
                if (LIFE(BCryptExportKey(key, NULL, of->types[type], blob, sizeof blob, &size, 0)) &&
                    LIFE(BCryptImportKeyPair(algorithm, NULL, of->types[type], &copy, blob, size, 0)))
                    OK(BCryptDestroyKey(copy));
            if (which < 2)
                encapsulation(key);
            else
                signature_with_padding(key);
        }
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* DSA, with a group that was set, in each of its forms; the digest is as long as q. */
static const struct dsa_form {
    ULONG bits, digest;
    LPCWSTR private_type, public_type;
} dsa_forms[] = {
    {512, 20, BCRYPT_DSA_PRIVATE_BLOB, BCRYPT_DSA_PUBLIC_BLOB},
    {512, 20, LEGACY_DSA_V2_PRIVATE_BLOB, BCRYPT_PUBLIC_KEY_BLOB},
    {512, 20, LEGACY_DSA_PRIVATE_BLOB, BCRYPT_DSA_PUBLIC_BLOB},
    {1088, 32, BCRYPT_DSA_PRIVATE_BLOB, BCRYPT_DSA_PUBLIC_BLOB},
};

static void dsa_life(const struct dsa_form *form, BYTE *group, ULONG group_size)
{
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE signature[64], blob[4096];
    ULONG size, blob_size;
    if (!LIFE(BCryptGenerateKeyPair(BCRYPT_DSA_ALG_HANDLE, &key, form->bits, 0)))
        return;
    if ((!group || LIFE(BCryptSetProperty(key, BCRYPT_DSA_PARAMETERS, group, group_size, 0))) &&
        LIFE(BCryptFinalizeKeyPair(key, 0))) {
        if (LIFE(BCryptSignHash(key, NULL, seed, form->digest, signature, sizeof signature, &size, 0)))
            LIFE(BCryptVerifySignature(key, NULL, seed, form->digest, signature, size, 0));
        LIFE(BCryptGetProperty(key, BCRYPT_DSA_PARAMETERS, blob, sizeof blob, &blob_size, 0));
        if (LIFE(BCryptExportKey(key, NULL, form->private_type, blob, sizeof blob, &blob_size, 0)) &&
            LIFE(BCryptImportKeyPair(BCRYPT_DSA_ALG_HANDLE, NULL, form->private_type, &copy, blob, blob_size, 0)))
            OK(BCryptDestroyKey(copy));
        if (LIFE(BCryptExportKey(key, NULL, form->public_type, blob, sizeof blob, &blob_size, 0)) &&
            LIFE(BCryptImportKeyPair(BCRYPT_DSA_ALG_HANDLE, NULL, form->public_type, &copy, blob, blob_size, 0)))
            OK(BCryptDestroyKey(copy));
        LIFE(BCryptExportKey(key, NULL, LEGACY_DSA_V2_PUBLIC_BLOB, blob, form->bits > 1024 ? 0 : sizeof blob, &blob_size, 0) ==
                     STATUS_NO_MEMORY
                 ? STATUS_NO_MEMORY
                 : STATUS_SUCCESS);
    }
    OK(BCryptDestroyKey(key));
}

static void dsa(long which)
{
    static BYTE groups[COUNT(dsa_forms)][1024];
    static ULONG sizes[COUNT(dsa_forms)];
    if (!sizes[which]) {
        BCRYPT_KEY_HANDLE key = new_key(BCRYPT_DSA_ALG_HANDLE, dsa_forms[which].bits);
        OK(BCryptGetProperty(key, BCRYPT_DSA_PARAMETERS, groups[which], sizeof groups[which], &sizes[which], 0));
        OK(BCryptDestroyKey(key));
    }
    arm();
    dsa_life(&dsa_forms[which], groups[which], sizes[which]);
}

static void dsa_with_a_group_of_its_own(long which)
{
    (void)which;
    arm();
    dsa_life(&dsa_forms[0], NULL, 0);
}

/* Derivations with 1 to 1000 parameters. */

static const ULONG counts[] = {1, 2, 8, 31, 32, 63, 64, 65, 127, 128, 129, 500, 1000};
static const LPCWSTR derivations[] = {BCRYPT_KDF_RAW_SECRET, BCRYPT_KDF_HASH, BCRYPT_KDF_HMAC, BCRYPT_KDF_TLS_PRF,
                                      BCRYPT_KDF_SP80056A_CONCAT, BCRYPT_KDF_HKDF};
/* What they are filled up with. */
static const ULONG fillings[] = {KDF_SECRET_PREPEND, KDF_SECRET_APPEND, KDF_HASH_ALGORITHM, 0x7777};

static void derivation(long which)
{
    static BCryptBuffer buffers[1008];
    BCryptBuffer needed[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {5, KDF_TLS_PRF_LABEL, "label"},
        {sizeof seed, KDF_TLS_PRF_SEED, seed}, {3, KDF_ALGORITHMID, "alg"}, {1, KDF_PARTYUINFO, "u"},
        {1, KDF_PARTYVINFO, "v"}, {4, KDF_HKDF_INFO, "info"}};
    ULONG count = counts[which % COUNT(counts)], size, at;
    ULONG filling = fillings[which / COUNT(counts) % COUNT(fillings)];
    LPCWSTR kdf = derivations[which / COUNT(counts) / COUNT(fillings)];
    BCRYPT_KEY_HANDLE key = key_p256();
    BCRYPT_SECRET_HANDLE agreed = NULL;
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, count, buffers};
    BYTE output[48];
    for (at = 0; at < count; at++) {
        BCryptBuffer fill = {filling == KDF_HASH_ALGORITHM ? sizeof sha256 : 3, filling,
                             filling == KDF_HASH_ALGORITHM ? (void *)sha256 : "abc"};
        buffers[at] = at < COUNT(needed) ? needed[at] : fill;
    }
    OK(BCryptSecretAgreement(key, key, &agreed, 0));
    OK(BCryptSetProperty(agreed, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0));
    OK(BCryptSetProperty(agreed, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0));
    arm();
    USUAL(BCryptDeriveKey(agreed, kdf, &list, NULL, 0, &size, 0));
    USUAL(BCryptDeriveKey(agreed, kdf, &list, output, sizeof output, &size, 0));
    OK(BCryptDestroySecret(agreed));
    OK(BCryptDestroyKey(key));
}

/* Calls without objects, and lists. */

static void lists(long which)
{
    ULONG masks[] = {0, BCRYPT_SECRET_AGREEMENT_OPERATION, BCRYPT_RNG_OPERATION}, count;
    BCRYPT_ALGORITHM_IDENTIFIER *algorithms = NULL;
    BCRYPT_PROVIDER_NAME *providers = NULL;
    arm();
    if (which < COUNT(masks)) {
        if (LIFE(BCryptEnumAlgorithms(masks[which], &count, &algorithms, 0)))
            VOID_CALL(BCryptFreeBuffer(algorithms));
    } else if (LIFE(BCryptEnumProviders(BCRYPT_ECDH_ALGORITHM, &count, &providers, 0))) {
        VOID_CALL(BCryptFreeBuffer(providers));
    }
}

/* The configuration: each answer in memory of the library's and of the program's, and what nobody may change. */

static void configuration_read(long which)
{
    static WCHAR context[] = u"Default", id[] = u"SHA256", provider[] = u"Microsoft Primitive Provider";
    static uintptr_t memory[4096];
    /* A buffer of the program's, or NULL for one of the library's. */
    void *buffer = which % 2 ? memory : NULL;
    ULONG size = sizeof memory;
    arm();
    switch (which / 2) {
    case 0: USUAL(BCryptEnumRegisteredProviders(&size, (CRYPT_PROVIDERS **)&buffer)); break;
    case 1: USUAL(BCryptQueryProviderRegistration(provider, CRYPT_UM, 0, &size, (CRYPT_PROVIDER_REG **)&buffer)); break;
    case 2: USUAL(BCryptResolveProviders(NULL, 0, NULL, NULL, CRYPT_UM, CRYPT_ALL_FUNCTIONS, &size,
                                         (CRYPT_PROVIDER_REFS **)&buffer)); break;
    case 3: USUAL(BCryptEnumContexts(CRYPT_LOCAL, &size, (CRYPT_CONTEXTS **)&buffer)); break;
    case 4: USUAL(BCryptEnumContextFunctions(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, &size,
                                             (CRYPT_CONTEXT_FUNCTIONS **)&buffer)); break;
    case 5: USUAL(BCryptEnumContextFunctionProviders(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, &size,
                                                     (CRYPT_CONTEXT_FUNCTION_PROVIDERS **)&buffer)); break;
    case 6: USUAL(BCryptQueryContextConfiguration(CRYPT_LOCAL, context, &size, (CRYPT_CONTEXT_CONFIG **)&buffer)); break;
    case 7: USUAL(BCryptQueryContextFunctionConfiguration(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, &size,
                                                          (CRYPT_CONTEXT_FUNCTION_CONFIG **)&buffer)); break;
    case 8: USUAL(BCryptQueryContextFunctionProperty(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, context, &size,
                                                     (PUCHAR *)&buffer)); break;
    }
    if (buffer != memory)
        VOID_CALL(BCryptFreeBuffer(buffer));
}
enum { CONFIGURATION_READS = 9 * 2 };

static void configuration_changed(long which)
{
    static WCHAR context[] = u"Default", id[] = u"SHA256", provider[] = u"Microsoft Primitive Provider";
    static CRYPT_CONTEXT_CONFIG config;
    static CRYPT_CONTEXT_FUNCTION_CONFIG function_config;
    CRYPT_IMAGE_REG image = {provider, 0, NULL};
    CRYPT_PROVIDER_REG registration = {0, NULL, &image, NULL};
    HANDLE event = NULL;
    (void)which;
    arm();
    USUAL(BCryptCreateContext(CRYPT_LOCAL, context, &config));
    USUAL(BCryptDeleteContext(CRYPT_LOCAL, context));
    USUAL(BCryptConfigureContext(CRYPT_LOCAL, context, &config));
    USUAL(BCryptAddContextFunction(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, CRYPT_PRIORITY_TOP));
    USUAL(BCryptRemoveContextFunction(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id));
    USUAL(BCryptConfigureContextFunction(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, &function_config));
    USUAL(BCryptSetContextFunctionProperty(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, provider, 16, salt));
    USUAL(BCryptAddContextFunctionProvider(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, provider, 0));
    USUAL(BCryptRemoveContextFunctionProvider(CRYPT_LOCAL, context, BCRYPT_HASH_INTERFACE, id, provider));
    USUAL(BCryptRegisterProvider(provider, CRYPT_OVERWRITE, &registration));
    USUAL(BCryptUnregisterProvider(provider));
    if (LIFE(BCryptRegisterConfigChangeNotify(&event)))
        OK(BCryptUnregisterConfigChangeNotify(event));
}

static void tables(long which)
{
    static WCHAR ids[][16] = {u"AES", u"SHA256", u"ECDH_P256", u"ECDSA_P256"};
    BCRYPT_CIPHER_FUNCTION_TABLE *cipher = NULL;
    BCRYPT_HASH_FUNCTION_TABLE *hash = NULL;
    BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE *agreement = NULL;
    BCRYPT_SIGNATURE_FUNCTION_TABLE *signature = NULL;
    BCRYPT_RNG_FUNCTION_TABLE *random = NULL;
    (void)which;
    arm();
    LIFE(GetCipherInterface(NULL, ids[0], &cipher, 0));
    LIFE(GetHashInterface(NULL, ids[1], &hash, 0));
    LIFE(GetSecretAgreementInterface(NULL, ids[2], &agreement, 0));
    LIFE(GetSignatureInterface(NULL, ids[3], &signature, 0));
    LIFE(GetRngInterface(NULL, &random, 0));
}

static void calls_without_objects(long which)
{
    BYTE bytes[64];
    BOOLEAN fips;
    BCRYPT_KEY_HANDLE key = NULL;
    (void)which;
    arm();
    USUAL(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    USUAL(BCryptGetFipsAlgorithmMode(&fips));
    USUAL(BCryptDuplicateKey(NULL, &key, NULL, 0, 0));
    TRUE_HERE(bcrypt_shim_version()[0] != 0);
}

/* Calls that are refused: what they made on the way is gone. */

static void refused_calls(long which)
{
    BCRYPT_ALG_HANDLE algorithm = ecdh(), none = NULL;
    BCRYPT_KEY_HANDLE key = key_p256(), other = key_25519(), made = NULL;
    BCRYPT_SECRET_HANDLE agreed = secret_with(1);
    BYTE blob[1024], output[512];
    ULONG size, private_size, count;
    BCRYPT_ALGORITHM_IDENTIFIER *list = NULL;
    (void)which;
    OK(BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof blob, &private_size, 0));
    arm();
    USUAL(BCryptOpenAlgorithmProvider(&none, BCRYPT_ECDH_ALGORITHM, NULL, 0x40000000));
    USUAL(BCryptEnumAlgorithms(0, &count, &list, 0x40000000));
    USUAL(BCryptGenerateKeyPair(algorithm, &made, 0, 0x40000000));
    USUAL(BCryptGenerateKeyPair(algorithm, &made, 257, 0));
    USUAL(BCryptImportKeyPair(algorithm, NULL, BCRYPT_ECCPRIVATE_BLOB, &made, blob, private_size, 0x40000000));
    USUAL(BCryptImportKeyPair(algorithm, NULL, BCRYPT_ECCPRIVATE_BLOB, &made, blob, private_size - 1, 0));
    USUAL(BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, output, 8, &size, 0));
    USUAL(BCryptExportKey(key, NULL, BCRYPT_ECCPRIVATE_BLOB, output, sizeof output, &size, 0x40000000));
    USUAL(BCryptFinalizeKeyPair(key, 0));
    USUAL(BCryptSecretAgreement(key, key, &agreed, 0x40000000));
    USUAL(BCryptSecretAgreement(key, other, &agreed, 0));
    USUAL(BCryptDeriveKey(agreed, BCRYPT_KDF_HASH, NULL, output, sizeof output, &size, 0x40000000));
    USUAL(BCryptDeriveKey(agreed, BCRYPT_KDF_TLS_PRF, NULL, output, sizeof output, &size, 0));
    USUAL(BCryptSetProperty(agreed, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0x40000000));
    OK(BCryptDestroySecret(agreed));
    OK(BCryptDestroyKey(key));
    OK(BCryptDestroyKey(other));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Encryption and decryption. */

static const struct encrypted {
    LPCWSTR id, mode;
    ULONG key;
    int is_authenticated;
} encryptions[] = {
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, 16, 0},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_ECB, 32, 0},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, 24, 0},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CCM, 16, 1},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_GCM, 32, 1},
    {BCRYPT_CHACHA20_POLY1305_ALGORITHM, NULL, 32, 1},
    {BCRYPT_3DES_ALGORITHM, NULL, 24, 0},
    {BCRYPT_DESX_ALGORITHM, NULL, 24, 0},
    {BCRYPT_RC2_ALGORITHM, NULL, 16, 0},
    {BCRYPT_RC4_ALGORITHM, NULL, 16, 0},
};

static void encryption(long which)
{
    const struct encrypted *of = &encryptions[which];
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BYTE text[32], blob[64], tag[16] = {0};
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    PVOID padding = of->is_authenticated ? &info : NULL;
    ULONG size;
    memset(&info, 0, sizeof info);
    info.cbSize = sizeof info;
    info.dwInfoVersion = BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION;
    info.pbNonce = salt;
    info.cbNonce = 12;
    info.pbTag = tag;
    info.cbTag = 16;
    arm();
    if (!LIFE(BCryptOpenAlgorithmProvider(&algorithm, of->id, NULL, 0)))
        return;
    if (of->mode && !LIFE(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)of->mode, 34, 0))) {
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
        return;
    }
    if (LIFE(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, seed, of->key, 0))) {
        if (LIFE(BCryptDuplicateKey(key, &copy, NULL, 0, 0))) {
            /* Nothing is said of a tag that was never made. */
            if (LIFE(BCryptEncrypt(copy, seed, 32, padding, NULL, 0, text, 32, &size, 0)))
                LIFE(BCryptDecrypt(key, text, 32, padding, NULL, 0, text, 32, &size, 0));
            OK(BCryptDestroyKey(copy));
        }
        if (LIFE(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0)) &&
            LIFE(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &copy, NULL, 0, blob, size, 0)))
            OK(BCryptDestroyKey(copy));
        OK(BCryptDestroyKey(key));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* RSA: a key of each form of blob, and everything that is done with it; a key whose primes the engine finds, and one whose
 * primes are found here. */

static const LPCWSTR rsa_forms[] = {BCRYPT_RSAPRIVATE_BLOB, BCRYPT_RSAFULLPRIVATE_BLOB, LEGACY_RSAPRIVATE_BLOB};

static void rsa(long which)
{
    BCRYPT_KEY_HANDLE made = new_key(BCRYPT_RSA_ALG_HANDLE, 1024), key = NULL, public_key = NULL;
    static BYTE blob[2048], cipher[128], text[128];
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = {sha256};
    BCRYPT_PSS_PADDING_INFO pss = {sha256, 20};
    BCRYPT_OAEP_PADDING_INFO oaep = {sha256, seed, 5};
    PVOID infos[] = {&pkcs1, &pss};
    ULONG pads[] = {BCRYPT_PAD_PKCS1, BCRYPT_PAD_PSS}, size, length, i;
    OK(BCryptExportKey(made, NULL, rsa_forms[which], blob, sizeof blob, &size, 0));
    arm();
    if (LIFE(BCryptImportKeyPair(BCRYPT_RSA_ALG_HANDLE, NULL, rsa_forms[which], &key, blob, size, 0))) {
        for (i = 0; i < COUNT(pads); i++)
            if (LIFE(BCryptSignHash(key, infos[i], seed, 32, text, sizeof text, &length, pads[i])))
                LIFE(BCryptVerifySignature(key, infos[i], seed, 32, text, sizeof text, pads[i]));
        for (i = BCRYPT_PAD_NONE; i <= BCRYPT_PAD_OAEP; i *= 2) {
            memset(text, 1, sizeof text);
            if (LIFE(BCryptEncrypt(key, text, i == BCRYPT_PAD_NONE ? 128 : 32, &oaep, NULL, 0, cipher, sizeof cipher, &length, i)))
                LIFE(BCryptDecrypt(key, cipher, sizeof cipher, &oaep, NULL, 0, text, sizeof text, &length, i));
        }
        LIFE(BCryptExportKey(key, NULL, rsa_forms[which], blob, sizeof blob, &size, 0));
        if (LIFE(BCryptExportKey(key, NULL, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof blob, &size, 0)) &&
            LIFE(BCryptImportKeyPair(BCRYPT_RSA_SIGN_ALG_HANDLE, NULL, BCRYPT_RSAPUBLIC_BLOB, &public_key, blob, size, 0)))
            OK(BCryptDestroyKey(public_key));
        OK(BCryptDestroyKey(key));
    }
    disarm();
    OK(BCryptDestroyKey(made));
}

static void rsa_generated(long which)
{
    BCRYPT_KEY_HANDLE key = NULL;
    arm();
    if (LIFE(BCryptGenerateKeyPair(BCRYPT_RSA_ALG_HANDLE, &key, which ? 520 : 512, 0))) {
        LIFE(BCryptFinalizeKeyPair(key, 0));
        OK(BCryptDestroyKey(key));
    }
}

static const struct row {
    const char *name;
    void (*run)(long);
    long count;
    int fresh;
} rows[] = {
#ifdef P_256_ONLY
    {"life", life, 1, .fresh = 1},
#else
    {"life", life, COUNT(subjects), .fresh = 1},
    {"life with a group of its own", life_with_a_group_of_its_own, 1, .fresh = 1},
    {"curve", curve, COUNT(curves)},
    {"curve by numbers", curve_by_numbers, 1, .fresh = 1},
    {"property, read", property_read, COUNT(objects) * COUNT(properties)},
    {"property, set", property_set, COUNT(objects) * COUNT(properties) * COUNT(values)},
    {"property, a group", property_of_group, 1},
    {"property, a known curve", property_of_known_curve, 2},
    {"derivation", derivation, COUNT(derivations) * COUNT(fillings) * COUNT(counts)},
    {"hash", hash, COUNT(algorithms) * 2},
    {"many hashes", many_hashes, 7},
    {"derivation from a hash", derivation_from_hash, 1},
    {"derivation from a key", derivation_from_key, COUNT(from_keys)},
    {"encryption", encryption, COUNT(encryptions)},
    {"cipher", cipher, COUNT(algorithms) * COUNT(modes)},
    {"wrapped key", wrapped_key, 1},
    {"signature", signature, COUNT(signers), .fresh = 1},
    {"RSA", rsa, COUNT(rsa_forms), .fresh = 1},
    {"RSA, generated", rsa_generated, 2},
    {"post-quantum", post_quantum, COUNT(post_quantums), .fresh = 1},
    {"DSA", dsa, COUNT(dsa_forms)},
    {"DSA with a group of its own", dsa_with_a_group_of_its_own, 1},
    {"list", lists, 4},
    {"configuration, read", configuration_read, CONFIGURATION_READS},
    {"configuration, changed", configuration_changed, 1},
    {"function tables", tables, 1},
    {"call without object", calls_without_objects, 1},
    {"refused call", refused_calls, 1},
#endif
};

#endif
