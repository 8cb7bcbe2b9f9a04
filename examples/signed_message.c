/* Signs a file with a new key of each of CNG's algorithms, and verifies it as somebody else would: with the public key and
 * the signature alone. A file of which one bit was changed is refused.
 *
 *   signed_message [FILE]              writes NAME.public and NAME.signature for each algorithm
 *   signed_message verify NAME FILE    reads them again
 *
 * Without a FILE it signs message.txt, which it writes first. NAME.public is a blob as BCryptExportKey gives it.
 * Exit code: 0, or 1 if anything failed. An algorithm that the library does not have is told, and is no failure.
 */
/* Names of Windows 10; Windows' headers hide them from programs for older systems. */
#define _WIN32_WINNT 0x0A00

#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <bcrypt.h>

/* The headers of older SDKs and of mingw-w64 10 lack these. */
#ifndef BCRYPT_ECDSA_ALGORITHM
#define BCRYPT_ECDSA_ALGORITHM L"ECDSA"
#endif
#ifndef BCRYPT_ECC_CURVE_NAME
#define BCRYPT_ECC_CURVE_NAME L"ECCCurveName"
#endif
#ifndef BCRYPT_ECC_CURVE_BRAINPOOLP256R1
#define BCRYPT_ECC_CURVE_BRAINPOOLP256R1 L"brainpoolP256r1"
#endif

#define NOT_FOUND ((NTSTATUS)0xC0000225)
#define INVALID_SIGNATURE ((NTSTATUS)0xC000A000)
#define LARGEST 4096 /* bytes of a blob or a signature */
#define LONGEST 64   /* bytes of a digest */
#define SALT 32

typedef struct SCHEME {
    const char *name;
    LPCWSTR algorithm;
    LPCWSTR curve; /* of generic ECDSA */
    ULONG bits;
    LPCWSTR hash;
    LPCWSTR blob;
    ULONG padding;
} SCHEME;

static const SCHEME schemes[] = {
    {"ecdsa-p256", BCRYPT_ECDSA_P256_ALGORITHM, NULL, 256, BCRYPT_SHA256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, 0},
    {"ecdsa-p384", BCRYPT_ECDSA_P384_ALGORITHM, NULL, 384, BCRYPT_SHA384_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, 0},
    {"ecdsa-p521", BCRYPT_ECDSA_P521_ALGORITHM, NULL, 521, BCRYPT_SHA512_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, 0},
    {"ecdsa-brainpool", BCRYPT_ECDSA_ALGORITHM, BCRYPT_ECC_CURVE_BRAINPOOLP256R1, 256, BCRYPT_SHA256_ALGORITHM,
     BCRYPT_ECCPUBLIC_BLOB, 0},
    {"rsa-pkcs1", BCRYPT_RSA_ALGORITHM, NULL, 2048, BCRYPT_SHA256_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, BCRYPT_PAD_PKCS1},
    {"rsa-pss", BCRYPT_RSA_ALGORITHM, NULL, 2048, BCRYPT_SHA256_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, BCRYPT_PAD_PSS},
    /* A digest of DSA is as long as q: 20 bytes up to 1024 bits, 32 above. */
    {"dsa-1024", BCRYPT_DSA_ALGORITHM, NULL, 1024, BCRYPT_SHA1_ALGORITHM, BCRYPT_DSA_PUBLIC_BLOB, 0},
    {"dsa-2048", BCRYPT_DSA_ALGORITHM, NULL, 2048, BCRYPT_SHA256_ALGORITHM, BCRYPT_DSA_PUBLIC_BLOB, 0},
};

typedef struct BYTES {
    BYTE bytes[LARGEST];
    ULONG count;
} BYTES;

static BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "%s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

