/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The queries for echo requests. */
#include "backend/icmp/echo.h"
#include "backend/icmp/group.h"
#include "backend/netlink/table/table.h"

#include <errno.h>

static bool has_family(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 || family == MIB_FAMILY_IPV6;
}

int netlink_query_echo(void *params)
{
    struct mib_echo *query = params;

    return has_family(query->family) ? echo_exchange(query) : -EOPNOTSUPP;
}

int netlink_query_echo_control(void *params)
{
    struct mib_echo_control *query = params;

    if (!has_family(query->family))
        return -EOPNOTSUPP;
    switch (query->verb) {
    case MIB_ECHO_OPEN:
        return echo_group_open(query->family, &query->group);
    case MIB_ECHO_STOP:
        return echo_group_stop(query->group);
    case MIB_ECHO_CLOSE:
        return echo_group_close(query->group);
    default:
        return -EOPNOTSUPP;
    }
}
