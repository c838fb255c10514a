/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/rows/rows.h"

#include <errno.h>
#include <string.h>

_Static_assert((int)MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT ==
                       (int)IpPrefixOriginRouterAdvertisement &&
                   (int)MIB_SUFFIX_ORIGIN_RANDOM == (int)IpSuffixOriginRandom &&
                   (int)MIB_DAD_PREFERRED == (int)IpDadStatePreferred &&
                   (int)MIB_ROUTE_ORIGIN_6TO4 == (int)Nlro6to4 &&
                   (int)MIB_ROUTE_PROTOCOL_BGP == (int)MIB_IPPROTO_BGP,
               "the model's numbers are the API's");

bool ip_family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family)
{
    switch (af) {
    case AF_INET:
        *ret_family = MIB_FAMILY_IPV4;
        return true;
    case AF_INET6:
        *ret_family = MIB_FAMILY_IPV6;
        return true;
    default:
        return false;
    }
}

bool family_of_af(ADDRESS_FAMILY af, enum mib_family *ret_family)
{
    if (af != AF_UNSPEC)
        return ip_family_of_af(af, ret_family);
    *ret_family = MIB_FAMILY_UNSPEC;
    return true;
}

static ADDRESS_FAMILY af_of(uint8_t family)
{
    return family == MIB_FAMILY_IPV4 ? AF_INET : AF_INET6;
}

/* NetLuidIndex has 24 bits, an index of Linux' 31: the others are in Reserved. */
enum { LUID_INDEX_BITS = 24 };

NET_LUID luid_of(uint32_t ifindex, uint16_t iftype)
{
    NET_LUID luid = {.Value = 0};

    luid.Info.Reserved = ifindex >> LUID_INDEX_BITS;
    luid.Info.NetLuidIndex = ifindex & ((1U << LUID_INDEX_BITS) - 1);
    luid.Info.IfType = iftype;
    return luid;
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

static void address_to_sockaddr(uint8_t family, const struct mib_addr *from, uint32_t ifindex,
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

/*
 * What Linux has no notion of gets the value that says so, or, where the field is a constant of
 * the protocols on every Windows (router advertisement intervals, site prefix), that constant.
 * docs/MAPPING.md has the table with the reasons.
 */
void ipinterface_to_row(const struct mib_ipinterface *from, MIB_IPINTERFACE_ROW *ret)
{
    memset(ret, 0, sizeof(*ret));
    ret->Family = af_of(from->family);
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    ret->MinRouterAdvertisementInterval = 200;
    ret->MaxRouterAdvertisementInterval = 600;
    ret->ForwardingEnabled = from->forwarding;
    ret->WeakHostSend = TRUE;
    ret->WeakHostReceive = TRUE;
    ret->UseAutomaticMetric = TRUE;
    ret->UseNeighborUnreachabilityDetection = from->unreachability_detection;
    ret->ManagedAddressConfigurationSupported = from->managed_addresses;
    ret->OtherStatefulConfigurationSupported = from->other_stateful;
    ret->RouterDiscoveryBehavior =
        from->router_discovery ? RouterDiscoveryEnabled : RouterDiscoveryDisabled;
    ret->DadTransmits = from->dad_transmits;
    ret->BaseReachableTime = from->base_reachable_time;
    ret->RetransmitTime = from->retransmit_time;
    ret->PathMtuDiscoveryTimeout = from->path_mtu_discovery_timeout;
    ret->LinkLocalAddressBehavior =
        from->link_local_automatic ? LinkLocalAlwaysOn : LinkLocalAlwaysOff;
    if (from->family == MIB_FAMILY_IPV6) {
        ret->ZoneIndices[ScopeLevelInterface] = from->ifindex;
        ret->ZoneIndices[ScopeLevelLink] = from->ifindex;
    }
    ret->SitePrefixLength = 64;
    ret->NlMtu = from->mtu;
    ret->Connected = from->connected;
    ret->SupportsNeighborDiscovery = from->unreachability_detection;
    ret->SupportsRouterDiscovery = from->supports_router_discovery;
    ret->ReachableTime = from->reachable_time;
}

void unicast_to_row(const struct mib_unicast *from, MIB_UNICASTIPADDRESS_ROW *ret)
{
    memset(ret, 0, sizeof(*ret));
    address_to_sockaddr(from->family, &from->address, from->ifindex, &ret->Address);
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    ret->PrefixOrigin = (NL_PREFIX_ORIGIN)from->prefix_origin;
    ret->SuffixOrigin = (NL_SUFFIX_ORIGIN)from->suffix_origin;
    ret->ValidLifetime = from->valid_lifetime;
    ret->PreferredLifetime = from->preferred_lifetime;
    ret->OnLinkPrefixLength = from->prefix_length;
    ret->DadState = (NL_DAD_STATE)from->dad_state;
    if (from->family == MIB_FAMILY_IPV6)
        ret->ScopeId.Value = ret->Address.Ipv6.sin6_scope_id;
    ret->CreationTimeStamp.QuadPart = (int64_t)from->created;
}

void route_to_row(const struct mib_route *from, MIB_IPFORWARD_ROW2 *ret)
{
    bool finite = from->valid_lifetime != MIB_LIFETIME_INFINITE;

    memset(ret, 0, sizeof(*ret));
    ret->InterfaceLuid = luid_of(from->ifindex, from->iftype);
    ret->InterfaceIndex = from->ifindex;
    address_to_sockaddr(from->family, &from->prefix, from->ifindex, &ret->DestinationPrefix.Prefix);
    ret->DestinationPrefix.PrefixLength = from->prefix_length;
    address_to_sockaddr(from->next_hop_family, &from->next_hop, from->ifindex, &ret->NextHop);
    ret->ValidLifetime = from->valid_lifetime;
    ret->PreferredLifetime = from->valid_lifetime;
    ret->Metric = from->metric;
    ret->Protocol = (NL_ROUTE_PROTOCOL)from->protocol;
    ret->Loopback = from->loopback;
    ret->AutoconfigureAddress = from->origin == MIB_ROUTE_ORIGIN_ROUTER_ADVERTISEMENT;
    ret->Immortal = !finite;
    ret->Origin = (NL_ROUTE_ORIGIN)from->origin;
}
