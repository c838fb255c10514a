/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP interfaces. Contracts: include/netioapi.h. */
#include "api/shape.h"

#include <string.h>

NETIOAPI_API GetIpInterfaceTable(ADDRESS_FAMILY Family, PMIB_IPINTERFACE_TABLE *Table)
{
    return shape_get_table(&api_row_ipinterface, Family, (void **)Table);
}

NETIOAPI_API GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    return shape_get_row(&api_row_ipinterface, Row);
}

/* As the page has it, a row that names its interface by the index gets the LUID, too. */
NETIOAPI_API SetIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    NET_LUID luid = {0};

    if (!Row)
        return ERROR_INVALID_PARAMETER;
    if (Row->InterfaceLuid.Value == 0)
        (void)ConvertInterfaceIndexToLuid(Row->InterfaceIndex, &luid);
    DWORD error = shape_change_row(&api_row_ipinterface_change, MIB_VERB_SET, Row);
    if (error == NO_ERROR && Row->InterfaceLuid.Value == 0)
        Row->InterfaceLuid = luid;
    return error;
}

void NETIOAPI_API_ InitializeIpInterfaceEntry(PMIB_IPINTERFACE_ROW Row)
{
    shape_initialize_row(&api_row_ipinterface, Row);
}

/* Linux makes no estimates for an interface: there are none, which the page has zeros for. */
NETIOAPI_API GetIpNetworkConnectionBandwidthEstimates(
    NET_IFINDEX InterfaceIndex, ADDRESS_FAMILY AddressFamily,
    PMIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES BandwidthEstimates)
{
    MIB_IPINTERFACE_ROW row = {.Family = AddressFamily, .InterfaceIndex = InterfaceIndex};

    if (!BandwidthEstimates)
        return ERROR_INVALID_PARAMETER;
    DWORD error = GetIpInterfaceEntry(&row);
    if (error == NO_ERROR)
        memset(BandwidthEstimates, 0, sizeof(*BandwidthEstimates));
    return error;
}
