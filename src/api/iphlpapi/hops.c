/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far away an address is. Contracts: include/iphlpapi.h. */
#include "mib/query/hops.h"
#include "api/error.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "platform/platform.h"

#include <errno.h>
#include <string.h>

static BOOL fail(int r)
{
    platform_set_error(-r, error_from(r));
    return FALSE;
}

BOOL NETIOAPI_API_ GetRTTAndHopCount(IPAddr DestIpAddress, PULONG HopCount, ULONG MaxHops,
                                     PULONG RTT)
{
    struct mib_hops query = {.family = MIB_FAMILY_IPV4, .max_hops = MaxHops};

    memcpy(query.address.bytes, &DestIpAddress, sizeof(DestIpAddress));
    if (!HopCount || !RTT || !mib_addr_is_unicast(query.family, &query.address))
        return fail(-EINVAL);
    int r = backend_query(MIB_QUERY_HOPS, &query);
    if (r < 0)
        return fail(r);
    *HopCount = query.hops;
    *RTT = query.rtt / 1000;
    return TRUE;
}
