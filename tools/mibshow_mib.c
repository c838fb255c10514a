/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's tables that the API gives as tables, and what it finds out about one destination. */
#include "mibshow_table.h"

#include <string.h>

/* ---- Fields ---------------------------------------------------------------------------------- */

#define ROW MIB_IF_ROW2
static const struct field interface_list[] = {
    FIELD_INTERFACE(ROW, InterfaceLuid),
    FIELD(ROW, InterfaceLuid, LUID),
    FIELD(ROW, InterfaceIndex, NUMBER, .heading = "index"),
    FIELD(ROW, InterfaceGuid, GUID),
    FIELD(ROW, Alias, WIDE),
    FIELD(ROW, Description, WIDE),
    FIELD(ROW, Type, WORD, .words = &words_if_type, .heading = "type"),
    FIELD(ROW, OperStatus, WORD, .words = &words_oper_status, .heading = "status"),
    FIELD(ROW, AdminStatus, WORD, .words = &words_admin_status, .heading = "admin"),
    FIELD(ROW, MediaConnectState, WORD, .words = &words_media_state, .heading = "media"),
    FIELD(ROW, Mtu, NUMBER, .heading = "mtu"),
    FIELD(ROW, TransmitLinkSpeed, SPEED, .heading = "speed"),
    FIELD(ROW, ReceiveLinkSpeed, SPEED),
    FIELD(ROW, PhysicalAddress, BYTES, .other = offsetof(ROW, PhysicalAddressLength),
          .heading = "address"),
    FIELD(ROW, PermanentPhysicalAddress, BYTES, .other = offsetof(ROW, PhysicalAddressLength)),
    FIELD(ROW, TunnelType, WORD, .words = &words_tunnel_type),
    FIELD(ROW, MediaType, WORD, .words = &words_medium),
    FIELD(ROW, PhysicalMediumType, WORD, .words = &words_physical_medium),
    FIELD(ROW, AccessType, WORD, .words = &words_access_type),
    FIELD(ROW, DirectionType, WORD, .words = &words_direction),
    FIELD(ROW, InterfaceAndOperStatusFlags, BITS, .words = &words_if_flags),
    FIELD(ROW, NetworkGuid, GUID),
    FIELD(ROW, ConnectionType, WORD, .words = &words_connection_type),
    FIELD(ROW, InOctets, NUMBER, .heading = "bytes in"),
    FIELD(ROW, InUcastPkts, NUMBER),
    FIELD(ROW, InNUcastPkts, NUMBER),
    FIELD(ROW, InDiscards, NUMBER),
    FIELD(ROW, InErrors, NUMBER, .heading = "errors in"),
    FIELD(ROW, InUnknownProtos, NUMBER),
    FIELD(ROW, InUcastOctets, NUMBER),
    FIELD(ROW, InMulticastOctets, NUMBER),
    FIELD(ROW, InBroadcastOctets, NUMBER),
    FIELD(ROW, OutOctets, NUMBER, .heading = "bytes out"),
    FIELD(ROW, OutUcastPkts, NUMBER),
    FIELD(ROW, OutNUcastPkts, NUMBER),
    FIELD(ROW, OutDiscards, NUMBER),
    FIELD(ROW, OutErrors, NUMBER, .heading = "errors out"),
    FIELD(ROW, OutUcastOctets, NUMBER),
    FIELD(ROW, OutMulticastOctets, NUMBER),
    FIELD(ROW, OutBroadcastOctets, NUMBER),
    FIELD(ROW, OutQLen, NUMBER),
};
#undef ROW

/* Both ends are interfaces: FIELD_INTERFACE() names one only. */
#define STACK_END(field, key, words_of_it)                                                         \
    {                                                                                              \
        .name = (key), .offset = offsetof(MIB_IFSTACK_ROW, field), .size = sizeof(NET_IFINDEX),    \
        .format = FORMAT_INTERFACE, .heading = (words_of_it)                                       \
    }
static const struct field stack_list[] = {
    STACK_END(HigherLayerInterfaceIndex, "higher", "above"),
    STACK_END(LowerLayerInterfaceIndex, "lower", "below"),
    FIELD(MIB_IFSTACK_ROW, HigherLayerInterfaceIndex, NUMBER),
    FIELD(MIB_IFSTACK_ROW, LowerLayerInterfaceIndex, NUMBER),
};

/* Multicast and anycast: all that there is to know. */
#define ADDRESS_ROW(row)                                                                           \
    FIELD_INTERFACE(row, InterfaceLuid), FIELD(row, Address, ADDRESS, .heading = "address"),       \
        FIELD(row, InterfaceLuid, LUID), FIELD(row, InterfaceIndex, NUMBER),                       \
        FIELD(row, ScopeId.Value, NUMBER)

static const struct field multicast_list[] = {ADDRESS_ROW(MIB_MULTICASTIPADDRESS_ROW)};
static const struct field anycast_list[] = {ADDRESS_ROW(MIB_ANYCASTIPADDRESS_ROW)};

