/* tchar.h: text and functions of the program's kind: 16 bits with _UNICODE, else UTF-8. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_TCHAR_H
#define BCRYPT_SHIM_TCHAR_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "winnt.h"

/* The wide functions are there for a wchar_t of 16 bits only. */
#ifdef _UNICODE
#define __T(quote) BCRYPT_SHIM_TEXT(quote)
#define _tmain wmain
#define _tcslen wcslen
#define _tcscmp wcscmp
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcscpy wcscpy
#define _tcsncpy wcsncpy
#define _tcscat wcscat
#define _tcschr wcschr
#define _tcsrchr wcsrchr
#define _tcsstr wcsstr
#define _tcsdup _wcsdup
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tprintf wprintf
#define _ftprintf fwprintf
#define _stprintf_s swprintf_s
#define _tcscpy_s wcscpy_s
#define _tcscat_s wcscat_s
#define _fputts fputws
#else
#define __T(quote) quote
#define _tmain main
#define _tcslen strlen
#define _tcscmp strcmp
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcscpy strcpy
#define _tcsncpy strncpy
#define _tcscat strcat
#define _tcschr strchr
#define _tcsrchr strrchr
#define _tcsstr strstr
#define _tcsdup _strdup
#define _tcstol strtol
#define _tcstoul strtoul
#define _tprintf printf
#define _ftprintf fprintf
#define _stprintf_s snprintf
#define _tcscpy_s strcpy_s
#define _tcscat_s strcat_s
#define _fputts fputs
#endif
#define _T(quote) __T(quote)
#define _TEXT(quote) __T(quote)
#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
#ifdef _UNICODE
typedef WCHAR _TCHAR;
#else
typedef char _TCHAR;
#endif
#endif

#include "bcrypt_shim_secure.h"

#endif /* BCRYPT_SHIM_TCHAR_H */
