/* A host program that defines the functions the engine looks for by weak references. If one of them is
   called, our secrets would be in the host's hands: the program fails. */

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void reached(const char *name) {
    printf("the library called the host's %s\n", name);
    exit(1);
}

void *OPENSSL_memory_alloc(size_t size) { (void)size; reached(__func__); return NULL; }
void OPENSSL_memory_free(void *memory) { (void)memory; reached(__func__); }
size_t OPENSSL_memory_get_size(void *memory) { (void)memory; reached(__func__); return 0; }
void *OPENSSL_memory_realloc(void *memory, size_t size) { (void)memory; (void)size; reached(__func__); return NULL; }
void sdallocx(void *memory, size_t size, int flags) { (void)memory; (void)size; (void)flags; reached(__func__); }

int main(int argc, char **argv) {
    void *library = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (library == NULL) {
        printf("no library: %s\n", argc == 2 ? dlerror() : "name one");
        return 1;
    }
    int32_t (*generate)(void *, void **, uint32_t, uint32_t);
    int32_t (*finalize)(void *, uint32_t);
    int32_t (*agree)(void *, void *, void **, uint32_t);
    int32_t (*destroy)(void *);
    *(void **)&generate = dlsym(library, "BCryptGenerateKeyPair");
    *(void **)&finalize = dlsym(library, "BCryptFinalizeKeyPair");
    *(void **)&agree = dlsym(library, "BCryptSecretAgreement");
    *(void **)&destroy = dlsym(library, "BCryptDestroySecret");

    void *ecdh_p256 = (void *)0x2A1;
    void *key = NULL;
    void *secret = NULL;
    int failed = generate(ecdh_p256, &key, 256, 0) || finalize(key, 0) || agree(key, key, &secret, 0) || destroy(secret);
    printf("%s\n", failed ? "an agreement failed" : "agreed");
    return failed;
}
