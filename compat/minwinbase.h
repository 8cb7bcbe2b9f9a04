/* minwinbase.h: basic types, which windows.h beside it has. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_MINWINBASE_H
#define BCRYPT_SHIM_MINWINBASE_H

#include "windows.h"

#endif /* BCRYPT_SHIM_MINWINBASE_H */
