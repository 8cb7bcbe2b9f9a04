/* X25519 through generic ECDH: the raw secret, and keys derived from it with HKDF.
 *
 * The keys are those of RFC 7748, section 6.1, so that the result can be compared with the RFC. A third key pair is
 * generated to show how.
 */
/* HKDF came with Windows 10 1803; Windows' headers hide it from programs for older systems. */
#define _WIN32_WINNT 0x0A00
#define NTDDI_VERSION 0x0A000005

#include <windows.h>
#include <stdio.h>
#include <bcrypt.h>

/* Names of Windows 10 that the headers of older SDKs and of mingw-w64 10 lack. */
#ifndef BCRYPT_ECDH_ALGORITHM
#define BCRYPT_ECDH_ALGORITHM L"ECDH"
#endif
#ifndef BCRYPT_ECC_CURVE_NAME
#define BCRYPT_ECC_CURVE_NAME L"ECCCurveName"
#endif
#ifndef BCRYPT_ECC_CURVE_25519
#define BCRYPT_ECC_CURVE_25519 L"curve25519"
#endif

#define KEY_BYTES 32

/* Numbers in this blob keep the little-endian order of RFC 7748. Y is zero. */
typedef struct X25519_BLOB {
    BCRYPT_ECCKEY_BLOB header;
    BYTE x[KEY_BYTES];
    BYTE y[KEY_BYTES];
    BYTE d[KEY_BYTES];
} X25519_BLOB;

static const BYTE aliceScalar[KEY_BYTES] = {
    0x77, 0x07, 0x6d, 0x0a, 0x73, 0x18, 0xa5, 0x7d, 0x3c, 0x16, 0xc1, 0x72, 0x51, 0xb2, 0x66, 0x45,
    0xdf, 0x4c, 0x2f, 0x87, 0xeb, 0xc0, 0x99, 0x2a, 0xb1, 0x77, 0xfb, 0xa5, 0x1d, 0xb9, 0x2c, 0x2a,
};
static const BYTE bobScalar[KEY_BYTES] = {
    0x5d, 0xab, 0x08, 0x7e, 0x62, 0x4a, 0x8a, 0x4b, 0x79, 0xe1, 0x7f, 0x8b, 0x83, 0x80, 0x0e, 0xe6,
    0x6f, 0x3b, 0xb1, 0x29, 0x26, 0x18, 0xb6, 0xfd, 0x1c, 0x2f, 0x8b, 0x27, 0xff, 0x88, 0xe0, 0xeb,
};
static const BYTE shared[KEY_BYTES] = {
    0x4a, 0x5d, 0x9d, 0x5b, 0xa4, 0xce, 0x2d, 0xe1, 0x72, 0x8e, 0x3b, 0xf4, 0x80, 0x35, 0x0f, 0x25,
    0xe0, 0x7e, 0x21, 0xc9, 0x47, 0xd1, 0x9e, 0x33, 0x76, 0xf0, 0x9b, 0x3c, 0x1e, 0x16, 0x17, 0x42,
};

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

/* CNG refuses a scalar with the wrong bits instead of setting them, and finds the public key itself if X is zero. */
static BOOL importScalar(BCRYPT_ALG_HANDLE hAlgorithm, const BYTE *scalar, BCRYPT_KEY_HANDLE *phKey)
{
    X25519_BLOB blob = {0};
    BOOL done;

    blob.header.dwMagic = BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC;
    blob.header.cbKey = KEY_BYTES;
    memcpy(blob.d, scalar, KEY_BYTES);
    blob.d[0] &= 0xf8;
    blob.d[KEY_BYTES - 1] = (BYTE)((blob.d[KEY_BYTES - 1] & 0x7f) | 0x40);
    done = succeeded("BCryptImportKeyPair", BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_ECCPRIVATE_BLOB, phKey,
                                                                (PUCHAR)&blob, sizeof(blob), 0));
    SecureZeroMemory(&blob, sizeof(blob));
    return done;
}

static BOOL generate(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE *phKey)
{
    return succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, phKey, 255, 0)) &&
           succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(*phKey, 0));
}

/* Agrees with the peer's public key, which travels as a blob. */
static BOOL agree(BCRYPT_ALG_HANDLE hAlgorithm, BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hOther,
                  BCRYPT_SECRET_HANDLE *phSecret)
{
    BYTE blob[sizeof(BCRYPT_ECCKEY_BLOB) + 2 * KEY_BYTES];
    ULONG size = 0;
    BCRYPT_KEY_HANDLE hPeer = NULL;
    BOOL done =
        succeeded("BCryptExportKey",
                  BCryptExportKey(hOther, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size, 0)) &&
        succeeded("BCryptImportKeyPair",
                  BCryptImportKeyPair(hAlgorithm, NULL, BCRYPT_ECCPUBLIC_BLOB, &hPeer, blob, size, 0)) &&
        succeeded("BCryptSecretAgreement", BCryptSecretAgreement(hKey, hPeer, phSecret, 0));

    if (hPeer)
        BCryptDestroyKey(hPeer);
    return done;
}

