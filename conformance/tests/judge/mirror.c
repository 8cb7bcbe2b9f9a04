/* A library that shows what it was given: it computes nothing, and tells by its outputs how the arguments arrived. */

#include <bcrypt.h>
#include <stdlib.h>
#include <string.h>

static int fault(const char *name)
{
    const char *wanted = getenv("FAULT");
    return wanted && strcmp(wanted, name) == 0;
}

static ULONG length(LPCWSTR text)
{
    ULONG count = 0;
    while (text && text[count])
        count++;
    return count;
}

static int same(LPCWSTR text, const char *wanted)
{
    ULONG index;
    for (index = 0; index < strlen(wanted); index++)
        if (!text || text[index] != (WCHAR)wanted[index])
            return 0;
    return text[index] == 0;
}

static WCHAR *copy(WCHAR *to, const char *from)
{
    do
        *to++ = (WCHAR)*from;
    while (*from++);
    return to;
}

/* Appends to an output that has room for it. */
static void put(PUCHAR out, ULONG size, ULONG *used, const void *bytes, ULONG count)
{
    if (out && *used + count <= size)
        memcpy(out + *used, bytes, count);
    *used += count;
}

/* The padding info of the flags, field by field. */
static void padding(ULONG flags, void *info, PUCHAR out, ULONG size, ULONG *used)
{
    if (!info)
        return;
    if (flags & BCRYPT_PAD_PKCS1) {
        BCRYPT_PKCS1_PADDING_INFO *given = info;
        put(out, size, used, given->pszAlgId, 2 * length(given->pszAlgId));
    } else if (flags & BCRYPT_PAD_PSS) {
        BCRYPT_PSS_PADDING_INFO *given = info;
        put(out, size, used, given->pszAlgId, 2 * length(given->pszAlgId));
        put(out, size, used, &given->cbSalt, 4);
    } else if (flags & BCRYPT_PAD_OAEP) {
        BCRYPT_OAEP_PADDING_INFO *given = info;
        put(out, size, used, given->pszAlgId, 2 * length(given->pszAlgId));
        put(out, size, used, given->pbLabel, given->cbLabel);
        put(out, size, used, &given->cbLabel, 4);
    } else if (flags & BCRYPT_PAD_PQDSA) {
        BCRYPT_PQDSA_PADDING_INFO *given = info;
        put(out, size, used, given->pbCtx, given->cbCtx);
        put(out, size, used, given->pszPrehashAlgId, 2 * length(given->pszPrehashAlgId));
    }
}

NTSTATUS BCryptSignHash(BCRYPT_KEY_HANDLE key, PVOID info, PUCHAR in, ULONG in_size, PUCHAR out, ULONG out_size,
                        ULONG *result, ULONG flags)
{
    ULONG used = 0;
    padding(flags, info, out, out_size, &used);
    put(out, out_size, &used, in, in_size);
    *result = used;
    return STATUS_SUCCESS;
}

NTSTATUS BCryptVerifySignature(BCRYPT_KEY_HANDLE key, PVOID info, PUCHAR hash, ULONG hash_size, PUCHAR signature,
                               ULONG signature_size, ULONG flags)
{
    UCHAR own[256];
    ULONG used = 0;
    padding(flags, info, own, sizeof own, &used);
    put(own, sizeof own, &used, hash, hash_size);
    return used == signature_size && memcmp(own, signature, used) == 0 ? STATUS_SUCCESS : STATUS_INVALID_SIGNATURE;
}

