/* Makes calls for a trace; the argument says which. Exits with 0 if each was answered as wanted. */
#include <windows.h>
#include <bcrypt.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define WANT(status, call)                                                       \
    do {                                                                         \
        NTSTATUS found = (call);                                                 \
        if (found != (status)) {                                                 \
            printf("%s: 0x%08x\n", #call, (unsigned)found);                      \
            return 1;                                                            \
        }                                                                        \
    } while (0)

/* A P-256 private key: the magic, the size, no point, and a scalar that is easy to find in a trace. */
static void private_key(BYTE blob[104])
{
    static const BYTE start[8] = {'E', 'C', 'K', '2', 32};
    memset(blob, 0, 104);
    memcpy(blob, start, sizeof(start));
    memcpy(blob + 72, "ScalarScalarScalarScalarScalar!!", 32);
}

static int derive(BCRYPT_SECRET_HANDLE secret)
{
    static char key[] = "HmacKeyHmacKey", forgotten[] = "Forgotten";
    BCryptBuffer buffers[] = {
        {sizeof(BCRYPT_SHA256_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA256_ALGORITHM},
        {sizeof(key), KDF_HMAC_KEY, key},
        {3, 99, key},
        {sizeof(forgotten), 0, forgotten},
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 3, buffers};
    union {
        BYTE bytes[200];
        ULONG first;
    } out;
    ULONG size = 0;

    WANT(0, BCryptDeriveKey(secret, BCRYPT_KDF_HMAC, &list, out.bytes, 32, &size, 0));
    WANT(0, BCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, out.bytes, 1, &size, 0));
    list.cBuffers = 4;
    WANT(STATUS_NOT_SUPPORTED, BCryptDeriveKey(secret, BCRYPT_KDF_HASH, &list, out.bytes, 32, &size, 0));
    /* The place for the size lies in the buffer: after the call it holds bytes of the key. */
    WANT(0, BCryptDeriveKey(secret, BCRYPT_KDF_HASH, NULL, out.bytes, 20, &out.first, 0));
    return 0;
}

static int calls(void)
{
    static const WCHAR odd[] = {'a', '"', '\n', 0xe9, 0xd800, '\\', 0};
    WCHAR endless[100];
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    BCRYPT_SECRET_HANDLE secret = NULL;
    union {
        BYTE bytes[104];
        WCHAR name[20];
    } blob;
    ULONG size = 0;

    memset(endless, 'x', sizeof(endless));
    WANT(0, BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_ECDH_P256_ALGORITHM, NULL, 0));
    private_key(blob.bytes);
    WANT(0, BCryptImportKeyPair(algorithm, NULL, BCRYPT_ECCPRIVATE_BLOB, &key, blob.bytes, sizeof(blob), 0));
    WANT(0, BCryptCloseAlgorithmProvider(algorithm, 0));
    WANT(0, BCryptSecretAgreement(key, key, &secret, 0));
    if (derive(secret))
        return 1;
    WANT(0, BCryptDestroySecret(secret));
    WANT(STATUS_BUFFER_TOO_SMALL, BCryptExportKey(key, NULL, BCRYPT_ECCPUBLIC_BLOB, blob.bytes, 71, &size, 0));
    /* The private key is written over the name of the blob's type. */
    memcpy(blob.name, BCRYPT_ECCPRIVATE_BLOB, sizeof(BCRYPT_ECCPRIVATE_BLOB));
    WANT(0, BCryptExportKey(key, NULL, blob.name, blob.bytes, sizeof(blob), &size, 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptGetProperty(key, odd, NULL, 0, &size, 0));
    WANT(STATUS_NOT_SUPPORTED, BCryptGetProperty(key, endless, NULL, 0, &size, 0));
    WANT(STATUS_INVALID_PARAMETER, BCryptGetProperty(key, NULL, NULL, 0, NULL, 0x40));
    WANT(0, BCryptDestroyKey(key));
    WANT(STATUS_INVALID_HANDLE, BCryptDestroyKey(key));
    WANT(STATUS_INVALID_HANDLE, BCryptKeyDerivation((PVOID)0x41, NULL, NULL, 16, NULL, BCRYPT_CAPI_AES_FLAG));
    /* Not implemented, so a pointer to nowhere is not followed. */
    WANT(STATUS_NOT_IMPLEMENTED, BCryptSetAuditingInterface((PVOID)2));
    WANT(STATUS_BUFFER_TOO_SMALL, BCryptEnumContextFunctions(CRYPT_LOCAL, CRYPT_DEFAULT_CONTEXT, BCRYPT_RNG_INTERFACE, &size,
                                                             NULL));
    WANT(STATUS_ACCESS_DENIED, BCryptUnregisterProvider(MS_PRIMITIVE_PROVIDER));
    BCryptFreeBuffer(NULL);
    return 0;
}

static void *storm(void *unused)
{
    for (int call = 0; call < 500; call++)
        BCryptDestroyKey(NULL);
    return unused;
}

/* Eight threads, and children that are forked while they are at work. */
static int crowd(void)
{
    pthread_t threads[8];
    int bad = 0;

    for (int i = 0; i < 8; i++)
        bad |= pthread_create(&threads[i], NULL, storm, NULL) != 0;
    for (int i = 0; i < 20; i++) {
        int status = 0;
        pid_t child = fork();
        if (child == 0) {
            alarm(20);
            for (int call = 0; call < 10; call++)
                BCryptDestroySecret(NULL);
            _exit(0);
        }
        bad |= waitpid(child, &status, 0) != child || status != 0;
    }
    for (int i = 0; i < 8; i++)
        bad |= pthread_join(threads[i], NULL) != 0;
    return bad;
}

int main(int argc, char **argv)
{
    switch (argc > 1 ? argv[1][0] : 0) {
    case 'a':
        return calls();
    case 'c':
        return crowd();
    case 'n':
        close(2);
        return calls();
    case 'd':
        WANT(STATUS_INVALID_HANDLE, BCryptDestroyKey(NULL));
        return chdir("/") || calls();
    }
    return 2;
}
