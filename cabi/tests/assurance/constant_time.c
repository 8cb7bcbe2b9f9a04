/* Marks private numbers and agreed secrets as undefined for valgrind, which then reports every branch and every address
 * that depends on one of them. What a caller gets back, and statuses, are declared public again here; what the library
 * itself may tell is listed in constant_time.supp.
 *
 * Run with a kind of key and, for the import of a private blob, under valgrind with that list. */
#include "../valgrind/check.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <valgrind/memcheck.h>

static void secret(void *bytes, ULONG size) { VALGRIND_MAKE_MEM_UNDEFINED(bytes, size); }
static void declassify(void *bytes, ULONG size) { VALGRIND_MAKE_MEM_DEFINED(bytes, size); }

/* Whether the operating system's random bytes are secrets, and so the nonces that come of them. */
static int entropy_is_secret;

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    ssize_t written = syscall(SYS_getrandom, bytes, size, flags);
    if (written > 0 && entropy_is_secret)
        secret(bytes, (ULONG)written);
    return written;
}

static void ok(int line, NTSTATUS status)
{
    declassify(&status, sizeof status);
    want(line, "a call", status, STATUS_SUCCESS);
}
#define CALL(call) ok(__LINE__, (call))

static BYTE salt[16] = {1, 2, 3};
static BYTE seed[64] = {4};
static WCHAR hash_name[16] = u"SHA256";

static void derive(BCRYPT_SECRET_HANDLE agreed, LPCWSTR kdf, BCryptBufferDesc *list, ULONG size)
{
    BYTE output[1024];
    ULONG length;
    CALL(BCryptDeriveKey(agreed, kdf, list, output, size, &length, 0));
    declassify(&length, sizeof length);
    declassify(output, sizeof output);
}

static void derive_everything(BCRYPT_SECRET_HANDLE agreed)
{
    BCryptBuffer parameters[] = {
        {sizeof hash_name, KDF_HASH_ALGORITHM, hash_name}, {sizeof salt, KDF_HMAC_KEY, salt},
        {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed}, {3, KDF_ALGORITHMID, "alg"},
        {1, KDF_PARTYUINFO, "u"}, {1, KDF_PARTYVINFO, "v"}, {4, KDF_HKDF_INFO, "info"},
        {4, KDF_TLS_PRF_PROTOCOL, "\x03\x03\0\0"}};
    BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, 8, parameters};
    BCryptBufferDesc tls_1_2 = {BCRYPTBUFFER_VERSION, 9, parameters};
    BCryptBufferDesc without_key = {BCRYPTBUFFER_VERSION, 1, parameters};
    LPCWSTR hashes[] = {u"MD2", u"MD4", u"MD5", u"SHA1", u"SHA256", u"SHA384", u"SHA512", u"SHA3-256", u"SHA3-384", u"SHA3-512"};
    BYTE output[64];
    ULONG length;
    size_t i, at;
    derive(agreed, BCRYPT_KDF_RAW_SECRET, NULL, 1024);
    derive(agreed, BCRYPT_KDF_TLS_PRF, &all, 48);
    derive(agreed, BCRYPT_KDF_TLS_PRF, &tls_1_2, 48);
    derive(agreed, BCRYPT_KDF_SP80056A_CONCAT, &all, 80);
    OK(BCryptSetProperty(agreed, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)hash_name, sizeof hash_name, 0));
    CALL(BCryptSetProperty(agreed, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0));
    derive(agreed, BCRYPT_KDF_HKDF, &all, 80);
    for (i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        for (at = 0; hashes[i][at]; at++)
            hash_name[at] = hashes[i][at];
        hash_name[at] = 0;
        derive(agreed, BCRYPT_KDF_HASH, &all, 64);
        derive(agreed, BCRYPT_KDF_HMAC, &all, 64);
        CALL(BCryptDeriveKey(agreed, BCRYPT_KDF_HMAC, &without_key, output, 64, &length,
                             KDF_USE_SECRET_AS_HMAC_KEY_FLAG));
        declassify(output, sizeof output);
    }
    memcpy(hash_name, u"SHA256", 14);
}

/* The last `width` bytes are secret. That the private exponent of a standard DH group has 256 bits is public. */
static void hide(BYTE *blob, ULONG size, ULONG width)
{
    ULONG end = size, known = width == 256 ? 224 : 0;
    if (width == 256 && blob[size - 1] == 0 && blob[size - 2] == 0) /* little-endian */
        end -= known;
    secret(blob + end - (width - known), width - known);
}

