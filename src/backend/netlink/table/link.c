/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for a link. */
#include "mib/query/link.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/table/read.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <linux/if.h>
#include <string.h>

int netlink_query_link(void *params)
{
    struct mib_link *row = params;
    bool by_name = row->ifindex == 0 && row->name[0];
    struct link link = {0};
    int r;

    if (by_name && strnlen(row->name, sizeof(row->name)) >= IFNAMSIZ)
        return -ENODEV;
    r = netlink_read_whole_link(row->ifindex, by_name ? row->name : NULL, row->iftype, &link);
    /* The kernel finds links by their alternative names, too. */
    if (r == 0 && by_name && strcmp(link.name, row->name) != 0)
        r = -ENODEV;
    if (r < 0)
        return r;
    *row = (struct mib_link){.ifindex = link.ifindex, .iftype = link.iftype};
    memcpy(row->name, link.name, sizeof(row->name));
    return 0;
}
