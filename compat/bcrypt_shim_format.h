/* bcrypt_shim_format.h: printf's formats over 16-bit text, for stdio.h and wchar.h beside it. Programs do not
 * include it.
 *
 * A wide function (wprintf) takes %s and %c as wide and %S and %C as narrow, a narrow one the other way round, as on
 * Windows; %ls and %ws are wide and %hs is narrow in both. Narrow text is UTF-8. Numbers go to the C library; %l is
 * the platform's long. %n is refused.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_FORMAT_H
#define BCRYPT_SHIM_FORMAT_H

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bcrypt_shim_text.h"

/* The C library's functions under names of their own, because stdio.h and stdlib.h beside this file replace some. */
#define BCRYPT_SHIM_QUOTE_(text) #text
#define BCRYPT_SHIM_QUOTE(text) BCRYPT_SHIM_QUOTE_(text)
#define BCRYPT_SHIM_LIBC(name) __asm__(BCRYPT_SHIM_QUOTE(__USER_LABEL_PREFIX__) #name)

#ifdef __cplusplus
extern "C" {
#endif
extern int bcrypt_shim_libc_snprintf(char *, size_t, const char *, ...) BCRYPT_SHIM_LIBC(snprintf);
extern int bcrypt_shim_libc_vsnprintf(char *, size_t, const char *, va_list) BCRYPT_SHIM_LIBC(vsnprintf);
extern void *bcrypt_shim_libc_realloc(void *, size_t) BCRYPT_SHIM_LIBC(realloc);
extern void bcrypt_shim_libc_free(void *) BCRYPT_SHIM_LIBC(free);
#ifdef __cplusplus
}
#endif

/* Text that grows. */
struct bcrypt_shim_text {
    bcrypt_shim_unit *units;
    size_t length, room;
    int failed;
};

static inline void bcrypt_shim_put(struct bcrypt_shim_text *text, uint32_t point)
{
    if (text->room - text->length < 2 && !text->failed) {
        size_t room = text->room ? text->room * 2 : 128;
        void *larger = bcrypt_shim_libc_realloc(text->units, room * sizeof(bcrypt_shim_unit));
        if (larger) {
            text->units = (bcrypt_shim_unit *)larger;
            text->room = room;
        } else {
            text->failed = ENOMEM;
        }
    }
    if (!text->failed)
        text->length += bcrypt_shim_write_units(point, text->units + text->length);
}

static inline void bcrypt_shim_pad(struct bcrypt_shim_text *text, size_t count)
{
    while (count-- && !text->failed)
        bcrypt_shim_put(text, ' ');
}

/* Narrow text. A byte that is not UTF-8 becomes a lone surrogate, from which it comes back. */
static inline void bcrypt_shim_put_bytes(struct bcrypt_shim_text *text, const char *bytes, size_t count)
{
    const char *at = bytes, *end = bytes + count;
    while (at < end && !text->failed) {
        const unsigned char first = (unsigned char)*at;
        uint32_t point = bcrypt_shim_read_bytes(&at, end);
        bcrypt_shim_put(text, point == BCRYPT_SHIM_MALFORMED ? 0xDC00u + first : point);
    }
}

/* The whole text in UTF-8, which the caller frees; NULL without memory. */
static inline char *bcrypt_shim_bytes_of(const struct bcrypt_shim_text *text, size_t *count)
{
    const bcrypt_shim_unit *at = text->units, *end = at + text->length;
    char *bytes = (char *)bcrypt_shim_libc_realloc(NULL, text->length * 3 + 1), *out = bytes;
    while (bytes && at < end) {
        uint32_t point = bcrypt_shim_read_units(&at, end);
        if (point >= 0xDC80 && point <= 0xDCFF)
            *out++ = (char)(point - 0xDC00);
        else
            out += bcrypt_shim_write_bytes(bcrypt_shim_is_surrogate(point) ? BCRYPT_SHIM_REPLACEMENT : point, out);
    }
    if (bytes) {
        *out = 0;
        *count = (size_t)(out - bytes);
    }
    return bytes;
}

/* One conversion of a format. */
struct bcrypt_shim_conversion {
    char flags[8];
    int width, precision; /* negative: not given */
    char length[4];
    char what;
};

/* The argument list, in a structure because a va_list can't be handed on by its address everywhere. */
struct bcrypt_shim_arguments {
    va_list list;
};