/* Every call that a private blob takes part in. */
static void life(BCRYPT_ALG_HANDLE algorithm, ULONG bits, ULONG width, LPCWSTR type)
{
    BCRYPT_KEY_HANDLE key = new_key(algorithm, bits), peer = new_key(algorithm, bits);
    BCRYPT_SECRET_HANDLE agreed = NULL;
    ULONG size = 0;
    BYTE *blob, *again;
    blob = exported(key, type, &size);
    OK(BCryptDestroyKey(key));
    hide(blob, size, width);
    CALL(BCryptImportKeyPair(algorithm, NULL, type, &key, blob, size, 0));
    declassify(&key, sizeof key);

    again = block(size);
    CALL(BCryptExportKey(key, NULL, type, again, size, &size, 0));
    declassify(again, size);
    declassify(blob, size);
    TRUE_HERE(memcmp(again, blob, size) == 0);

    CALL(BCryptSecretAgreement(key, peer, &agreed, 0));
    declassify(&agreed, sizeof agreed);
    derive_everything(agreed);
    OK(BCryptDestroySecret(agreed));
    OK(BCryptDestroyKey(key));

    /* A private number that is set; finalizing computes the public half. */
    OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0));
    hide(blob, size, width);
    CALL(BCryptSetProperty(key, BCRYPT_PRIVATE_KEY, blob + size - width, width, 0));
    CALL(BCryptFinalizeKeyPair(key, 0));
    declassify(blob, size);
#ifdef PLANTED_LEAK
    secret(blob + size - width, width);
    if (blob[size - 1] & 1)
        puts("a branch on a private number");
#endif
    OK(BCryptDestroyKey(key));
    OK(BCryptDestroyKey(peer));
    free(blob);
    free(again);
}

/* A key that signs, and the digests it takes. */
struct signer {
    BCRYPT_KEY_HANDLE key;
    ULONG digest;
};

/* In a thread of its own, whose generator is new, so that its seed is secret, and with it each nonce. */
static void *sign(void *argument)
{
    const struct signer *of = argument;
    BYTE digest[64] = {3}, signature[256];
    ULONG size, time;
    entropy_is_secret = 1;
    for (time = 0; time < 2; time++) {
        CALL(BCryptSignHash(of->key, NULL, digest, of->digest, signature, sizeof signature, &size, 0));
        declassify(&size, sizeof size);
        declassify(signature, sizeof signature);
        CALL(BCryptVerifySignature(of->key, NULL, digest, of->digest, signature, size, 0));
    }
    entropy_is_secret = 0;
    return NULL;
}

/* Every call that a private blob of a key that signs takes part in; the private number is at its end. */
static void signing_life(BCRYPT_ALG_HANDLE algorithm, ULONG bits, ULONG width, ULONG digest, LPCWSTR type)
{
    struct signer signer = {NULL, digest};
    BCRYPT_KEY_HANDLE key = new_key(algorithm, bits);
    pthread_t thread;
    ULONG size = 0;
    BYTE *blob = exported(key, type, &size), *again = block(size);
    OK(BCryptDestroyKey(key));
    secret(blob + size - width, width);
    CALL(BCryptImportKeyPair(algorithm, NULL, type, &signer.key, blob, size, 0));
    declassify(&signer.key, sizeof signer.key);
    CALL(BCryptExportKey(signer.key, NULL, type, again, size, &size, 0));
    declassify(again, size);
    declassify(blob, size);
    TRUE_HERE(memcmp(again, blob, size) == 0);
    if (pthread_create(&thread, NULL, sign, &signer) || pthread_join(thread, NULL))
        exit(2);
    OK(BCryptDestroyKey(signer.key));
    free(blob);
    free(again);
}

static void signing_on_curve(LPCWSTR curve, ULONG characters, ULONG width)
{
    BCRYPT_ALG_HANDLE generic = opened(BCRYPT_ECDSA_ALGORITHM);
    OK(BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, (PUCHAR)curve, 2 * (characters + 1), 0));
    signing_life(generic, 0, width, 32, BCRYPT_ECCPRIVATE_BLOB);
    OK(BCryptCloseAlgorithmProvider(generic, 0));
}

static void on_curve(LPCWSTR curve, ULONG characters, ULONG width)
{
    BCRYPT_ALG_HANDLE generic = opened(BCRYPT_ECDH_ALGORITHM);
    OK(BCryptSetProperty(generic, BCRYPT_ECC_CURVE_NAME, (PUCHAR)curve, 2 * (characters + 1), 0));
    life(generic, 0, width, BCRYPT_ECCPRIVATE_BLOB);
    OK(BCryptCloseAlgorithmProvider(generic, 0));
}

