/* ntstatus.h: the statuses that bcrypt calls return, which bcrypt.h has already. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_NTSTATUS_H
#define BCRYPT_SHIM_NTSTATUS_H

#include <bcrypt.h>

#endif /* BCRYPT_SHIM_NTSTATUS_H */
