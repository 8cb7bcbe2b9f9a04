/* bcrypt_shim_wide.h: wchar.h's functions over strings, for a wchar_t of 16 bits. Programs do not include it. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#ifndef BCRYPT_SHIM_WIDE_H
#define BCRYPT_SHIM_WIDE_H

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bcrypt_shim_text.h"

/* Memory. */

static inline wchar_t *wmemcpy(wchar_t *out, const wchar_t *from, size_t count)
{
    return (wchar_t *)memcpy(out, from, count * sizeof(wchar_t));
}

static inline wchar_t *wmemmove(wchar_t *out, const wchar_t *from, size_t count)
{
    return (wchar_t *)memmove(out, from, count * sizeof(wchar_t));
}

static inline wchar_t *wmemset(wchar_t *out, wchar_t character, size_t count)
{
    size_t at;
    for (at = 0; at < count; at++)
        out[at] = character;
    return out;
}

static inline int wmemcmp(const wchar_t *one, const wchar_t *two, size_t count)
{
    for (; count; count--, one++, two++)
        if (*one != *two)
            return *one < *two ? -1 : 1;
    return 0;
}

/* Length and order. */

static inline size_t wcslen(const wchar_t *text)
{
    return bcrypt_shim_units_of(text);
}

static inline size_t wcsnlen(const wchar_t *text, size_t most)
{
    size_t count = 0;
    while (count < most && text[count])
        count++;
    return count;
}

static inline int wcsncmp(const wchar_t *one, const wchar_t *two, size_t most)
{
    for (; most; most--, one++, two++)
        if (*one != *two || !*one)
            return *one < *two ? -1 : *one > *two;
    return 0;
}

static inline int wcscmp(const wchar_t *one, const wchar_t *two)
{
    return wcsncmp(one, two, (size_t)-1);
}

/* As in the "C" locale: the letters of ASCII alone. */
static inline wchar_t bcrypt_shim_lower(wchar_t character)
{
    return (wchar_t)(character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character);
}

static inline int _wcsnicmp(const wchar_t *one, const wchar_t *two, size_t most)
{
    for (; most; most--, one++, two++) {
        const wchar_t a = bcrypt_shim_lower(*one), b = bcrypt_shim_lower(*two);
        if (a != b || !a)
            return a < b ? -1 : a > b;
    }
    return 0;
}

static inline int _wcsicmp(const wchar_t *one, const wchar_t *two)
{
    return _wcsnicmp(one, two, (size_t)-1);
}

static inline int wcscasecmp(const wchar_t *one, const wchar_t *two)
{
    return _wcsicmp(one, two);
}

static inline int wcsncasecmp(const wchar_t *one, const wchar_t *two, size_t most)
{
    return _wcsnicmp(one, two, most);
}

/* Copies. */

static inline wchar_t *wcscpy(wchar_t *out, const wchar_t *from)
{
    return wmemcpy(out, from, wcslen(from) + 1);
}

static inline wchar_t *wcsncpy(wchar_t *out, const wchar_t *from, size_t size)
{
    size_t at;
    for (at = 0; at < size && from[at]; at++)
        out[at] = from[at];
    for (; at < size; at++)
        out[at] = 0;
    return out;
}

static inline wchar_t *wcsncat(wchar_t *out, const wchar_t *from, size_t most)
{
    wchar_t *end = out + wcslen(out);
    for (; most && *from; most--)
        *end++ = *from++;
    *end = 0;
    return out;
}

static inline wchar_t *wcscat(wchar_t *out, const wchar_t *from)
{
    wcscpy(out + wcslen(out), from);
    return out;
}

static inline wchar_t *wcsdup(const wchar_t *text)
{
    const size_t count = wcslen(text) + 1;
    wchar_t *copy = (wchar_t *)malloc(count * sizeof(wchar_t));
    return copy ? wmemcpy(copy, text, count) : NULL;
}

