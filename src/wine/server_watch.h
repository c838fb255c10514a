/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sees to it that a process whose wineserver has died ends, as every other process of Wine does.
 *
 * A thread of Wine notices when it next talks to the server, or at once where it waits there. One
 * that waits for the network does neither and would keep the process alive. So one thread of
 * the host watches the connection; when it breaks, all waits are interrupted.
 */
#ifndef SRC_WINE_SERVER_WATCH_H
#define SRC_WINE_SERVER_WATCH_H

#include "backend/backend.h"

/* From open to close of a source. 0; -ENOMEM, -EAGAIN: nothing was added. */
int server_watch_add(struct backend_source *source);
void server_watch_remove(struct backend_source *source);

#endif
