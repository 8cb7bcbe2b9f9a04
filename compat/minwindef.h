/* minwindef.h: Windows' basic types, and the words that stand before declarations. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_MINWINDEF_H
#define BCRYPT_SHIM_MINWINDEF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <bcrypt.h>

#include "basetsd.h"
#include "sal.h"

/* Calling conventions: there is but one here. */
#ifndef __cdecl
#define __cdecl
#endif
#ifndef _cdecl
#define _cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#ifndef __fastcall
#define __fastcall
#endif
#ifndef __thiscall
#define __thiscall
#endif
#ifndef __vectorcall
#define __vectorcall
#endif
#ifndef APIENTRY
#define APIENTRY WINAPI
#endif
#ifndef CALLBACK
#define CALLBACK WINAPI
#endif
#ifndef WINAPIV
#define WINAPIV
#endif
#ifndef PASCAL
#define PASCAL WINAPI
#endif
#ifndef FAR
#define FAR
#endif
#ifndef NEAR
#define NEAR
#endif

/* Microsoft's attributes. One that is not listed is an error: to leave it out might not be right. */
#if !defined(__declspec) && !defined(_MSC_EXTENSIONS)
#define __declspec(what) BCRYPT_SHIM_DECLSPEC_##what
#define BCRYPT_SHIM_DECLSPEC_dllexport __attribute__((visibility("default")))
#define BCRYPT_SHIM_DECLSPEC_dllimport
#define BCRYPT_SHIM_DECLSPEC_noinline __attribute__((noinline))
#define BCRYPT_SHIM_DECLSPEC_noreturn __attribute__((noreturn))
#define BCRYPT_SHIM_DECLSPEC_nothrow __attribute__((nothrow))
#define BCRYPT_SHIM_DECLSPEC_novtable
#define BCRYPT_SHIM_DECLSPEC_restrict __attribute__((malloc))
#define BCRYPT_SHIM_DECLSPEC_selectany __attribute__((weak))
#if defined(__cplusplus)
#define BCRYPT_SHIM_DECLSPEC_thread thread_local
#else
#define BCRYPT_SHIM_DECLSPEC_thread _Thread_local
#endif
#define BCRYPT_SHIM_DECLSPEC_align(bytes) __attribute__((aligned(bytes)))
#define BCRYPT_SHIM_DECLSPEC_allocator
#define BCRYPT_SHIM_DECLSPEC_deprecated __attribute__((deprecated))
#endif
#ifndef __forceinline
#define __forceinline inline __attribute__((always_inline))
#endif
#ifndef FORCEINLINE
#define FORCEINLINE __forceinline
#endif
#ifndef DECLSPEC_NORETURN
#define DECLSPEC_NORETURN __attribute__((noreturn))
#endif
#ifndef DECLSPEC_NOINLINE
#define DECLSPEC_NOINLINE __attribute__((noinline))
#endif
#ifndef DECLSPEC_ALIGN
#define DECLSPEC_ALIGN(bytes) __attribute__((aligned(bytes)))
#endif
#ifndef EXTERN_C
#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif
#endif
#ifndef CONST
#define CONST const
#endif

/* "#pragma comment(lib, ...)" and the like mean nothing to other compilers, which must not warn of every one. */
#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunknown-pragmas"
#endif

/* Types that bcrypt.h does not need. BCRYPT_SHIM_NO_WINDOWS_TYPES leaves them out as it does there; the program then
 * has all that it uses of these headers. */
#ifndef BCRYPT_SHIM_NO_WINDOWS_TYPES
typedef int BOOL, *PBOOL, *LPBOOL;
typedef uint8_t BYTE, *PBYTE, *LPBYTE;
typedef uint16_t WORD, *PWORD, *LPWORD;
typedef uint32_t DWORD, *PDWORD, *LPDWORD;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT;
typedef float FLOAT;
typedef LONG *PLONG, *LPLONG;
typedef USHORT *PUSHORT;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef uintptr_t WPARAM;
typedef intptr_t LPARAM, LRESULT;
typedef HANDLE HGLOBAL, HLOCAL, HINSTANCE, HMODULE, HKEY, HWND, *PHANDLE, *LPHANDLE;
typedef HKEY *PHKEY;
typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;
typedef intptr_t (*FARPROC)(void);
typedef FARPROC NEARPROC, PROC;
#endif

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef MAX_PATH
#define MAX_PATH 260
#endif

/* Not in C++, whose library has functions of these names; Windows programs define NOMINMAX there. */
#if !defined(NOMINMAX) && !defined(__cplusplus)
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif

#ifndef MAKEWORD
#define MAKEWORD(low, high) ((WORD)(((BYTE)((DWORD_PTR)(low) & 0xff)) | ((WORD)((BYTE)((DWORD_PTR)(high) & 0xff))) << 8))
#define MAKELONG(low, high) ((LONG)(((WORD)((DWORD_PTR)(low) & 0xffff)) | ((DWORD)((WORD)((DWORD_PTR)(high) & 0xffff))) << 16))
#define LOWORD(number) ((WORD)((DWORD_PTR)(number) & 0xffff))
#define HIWORD(number) ((WORD)(((DWORD_PTR)(number) >> 16) & 0xffff))
#define LOBYTE(number) ((BYTE)((DWORD_PTR)(number) & 0xff))
#define HIBYTE(number) ((BYTE)(((DWORD_PTR)(number) >> 8) & 0xff))
#endif

#endif /* BCRYPT_SHIM_MINWINDEF_H */
