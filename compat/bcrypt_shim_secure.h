/* bcrypt_shim_secure.h: Windows' functions over bytes that check sizes or have a name of their own. Programs do not
 * include it.
 *
 * They leave the destination empty, and answer a number, where Windows ends the program.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_SECURE_H
#define BCRYPT_SHIM_SECURE_H

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef _TRUNCATE
#define _TRUNCATE ((size_t)-1)
#endif
#ifndef STRUNCATE
#define STRUNCATE 80
#endif

/* Those of C11's annex K where the C library has them. */
#if !defined(__STDC_LIB_EXT1__) && !defined(BCRYPT_SHIM_NO_SECURE)
#if !defined(__APPLE__)
typedef int errno_t;
typedef size_t rsize_t;
#endif

static inline size_t strnlen_s(const char *text, size_t most)
{
    const void *end = text ? memchr(text, 0, most) : text;
    return !text ? 0 : end ? (size_t)((const char *)end - text) : most;
}

static inline errno_t memcpy_s(void *out, size_t size, const void *from, size_t count)
{
    if (!count)
        return 0;
    if (!out || !from || count > size) {
        if (out)
            memset(out, 0, size);
        return out && from ? ERANGE : EINVAL;
    }
    memcpy(out, from, count);
    return 0;
}

static inline errno_t memmove_s(void *out, size_t size, const void *from, size_t count)
{
    if (!count)
        return 0;
    if (!out || !from)
        return EINVAL;
    if (count > size)
        return ERANGE;
    memmove(out, from, count);
    return 0;
}

static inline errno_t strncpy_s(char *out, size_t size, const char *from, size_t count)
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
            return count == _TRUNCATE ? STRUNCATE : ERANGE;
        }
        out[at] = from[at];
    }
    out[at] = 0;
    return 0;
}

static inline errno_t strcpy_s(char *out, size_t size, const char *from)
{
    return strncpy_s(out, size, from, size);
}

static inline errno_t strcat_s(char *out, size_t size, const char *from)
{
    size_t before;
    errno_t failure;
    if (!out || !size)
        return EINVAL;
    before = strnlen_s(out, size);
    failure = before == size ? EINVAL : strcpy_s(out + before, size - before, from);
    if (failure)
        out[0] = 0;
    return failure;
}
#endif

static inline int _stricmp(const char *one, const char *two)
{
    return strcasecmp(one, two);
}

static inline int _strnicmp(const char *one, const char *two, size_t most)
{
    return strncasecmp(one, two, most);
}

static inline char *_strdup(const char *text)
{
    const size_t count = strlen(text) + 1;
    char *copy = (char *)malloc(count);
    return copy ? (char *)memcpy(copy, text, count) : NULL;
}

#endif /* BCRYPT_SHIM_SECURE_H */
