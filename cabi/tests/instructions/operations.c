/* The main operations, each repeated between two of callgrind's client requests, which write its count of
 * instructions down under the operation's name. Whatever is random is so in a constant number of instructions,
 * or is averaged. */
#include "../valgrind/check.h"

#include <valgrind/callgrind.h>

#ifndef PLANTED_SLOWNESS
#define PLANTED_SLOWNESS 1
#endif

static BCRYPT_ALG_HANDLE curve(LPCWSTR name, ULONG size)
{
    BCRYPT_ALG_HANDLE algorithm = opened(BCRYPT_ECDH_ALGORITHM);
    OK(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)(uintptr_t)name, size, 0));
    return algorithm;
}

/* A DH group that is not recognised: the standard prime with another generator. */
static BCRYPT_KEY_HANDLE new_key_in_other_group(BCRYPT_ALG_HANDLE algorithm, ULONG bits)
{
    static BYTE parameters[2048];
    BCRYPT_KEY_HANDLE standard = new_key(algorithm, bits), key = NULL;
    ULONG size = sizeof(parameters);
    OK(BCryptGetProperty(standard, BCRYPT_DH_PARAMETERS, parameters, size, &size, 0));
    parameters[size - 1] = 4;
    OK(BCryptDestroyKey(standard));
    OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0));
    OK(BCryptSetProperty(key, BCRYPT_DH_PARAMETERS, parameters, size, 0));
    OK(BCryptFinalizeKeyPair(key, 0));
    return key;
}

typedef struct {
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_KEY_HANDLE own, peer;
    BCRYPT_SECRET_HANDLE secret;
    LPCWSTR blob_type;
    BYTE *blob;
    ULONG blob_size, bits;
} Subject;

static Subject subject(BCRYPT_ALG_HANDLE algorithm, ULONG bits, LPCWSTR blob_type, int other_group)
{
    Subject made = {0};
    made.algorithm = algorithm;
    made.bits = bits;
    made.blob_type = blob_type;
    made.own = other_group ? new_key_in_other_group(algorithm, bits) : new_key(algorithm, bits);
    made.peer = other_group ? new_key_in_other_group(algorithm, bits) : new_key(algorithm, bits);
    made.blob = exported(made.peer, blob_type, &made.blob_size);
    OK(BCryptSecretAgreement(made.own, made.peer, &made.secret, 0));
    return made;
}

static void generate(Subject *subject)
{
    OK(BCryptDestroyKey(new_key(subject->algorithm, subject->bits)));
}

static void import(Subject *subject)
{
    BCRYPT_KEY_HANDLE key = NULL;
    OK(BCryptImportKeyPair(subject->algorithm, NULL, subject->blob_type, &key, subject->blob, subject->blob_size, 0));
    OK(BCryptDestroyKey(key));
}

static void agree(Subject *subject)
{
    BCRYPT_SECRET_HANDLE secret = NULL;
    OK(BCryptSecretAgreement(subject->own, subject->peer, &secret, 0));
    OK(BCryptDestroySecret(secret));
}

static void derive_hash(Subject *subject)
{
    BYTE key[20];
    ULONG size;
    OK(BCryptDeriveKey(subject->secret, BCRYPT_KDF_HASH, NULL, key, sizeof(key), &size, 0));
}

static void derive_hmac(Subject *subject)
{
    BYTE key[20];
    ULONG size;
    OK(BCryptDeriveKey(subject->secret, BCRYPT_KDF_HMAC, NULL, key, sizeof(key), &size, 0));
}

static void read_property(Subject *subject)
{
    BYTE value[4];
    ULONG size;
    OK(BCryptGetProperty(subject->own, BCRYPT_KEY_STRENGTH, value, sizeof(value), &size, 0));
}

static void bad_handle(Subject *subject)
{
    BCRYPT_SECRET_HANDLE secret = NULL;
    WANT(STATUS_INVALID_HANDLE, BCryptSecretAgreement((BCRYPT_KEY_HANDLE)0x12345675, subject->peer, &secret, 0));
}