static inline int bcrypt_shim_read_number(const bcrypt_shim_unit **at, struct bcrypt_shim_arguments *arguments)
{
    int number = 0;
    if (**at == '*') {
        (*at)++;
        return va_arg(arguments->list, int);
    }
    while (**at >= '0' && **at <= '9' && number < INT_MAX / 10 - 1)
        number = number * 10 + (*(*at)++ - '0');
    return number;
}

/* Reads a conversion behind its %. */
static inline void bcrypt_shim_read_conversion(const bcrypt_shim_unit **at, struct bcrypt_shim_arguments *arguments,
                                               struct bcrypt_shim_conversion *conversion)
{
    const bcrypt_shim_unit *next = *at;
    size_t flags = 0, length = 0;

    memset(conversion, 0, sizeof(*conversion));
    conversion->width = conversion->precision = -1;
    while (*next && *next < 0x80 && strchr("-+ #0'", *next)) {
        if (flags < sizeof(conversion->flags) - 2)
            conversion->flags[flags++] = (char)*next;
        next++;
    }
    if (*next == '*' || (*next >= '1' && *next <= '9')) {
        conversion->width = bcrypt_shim_read_number(&next, arguments);
        if (conversion->width < 0) {
            conversion->flags[flags++] = '-';
            conversion->width = conversion->width == INT_MIN ? INT_MAX : -conversion->width;
        }
    }
    if (*next == '.') {
        next++;
        conversion->precision = bcrypt_shim_read_number(&next, arguments);
    }
    if (next[0] == 'I') { /* Windows' own: I64, I32 and I */
        int bits64 = next[1] == '6' && next[2] == '4', bits32 = next[1] == '3' && next[2] == '2';
        next += bits64 || bits32 ? 3 : 1;
        strcpy(conversion->length, bits64 ? "ll" : bits32 ? "" : "z");
    } else {
        while (*next && *next < 0x80 && strchr("hljztLqw", *next) && length < 2)
            conversion->length[length++] = (char)*next++;
    }
    conversion->what = (char)(*next < 0x80 ? *next : '?');
    *at = *next ? next + 1 : next;
}

/* A number, a pointer or the like, by the C library. */
static inline void bcrypt_shim_put_number(struct bcrypt_shim_text *text, struct bcrypt_shim_arguments *arguments,
                                          const struct bcrypt_shim_conversion *conversion)
{
    char format[64], *bytes;
    size_t at = 0;
    int count;
    va_list again;

    format[at++] = '%';
    memcpy(format + at, conversion->flags, strlen(conversion->flags));
    at += strlen(conversion->flags);
    if (conversion->width >= 0)
        at += (size_t)bcrypt_shim_libc_snprintf(format + at, 16, "%d", conversion->width);
    if (conversion->precision >= 0)
        at += (size_t)bcrypt_shim_libc_snprintf(format + at, 16, ".%d", conversion->precision);
    memcpy(format + at, conversion->length, strlen(conversion->length));
    at += strlen(conversion->length);
    format[at++] = conversion->what;
    format[at] = 0;

    va_copy(again, arguments->list);
    count = bcrypt_shim_libc_vsnprintf(NULL, 0, format, again);
    va_end(again);
    bytes = count < 0 ? NULL : (char *)bcrypt_shim_libc_realloc(NULL, (size_t)count + 1);
    if (!bytes) {
        text->failed = count < 0 ? EINVAL : ENOMEM;
        return;
    }
    va_copy(again, arguments->list);
    bcrypt_shim_libc_vsnprintf(bytes, (size_t)count + 1, format, again);
    va_end(again);
    bcrypt_shim_put_bytes(text, bytes, (size_t)count);
    bcrypt_shim_libc_free(bytes);
}

/* Takes the argument that bcrypt_shim_put_number has printed. */
static inline int bcrypt_shim_skip_number(struct bcrypt_shim_arguments *arguments,
                                          const struct bcrypt_shim_conversion *conversion)
{
    const char *length = conversion->length;
    if (strchr("diouxX", conversion->what)) {
        if (!strcmp(length, "ll") || !strcmp(length, "q") || !strcmp(length, "L"))
            (void)va_arg(arguments->list, long long);
        else if (!strcmp(length, "l"))
            (void)va_arg(arguments->list, long);
        else if (!strcmp(length, "j"))
            (void)va_arg(arguments->list, intmax_t);
        else if (!strcmp(length, "z"))
            (void)va_arg(arguments->list, size_t);
        else if (!strcmp(length, "t"))
            (void)va_arg(arguments->list, ptrdiff_t);
        else if (!*length || !strcmp(length, "h") || !strcmp(length, "hh"))
            (void)va_arg(arguments->list, int);
        else
            return 0;
    } else if (strchr("aAeEfFgG", conversion->what)) {
        if (!strcmp(length, "L"))
            (void)va_arg(arguments->list, long double);
        else if (!*length || !strcmp(length, "l"))
            (void)va_arg(arguments->list, double);
        else
            return 0;
    } else {
        (void)va_arg(arguments->list, void *);
    }
    return 1;
}