#define ROW MIB_IPNET_ROW2
static const struct field neighbour_list[] = {
    FIELD_INTERFACE(ROW, InterfaceLuid),
    FIELD(ROW, Address, ADDRESS, .heading = "address"),
    FIELD(ROW, InterfaceIndex, NUMBER),
    FIELD(ROW, InterfaceLuid, LUID),
    FIELD(ROW, PhysicalAddress, BYTES, .other = offsetof(ROW, PhysicalAddressLength),
          .heading = "link address"),
    FIELD(ROW, State, WORD, .words = &words_neighbour_state, .heading = "state"),
    FIELD(ROW, Flags, BITS, .words = &words_neighbour_flags, .heading = "flags"),
    FIELD(ROW, ReachabilityTime.LastReachable, NUMBER, .heading = "ms since"),
};
#undef ROW

#define ROW MIB_IPPATH_ROW
static const struct field path_list[] = {
    FIELD_INTERFACE(ROW, InterfaceLuid),
    FIELD(ROW, Destination, ADDRESS, .heading = "destination"),
    FIELD(ROW, Source, ADDRESS, .heading = "source"),
    FIELD(ROW, CurrentNextHop, NEXT_HOP, .heading = "next hop"),
    FIELD(ROW, InterfaceLuid, LUID),
    FIELD(ROW, InterfaceIndex, NUMBER),
    FIELD(ROW, PathMtu, NUMBER, .heading = "mtu"),
    FIELD(ROW, RttMean, NUMBER, .heading = "ms"),
    FIELD(ROW, RttDeviation, NUMBER),
    FIELD(ROW, LastReachable, NUMBER),
    FIELD(ROW, IsReachable, BOOLEAN, .heading = "reachable"),
    FIELD(ROW, LinkTransmitSpeed, SPEED),
    FIELD(ROW, LinkReceiveSpeed, SPEED),
};
#undef ROW

/* ---- Tables ---------------------------------------------------------------------------------- */

static void release_table(void *memory)
{
    FreeMibTable(memory);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */

/* The arguments of the function stand in parentheses, and can name request and &table. */
#define MIB_TABLE(name_, title_, type, function_, arguments, fields_)                              \
    static void read_##name_(const struct request *request, struct report *report,                 \
                             struct rows *ret_rows)                                                \
    {                                                                                              \
        type *table = NULL;                                                                        \
        DWORD error = CALL_WITH(function_, arguments);                                             \
                                                                                                   \
        (void)request;                                                                             \
        if (error != NO_ERROR) {                                                                   \
            report_failed(report, #function_, NULL, error);                                        \
            return;                                                                                \
        }                                                                                          \
        *ret_rows = (struct rows){.first = table->Table,                                           \
                                  .count = table->NumEntries,                                      \
                                  .stride = sizeof(table->Table[0]),                               \
                                  .memory = table,                                                 \
                                  .release = release_table};                                       \
    }                                                                                              \
    const struct shown_table table_##name_ = {                                                     \
        .name = #name_,                                                                            \
        .title = (title_),                                                                         \
        .function = #function_,                                                                    \
        .layout = LAYOUT_COLUMNS,                                                                  \
        .fields = &(fields_),                                                                      \
        .read = read_##name_,                                                                      \
    };
#define ALONE (&table)
#define OF_FAMILY (request->family, &table)

static const struct fields interface_fields = FIELDS_OF(interface_list);
static const struct fields stack_fields = FIELDS_OF(stack_list);
static const struct fields multicast_fields = FIELDS_OF(multicast_list);
static const struct fields anycast_fields = FIELDS_OF(anycast_list);
static const struct fields neighbour_fields = FIELDS_OF(neighbour_list);
static const struct fields path_fields = FIELDS_OF(path_list);

MIB_TABLE(interfaces, "Interfaces", MIB_IF_TABLE2, GetIfTable2, ALONE, interface_fields)
MIB_TABLE(ip_interfaces, "IP interfaces", MIB_IPINTERFACE_TABLE, GetIpInterfaceTable, OF_FAMILY,
          ip_interface_fields)
MIB_TABLE(interface_stack, "Interfaces upon others", MIB_IFSTACK_TABLE, GetIfStackTable, ALONE,
          stack_fields)
MIB_TABLE(addresses, "Unicast addresses", MIB_UNICASTIPADDRESS_TABLE, GetUnicastIpAddressTable,
          OF_FAMILY, address_fields)
MIB_TABLE(multicast, "Multicast addresses", MIB_MULTICASTIPADDRESS_TABLE,
          GetMulticastIpAddressTable, OF_FAMILY, multicast_fields)
MIB_TABLE(anycast, "Anycast addresses", MIB_ANYCASTIPADDRESS_TABLE, GetAnycastIpAddressTable,
          OF_FAMILY, anycast_fields)
