/* One step of MongoDB's encryption in the client by its own DLL, whose cryptography is bcrypt.dll's. Everything is BSON in hex.
 *
 *     wine_mongocrypt DLL datakey                             a new data key, wrapped by the local master key 00 01 .. 5f
 *     wine_mongocrypt DLL encrypt KEY KEY-ID ALGORITHM VALUE
 *     wine_mongocrypt DLL decrypt KEY VALUE
 */
#include <windows.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What mongocrypt.h declares; all types are opaque. */
#define FUNCTIONS(X) \
    X(void *, mongocrypt_new, (void)) \
    X(bool, mongocrypt_is_crypto_available, (void)) \
    X(bool, mongocrypt_setopt_kms_provider_local, (void *, void *)) \
    X(bool, mongocrypt_init, (void *)) \
    X(void *, mongocrypt_binary_new, (void)) \
    X(void *, mongocrypt_binary_new_from_data, (uint8_t *, uint32_t)) \
    X(uint8_t *, mongocrypt_binary_data, (const void *)) \
    X(uint32_t, mongocrypt_binary_len, (const void *)) \
    X(void *, mongocrypt_status_new, (void)) \
    X(const char *, mongocrypt_status_message, (void *, uint32_t *)) \
    X(bool, mongocrypt_ctx_status, (void *, void *)) \
    X(void *, mongocrypt_ctx_new, (void *)) \
    X(bool, mongocrypt_ctx_setopt_key_id, (void *, void *)) \
    X(bool, mongocrypt_ctx_setopt_algorithm, (void *, const char *, int)) \
    X(bool, mongocrypt_ctx_setopt_masterkey_local, (void *)) \
    X(bool, mongocrypt_ctx_datakey_init, (void *)) \
    X(bool, mongocrypt_ctx_explicit_encrypt_init, (void *, void *)) \
    X(bool, mongocrypt_ctx_explicit_decrypt_init, (void *, void *)) \
    X(int, mongocrypt_ctx_state, (void *)) \
    X(bool, mongocrypt_ctx_mongo_feed, (void *, void *)) \
    X(bool, mongocrypt_ctx_mongo_done, (void *)) \
    X(bool, mongocrypt_ctx_finalize, (void *, void *))
#define POINTER(type, name, parameters) static type(*name) parameters;
FUNCTIONS(POINTER)

enum { NEED_MONGO_KEYS = 3, READY = 5 };

static void *ctx;

static void need(const char *what, bool done)
{
    uint32_t length;
    void *status;
    if (done)
        return;
    status = mongocrypt_status_new();
    fprintf(stderr, "%s failed: %s\n", what, ctx && !mongocrypt_ctx_status(ctx, status) ? mongocrypt_status_message(status, &length) : "?");
    exit(1);
}
#define NEED(call) need(#call, call)

static void *binary(const char *hex)
{
    size_t length = strlen(hex) / 2;
    uint8_t *bytes = malloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;
        sscanf(hex + 2 * i, "%2x", &byte);
        bytes[i] = (uint8_t)byte;
    }
    return mongocrypt_binary_new_from_data(bytes, (uint32_t)length);
}

int main(int argc, char **argv)
{
    HMODULE dll = argc > 2 ? LoadLibraryA(argv[1]) : NULL;
    uint8_t master[96];
    void *crypt, *out;
    const char *action = argc > 2 ? argv[2] : "";
    need("LoadLibrary", dll != NULL);
#define FIND(type, name, parameters) \
    name = (type(*) parameters)(void *)GetProcAddress(dll, #name); \
    if (!name) { fprintf(stderr, "no %s\n", #name); return 1; }
    FUNCTIONS(FIND)
    for (int i = 0; i < 96; i++)
        master[i] = (uint8_t)i;
    NEED(mongocrypt_is_crypto_available());
    crypt = mongocrypt_new();
    NEED(mongocrypt_setopt_kms_provider_local(crypt, mongocrypt_binary_new_from_data(master, sizeof master)));
    NEED(mongocrypt_init(crypt));
    ctx = mongocrypt_ctx_new(crypt);
    if (strcmp(action, "datakey") == 0) {
        NEED(mongocrypt_ctx_setopt_masterkey_local(ctx));
        NEED(mongocrypt_ctx_datakey_init(ctx));
    } else if (strcmp(action, "encrypt") == 0 && argc == 7) {
        NEED(mongocrypt_ctx_setopt_key_id(ctx, binary(argv[4])));
        NEED(mongocrypt_ctx_setopt_algorithm(ctx, argv[5], -1));
        NEED(mongocrypt_ctx_explicit_encrypt_init(ctx, binary(argv[6])));
    } else if (strcmp(action, "decrypt") == 0 && argc == 5) {
        NEED(mongocrypt_ctx_explicit_decrypt_init(ctx, binary(argv[4])));
    } else {
        return 2;
    }
    if (mongocrypt_ctx_state(ctx) == NEED_MONGO_KEYS) {
        NEED(mongocrypt_ctx_mongo_feed(ctx, binary(argv[3])));
        NEED(mongocrypt_ctx_mongo_done(ctx));
    }
    need("a state that is ready", mongocrypt_ctx_state(ctx) == READY);
    out = mongocrypt_binary_new();
    NEED(mongocrypt_ctx_finalize(ctx, out));
    for (uint32_t i = 0; i < mongocrypt_binary_len(out); i++)
        printf("%02x", mongocrypt_binary_data(out)[i]);
    printf("\n");
    return 0;
}