static inline int bcrypt_shim_is_wide(const struct bcrypt_shim_conversion *conversion, int wide)
{
    if (conversion->length[0] == 'l' || conversion->length[0] == 'w')
        return 1;
    if (conversion->length[0] == 'h')
        return 0;
    return (conversion->what == 's' || conversion->what == 'c') == (wide != 0);
}

/* A string or a character. The width counts units in a wide function and bytes in a narrow one; the precision units
 * of a wide string and bytes of a narrow one. */
static inline void bcrypt_shim_put_string(struct bcrypt_shim_text *text, struct bcrypt_shim_arguments *arguments,
                                          const struct bcrypt_shim_conversion *conversion, int wide)
{
    const int is_wide = bcrypt_shim_is_wide(conversion, wide), left = strchr(conversion->flags, '-') != NULL;
    const size_t most = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    struct bcrypt_shim_text piece = {NULL, 0, 0, 0};
    size_t count = 0, blanks;

    if (conversion->what == 'c' || conversion->what == 'C') {
        const int character = va_arg(arguments->list, int);
        const char byte = (char)character;
        if (is_wide)
            bcrypt_shim_put(&piece, (uint16_t)character);
        else
            bcrypt_shim_put_bytes(&piece, &byte, 1);
    } else {
        const void *argument = va_arg(arguments->list, const void *);
        if (!argument) {
            bcrypt_shim_put_bytes(&piece, "(null)", most < 6 ? most : 6);
        } else if (is_wide) {
            const bcrypt_shim_unit *units = (const bcrypt_shim_unit *)argument;
            for (; count < most && units[count]; count++)
                bcrypt_shim_put(&piece, units[count]);
        } else {
            const char *bytes = (const char *)argument;
            while (count < most && bytes[count])
                count++;
            bcrypt_shim_put_bytes(&piece, bytes, count);
        }
    }
    if (wide) {
        count = piece.length;
    } else {
        char *bytes = bcrypt_shim_bytes_of(&piece, &count);
        if (!bytes)
            piece.failed = ENOMEM;
        bcrypt_shim_libc_free(bytes);
    }
    blanks = conversion->width > 0 && (size_t)conversion->width > count ? (size_t)conversion->width - count : 0;
    if (!left)
        bcrypt_shim_pad(text, blanks);
    for (count = 0; count < piece.length; count++)
        bcrypt_shim_put(text, piece.units[count]);
    if (left)
        bcrypt_shim_pad(text, blanks);
    if (piece.failed)
        text->failed = piece.failed;
    bcrypt_shim_libc_free(piece.units);
}

/* Renders a format that ends in a NUL. */
static inline void bcrypt_shim_render(struct bcrypt_shim_text *text, const bcrypt_shim_unit *format, int wide,
                                      va_list list)
{
    struct bcrypt_shim_arguments arguments;
    struct bcrypt_shim_conversion conversion;

    va_copy(arguments.list, list);
    while (*format && !text->failed) {
        if (*format != '%') {
            bcrypt_shim_put(text, *format++);
            continue;
        }
        format++;
        bcrypt_shim_read_conversion(&format, &arguments, &conversion);
        if (conversion.what == '%') {
            bcrypt_shim_put(text, '%');
        } else if (conversion.what && strchr("sScC", conversion.what)) {
            bcrypt_shim_put_string(text, &arguments, &conversion, wide);
        } else if (conversion.what && strchr("diouxXaAeEfFgGp", conversion.what)) {
            bcrypt_shim_put_number(text, &arguments, &conversion);
            if (!bcrypt_shim_skip_number(&arguments, &conversion))
                text->failed = EINVAL;
        } else {
            text->failed = EINVAL;
        }
    }
    va_end(arguments.list);
}

#endif /* BCRYPT_SHIM_FORMAT_H */
