/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which links are wireless, by nl80211. */
#ifndef SRC_BACKEND_NETLINK_SOCKET_WIRELESS_H
#define SRC_BACKEND_NETLINK_SOCKET_WIRELESS_H

#include <stdbool.h>
#include <stdint.h>

/* Asks the kernel, in the thread's network namespace. False also where it does not answer. */
bool wireless_has_link(uint32_t ifindex);

#endif
