/* A plug-in with libbcrypt.a in it. */
#include <bcrypt.h>

int use(void)
{
    BCRYPT_KEY_HANDLE key;
    NTSTATUS status = BCryptGenerateKeyPair(BCRYPT_ECDH_P256_ALG_HANDLE, &key, 256, 0);
    if (status == 0) {
        status = BCryptFinalizeKeyPair(key, 0);
        BCryptDestroyKey(key);
    }
    return status != 0;
}
