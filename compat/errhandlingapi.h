/* errhandlingapi.h: the thread's last error. CNG does not set it, nor does anything here but MultiByteToWideChar and
 * WideCharToMultiByte. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_ERRHANDLINGAPI_H
#define BCRYPT_SHIM_ERRHANDLINGAPI_H

#include "minwindef.h"

/* One for the whole program: the linker keeps a single one of all source files'. */
#ifdef __cplusplus
extern "C" {
#endif
extern __thread uint32_t bcrypt_shim_last_error;
__attribute__((weak)) __thread uint32_t bcrypt_shim_last_error = 0;
#ifdef __cplusplus
}
#endif

static inline DWORD GetLastError(void)
{
    return bcrypt_shim_last_error;
}

static inline void SetLastError(DWORD dwErrCode)
{
    bcrypt_shim_last_error = dwErrCode;
}

#endif /* BCRYPT_SHIM_ERRHANDLINGAPI_H */
