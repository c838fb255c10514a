/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The leases of DHCP clients that keep them in files: systemd-networkd (/run/systemd/netif), ISC
 * dhclient (/var/lib/dhcp, /var/lib/dhclient) and dhcpcd (/var/lib/dhcpcd). Of files that an
 * ordinary user may not read nothing is told.
 */
#ifndef SRC_BACKEND_DHCP_FILES_H
#define SRC_BACKEND_DHCP_FILES_H

#include "backend/dhcp/lease.h"

/* Whose a lease is, in the order in which they count. */
enum dhcp_source {
    DHCP_NETWORKD,
    DHCP_NETWORK_MANAGER,
    DHCP_DHCLIENT,
    DHCP_DHCPCD,
};

/*
 * The leases that there are files of: by ifindex, or by the interface's name with ifindex 0.
 * Of two of one client, interface and family that counts which ends later. A result below 0 ends
 * it and is handed on. -ENOMEM.
 */
typedef int (*dhcp_file_found)(void *context, enum dhcp_source source, uint32_t ifindex,
                               const struct dhcp_lease *lease);
int dhcp_find_leases(dhcp_file_found found, void *context);

#endif
