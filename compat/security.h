/* security.h: the statuses of Windows' security interfaces. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_SECURITY_H
#define BCRYPT_SHIM_SECURITY_H

#include "windows.h"

#if !defined(BCRYPT_SHIM_NO_WINDOWS_TYPES) && !defined(__SECSTATUS_DEFINED__)
#define __SECSTATUS_DEFINED__
typedef LONG SECURITY_STATUS;
#endif

#endif /* BCRYPT_SHIM_SECURITY_H */
