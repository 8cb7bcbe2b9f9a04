/* Synchapi.h: synchapi.h under another spelling, for file systems that tell them apart. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <synchapi.h>
