/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ICMP echo request, and what comes back. */
#ifndef SRC_BACKEND_ICMP_ECHO_H
#define SRC_BACKEND_ICMP_ECHO_H

#include "mib/query/echo.h"

/*
 * Sends one, and waits for its answer. It goes over a socket of the kernel's own for that, where
 * net.ipv4.ping_group_range allows it, else over a raw one; IPv4's options take a raw one. What
 * *echo says is in mib/query/echo.h; on failure it stays as it was. 0, or the errors that are
 * listed there; -EMFILE, -ENOMEM, …
 */
int echo_exchange(struct mib_echo *echo);

/* Groups of them, in the same way. */
int echo_group_open(uint8_t family, struct mib_echo_group *ret_group);
int echo_group_stop(const struct mib_echo_group *group);
int echo_group_close(const struct mib_echo_group *group);

#endif
