/* ECDH on P-384 with a peer whose public blob lies in a file.
 *
 *     ecdh_peer_file peer.blob     agrees with the owner of that key
 *     ecdh_peer_file               plays the peer too: writes peer.blob first, and compares what both derive
 */
#include <windows.h>
#include <stdio.h>
#include <bcrypt.h>

#define MAX_BLOB 4096
#define DIGEST_BYTES 48

static BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "%s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

static void print(const char *what, const BYTE *bytes, ULONG size)
{
    ULONG i;
    printf("%s ", what);
    for (i = 0; i < size; i++)
        printf("%02x", bytes[i]);
    printf("\n");
}

static BOOL makeKey(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE *phKey)
{
    return succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, phKey, 384, 0)) &&
           succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(*phKey, 0));
}

static BOOL writePublic(BCRYPT_KEY_HANDLE hKey, const char *path)
{
    BYTE blob[MAX_BLOB];
    ULONG size = 0;
    FILE *file;
    BOOL done;

    if (!succeeded("BCryptExportKey", BCryptExportKey(hKey, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size, 0)))
        return FALSE;
    file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return FALSE;
    }
    done = fwrite(blob, 1, size, file) == size;
    return fclose(file) == 0 && done;
}

static BOOL readPublic(BCRYPT_ALG_HANDLE hAlgorithm, const char *path, BCRYPT_KEY_HANDLE *phKey)
{
    BYTE blob[MAX_BLOB];
    ULONG size;
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        return FALSE;
    }
    size = (ULONG)fread(blob, 1, sizeof(blob), file);
    fclose(file);
    printf("read %lu bytes from %s\n", (unsigned long)size, path);
    return succeeded("BCryptImportKeyPair",
                     BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_ECCPUBLIC_BLOB, phKey, blob, size, 0));
}

static BOOL derive(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hPeer, BYTE *digest)
{
    BCryptBuffer buffer = {sizeof(BCRYPT_SHA384_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA384_ALGORITHM};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, &buffer};
    BCRYPT_SECRET_HANDLE hSecret = NULL;
    ULONG written = 0;
    BOOL done = succeeded("BCryptSecretAgreement", BCryptSecretAgreement(hKey, hPeer, &hSecret, 0)) &&
                succeeded("BCryptDeriveKey", BCryptDeriveKey(hSecret, BCRYPT_KDF_HASH, &list, digest, DIGEST_BYTES,
                                                             &written, 0)) &&
                written == DIGEST_BYTES;

    if (hSecret)
        BCryptDestroySecret(hSecret);
    return done;
}

/* Whether the peer, whose private key is at hand in this case, derives the same. */
static BOOL confirm(BCRYPT_KEY_HANDLE hPeerPrivate, BCRYPT_KEY_HANDLE hOwn, const BYTE *digest)
{
    BYTE theirs[DIGEST_BYTES];
    BOOL same = derive(hPeerPrivate, hOwn, theirs) && memcmp(theirs, digest, sizeof(theirs)) == 0;
    printf("ECDH P-384 with a file: %s\n", same ? "both sides agree" : "the sides differ");
    return same;
}

int main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : "peer.blob";
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_KEY_HANDLE hOwn = NULL, hPeer = NULL, hPeerPrivate = NULL;
    BYTE digest[DIGEST_BYTES];
    BOOL done = succeeded("BCryptOpenAlgorithmProvider",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_ECDH_P384_ALGORITHM, NULL, 0));

    if (done && argc < 2)
        done = makeKey(hAlgorithm, &hPeerPrivate) && writePublic(hPeerPrivate, path);
    done = done && readPublic(hAlgorithm, path, &hPeer) && makeKey(hAlgorithm, &hOwn) && derive(hOwn, hPeer, digest);
    if (done)
        print("derived", digest, sizeof(digest));
    if (done && hPeerPrivate)
        done = confirm(hPeerPrivate, hOwn, digest);
    if (hOwn)
        BCryptDestroyKey(hOwn);
    if (hPeer)
        BCryptDestroyKey(hPeer);
    if (hPeerPrivate)
        BCryptDestroyKey(hPeerPrivate);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done ? 0 : 1;
}
