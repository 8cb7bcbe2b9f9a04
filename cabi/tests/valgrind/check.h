/* What both programs share: statuses that are wanted, and blocks of memory of exactly the needed size, so that
 * valgrind sees every byte read or written past an end and every byte used before it was set. */
#ifndef CHECK_H
#define CHECK_H

#include <windows.h>
#include <bcrypt.h>

#include <stdio.h>
#include <stdlib.h>

static int failures;

static void want(int line, const char *call, NTSTATUS status, NTSTATUS wanted)
{
    if (status == wanted)
        return;
    printf("line %d: %s gave %08x, not %08x\n", line, call, (unsigned)status, (unsigned)wanted);
    failures++;
}

#define WANT(wanted, call) want(__LINE__, #call, (call), (wanted))
#define OK(call) WANT(STATUS_SUCCESS, call)
#define TRUE_HERE(what) want(__LINE__, #what, (what) ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL, STATUS_SUCCESS)

/* malloc of nothing may be NULL, which the library would take for a size query. */
static void *block(ULONG size)
{
    void *memory = malloc(size ? size : 1);
    if (!memory)
        exit(2);
    return memory;
}

static BYTE *copy_of(const void *bytes, ULONG size)
{
    return memcpy(block(size), bytes, size);
}

static BCRYPT_ALG_HANDLE opened(LPCWSTR id)
{
    BCRYPT_ALG_HANDLE algorithm = NULL;
    OK(BCryptOpenAlgorithmProvider(&algorithm, id, NULL, 0));
    return algorithm;
}

static BCRYPT_KEY_HANDLE new_key(BCRYPT_ALG_HANDLE algorithm, ULONG bits)
{
    BCRYPT_KEY_HANDLE key = NULL;
    OK(BCryptGenerateKeyPair(algorithm, &key, bits, 0));
    OK(BCryptFinalizeKeyPair(key, 0));
    return key;
}

/* The blob of a key, in a block of exactly its size. */
static BYTE *exported(BCRYPT_KEY_HANDLE key, LPCWSTR type, ULONG *size)
{
    BYTE *blob;
    OK(BCryptExportKey(key, NULL, type, NULL, 0, size, 0));
    blob = block(*size);
    OK(BCryptExportKey(key, NULL, type, blob, *size, size, 0));
    return blob;
}

#endif
