/* Wine's bcrypt.dll and this library in one process, in turns.
 *
 *     wine_speed THEIRS OURS [ROUNDS [FIRST]]    paths, with different names; FIRST: 0 if theirs is loaded first, 1 if ours
 *
 * A line for each operation: its name, theirs and ours in nanoseconds, and theirs / ours, each from the
 * fastest quarter of the rounds: what others run on the machine meanwhile makes rounds slower, never faster.
 * "load" is LoadLibrary, "first digest" what follows it, once in a process. */
#include <windows.h>
#include <bcrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X) \
    X(BCryptOpenAlgorithmProvider) X(BCryptCloseAlgorithmProvider) X(BCryptSetProperty) X(BCryptHash) X(BCryptCreateHash) \
    X(BCryptHashData) X(BCryptFinishHash) X(BCryptDestroyHash) X(BCryptGenerateSymmetricKey) X(BCryptEncrypt) X(BCryptDecrypt) \
    X(BCryptGenerateKeyPair) X(BCryptFinalizeKeyPair) X(BCryptExportKey) X(BCryptImportKeyPair) X(BCryptSecretAgreement) \
    X(BCryptDeriveKey) X(BCryptDestroySecret) X(BCryptSignHash) X(BCryptVerifySignature) X(BCryptDestroyKey) X(BCryptGenRandom)

struct side {
    HMODULE module;
    double load, call;
#define POINTER(name) __typeof__(&name) name;
    FUNCTIONS(POINTER)
    BCRYPT_ALG_HANDLE sha256, aes, ecdh, ecdsa, rsa;
    BCRYPT_KEY_HANDLE key, mine, peer, signing, rsa_key;
    BYTE digest[32], ec_signature[64], rsa_signature[256], text[16384 + 16];
};
static struct side sides[2];
static const char *names[2] = {"theirs", "ours"};

static void need(int index, const char *what, NTSTATUS status)
{
    if (status) {
        fprintf(stderr, "%s: %s: 0x%08lx\n", names[index], what, (unsigned long)status);
        exit(1);
    }
}
#define NEED(call) need((int)(s - sides), #call, (s->call))

static double now(void)
{
    LARGE_INTEGER ticks, frequency;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&frequency);
    return 1e9 * (double)ticks.QuadPart / (double)frequency.QuadPart;
}

static void load(struct side *s, const char *path)
{
    double begin = now();
    BCRYPT_HASH_HANDLE hash;
    s->module = LoadLibraryA(path);
    if (!s->module) {
        fprintf(stderr, "%s: LoadLibrary: %lu\n", path, GetLastError());
        exit(1);
    }
#define FIND(name) s->name = (__typeof__(&name))(void *)GetProcAddress(s->module, #name);
    FUNCTIONS(FIND)
    s->load = now() - begin;
    begin = now();
    NEED(BCryptOpenAlgorithmProvider(&s->sha256, BCRYPT_SHA256_ALGORITHM, NULL, 0));
    NEED(BCryptCreateHash(s->sha256, &hash, NULL, 0, NULL, 0, 0));
    NEED(BCryptHashData(hash, (PUCHAR)"abc", 3, 0));
    NEED(BCryptFinishHash(hash, s->digest, 32, 0));
    NEED(BCryptDestroyHash(hash));
    s->call = now() - begin;
}

static void prepare(struct side *s)
{
    BYTE blob[256];
    ULONG size;
    NEED(BCryptOpenAlgorithmProvider(&s->aes, BCRYPT_AES_ALGORITHM, NULL, 0));
    NEED(BCryptSetProperty(s->aes, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_GCM, sizeof BCRYPT_CHAIN_MODE_GCM, 0));
    NEED(BCryptGenerateSymmetricKey(s->aes, &s->key, NULL, 0, s->digest, 16, 0));
    NEED(BCryptOpenAlgorithmProvider(&s->ecdh, BCRYPT_ECDH_P256_ALGORITHM, NULL, 0));
    NEED(BCryptGenerateKeyPair(s->ecdh, &s->mine, 256, 0));
    NEED(BCryptFinalizeKeyPair(s->mine, 0));
    NEED(BCryptExportKey(s->mine, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &size, 0));
    NEED(BCryptImportKeyPair(s->ecdh, NULL, BCRYPT_ECCPUBLIC_BLOB, &s->peer, blob, size, 0));
    NEED(BCryptOpenAlgorithmProvider(&s->ecdsa, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0));
    NEED(BCryptGenerateKeyPair(s->ecdsa, &s->signing, 256, 0));
    NEED(BCryptFinalizeKeyPair(s->signing, 0));
    NEED(BCryptOpenAlgorithmProvider(&s->rsa, BCRYPT_RSA_ALGORITHM, NULL, 0));
    NEED(BCryptGenerateKeyPair(s->rsa, &s->rsa_key, 2048, 0));
    NEED(BCryptFinalizeKeyPair(s->rsa_key, 0));
}

static void agree(struct side *s, ULONG ignored)
{
    BCRYPT_SECRET_HANDLE secret;
    BYTE key[32];
    ULONG size;
    (void)ignored;
    NEED(BCryptSecretAgreement(s->mine, s->peer, &secret, 0));
    NEED(BCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, key, sizeof key, &size, 0));
    NEED(BCryptDestroySecret(secret));
}

static void generate(struct side *s, ULONG ignored)
{
    BCRYPT_KEY_HANDLE key;
    (void)ignored;
    NEED(BCryptGenerateKeyPair(s->ecdh, &key, 256, 0));
    NEED(BCryptFinalizeKeyPair(key, 0));
    NEED(BCryptDestroyKey(key));
}

