/* wtypesbase.h: basic types, which windows.h beside it has. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WTYPESBASE_H
#define BCRYPT_SHIM_WTYPESBASE_H

#include "windows.h"

#endif /* BCRYPT_SHIM_WTYPESBASE_H */
