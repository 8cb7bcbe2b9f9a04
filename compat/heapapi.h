/* heapapi.h: one heap, the C library's. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_HEAPAPI_H
#define BCRYPT_SHIM_HEAPAPI_H

#include <stdlib.h>

#include "winnt.h"

#define HEAP_NO_SERIALIZE 0x00000001
#define HEAP_GENERATE_EXCEPTIONS 0x00000004
#define HEAP_ZERO_MEMORY 0x00000008

static inline HANDLE GetProcessHeap(void)
{
    static char heap;
    return (HANDLE)&heap;
}

/* Windows gives a valid pointer for zero bytes, so this asks for one at least. */
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

#endif /* BCRYPT_SHIM_HEAPAPI_H */