/* BCRYPT_KDF_RAW_SECRET gives the secret's bytes in the opposite order. */
static BOOL raw(BCRYPT_SECRET_HANDLE hSecret, BYTE *out)
{
    BYTE reversed[KEY_BYTES];
    ULONG written = 0, i;

    if (!succeeded("BCryptDeriveKey(TRUNCATE)", BCryptDeriveKey(hSecret, BCRYPT_KDF_RAW_SECRET, NULL, reversed,
                                                                sizeof(reversed), &written, 0)))
        return FALSE;
    for (i = 0; i < KEY_BYTES; i++)
        out[i] = reversed[KEY_BYTES - 1 - i];
    SecureZeroMemory(reversed, sizeof(reversed));
    return written == KEY_BYTES;
}

/* HKDF is set up on the secret. With a salt it extracts first; without one the secret itself is expanded. */
static BOOL hkdf(BCRYPT_SECRET_HANDLE hSecret, const char *salt, BYTE *out, ULONG size)
{
    static char info[] = "example session key";
    BCryptBuffer buffer = {sizeof(info) - 1, KDF_HKDF_INFO, info};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, &buffer};
    ULONG written = 0;
    NTSTATUS status;

    status = BCryptSetProperty(hSecret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)BCRYPT_SHA256_ALGORITHM,
                               sizeof(BCRYPT_SHA256_ALGORITHM), 0);
    if (!succeeded("BCryptSetProperty(HkdfHashAlgorithm)", status))
        return FALSE;
    if (salt)
        status = BCryptSetProperty(hSecret, BCRYPT_HKDF_SALT_AND_FINALIZE, (PUCHAR)salt, (ULONG)strlen(salt), 0);
    else
        status = BCryptSetProperty(hSecret, BCRYPT_HKDF_PRK_AND_FINALIZE, NULL, 0, 0);
    return succeeded("BCryptSetProperty(Hkdf...AndFinalize)", status) &&
           succeeded("BCryptDeriveKey(HKDF)",
                     BCryptDeriveKey(hSecret, BCRYPT_KDF_HKDF, &list, out, size, &written, 0)) &&
           written == size;
}

static BOOL rfc7748(BCRYPT_ALG_HANDLE hAlgorithm)
{
    BCRYPT_KEY_HANDLE hAlice = NULL, hBob = NULL;
    BCRYPT_SECRET_HANDLE hAlices = NULL, hBobs = NULL;
    BYTE alices[KEY_BYTES], bobs[KEY_BYTES], salted[32], unsalted[32];
    BOOL done = importScalar(hAlgorithm, aliceScalar, &hAlice) && importScalar(hAlgorithm, bobScalar, &hBob) &&
                agree(hAlgorithm, hAlice, hBob, &hAlices) && agree(hAlgorithm, hBob, hAlice, &hBobs) &&
                raw(hAlices, alices) && raw(hBobs, bobs) &&
                hkdf(hAlices, "bcrypt-shim salt", salted, sizeof(salted)) &&
                hkdf(hBobs, NULL, unsalted, sizeof(unsalted));

    if (done) {
        print("Alice's secret", alices, sizeof(alices));
        print("Bob's   secret", bobs, sizeof(bobs));
        print("RFC 7748      ", shared, sizeof(shared));
        print("HKDF with salt", salted, sizeof(salted));
        print("HKDF expanded ", unsalted, sizeof(unsalted));
        done = memcmp(alices, shared, sizeof(shared)) == 0 && memcmp(bobs, shared, sizeof(shared)) == 0;
    }
    if (hAlices)
        BCryptDestroySecret(hAlices);
    if (hBobs)
        BCryptDestroySecret(hBobs);
    if (hAlice)
        BCryptDestroyKey(hAlice);
    if (hBob)
        BCryptDestroyKey(hBob);
    return done;
}

/* The same with keys that nobody has seen before. */
static BOOL fresh(BCRYPT_ALG_HANDLE hAlgorithm)
{
    BCRYPT_KEY_HANDLE hOne = NULL, hTwo = NULL;
    BCRYPT_SECRET_HANDLE hOnes = NULL, hTwos = NULL;
    BYTE one[64], two[64];
    BOOL done = generate(hAlgorithm, &hOne) && generate(hAlgorithm, &hTwo) && agree(hAlgorithm, hOne, hTwo, &hOnes) &&
                agree(hAlgorithm, hTwo, hOne, &hTwos) && hkdf(hOnes, "salt", one, sizeof(one)) &&
                hkdf(hTwos, "salt", two, sizeof(two)) && memcmp(one, two, sizeof(one)) == 0;

    if (hOnes)
        BCryptDestroySecret(hOnes);
    if (hTwos)
        BCryptDestroySecret(hTwos);
    if (hOne)
        BCryptDestroyKey(hOne);
    if (hTwo)
        BCryptDestroyKey(hTwo);
    return done;
}

int main(void)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BOOL same = succeeded("BCryptOpenAlgorithmProvider",
                          BCryptOpenAlgorithmProvider(&hAlgorithm, BCRYPT_ECDH_ALGORITHM, NULL, 0)) &&
                succeeded("BCryptSetProperty(ECCCurveName)",
                          BCryptSetProperty(hAlgorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)BCRYPT_ECC_CURVE_25519,
                                            sizeof(BCRYPT_ECC_CURVE_25519), 0)) &&
                rfc7748(hAlgorithm) && fresh(hAlgorithm);

    printf("X25519 with HKDF: %s\n", same ? "both sides agree" : "failed");
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return same ? 0 : 1;
}