/* The key of every MAC, a password and what comes of them, and records of TLS. */
static void macs(void)
{
    LPCWSTR names[] = {u"MD2", u"MD4", u"MD5", u"SHA1", u"SHA256", u"SHA384", u"SHA512", u"SHA3-256", u"SHA3-384", u"SHA3-512",
                       BCRYPT_AES_CMAC_ALGORITHM, BCRYPT_AES_GMAC_ALGORITHM, BCRYPT_KMAC128_ALGORITHM, BCRYPT_KMAC256_ALGORITHM};
    enum { HMACS = 10, GMAC = 11, TLS_FIRST = 3, TLS_LAST = 5, NAMES = sizeof names / sizeof *names };
    BYTE key[32], long_key[300], text[100] = {5}, mac[64], record[400];
    size_t i;
    for (i = 0; i < NAMES; i++) {
        BCRYPT_ALG_HANDLE algorithm = NULL;
        BCRYPT_HASH_HANDLE hash = NULL, copy = NULL;
        ULONG length, size;
        OK(BCryptOpenAlgorithmProvider(&algorithm, names[i], NULL, i < HMACS ? BCRYPT_ALG_HANDLE_HMAC_FLAG : 0));
        OK(BCryptGetProperty(algorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&length, sizeof length, &size, 0));
        memset(key, (int)i, sizeof key);
        secret(key, sizeof key);
        CALL(BCryptCreateHash(algorithm, &hash, NULL, 0, key, sizeof key, BCRYPT_HASH_REUSABLE_FLAG));
        declassify(&hash, sizeof hash);
        if (i == GMAC)
            OK(BCryptSetProperty(hash, BCRYPT_INITIALIZATION_VECTOR, text, 12, 0));
        CALL(BCryptHashData(hash, text, sizeof text, 0));
        CALL(BCryptDuplicateHash(hash, &copy, NULL, 0, 0));
        declassify(&copy, sizeof copy);
        CALL(BCryptFinishHash(hash, mac, length, 0));
        declassify(mac, sizeof mac);
        CALL(BCryptFinishHash(copy, mac, length, 0));
        declassify(mac, sizeof mac);
        if (i != GMAC) {
            CALL(BCryptHash(algorithm, key, sizeof key, text, sizeof text, mac, length));
            declassify(mac, sizeof mac);
        }
        if (i >= TLS_FIRST && i <= TLS_LAST) {
            NTSTATUS status;
            BYTE header[13] = {0};
            memset(record, 7, sizeof record);
            secret(record, sizeof record);
            CALL(BCryptHashData(hash, header, sizeof header, 0));
            status = BCryptHashData(hash, record, sizeof record, BCRYPT_TLS_CBC_HMAC_VERIFY_FLAG);
            declassify(&status, sizeof status);
            declassify(record, sizeof record);
            want(__LINE__, "a wrong record", status, STATUS_AUTH_TAG_MISMATCH);
        }
        OK(BCryptDestroyHash(hash));
        OK(BCryptDestroyHash(copy));
        if (i < HMACS) {
            memset(long_key, (int)i, sizeof long_key);
            secret(long_key, sizeof long_key);
            CALL(BCryptDeriveKeyPBKDF2(algorithm, long_key, sizeof long_key, text, 8, 3, mac, sizeof mac, 0));
            declassify(mac, sizeof mac);
            declassify(long_key, sizeof long_key);
        }
        declassify(key, sizeof key);
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    }
}

