/* stringapiset.h: text from UTF-8 to UTF-16 and back. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_STRINGAPISET_H
#define BCRYPT_SHIM_STRINGAPISET_H

#include "bcrypt_shim_text.h"
#include "errhandlingapi.h"
#include "winerror.h"
#include "winnt.h"

/* The system's code page is UTF-8 too. There is no other. */
#define CP_ACP 0
#define CP_OEMCP 1
#define CP_THREAD_ACP 3
#define CP_UTF8 65001

#define MB_PRECOMPOSED 0x00000001
#define MB_ERR_INVALID_CHARS 0x00000008
#define WC_NO_BEST_FIT_CHARS 0x00000400
#define WC_ERR_INVALID_CHARS 0x00000080

static inline int bcrypt_shim_refuse(uint32_t error)
{
    SetLastError(error);
    return 0;
}

static inline int bcrypt_shim_is_utf8(unsigned int code_page)
{
    return code_page == CP_ACP || code_page == CP_OEMCP || code_page == CP_THREAD_ACP || code_page == CP_UTF8;
}

/* Units written, or needed when `size` is 0; 0 with the last error set. A malformed byte becomes U+FFFD. */
static inline int MultiByteToWideChar(unsigned int code_page, DWORD flags, const char *text, int length, LPWSTR out,
                                      int size)
{
    const char *at = text, *end;
    bcrypt_shim_unit *units = (bcrypt_shim_unit *)out, pair[2];
    size_t count = 0, more, i;

    if (!text || length == 0 || length < -1 || size < 0 || (size && !out) || !bcrypt_shim_is_utf8(code_page))
        return bcrypt_shim_refuse(ERROR_INVALID_PARAMETER);
    for (end = text + (length < 0 ? strlen(text) + 1 : (size_t)length); at < end; count += more) {
        uint32_t point = bcrypt_shim_read_bytes(&at, end);
        if (point == BCRYPT_SHIM_MALFORMED && (flags & MB_ERR_INVALID_CHARS))
            return bcrypt_shim_refuse(ERROR_NO_UNICODE_TRANSLATION);
        more = bcrypt_shim_write_units(point == BCRYPT_SHIM_MALFORMED ? BCRYPT_SHIM_REPLACEMENT : point, pair);
        if (size && count + more > (size_t)size)
            return bcrypt_shim_refuse(ERROR_INSUFFICIENT_BUFFER);
        for (i = 0; size && i < more; i++)
            units[count + i] = pair[i];
    }
    return count > 0x7FFFFFFF ? bcrypt_shim_refuse(ERROR_INVALID_PARAMETER) : (int)count;
}

/* Bytes written, or needed when `size` is 0; 0 with the last error set. Half a character becomes U+FFFD. */
static inline int WideCharToMultiByte(unsigned int code_page, DWORD flags, LPCWSTR text, int length, char *out,
                                      int size, const char *other, BOOL *used)
{
    const bcrypt_shim_unit *at = (const bcrypt_shim_unit *)text, *end;
    size_t count = 0, more;
    char four[4];

    if (!text || length == 0 || length < -1 || size < 0 || (size && !out) || !bcrypt_shim_is_utf8(code_page) ||
        (code_page == CP_UTF8 && (other || used)))
        return bcrypt_shim_refuse(ERROR_INVALID_PARAMETER);
    if (used)
        *used = FALSE;
    for (end = at + (length < 0 ? bcrypt_shim_units_of(text) + 1 : (size_t)length); at < end; count += more) {
        uint32_t point = bcrypt_shim_read_units(&at, end);
        if (bcrypt_shim_is_surrogate(point) && (flags & WC_ERR_INVALID_CHARS))
            return bcrypt_shim_refuse(ERROR_NO_UNICODE_TRANSLATION);
        more = bcrypt_shim_write_bytes(bcrypt_shim_is_surrogate(point) ? BCRYPT_SHIM_REPLACEMENT : point, four);
        if (size && count + more > (size_t)size)
            return bcrypt_shim_refuse(ERROR_INSUFFICIENT_BUFFER);
        if (size)
            memcpy(out + count, four, more);
    }
    return count > 0x7FFFFFFF ? bcrypt_shim_refuse(ERROR_INVALID_PARAMETER) : (int)count;
}

#endif /* BCRYPT_SHIM_STRINGAPISET_H */