static inline wchar_t *_wcsdup(const wchar_t *text)
{
    return wcsdup(text);
}

/* Searches. Each finds in constant text; for other text C++ has a second form. */

#if defined(__cplusplus)
/* By this libstdc++ knows that both forms are there. */
#ifndef __CORRECT_ISO_CPP_WCHAR_H_PROTO
#define __CORRECT_ISO_CPP_WCHAR_H_PROTO 1
#endif
#define BCRYPT_SHIM_FOUND const wchar_t
#define BCRYPT_SHIM_BOTH(name, parameter, argument)                                                                    \
    static inline wchar_t *name(wchar_t *text, parameter)                                                              \
    {                                                                                                                  \
        return const_cast<wchar_t *>(name(const_cast<const wchar_t *>(text), argument));                               \
    }
#else
#define BCRYPT_SHIM_FOUND wchar_t
#define BCRYPT_SHIM_BOTH(name, parameter, argument)
#endif

static inline BCRYPT_SHIM_FOUND *wcschr(const wchar_t *text, wchar_t wanted)
{
    while (*text != wanted && *text)
        text++;
    return *text == wanted ? (wchar_t *)text : NULL;
}
BCRYPT_SHIM_BOTH(wcschr, wchar_t wanted, wanted)

static inline BCRYPT_SHIM_FOUND *wcsrchr(const wchar_t *text, wchar_t wanted)
{
    const wchar_t *at = text + wcslen(text);
    while (*at != wanted && at > text)
        at--;
    return *at == wanted ? (wchar_t *)at : NULL;
}
BCRYPT_SHIM_BOTH(wcsrchr, wchar_t wanted, wanted)

static inline BCRYPT_SHIM_FOUND *wcsstr(const wchar_t *text, const wchar_t *wanted)
{
    const size_t count = wcslen(wanted);
    while (*text && wcsncmp(text, wanted, count))
        text++;
    return *text || !count ? (wchar_t *)text : NULL;
}
BCRYPT_SHIM_BOTH(wcsstr, const wchar_t *wanted, wanted)

static inline size_t wcscspn(const wchar_t *text, const wchar_t *stops)
{
    size_t count = 0;
    while (text[count] && !wcschr(stops, text[count]))
        count++;
    return count;
}

static inline size_t wcsspn(const wchar_t *text, const wchar_t *wanted)
{
    size_t count = 0;
    while (text[count] && wcschr(wanted, text[count]))
        count++;
    return count;
}

static inline BCRYPT_SHIM_FOUND *wcspbrk(const wchar_t *text, const wchar_t *wanted)
{
    text += wcscspn(text, wanted);
    return *text ? (wchar_t *)text : NULL;
}
BCRYPT_SHIM_BOTH(wcspbrk, const wchar_t *wanted, wanted)

static inline BCRYPT_SHIM_FOUND *wmemchr(const wchar_t *text, wchar_t wanted, size_t count)
{
    for (; count; count--, text++)
        if (*text == wanted)
            return (wchar_t *)text;
    return NULL;
}
#if defined(__cplusplus)
static inline wchar_t *wmemchr(wchar_t *text, wchar_t wanted, size_t count)
{
    return const_cast<wchar_t *>(wmemchr(const_cast<const wchar_t *>(text), wanted, count));
}
#endif

static inline wchar_t *wcstok(wchar_t *text, const wchar_t *stops, wchar_t **rest)
{
    text = text ? text : *rest;
    text += wcsspn(text, stops);
    *rest = text + wcscspn(text, stops);
    if (**rest)
        *(*rest)++ = 0;
    return *text ? text : NULL;
}

/* Numbers: the C library reads them from the ASCII characters that the text begins with. */

static inline char *bcrypt_shim_ascii(const wchar_t *text)
{
    size_t count = 0, at;
    char *copy;
    while (text[count] && text[count] < 0x80)
        count++;
    copy = (char *)malloc(count + 1);
    for (at = 0; copy && at < count; at++)
        copy[at] = (char)text[at];
    if (copy)
        copy[count] = 0;
    else
        errno = ENOMEM;
    return copy;
}

