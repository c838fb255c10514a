/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What rows of many kinds have: families, interfaces and addresses, between the model and
 * netioapi.h. Pure. What is done for each row of a large table is compiled into the rows' own code.
 */
#ifndef SRC_API_ROWS_CONVERT_H
#define SRC_API_ROWS_CONVERT_H

#include "api/windows.h"
#include "mib/addr.h"

#include <string.h>

/*
 * Windows' AF_INET6. It is taken for IPv6 where programs have the host's, too: nobody means
 * the family that has this number there (Linux: AF_IRDA).
 */
enum { WINDOWS_AF_INET6 = 23 };

/*
 * Families of programs are read and written by what is declared here, and by nothing else.
 * AF_UNSPEC, AF_INET, PROGRAM_AF_INET6 or WINDOWS_AF_INET6. False: none of them.
 */
bool family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family);

/* The same without AF_UNSPEC. */
bool ip_family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family);

/* The other way round: family is MIB_FAMILY_IPV4 or MIB_FAMILY_IPV6. */
static inline ADDRESS_FAMILY af_of(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? AF_INET : PROGRAM_AF_INET6;
}

/* NetLuidIndex has 24 bits, an index of Linux' 31: the others are in Reserved. */
enum { LUID_INDEX_BITS = 24 };

/* Different for any two interfaces: ifindex is one of Linux', above 0 and below 2^31. */
static inline NET_LUID luid_of(uint32_t ifindex, uint16_t iftype)
{
    NET_LUID luid = {.Value = 0};

    luid.Info.Reserved = ifindex >> LUID_INDEX_BITS;
    luid.Info.NetLuidIndex = ifindex & ((1U << LUID_INDEX_BITS) - 1);
    luid.Info.IfType = iftype;
    return luid;
}

/*
 * Which interface a caller means: by its LUID where that is not zero, else by its index.
 * *ret_iftype is 0 where only the index is known. 0; -EINVAL: neither is set; -ENODEV: such a
 * LUID cannot be.
 */
int interface_of(const NET_LUID *luid, NET_IFINDEX index, uint32_t *ret_ifindex,
                 uint16_t *ret_iftype);

/* False: no address of such a family. The zone of a link-local one is not looked at. */
bool address_of(const SOCKADDR_INET *from, uint8_t *ret_family, struct mib_addr *ret);

/* The other way round, all bytes set. A link-local address has the interface for its zone. */
static inline void sockaddr_of(uint8_t family, const struct mib_addr *from, uint32_t ifindex,
                               SOCKADDR_INET *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->si_family = af_of(family);
    if (family == MIB_FAMILY_IPV4) {
        memcpy(&ret->Ipv4.sin_addr, from->bytes, 4);
        return;
    }
    memcpy(&ret->Ipv6.sin6_addr, from->bytes, 16);
    if (mib_addr_is_link_local(family, from))
        ret->Ipv6.sin6_scope_id = ifindex;
}

#endif
