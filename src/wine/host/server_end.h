/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sees to it that a process whose wineserver has died can end, as it could without the DLL.
 *
 * A thread of Wine ends when it finds the server gone at its next request, and the process with
 * the last of them. One that waits for the network makes no request, and would keep the process
 * for ever. So one thread of the host watches the connection; when it breaks, all waits are
 * interrupted.
 */
#ifndef SRC_WINE_HOST_SERVER_END_H
#define SRC_WINE_HOST_SERVER_END_H

#include "backend/backend.h"

/* From open to close of a watch. 0; -ENOMEM, -EAGAIN, -EMFILE, -ENFILE: nothing was added. */
int server_end_add(struct backend_watch *watch);
void server_end_remove(struct backend_watch *watch);

#endif
