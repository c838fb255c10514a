/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which differences of IP interfaces are worth a notification. Pure. */
#include "mib/row/ipinterface.h"

bool mib_ipinterface_same(const struct mib_ipinterface *a, const struct mib_ipinterface *b)
{
    return a->forwarding == b->forwarding &&
           a->unreachability_detection == b->unreachability_detection &&
           a->managed_addresses == b->managed_addresses && a->other_stateful == b->other_stateful &&
           a->router_discovery == b->router_discovery &&
           a->link_local_automatic == b->link_local_automatic && a->connected == b->connected &&
           a->supports_router_discovery == b->supports_router_discovery &&
           a->dad_transmits == b->dad_transmits && a->mtu == b->mtu &&
           a->metric_fixed == b->metric_fixed && a->times_set == b->times_set;
}
