/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the rows of netioapi.h have in common with those of the model, and do not. Pure. */
#include "api/rows/convert.h"

#include <errno.h>
#include <string.h>

bool ip_family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family)
{
    bool is_ipv6 = af == PROGRAM_AF_INET6 || af == WINDOWS_AF_INET6;

    if (af != AF_INET && !is_ipv6)
        return false;
    *ret_family = is_ipv6 ? MIB_FAMILY_IPV6 : MIB_FAMILY_IPV4;
    return true;
}

bool family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family)
{
    if (af != AF_UNSPEC)
        return ip_family_of_af(af, ret_family);
    *ret_family = MIB_FAMILY_UNSPEC;
    return true;
}

int interface_of(const NET_LUID *luid, NET_IFINDEX index, uint32_t *ret_ifindex,
                 uint16_t *ret_iftype)
{
    if (luid->Value == 0) {
        if (index == 0)
            return -EINVAL;
        *ret_ifindex = index;
        *ret_iftype = 0;
        return 0;
    }
    uint64_t ifindex =
        (uint64_t)luid->Info.Reserved << LUID_INDEX_BITS | (uint64_t)luid->Info.NetLuidIndex;
    if (ifindex == 0 || ifindex > INT32_MAX || luid->Info.IfType == 0)
        return -ENODEV;
    *ret_ifindex = (uint32_t)ifindex;
    *ret_iftype = (uint16_t)luid->Info.IfType;
    return 0;
}

bool address_of(const SOCKADDR_INET *from, uint8_t *ret_family, struct mib_addr *ret)
{
    enum mib_family family;

    if (!ip_family_of_af(from->si_family, &family))
        return false;
    *ret_family = (uint8_t)family;
    *ret = (struct mib_addr){{0}};
    if (family == MIB_FAMILY_IPV4)
        memcpy(ret->bytes, &from->Ipv4.sin_addr, 4);
    else
        memcpy(ret->bytes, &from->Ipv6.sin6_addr, 16);
    return true;
}
