/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ICMP echo request, and what comes back. */
#ifndef SRC_BACKEND_ICMP_ECHO_H
#define SRC_BACKEND_ICMP_ECHO_H

#include "mib/query/echo.h"

/*
 * Sends one, and waits for its answer. What *echo says is in mib/query/echo.h; on failure it stays
 * as it was. 0, or the errors that are listed there; -EMFILE, -ENOMEM, …
 */
int echo_exchange(struct mib_echo *echo);

#endif