/* Moves the input to the output; counts in the IV and, as an authenticated cipher does, in the info. */
NTSTATUS BCryptEncrypt(BCRYPT_KEY_HANDLE key, PUCHAR in, ULONG in_size, PVOID info, PUCHAR iv, ULONG iv_size,
                       PUCHAR out, ULONG out_size, ULONG *result, ULONG flags)
{
    ULONG index;
    *result = in_size;
    if (!out)
        return STATUS_SUCCESS;
    if (out_size < in_size)
        return STATUS_BUFFER_TOO_SMALL;
    memmove(out, in, in_size);
    for (index = 0; iv && index < iv_size; index++)
        iv[index]++;
    if (iv && fault("iv"))
        iv[iv_size] = 0;
    if (info && !flags) {
        BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO *auth = info;
        if (auth->cbSize != sizeof *auth || auth->dwInfoVersion != 1)
            return STATUS_INVALID_PARAMETER;
        auth->cbAAD += auth->cbAuthData;
        auth->cbData += in_size;
        if (auth->dwFlags & BCRYPT_AUTH_MODE_CHAIN_CALLS_FLAG)
            auth->dwFlags |= BCRYPT_AUTH_MODE_IN_PROGRESS_FLAG;
        if (auth->pbMacContext)
            auth->pbMacContext[0]++;
        if (auth->pbTag)
            memset(auth->pbTag, auth->pbNonce ? auth->pbNonce[0] : 0, auth->cbTag);
        if (fault("nonce"))
            auth->pbNonce[0]++;
        if (fault("size"))
            auth->cbTag++;
        if (fault("tag"))
            auth->pbTag[auth->cbTag] = 0;
        if (fault("info"))
            memset(auth + 1, 0, 1);
    }
    return STATUS_SUCCESS;
}

/* Adds up what each hash is given. */
NTSTATUS BCryptProcessMultiOperations(BCRYPT_HANDLE object, BCRYPT_MULTI_OPERATION_TYPE type, PVOID operations,
                                      ULONG size, ULONG flags)
{
    UCHAR sums[16] = {0};
    BCRYPT_MULTI_HASH_OPERATION *each = operations;
    if (type != BCRYPT_OPERATION_TYPE_HASH || size % sizeof *each)
        return STATUS_INVALID_PARAMETER;
    for (; size; size -= sizeof *each, each++) {
        ULONG index;
        if (each->iHash >= sizeof sums)
            return STATUS_INVALID_PARAMETER;
        for (index = 0; index < each->cbBuffer; index++)
            if (each->hashOperation == BCRYPT_HASH_OPERATION_HASH_DATA)
                sums[each->iHash] += each->pbBuffer[index];
            else
                each->pbBuffer[index] = sums[each->iHash];
        if (fault("operation"))
            each->iHash++;
    }
    return STATUS_SUCCESS;
}

/* Keeps the address of the caller's key object, and puts its own into it. */
NTSTATUS BCryptGenerateSymmetricKey(BCRYPT_ALG_HANDLE algorithm, BCRYPT_KEY_HANDLE *key, PUCHAR object,
                                    ULONG object_size, PUCHAR secret, ULONG secret_size, ULONG flags)
{
    if (!object || object_size < sizeof object + secret_size)
        return STATUS_BUFFER_TOO_SMALL;
    memcpy(object, &object, sizeof object);
    memcpy(object + sizeof object, secret, secret_size);
    if (fault("object"))
        object[object_size] = 0;
    *key = object;
    return STATUS_SUCCESS;
}

