/* windows.h: the few things beside bcrypt.h that CNG programs take from Windows' headers, for Linux and macOS.
 *
 * Opt in by adding this folder to the include path. Everything is static inline or a macro: there is no library to
 * link. What a program defines before including this header is left alone where that is possible.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINDOWS_H
#define BCRYPT_SHIM_WINDOWS_H

#include <limits.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Windows' own windows.h includes bcrypt.h too, unless told to be lean. */
#include <bcrypt.h>

#include "sal.h"

/* Calling conventions: there is but one here. */
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef APIENTRY
#define APIENTRY WINAPI
#endif
#ifndef CALLBACK
#define CALLBACK WINAPI
#endif

/* Types that bcrypt.h does not need. BCRYPT_SHIM_NO_WINDOWS_TYPES leaves them out as it does there. */
#ifndef BCRYPT_SHIM_HAS_TYPES
typedef void VOID;
typedef char CHAR;
typedef short SHORT;
typedef int INT;
typedef unsigned int UINT;
typedef int BOOL;
typedef uint8_t BYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef uint64_t DWORD64;
typedef long long LONGLONG;
typedef int32_t HRESULT;
typedef size_t SIZE_T;
typedef intptr_t INT_PTR;
typedef uintptr_t UINT_PTR;
typedef uintptr_t ULONG_PTR;
typedef uintptr_t DWORD_PTR;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef char *PCHAR;
typedef char *PSTR;
typedef char *LPSTR;
typedef const char *PCSTR;
typedef const char *LPCSTR;
typedef BYTE *PBYTE;
typedef BYTE *LPBYTE;
typedef BOOL *PBOOL;
typedef WORD *PWORD;
typedef DWORD *PDWORD;
typedef DWORD *LPDWORD;
typedef LONG *PLONG;
typedef WCHAR *PWCHAR;
typedef HANDLE HLOCAL;
typedef HANDLE HGLOBAL;
#endif

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef MAX_PATH
#define MAX_PATH 260
#endif
#ifndef NO_ERROR
#define NO_ERROR 0L
#endif
#ifndef ERROR_SUCCESS
#define ERROR_SUCCESS 0L
#endif
#ifndef S_OK
#define S_OK ((HRESULT)0L)
#endif
#ifndef SUCCEEDED
#define SUCCEEDED(hr) (((HRESULT)(hr)) >= 0)
#endif
#ifndef FAILED
#define FAILED(hr) (((HRESULT)(hr)) < 0)
#endif

/* Spelled as programs do that define it themselves: the same macro twice is no error. */
#ifndef NT_SUCCESS
#define NT_SUCCESS(Status) (((NTSTATUS)(Status)) >= 0)
#endif

#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(P) ((void)(P))
#endif
#ifndef ARRAYSIZE
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef _countof
#define _countof(array) ARRAYSIZE(array)
#endif

/* Not in C++, whose library has functions of these names; Windows programs define NOMINMAX there. */
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif

/* Memory. */
#ifndef RtlZeroMemory
#define RtlZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlEqualMemory(one, two, length) (!memcmp((one), (two), (length)))
#define ZeroMemory RtlZeroMemory
#define CopyMemory RtlCopyMemory
#define MoveMemory RtlMoveMemory
#define FillMemory RtlFillMemory
#endif

/* Clears memory that is not read afterwards; the volatile pointer keeps the compiler from leaving it out. */
static inline void *SecureZeroMemory(void *ptr, size_t cnt)
{
    volatile unsigned char *byte = (volatile unsigned char *)ptr;
    while (cnt--)
        *byte++ = 0;
    return ptr;
}
#define RtlSecureZeroMemory SecureZeroMemory

/* One heap, the C library's. Windows gives a valid pointer for zero bytes, so these ask for one at least. */
#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_ZERO_MEMORY 0x00000008

static inline HANDLE GetProcessHeap(void)
{
    static char heap;
    return &heap;
}

static inline void *HeapAlloc(HANDLE hHeap, uint32_t dwFlags, size_t dwBytes)
{
    (void)hHeap;
    dwBytes += dwBytes == 0;
    return dwFlags & HEAP_ZERO_MEMORY ? calloc(1, dwBytes) : malloc(dwBytes);
}

static inline int HeapFree(HANDLE hHeap, uint32_t dwFlags, void *lpMem)
{
    (void)hHeap;
    (void)dwFlags;
    free(lpMem);
    return TRUE;
}

#define LMEM_FIXED 0x0000
#define LMEM_ZEROINIT 0x0040
#define LPTR (LMEM_FIXED | LMEM_ZEROINIT)

static inline HANDLE LocalAlloc(unsigned int uFlags, size_t uBytes)
{
    return HeapAlloc(NULL, uFlags & LMEM_ZEROINIT ? HEAP_ZERO_MEMORY : 0, uBytes);
}

static inline HANDLE LocalFree(HANDLE hMem)
{
    free(hMem);
    return NULL;
}

/* A lock that its owner may take again. A recursive mutex would do, but strict C11 hides the call that makes one. */
typedef struct CRITICAL_SECTION {
    pthread_mutex_t guard;
    pthread_cond_t released;
    pthread_t owner;
    unsigned long depth;
} CRITICAL_SECTION;
typedef CRITICAL_SECTION *PCRITICAL_SECTION;
typedef CRITICAL_SECTION *LPCRITICAL_SECTION;

static inline void InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_mutex_init(&section->guard, NULL);
    pthread_cond_init(&section->released, NULL);
    section->owner = pthread_self();
    section->depth = 0;
}

static inline void DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_cond_destroy(&section->released);
    pthread_mutex_destroy(&section->guard);
}

static inline int bcrypt_shim_take(LPCRITICAL_SECTION section, int wait)
{
    int taken;
    pthread_mutex_lock(&section->guard);
    while (wait && section->depth && !pthread_equal(section->owner, pthread_self()))
        pthread_cond_wait(&section->released, &section->guard);
    taken = !section->depth || pthread_equal(section->owner, pthread_self());
    if (taken) {
        section->owner = pthread_self();
        section->depth++;
    }
    pthread_mutex_unlock(&section->guard);
    return taken ? TRUE : FALSE;
}

static inline void EnterCriticalSection(LPCRITICAL_SECTION section)
{
    bcrypt_shim_take(section, TRUE);
}

static inline int TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
    return bcrypt_shim_take(section, FALSE);
}

static inline void LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_mutex_lock(&section->guard);
    if (section->depth && --section->depth == 0)
        pthread_cond_signal(&section->released);
    pthread_mutex_unlock(&section->guard);
}

#endif /* BCRYPT_SHIM_WINDOWS_H */
