/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP and UDP sockets as /proc/net shows them, for kernels that have no sock_diag for them. */
#ifndef SRC_BACKEND_PROC_INET_SOCKETS_H
#define SRC_BACKEND_PROC_INET_SOCKETS_H

#include "backend/inet_socket.h"

#include <stdio.h>

/* One socket: 0; anything else ends the reading. */
typedef int (*inet_sockets_take)(void *context, const struct inet_socket *socket);

/*
 * Gives each socket of /proc/net/NAME ("tcp", "tcp6", "udp", "udp6") of the calling thread's
 * network namespace. Links, cookies and takes_ipv4 are not known there. 0; what `take` ended it
 * with; -ENOENT: there is no such file; -EACCES, -EMFILE, …; -EIO: a line is none of the kernel's.
 */
int inet_sockets_read(const char *name, inet_sockets_take take, void *context);

/* The part that reads the text. */
int inet_sockets_read_text(FILE *text, inet_sockets_take take, void *context);

#endif
