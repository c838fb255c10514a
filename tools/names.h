/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of interfaces, remembered beyond the interface's end, and of what the API returns. */
#ifndef TOOLS_NAMES_H
#define TOOLS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "platform.h"

/* Every UTF-16 unit becomes three bytes of UTF-8 at most. */
#define INTERFACE_NAME_SIZE (3 * (NDIS_IF_MAX_STRING_SIZE) + 1)

/* Learn the names of all interfaces that are there now. A failure is no harm: names come later. */
void names_load(void);

/* Forget everything. */
void names_free(void);

/**
 * Get the name of an interface: its alias, or, once it is gone, the last that it had, or, where
 * none was ever seen, "if" and its index.
 *
 * @param refresh true to ask the system even if a name is known already, as it may have changed
 * Context: any thread.
 */
void interface_name(const NET_LUID *luid, NET_IFINDEX index, bool refresh,
                    char ret_name[INTERFACE_NAME_SIZE]);

/*
 * The UTF-8 of a text of at most length units that may end before with a zero. Memory of the
 * caller's, to be freed; NULL: there is none.
 */
char *utf8_from(const WCHAR *text, size_t length);

/* Likewise of bytes: what is no UTF-8 becomes U+FFFD. */
char *utf8_made_valid(const char *text, size_t length);

/* The symbol of a Win32 error code, such as "ERROR_NOT_FOUND"; "error" for one not listed. */
const char *error_name(DWORD error);

#endif /* TOOLS_NAMES_H */
