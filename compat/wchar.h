/* wchar.h: the C library's, and with -fshort-wchar functions of 16-bit text in the place of its own.
 *
 * The C library's functions read 32-bit characters whatever the compiler takes a wchar_t for: wcslen(L"ECDH_P256")
 * would be 5. Here the names are those of functions that are right for 16 bits; what can't be is an error at compile
 * time. Streams stay narrow, and narrow text is UTF-8. A surrogate without its partner is printed as U+FFFD.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#if !defined(__SIZEOF_WCHAR_T__) || __SIZEOF_WCHAR_T__ != 2 || defined(__need_mbstate_t) || defined(__need_wint_t)
#include_next <wchar.h>
#else
/* C++ libraries read this one more than once. */
#define BCRYPT_SHIM_HIDES_WCHAR
#include "bcrypt_shim_hide.h"
#include_next <wchar.h>
#include "bcrypt_shim_show.h"
#undef BCRYPT_SHIM_HIDES_WCHAR

#if !defined(BCRYPT_SHIM_WCHAR_H)
#define BCRYPT_SHIM_WCHAR_H

#include "bcrypt_shim_wide.h"
#include "bcrypt_shim_wide_io.h"

#ifdef __cplusplus
#include "bcrypt_shim_wide_std.h"
#endif
#endif
#endif
