/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Has the DHCP client of a link renew its IPv4 lease, or give it up. */
#ifndef SRC_BACKEND_DHCP_CLIENT_H
#define SRC_BACKEND_DHCP_CLIENT_H

#include "backend/bus/bus.h"

#include <stdbool.h>

/*
 * By systemd-networkd, of a link that has a lease of its client. What comes of it is not waited
 * for. -ESRCH: it is not there, or the link is not its; else as bus_call.
 */
int dhcp_renew_by_networkd(struct bus *bus, uint32_t ifindex);

/*
 * By NetworkManager, likewise. It sets an address anew only if its lifetime has become another by
 * much: *ret_shows says whether the kernel will tell of what was done. -ESRCH: it is not there, or
 * the device is not its, or not by DHCP.
 */
int dhcp_renew_by_network_manager(struct bus *bus, const char *name, bool *ret_shows);
int dhcp_release_by_network_manager(struct bus *bus, const char *name);

#endif
