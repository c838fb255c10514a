/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Route messages, their nexthops, records in both forms, and rows. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

enum { NOW = 1000000 };

static void check_ops(const struct instance_ops *ops, const void *a, const void *b)
{
    MUST(ops->group_hash(a) == ops->group_hash(b));
    MUST(ops->same_key(a, b) && ops->same_instance(a, b) && ops->same_record(a, b));
    MUST(ops->same_row(a, b) && ops->rank(a, b) == 0);
}

static void check_nexthop(const struct route_message *route, const struct route_nexthop *nexthop,
                          bool several)
{
    struct route_record_wide record;
    struct mib_route row;

    route_record_make(route, nexthop, several, 6, NOW, &record);
    MUST(((record.common.flags & ROUTE_NOT_SHOWN) != 0) == route_nexthop_not_shown(route, nexthop));
    route_record_row(&record, NOW, &row);
    must_hold(route_row_violation(&row));
    check_ops(&route_ops_wide, &record, &record);
    if (record.common.flags & (ROUTE_IPV6 | ROUTE_GATEWAY_IPV6))
        return;

    struct route_record_narrow narrow;
    struct route_record_wide back;
    route_record_narrow_of(&record, &narrow);
    route_record_wide_of(&narrow, &back);
    check_ops(&route_ops_narrow, &narrow, &narrow);
    check_ops(&route_ops_wide, &record, &back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct route_nexthops nexthops; /* used again, as sources do */
    struct nlmsghdr *message = message_of(data, size);
    struct route_message route;

    if (!message)
        return 0;
    int r = route_parse(message, &route, &nexthops);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r == 0) {
        must_hold(route_violation(&route, &nexthops));
        for (size_t i = 0; i < nexthops.count; i++)
            check_nexthop(&route, &nexthops.items[i], nexthops.count > 1);
    }
    free(message);
    return 0;
}
