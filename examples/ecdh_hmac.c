/* ECDH on P-256, then an HMAC-SHA256 of the shared secret between two nonces.
 *
 * The sides know each other's public key only as a blob. Every buffer is allocated with the size that the call itself
 * asks for when it gets no buffer.
 */
#include <windows.h>
#include <stdio.h>
#include <bcrypt.h>

typedef struct BYTES {
    PUCHAR data;
    ULONG size;
} BYTES;

static BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "%s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

static BOOL allocate(BYTES *bytes)
{
    bytes->data = (PUCHAR)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, bytes->size);
    return bytes->data != NULL;
}

static void release(BYTES *bytes)
{
    if (bytes->data) {
        SecureZeroMemory(bytes->data, bytes->size);
        HeapFree(GetProcessHeap(), 0, bytes->data);
    }
}

static BOOL exportPublic(BCRYPT_KEY_HANDLE hKey, BYTES *blob)
{
    return succeeded("BCryptExportKey(size)",
                     BCryptExportKey(hKey, NULL, BCRYPT_ECCPUBLIC_BLOB, NULL, 0, &blob->size, 0)) &&
           allocate(blob) &&
           succeeded("BCryptExportKey",
                     BCryptExportKey(hKey, NULL, BCRYPT_ECCPUBLIC_BLOB, blob->data, blob->size, &blob->size, 0));
}

static BOOL makeKey(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE *phKey, BYTES *publicBlob)
{
    return succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, phKey, 256, 0)) &&
           succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(*phKey, 0)) && exportPublic(*phKey, publicBlob);
}

/* HMAC(key, first nonce || shared secret || second nonce). */
static BOOL mac(BCRYPT_SECRET_HANDLE hSecret, BYTES *derived)
{
    static BYTE key[] = "a key both sides were given";
    static BYTE first[] = "nonce of the client ";
    static BYTE second[] = "nonce of the server ";
    BCryptBuffer parameters[] = {
        {sizeof(BCRYPT_SHA256_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA256_ALGORITHM},
        {sizeof(key) - 1, KDF_HMAC_KEY, key},
        {sizeof(first) - 1, KDF_SECRET_PREPEND, first},
        {sizeof(second) - 1, KDF_SECRET_APPEND, second},
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 4, parameters};

    return succeeded("BCryptDeriveKey(size)",
                     BCryptDeriveKey(hSecret, BCRYPT_KDF_HMAC, &list, NULL, 0, &derived->size, 0)) &&
           allocate(derived) &&
           succeeded("BCryptDeriveKey", BCryptDeriveKey(hSecret, BCRYPT_KDF_HMAC, &list, derived->data, derived->size,
                                                        &derived->size, 0));
}

static BOOL agree(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hKey, BYTES *peerBlob, BYTES *derived)
{
    BCRYPT_KEY_HANDLE hPeer = NULL;
    BCRYPT_SECRET_HANDLE hSecret = NULL;
    BOOL done =
        succeeded("BCryptImportKeyPair", BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_ECCPUBLIC_BLOB, &hPeer,
                                                             peerBlob->data, peerBlob->size, 0)) &&
        succeeded("BCryptSecretAgreement", BCryptSecretAgreement(hKey, hPeer, &hSecret, 0)) && mac(hSecret, derived);

    if (hSecret)
        BCryptDestroySecret(hSecret);
    if (hPeer)
        BCryptDestroyKey(hPeer);
    return done;
}

static void print(const char *what, const BYTES *bytes)
{
    ULONG i;
    printf("%s ", what);
    for (i = 0; i < bytes->size; i++)
        printf("%02x", bytes->data[i]);
    printf("\n");
}

int main(void)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_KEY_HANDLE hClient = NULL, hServer = NULL;
    BYTES clientBlob = {0}, serverBlob = {0}, clientKey = {0}, serverKey = {0};
    BOOL same = FALSE;

    if (succeeded("BCryptOpenAlgorithmProvider",
                  BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_ECDH_P256_ALGORITHM, NULL, 0)) &&
        makeKey(hAlgorithm, &hClient, &clientBlob) && makeKey(hAlgorithm, &hServer, &serverBlob) &&
        agree(hAlgorithm, hClient, &serverBlob, &clientKey) && agree(hAlgorithm, hServer, &clientBlob, &serverKey)) {
        print("client's public blob", &clientBlob);
        print("server's public blob", &serverBlob);
        print("client derives      ", &clientKey);
        print("server derives      ", &serverKey);
        same = clientKey.size == serverKey.size && memcmp(clientKey.data, serverKey.data, clientKey.size) == 0;
        printf("ECDH P-256 with HMAC: %s\n", same ? "both sides agree" : "the sides differ");
    }
    release(&clientBlob);
    release(&serverBlob);
    release(&clientKey);
    release(&serverKey);
    if (hClient)
        BCryptDestroyKey(hClient);
    if (hServer)
        BCryptDestroyKey(hServer);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return same ? 0 : 1;
}