MIB_TABLE(routes, "Routes", MIB_IPFORWARD_TABLE2, GetIpForwardTable2, OF_FAMILY, route_fields)
MIB_TABLE(neighbours, "Neighbours", MIB_IPNET_TABLE2, GetIpNetTable2, OF_FAMILY, neighbour_fields)
MIB_TABLE(paths, "Paths", MIB_IPPATH_TABLE, GetIpPathTable, OF_FAMILY, path_fields)

/* NOLINTEND(bugprone-macro-parentheses) */

/* ---- The best way to an address -------------------------------------------------------------- */

struct best_source {
    SOCKADDR_INET destination;
    SOCKADDR_INET source;
    NET_LUID luid;
};

struct best_interface {
    SOCKADDR_INET destination;
    DWORD index;
};

static void one_row(struct report *report, const void *row, size_t size, struct rows *ret_rows)
{
    struct row_list list = {.count = 0};

    (void)row_list_add(&list, report, row, size);
    row_list_give(&list, size, ret_rows);
}

/* That there is no way is an answer, which has to be told, too. */
static DWORD as_unreachable(DWORD error)
{
    return error == ERROR_NOT_FOUND ? ERROR_NETWORK_UNREACHABLE : error;
}

static DWORD best_route(const struct request *request, MIB_IPFORWARD_ROW2 *ret_route,
                        SOCKADDR_INET *ret_source)
{
    NET_LUID luid = request->luid;

    memset(ret_route, 0, sizeof(*ret_route));
    memset(ret_source, 0, sizeof(*ret_source));
    return as_unreachable(CALL(GetBestRoute2, request->of_interface ? &luid : NULL, 0, NULL,
                               &request->address, 0, ret_route, ret_source));
}

static void read_best_route(const struct request *request, struct report *report,
                            struct rows *ret_rows)
{
    MIB_IPFORWARD_ROW2 route;
    SOCKADDR_INET source;
    DWORD error = best_route(request, &route, &source);

    if (error != NO_ERROR)
        report_failed(report, "GetBestRoute2", request->address_text, error);
    else
        one_row(report, &route, sizeof(route), ret_rows);
}

static void read_best_source(const struct request *request, struct report *report,
                             struct rows *ret_rows)
{
    MIB_IPFORWARD_ROW2 route;
    struct best_source row = {.destination = request->address};
    DWORD error = best_route(request, &route, &row.source);

    row.luid = route.InterfaceLuid;
    if (error != NO_ERROR)
        report_failed(report, "GetBestRoute2", request->address_text, error);
    else
        one_row(report, &row, sizeof(row), ret_rows);
}

static void read_best_interface(const struct request *request, struct report *report,
                                struct rows *ret_rows)
{
    struct best_interface row = {.destination = request->address};
    SOCKADDR_INET address = request->address;
    DWORD index = 0;
    DWORD error =
        as_unreachable(CALL(GetBestInterfaceEx, (struct sockaddr *)(void *)&address, &index));

    row.index = index;
    if (error != NO_ERROR)
        report_failed(report, "GetBestInterfaceEx", request->address_text, error);
    else
        one_row(report, &row, sizeof(row), ret_rows);
}

static const struct field best_source_list[] = {
    FIELD_INTERFACE(struct best_source, luid),
    {.name = "Destination",
     .offset = offsetof(struct best_source, destination),
     .format = FORMAT_ADDRESS,
     .heading = "destination"},
    {.name = "BestSourceAddress",
     .offset = offsetof(struct best_source, source),
     .format = FORMAT_ADDRESS,
     .heading = "source"},
};
static const struct field best_interface_list[] = {
    FIELD_INTERFACE(struct best_interface, index),
    {.name = "BestIfIndex",
     .offset = offsetof(struct best_interface, index),
     .size = sizeof(DWORD),
     .format = FORMAT_NUMBER,
     .heading = "index"},
    {.name = "Destination",
     .offset = offsetof(struct best_interface, destination),
     .format = FORMAT_ADDRESS,
     .heading = "destination"},
};
static const struct fields best_source_fields = FIELDS_OF(best_source_list);
static const struct fields best_interface_fields = FIELDS_OF(best_interface_list);

const struct shown_table table_best_route = {
    .name = "best_route",
    .title = "The best route",
    .function = "GetBestRoute2",
    .layout = LAYOUT_COLUMNS,
    .fields = &route_fields,
    .of_all = true,
    .read = read_best_route,
};
const struct shown_table table_best_source = {
    .name = "best_source",
    .title = "The best source address",
    .function = "GetBestRoute2",
    .fields = &best_source_fields,
    .of_all = true,
    .read = read_best_source,
};
const struct shown_table table_best_interface = {
    .name = "best_interface",
    .title = "The best interface",
    .function = "GetBestInterfaceEx",
    .fields = &best_interface_fields,
    .of_all = true,
    .read = read_best_interface,
};
