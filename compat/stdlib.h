/* stdlib.h: the C library's with a few functions of Windows', and with -fshort-wchar a mbstowcs and a wcstombs between
 * UTF-8 and 16-bit text. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#if !defined(__SIZEOF_WCHAR_T__) || __SIZEOF_WCHAR_T__ != 2 || defined(__need_malloc_and_calloc)
#include_next <stdlib.h>
#else
/* Ours come first: C++'s library looks for them while it is read. It is read more than once. */
#include "bcrypt_shim_wide_stdlib.h"
#define BCRYPT_SHIM_HIDES_STDLIB
#include "bcrypt_shim_hide.h"
#include_next <stdlib.h>
#include "bcrypt_shim_show.h"
#undef BCRYPT_SHIM_HIDES_STDLIB
#endif
#include "bcrypt_shim_stdlib.h"