/* The key of every derivation from a key, with every hash that it takes, and what comes of them. */
static void derivations(void)
{
    LPCWSTR ids[] = {BCRYPT_CAPI_KDF_ALGORITHM, BCRYPT_PBKDF2_ALGORITHM, BCRYPT_SP800108_CTR_HMAC_ALGORITHM, BCRYPT_SP80056A_CONCAT_ALGORITHM,
                     BCRYPT_TLS1_1_KDF_ALGORITHM, BCRYPT_TLS1_2_KDF_ALGORITHM, BCRYPT_HKDF_ALGORITHM};
    LPCWSTR hashes[] = {u"MD5", u"SHA1", u"SHA256", u"SHA384", u"SHA512", u"SHA3-256", u"SHA3-384", u"SHA3-512", u"MD2", u"MD4",
                        BCRYPT_AES_CMAC_ALGORITHM};
    /* How many of the hashes each takes, from the first on. */
    static const ULONG takes[] = {10, 11, 11, 8, 1, 8, 8}, lengths[] = {32, 200};
    enum { ALGORITHMS = sizeof ids / sizeof *ids, CAPI = 0, HKDF = 6, MAC = 10 };
    ULONGLONG iterations = 3;
    BYTE bytes[200], output[100], blob[300];
    size_t at;
    for (at = 0; at < 2 * 11 * ALGORITHMS; at++) {
        size_t which = at / 22, hash = at % 11;
        ULONG length = lengths[at / 11 % 2], result, size, name = 0;
        BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
        BCryptBuffer parameters[] = {
            {0, KDF_HASH_ALGORITHM, NULL}, {5, KDF_LABEL, "label"}, {7, KDF_CONTEXT, "context"}, {4, KDF_SALT, "salt"},
            {sizeof iterations, KDF_ITERATION_COUNT, &iterations}, {3, KDF_ALGORITHMID, "alg"}, {1, KDF_PARTYUINFO, "u"},
            {1, KDF_PARTYVINFO, "v"}, {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed},
            {4, KDF_HKDF_INFO, "info"}};
        BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, sizeof parameters / sizeof *parameters, parameters};
        BCRYPT_ALG_HANDLE algorithm;
        if (hash >= takes[which] || (hash == MAC && length != 32))
            continue;
        while (hashes[hash][name])
            name++;
        parameters[0].cbBuffer = 2 * name + 2;
        parameters[0].pvBuffer = (void *)(uintptr_t)hashes[hash];
        algorithm = opened(ids[which]);
        memset(bytes, (int)at, sizeof bytes);
        secret(bytes, sizeof bytes);
        CALL(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, bytes, length, 0));
        declassify(&key, sizeof key);
        if (which == HKDF) {
            OK(BCryptSetProperty(key, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)(uintptr_t)hashes[hash], 2 * name + 2, 0));
            CALL(length == 32 ? BCryptSetProperty(key, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0)
                              : BCryptSetProperty(key, BCRYPT_HKDF_PRK_AND_FINALIZE, NULL, 0, 0));
        }
        CALL(BCryptKeyDerivation(key, &all, output, which == CAPI ? 32 : sizeof output, &result,
                                 which == CAPI ? BCRYPT_CAPI_AES_FLAG : 0));
        declassify(output, sizeof output);
        declassify(&result, sizeof result);
        CALL(BCryptDuplicateKey(key, &copy, NULL, 0, 0));
        declassify(&copy, sizeof copy);
        OK(BCryptDestroyKey(copy));
        CALL(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0));
        declassify(&size, sizeof size);
        CALL(BCryptImportKey(algorithm, NULL, BCRYPT_KEY_DATA_BLOB, &copy, NULL, 0, blob, size, 0));
        declassify(&copy, sizeof copy);
        declassify(blob, sizeof blob);
        OK(BCryptDestroyKey(copy));
        OK(BCryptDestroyKey(key));
        OK(BCryptCloseAlgorithmProvider(algorithm, 0));
        declassify(bytes, sizeof bytes);
    }
}

struct cipher {
    LPCWSTR id, mode;
    ULONG key, unit, iv, tag;
    int pads;
};

static const struct cipher ciphers[] = {
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CBC, 16, 0, 16, 0, 1}, {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_ECB, 32, 0, 0, 0, 1},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, 24, 0, 16, 0, 1}, {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, 16, 16, 16, 0, 1},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_GCM, 16, 0, 0, 16, 0}, {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_GCM, 32, 0, 0, 12, 0},
    {BCRYPT_AES_ALGORITHM, BCRYPT_CHAIN_MODE_CCM, 32, 0, 0, 10, 0}, {BCRYPT_CHACHA20_POLY1305_ALGORITHM, NULL, 32, 0, 0, 16, 0},
    {BCRYPT_XTS_AES_ALGORITHM, NULL, 32, 512, 8, 0, 0}, {BCRYPT_XTS_AES_ALGORITHM, NULL, 64, 512, 8, 0, 0}};

/* Tables by secret values are how these work. */
static const struct cipher old_ciphers[] = {
    {BCRYPT_DES_ALGORITHM, NULL, 8, 0, 8, 0, 1}, {BCRYPT_DESX_ALGORITHM, NULL, 24, 0, 8, 0, 1}, {BCRYPT_3DES_ALGORITHM, NULL, 24, 0, 8, 0, 1},
    {BCRYPT_3DES_112_ALGORITHM, BCRYPT_CHAIN_MODE_CFB, 16, 8, 8, 0, 1}, {BCRYPT_RC2_ALGORITHM, NULL, 16, 0, 8, 0, 1},
    {BCRYPT_RC4_ALGORITHM, NULL, 16, 0, 0, 0, 0}};

/* What a tag or padding has to be is secret; that it is wrong is told. */
static void refused(int line, NTSTATUS status, NTSTATUS expected)
{
    declassify(&status, sizeof status);
    want(line, "a wrong text", status, expected);
}

