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
    ret->UseAutomaticMetric = !from->metric_fixed;
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

/*
 * A field of which all bits are set stays as it is. For two of them that is Windows' own word for
 * it; for the others it is no value that they can have.
 */
_Static_assert((ULONG)RouterDiscoveryUnchanged == UINT32_MAX &&
                   (ULONG)LinkLocalUnchanged == UINT32_MAX,
               "unchanged is all bits set");

static bool stays(const void *field, size_t size)
{
    static const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff};

    return memcmp(field, ones, size) == 0;
}

struct field {
    uint16_t offset;
    uint16_t size; /* 1: a BOOLEAN; 4 */
};

#define FIELD(name)                                                                                \
    {                                                                                              \
        offsetof(MIB_IPINTERFACE_ROW, name), sizeof(((MIB_IPINTERFACE_ROW *)0)->name)              \
    }

/* What Linux does not have, and what shows something that nobody sets: they can only be as they
 * are. */
static const struct field constant_fields[] = {
    FIELD(AdvertisingEnabled),
    FIELD(WeakHostSend),
    FIELD(WeakHostReceive),
    FIELD(AdvertiseDefaultRoute),
    FIELD(LinkLocalAddressTimeout),
    FIELD(DisableDefaultRoutes),
    FIELD(Metric),
};

static bool is_same_field(const MIB_IPINTERFACE_ROW *a, const MIB_IPINTERFACE_ROW *b,
                          const struct field *field)
{
    const uint8_t *x = (const uint8_t *)a + field->offset;
    const uint8_t *y = (const uint8_t *)b + field->offset;

    return field->size == sizeof(BOOLEAN) ? !*x == !*y : memcmp(x, y, field->size) == 0;
}

/* Whether a constant field is to get another value. `to` has the model's key. */
static bool asks_for_unsupported(const MIB_IPINTERFACE_ROW *row, const struct mib_ipinterface *key)
{
    MIB_IPINTERFACE_ROW constant;

    to_row(key, &constant);
    for (size_t i = 0; i < sizeof(constant_fields) / sizeof(constant_fields[0]); i++) {
        const struct field *field = &constant_fields[i];

        if (!stays((const uint8_t *)row + field->offset, field->size) &&
            !is_same_field(row, &constant, field))
            return true;
    }
    for (size_t i = 0; i < sizeof(row->ZoneIndices) / sizeof(row->ZoneIndices[0]); i++)
        if (!stays(&row->ZoneIndices[i], sizeof(ULONG)) &&
            row->ZoneIndices[i] != constant.ZoneIndices[i])
            return true;
    /* 0, which IPv4 needs, is what all programs set: that there is no such prefix, as in Linux. */
    return row->SitePrefixLength != 0 && !stays(&row->SitePrefixLength, sizeof(ULONG)) &&
           row->SitePrefixLength != constant.SitePrefixLength;
}

static void take_boolean(BOOLEAN value, uint64_t field, uint8_t *ret, uint64_t *fields)
{
    *ret = value != FALSE;
    if (!stays(&value, sizeof(value)))
        *fields |= field;
}

static void take_number(ULONG value, uint64_t field, uint32_t *ret, uint64_t *fields)
{
    *ret = value;
    if (!stays(&value, sizeof(value)))
        *fields |= field;
}

/* Values of an enumeration beside `yes` and `no` are such that Linux does not have. */
static void take_behaviour(ULONG value, ULONG yes, ULONG no, uint64_t field, uint8_t *ret,
                           uint64_t *fields)
{
    *ret = value == yes;
    if (value == yes || value == no)
        *fields |= field;
    else if (!stays(&value, sizeof(value)))
        *fields |= MIB_IPINTERFACE_UNSUPPORTED;
}

