/* stdio.h: the C library's, and with -fshort-wchar a printf whose %ls, %S and %ws take 16-bit text.
 *
 * The C library would read such text as characters of 32 bits. Formats without these go to it as they are.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#if !defined(__SIZEOF_WCHAR_T__) || __SIZEOF_WCHAR_T__ != 2 || defined(__need_FILE) || defined(__need___FILE)
#include_next <stdio.h>
#elif !defined(BCRYPT_SHIM_STDIO_H)
#define BCRYPT_SHIM_STDIO_H

#define BCRYPT_SHIM_HIDES_STDIO
#include "bcrypt_shim_hide.h"
#include_next <stdio.h>
#include "bcrypt_shim_show.h"
#undef BCRYPT_SHIM_HIDES_STDIO

#include "bcrypt_shim_format.h"

#ifdef __cplusplus
extern "C" {
#endif
extern int bcrypt_shim_libc_vfprintf(FILE *, const char *, va_list) BCRYPT_SHIM_LIBC(vfprintf);
extern size_t bcrypt_shim_libc_fwrite(const void *, size_t, size_t, FILE *) BCRYPT_SHIM_LIBC(fwrite);
#ifdef __cplusplus
}
#endif

/* With symbols of their own, because the C library's functions keep theirs. */
#define BCRYPT_SHIM_CHECKED(name, text, first)                                                                         \
    __asm__(BCRYPT_SHIM_QUOTE(__USER_LABEL_PREFIX__) "bcrypt_shim_" #name)                                             \
        __attribute__((__format__(__printf__, text, first)))
static inline int vfprintf(FILE *stream, const char *format, va_list list) BCRYPT_SHIM_CHECKED(vfprintf, 2, 0);
static inline int vsnprintf(char *out, size_t size, const char *format, va_list list)
    BCRYPT_SHIM_CHECKED(vsnprintf, 3, 0);
static inline int vprintf(const char *format, va_list list) BCRYPT_SHIM_CHECKED(vprintf, 1, 0);
static inline int vsprintf(char *out, const char *format, va_list list) BCRYPT_SHIM_CHECKED(vsprintf, 2, 0);
static inline int printf(const char *format, ...) BCRYPT_SHIM_CHECKED(printf, 1, 2);
static inline int fprintf(FILE *stream, const char *format, ...) BCRYPT_SHIM_CHECKED(fprintf, 2, 3);
static inline int sprintf(char *out, const char *format, ...) BCRYPT_SHIM_CHECKED(sprintf, 2, 3);
static inline int snprintf(char *out, size_t size, const char *format, ...) BCRYPT_SHIM_CHECKED(snprintf, 3, 4);
#if defined(__USE_GNU) || defined(__USE_MISC) || defined(__APPLE__)
static inline int vasprintf(char **out, const char *format, va_list list) BCRYPT_SHIM_CHECKED(vasprintf, 2, 0);
static inline int asprintf(char **out, const char *format, ...) BCRYPT_SHIM_CHECKED(asprintf, 2, 3);
#endif

/* Whether the C library can't print this format. */
static inline int bcrypt_shim_has_wide(const char *format)
{
    while ((format = strchr(format, '%')) != NULL) {
        size_t length = strspn(++format, "-+ #0'*.123456789hljztLqwI");
        const char what = format[length];
        if (what == 'S' || what == 'C' || memchr(format, 'I', length) || memchr(format, 'w', length))
            return 1;
        if ((what == 's' || what == 'c') && (memchr(format, 'l', length) || memchr(format, 'h', length)))
            return 1;
        format += length + (what != 0);
    }
    return 0;
}

/* What a narrow format with wide text in it prints; the caller frees it. NULL, with errno set, if it can't be made. */
static inline char *bcrypt_shim_narrow(const char *format, va_list list, size_t *count)
{
    struct bcrypt_shim_text units = {NULL, 0, 0, 0}, text = {NULL, 0, 0, 0};
    char *bytes = NULL;

    bcrypt_shim_put_bytes(&units, format, strlen(format));
    bcrypt_shim_put(&units, 0);
    if (!units.failed)
        bcrypt_shim_render(&text, units.units, 0, list);
    text.failed = text.failed ? text.failed : units.failed;
    if (!text.failed && (bytes = bcrypt_shim_bytes_of(&text, count)) == NULL)
        text.failed = ENOMEM;
    if (bytes && *count > INT_MAX) {
        bcrypt_shim_libc_free(bytes);
        bytes = NULL;
        text.failed = EOVERFLOW;
    }
    bcrypt_shim_libc_free(units.units);
    bcrypt_shim_libc_free(text.units);
    if (text.failed)
        errno = text.failed;
    return bytes;
}

static inline int vfprintf(FILE *stream, const char *format, va_list list)
{
    size_t count, written;
    char *bytes;
    if (!bcrypt_shim_has_wide(format))
        return bcrypt_shim_libc_vfprintf(stream, format, list);
    bytes = bcrypt_shim_narrow(format, list, &count);
    if (!bytes)
        return -1;
    written = bcrypt_shim_libc_fwrite(bytes, 1, count, stream);
    bcrypt_shim_libc_free(bytes);
    return written == count ? (int)count : -1;
}

static inline int vsnprintf(char *out, size_t size, const char *format, va_list list)
{
    size_t count;
    char *bytes;
    if (!bcrypt_shim_has_wide(format))
        return bcrypt_shim_libc_vsnprintf(out, size, format, list);
    bytes = bcrypt_shim_narrow(format, list, &count);
    if (!bytes)
        return -1;
    if (size) {
        size_t fits = count < size ? count : size - 1;
        memcpy(out, bytes, fits);
        out[fits] = 0;
    }
    bcrypt_shim_libc_free(bytes);
    return (int)count;
}

static inline int vprintf(const char *format, va_list list)
{
    return vfprintf(stdout, format, list);
}

static inline int vsprintf(char *out, const char *format, va_list list)
{
    /* As much as a printf may print at all, and no end beyond that of the address space. */
    const size_t beyond = (size_t)-1 - (uintptr_t)out;
    return vsnprintf(out, beyond < INT_MAX ? beyond : INT_MAX, format, list);
}

static inline int printf(const char *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vfprintf(stdout, format, list);
    va_end(list);
    return count;
}

static inline int fprintf(FILE *stream, const char *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vfprintf(stream, format, list);
    va_end(list);
    return count;
}

static inline int sprintf(char *out, const char *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vsprintf(out, format, list);
    va_end(list);
    return count;
}

static inline int snprintf(char *out, size_t size, const char *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vsnprintf(out, size, format, list);
    va_end(list);
    return count;
}

#if defined(__USE_GNU) || defined(__USE_MISC) || defined(__APPLE__)
static inline int vasprintf(char **out, const char *format, va_list list)
{
    va_list again;
    int count;
    va_copy(again, list);
    count = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *out = count < 0 ? NULL : (char *)bcrypt_shim_libc_realloc(NULL, (size_t)count + 1);
    return *out ? vsnprintf(*out, (size_t)count + 1, format, list) : -1;
}

static inline int asprintf(char **out, const char *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vasprintf(out, format, list);
    va_end(list);
    return count;
}
#endif

#endif
