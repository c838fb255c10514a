/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables of unix calls, under the names by which Wine looks for them. */
#ifndef SRC_WINE_HOST_UNIXLIB_H
#define SRC_WINE_HOST_UNIXLIB_H

#include <stdint.h>

/* Returns an NTSTATUS. */
typedef int32_t (*unix_function)(void *params);

/*
 * The functions in the order of enum unix_call. The layout of the parameters does not depend on
 * the caller, so a 32-bit one of a 64-bit host gets the same.
 */
extern const unix_function __wine_unix_call_funcs[];
extern const unix_function __wine_unix_call_wow64_funcs[];

#endif
