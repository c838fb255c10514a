/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours are asked for their addresses. Contracts: include/netioapi.h, include/iphlpapi.h. */
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/rows/neighbour.h"
#include "backend/backend.h"
#include "mib/query/resolve.h"

#include <errno.h>
#include <string.h>

static DWORD resolve(struct mib_resolve *question)
{
    if (!neighbour_is_address(question->family, &question->row.address))
        return ERROR_INVALID_PARAMETER;
    int r = backend_query(MIB_QUERY_RESOLVE, question);
    if (r == -EHOSTUNREACH)
        return ERROR_BAD_NET_NAME;
    return error_from(r == -ENODEV ? -ENOENT : r);
}

NETIOAPI_API ResolveIpNetEntry2(PMIB_IPNET_ROW2 Row, const SOCKADDR_INET *SourceAddress)
{
    struct mib_resolve question = {.fresh = true};
    uint8_t family;

    if (!Row || !api_row_neighbour.key_of(Row, &question.row))
        return ERROR_INVALID_PARAMETER;
    if (SourceAddress &&
        (!address_of(SourceAddress, &family, &question.source) || family != question.family))
        return ERROR_INVALID_PARAMETER;
    int r =
        interface_of(&Row->InterfaceLuid, Row->InterfaceIndex, &question.ifindex, &question.iftype);
    if (r < 0)
        return error_from(r == -ENODEV ? -ENOENT : r);
    DWORD error = resolve(&question);
    if (error == NO_ERROR)
        api_row_neighbour.to_row(&question.row, Row);
    return error;
}

/* The least that a buffer has to have, whatever the interface's addresses. */
enum { ARP_ADDRESS_LENGTH = 6 };

static DWORD send_arp(IPAddr to, IPAddr from, void *ret_address, ULONG room, ULONG *ret_length)
{
    struct mib_resolve question = {.family = MIB_FAMILY_IPV4};
    const struct mib_neighbour *row = &question.row;

    if (room < ARP_ADDRESS_LENGTH)
        return ERROR_BUFFER_OVERFLOW;
    memcpy(question.row.address.bytes, &to, sizeof(to));
    memcpy(question.source.bytes, &from, sizeof(from));
    DWORD error = resolve(&question);
    if (error != NO_ERROR)
        return error;
    if (row->physical_address_length > room)
        return ERROR_BUFFER_OVERFLOW;
    memcpy(ret_address, row->physical_address, row->physical_address_length);
    *ret_length = row->physical_address_length;
    return NO_ERROR;
}

DWORD NETIOAPI_API_ SendARP(IPAddr DestIP, IPAddr SrcIP, PVOID pMacAddr, PULONG PhyAddrLen)
{
    if (!pMacAddr || !PhyAddrLen)
        return ERROR_INVALID_PARAMETER;
    DWORD error = send_arp(DestIP, SrcIP, pMacAddr, *PhyAddrLen, PhyAddrLen);
    if (error != NO_ERROR)
        *PhyAddrLen = 0;
    return error;
}
