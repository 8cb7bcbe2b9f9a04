/* winbase.h: memory by LocalAlloc and GlobalAlloc, text, and error messages. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINBASE_H
#define BCRYPT_SHIM_WINBASE_H

#include <stdio.h>
#include <stdlib.h>

#include "errhandlingapi.h"
#include "heapapi.h"
#include "ntstatus.h"
#include "stringapiset.h"
#include "synchapi.h"

#ifndef ZeroMemory
#define ZeroMemory RtlZeroMemory
#define CopyMemory RtlCopyMemory
#define MoveMemory RtlMoveMemory
#define FillMemory RtlFillMemory
#endif
#define SecureZeroMemory RtlSecureZeroMemory

/* Handles of memory are its address. */
#define LMEM_FIXED 0x0000
#define LMEM_ZEROINIT 0x0040
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)
#define GMEM_FIXED 0x0000
#define GMEM_ZEROINIT 0x0040
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)

static inline HANDLE LocalAlloc(unsigned int uFlags, size_t uBytes)
{
    return (HANDLE)HeapAlloc(NULL, uFlags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0, uBytes);
}

static inline HANDLE LocalFree(HANDLE hMem)
{
    free((void *)hMem);
    return NULL;
}

static inline HANDLE GlobalAlloc(unsigned int uFlags, size_t uBytes)
{
    return LocalAlloc(uFlags, uBytes);
}

static inline HANDLE GlobalFree(HANDLE hMem)
{
    return LocalFree(hMem);
}

/* 16-bit text, whatever wchar_t is. */
static inline int lstrlenW(LPCWSTR text)
{
    return text ? (int)bcrypt_shim_units_of(text) : 0;
}

static inline LPWSTR lstrcpyW(LPWSTR out, LPCWSTR from)
{
    return (LPWSTR)memcpy((void *)out, (const void *)from, (bcrypt_shim_units_of(from) + 1) * sizeof(*from));
}

static inline LPWSTR lstrcatW(LPWSTR out, LPCWSTR from)
{
    lstrcpyW(out + bcrypt_shim_units_of(out), from);
    return out;
}

static inline int lstrlenA(const char *text)
{
    return text ? (int)strlen(text) : 0;
}

/* Messages of statuses; those of other errors are their number. Inserts and other sources are not there. */
#define FORMAT_MESSAGE_ALLOCATE_BUFFER 0x00000100
#define FORMAT_MESSAGE_IGNORE_INSERTS 0x00000200
#define FORMAT_MESSAGE_FROM_STRING 0x00000400
#define FORMAT_MESSAGE_FROM_HMODULE 0x00000800
#define FORMAT_MESSAGE_FROM_SYSTEM 0x00001000
#define FORMAT_MESSAGE_ARGUMENT_ARRAY 0x00002000
#define FORMAT_MESSAGE_MAX_WIDTH_MASK 0x000000FF
#define LANG_NEUTRAL 0x00
#define SUBLANG_DEFAULT 0x01
#define MAKELANGID(primary, sub) ((((WORD)(sub)) << 10) | (WORD)(primary))

/* Characters without the NUL; 0 with the last error set. `wide` is the size of one. */
static inline DWORD bcrypt_shim_message(DWORD flags, DWORD error, void *out, DWORD size, size_t wide)
{
    const char *name = bcrypt_shim_status_name((NTSTATUS)error);
    char text[64];
    DWORD count, at;
    void *place = out;

    if (!out || !(flags & (FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_FROM_HMODULE)))
        return (DWORD)bcrypt_shim_refuse(ERROR_INVALID_PARAMETER);
    count = (DWORD)(name && error ? snprintf(text, sizeof(text), "%s.\r\n", name)
                                  : snprintf(text, sizeof(text), "Error 0x%08X.\r\n", (unsigned)error));
    if (flags & FORMAT_MESSAGE_ALLOCATE_BUFFER) {
        place = calloc(count + 1 > size ? count + 1 : size, wide);
        if (!place)
            return (DWORD)bcrypt_shim_refuse(ERROR_NOT_ENOUGH_MEMORY);
        memcpy(out, &place, sizeof(place));
    } else if (size <= count) {
        return (DWORD)bcrypt_shim_refuse(ERROR_INSUFFICIENT_BUFFER);
    }
    for (at = 0; at <= count; at++) {
        if (wide == 1)
            ((char *)place)[at] = text[at];
        else
            ((bcrypt_shim_unit *)place)[at] = (unsigned char)text[at];
    }
    return count;
}

static inline DWORD FormatMessageA(DWORD flags, LPCVOID source, DWORD error, DWORD language, char *out, DWORD size,
                                   va_list *inserts)
{
    (void)source;
    (void)language;
    (void)inserts;
    return bcrypt_shim_message(flags, error, (void *)out, size, 1);
}

static inline DWORD FormatMessageW(DWORD flags, LPCVOID source, DWORD error, DWORD language, LPWSTR out, DWORD size,
                                   va_list *inserts)
{
    (void)source;
    (void)language;
    (void)inserts;
    return bcrypt_shim_message(flags, error, (void *)out, size, 2);
}

#ifdef UNICODE
#define FormatMessage FormatMessageW
#define lstrlen lstrlenW
#else
#define FormatMessage FormatMessageA
#define lstrlen lstrlenA
#endif

#endif /* BCRYPT_SHIM_WINBASE_H */
