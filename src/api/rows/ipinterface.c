/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IP interfaces: mib_ipinterface and MIB_IPINTERFACE_ROW. */
#include "mib/row/ipinterface.h"
#include "api/rows/convert.h"
#include "api/rows/row.h"

#include <errno.h>
#include <string.h>

/*
 * What Linux has no notion of gets the value that says so, or, where the field is a constant of
 * the protocols on every Windows (router advertisement intervals, site prefix), that constant.
 * docs/MAPPING.md has the table with the reasons.
 */
static void to_row(const void *model, void *row)
{
    const struct mib_ipinterface *from = model;
    MIB_IPINTERFACE_ROW *ret = row;

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

static bool key_of(const void *row, void *ret_key)
{
    struct mib_ipinterface *key = ret_key;
    enum mib_family family;

    if (!ip_family_of_af(((const MIB_IPINTERFACE_ROW *)row)->Family, &family))
        return false;
    key->family = (uint8_t)family;
    return true;
}

const struct api_row api_row_ipinterface = {
    .table = MIB_TABLE_IPINTERFACE,
    .size = sizeof(MIB_IPINTERFACE_ROW),
    .rows_offset = offsetof(MIB_IPINTERFACE_TABLE, Table),
    .luid_offset = offsetof(MIB_IPINTERFACE_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_IPINTERFACE_ROW, InterfaceIndex),
    .to_row = to_row,
    .key_of = key_of,
    /* Windows looks an index up first; a LUID that nothing has is as good as a family not on it. */
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENOENT,
};