static void cipher_life(const struct cipher *of)
{
    enum { LENGTH = 1024 };
    static BYTE text[LENGTH + 16], output[LENGTH + 16];
    BYTE key_bytes[64], iv[16], tag[16] = {0}, tag_copy[16], nonce[12] = {9}, blob[128];
    BCRYPT_ALG_HANDLE algorithm = opened(of->id);
    BCRYPT_KEY_HANDLE key = NULL, copy = NULL;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    PVOID padding = of->tag ? &info : NULL;
    ULONG size, flags = of->pads ? BCRYPT_BLOCK_PADDING : 0, again;
    PUCHAR iv_place = of->iv ? iv : NULL;
    if (of->mode)
        OK(BCryptSetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)of->mode, 32, 0));
    memset(key_bytes, 3, sizeof key_bytes);
    memset(key_bytes + 32, 4, 32);
    if (of->key == 32)
        memset(key_bytes + 16, 5, 16);
    memset(text, 0x77, sizeof text);
    secret(key_bytes, of->key);
    CALL(BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, key_bytes, of->key, 0));
    declassify(&key, sizeof key);
    if (of->unit)
        OK(BCryptSetProperty(key, BCRYPT_MESSAGE_BLOCK_LENGTH, (PUCHAR)&of->unit, sizeof of->unit, 0));
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce;
    info.cbNonce = sizeof nonce;
    info.pbTag = tag;
    info.cbTag = of->tag;
    memset(iv, 0, sizeof iv);
    secret(text, LENGTH);
    CALL(BCryptEncrypt(key, text, LENGTH, padding, iv_place, of->iv, output, sizeof output, &size, flags));
    declassify(&size, sizeof size);
    declassify(output, sizeof output);
    declassify(iv, sizeof iv);
    declassify(tag, sizeof tag);
    memset(iv, 0, sizeof iv);
    CALL(BCryptDuplicateKey(key, &copy, NULL, 0, 0));
    declassify(&copy, sizeof copy);
    if (of->tag || of->pads) {
        CALL(BCryptDecrypt(copy, output, size, padding, iv_place, of->iv, text, sizeof text, &again, flags));
        declassify(&again, sizeof again);
        declassify(iv, sizeof iv);
        memset(iv, 0, sizeof iv);
    }
    if (of->tag) {
        memcpy(tag_copy, tag, sizeof tag);
        tag[0] ^= 1;
        refused(__LINE__, BCryptDecrypt(copy, output, size, padding, NULL, 0, text, sizeof text, &again, 0), STATUS_AUTH_TAG_MISMATCH);
        declassify(text, sizeof text);
    }
    if (of->pads && !of->unit && of->mode && of->iv == 0) {
        secret(text, LENGTH);
        CALL(BCryptEncrypt(key, text, LENGTH, NULL, NULL, 0, output, sizeof output, &size, 0));
        declassify(output, sizeof output);
        refused(__LINE__, BCryptDecrypt(copy, output, LENGTH, NULL, NULL, 0, text, sizeof text, &again, flags), STATUS_DATA_ERROR);
        declassify(&again, sizeof again);
    }
    declassify(text, sizeof text);
    CALL(BCryptExportKey(key, NULL, BCRYPT_KEY_DATA_BLOB, blob, sizeof blob, &size, 0));
    declassify(blob, sizeof blob);
    OK(BCryptDestroyKey(copy));
    OK(BCryptDestroyKey(key));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    declassify(key_bytes, sizeof key_bytes);
}

/* GCM in parts, and a key that is wrapped. */
static void chain_and_wrap(void)
{
    static BYTE text[1024];
    BYTE bytes[16], nonce[12] = {1}, tag[16], context[16], scratch[16], blob[24];
    BCRYPT_KEY_HANDLE gcm = NULL, back = NULL;
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    ULONG size;
    memset(bytes, 8, sizeof bytes);
    secret(bytes, sizeof bytes);
    CALL(BCryptGenerateSymmetricKey(BCRYPT_AES_GCM_ALG_HANDLE, &gcm, NULL, 0, bytes, sizeof bytes, 0));
    declassify(&gcm, sizeof gcm);
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce;
    info.cbNonce = sizeof nonce;
    info.pbTag = tag;
    info.cbTag = sizeof tag;
    info.pbMacContext = context;
    info.cbMacContext = sizeof context;
    info.dwFlags = BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG;
    memset(text, 1, sizeof text);
    secret(text, sizeof text);
    CALL(BCryptEncrypt(gcm, text, 512, &info, scratch, sizeof scratch, text, 512, &size, 0));
    info.dwFlags &= ~BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG;
    CALL(BCryptEncrypt(gcm, text + 512, 512, &info, scratch, sizeof scratch, text + 512, 512, &size, 0));
    declassify(text, sizeof text);
    declassify(tag, sizeof tag);
    CALL(BCryptExportKey(gcm, gcm, BCRYPT_AES_WRAP_KEY_BLOB, blob, sizeof blob, &size, 0));
    declassify(blob, sizeof blob);
    CALL(BCryptImportKey(BCRYPT_AES_CBC_ALG_HANDLE, gcm, BCRYPT_AES_WRAP_KEY_BLOB, &back, NULL, 0, blob, sizeof blob, 0));
    declassify(&back, sizeof back);
    OK(BCryptDestroyKey(back));
    blob[3] ^= 1;
    refused(__LINE__, BCryptImportKey(BCRYPT_AES_CBC_ALG_HANDLE, gcm, BCRYPT_AES_WRAP_KEY_BLOB, &back, NULL, 0, blob, sizeof blob, 0),
            STATUS_INVALID_PARAMETER);
    OK(BCryptDestroyKey(gcm));
}

