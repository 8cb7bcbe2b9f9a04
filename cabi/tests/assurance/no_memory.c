/* Every call with each of its allocations failing, once alone and once with all that follow: the answer is success or
 * STATUS_NO_MEMORY, the process goes on, and afterwards everything works. Runs with failing_malloc loaded before the
 * C library; each script runs in a child, so that a first use is among what fails. */
#define _GNU_SOURCE
#include "../valgrind/check.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void (*fail_allocation)(long, int);
static long (*allocations)(void);

static BYTE salt[16] = {1, 2, 3};
static BYTE seed[64] = {4};
static WCHAR sha256[] = u"SHA256";

struct script {
    const char *name;
    LPCWSTR id, curve;
    ULONG curve_size, bits;
    LPCWSTR private_type, public_type;
};

static int refused, succeeded;

/* Calls what may fail; an answer that is neither is a fault. Returns whether to go on. */
static int may_fail(int line, const char *call, NTSTATUS status)
{
    if (status == STATUS_NO_MEMORY)
        refused++;
    else if (status == STATUS_SUCCESS)
        succeeded++;
    else
        want(line, call, status, STATUS_NO_MEMORY);
    return status == STATUS_SUCCESS;
}
#define MAY_FAIL(call) may_fail(__LINE__, #call, (call))

static void derive(BCRYPT_SECRET_HANDLE secret)
{
    BCryptBuffer parameters[] = {
        {sizeof sha256, KDF_HASH_ALGORITHM, sha256}, {sizeof salt, KDF_HMAC_KEY, salt},
        {5, KDF_TLS_PRF_LABEL, "label"}, {sizeof seed, KDF_TLS_PRF_SEED, seed}, {3, KDF_ALGORITHMID, "alg"},
        {1, KDF_PARTYUINFO, "u"}, {1, KDF_PARTYVINFO, "v"}, {4, KDF_HKDF_INFO, "info"}};
    BCryptBufferDesc all = {BCRYPTBUFFER_VERSION, sizeof parameters / sizeof *parameters, parameters};
    LPCWSTR kdfs[] = {BCRYPT_KDF_RAW_SECRET, BCRYPT_KDF_HASH, BCRYPT_KDF_HMAC, BCRYPT_KDF_TLS_PRF,
                      BCRYPT_KDF_SP80056A_CONCAT};
    BYTE output[1024];
    ULONG size;
    size_t i;
    for (i = 0; i < sizeof kdfs / sizeof *kdfs; i++)
        MAY_FAIL(BCryptDeriveKey(secret, kdfs[i], &all, output, i == 3 ? 48 : sizeof output, &size, 0));
    if (MAY_FAIL(BCryptSetProperty(secret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)sha256, sizeof sha256, 0)) &&
        MAY_FAIL(BCryptSetProperty(secret, BCRYPT_HKDF_SALT_AND_FINALIZE, salt, sizeof salt, 0)))
        MAY_FAIL(BCryptDeriveKey(secret, BCRYPT_KDF_HKDF, &all, output, 80, &size, 0));
}

/* A whole life; what was made is always given back, which may not fail. */
static void life(const struct script *script)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL, peer = NULL;
    BCRYPT_SECRET_HANDLE secret = NULL;
    BYTE blob[4096], text[256];
    ULONG size;
    BCRYPT_ALGORITHM_IDENTIFIER *list = NULL;
    if (MAY_FAIL(BCryptEnumAlgorithms(0, &size, &list, 0)))
        BCryptFreeBuffer(list);
#ifdef PLANTED_CRASH
    memset(malloc(8), 0, 8);
