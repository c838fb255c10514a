/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IPv4 addresses in the older form. Contracts: include/iphlpapi.h. */
#include "api/error.h"
#include "api/nte.h"
#include "api/rows/address.h"
#include "api/shape.h"
#include "backend/backend.h"
#include "mib/row/unicast.h"

#include <errno.h>
#include <string.h>

DWORD WINAPI GetIpAddrTable(PMIB_IPADDRTABLE pIpAddrTable, PULONG pdwSize, BOOL bOrder)
{
    return shape_get_buffer(bOrder ? &api_buffer_address : &api_buffer_address_unordered,
                            pIpAddrTable, pdwSize, TRUE);
}

static struct mib_unicast key_of(uint32_t address, uint32_t ifindex)
{
    struct mib_unicast key = {.ifindex = ifindex, .family = MIB_FAMILY_IPV4};

    memcpy(key.address.bytes, &address, sizeof(address));
    return key;
}

/* The codes of this function's page, where it has others than those of all functions. */
static DWORD error_of_add(int result)
{
    switch (result) {
    case -ENODEV:
        return ERROR_DEV_NOT_EXIST;
    case -EEXIST:
        return ERROR_DUP_DOMAINNAME;
    default:
        return error_from(result);
    }
}

DWORD WINAPI AddIPAddress(IPAddr Address, IPMask IpMask, DWORD IfIndex, PULONG NTEContext,
                          PULONG NTEInstance)
{
    struct mib_unicast row = key_of(Address, IfIndex);

    if (!NTEContext || !NTEInstance ||
        ConvertIpv4MaskToLength(IpMask, &row.prefix_length) != NO_ERROR)
        return ERROR_INVALID_PARAMETER;
    if (!mib_addr_is_unicast(row.family, &row.address))
        return ERROR_GEN_FAILURE;
    row.valid_lifetime = MIB_LIFETIME_INFINITE;
    row.preferred_lifetime = MIB_LIFETIME_INFINITE;
    uint32_t context = nte_context_of(Address, IfIndex);
    if (context == 0)
        return ERROR_NOT_ENOUGH_MEMORY;
    int r = backend_change_row(MIB_TABLE_UNICAST, MIB_VERB_CREATE, &row, 0);
    if (r < 0)
        return error_of_add(r);
    *NTEContext = context;
    *NTEInstance = context;
    return NO_ERROR;
}

DWORD WINAPI DeleteIPAddress(ULONG NTEContext)
{
    uint32_t address;
    uint32_t ifindex;

    if (!nte_find(NTEContext, &address, &ifindex))
        return ERROR_INVALID_PARAMETER;
    const struct mib_unicast key = key_of(address, ifindex);
    int r = backend_change_row(MIB_TABLE_UNICAST, MIB_VERB_DELETE, &key, 0);
    return error_from(r == -ENODEV ? -ENOENT : r);
}
