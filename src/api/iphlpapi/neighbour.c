/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbours in the older form, and addresses that the host answers for. Contracts: iphlpapi.h. */
#include "api/error.h"
#include "api/rows/neighbour.h"
#include "api/shape.h"
#include "backend/backend.h"

#include <errno.h>
#include <string.h>

ULONG NETIOAPI_API_ GetIpNetTable(PMIB_IPNETTABLE IpNetTable, PULONG SizePointer, BOOL Order)
{
    return shape_get_buffer(&api_buffer_neighbour, IpNetTable, SizePointer, Order);
}

/* An interface is an argument like others here: one that is not there is a wrong one. */
static DWORD change(enum mib_verb verb, const struct mib_neighbour *row, uint64_t fields)
{
    int r = backend_change_row(MIB_TABLE_NEIGHBOUR, verb, row, fields);

    return error_from(r == -ENODEV ? -EINVAL : r);
}

static bool key_of(DWORD address, DWORD ifindex, struct mib_neighbour *ret)
{
    *ret = (struct mib_neighbour){.ifindex = ifindex, .family = MIB_FAMILY_IPV4};
    memcpy(ret->address.bytes, &address, sizeof(address));
    return ifindex != 0 && address != 0;
}

static DWORD put(enum mib_verb verb, const MIB_IPNETROW *row)
{
    struct mib_neighbour neighbour;

    if (!row || !key_of(row->dwAddr, row->dwIndex, &neighbour) ||
        !neighbour_is_address(neighbour.family, &neighbour.address) || row->dwPhysAddrLen == 0 ||
        row->dwPhysAddrLen > sizeof(row->bPhysAddr) ||
        (row->dwType != MIB_IPNET_TYPE_STATIC && row->dwType != MIB_IPNET_TYPE_DYNAMIC))
        return ERROR_INVALID_PARAMETER;
    neighbour.physical_address_length = (uint8_t)row->dwPhysAddrLen;
    memcpy(neighbour.physical_address, row->bPhysAddr, row->dwPhysAddrLen);
    neighbour.state =
        row->dwType == MIB_IPNET_TYPE_STATIC ? MIB_NEIGHBOUR_PERMANENT : MIB_NEIGHBOUR_STALE;
    return change(verb, &neighbour, 0);
}

DWORD NETIOAPI_API_ CreateIpNetEntry(PMIB_IPNETROW pArpEntry)
{
    return put(MIB_VERB_CREATE, pArpEntry);
}

DWORD NETIOAPI_API_ SetIpNetEntry(PMIB_IPNETROW pArpEntry)
{
    return put(MIB_VERB_SET, pArpEntry);
}

DWORD NETIOAPI_API_ DeleteIpNetEntry(PMIB_IPNETROW pArpEntry)
{
    struct mib_neighbour key;

    if (!pArpEntry || !key_of(pArpEntry->dwAddr, pArpEntry->dwIndex, &key))
        return ERROR_INVALID_PARAMETER;
    return change(MIB_VERB_DELETE, &key, 0);
}

DWORD NETIOAPI_API_ FlushIpNetTable(DWORD dwIfIndex)
{
    const struct mib_neighbour what = {.ifindex = dwIfIndex, .family = MIB_FAMILY_IPV4};

    return dwIfIndex ? change(MIB_VERB_FLUSH, &what, 0) : ERROR_INVALID_PARAMETER;
}

static uint32_t host_order(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/*
 * Linux answers for single addresses. The mask of a host, or that of the network which the host is
 * in, is fine; a network, all host bits zero, is not.
 */
static DWORD change_proxy(enum mib_verb verb, DWORD address, DWORD mask, DWORD ifindex)
{
    struct mib_neighbour key;
    uint8_t mask_bytes[4];

    if (!key_of(address, ifindex, &key) || !neighbour_is_address(key.family, &key.address) ||
        !mib_addr_is_unicast(key.family, &key.address))
        return ERROR_INVALID_PARAMETER;
    memcpy(mask_bytes, &mask, sizeof(mask_bytes));
    uint32_t host_bits = ~host_order(mask_bytes);
    if (host_bits & (host_bits + 1))
        return ERROR_INVALID_PARAMETER;
    if (host_bits && (host_order(key.address.bytes) & host_bits) == 0)
        return ERROR_NOT_SUPPORTED;
    return change(verb, &key, MIB_NEIGHBOUR_PROXY);
}

DWORD NETIOAPI_API_ CreateProxyArpEntry(DWORD dwAddress, DWORD dwMask, DWORD dwIfIndex)
{
    return change_proxy(MIB_VERB_CREATE, dwAddress, dwMask, dwIfIndex);
}

DWORD NETIOAPI_API_ DeleteProxyArpEntry(DWORD dwAddress, DWORD dwMask, DWORD dwIfIndex)
{
    return change_proxy(MIB_VERB_DELETE, dwAddress, dwMask, dwIfIndex);
}
