/* libloaderapi.h: libraries loaded while the program runs. "bcrypt.dll" is libbcrypt; any other name goes to the
 * system's loader as it is. Where dlopen is in a library of its own, the program is linked with -ldl. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_LIBLOADERAPI_H
#define BCRYPT_SHIM_LIBLOADERAPI_H

#include <dlfcn.h>
#include <strings.h>

#include "errhandlingapi.h"
#include "stringapiset.h"
#include "winerror.h"

#define LOAD_LIBRARY_AS_DATAFILE 0x00000002
#define LOAD_WITH_ALTERED_SEARCH_PATH 0x00000008
#define LOAD_LIBRARY_SEARCH_APPLICATION_DIR 0x00000200
#define LOAD_LIBRARY_SEARCH_SYSTEM32 0x00000800
#define LOAD_LIBRARY_SEARCH_DEFAULT_DIRS 0x00001000

#if defined(__APPLE__)
#define BCRYPT_SHIM_LIBRARY "libbcrypt.0.dylib"
#else
#define BCRYPT_SHIM_LIBRARY "libbcrypt.so.0"
#endif

static inline HMODULE bcrypt_shim_load(const char *name, int mode)
{
    const char *slash = name ? strrchr(name, '\\') : NULL, *last = slash ? slash + 1 : name;
    void *module;
    if (last && (!strcasecmp(last, "bcrypt.dll") || !strcasecmp(last, "bcrypt")))
        name = BCRYPT_SHIM_LIBRARY;
    module = dlopen(name, mode | RTLD_NOW);
    if (!module)
        SetLastError(ERROR_MOD_NOT_FOUND);
    return (HMODULE)module;
}

static inline HMODULE bcrypt_shim_load_wide(LPCWSTR name, int mode)
{
    char text[4 * MAX_PATH];
    if (!name)
        return bcrypt_shim_load(NULL, mode);
    return WideCharToMultiByte(CP_UTF8, 0, name, -1, text, sizeof(text), NULL, NULL) ? bcrypt_shim_load(text, mode)
                                                                                    : NULL;
}

static inline HMODULE LoadLibraryA(const char *name)
{
    return bcrypt_shim_load(name, RTLD_LOCAL);
}

static inline HMODULE LoadLibraryW(LPCWSTR name)
{
    return bcrypt_shim_load_wide(name, RTLD_LOCAL);
}

static inline HMODULE LoadLibraryExA(const char *name, HANDLE file, DWORD flags)
{
    (void)file;
    (void)flags;
    return LoadLibraryA(name);
}

static inline HMODULE LoadLibraryExW(LPCWSTR name, HANDLE file, DWORD flags)
{
    (void)file;
    (void)flags;
    return LoadLibraryW(name);
}

static inline BOOL FreeLibrary(HMODULE module)
{
    return module && !dlclose((void *)module);
}

/* The library if it is loaded already; the count of its users stays as it was. */
static inline HMODULE bcrypt_shim_loaded(HMODULE module)
{
    if (module)
        FreeLibrary(module);
    return module;
}

static inline HMODULE GetModuleHandleA(const char *name)
{
    return bcrypt_shim_loaded(bcrypt_shim_load(name, RTLD_NOLOAD));
}

static inline HMODULE GetModuleHandleW(LPCWSTR name)
{
    return bcrypt_shim_loaded(bcrypt_shim_load_wide(name, RTLD_NOLOAD));
}

static inline FARPROC GetProcAddress(HMODULE module, const char *name)
{
    /* A pointer to an object can't be made one to a function in so many words. */
    void *found = dlsym((void *)module, name);
    FARPROC function;
    memcpy(&function, &found, sizeof(function));
    if (!found)
        SetLastError(ERROR_PROC_NOT_FOUND);
    return function;
}

#ifdef UNICODE
#define LoadLibrary LoadLibraryW
#define LoadLibraryEx LoadLibraryExW
#define GetModuleHandle GetModuleHandleW
#else
#define LoadLibrary LoadLibraryA
#define LoadLibraryEx LoadLibraryExA
#define GetModuleHandle GetModuleHandleA
#endif

#endif /* BCRYPT_SHIM_LIBLOADERAPI_H */
