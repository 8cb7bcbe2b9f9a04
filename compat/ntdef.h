/* ntdef.h: the native API's basic types, which winternl.h beside it has. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_NTDEF_H
#define BCRYPT_SHIM_NTDEF_H

#include "winternl.h"

#endif /* BCRYPT_SHIM_NTDEF_H */
