/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network as Windows lets a program change it: by functions of the same API, for an
 * administrator. Interfaces cannot be made, and the loopback interface detects no duplicates.
 */
#include "network.h"

#include <string.h>

#define OTHER_LOOPBACK_MTU 65000
#define OTHER_METRIC 77

#define CHANGERS(F)                                                                                \
    F(CreateUnicastIpAddressEntry)                                                                 \
    F(SetUnicastIpAddressEntry)                                                                    \
    F(DeleteUnicastIpAddressEntry)                                                                 \
    F(CreateIpForwardEntry2)                                                                       \
    F(SetIpForwardEntry2)                                                                          \
    F(DeleteIpForwardEntry2)                                                                       \
    F(SetIpInterfaceEntry)

static struct {
#define CHANGER_MEMBER(name) __typeof__(name) *name;
    CHANGERS(CHANGER_MEMBER)
#undef CHANGER_MEMBER
} change;

/* Returns whether all of them are there. */
static bool look_up(void)
{
    bool all = true;

#define CHANGER_LOOK_UP(name)                                                                      \
    change.name = (__typeof__(change.name))(void *)platform_function(#name);                       \
    all = all && change.name;
    CHANGERS(CHANGER_LOOK_UP)
    return all;
}

static enum network_result outcome(DWORD rc)
{
    if (rc == ERROR_ACCESS_DENIED || rc == ERROR_NOT_SUPPORTED)
        return NETWORK_NOT_OFFERED;
    return rc == NO_ERROR ? NETWORK_DONE : NETWORK_FAILED;
}

static bool is_loopback(const NET_LUID *luid)
{
    return luid->Info.IfType == IF_TYPE_SOFTWARE_LOOPBACK;
}

static bool find_loopback(ADDRESS_FAMILY family, MIB_IPINTERFACE_ROW *ret_row)
{
    MIB_IPINTERFACE_TABLE *table = NULL;
    bool found = false;

    if (GetIpInterfaceTable(family, &table) != NO_ERROR)
        return false;
    for (ULONG i = 0; i < table->NumEntries && !found; i++) {
        found = is_loopback(&table->Table[i].InterfaceLuid);
        if (found)
            *ret_row = table->Table[i];
    }
    FreeMibTable(table);
    return found;
}

static MIB_UNICASTIPADDRESS_ROW unicast_row(ADDRESS_FAMILY family, unsigned number, NET_LUID luid)
{
    MIB_UNICASTIPADDRESS_ROW row;

    memset(&row, 0, sizeof(row));
    row.Address = network_address(family, number);
    row.InterfaceLuid = luid;
    row.PrefixOrigin = IpPrefixOriginManual;
    row.SuffixOrigin = IpSuffixOriginManual;
    row.ValidLifetime = 0xffffffff;
    row.PreferredLifetime = 0xffffffff;
    row.OnLinkPrefixLength = network_address_length(family);
    row.DadState = IpDadStatePreferred;
    return row;
}

static MIB_IPFORWARD_ROW2 route_row(ADDRESS_FAMILY family, unsigned number, NET_LUID luid)
{
    MIB_IPFORWARD_ROW2 row;

    memset(&row, 0, sizeof(row));
    row.DestinationPrefix = network_prefix(family, number);
    row.NextHop.si_family = family;
    row.InterfaceLuid = luid;
    row.ValidLifetime = 0xffffffff;
    row.PreferredLifetime = 0xffffffff;
    row.Protocol = (NL_ROUTE_PROTOCOL)MIB_IPPROTO_NETMGMT;
    row.Immortal = TRUE;
    return row;
}

enum verb {
    ADD,
    SET,
    REMOVE,
};

static DWORD apply_unicast(enum verb verb, const MIB_UNICASTIPADDRESS_ROW *row)
{
    switch (verb) {
    case ADD:
        return change.CreateUnicastIpAddressEntry(row);
    case SET:
        return change.SetUnicastIpAddressEntry(row);
    case REMOVE:
        return change.DeleteUnicastIpAddressEntry(row);
    }
    return ERROR_GEN_FAILURE;
}

static DWORD apply_route(enum verb verb, const MIB_IPFORWARD_ROW2 *row)
{
    switch (verb) {
    case ADD:
        return change.CreateIpForwardEntry2(row);
    case SET:
        return change.SetIpForwardEntry2(row);
    case REMOVE:
        return change.DeleteIpForwardEntry2(row);
    }
    return ERROR_GEN_FAILURE;
}

static DWORD set_interface(const MIB_IPINTERFACE_ROW *known, bool other)
{
    static ULONG first_mtu[2];
    MIB_IPINTERFACE_ROW row = *known;
    ULONG *mtu = &first_mtu[row.Family == AF_INET6];

    if (*mtu == 0)
        *mtu = row.NlMtu;
    row.NlMtu = other ? OTHER_LOOPBACK_MTU : *mtu;
    row.SitePrefixLength = 0; /* which SetIpInterfaceEntry wants for IPv4 */
    return change.SetIpInterfaceEntry(&row);
}

static enum network_result apply(enum verb verb, enum network_kind kind, ADDRESS_FAMILY family,
                                 unsigned number, bool other)
{
    MIB_IPINTERFACE_ROW loopback;

    if (!look_up() || (kind == NETWORK_INTERFACE && (number != 0 || verb != SET)))
        return NETWORK_NOT_OFFERED;
    if (!find_loopback(family, &loopback))
        return NETWORK_FAILED;

    MIB_UNICASTIPADDRESS_ROW unicast = unicast_row(family, number, loopback.InterfaceLuid);
    MIB_IPFORWARD_ROW2 route = route_row(family, number, loopback.InterfaceLuid);
    if (other) {
        unicast.ValidLifetime = 3600;
        unicast.PreferredLifetime = 1800;
        route.Metric = OTHER_METRIC;
    }
    switch (kind) {
    case NETWORK_INTERFACE:
        return outcome(set_interface(&loopback, other));
    case NETWORK_UNICAST:
        return outcome(apply_unicast(verb, &unicast));
    case NETWORK_ROUTE:
        return outcome(apply_route(verb, &route));
    }
    return NETWORK_FAILED;
}

static enum network_result add(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return apply(ADD, kind, family, number, false);
}

static enum network_result take_away(enum network_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return apply(REMOVE, kind, family, number, false);
}

static enum network_result set(enum network_kind kind, ADDRESS_FAMILY family, unsigned number,
                               bool other)
{
    if (family == AF_UNSPEC) {
        enum network_result result = apply(SET, kind, AF_INET, number, other);
        return result == NETWORK_DONE ? apply(SET, kind, AF_INET6, number, other) : result;
    }
    return apply(SET, kind, family, number, other);
}

static int interface_number(const MIB_IPINTERFACE_ROW *row)
{
    return is_loopback(&row->InterfaceLuid) ? 0 : -1;
}

/* None can be made. */
static NET_IFINDEX interface_index(unsigned number)
{
    (void)number;
    return 0;
}

static enum network_result add_tentative(unsigned number)
{
    (void)number;
    return NETWORK_NOT_OFFERED;
}

static enum network_result nothing_tentative(void)
{
    return NETWORK_NOT_OFFERED;
}

const struct network_driver network_windows = {
    .add = add,
    .remove = take_away,
    .set = set,
    .refresh = set,
    .interface_number = interface_number,
    .interface_index = interface_index,
    .add_tentative = add_tentative,
    .settle = nothing_tentative,
    .remove_tentative = nothing_tentative,
};