/* Hashes a file, or what it would be with its first bit changed. */
static BOOL hashFile(const char *path, LPCWSTR algorithm, BOOL changed, BYTES *digest)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    BCRYPT_HASH_HANDLE hHash = NULL;
    static BYTE chunk[65536];
    ULONG cbResult;
    size_t count;
    FILE *file = fopen(path, "rb");
    BOOL done = FALSE;

    if (!file) {
        fprintf(stderr, "%s can't be read\n", path);
        return FALSE;
    }
    if (!succeeded("BCryptOpenAlgorithmProvider", BCryptOpenAlgorithmProvider(&hAlgorithm, algorithm, NULL, 0)) ||
        !succeeded("BCryptGetProperty", BCryptGetProperty(hAlgorithm, BCRYPT_HASH_LENGTH, (PUCHAR)&digest->count,
                                                          sizeof(digest->count), &cbResult, 0)) ||
        !succeeded("BCryptCreateHash", BCryptCreateHash(hAlgorithm, &hHash, NULL, 0, NULL, 0, 0)))
        goto end;
    while ((count = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        if (changed)
            chunk[0] ^= 0x80;
        changed = FALSE;
        if (!succeeded("BCryptHashData", BCryptHashData(hHash, chunk, (ULONG)count, 0)))
            goto end;
    }
    done = !ferror(file) && succeeded("BCryptFinishHash", BCryptFinishHash(hHash, digest->bytes, digest->count, 0));
end:
    if (hHash)
        BCryptDestroyHash(hHash);
    if (hAlgorithm)
        BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    fclose(file);
    return done;
}

/* Bytes of a text with its NUL, whatever the compiler takes for a wide character. */
static ULONG sizeOf(LPCWSTR text)
{
    ULONG length = 0;

    while (text[length])
        length++;
    return (length + 1) * (ULONG)sizeof(*text);
}

/* Opens a scheme's algorithm, with its curve; NULL without a complaint if there is none. */
static BOOL openScheme(const SCHEME *scheme, BCRYPT_ALG_HANDLE *phAlgorithm)
{
    NTSTATUS status = BCryptOpenAlgorithmProvider(phAlgorithm, scheme->algorithm, NULL, 0);

    if (status == NOT_FOUND) {
        *phAlgorithm = NULL;
        return TRUE;
    }
    if (!succeeded("BCryptOpenAlgorithmProvider", status))
        return FALSE;
    if (!scheme->curve)
        return TRUE;
    return succeeded("BCryptSetProperty(ECCCurveName)",
                     BCryptSetProperty(*phAlgorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)scheme->curve,
                                       sizeOf(scheme->curve), 0));
}

/* What goes with a scheme's padding flag; NULL where there is none. */
static VOID *paddingOf(const SCHEME *scheme)
{
    static BCRYPT_PKCS1_PADDING_INFO pkcs1;
    static BCRYPT_PSS_PADDING_INFO pss;

    pkcs1.pszAlgId = scheme->hash;
    pss.pszAlgId = scheme->hash;
    pss.cbSalt = SALT;
    return scheme->padding == BCRYPT_PAD_PKCS1 ? (VOID *)&pkcs1 : scheme->padding == BCRYPT_PAD_PSS ? (VOID *)&pss : NULL;
}

/* Makes a key, signs a digest with it, and keeps the public half. */
static BOOL signDigest(const SCHEME *scheme, BCRYPT_ALG_HANDLE hAlgorithm, BYTES *digest, BYTES *publicKey, BYTES *signature)
{
    BCRYPT_KEY_HANDLE hKey = NULL;
    ULONG cbNeeded;
    BOOL done =
        succeeded("BCryptGenerateKeyPair", BCryptGenerateKeyPair(hAlgorithm, &hKey, scheme->bits, 0)) &&
        succeeded("BCryptFinalizeKeyPair", BCryptFinalizeKeyPair(hKey, 0)) &&
        succeeded("BCryptSignHash (size)", BCryptSignHash(hKey, paddingOf(scheme), digest->bytes, digest->count, NULL, 0,
                                                          &cbNeeded, scheme->padding)) &&
        cbNeeded <= LARGEST &&
        succeeded("BCryptSignHash", BCryptSignHash(hKey, paddingOf(scheme), digest->bytes, digest->count, signature->bytes,
                                                   cbNeeded, &signature->count, scheme->padding)) &&
        succeeded("BCryptExportKey", BCryptExportKey(hKey, NULL, scheme->blob, publicKey->bytes, LARGEST, &publicKey->count, 0));

    if (hKey)
        BCryptDestroyKey(hKey);
    return done;
}

