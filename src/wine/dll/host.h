/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The way from the DLL to the host. It is looked for once in a process, at the first call that
 * needs it; what came of it, then holds for as long as the process lives.
 */
#ifndef SRC_WINE_DLL_HOST_H
#define SRC_WINE_DLL_HOST_H

#include "wine/seam/unix_calls.h"

#include <stdbool.h>

/* Whether there is a host to be called. The first to find that there is none says why. */
bool host_is_there(void);

/* Where it is not: tells the user why, once in a process. */
void host_tell_missing(void);

/* False: there is none, and nothing was called. */
bool host_call(enum unix_call number, void *params);

#endif
