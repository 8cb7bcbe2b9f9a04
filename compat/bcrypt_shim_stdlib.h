/* bcrypt_shim_stdlib.h: what Windows' stdlib.h has beside the C library's. Programs do not include it. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_STDLIB_H
#define BCRYPT_SHIM_STDLIB_H

#include <stdint.h>

#ifndef _countof
#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#endif

static inline unsigned short _byteswap_ushort(unsigned short number)
{
    return __builtin_bswap16(number);
}

/* Windows' is of an unsigned long, which has 32 bits there. */
static inline uint32_t _byteswap_ulong(uint32_t number)
{
    return __builtin_bswap32(number);
}

static inline uint64_t _byteswap_uint64(uint64_t number)
{
    return __builtin_bswap64(number);
}

#endif /* BCRYPT_SHIM_STDLIB_H */
