/* Calls a library that was built with the feature ms-abi as a loader of PE programs does: by address, with the
 * calling convention of 64-bit Windows. One argument: the library. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WINDOWS __attribute__((ms_abi))

typedef int32_t(WINDOWS *Generate)(void *algorithm, void **key, uint32_t bits, uint32_t flags);
typedef int32_t(WINDOWS *Finalize)(void *key, uint32_t flags);
typedef int32_t(WINDOWS *Agree)(void *key, void *peer, void **secret, uint32_t flags);
typedef int32_t(WINDOWS *Derive)(void *secret, const uint16_t *kdf, void *parameters, uint8_t *out, uint32_t size,
                                 uint32_t *written, uint32_t flags);
typedef int32_t(WINDOWS *Destroy)(void *object);
typedef void(WINDOWS *Free)(void *buffer);
typedef int32_t(WINDOWS *Decapsulate)(void *key, uint8_t *text, uint32_t size, uint8_t *secret, uint32_t room,
                                      uint32_t *written, uint32_t flags);

static void *library;

/* ISO C has no way from an object pointer to a function pointer but this. */
static void find(const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof(found));
}

static int wanted(const char *what, int32_t found, uint32_t status)
{
    if ((uint32_t)found != status)
        printf("%s: 0x%08x\n", what, (unsigned)found);
    return (uint32_t)found == status;
}

int main(int argc, char **argv)
{
    static const uint16_t hash[] = {'H', 'A', 'S', 'H', 0};
    void *one = NULL, *two = NULL, *ones = NULL, *twos = NULL, *algorithm = (void *)0x2a1; /* ECDH_P256 */
    uint8_t first[20], second[20];
    uint32_t written = 0;
    Generate generate;
    Finalize finalize;
    Agree agree;
    Derive derive;
    Destroy destroy;
    Free release;
    Decapsulate decapsulate;

    library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (!library)
        return 2;
    find("BCryptGenerateKeyPair", &generate);
    find("BCryptFinalizeKeyPair", &finalize);
    find("BCryptSecretAgreement", &agree);
    find("BCryptDeriveKey", &derive);
    find("BCryptDestroyKey", &destroy);
    find("BCryptFreeBuffer", &release);
    find("BCryptDecapsulate", &decapsulate);

    release(NULL);
    return !(wanted("generate", generate(algorithm, &one, 256, 0), 0) && wanted("finalize", finalize(one, 0), 0) &&
             wanted("generate", generate(algorithm, &two, 256, 0), 0) && wanted("finalize", finalize(two, 0), 0) &&
             wanted("agree", agree(one, two, &ones, 0), 0) && wanted("agree", agree(two, one, &twos, 0), 0) &&
             wanted("derive", derive(ones, hash, NULL, first, sizeof(first), &written, 0), 0) && written == 20 &&
             wanted("derive", derive(twos, hash, NULL, second, sizeof(second), &written, 0), 0) &&
             memcmp(first, second, sizeof(first)) == 0 &&
             /* The flag is the last of seven arguments: three of them lie on the stack. */
             wanted("flag", derive(ones, hash, NULL, first, sizeof(first), &written, 0x80), 0xc000000d) &&
             wanted("another kind", decapsulate(one, first, 20, second, 20, &written, 0), 0xc00000bb) &&
             wanted("destroy", destroy(one), 0) && wanted("destroy", destroy(one), 0xc0000008));
}