/* Once before it counts, so that nothing is counted that happens once in a process. */
static void count(const char *name, int times, void (*operation)(Subject *), Subject subject)
{
    int i;
    operation(&subject);
    CALLGRIND_START_INSTRUMENTATION;
    CALLGRIND_ZERO_STATS;
    for (i = 0; i < times * PLANTED_SLOWNESS; i++)
        operation(&subject);
    CALLGRIND_DUMP_STATS_AT(name);
    CALLGRIND_STOP_INSTRUMENTATION;
    printf("%s = %d\n", name, times);
}

int main(void)
{
    static const WCHAR x25519_name[] = BCRYPT_ECC_CURVE_25519, k256_name[] = BCRYPT_ECC_CURVE_SECP256K1,
                       brainpool_name[] = BCRYPT_ECC_CURVE_BRAINPOOLP256R1;
    Subject p256 = subject(BCRYPT_ECDH_P256_ALG_HANDLE, 256, BCRYPT_ECCPUBLIC_BLOB, 0);
#if PLANTED_SLOWNESS == 1
    Subject p384 = subject(BCRYPT_ECDH_P384_ALG_HANDLE, 384, BCRYPT_ECCPUBLIC_BLOB, 0);
    Subject p521 = subject(BCRYPT_ECDH_P521_ALG_HANDLE, 521, BCRYPT_ECCPUBLIC_BLOB, 0);
    Subject x25519 = subject(curve(x25519_name, sizeof(x25519_name)), 255, BCRYPT_ECCPUBLIC_BLOB, 0);
    Subject k256 = subject(curve(k256_name, sizeof(k256_name)), 256, BCRYPT_ECCPUBLIC_BLOB, 0);
    Subject brainpool = subject(curve(brainpool_name, sizeof(brainpool_name)), 256, BCRYPT_ECCPUBLIC_BLOB, 0);
    Subject dh = subject(BCRYPT_DH_ALG_HANDLE, 2048, BCRYPT_DH_PUBLIC_BLOB, 0);
    Subject other = subject(BCRYPT_DH_ALG_HANDLE, 2048, BCRYPT_DH_PUBLIC_BLOB, 1);
#endif
    /* What this processor, or valgrind, shows of itself decides which code the engine takes. */
    printf("features:%s%s%s%s%s\n", __builtin_cpu_supports("bmi2") ? " bmi2" : "",
           __builtin_cpu_supports("avx") ? " avx" : "", __builtin_cpu_supports("avx2") ? " avx2" : "",
           __builtin_cpu_supports("avx512f") ? " avx512f" : "", __builtin_cpu_supports("aes") ? " aes" : "");
    count("P-256 derive HASH", 200, derive_hash, p256);
    count("P-256 derive HMAC", 200, derive_hmac, p256);
#if PLANTED_SLOWNESS == 1
    count("P-256 generate", 50, generate, p256);
    count("P-256 import", 200, import, p256);
    count("P-256 agree", 10, agree, p256);
    count("P-384 agree", 3, agree, p384);
    count("P-521 agree", 3, agree, p521);
    count("X25519 generate", 20, generate, x25519);
    count("X25519 import", 10, import, x25519);
    count("X25519 agree", 10, agree, x25519);
    count("secP256k1 agree", 5, agree, k256);
    count("brainpoolP256r1 agree", 3, agree, brainpool);
    count("DH-2048, recognised group, generate", 2, generate, dh);
    count("DH-2048, recognised group, import", 20, import, dh);
    count("DH-2048, recognised group, agree", 2, agree, dh);
    count("DH-2048, other group, import", 20, import, other);
    count("DH-2048, other group, agree", 1, agree, other);
    count("property", 500, read_property, p256);
    count("agreement, bad handle", 500, bad_handle, p256);
#endif
    return failures != 0;
}
