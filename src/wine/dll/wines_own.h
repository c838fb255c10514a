/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wine's own iphlpapi.dll: the copy of it that stands beside ours. */
#ifndef SRC_WINE_DLL_WINES_OWN_H
#define SRC_WINE_DLL_WINES_OWN_H

#include <stdbool.h>

/* Whether there is such a copy. Loads it, as the two below. */
bool wines_own_exists(void);

/* Its function of this name; NULL where the copy or the function is missing. */
void (*wines_own_function(const char *name))(void);

#endif
