/* winnls.h: code pages, which stringapiset.h beside it has. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_WINNLS_H
#define BCRYPT_SHIM_WINNLS_H

#include "stringapiset.h"

#endif /* BCRYPT_SHIM_WINNLS_H */
