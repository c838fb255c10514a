/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way to the host that needs no variable: iphlpnl.so by its path. */
#ifndef SRC_WINE_DLL_BY_PATH_H
#define SRC_WINE_DLL_BY_PATH_H

#include "wine/dll/iphlpnl.h"

#include <stddef.h>

/*
 * Loads iphlpnl.so, which lies beside the DLL or in the system's folder. NULL: it is not there, and
 * `why` is as it was; or this Wine does not load it, and `why` says so. What was loaded stays. No
 * lock is held.
 */
iphlpnl_unix_call_function by_path_load(char *why, size_t size);

#endif
