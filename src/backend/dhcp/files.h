/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The leases of DHCP clients that keep them in files: systemd-networkd (/run/systemd/netif), ISC
 * dhclient (/var/lib/dhcp, /var/lib/dhclient) and dhcpcd (/var/lib/dhcpcd). Of files that an
 * ordinary user may not read nothing is told.
 */
#ifndef SRC_BACKEND_DHCP_FILES_H
#define SRC_BACKEND_DHCP_FILES_H

#include "backend/dhcp/lease.h"

/*
 * The leases that there are files of: by ifindex, or by the interface's name with ifindex 0.
 * `source` says which client's: of two of one interface and family that with the lower number
 * counts, of one client's that which ends later. A result below 0 ends it and is handed on.
 * -ENOMEM.
 */
typedef int (*dhcp_file_found)(void *context, size_t source, uint32_t ifindex,
                               const struct dhcp_lease *lease);
int dhcp_find_leases(dhcp_file_found found, void *context);

#endif
