/* Marks private numbers and agreed secrets as undefined for valgrind, which then reports every branch and every address
 * that depends on one of them. What a caller gets back, and statuses, are declared public again here; what the library
 * itself may tell is listed in constant_time.supp.
 *
 * Run with a kind of key and, for the import of a private blob, under valgrind with that list. */
#include "../valgrind/check.h"

#include <string.h>
#include <valgrind/memcheck.h>

static void secret(void *bytes, ULONG size) { VALGRIND_MAKE_MEM_UNDEFINED(bytes, size); }
static void declassify(void *bytes, ULONG size) { VALGRIND_MAKE_MEM_DEFINED(bytes, size); }

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

int main(int argc, char **argv)
{
    const char *kind = argc == 2 ? argv[1] : "";
    if (!RUNNING_ON_VALGRIND) {
        puts("this needs valgrind");
        return 2;
    }
    if (!strcmp(kind, "P-256"))
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
    else if (!strcmp(kind, "MAC"))
        macs();
    else {
        puts("no such kind of key");
        return 2;
    }
    return failures != 0;
}