/* The private numbers of a blob, as wide as half of the modulus but for the last one of a full form. The word at the top of
 * each is public: how many bits they have, which the engine works by, is. */
static void hide_numbers(BYTE *numbers, ULONG size, ULONG half, int is_little)
{
    ULONG at, width;
    for (at = 0; at < size; at += width) {
        width = at == 5 * half ? 2 * half : half;
        secret(numbers + at + (is_little ? 0 : 8), width - 8);
    }
}

/* A private half and the padding of what is decrypted. */
static void rsa(ULONG bits)
{
    static BYTE blob[8192], again[8192], text[32], signature[512], output[512];
    BCRYPT_KEY_HANDLE key = new_key(BCRYPT_RSA_ALG_HANDLE, bits);
    LPCWSTR forms[] = {BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_RSAPRIVATE_BLOB, LEGACY_RSAPRIVATE_BLOB};
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = {BCRYPT_SHA256_ALGORITHM};
    BCRYPT_PSS_PADDING_INFO pss = {BCRYPT_SHA256_ALGORITHM, 20};
    BCRYPT_OAEP_PADDING_INFO oaep = {BCRYPT_SHA256_ALGORITHM, (PUCHAR)"label", 5};
    ULONG size, length, before, form, flags, width = bits / 8;
    for (form = 0; form < 3; form++) {
        BCRYPT_KEY_HANDLE imported = NULL;
        OK(BCryptExportKey(key, NULL, forms[form], blob, sizeof blob, &size, 0));
        before = form == 2 ? 20 + width : 27 + width;
        hide_numbers(blob + before, size - before, width / 2, form == 2);
        CALL(BCryptImportKeyPair(BCRYPT_RSA_ALG_HANDLE, NULL, forms[form], &imported, blob, size, 0));
        declassify(&imported, sizeof imported);
        CALL(BCryptExportKey(imported, NULL, forms[form], again, sizeof again, &length, 0));
        declassify(again, size);
        declassify(blob, size);
        TRUE_HERE(length == size && memcmp(again, blob, size) == 0);
        CALL(BCryptSignHash(imported, &pkcs1, text, 32, signature, width, &length, BCRYPT_PAD_PKCS1));
        declassify(signature, width);
        OK(BCryptVerifySignature(key, &pkcs1, text, 32, signature, width, BCRYPT_PAD_PKCS1));
        CALL(BCryptSignHash(imported, &pss, text, 32, signature, width, &length, BCRYPT_PAD_PSS));
        declassify(signature, width);
        OK(BCryptVerifySignature(key, &pss, text, 32, signature, width, BCRYPT_PAD_PSS));
        for (flags = BCRYPT_PAD_NONE; flags <= BCRYPT_PAD_OAEP; flags *= 2) {
            PUCHAR plain = flags == BCRYPT_PAD_NONE ? output : text;
            ULONG plain_size = flags == BCRYPT_PAD_NONE ? width : sizeof text;
            memset(output, 0x11, width);
            OK(BCryptEncrypt(key, plain, plain_size, &oaep, NULL, 0, signature, width, &length, flags));
            CALL(BCryptDecrypt(imported, signature, width, &oaep, NULL, 0, output, width, &length, flags));
            declassify(&length, sizeof length);
            declassify(output, sizeof output);
            TRUE_HERE(length == plain_size);
            if (flags == BCRYPT_PAD_NONE)
                continue;
            signature[width - 1] ^= 1;
            refused(__LINE__, BCryptDecrypt(imported, signature, width, &oaep, NULL, 0, output, width, &length, flags),
                    STATUS_INVALID_PARAMETER);
        }
        OK(BCryptDestroyKey(imported));
    }
    /* What is encrypted is secret too. */
    secret(text, sizeof text);
    CALL(BCryptEncrypt(key, text, sizeof text, NULL, NULL, 0, signature, width, &length, BCRYPT_PAD_PKCS1));
    declassify(signature, width);
    CALL(BCryptEncrypt(key, text, sizeof text, &oaep, NULL, 0, signature, width, &length, BCRYPT_PAD_OAEP));
    declassify(signature, width);
    declassify(text, sizeof text);
    OK(BCryptDestroyKey(key));
}

