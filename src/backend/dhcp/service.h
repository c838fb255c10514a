/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The leases of NetworkManager's own DHCP client, as it tells them on D-Bus. */
#ifndef SRC_BACKEND_DHCP_SERVICE_H
#define SRC_BACKEND_DHCP_SERVICE_H

#include "backend/bus/bus.h"
#include "backend/dhcp/files.h"

/*
 * Gives each lease, by the interface's name. 0: those were all, or the service does not answer, or
 * not in time, or with what cannot be understood. A result below 0 of `found` is handed on.
 */
int dhcp_ask_network_manager(struct bus *bus, dhcp_file_found found, void *context);

#endif
