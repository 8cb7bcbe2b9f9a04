/* Diffie-Hellman over the 2048-bit group 14 of RFC 3526, between two sides of one program.
 *
 * Each side sets the group on a fresh key with the DHParameters property, exchanges public blobs, and derives the
 * 48-byte master secret of TLS 1.0 and a SHA-256 of the shared secret.
 */
#include <windows.h>
#include <stdio.h>
#include <bcrypt.h>

#define KEY_BYTES 256

static const BYTE prime[KEY_BYTES] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC9, 0x0F, 0xDA, 0xA2, 0x21, 0x68, 0xC2, 0x34,
    0xC4, 0xC6, 0x62, 0x8B, 0x80, 0xDC, 0x1C, 0xD1, 0x29, 0x02, 0x4E, 0x08, 0x8A, 0x67, 0xCC, 0x74,
    0x02, 0x0B, 0xBE, 0xA6, 0x3B, 0x13, 0x9B, 0x22, 0x51, 0x4A, 0x08, 0x79, 0x8E, 0x34, 0x04, 0xDD,
    0xEF, 0x95, 0x19, 0xB3, 0xCD, 0x3A, 0x43, 0x1B, 0x30, 0x2B, 0x0A, 0x6D, 0xF2, 0x5F, 0x14, 0x37,
    0x4F, 0xE1, 0x35, 0x6D, 0x6D, 0x51, 0xC2, 0x45, 0xE4, 0x85, 0xB5, 0x76, 0x62, 0x5E, 0x7E, 0xC6,
    0xF4, 0x4C, 0x42, 0xE9, 0xA6, 0x37, 0xED, 0x6B, 0x0B, 0xFF, 0x5C, 0xB6, 0xF4, 0x06, 0xB7, 0xED,
    0xEE, 0x38, 0x6B, 0xFB, 0x5A, 0x89, 0x9F, 0xA5, 0xAE, 0x9F, 0x24, 0x11, 0x7C, 0x4B, 0x1F, 0xE6,
    0x49, 0x28, 0x66, 0x51, 0xEC, 0xE4, 0x5B, 0x3D, 0xC2, 0x00, 0x7C, 0xB8, 0xA1, 0x63, 0xBF, 0x05,
    0x98, 0xDA, 0x48, 0x36, 0x1C, 0x55, 0xD3, 0x9A, 0x69, 0x16, 0x3F, 0xA8, 0xFD, 0x24, 0xCF, 0x5F,
    0x83, 0x65, 0x5D, 0x23, 0xDC, 0xA3, 0xAD, 0x96, 0x1C, 0x62, 0xF3, 0x56, 0x20, 0x85, 0x52, 0xBB,
    0x9E, 0xD5, 0x29, 0x07, 0x70, 0x96, 0x96, 0x6D, 0x67, 0x0C, 0x35, 0x4E, 0x4A, 0xBC, 0x98, 0x04,
    0xF1, 0x74, 0x6C, 0x08, 0xCA, 0x18, 0x21, 0x7C, 0x32, 0x90, 0x5E, 0x46, 0x2E, 0x36, 0xCE, 0x3B,
    0xE3, 0x9E, 0x77, 0x2C, 0x18, 0x0E, 0x86, 0x03, 0x9B, 0x27, 0x83, 0xA2, 0xEC, 0x07, 0xA2, 0x8F,
    0xB5, 0xC5, 0x5D, 0xF0, 0x6F, 0x4C, 0x52, 0xC9, 0xDE, 0x2B, 0xCB, 0xF6, 0x95, 0x58, 0x17, 0x18,
    0x39, 0x95, 0x49, 0x7C, 0xEA, 0x95, 0x6A, 0xE5, 0x15, 0xD2, 0x26, 0x18, 0x98, 0xFA, 0x05, 0x10,
    0x15, 0x72, 0x8E, 0x5A, 0x8A, 0xAC, 0xAA, 0x68, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};

typedef struct SIDE {
    BCRYPT_KEY_HANDLE hKey;
    BCRYPT_SECRET_HANDLE hSecret;
    BYTE publicBlob[sizeof(BCRYPT_DH_KEY_BLOB) + 3 * KEY_BYTES];
    ULONG cbPublicBlob;
    BYTE master[48];
    BYTE digest[32];
} SIDE;

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

