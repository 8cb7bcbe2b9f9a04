/* bcrypt_shim_wide_io.h: wchar.h's functions over streams and formats, for a wchar_t of 16 bits, and those that can't
 * be. Programs do not include it. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#ifndef BCRYPT_SHIM_WIDE_IO_H
#define BCRYPT_SHIM_WIDE_IO_H

#include <stdio.h>

#include "bcrypt_shim_format.h"
#include "bcrypt_shim_wide.h"

static inline int bcrypt_shim_write(FILE *stream, const struct bcrypt_shim_text *text)
{
    size_t count, written;
    char *bytes = text->failed ? NULL : bcrypt_shim_bytes_of(text, &count);
    if (!bytes) {
        errno = text->failed ? text->failed : ENOMEM;
        return -1;
    }
    written = fwrite(bytes, 1, count, stream);
    bcrypt_shim_libc_free(bytes);
    return written == count && text->length <= INT_MAX ? (int)text->length : -1;
}

/* Units printed; -1 for an error. */
static inline int vfwprintf(FILE *stream, const wchar_t *format, va_list list)
{
    struct bcrypt_shim_text text = {NULL, 0, 0, 0};
    int count;
    bcrypt_shim_render(&text, (const bcrypt_shim_unit *)format, 1, list);
    count = bcrypt_shim_write(stream, &text);
    bcrypt_shim_libc_free(text.units);
    return count;
}

/* Units without the NUL; -1 if they do not fit. What fits is there then, with a NUL. */
static inline int vswprintf(wchar_t *out, size_t size, const wchar_t *format, va_list list)
{
    struct bcrypt_shim_text text = {NULL, 0, 0, 0};
    int count = -1;
    bcrypt_shim_render(&text, (const bcrypt_shim_unit *)format, 1, list);
    if (text.failed) {
        errno = text.failed;
    } else if (size) {
        const size_t fits = text.length < size ? text.length : size - 1;
        if (fits)
            memcpy(out, text.units, fits * sizeof(wchar_t));
        out[fits] = 0;
        if (fits == text.length && fits <= INT_MAX)
            count = (int)fits;
    }
    bcrypt_shim_libc_free(text.units);
    return count;
}

static inline int vwprintf(const wchar_t *format, va_list list)
{
    return vfwprintf(stdout, format, list);
}

#define BCRYPT_SHIM_VARIADIC(name, parameters, call)                                                                   \
    static inline int name parameters                                                                                  \
    {                                                                                                                  \
        va_list list;                                                                                                  \
        int count;                                                                                                     \
        va_start(list, format);                                                                                        \
        count = call;                                                                                                  \
        va_end(list);                                                                                                  \
        return count;                                                                                                  \
    }
BCRYPT_SHIM_VARIADIC(wprintf, (const wchar_t *format, ...), vwprintf(format, list))
BCRYPT_SHIM_VARIADIC(wprintf_s, (const wchar_t *format, ...), vwprintf(format, list))
BCRYPT_SHIM_VARIADIC(fwprintf, (FILE * stream, const wchar_t *format, ...), vfwprintf(stream, format, list))
BCRYPT_SHIM_VARIADIC(fwprintf_s, (FILE * stream, const wchar_t *format, ...), vfwprintf(stream, format, list))
BCRYPT_SHIM_VARIADIC(swprintf, (wchar_t * out, size_t size, const wchar_t *format, ...),
                     vswprintf(out, size, format, list))
BCRYPT_SHIM_VARIADIC(swprintf_s, (wchar_t * out, size_t size, const wchar_t *format, ...),
                     vswprintf(out, size, format, list))
#undef BCRYPT_SHIM_VARIADIC

static inline int fputws(const wchar_t *text, FILE *stream)
{
    struct bcrypt_shim_text whole = {(bcrypt_shim_unit *)(void *)text, wcslen(text), 0, 0};
    return bcrypt_shim_write(stream, &whole) < 0 ? -1 : 0;
}