#endif
    if (!MAY_FAIL(BCryptOpenAlgorithmProvider(&algorithm, script->id, NULL, 0)))
        return;
    if (script->curve && !MAY_FAIL(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)script->curve,
                                                     script->curve_size, 0)))
        goto close;
    MAY_FAIL(BCryptGetProperty(algorithm, BCRYPT_ALGORITHM_NAME, text, sizeof text, &size, 0));
    if (!MAY_FAIL(BCryptGenerateKeyPair(algorithm, &key, script->bits, 0)))
        goto close;
    if (!MAY_FAIL(BCryptFinalizeKeyPair(key, 0)))
        goto destroy;
    if (MAY_FAIL(BCryptExportKey(key, NULL, script->private_type, blob, sizeof blob, &size, 0)) &&
        MAY_FAIL(BCryptImportKeyPair(algorithm, NULL, script->private_type, &peer, blob, size, 0))) {
        OK(BCryptDestroyKey(peer));
        peer = NULL;
    }
    if (MAY_FAIL(BCryptExportKey(key, NULL, script->public_type, blob, sizeof blob, &size, 0)))
        MAY_FAIL(BCryptImportKeyPair(algorithm, NULL, script->public_type, &peer, blob, size, 0));
    if (MAY_FAIL(BCryptSecretAgreement(key, peer ? peer : key, &secret, 0))) {
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

/* How many allocations the life made. */
static long *made;

static int child(const struct script *script, long number, int and_all_after)
{
    int refusals;
    failures = 0;
    fail_allocation(number, and_all_after);
    life(script);
    *made = allocations();
    fail_allocation(0, 0);
    refusals = refused;
    refused = 0;
    life(script);
    if (refused) {
        printf("%s: memory is there again, but %d calls are refused\n", script->name, refused);
        return 2;
    }
    return failures ? 2 : refusals ? 1 : 0;
}

static const struct script scripts[] = {
#define CURVE(name) name, sizeof name
    {"P-256", BCRYPT_ECDH_P256_ALGORITHM, NULL, 0, 256, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
#ifndef P_256_ONLY
    {"P-521, full", BCRYPT_ECDH_P521_ALGORITHM, NULL, 0, 521, BCRYPT_ECCFULLPRIVATE_BLOB, BCRYPT_ECCFULLPUBLIC_BLOB},
    {"curve25519", BCRYPT_ECDH_ALGORITHM, CURVE(u"curve25519"), 0, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"secp256k1", BCRYPT_ECDH_ALGORITHM, CURVE(u"secP256k1"), 0, BCRYPT_ECCPRIVATE_BLOB, BCRYPT_ECCPUBLIC_BLOB},
    {"brainpoolP256r1", BCRYPT_ECDH_ALGORITHM, CURVE(u"brainpoolP256r1"), 0, BCRYPT_ECCFULLPRIVATE_BLOB,
     BCRYPT_ECCFULLPUBLIC_BLOB},
    {"DH", BCRYPT_DH_ALGORITHM, NULL, 0, 2048, BCRYPT_DH_PRIVATE_BLOB, BCRYPT_DH_PUBLIC_BLOB},
    {"DH, CAPI", BCRYPT_DH_ALGORITHM, NULL, 0, 768, LEGACY_DH_PRIVATE_BLOB, BCRYPT_DH_PUBLIC_BLOB},
    {"DH, own group", BCRYPT_DH_ALGORITHM, NULL, 0, 512, BCRYPT_DH_PRIVATE_BLOB, BCRYPT_DH_PUBLIC_BLOB},
#endif
};

/* In a process of its own: 0 if all went well, 1 if calls were refused, 2 for a wrong answer, else the signal. */
static int attempt(const struct script *script, long number, int and_all_after)
{
    int status;
    pid_t process = fork();
    if (process == 0)
        _exit(child(script, number, and_all_after));
    if (process < 0 || waitpid(process, &status, 0) != process)
        exit(2);
    if (WIFSIGNALED(status)) {
        printf("%s: signal %d where allocation %ld fails%s\n", script->name, WTERMSIG(status), number,
               and_all_after ? " and all after it" : "");
        return WTERMSIG(status);
    }
    return WEXITSTATUS(status);
}

/* So many are tried one by one; of the rest some, unless the environment asks for every one. */
enum { EACH = 500 };

static void every_allocation(const struct script *script, int and_all_after)
{
    long number, count, step, results[3] = {0, 0, 0}, died = 0, tries = 0;
    attempt(script, 0, 0);
    count = *made;
    step = getenv("EVERY_ALLOCATION") ? 1 : 1 + count / EACH;
    for (number = 1; number <= count; number += number < EACH ? 1 : step) {
        int result = attempt(script, number, and_all_after);
        tries++;
        if (result < 3)
            results[result]++;
        else
            died++;
    }
    printf("%-16s %s: %ld allocations, %ld tried, %ld led to a refusal, %ld to a wrong answer, %ld to the end\n", script->name,
           and_all_after ? "all after" : "one alone", count, tries, results[1], results[2], died);
    if (results[2] || died || count < 10 || (and_all_after && results[1] < tries / 2))
        failures++;
}

int main(void)
{
    size_t at;
    *(void **)&fail_allocation = dlsym(RTLD_DEFAULT, "fail_allocation");
    *(void **)&allocations = dlsym(RTLD_DEFAULT, "allocations");
    made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!fail_allocation || !allocations || made == MAP_FAILED) {
        puts("failing_malloc is not loaded");
        return 2;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    for (at = 0; at < sizeof scripts / sizeof *scripts; at++) {
        every_allocation(&scripts[at], 0);
        every_allocation(&scripts[at], 1);
    }
    return failures != 0;
}