/* The value of DHParameters: a header, then p and g, both big-endian and KEY_BYTES long. */
static BOOL setGroup(BCRYPT_KEY_HANDLE hKey)
{
    BYTE parameters[sizeof(BCRYPT_DH_PARAMETER_HEADER) + 2 * KEY_BYTES] = {0};
    BCRYPT_DH_PARAMETER_HEADER header;

    header.cbLength = sizeof(parameters);
    header.dwMagic = BCRYPT_DH_PARAMETERS_MAGIC;
    header.cbKeyLength = KEY_BYTES;
    memcpy(parameters, &header, sizeof(header));
    memcpy(parameters + sizeof(header), prime, KEY_BYTES);
    parameters[sizeof(parameters) - 1] = 2;
    return succeeded("BCryptSetProperty",
                     BCryptSetProperty(hKey, BCRYPT_DH_PARAMETERS, parameters, sizeof(parameters), 0));
}

static BOOL makeKey(BCRYPT_ALG_HANDLE hAlgorithm, SIDE *side)
{
    return succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, &side->hKey, KEY_BYTES * 8, 0)) &&
           setGroup(side->hKey) &&
           succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(side->hKey, 0)) &&
           succeeded("BCryptExportKey", BCryptExportKey(side->hKey, NULL, BCRYPT_DH_PUBLIC_BLOB, side->publicBlob,
                                                        sizeof(side->publicBlob), &side->cbPublicBlob, 0));
}

static BOOL agree(BCRYPT_ALG_HANDLE hAlgorithm, SIDE *side, SIDE *peer)
{
    BCRYPT_KEY_HANDLE hPeer = NULL;
    BOOL done = succeeded("BCryptImportKeyPair",
                          BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_DH_PUBLIC_BLOB, &hPeer, peer->publicBlob,
                                              peer->cbPublicBlob, 0)) &&
                succeeded("BCryptSecretAgreement", BCryptSecretAgreement(side->hKey, hPeer, &side->hSecret, 0));

    /* The secret does not need the key any more. */
    if (hPeer)
        BCryptDestroyKey(hPeer);
    return done;
}

static BOOL derive(SIDE *side)
{
    static char label[] = "master secret";
    static BYTE randoms[64] = "the client's 32 bytes, then the server's 32 bytes of randomness";
    BCryptBuffer tls[] = {
        {sizeof(label) - 1, KDF_TLS_PRF_LABEL, label},
        {sizeof(randoms), KDF_TLS_PRF_SEED, randoms},
    };
    BCryptBuffer hash[] = {{sizeof(BCRYPT_SHA256_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA256_ALGORITHM}};
    BCryptBufferDesc tlsList = {BCRYPTBUFFER_VERSION, 2, tls};
    BCryptBufferDesc hashList = {BCRYPTBUFFER_VERSION, 1, hash};
    ULONG written = 0;

    return succeeded("BCryptDeriveKey(TLS_PRF)", BCryptDeriveKey(side->hSecret, BCRYPT_KDF_TLS_PRF, &tlsList,
                                                                 side->master, sizeof(side->master), &written, 0)) &&
           written == sizeof(side->master) &&
           succeeded("BCryptDeriveKey(HASH)", BCryptDeriveKey(side->hSecret, BCRYPT_KDF_HASH, &hashList, side->digest,
                                                              sizeof(side->digest), &written, 0)) &&
           written == sizeof(side->digest);
}

static void destroy(SIDE *side)
{
    if (side->hSecret)
        BCryptDestroySecret(side->hSecret);
    if (side->hKey)
        BCryptDestroyKey(side->hKey);
    SecureZeroMemory(side, sizeof(*side));
}

int main(void)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    SIDE alice = {0}, bob = {0};
    BOOL same = FALSE;

    if (succeeded("BCryptOpenAlgorithmProvider",
                  BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_DH_ALGORITHM, MS_PRIMITIVE_PROVIDER, 0)) &&
        makeKey(hAlgorithm, &alice) && makeKey(hAlgorithm, &bob) && agree(hAlgorithm, &alice, &bob) &&
        agree(hAlgorithm, &bob, &alice) && derive(&alice) && derive(&bob)) {
        print("Alice's master secret", alice.master, sizeof(alice.master));
        print("Bob's   master secret", bob.master, sizeof(bob.master));
        print("Alice's SHA-256      ", alice.digest, sizeof(alice.digest));
        print("Bob's   SHA-256      ", bob.digest, sizeof(bob.digest));
        same = memcmp(alice.master, bob.master, sizeof(alice.master)) == 0 &&
               memcmp(alice.digest, bob.digest, sizeof(alice.digest)) == 0;
        printf("DH group 14: %s\n", same ? "both sides agree" : "the sides differ");
    }
    destroy(&alice);
    destroy(&bob);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return same ? 0 : 1;
}
