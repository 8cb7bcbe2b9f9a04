/* windows.h: the few things beside bcrypt.h that CNG programs take from Windows' headers, for Linux and macOS.
 *
 * Opt in by adding this folder to the include path. Everything is static inline or a macro: there is no library to
 * link. What a program defines before including this header is left alone where that is possible.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINDOWS_H
#define BCRYPT_SHIM_WINDOWS_H

#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "sdkddkver.h"
#include "winapifamily.h"

#include "minwindef.h"
#include "winerror.h"
#include "winnt.h"

#include "libloaderapi.h"
#include "winbase.h"

#include "bcrypt_shim_secure.h"
#include "bcrypt_shim_wmain.h"

/* As on Windows, where this brings bcrypt.h too; that one is there in any case. */
#if !defined(WIN32_LEAN_AND_MEAN) && !defined(NOCRYPT)
#include "ncrypt.h"
#include "wincrypt.h"
#endif

#endif /* BCRYPT_SHIM_WINDOWS_H */