static void gcm(struct side *s, ULONG length)
{
    BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO info;
    BYTE nonce[12] = {1}, tag[16];
    ULONG size;
    BCRYPT_INIT_AUTH_MODE_INFO(info);
    info.pbNonce = nonce;
    info.cbNonce = sizeof nonce;
    info.pbTag = tag;
    info.cbTag = sizeof tag;
    NEED(BCryptEncrypt(s->key, s->text, length, &info, NULL, 0, s->text, length, &size, 0));
}

static void hash(struct side *s, ULONG length)
{
    BCRYPT_HASH_HANDLE hash;
    NEED(BCryptCreateHash(s->sha256, &hash, NULL, 0, NULL, 0, 0));
    NEED(BCryptHashData(hash, s->text, length, 0));
    NEED(BCryptFinishHash(hash, s->digest, 32, 0));
    NEED(BCryptDestroyHash(hash));
}

static void random(struct side *s, ULONG length)
{
    NEED(BCryptGenRandom(NULL, s->text, length, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
}

static void ecdsa_sign(struct side *s, ULONG ignored)
{
    ULONG size;
    (void)ignored;
    NEED(BCryptSignHash(s->signing, NULL, s->digest, 32, s->ec_signature, 64, &size, 0));
}

static void ecdsa_verify(struct side *s, ULONG ignored)
{
    (void)ignored;
    NEED(BCryptVerifySignature(s->signing, NULL, s->digest, 32, s->ec_signature, 64, 0));
}

static BCRYPT_PKCS1_PADDING_INFO pkcs1 = {BCRYPT_SHA256_ALGORITHM};

static void rsa_sign(struct side *s, ULONG ignored)
{
    ULONG size;
    (void)ignored;
    NEED(BCryptSignHash(s->rsa_key, &pkcs1, s->digest, 32, s->rsa_signature, 256, &size, BCRYPT_PAD_PKCS1));
}

static void rsa_verify(struct side *s, ULONG ignored)
{
    (void)ignored;
    NEED(BCryptVerifySignature(s->rsa_key, &pkcs1, s->digest, 32, s->rsa_signature, 256, BCRYPT_PAD_PKCS1));
}

/* Signing before verifying, and the digest of the last hash in both. */
static const struct {
    const char *name;
    void (*run)(struct side *, ULONG);
    ULONG argument;
} operations[] = {
    {"P-256 generate", generate, 0},
    {"P-256 agree and derive", agree, 0},
    {"AES-128-GCM encrypt 64 B", gcm, 64},
    {"AES-128-GCM encrypt 16 KiB", gcm, 16384},
    {"SHA-256 64 B", hash, 64},
    {"SHA-256 16 KiB", hash, 16384},
    {"random 32 B", random, 32},
    {"ECDSA P-256 sign", ecdsa_sign, 0},
    {"ECDSA P-256 verify", ecdsa_verify, 0},
    {"RSA-2048 sign", rsa_sign, 0},
    {"RSA-2048 verify", rsa_verify, 0},
};

static int ascending(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

/* The slowest of the fastest quarter. */
static double fast(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 4];
}

/* How often the operation fits in a slice, which is short enough to end before another program gets its turn. */
static int often(struct side *s, int operation)
{
    int times = 1;
    for (;;) {
        double begin = now();
        for (int i = 0; i < times; i++)
            operations[operation].run(s, operations[operation].argument);
        if (now() - begin > 2e5)
            return times;
        times *= 2;
    }
}

static double slice(struct side *s, int operation, int times)
{
    double begin = now();
    for (int i = 0; i < times; i++)
        operations[operation].run(s, operations[operation].argument);
    return (now() - begin) / times;
}

int main(int argc, char **argv)
{
    int rounds = argc > 3 ? atoi(argv[3]) : 100, first = argc > 4 && atoi(argv[4]);
    double *values[2];
    if (argc < 3)
        return 2;
    for (int i = 0; i < 2; i++)
        values[i] = calloc((size_t)rounds + 1, sizeof **values);
    load(&sides[first], argv[1 + first]);
    load(&sides[!first], argv[2 - first]);
    if (!GetProcAddress(sides[1].module, "bcrypt_shim_version") || GetProcAddress(sides[0].module, "bcrypt_shim_version")) {
        fprintf(stderr, "the second library, and not the first, must be this one\n");
        return 1;
    }
    if (memcmp(sides[0].digest, sides[1].digest, 32) != 0)
        return 1;
    printf("load|%.0f|%.0f|%.3f\n", sides[0].load, sides[1].load, sides[0].load / sides[1].load);
    printf("first digest|%.0f|%.0f|%.3f\n", sides[0].call, sides[1].call, sides[0].call / sides[1].call);
    if (rounds == 0)
        return 0;
    for (int i = 0; i < 2; i++)
        prepare(&sides[i]);
    for (int operation = 0; operation < (int)(sizeof operations / sizeof *operations); operation++) {
        int times[2] = {often(&sides[0], operation), often(&sides[1], operation)};
        for (int round = 0; round < rounds; round++) {
            int turn = round % 2;
            values[turn][round] = slice(&sides[turn], operation, times[turn]);
            values[!turn][round] = slice(&sides[!turn], operation, times[!turn]);
        }
        double theirs = fast(values[0], rounds), ours = fast(values[1], rounds);
        printf("%s|%.0f|%.0f|%.3f\n", operations[operation].name, theirs, ours, theirs / ours);
    }
    return 0;
}
