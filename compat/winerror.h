/* winerror.h: ERROR_SUCCESS, HRESULT and what tests it, which windows.h beside it has already. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINERROR_H
#define BCRYPT_SHIM_WINERROR_H

#include "windows.h"

#endif /* BCRYPT_SHIM_WINERROR_H */
