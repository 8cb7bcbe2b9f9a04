/* bcrypt_shim_wide_stdlib.h: stdlib.h's functions over a wchar_t of 16 bits. Programs do not include it. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#ifndef BCRYPT_SHIM_WIDE_STDLIB_H
#define BCRYPT_SHIM_WIDE_STDLIB_H

#include <errno.h>
#include <string.h>

#include "bcrypt_shim_text.h"

/* Units without the final NUL; (size_t)-1 if the text is not UTF-8. A NULL `out` asks for their number. */
static inline size_t mbstowcs(wchar_t *out, const char *text, size_t size)
{
    const char *end = text + strlen(text);
    size_t count = 0, units;
    bcrypt_shim_unit pair[2];

    while (text < end) {
        uint32_t point = bcrypt_shim_read_bytes(&text, end);
        if (point == BCRYPT_SHIM_MALFORMED) {
            errno = EILSEQ;
            return (size_t)-1;
        }
        units = bcrypt_shim_write_units(point, pair);
        if (out && count + units > size)
            return count;
        if (out)
            memcpy(out + count, pair, units * sizeof(*pair));
        count += units;
    }
    if (out && count < size)
        out[count] = 0;
    return count;
}

/* Bytes without the final NUL; (size_t)-1 if a surrogate stands alone. A NULL `out` asks for their number. */
static inline size_t wcstombs(char *out, const wchar_t *text, size_t size)
{
    const bcrypt_shim_unit *at = (const bcrypt_shim_unit *)text, *end = at + bcrypt_shim_units_of(text);
    size_t count = 0, bytes;
    char four[4];

    while (at < end) {
        uint32_t point = bcrypt_shim_read_units(&at, end);
        if (bcrypt_shim_is_surrogate(point)) {
            errno = EILSEQ;
            return (size_t)-1;
        }
        bytes = bcrypt_shim_write_bytes(point, four);
        if (out && count + bytes > size)
            return count;
        if (out)
            memcpy(out + count, four, bytes);
        count += bytes;
    }
    if (out && count < size)
        out[count] = 0;
    return count;
}

/* A character may need two units, so these can't be right. */
#ifdef __cplusplus
extern "C" {
#endif
extern int mbtowc(wchar_t *, const char *, size_t) __asm__("bcrypt_shim_has_no_16_bit_mbtowc")
    __attribute__((error("mbtowc is not there with -fshort-wchar; use mbstowcs")));
extern int wctomb(char *, wchar_t) __asm__("bcrypt_shim_has_no_16_bit_wctomb")
    __attribute__((error("wctomb is not there with -fshort-wchar; use wcstombs")));
#ifdef __cplusplus
}
#endif

#endif /* BCRYPT_SHIM_WIDE_STDLIB_H */
