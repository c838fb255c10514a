/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The process's connection to its wineserver. Wine has no function that gives it. */
#ifndef SRC_WINE_HOST_SERVER_CONNECTION_H
#define SRC_WINE_HOST_SERVER_CONNECTION_H

/*
 * The descriptor, which is Wine's and stays open as long as the process lives.
 * -ENOENT: none is known for sure; -ENOMEM, -EMFILE, -ENFILE: it could not be looked for.
 */
int server_connection_find(void);

#endif
