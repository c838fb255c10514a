/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings of IPv4 or IPv6 as a whole, for the queries that have them. */
#ifndef SRC_BACKEND_NETLINK_TABLE_IP_SETTINGS_H
#define SRC_BACKEND_NETLINK_TABLE_IP_SETTINGS_H

#include "mib/query/ip_settings.h"

/* What is set, of the family that *settings names. The errors are those of the query. */
int ip_settings_read(struct mib_ip_settings *settings);

/* How long fragments are kept, in seconds. */
int ip_settings_fragment_time(enum mib_family family, int32_t *ret_seconds);

#endif
