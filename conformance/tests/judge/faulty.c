/* A library that answers as another one does, but for one fault that BCryptDeriveKey has on demand. */

#include <bcrypt.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *real(const char *name)
{
    static void *library;
    if (!library)
        library = dlopen(getenv("REAL_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : NULL;
}

static int fault(const char *name)
{
    const char *wanted = getenv("FAULT");
    return wanted && strcmp(wanted, name) == 0;
}

#define FORWARD(name, parameters, arguments)          \
    NTSTATUS name parameters                          \
    {                                                 \
        NTSTATUS(*call) parameters = real(#name);     \
        return call arguments;                        \
    }

FORWARD(BCryptImportKeyPair,
        (BCRYPT_ALG_HANDLE a, BCRYPT_KEY_HANDLE b, LPCWSTR c, BCRYPT_KEY_HANDLE *d, PUCHAR e, ULONG f, ULONG g),
        (a, b, c, d, e, f, g))
FORWARD(BCryptSecretAgreement, (BCRYPT_KEY_HANDLE a, BCRYPT_KEY_HANDLE b, BCRYPT_SECRET_HANDLE *c, ULONG d), (a, b, c, d))
FORWARD(BCryptDestroySecret, (BCRYPT_SECRET_HANDLE a), (a))

/* Left out of the library that lacks an export. */
#ifndef WITHOUT_DESTROY_KEY
FORWARD(BCryptDestroyKey, (BCRYPT_KEY_HANDLE a), (a))
#endif

NTSTATUS BCryptDeriveKey(BCRYPT_SECRET_HANDLE secret, LPCWSTR kdf, BCryptBufferDesc *list, PUCHAR out, ULONG size,
                         ULONG *result, ULONG flags)
{
    NTSTATUS (*call)(BCRYPT_SECRET_HANDLE, LPCWSTR, BCryptBufferDesc *, PUCHAR, ULONG, ULONG *, ULONG) =
        real("BCryptDeriveKey");
    NTSTATUS status = call(secret, kdf, list, out, size, result, flags);
    if (fault("crash"))
        *(volatile int *)0 = 0;
    if (fault("hang"))
        pause();
    if (fault("exit"))
        _exit(0);
    if (fault("print"))
        puts("a line of debugging");
    if (fault("status"))
        return STATUS_NOT_SUPPORTED;
    if (fault("size"))
        *result += 1;
    if (fault("input") && list && list->cBuffers)
        ((PUCHAR)list->pBuffers[0].pvBuffer)[0] ^= 1;
    if (out && fault("byte"))
        out[7] ^= 1;
    if (out && fault("beyond"))
        out[size - 1] ^= 1;
    if (out && fault("outside"))
        out[size] ^= 1;
    if (out && fault("before"))
        out[-1] ^= 1;
    return status;
}
