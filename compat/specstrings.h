/* specstrings.h: annotations, which sal.h beside it has. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_SPECSTRINGS_H
#define BCRYPT_SHIM_SPECSTRINGS_H

#include "sal.h"

#endif /* BCRYPT_SHIM_SPECSTRINGS_H */
