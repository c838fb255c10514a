/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The network as Windows lets a program change it: by functions of the same API, for an
 * administrator. Interfaces cannot be made, and the loopback interface detects no duplicates.
 */
#include "network.h"

#include <string.h>

#define OTHER_LOOPBACK_MTU 65000
#define OTHER_METRIC 77

/* Here their names are those of the functions, not of what is looked up to be tested. */
#undef CreateUnicastIpAddressEntry
#undef SetUnicastIpAddressEntry
#undef DeleteUnicastIpAddressEntry
#undef CreateIpForwardEntry2
#undef SetIpForwardEntry2
#undef DeleteIpForwardEntry2
#undef SetIpInterfaceEntry

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

static void make_unicast(void *ret, ADDRESS_FAMILY family, unsigned number, NET_LUID luid,
                         bool other)
{
    MIB_UNICASTIPADDRESS_ROW *row = ret;

    row->Address = network_address(family, number);
    row->InterfaceLuid = luid;
    row->PrefixOrigin = IpPrefixOriginManual;
    row->SuffixOrigin = IpSuffixOriginManual;
    row->ValidLifetime = other ? 3600 : 0xffffffff;
    row->PreferredLifetime = other ? 1800 : 0xffffffff;
    row->OnLinkPrefixLength = network_address_length(family);
    row->DadState = IpDadStatePreferred;
}

static void make_route(void *ret, ADDRESS_FAMILY family, unsigned number, NET_LUID luid, bool other)
{
    MIB_IPFORWARD_ROW2 *row = ret;

    row->DestinationPrefix = network_prefix(family, number);
    row->NextHop.si_family = family;
    row->InterfaceLuid = luid;
    row->ValidLifetime = 0xffffffff;
    row->PreferredLifetime = 0xffffffff;
    row->Metric = other ? OTHER_METRIC : 0;
    row->Protocol = (NL_ROUTE_PROTOCOL)MIB_IPPROTO_NETMGMT;
    row->Immortal = TRUE;
}

enum verb {
    ADD,
    SET,
    REMOVE,
};

#define VERBS 3

/* Calls a function that was looked up with a row of its own type. */
#define VERB(function, type)                                                                       \
    static DWORD call_##function(const void *row)                                                  \
    {                                                                                              \
        return change.function((const type *)row);                                                 \
    }
VERB(CreateUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW)
VERB(SetUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW)
VERB(DeleteUnicastIpAddressEntry, MIB_UNICASTIPADDRESS_ROW)
VERB(CreateIpForwardEntry2, MIB_IPFORWARD_ROW2)
VERB(SetIpForwardEntry2, MIB_IPFORWARD_ROW2)
VERB(DeleteIpForwardEntry2, MIB_IPFORWARD_ROW2)

/* How rows are made and what takes them; of interfaces only the loopback interface can be set. */
static const struct {
    void (*make)(void *ret, ADDRESS_FAMILY family, unsigned number, NET_LUID luid, bool other);
    DWORD (*call[VERBS])(const void *row);
} changers[ROW_KINDS] = {
    [ROW_UNICAST] = {make_unicast,
                     {call_CreateUnicastIpAddressEntry, call_SetUnicastIpAddressEntry,
                      call_DeleteUnicastIpAddressEntry}},
    [ROW_ROUTE] = {make_route,
                   {call_CreateIpForwardEntry2, call_SetIpForwardEntry2,
                    call_DeleteIpForwardEntry2}},
};

static enum network_result apply(enum verb verb, enum row_kind kind, ADDRESS_FAMILY family,
                                 unsigned number, bool other)
{
    bool sets_loopback = kind == ROW_INTERFACE && number == 0 && verb == SET;
    MIB_IPINTERFACE_ROW loopback;
    union any_row row;

    if (!look_up() || (!sets_loopback && !changers[kind].make))
        return NETWORK_NOT_OFFERED;
    if (!find_loopback(family, &loopback))
        return NETWORK_FAILED;
    if (sets_loopback)
        return outcome(set_interface(&loopback, other));
    memset(&row, 0, sizeof(row));
    changers[kind].make(&row, family, number, loopback.InterfaceLuid, other);
    return outcome(changers[kind].call[verb](&row));
}

static enum network_result add(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return apply(ADD, kind, family, number, false);
}

static enum network_result take_away(enum row_kind kind, ADDRESS_FAMILY family, unsigned number)
{
    return apply(REMOVE, kind, family, number, false);
}

static enum network_result set(enum row_kind kind, ADDRESS_FAMILY family, unsigned number,
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
