/* winnt.h: types of text and of large integers, memory, and atomic operations. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINNT_H
#define BCRYPT_SHIM_WINNT_H

#include "minwindef.h"

#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
typedef void VOID;
typedef char CHAR, CCHAR, *PCHAR, *LPCH, *PCH, *PSTR, *LPSTR, *NPSTR;
typedef const char *LPCCH, *PCCH, *PCSTR, *LPCSTR;
typedef short SHORT, *PSHORT;
typedef WCHAR *PWCHAR, *LPWCH, *PWCH, *NWPSTR;
typedef const WCHAR *LPCWCH, *PCWCH;
typedef BOOLEAN *PBOOLEAN;
typedef long long LONGLONG, *PLONGLONG, USN;
typedef unsigned long long DWORDLONG, *PDWORDLONG;
typedef ULONGLONG *PULONGLONG;
typedef int32_t HRESULT;
typedef DWORD LCID, *PLCID;
typedef WORD LANGID;

/* Characters of the program's kind: 16 bits with UNICODE, else UTF-8. */
#ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR;
typedef LPWSTR PTSTR, LPTSTR;
typedef LPCWSTR PCTSTR, LPCTSTR;
#else
typedef char TCHAR, *PTCHAR;
typedef LPSTR PTSTR, LPTSTR;
typedef LPCSTR PCTSTR, LPCTSTR;
#endif

typedef union _LARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        DWORD LowPart;
        DWORD HighPart;
    };
    struct {
        DWORD LowPart;
        DWORD HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    DWORD LowPart;
    LONG HighPart;
} LUID, *PLUID;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    uint32_t Data1;
    unsigned short Data2, Data3;
    unsigned char Data4[8];
} GUID;
#endif
#endif

#ifndef TEXT
#ifdef UNICODE
#define TEXT(quote) BCRYPT_SHIM_TEXT(quote)
#else
#define TEXT(quote) quote
#endif
#endif
#ifndef ANYSIZE_ARRAY
#define ANYSIZE_ARRAY 1
#endif
#ifndef UNREFERENCED_PARAMETER
#define UNREFERENCED_PARAMETER(P) ((void)(P))
#endif
#ifndef DBG_UNREFERENCED_PARAMETER
#define DBG_UNREFERENCED_PARAMETER(P) ((void)(P))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(V) ((void)(V))
#endif
#ifndef ARRAYSIZE
#define ARRAYSIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif
#ifndef RTL_NUMBER_OF
#define RTL_NUMBER_OF(array) ARRAYSIZE(array)
#endif
#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#endif
#ifndef CONTAINING_RECORD
#define CONTAINING_RECORD(address, type, field) ((type *)((char *)(address)-offsetof(type, field)))
#endif
#ifndef C_ASSERT
#ifdef __cplusplus
#define C_ASSERT(condition) static_assert(condition, #condition)
#else
#define C_ASSERT(condition) _Static_assert(condition, #condition)
#endif
#endif

/* Memory. */
#ifndef RtlZeroMemory
#define RtlZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlEqualMemory(one, two, length) (!memcmp((one), (two), (length)))
#endif

/* Clears memory that is not read afterwards; the volatile pointer keeps the compiler from leaving it out. */
static inline void *RtlSecureZeroMemory(void *ptr, size_t cnt)
{
    volatile unsigned char *byte = (volatile unsigned char *)ptr;
    while (cnt--)
        *byte++ = 0;
    return ptr;
}

/* Atomic operations, all with a full barrier. Windows' LONG is "long"; here it is LONG's own 32 bits. */
#define BCRYPT_SHIM_ATOMIC(type, suffix)                                                                               \
    static inline type InterlockedExchange##suffix(type volatile *target, type value)                                  \
    {                                                                                                                  \
        return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                                                   \
    }                                                                                                                  \
    static inline type InterlockedCompareExchange##suffix(type volatile *target, type value, type expected)            \
    {                                                                                                                  \
        __atomic_compare_exchange_n(target, &expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                  \
        return expected;                                                                                               \
    }
#define BCRYPT_SHIM_ATOMIC_INTEGER(type, suffix)                                                                       \
    BCRYPT_SHIM_ATOMIC(type, suffix)                                                                                   \
    static inline type InterlockedIncrement##suffix(type volatile *target)                                             \
    {                                                                                                                  \
        return __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST);                                                        \
    }                                                                                                                  \
    static inline type InterlockedDecrement##suffix(type volatile *target)                                             \
    {                                                                                                                  \
        return __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST);                                                        \
    }                                                                                                                  \
    static inline type InterlockedExchangeAdd##suffix(type volatile *target, type value)                               \
    {                                                                                                                  \
        return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);                                                    \
    }                                                                                                                  \
    static inline type InterlockedAnd##suffix(type volatile *target, type value)                                       \
    {                                                                                                                  \
        return __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST);                                                    \
    }                                                                                                                  \
    static inline type InterlockedOr##suffix(type volatile *target, type value)                                        \
    {                                                                                                                  \
        return __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST);                                                     \
    }                                                                                                                  \
    static inline type InterlockedXor##suffix(type volatile *target, type value)                                       \
    {                                                                                                                  \
        return __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST);                                                    \
    }
BCRYPT_SHIM_ATOMIC_INTEGER(LONG, )
BCRYPT_SHIM_ATOMIC_INTEGER(LONG64, 64)
BCRYPT_SHIM_ATOMIC(PVOID, Pointer)
#undef BCRYPT_SHIM_ATOMIC
#undef BCRYPT_SHIM_ATOMIC_INTEGER
#ifndef MemoryBarrier
#define MemoryBarrier() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#endif

#endif /* BCRYPT_SHIM_WINNT_H */