NTSTATUS BCryptDestroyKey(BCRYPT_KEY_HANDLE key)
{
    /* Whoever freed or moved the object before this is caught here. */
    return *(void **)key == key ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

NTSTATUS BCryptDeriveKeyPBKDF2(BCRYPT_ALG_HANDLE prf, PUCHAR password, ULONG password_size, PUCHAR salt, ULONG salt_size,
                               ULONGLONG iterations, PUCHAR out, ULONG out_size, ULONG flags)
{
    ULONG used = 0;
    put(out, out_size, &used, &iterations, sizeof iterations);
    put(out, out_size, &used, password, password_size);
    put(out, out_size, &used, salt, salt_size);
    return STATUS_SUCCESS;
}

NTSTATUS BCryptKeyDerivation(BCRYPT_KEY_HANDLE key, BCryptBufferDesc *list, PUCHAR out, ULONG out_size, ULONG *result,
                             ULONG flags)
{
    ULONG index, used = 0;
    put(out, out_size, &used, &list->ulVersion, 4);
    put(out, out_size, &used, &list->cBuffers, 4);
    for (index = 0; list->pBuffers && index < list->cBuffers; index++) {
        put(out, out_size, &used, &list->pBuffers[index].BufferType, 4);
        put(out, out_size, &used, list->pBuffers[index].pvBuffer, list->pBuffers[index].cbBuffer);
    }
    *result = used;
    return STATUS_SUCCESS;
}

struct contexts {
    CRYPT_CONTEXTS head;
    LPWSTR names[2];
    WCHAR text[16];
};

NTSTATUS BCryptEnumContexts(ULONG table, ULONG *size, CRYPT_CONTEXTS **buffer)
{
    struct contexts *all;
    if (!buffer || (*buffer && *size < sizeof *all)) {
        *size = sizeof *all;
        return STATUS_BUFFER_TOO_SMALL;
    }
    all = *buffer ? (struct contexts *)*buffer : calloc(1, sizeof *all);
    *size = sizeof *all;
    *buffer = &all->head;
    all->head.cContexts = 2;
    all->head.rgpszContexts = all->names;
    all->names[0] = all->text;
    all->names[1] = copy(all->text, "Default");
    copy(all->names[1], "Other");
    if (fault("buffer"))
        memset(all + 1, 0, 1);
    return STATUS_SUCCESS;
}

NTSTATUS BCryptResolveProviders(LPCWSTR context, ULONG interface, LPCWSTR function, LPCWSTR provider, ULONG mode,
                                ULONG flags, ULONG *size, CRYPT_PROVIDER_REFS **buffer)
{
    static WCHAR names[64];
    static UCHAR value[] = {1, 2, 3};
    static CRYPT_PROPERTY_REF property = {names, sizeof value, value};
    static CRYPT_PROPERTY_REF *properties[] = {&property};
    static CRYPT_IMAGE_REF image = {names, 4};
    static CRYPT_PROVIDER_REF one = {6, names, NULL, 1, properties, &image, NULL};
    static CRYPT_PROVIDER_REF *all[] = {&one, &one};
    static CRYPT_PROVIDER_REFS refs = {2, all};
    copy(names, "name");
    *size = 512;
    *buffer = &refs;
    return STATUS_SUCCESS;
}

NTSTATUS BCryptRegisterProvider(LPCWSTR name, ULONG flags, CRYPT_PROVIDER_REG *given)
{
    CRYPT_INTERFACE_REG **interfaces = given->pUM->rgpInterfaces;
    if (given->cAliases != 2 || !same(given->rgpszAliases[1], "second") || given->pKM)
        return STATUS_INVALID_PARAMETER;
    if (!same(given->pUM->pszImage, "image.dll") || given->pUM->cInterfaces != 2)
        return STATUS_NOT_FOUND;
    if (interfaces[1]->dwInterface != 6 || interfaces[0]->cFunctions != 1 || !same(interfaces[0]->rgpszFunctions[0], "SHA256"))
        return STATUS_NOT_SUPPORTED;
    if (fault("deep"))
        interfaces[0]->dwFlags = 1;
    return STATUS_SUCCESS;
}

NTSTATUS BCryptQueryContextFunctionProperty(ULONG table, LPCWSTR context, ULONG interface, LPCWSTR function,
                                            LPCWSTR property, ULONG *size, PUCHAR *value)
{
    *size = 3;
    *value = malloc(3);
    memcpy(*value, "abc", 3);
    return STATUS_SUCCESS;
}

NTSTATUS GetHashInterface(LPCWSTR provider, LPCWSTR algorithm, BCRYPT_HASH_FUNCTION_TABLE **table, ULONG flags)
{
    static struct {
        USHORT major, minor;
        void *functions[3];
    } all = {2, 1, {GetHashInterface, NULL, GetHashInterface}};
    *table = (BCRYPT_HASH_FUNCTION_TABLE *)&all;
    return STATUS_SUCCESS;
}

void BCryptFreeBuffer(PVOID buffer)
{
    free(buffer);
}