static inline int _putws(const wchar_t *text)
{
    return fputws(text, stdout) < 0 || fputc('\n', stdout) < 0 ? -1 : 0;
}

/* Half a character can't be written: WEOF. */
static inline wint_t fputwc(wchar_t character, FILE *stream)
{
    char bytes[4];
    size_t count;
    if (bcrypt_shim_is_surrogate(character)) {
        errno = EILSEQ;
        return WEOF;
    }
    count = bcrypt_shim_write_bytes(character, bytes);
    return fwrite(bytes, 1, count, stream) == count ? (wint_t)character : WEOF;
}

static inline wint_t putwc(wchar_t character, FILE *stream)
{
    return fputwc(character, stream);
}

static inline wint_t putwchar(wchar_t character)
{
    return fputwc(character, stdout);
}

/* What reads a character at a time would need two of them for some, and what goes by the locale knows 32 bits only. */
#define BCRYPT_SHIM_ABSENT(type, name, parameters)                                                                     \
    extern type name parameters __asm__("bcrypt_shim_has_no_16_bit_" #name)                                            \
        __attribute__((error(#name " is not there with -fshort-wchar")));
#ifdef __cplusplus
extern "C" {
#endif
BCRYPT_SHIM_ABSENT(wint_t, fgetwc, (FILE *))
BCRYPT_SHIM_ABSENT(wint_t, getwc, (FILE *))
BCRYPT_SHIM_ABSENT(wint_t, getwchar, (void))
BCRYPT_SHIM_ABSENT(wint_t, ungetwc, (wint_t, FILE *))
BCRYPT_SHIM_ABSENT(wchar_t *, fgetws, (wchar_t *, int, FILE *))
BCRYPT_SHIM_ABSENT(int, fwide, (FILE *, int))
BCRYPT_SHIM_ABSENT(int, wscanf, (const wchar_t *, ...))
BCRYPT_SHIM_ABSENT(int, fwscanf, (FILE *, const wchar_t *, ...))
BCRYPT_SHIM_ABSENT(int, swscanf, (const wchar_t *, const wchar_t *, ...))
BCRYPT_SHIM_ABSENT(int, vwscanf, (const wchar_t *, va_list))
BCRYPT_SHIM_ABSENT(int, vfwscanf, (FILE *, const wchar_t *, va_list))
BCRYPT_SHIM_ABSENT(int, vswscanf, (const wchar_t *, const wchar_t *, va_list))
BCRYPT_SHIM_ABSENT(int, wcscoll, (const wchar_t *, const wchar_t *))
BCRYPT_SHIM_ABSENT(size_t, wcsxfrm, (wchar_t *, const wchar_t *, size_t))
BCRYPT_SHIM_ABSENT(size_t, wcsftime, (wchar_t *, size_t, const wchar_t *, const struct tm *))
BCRYPT_SHIM_ABSENT(size_t, mbrtowc, (wchar_t *, const char *, size_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(size_t, wcrtomb, (char *, wchar_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(size_t, mbsrtowcs, (wchar_t *, const char **, size_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(size_t, wcsrtombs, (char *, const wchar_t **, size_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(size_t, mbsnrtowcs, (wchar_t *, const char **, size_t, size_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(size_t, wcsnrtombs, (char *, const wchar_t **, size_t, size_t, mbstate_t *))
BCRYPT_SHIM_ABSENT(int, wcswidth, (const wchar_t *, size_t))
BCRYPT_SHIM_ABSENT(wchar_t *, wcpcpy, (wchar_t *, const wchar_t *))
BCRYPT_SHIM_ABSENT(wchar_t *, wmempcpy, (wchar_t *, const wchar_t *, size_t))
#ifdef __cplusplus
}
#endif
#undef BCRYPT_SHIM_ABSENT

#endif /* BCRYPT_SHIM_WIDE_IO_H */
