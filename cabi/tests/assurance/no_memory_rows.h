/* What is done without memory: one row for each kind of thing.
 *
 * To add an export, a property of a new kind of object, or an algorithm:
 *
 * 1. Write `static void something(long which)`, which makes what the calls need, says arm(), and makes the calls:
 *      LIFE(call)   must be STATUS_SUCCESS or STATUS_NO_MEMORY; tells whether it was the former
 *      USUAL(call)  must be what it was when nothing failed, or STATUS_NO_MEMORY; only without a LIFE before it that may
 *                   fail, so that the calls are the same every time
 *      OK(call)     must be STATUS_SUCCESS: calls that give something back, and before arm() those that make something
 *    After disarm() nothing fails any more. Whatever was made is given back, or the row is reported for its leak.
 *    `which` goes from 0 to the row's count: one for each algorithm, say, or for each pair of object and property.
 * 2. Add a line to `rows`. A `fresh` row is run in a process of its own for each allocation as well, in which the
 *    library was never used before. One that is `prepared` runs once before its allocations fail.
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
            BCryptFreeBuffer(algorithms);
    } else if (LIFE(BCryptEnumProviders(BCRYPT_ECDH_ALGORITHM, &count, &providers, 0))) {
        BCryptFreeBuffer(providers);
    }
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
    USUAL(BCryptDestroyHash(NULL));
    TRUE_HERE(bcrypt_shim_version()[0] != 0);
    note("BCryptFreeBuffer(");
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

/* Lives of hashes and MACs, and what is derived from a password or a hash. */

static const struct hashed {
    LPCWSTR id;
    ULONG flags, key, length;
} hashes[] = {
    {BCRYPT_SHA256_ALGORITHM, 0, 0, 32},
    {BCRYPT_SHA256_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG, 16, 32},
    {BCRYPT_MD2_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG, 16, 16},
    {BCRYPT_MD4_ALGORITHM, 0, 0, 16},
    {BCRYPT_MD5_ALGORITHM, 0, 0, 16},
    {BCRYPT_SHA3_256_ALGORITHM, BCRYPT_ALG_HANDLE_HMAC_FLAG, 16, 32},
    {BCRYPT_AES_CMAC_ALGORITHM, 0, 16, 16},
    {BCRYPT_CSHAKE128_ALGORITHM, 0, 0, 32},
    {BCRYPT_KMAC128_ALGORITHM, 0, 16, 32},
};

static void hash_life(long which)
{
    const struct hashed *of = &hashes[which];
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE hash = NULL, copy = NULL;
    BYTE digest[64];
    PUCHAR key = of->key ? salt : NULL;
    arm();
    if (!LIFE(BCryptOpenAlgorithmProvider(&algorithm, of->id, NULL, of->flags)))
        return;
    if (LIFE(BCryptCreateHash(algorithm, &hash, NULL, 0, key, of->key, BCRYPT_HASH_REUSABLE_FLAG))) {
        LIFE(BCryptHashData(hash, seed, sizeof seed, 0));
        if (LIFE(BCryptDuplicateHash(hash, &copy, NULL, 0, 0))) {
            LIFE(BCryptFinishHash(copy, digest, of->length, 0));
            OK(BCryptDestroyHash(copy));
        }
        LIFE(BCryptFinishHash(hash, digest, of->length, 0));
        OK(BCryptDestroyHash(hash));
    }
    LIFE(BCryptHash(algorithm, key, of->key, seed, sizeof seed, digest, of->length));
    if (of->flags)
        LIFE(BCryptDeriveKeyPBKDF2(algorithm, salt, 9, seed, 9, 3, digest, 40, 0));
    else if (!of->key && of->length == 16 && LIFE(BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0))) {
        LIFE(BCryptDeriveKeyCapi(hash, NULL, digest, 20, 0));
        OK(BCryptDestroyHash(hash));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

static void multi_hash(long which)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE hash = NULL;
    BYTE digest[32];
    BCRYPT_MULTI_HASH_OPERATION operations[] = {
        {1, BCRYPT_HASH_OPERATION_HASH_DATA, seed, sizeof seed}, {1, BCRYPT_HASH_OPERATION_FINISH_HASH, digest, 32}};
    (void)which;
    OK(BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, BCRYPT_MULTI_FLAG));
    arm();
    if (LIFE(BCryptCreateMultiHash(algorithm, &hash, 5, NULL, 0, NULL, 0, 0))) {
        LIFE(BCryptProcessMultiOperations(hash, BCRYPT_OPERATION_TYPE_HASH, operations, sizeof operations, 0));
        OK(BCryptDestroyHash(hash));
    }
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

/* Lives of symmetric keys. */

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

static void cipher_life(long which)
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

/* Signatures. */

static const struct signing {
    LPCWSTR id;
    ULONG bits;
} signers[] = {{BCRYPT_ECDSA_P256_ALGORITHM, 256}, {BCRYPT_ECDSA_P384_ALGORITHM, 384}, {BCRYPT_ECDSA_P521_ALGORITHM, 521}};

static void signature(long which)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    BYTE bytes[256];
    ULONG size;
    OK(BCryptOpenAlgorithmProvider(&algorithm, signers[which].id, NULL, 0));
    OK(BCryptGenerateKeyPair(algorithm, &key, signers[which].bits, 0));
    OK(BCryptFinalizeKeyPair(key, 0));
    arm();
    if (LIFE(BCryptSignHash(key, NULL, seed, 32, bytes, sizeof bytes, &size, 0)))
        LIFE(BCryptVerifySignature(key, NULL, seed, 32, bytes, size, 0));
    OK(BCryptDestroyKey(key));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
}

static const struct row {
    const char *name;
    void (*run)(long);
    long count;
    int fresh, prepared;
    /* The engine ends the process where its own generator can't be set up, which is done once in a thread. */
    long unavoidable;
} rows[] = {
#ifdef P_256_ONLY
    {"life", life, 1, .fresh = 1},
#else
    {"life", life, COUNT(subjects), .fresh = 1},
    {"life with a group of its own", life_with_a_group_of_its_own, 1, .fresh = 1, .prepared = 1, .unavoidable = 3},
    {"curve", curve, COUNT(curves)},
    {"curve by numbers", curve_by_numbers, 1, .fresh = 1, .prepared = 1, .unavoidable = 3},
    {"property, read", property_read, COUNT(objects) * COUNT(properties)},
    {"property, set", property_set, COUNT(objects) * COUNT(properties) * COUNT(values)},
    {"property, a group", property_of_group, 1},
    {"property, a known curve", property_of_known_curve, 2},
    {"derivation", derivation, COUNT(derivations) * COUNT(fillings) * COUNT(counts)},
    {"hash", hash_life, COUNT(hashes)},
    {"several hashes", multi_hash, 1},
    {"cipher", cipher_life, COUNT(encryptions)},
    {"signature", signature, COUNT(signers), .prepared = 1, .unavoidable = 3},
    {"list", lists, 4},
    {"call without object", calls_without_objects, 1},
    {"refused call", refused_calls, 1},
#endif
};

#endif