/* What no interface of the family can have. */
static bool is_possible(const MIB_IPINTERFACE_ROW *row, enum mib_family family)
{
    bool is_ipv4 = family == MIB_FAMILY_IPV4;
    ULONG behaviour = (ULONG)row->RouterDiscoveryBehavior;
    ULONG link_local = (ULONG)row->LinkLocalAddressBehavior;

    return (behaviour <= RouterDiscoveryDhcp || stays(&behaviour, sizeof(behaviour))) &&
           (link_local <= LinkLocalAlwaysOn || stays(&link_local, sizeof(link_local))) &&
           (is_ipv4
                ? row->SitePrefixLength == 0
                : row->SitePrefixLength <= 128 || stays(&row->SitePrefixLength, sizeof(ULONG))) &&
           row->NlMtu >= (is_ipv4 ? 68U : 1280U) && /* RFC 791, RFC 8200 */
           (row->NlMtu <= INT32_MAX || stays(&row->NlMtu, sizeof(ULONG)));
}

static int change_of(const void *memory, enum mib_verb verb, void *ret_change, uint64_t *ret_fields)
{
    const MIB_IPINTERFACE_ROW *row = memory;
    struct mib_ipinterface *ret = ret_change;
    struct mib_ipinterface key = {0};
    uint64_t fields = 0;

    (void)verb;
    if (!key_of(row, &key))
        return -EINVAL;
    if (!is_possible(row, key.family))
        fields |= MIB_IPINTERFACE_IMPOSSIBLE;
    /* Where there is no interface, that is what is wrong. */
    if (interface_of(&row->InterfaceLuid, row->InterfaceIndex, &key.ifindex, &key.iftype) == 0 &&
        asks_for_unsupported(row, &key))
        fields |= MIB_IPINTERFACE_UNSUPPORTED;
    ret->family = key.family;
    take_boolean(row->ForwardingEnabled, MIB_IPINTERFACE_FORWARDING, &ret->forwarding, &fields);
    take_boolean(row->UseAutomaticMetric, MIB_IPINTERFACE_METRIC, &ret->metric_fixed, &fields);
    ret->metric_fixed = !ret->metric_fixed;
    take_boolean(row->UseNeighborUnreachabilityDetection, MIB_IPINTERFACE_UNREACHABILITY_DETECTION,
                 &ret->unreachability_detection, &fields);
    take_boolean(row->ManagedAddressConfigurationSupported, MIB_IPINTERFACE_MANAGED_ADDRESSES,
                 &ret->managed_addresses, &fields);
    take_boolean(row->OtherStatefulConfigurationSupported, MIB_IPINTERFACE_OTHER_STATEFUL,
                 &ret->other_stateful, &fields);
    take_behaviour((ULONG)row->RouterDiscoveryBehavior, RouterDiscoveryEnabled,
                   RouterDiscoveryDisabled, MIB_IPINTERFACE_ROUTER_DISCOVERY,
                   &ret->router_discovery, &fields);
    take_behaviour((ULONG)row->LinkLocalAddressBehavior, LinkLocalAlwaysOn, LinkLocalAlwaysOff,
                   MIB_IPINTERFACE_LINK_LOCAL, &ret->link_local_automatic, &fields);
    take_number(row->DadTransmits, MIB_IPINTERFACE_DAD_TRANSMITS, &ret->dad_transmits, &fields);
    take_number(row->BaseReachableTime, MIB_IPINTERFACE_BASE_REACHABLE_TIME,
                &ret->base_reachable_time, &fields);
    take_number(row->RetransmitTime, MIB_IPINTERFACE_RETRANSMIT_TIME, &ret->retransmit_time,
                &fields);
    take_number(row->PathMtuDiscoveryTimeout, MIB_IPINTERFACE_PATH_MTU_TIMEOUT,
                &ret->path_mtu_discovery_timeout, &fields);
    take_number(row->NlMtu, MIB_IPINTERFACE_MTU, &ret->mtu, &fields);
    *ret_fields = fields;
    return 0;
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

/* The page of SetIpInterfaceEntry, of which no test on Windows says otherwise. */
const struct api_row api_row_ipinterface_change = {
    .table = MIB_TABLE_IPINTERFACE,
    .size = sizeof(MIB_IPINTERFACE_ROW),
    .luid_offset = offsetof(MIB_IPINTERFACE_ROW, InterfaceLuid),
    .index_offset = offsetof(MIB_IPINTERFACE_ROW, InterfaceIndex),
    .change_of = change_of,
    .without_interface = -EINVAL,
    .unknown_index = -ENODEV,
    .unknown_luid = -ENODEV,
};
