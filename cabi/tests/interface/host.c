/* A host of providers: finds the provider's file, loads it, and hashes, encrypts, agrees, signs and draws random bytes
 * through its function tables. The layouts are those of bcrypt_provider.h in Microsoft's development kit: a version of two
 * 16-bit numbers, padded to a pointer, then the functions in their order. */
#include <bcrypt.h>

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define AT(table, place, field)                                                                                        \
    _Static_assert(offsetof(BCRYPT_##table##_FUNCTION_TABLE, field) == (place) * sizeof(void *), #table " " #field)
#define COMMON(table)                                                                                                  \
    _Static_assert(offsetof(BCRYPT_##table##_FUNCTION_TABLE, Version.MinorVersion) == 2, #table " version");           \
    AT(table, 0, Version);                                                                                             \
    AT(table, 1, OpenAlgorithmProvider);                                                                               \
    AT(table, 2, GetProperty);                                                                                         \
    AT(table, 3, SetProperty);                                                                                         \
    AT(table, 4, CloseAlgorithmProvider)
#define SIZE(table, functions)                                                                                         \
    _Static_assert(sizeof(BCRYPT_##table##_FUNCTION_TABLE) == (1 + (functions)) * sizeof(void *), #table " size")

COMMON(CIPHER);
AT(CIPHER, 5, GenerateKey);
AT(CIPHER, 6, Encrypt);
AT(CIPHER, 7, Decrypt);
AT(CIPHER, 8, ImportKey);
AT(CIPHER, 9, ExportKey);
AT(CIPHER, 10, DuplicateKey);
AT(CIPHER, 11, DestroyKey);
SIZE(CIPHER, 11);
COMMON(HASH);
AT(HASH, 5, CreateHash);
AT(HASH, 6, HashData);
AT(HASH, 7, FinishHash);
AT(HASH, 8, DuplicateHash);
AT(HASH, 9, DestroyHash);
AT(HASH, 10, CreateMultiHash);
AT(HASH, 11, ProcessMultiOperations);
SIZE(HASH, 11);
COMMON(ASYMMETRIC_ENCRYPTION);
AT(ASYMMETRIC_ENCRYPTION, 5, GenerateKeyPair);
AT(ASYMMETRIC_ENCRYPTION, 6, FinalizeKeyPair);
AT(ASYMMETRIC_ENCRYPTION, 7, Encrypt);
AT(ASYMMETRIC_ENCRYPTION, 8, Decrypt);
AT(ASYMMETRIC_ENCRYPTION, 9, ImportKeyPair);
AT(ASYMMETRIC_ENCRYPTION, 10, ExportKey);
AT(ASYMMETRIC_ENCRYPTION, 11, DestroyKey);
AT(ASYMMETRIC_ENCRYPTION, 12, SignHash);
AT(ASYMMETRIC_ENCRYPTION, 13, VerifySignature);
SIZE(ASYMMETRIC_ENCRYPTION, 13);
COMMON(SECRET_AGREEMENT);
AT(SECRET_AGREEMENT, 5, SecretAgreement);
AT(SECRET_AGREEMENT, 6, DeriveKey);
AT(SECRET_AGREEMENT, 7, DestroySecret);
AT(SECRET_AGREEMENT, 8, GenerateKeyPair);
AT(SECRET_AGREEMENT, 9, FinalizeKeyPair);
AT(SECRET_AGREEMENT, 10, ImportKeyPair);
AT(SECRET_AGREEMENT, 11, ExportKey);
AT(SECRET_AGREEMENT, 12, DestroyKey);
SIZE(SECRET_AGREEMENT, 12);
COMMON(SIGNATURE);
AT(SIGNATURE, 5, GenerateKeyPair);
AT(SIGNATURE, 6, FinalizeKeyPair);
AT(SIGNATURE, 7, SignHash);
AT(SIGNATURE, 8, VerifySignature);
AT(SIGNATURE, 9, ImportKeyPair);
AT(SIGNATURE, 10, ExportKey);
AT(SIGNATURE, 11, DestroyKey);
SIZE(SIGNATURE, 11);
COMMON(RNG);
AT(RNG, 5, GenRandom);
SIZE(RNG, 5);
COMMON(KEY_DERIVATION);
AT(KEY_DERIVATION, 5, GenerateKey);
AT(KEY_DERIVATION, 6, DestroyKey);
AT(KEY_DERIVATION, 7, KeyDerivation);
AT(KEY_DERIVATION, 8, ExportKey);
AT(KEY_DERIVATION, 9, ImportKey);
AT(KEY_DERIVATION, 10, DuplicateKey);
SIZE(KEY_DERIVATION, 10);

#define OK(call)                                                                                                       \
    do {                                                                                                               \
        NTSTATUS status = (call);                                                                                      \
        if (status != STATUS_SUCCESS) {                                                                                \
            printf("line %d: %s: 0x%08X\n", __LINE__, #call, (unsigned)status);                                        \
            return 1;                                                                                                  \
        }                                                                                                              \
    } while (0)
#define WANT(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("line %d: not %s\n", __LINE__, #condition);                                                         \
            return 1;                                                                                                  \
        }                                                                                                              \
    } while (0)

typedef NTSTATUS(BCRYPT_SHIM_CALL *GetInterface)(LPCWSTR, LPCWSTR, void **, ULONG);
typedef NTSTATUS(BCRYPT_SHIM_CALL *GetRng)(LPCWSTR, BCRYPT_RNG_FUNCTION_TABLE **, ULONG);

static void *provider;

/* The table of an algorithm, by the name of the function that gives it. */
static void *table(const char *function, LPCWSTR id)
{
    GetInterface get;
    void *found = NULL;
    *(void **)&get = dlsym(provider, function);
    return get && get(MS_PRIMITIVE_PROVIDER, id, &found, 0) == STATUS_SUCCESS ? found : NULL;
}

/* Loads the file that the registration names. */
static int load(void)
{
    CRYPT_PROVIDER_REFS *refs = NULL;
    ULONG size = 0;
    char image[64];
    size_t at = 0;
    OK(BCryptResolveProviders(NULL, BCRYPT_HASH_INTERFACE, BCRYPT_SHA256_ALGORITHM, NULL, CRYPT_UM, 0, &size, &refs));
    WANT(refs->cProviders == 1 && refs->rgpProviders[0]->pUM);
    do
        image[at] = (char)refs->rgpProviders[0]->pUM->pszImage[at];
    while (image[at] && ++at < sizeof image);
    BCryptFreeBuffer(refs);
    provider = dlopen(image, RTLD_NOW | RTLD_LOCAL);
    WANT(provider);
    printf("%s", image);
    return 0;
}

static int hashes(void)
{
    static const UCHAR wanted[4] = {0xba, 0x78, 0x16, 0xbf};
    BCRYPT_HASH_FUNCTION_TABLE *hash = table("GetHashInterface", BCRYPT_SHA256_ALGORITHM);
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_HASH_HANDLE one = NULL, copy = NULL;
    UCHAR first[32], second[32];
    WANT(hash && hash->Version.MajorVersion == BCRYPT_HASH_INTERFACE_MAJORVERSION_2 && !hash->Version.MinorVersion);
    OK(hash->OpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, 0));
    OK(hash->CreateHash(algorithm, &one, NULL, 0, NULL, 0, 0));
    OK(hash->HashData(one, (PUCHAR) "abc", 3, 0));
    OK(hash->DuplicateHash(one, &copy, NULL, 0, 0));
    OK(hash->FinishHash(one, first, sizeof first, 0));
    OK(hash->FinishHash(copy, second, sizeof second, 0));
    WANT(!memcmp(first, wanted, sizeof wanted) && !memcmp(first, second, sizeof first));
    OK(hash->DestroyHash(one));
    OK(hash->DestroyHash(copy));
    OK(hash->CloseAlgorithmProvider(algorithm, 0));
    return 0;
}

static int encrypts(void)
{
    static const UCHAR wanted[4] = {0x66, 0xe9, 0x4b, 0xd4}; /* AES-128 of zeros with a key of zeros */
    BCRYPT_CIPHER_FUNCTION_TABLE *cipher = table("GetCipherInterface", BCRYPT_AES_ALGORITHM);
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR secret[16] = {0}, text[16] = {0}, encrypted[16];
    ULONG size = 0;
    WANT(cipher && cipher->Version.MajorVersion == 1);
    OK(cipher->OpenAlgorithmProvider(&algorithm, BCRYPT_AES_ALGORITHM, 0));
    OK(cipher->SetProperty(algorithm, BCRYPT_CHAINING_MODE, (PUCHAR)BCRYPT_CHAIN_MODE_ECB, sizeof(BCRYPT_CHAIN_MODE_ECB), 0));
    OK(cipher->GenerateKey(algorithm, &key, NULL, 0, secret, sizeof secret, 0));
    OK(cipher->Encrypt(key, text, sizeof text, NULL, NULL, 0, encrypted, sizeof encrypted, &size, 0));
    WANT(size == 16 && !memcmp(encrypted, wanted, sizeof wanted));
    OK(cipher->Decrypt(key, encrypted, sizeof encrypted, NULL, NULL, 0, encrypted, sizeof encrypted, &size, 0));
    WANT(!memcmp(encrypted, text, sizeof text));
    OK(cipher->DestroyKey(key));
    OK(cipher->CloseAlgorithmProvider(algorithm, 0));
    return 0;
}

static int agrees(void)
{
    BCRYPT_SECRET_AGREEMENT_FUNCTION_TABLE *agreement =
        table("GetSecretAgreementInterface", BCRYPT_ECDH_P256_ALGORITHM);
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE keys[2] = {NULL, NULL};
    BCRYPT_SECRET_HANDLE secrets[2] = {NULL, NULL};
    UCHAR derived[2][20];
    ULONG size = 0;
    int i;
    WANT(agreement);
    OK(agreement->OpenAlgorithmProvider(&algorithm, BCRYPT_ECDH_P256_ALGORITHM, 0));
    for (i = 0; i < 2; i++) {
        OK(agreement->GenerateKeyPair(algorithm, &keys[i], 256, 0));
        OK(agreement->FinalizeKeyPair(keys[i], 0));
    }
    for (i = 0; i < 2; i++) {
        OK(agreement->SecretAgreement(keys[i], keys[1 - i], &secrets[i], 0));
        OK(agreement->DeriveKey(secrets[i], BCRYPT_KDF_HASH, NULL, derived[i], sizeof derived[i], &size, 0));
        WANT(size == sizeof derived[i]);
    }
    WANT(!memcmp(derived[0], derived[1], sizeof derived[0]));
    for (i = 0; i < 2; i++) {
        OK(agreement->DestroySecret(secrets[i]));
        OK(agreement->DestroyKey(keys[i]));
    }
    OK(agreement->CloseAlgorithmProvider(algorithm, 0));
    return 0;
}

static int signs(void)
{
    BCRYPT_SIGNATURE_FUNCTION_TABLE *signature = table("GetSignatureInterface", BCRYPT_ECDSA_P256_ALGORITHM);
    BCRYPT_ALG_HANDLE algorithm = NULL;
    BCRYPT_KEY_HANDLE key = NULL;
    UCHAR digest[32] = {1}, bytes[64];
    ULONG size = 0;
    WANT(signature);
    OK(signature->OpenAlgorithmProvider(&algorithm, BCRYPT_ECDSA_P256_ALGORITHM, 0));
    OK(signature->GenerateKeyPair(algorithm, &key, 256, 0));
    OK(signature->FinalizeKeyPair(key, 0));
    OK(signature->SignHash(key, NULL, digest, sizeof digest, bytes, sizeof bytes, &size, 0));
    OK(signature->VerifySignature(key, NULL, digest, sizeof digest, bytes, size, 0));
    digest[0]++;
    WANT(signature->VerifySignature(key, NULL, digest, sizeof digest, bytes, size, 0) == STATUS_INVALID_SIGNATURE);
    OK(signature->DestroyKey(key));
    OK(signature->CloseAlgorithmProvider(algorithm, 0));
    return 0;
}

static int draws(void)
{
    static const UCHAR zeros[32];
    BCRYPT_RNG_FUNCTION_TABLE *rng = NULL;
    BCRYPT_ALG_HANDLE algorithm = NULL;
    UCHAR bytes[32] = {0};
    GetRng get;
    *(void **)&get = dlsym(provider, "GetRngInterface");
    WANT(get);
    OK(get(NULL, &rng, 0));
    OK(rng->OpenAlgorithmProvider(&algorithm, BCRYPT_RNG_ALGORITHM, 0));
    OK(rng->GenRandom(algorithm, bytes, sizeof bytes, 0));
    WANT(memcmp(bytes, zeros, sizeof bytes));
    OK(rng->CloseAlgorithmProvider(algorithm, 0));
    return 0;
}

int main(void)
{
    if (load() || hashes() || encrypts() || agrees() || signs() || draws())
        return 1;
    puts(" hashes, encrypts, agrees, signs and draws through its tables");
    return 0;
}
