/* bcrypt_shim_text.h: UTF-8 to UTF-16 and back, for the headers beside it. Programs do not include it. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_TEXT_H
#define BCRYPT_SHIM_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A unit of UTF-16, whatever the program's type for it is: unsigned short, wchar_t or char16_t. */
typedef uint16_t __attribute__((may_alias)) bcrypt_shim_unit;

#define BCRYPT_SHIM_REPLACEMENT 0xFFFDu
/* What is not UTF-8: no code point. */
#define BCRYPT_SHIM_MALFORMED 0xFFFFFFFFu

/* Reads one code point of at least one byte and moves past it. A malformed sequence counts as one byte. */
static inline uint32_t bcrypt_shim_read_bytes(const char **at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at), more, i;
    uint32_t point = byte[0], least;

    *at += 1;
    if (point < 0x80)
        return point;
    if (point >= 0xC2 && point <= 0xDF)
        more = 1, least = 0x80, point &= 0x1F;
    else if ((point & 0xF0) == 0xE0)
        more = 2, least = 0x800, point &= 0x0F;
    else if (point >= 0xF0 && point <= 0xF4)
        more = 3, least = 0x10000, point &= 0x07;
    else
        return BCRYPT_SHIM_MALFORMED;
    if (left <= more)
        return BCRYPT_SHIM_MALFORMED;
    for (i = 1; i <= more; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return BCRYPT_SHIM_MALFORMED;
        point = point << 6 | (byte[i] & 0x3F);
    }
    if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        return BCRYPT_SHIM_MALFORMED;
    *at += more;
    return point;
}

/* Reads one code point of at least one unit and moves past it. A surrogate without its partner is returned as it is. */
static inline uint32_t bcrypt_shim_read_units(const bcrypt_shim_unit **at, const bcrypt_shim_unit *end)
{
    uint32_t point = *(*at)++;
    if (point >= 0xD800 && point <= 0xDBFF && *at < end && **at >= 0xDC00 && **at <= 0xDFFF)
        point = 0x10000 + ((point - 0xD800) << 10) + (*(*at)++ - 0xDC00u);
    return point;
}

/* Writes a code point as UTF-8, at most four bytes, and tells how many. */
static inline size_t bcrypt_shim_write_bytes(uint32_t point, char *out)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

/* Writes a code point as UTF-16, at most two units, and tells how many. */
static inline size_t bcrypt_shim_write_units(uint32_t point, bcrypt_shim_unit *out)
{
    if (point < 0x10000) {
        out[0] = (uint16_t)point;
        return 1;
    }
    point -= 0x10000;
    out[0] = (uint16_t)(0xD800 + (point >> 10));
    out[1] = (uint16_t)(0xDC00 + (point & 0x3FF));
    return 2;
}

static inline int bcrypt_shim_is_surrogate(uint32_t point)
{
    return point >= 0xD800 && point <= 0xDFFF;
}

/* LLVM knows loops like this one and would call the C library's wcslen, whose characters are wider. */
#if defined(__clang__)
__attribute__((no_builtin))
#endif
static inline size_t bcrypt_shim_units_of(const void *text)
{
    const bcrypt_shim_unit *units = (const bcrypt_shim_unit *)text;
    size_t count = 0;
    while (units[count])
        count++;
    return count;
}

#endif /* BCRYPT_SHIM_TEXT_H */