#define BCRYPT_SHIM_READ(type, name, parameters, call)                                                                 \
    static inline type name parameters                                                                                 \
    {                                                                                                                  \
        char *ascii = bcrypt_shim_ascii(text), *stop = ascii;                                                          \
        type number = 0;                                                                                               \
        if (ascii)                                                                                                     \
            number = call;                                                                                             \
        if (end)                                                                                                       \
            *end = (wchar_t *)text + (stop - ascii);                                                                   \
        free(ascii);                                                                                                   \
        return number;                                                                                                 \
    }
BCRYPT_SHIM_READ(long, wcstol, (const wchar_t *text, wchar_t **end, int base), strtol(ascii, &stop, base))
BCRYPT_SHIM_READ(unsigned long, wcstoul, (const wchar_t *text, wchar_t **end, int base), strtoul(ascii, &stop, base))
BCRYPT_SHIM_READ(long long, wcstoll, (const wchar_t *text, wchar_t **end, int base), strtoll(ascii, &stop, base))
BCRYPT_SHIM_READ(unsigned long long, wcstoull, (const wchar_t *text, wchar_t **end, int base),
                 strtoull(ascii, &stop, base))
BCRYPT_SHIM_READ(double, wcstod, (const wchar_t *text, wchar_t **end), strtod(ascii, &stop))
BCRYPT_SHIM_READ(float, wcstof, (const wchar_t *text, wchar_t **end), strtof(ascii, &stop))
BCRYPT_SHIM_READ(long double, wcstold, (const wchar_t *text, wchar_t **end), strtold(ascii, &stop))
#undef BCRYPT_SHIM_READ

static inline int _wtoi(const wchar_t *text)
{
    return (int)wcstol(text, NULL, 10);
}

/* Those of Windows that check sizes. They leave the destination empty, and answer a number, where Windows ends the
 * program. */

static inline size_t wcsnlen_s(const wchar_t *text, size_t most)
{
    return text ? wcsnlen(text, most) : 0;
}

/* A `count` of this means: as much as fits. */
#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif

static inline int wcsncpy_s(wchar_t *out, size_t size, const wchar_t *from, size_t count)
{
    size_t at;
    if (!out || !size)
        return EINVAL;
    out[0] = 0;
    if (!from)
        return count ? EINVAL : 0;
    for (at = 0; at < count && from[at]; at++) {
        if (at + 1 == size) {
            out[count == _TRUNCATE ? at : 0] = 0;
            return count == _TRUNCATE ? 80 : ERANGE; /* Windows' STRUNCATE */
        }
        out[at] = from[at];
    }
    out[at] = 0;
    return 0;
}

static inline int wcscpy_s(wchar_t *out, size_t size, const wchar_t *from)
{
    return wcsncpy_s(out, size, from, size);
}

static inline int wcsncat_s(wchar_t *out, size_t size, const wchar_t *from, size_t count)
{
    size_t before;
    int failure;
    if (!out || !size)
        return EINVAL;
    before = wcsnlen(out, size);
    failure = before == size ? EINVAL : wcsncpy_s(out + before, size - before, from, count);
    if (failure && failure != 80)
        out[0] = 0;
    return failure;
}

static inline int wcscat_s(wchar_t *out, size_t size, const wchar_t *from)
{
    return wcsncat_s(out, size, from, size);
}

static inline int wmemcpy_s(wchar_t *out, size_t size, const wchar_t *from, size_t count)
{
    if (!count)
        return 0;
    if (!out || !from || count > size) {
        if (out)
            wmemset(out, 0, size);
        return out && from ? ERANGE : EINVAL;
    }
    wmemmove(out, from, count);
    return 0;
}

#endif /* BCRYPT_SHIM_WIDE_H */
