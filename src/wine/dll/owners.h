/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes as Windows programs know them: owners of sockets, and what a process runs. */
#ifndef SRC_WINE_DLL_OWNERS_H
#define SRC_WINE_DLL_OWNERS_H

#include "backend/backend.h"

/*
 * The rows of MIB_TABLE_TCP or MIB_TABLE_UDP whose owners are the host's processes, each made one
 * of this Wine's, by number: of the program that holds the socket, as far as Wine tells; 4 for a
 * process of the host that is none of Wine's; else 0. 0; -ENOMEM.
 */
int owners_translate(enum mib_table table, void *rows, size_t count);

/* MIB_QUERY_PROCESS, of a Windows process. Other than by the host, 4 has the path "System". */
int owners_query_process(void *params);

#endif