/* Verifies a file with what its author published. */
static BOOL verifyFile(const SCHEME *scheme, BCRYPT_ALG_HANDLE hAlgorithm, const char *path, BYTES *publicKey,
                       BYTES *signature)
{
    BCRYPT_KEY_HANDLE hKey = NULL;
    BYTES digest;
    NTSTATUS status;
    BOOL changed, done;

    if (!succeeded("BCryptImportKeyPair", BCryptImportKeyPair(hAlgorithm, NULL, scheme->blob, &hKey, publicKey->bytes,
                                                              publicKey->count, 0)))
        return FALSE;
    done = TRUE;
    for (changed = FALSE; done && changed <= TRUE; changed++) {
        done = hashFile(path, scheme->hash, changed, &digest);
        if (!done)
            break;
        status = BCryptVerifySignature(hKey, paddingOf(scheme), digest.bytes, digest.count, signature->bytes, signature->count,
                                       scheme->padding);
        if (changed && status != INVALID_SIGNATURE) {
            fprintf(stderr, "%s: the changed file is not refused: 0x%08lx\n", scheme->name, (unsigned long)(ULONG)status);
            done = FALSE;
        } else if (!changed) {
            done = succeeded("BCryptVerifySignature", status);
        }
    }
    BCryptDestroyKey(hKey);
    return done;
}

/* NAME.public or NAME.signature, read or written. */
static BOOL keep(const SCHEME *scheme, const char *what, const char *mode, BYTES *bytes)
{
    char path[64];
    FILE *file;
    BOOL done;

    snprintf(path, sizeof(path), "%s.%s", scheme->name, what);
    file = fopen(path, mode);
    if (!file) {
        fprintf(stderr, "%s can't be opened\n", path);
        return FALSE;
    }
    if (mode[0] == 'w') {
        done = fwrite(bytes->bytes, 1, bytes->count, file) == bytes->count;
    } else {
        bytes->count = (ULONG)fread(bytes->bytes, 1, LARGEST, file);
        done = !ferror(file);
    }
    return fclose(file) == 0 && done;
}

static BOOL signAndVerify(const SCHEME *scheme, const char *path)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    static BYTES digest, publicKey, signature;
    BOOL done;

    if (!openScheme(scheme, &hAlgorithm))
        return FALSE;
    if (!hAlgorithm) {
        printf("%s: this library does not have it\n", scheme->name);
        return TRUE;
    }
    done = hashFile(path, scheme->hash, FALSE, &digest) && signDigest(scheme, hAlgorithm, &digest, &publicKey, &signature) &&
           keep(scheme, "public", "wb", &publicKey) && keep(scheme, "signature", "wb", &signature) &&
           verifyFile(scheme, hAlgorithm, path, &publicKey, &signature);
    if (done)
        printf("%s: signed in %lu bytes; verified, and refused once changed\n", scheme->name, (unsigned long)signature.count);
    BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

static BOOL verifyOnly(const SCHEME *scheme, const char *path)
{
    BCRYPT_ALG_HANDLE hAlgorithm = NULL;
    static BYTES publicKey, signature;
    BOOL done;

    if (!openScheme(scheme, &hAlgorithm))
        return FALSE;
    if (!hAlgorithm) {
        printf("%s: this library does not have it\n", scheme->name);
        return FALSE;
    }
    done = keep(scheme, "public", "rb", &publicKey) && keep(scheme, "signature", "rb", &signature) &&
           verifyFile(scheme, hAlgorithm, path, &publicKey, &signature);
    if (done)
        printf("%s: verified\n", scheme->name);
    BCryptCloseAlgorithmProvider(hAlgorithm, 0);
    return done;
}

static BOOL writeMessage(const char *path)
{
    FILE *file = fopen(path, "wb");

    return file && fputs("Meet me at the old bridge at noon.\n", file) >= 0 && fclose(file) == 0;
}

int main(int argc, char **argv)
{
    const char *path = argc == 2 ? argv[1] : argc == 4 ? argv[3] : "message.txt";
    BOOL done = TRUE, found = FALSE;
    size_t i;

    if (argc == 3 || argc > 4 || (argc == 4 && strcmp(argv[1], "verify") != 0)) {
        fprintf(stderr, "usage: signed_message [FILE]\n       signed_message verify NAME FILE\n");
        return 1;
    }
    if (argc == 1 && !writeMessage(path)) {
        fprintf(stderr, "%s can't be written\n", path);
        return 1;
    }
    for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (argc != 4) {
            done = signAndVerify(&schemes[i], path) && done;
        } else if (strcmp(argv[2], schemes[i].name) == 0) {
            found = TRUE;
            done = verifyOnly(&schemes[i], path);
        }
    }
    if (argc == 4 && !found) {
        fprintf(stderr, "there is no scheme %s\n", argv[2]);
        return 1;
    }
    return done ? 0 : 1;
}
