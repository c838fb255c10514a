/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wine's own iphlpapi.dll: wine_iphlpapi.dll beside ours, a link that wine-prefix has made. */
#ifndef SRC_WINE_DLL_WINES_OWN_H
#define SRC_WINE_DLL_WINES_OWN_H

#include <stdbool.h>

/* Whether it is there. Loads it, as the two below. */
bool wines_own_exists(void);

/* Its function of this name; NULL where either is missing. */
void (*wines_own_function(const char *name))(void);

#endif
