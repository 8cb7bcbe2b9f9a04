/* The life of a key of each kind, from its making to a derived key. */
#ifndef LIFE_H
#define LIFE_H

#define _GNU_SOURCE
#include "../valgrind/check.h"

#include <string.h>

struct kind {
    const char *name;
    LPCWSTR id, curve;
    ULONG curve_size, bits;
    LPCWSTR private_type;
};

#define CURVE(name) name, sizeof name
/* The last ones make a group of their own, with the engine's generator of random numbers. */
static const struct kind kinds[] = {
    {"P-256", u"ECDH_P256", NULL, 0, 256, BCRYPT_ECCPRIVATE_BLOB},
    {"P-384", u"ECDH_P384", NULL, 0, 384, BCRYPT_ECCPRIVATE_BLOB},
    {"P-521", u"ECDH_P521", NULL, 0, 521, BCRYPT_ECCPRIVATE_BLOB},
    {"curve25519", u"ECDH", CURVE(u"curve25519"), 0, BCRYPT_ECCPRIVATE_BLOB},
    {"secp256k1", u"ECDH", CURVE(u"secP256k1"), 0, BCRYPT_ECCPRIVATE_BLOB},
    {"brainpoolP512r1", u"ECDH", CURVE(u"brainpoolP512r1"), 0, BCRYPT_ECCFULLPRIVATE_BLOB},
    {"DH 2048", u"DH", NULL, 0, 2048, BCRYPT_DH_PRIVATE_BLOB},
    {"DH 4096", u"DH", NULL, 0, 4096, BCRYPT_DH_PRIVATE_BLOB},
    {"DH 512", u"DH", NULL, 0, 512, BCRYPT_DH_PRIVATE_BLOB},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* An opened provider for a kind of key. */
static BCRYPT_ALG_HANDLE provider_of(const struct kind *kind)
{
    BCRYPT_ALG_HANDLE algorithm = opened(kind->id);
    if (kind->curve)
        OK(BCryptSetProperty(algorithm, BCRYPT_ECC_CURVE_NAME, (PUCHAR)kind->curve, kind->curve_size, 0));
    return algorithm;
}

/* Makes a key, lets it agree with itself once imported again, derives from both secrets, and compares. The last
 * bytes of its private blob tell it from any other key. Gives the first status that is none of success. */
static NTSTATUS live(const struct kind *kind, BYTE private_end[16])
{
    BCRYPT_ALG_HANDLE algorithm = provider_of(kind);
    BCRYPT_KEY_HANDLE key = NULL, again = NULL;
    BCRYPT_SECRET_HANDLE one = NULL, other = NULL;
    BYTE blob[3 * 1024], derived[2][20];
    ULONG size;
    NTSTATUS status = BCryptGenerateKeyPair(algorithm, &key, kind->bits, 0);
    if (status == 0)
        status = BCryptFinalizeKeyPair(key, 0);
    if (status == 0)
        status = BCryptExportKey(key, NULL, kind->private_type, blob, sizeof blob, &size, 0);
    if (status == 0) {
        memcpy(private_end, blob + size - 16, 16);
        status = BCryptImportKeyPair(algorithm, NULL, kind->private_type, &again, blob, size, 0);
    }
    if (status == 0)
        status = BCryptSecretAgreement(key, again, &one, 0);
    if (status == 0)
        status = BCryptSecretAgreement(again, key, &other, 0);
    if (status == 0)
        status = BCryptDeriveKey(one, BCRYPT_KDF_HASH, NULL, derived[0], 20, &size, 0);
    if (status == 0)
        status = BCryptDeriveKey(other, BCRYPT_KDF_HMAC, NULL, derived[1], 20, &size, 0);
    if (status == 0)
        status = BCryptDeriveKey(other, BCRYPT_KDF_HASH, NULL, derived[1], 20, &size, 0);
    if (status == 0 && memcmp(derived[0], derived[1], 20) != 0)
        status = STATUS_DATA_ERROR;
    if (one)
        OK(BCryptDestroySecret(one));
    if (other)
        OK(BCryptDestroySecret(other));
    if (again)
        OK(BCryptDestroyKey(again));
    if (key)
        OK(BCryptDestroyKey(key));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    return status;
}

#endif