/* A key of ML-KEM or ML-DSA: made of a secret seed, exported, imported again expanded; it decapsulates, a ciphertext that was
 * changed too, or signs. What of it is secret: not the public parts that an expanded key repeats. */
static void post_quantum(LPCWSTR id, LPCWSTR set, ULONG set_size, LPCWSTR seed_type, LPCWSTR private_type)
{
    static BYTE blob[6000], private_blob[6000], ciphertext[1568], signature[4627];
    int is_kem = id[3] == 'K';
    BCRYPT_ALG_HANDLE algorithm = opened(id);
    BCRYPT_KEY_HANDLE key = NULL, expanded = NULL;
    BYTE shared[32], again[32];
    ULONG size, private_size, secret_size, seed_size = is_kem ? 64 : 32, round;
    ULONG header = (ULONG)sizeof(BCRYPT_MLKEM_KEY_BLOB) + set_size;
    OK(BCryptGenerateKeyPair(algorithm, &key, 0, 0));
    OK(BCryptSetProperty(key, BCRYPT_PARAMETER_SET_NAME, (PUCHAR)set, set_size, 0));
    CALL(BCryptFinalizeKeyPair(key, 0));
    CALL(BCryptExportKey(key, NULL, seed_type, blob, sizeof blob, &size, 0));
    OK(BCryptDestroyKey(key));
    secret(blob + size - seed_size, seed_size);
    CALL(BCryptImportKeyPair(algorithm, NULL, seed_type, &key, blob, size, 0));
    declassify(&key, sizeof key);
    CALL(BCryptExportKey(key, NULL, private_type, private_blob, sizeof private_blob, &private_size, 0));
    declassify(&private_size, sizeof private_size);
    declassify(private_blob, private_size);
    if (is_kem) {
        ULONG body = private_size - header, vector = (body - 96) / 2;
        secret(private_blob + header, vector); /* s; then ek and its hash, which are public */
        secret(private_blob + private_size - 32, 32); /* z */
    } else {
        secret(private_blob + header + 32, 32); /* K, behind rho */
        secret(private_blob + header + 128, private_size - header - 128); /* s1, s2, t0, behind tr */
    }
    CALL(BCryptImportKeyPair(algorithm, NULL, private_type, &expanded, private_blob, private_size, 0));
    declassify(&expanded, sizeof expanded);
    for (round = 0; round < 2; round++) {
        BCRYPT_KEY_HANDLE own = round ? expanded : key;
        if (is_kem) {
            CALL(BCryptEncapsulate(own, NULL, 0, &secret_size, NULL, 0, &size, 0));
            CALL(BCryptEncapsulate(own, shared, sizeof shared, &secret_size, ciphertext, size, &size, 0));
            declassify(shared, sizeof shared);
            declassify(ciphertext, size);
            CALL(BCryptDecapsulate(own, ciphertext, size, again, sizeof again, &secret_size, 0));
            declassify(again, sizeof again);
            TRUE_HERE(memcmp(again, shared, sizeof again) == 0);
            ciphertext[5] ^= 1;
            CALL(BCryptDecapsulate(own, ciphertext, size, again, sizeof again, &secret_size, 0));
            declassify(again, sizeof again);
            TRUE_HERE(memcmp(again, shared, sizeof again) != 0);
        } else {
            CALL(BCryptSignHash(own, NULL, seed, sizeof seed, signature, sizeof signature, &size, 0));
            declassify(&size, sizeof size);
            declassify(signature, size);
            OK(BCryptVerifySignature(own, NULL, seed, sizeof seed, signature, size, 0));
        }
    }
    OK(BCryptDestroyKey(key));
    OK(BCryptDestroyKey(expanded));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    declassify(blob, sizeof blob);
    declassify(private_blob, sizeof private_blob);
}

static void kem(LPCWSTR set, ULONG size)
{
    post_quantum(BCRYPT_MLKEM_ALGORITHM, set, size, BCRYPT_MLKEM_PRIVATE_SEED_BLOB, BCRYPT_MLKEM_PRIVATE_BLOB);
}

