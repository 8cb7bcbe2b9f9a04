/* strsafe.h: copies and formats of text that end in a NUL whatever happens. StringCchPrintfW is there for a wchar_t of
 * 16 bits only. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_STRSAFE_H
#define BCRYPT_SHIM_STRSAFE_H

#include <stdarg.h>
#include <stdio.h>
#include <wchar.h>

#include "bcrypt_shim_text.h"
#include "winerror.h"

#define STRSAFE_MAX_CCH 2147483647
#define STRSAFE_E_INSUFFICIENT_BUFFER ((HRESULT)0x8007007AL)
#define STRSAFE_E_INVALID_PARAMETER ((HRESULT)0x80070057L)
#define STRSAFE_E_END_OF_FILE ((HRESULT)0x80070026L)

/* S_OK, or the text cut off to fit and STRSAFE_E_INSUFFICIENT_BUFFER. */
#define BCRYPT_SHIM_SAFE(kind, text, constant)                                                                         \
    static inline HRESULT StringCchLength##kind(constant from, size_t most, size_t *length)                            \
    {                                                                                                                  \
        size_t count = 0;                                                                                              \
        while (from && count < most && from[count])                                                                    \
            count++;                                                                                                   \
        if (length)                                                                                                    \
            *length = from && count < most ? count : 0;                                                                \
        return from && most <= STRSAFE_MAX_CCH && count < most ? S_OK : STRSAFE_E_INVALID_PARAMETER;                   \
    }                                                                                                                  \
    static inline HRESULT StringCchCopyN##kind(text out, size_t size, constant from, size_t most)                      \
    {                                                                                                                  \
        size_t at = 0;                                                                                                 \
        if (!size || size > STRSAFE_MAX_CCH)                                                                           \
            return STRSAFE_E_INVALID_PARAMETER;                                                                        \
        for (; at < most && at < size && from[at]; at++)                                                               \
            out[at] = from[at];                                                                                        \
        out[at < size ? at : size - 1] = 0;                                                                            \
        return at < size ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;                                                       \
    }                                                                                                                  \
    static inline HRESULT StringCchCopy##kind(text out, size_t size, constant from)                                    \
    {                                                                                                                  \
        return StringCchCopyN##kind(out, size, from, STRSAFE_MAX_CCH);                                                 \
    }                                                                                                                  \
    static inline HRESULT StringCchCat##kind(text out, size_t size, constant from)                                     \
    {                                                                                                                  \
        size_t before;                                                                                                 \
        HRESULT result = StringCchLength##kind(out, size, &before);                                                    \
        return FAILED(result) ? result : StringCchCopy##kind(out + before, size - before, from);                       \
    }                                                                                                                  \
    static inline HRESULT StringCbCopy##kind(text out, size_t bytes, constant from)                                    \
    {                                                                                                                  \
        return StringCchCopy##kind(out, bytes / sizeof(*from), from);                                                  \
    }                                                                                                                  \
    static inline HRESULT StringCbCat##kind(text out, size_t bytes, constant from)                                     \
    {                                                                                                                  \
        return StringCchCat##kind(out, bytes / sizeof(*from), from);                                                   \
    }                                                                                                                  \
    static inline HRESULT StringCbLength##kind(constant from, size_t most, size_t *bytes)                              \
    {                                                                                                                  \
        HRESULT result = StringCchLength##kind(from, most / sizeof(*from), bytes);                                     \
        if (bytes)                                                                                                     \
            *bytes *= sizeof(*from);                                                                                   \
        return result;                                                                                                 \
    }
BCRYPT_SHIM_SAFE(A, LPSTR, LPCSTR)
BCRYPT_SHIM_SAFE(W, LPWSTR, LPCWSTR)
#undef BCRYPT_SHIM_SAFE

static inline HRESULT StringCchVPrintfA(LPSTR out, size_t size, LPCSTR format, va_list list)
{
    int count;
    if (!size || size > STRSAFE_MAX_CCH)
        return STRSAFE_E_INVALID_PARAMETER;
    count = vsnprintf(out, size, format, list);
    if (count < 0)
        out[0] = 0;
    return count < 0 ? STRSAFE_E_INVALID_PARAMETER : (size_t)count < size ? S_OK : STRSAFE_E_INSUFFICIENT_BUFFER;
}

static inline HRESULT StringCchPrintfA(LPSTR out, size_t size, LPCSTR format, ...)
{
    HRESULT result;
    va_list list;
    va_start(list, format);
    result = StringCchVPrintfA(out, size, format, list);
    va_end(list);
    return result;
}

#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2
static inline HRESULT StringCchVPrintfW(LPWSTR out, size_t size, LPCWSTR format, va_list list)
{
    if (!size || size > STRSAFE_MAX_CCH)
        return STRSAFE_E_INVALID_PARAMETER;
    return vswprintf(out, size, format, list) < 0 ? STRSAFE_E_INSUFFICIENT_BUFFER : S_OK;
}

static inline HRESULT StringCchPrintfW(LPWSTR out, size_t size, LPCWSTR format, ...)
{
    HRESULT result;
    va_list list;
    va_start(list, format);
    result = StringCchVPrintfW(out, size, format, list);
    va_end(list);
    return result;
}
#endif

#ifdef UNICODE
#define StringCchLength StringCchLengthW
#define StringCchCopy StringCchCopyW
#define StringCchCopyN StringCchCopyNW
#define StringCchCat StringCchCatW
#define StringCbCopy StringCbCopyW
#define StringCbCat StringCbCatW
#define StringCbLength StringCbLengthW
#define StringCchVPrintf StringCchVPrintfW
#define StringCchPrintf StringCchPrintfW
#else
#define StringCchLength StringCchLengthA
#define StringCchCopy StringCchCopyA
#define StringCchCopyN StringCchCopyNA
#define StringCchCat StringCchCatA
#define StringCbCopy StringCbCopyA
#define StringCbCat StringCbCatA
#define StringCbLength StringCbLengthA
#define StringCchVPrintf StringCchVPrintfA
#define StringCchPrintf StringCchPrintfA
#endif

#endif /* BCRYPT_SHIM_STRSAFE_H */
