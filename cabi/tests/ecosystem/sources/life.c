/* What a host may do with the library: fork, exec, load and unload it again and again. Linked with libbcrypt; prints
 * nothing and exits with 0 when all is well, else with the line that was not. */
#define _GNU_SOURCE
#include <bcrypt.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(condition)          \
    do {                         \
        if (!(condition))        \
            _exit(__LINE__ % 256); \
    } while (0)

static BCRYPT_KEY_HANDLE new_key(void)
{
    BCRYPT_KEY_HANDLE key;
    MUST(BCryptGenerateKeyPair(BCRYPT_ECDH_P256_ALG_HANDLE, &key, 256, 0) == 0);
    MUST(BCryptFinalizeKeyPair(key, 0) == 0);
    return key;
}

static void derive(BCRYPT_KEY_HANDLE own, BCRYPT_KEY_HANDLE peer, UCHAR out[20])
{
    BCRYPT_SECRET_HANDLE secret;
    ULONG size;
    MUST(BCryptSecretAgreement(own, peer, &secret, 0) == 0);
    MUST(BCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, out, 20, &size, 0) == 0 && size == 20);
    MUST(BCryptDestroySecret(secret) == 0);
}

static void await(pid_t child)
{
    int status;
    MUST(child > 0 && waitpid(child, &status, 0) == child);
    MUST(WIFEXITED(status));
    if (WEXITSTATUS(status))
        _exit(WEXITSTATUS(status));
}

/* Children of children have the parent's keys, and random numbers of their own. */
static void forks(int depth, BCRYPT_KEY_HANDLE mine, BCRYPT_KEY_HANDLE yours, const UCHAR expected[20])
{
    int ends[2];
    UCHAR key[20], random[2][32];
    pid_t child;

    MUST(pipe(ends) == 0);
    child = fork();
    if (child == 0) {
        derive(mine, yours, key);
        MUST(memcmp(key, expected, 20) == 0);
        derive(new_key(), yours, key);
        MUST(memcmp(key, expected, 20) != 0);
        MUST(BCryptGenRandom(NULL, random[0], 32, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0);
        MUST(write(ends[1], random[0], 32) == 32);
        /* The child's own copy: the parent's stays. */
        if (depth > 0)
            forks(depth - 1, mine, yours, expected);
        MUST(BCryptDestroyKey(mine) == 0);
        _exit(0);
    }
    MUST(BCryptGenRandom(NULL, random[1], 32, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0);
    MUST(read(ends[0], random[0], 32) == 32);
    MUST(memcmp(random[0], random[1], 32) != 0);
    await(child);
    derive(mine, yours, key);
    MUST(memcmp(key, expected, 20) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void *in_a_thread(void *library)
{
    NTSTATUS (*fill)(BCRYPT_ALG_HANDLE, PUCHAR, ULONG, ULONG);
    UCHAR bytes[32];
    *(void **)&fill = dlsym(library, "BCryptGenRandom");
    MUST(fill && fill(NULL, bytes, 32, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0);
    dlclose(library);
    return NULL;
}

/* Threads that used the library end after it was closed; nothing piles up. */
static void loads(const char *path)
{
    struct rusage before, after;
    int round;
    for (round = 0; round < 2000; round++) {
        pthread_t thread;
        void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        MUST(library);
        MUST(pthread_create(&thread, NULL, in_a_thread, library) == 0);
        MUST(pthread_join(thread, NULL) == 0);
        if (round == 200)
            getrusage(RUSAGE_SELF, &before);
    }
    getrusage(RUSAGE_SELF, &after);
    MUST(after.ru_maxrss - before.ru_maxrss < 1024);
}

int main(int argc, char **argv)
{
    UCHAR key[20];
    BCRYPT_KEY_HANDLE mine = new_key(), yours = new_key();
    pid_t child;

    derive(mine, yours, key);
    if (argc > 2)
        return 0;
    forks(2, mine, yours, key);
    child = fork();
    if (child == 0) {
        execl(argv[0], argv[0], argv[1], "after exec", (char *)NULL);
        _exit(127);
    }
    await(child);
    loads(argv[1]);
    return 0;
}
