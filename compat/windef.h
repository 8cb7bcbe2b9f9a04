/* windef.h: Windows' basic types, which minwindef.h and winnt.h beside it have. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINDEF_H
#define BCRYPT_SHIM_WINDEF_H

#include "winnt.h"

#endif /* BCRYPT_SHIM_WINDEF_H */
