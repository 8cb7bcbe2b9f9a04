/* winternl.h: NTSTATUS and NT_SUCCESS, which windows.h beside it has already. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINTERNL_H
#define BCRYPT_SHIM_WINTERNL_H

#include "windows.h"

#endif /* BCRYPT_SHIM_WINTERNL_H */
