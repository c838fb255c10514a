/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv4 leases that are renewed or given up. Contracts: include/iphlpapi.h. */
#include "api/error.h"
#include "api/rows/names.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/row/dhcp.h"

#include <errno.h>

static DWORD change(const IP_ADAPTER_INDEX_MAP *adapter, enum mib_verb verb)
{
    struct mib_dhcp lease = {.family = MIB_FAMILY_IPV4};

    lease.ifindex = adapter ? ifindex_of_device_name(adapter->Name) : 0;
    int r = lease.ifindex ? backend_change_row(MIB_TABLE_DHCP, verb, &lease, 0) : -EINVAL;
    return error_from(r == -ENODEV ? -EINVAL : r);
}

DWORD NETIOAPI_API_ IpRenewAddress(PIP_ADAPTER_INDEX_MAP AdapterInfo)
{
    return change(AdapterInfo, MIB_VERB_SET);
}

DWORD NETIOAPI_API_ IpReleaseAddress(PIP_ADAPTER_INDEX_MAP AdapterInfo)
{
    return change(AdapterInfo, MIB_VERB_DELETE);
}