static void dsa(LPCWSTR set, ULONG size)
{
    post_quantum(BCRYPT_MLDSA_ALGORITHM, set, size, BCRYPT_PQDSA_PRIVATE_SEED_BLOB, BCRYPT_PQDSA_PRIVATE_BLOB);
}

int main(int argc, char **argv)
{
    const char *kind = argc == 2 ? argv[1] : "";
    if (!RUNNING_ON_VALGRIND) {
        puts("this needs valgrind");
        return 2;
    }
    if (!strcmp(kind, "RSA-1024"))
        rsa(1024);
    else if (!strcmp(kind, "RSA-2048"))
        rsa(2048);
    else if (!strcmp(kind, "P-256"))
        life(BCRYPT_ECDH_P256_ALG_HANDLE, 256, 32, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "P-384"))
        life(BCRYPT_ECDH_P384_ALG_HANDLE, 384, 48, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "P-521"))
        life(BCRYPT_ECDH_P521_ALG_HANDLE, 521, 66, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "P-224"))
        on_curve(u"secP224r1", 9, 28);
    else if (!strcmp(kind, "curve25519"))
        on_curve(u"curve25519", 10, 32);
    else if (!strcmp(kind, "secp256k1"))
        on_curve(u"secP256k1", 9, 32);
    else if (!strcmp(kind, "brainpoolP256r1"))
        on_curve(u"brainpoolP256r1", 15, 32);
    else if (!strcmp(kind, "secP160k1"))
        on_curve(u"secP160k1", 9, 20);
    else if (!strcmp(kind, "DH-1024"))
        life(BCRYPT_DH_ALG_HANDLE, 1024, 128, BCRYPT_DH_PRIVATE_BLOB);
    else if (!strcmp(kind, "DH-2048"))
        life(BCRYPT_DH_ALG_HANDLE, 2048, 256, BCRYPT_DH_PRIVATE_BLOB);
    else if (!strcmp(kind, "DH-2048-CAPI"))
        life(BCRYPT_DH_ALG_HANDLE, 2048, 256, LEGACY_DH_PRIVATE_BLOB);
    else if (!strcmp(kind, "ECDSA-P-256"))
        signing_life(BCRYPT_ECDSA_P256_ALG_HANDLE, 256, 32, 32, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "ECDSA-P-384"))
        signing_life(BCRYPT_ECDSA_P384_ALG_HANDLE, 384, 48, 48, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "ECDSA-P-521"))
        signing_life(BCRYPT_ECDSA_P521_ALG_HANDLE, 521, 66, 64, BCRYPT_ECCPRIVATE_BLOB);
    else if (!strcmp(kind, "ECDSA-secp256k1"))
        signing_on_curve(u"secP256k1", 9, 32);
    else if (!strcmp(kind, "ECDSA-brainpoolP256r1"))
        signing_on_curve(u"brainpoolP256r1", 15, 32);
    else if (!strcmp(kind, "DSA-1024"))
        signing_life(BCRYPT_DSA_ALG_HANDLE, 1024, 20, 20, BCRYPT_DSA_PRIVATE_BLOB);
    else if (!strcmp(kind, "DSA-1088"))
        signing_life(BCRYPT_DSA_ALG_HANDLE, 1088, 32, 32, BCRYPT_DSA_PRIVATE_BLOB);
    else if (!strcmp(kind, "MAC"))
        macs();
    else if (!strcmp(kind, "derivation"))
        derivations();
    else if (!strcmp(kind, "ML-KEM")) {
        kem(BCRYPT_MLKEM_PARAMETER_SET_512, 8);
        kem(BCRYPT_MLKEM_PARAMETER_SET_768, 8);
        kem(BCRYPT_MLKEM_PARAMETER_SET_1024, 10);
    } else if (!strcmp(kind, "ML-DSA")) {
        dsa(BCRYPT_MLDSA_PARAMETER_SET_44, 6);
        dsa(BCRYPT_MLDSA_PARAMETER_SET_65, 6);
        dsa(BCRYPT_MLDSA_PARAMETER_SET_87, 6);
    } else if (!strcmp(kind, "cipher")) {
        size_t i;
        for (i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
            cipher_life(&ciphers[i]);
        chain_and_wrap();
    } else if (!strcmp(kind, "old cipher")) {
        size_t i;
        for (i = 0; i < sizeof old_ciphers / sizeof *old_ciphers; i++)
            cipher_life(&old_ciphers[i]);
    }
    else {
        puts("no such kind of key");
        return 2;
    }
    return failures != 0;
}
