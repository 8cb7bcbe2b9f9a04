#include "keyexchange.h"

/* SHA-256 over a label and the secret. */
static BOOL byHash(BCRYPT_SECRET_HANDLE hSecret, BYTE *key, ULONG *size)
{
    static char label[] = "keyexchange session";
    BCryptBuffer buffers[] = {
        {sizeof(BCRYPT_SHA256_ALGORITHM), KDF_HASH_ALGORITHM, (PVOID)BCRYPT_SHA256_ALGORITHM},
        {sizeof(label) - 1, KDF_SECRET_PREPEND, label},
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, ARRAYSIZE(buffers), buffers};

    return succeeded("BCryptDeriveKey(HASH)",
                     BCryptDeriveKey(hSecret, BCRYPT_KDF_HASH, &list, key, SESSION_KEY_BYTES, size, 0));
}

static BOOL byHkdf(BCRYPT_SECRET_HANDLE hSecret, BYTE *key, ULONG *size)
{
    static char info[] = "keyexchange session", salt[] = "keyexchange";
    BCryptBuffer buffer = {sizeof(info) - 1, KDF_HKDF_INFO, info};
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, 1, &buffer};

    return succeeded("BCryptSetProperty(HkdfHashAlgorithm)",
                     BCryptSetProperty(hSecret, BCRYPT_HKDF_HASH_ALGORITHM, (PUCHAR)BCRYPT_SHA256_ALGORITHM,
                                       sizeof(BCRYPT_SHA256_ALGORITHM), 0)) &&
           succeeded("BCryptSetProperty(HkdfSaltAndFinalize)",
                     BCryptSetProperty(hSecret, BCRYPT_HKDF_SALT_AND_FINALIZE, (PUCHAR)salt, sizeof(salt) - 1, 0)) &&
           succeeded("BCryptDeriveKey(HKDF)",
                     BCryptDeriveKey(hSecret, BCRYPT_KDF_HKDF, &list, key, SESSION_KEY_BYTES, size, 0));
}

BOOL deriveSessionKey(BCRYPT_KEY_HANDLE hKey, BCRYPT_KEY_HANDLE hPeer, BOOL x25519, BYTE *key)
{
    BCRYPT_SECRET_HANDLE hSecret = NULL;
    ULONG size = 0;
    BOOL done = succeeded("BCryptSecretAgreement", BCryptSecretAgreement(hKey, hPeer, &hSecret, 0)) &&
                (x25519 ? byHkdf(hSecret, key, &size) : byHash(hSecret, key, &size)) && size == SESSION_KEY_BYTES;

    if (hSecret)
        BCryptDestroySecret(hSecret);
    return done;
}
