/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the tables as fields of a line. */
#include "mibwatch_rows.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* An address, '/' and up to three digits. */
#define PREFIX_SIZE (INET6_ADDRSTRLEN + 4)

#define COLUMN_SUBJECT 30
/* The longest name that Linux gives. */
#define COLUMN_INTERFACE 15

static const char *const dad_states[] = {
    [IpDadStateInvalid] = "invalid",     [IpDadStateTentative] = "tentative",
    [IpDadStateDuplicate] = "duplicate", [IpDadStateDeprecated] = "deprecated",
    [IpDadStatePreferred] = "preferred",
};

static const char *const prefix_origins[] = {
    [IpPrefixOriginOther] = "other",
    [IpPrefixOriginManual] = "manual",
    [IpPrefixOriginWellKnown] = "well-known",
    [IpPrefixOriginDhcp] = "dhcp",
    [IpPrefixOriginRouterAdvertisement] = "router-advertisement",
};

static const char *const suffix_origins[] = {
    [IpSuffixOriginOther] = "other",
    [IpSuffixOriginManual] = "manual",
    [IpSuffixOriginWellKnown] = "well-known",
    [IpSuffixOriginDhcp] = "dhcp",
    [IpSuffixOriginLinkLayerAddress] = "link-layer-address",
    [IpSuffixOriginRandom] = "random",
};

static const char *const route_origins[] = {
    [NlroManual] = "manual", [NlroWellKnown] = "well-known",
    [NlroDHCP] = "dhcp",     [NlroRouterAdvertisement] = "router-advertisement",
    [Nlro6to4] = "6to4",
};

/* By number, as not every platform's headers name all of them. */
static const char *const route_protocols[] = {
    [1] = "other",  [2] = "local",  [3] = "netmgmt", [4] = "icmp",  [5] = "egp",
    [6] = "ggp",    [7] = "hello",  [8] = "rip",     [9] = "is-is", [10] = "es-is",
    [11] = "cisco", [12] = "bbn",   [13] = "ospf",   [14] = "bgp",  [15] = "idpr",
    [16] = "eigrp", [17] = "dvmrp", [18] = "rpl",    [19] = "dhcp",
};

static const char *const hint_levels[] = {
    [NetworkConnectivityLevelHintUnknown] = "unknown",
    [NetworkConnectivityLevelHintNone] = "none",
    [NetworkConnectivityLevelHintLocalAccess] = "local",
    [NetworkConnectivityLevelHintInternetAccess] = "internet",
    [NetworkConnectivityLevelHintConstrainedInternetAccess] = "constrained",
    [NetworkConnectivityLevelHintHidden] = "hidden",
};

static const char *const hint_costs[] = {
    [NetworkConnectivityCostHintUnknown] = "unknown",
    [NetworkConnectivityCostHintUnrestricted] = "unrestricted",
    [NetworkConnectivityCostHintFixed] = "fixed",
    [NetworkConnectivityCostHintVariable] = "variable",
};

static const char *const neighbour_states[] = {
    [NlnsUnreachable] = "unreachable",
    [NlnsIncomplete] = "incomplete",
    [NlnsProbe] = "probe",
    [NlnsDelay] = "delay",
    [NlnsStale] = "stale",
    [NlnsReachable] = "reachable",
    [NlnsPermanent] = "permanent",
};

/* A value that has no name is shown as its number. */
static void add_name(struct line *line, const char *key, const char *label,
                     const char *const *names, size_t count, unsigned int value)
{
    char number[16];

    if (value < count && names[value] != NULL) {
        line_string(line, key, label, names[value]);
        return;
    }
    (void)snprintf(number, sizeof(number), "%u", value);
    line_string(line, key, label, number);
}

static void add_protocol(struct line *line, NL_ROUTE_PROTOCOL protocol)
{
    unsigned int value = (unsigned int)protocol;

    if (value == 10002)
        line_string(line, "protocol", "protocol", "nt-autostatic");
    else if (value == 10006)
        line_string(line, "protocol", "protocol", "nt-static");
    else if (value == 10007)
        line_string(line, "protocol", "protocol", "nt-static-non-dod");
    else
        add_name(line, "protocol", "protocol", route_protocols, ARRAY_SIZE(route_protocols), value);
}

static const char *family_name(ADDRESS_FAMILY family)
{
    if (family == AF_INET)
        return "ipv4";
    return family == AF_INET6 ? "ipv6" : "unspecified";
}

static void format_address(const SOCKADDR_INET *address, char ret_text[INET6_ADDRSTRLEN])
{
    const char *text = NULL;

    if (address->si_family == AF_INET)
        text = inet_ntop(AF_INET, &address->Ipv4.sin_addr, ret_text, INET6_ADDRSTRLEN);
    else if (address->si_family == AF_INET6)
        text = inet_ntop(AF_INET6, &address->Ipv6.sin6_addr, ret_text, INET6_ADDRSTRLEN);
    if (text == NULL)
        (void)snprintf(ret_text, INET6_ADDRSTRLEN, "family %u", (unsigned int)address->si_family);
}

static void format_prefix(const SOCKADDR_INET *address, unsigned int length,
                          char ret_text[PREFIX_SIZE])
{
    char text[INET6_ADDRSTRLEN];

    format_address(address, text);
    (void)snprintf(ret_text, PREFIX_SIZE, "%s/%u", text, length % 1000);
}

static bool is_unspecified(const SOCKADDR_INET *address)
{
    static const unsigned char zeros[sizeof(address->Ipv6.sin6_addr)];

    if (address->si_family == AF_INET)
        return memcmp(&address->Ipv4.sin_addr, zeros, sizeof(address->Ipv4.sin_addr)) == 0;
    return memcmp(&address->Ipv6.sin6_addr, zeros, sizeof(address->Ipv6.sin6_addr)) == 0;
}

static void add_interface_name(struct line *line, int width, const NET_LUID *luid,
                               NET_IFINDEX index, bool refresh_name)
{
    char name[INTERFACE_NAME_SIZE];
    char number[24];

    interface_name(luid, index, refresh_name, name);
    line_column(line, "interface", width, name);
    line_json_number(line, "index", index);
    /* As a string: a number of JSON need not keep more than 53 bits. */
    (void)snprintf(number, sizeof(number), "0x%016" PRIx64, (uint64_t)luid->Value);
    line_json_string(line, "luid", number);
}

/* "02:00:00:00:00:01"; empty: of no length. */
static void format_physical_address(const MIB_IPNET_ROW2 *row,
                                    char ret_text[3 * IF_MAX_PHYS_ADDRESS_LENGTH + 1])
{
    ret_text[0] = '\0';
    for (ULONG i = 0; i < row->PhysicalAddressLength && i < IF_MAX_PHYS_ADDRESS_LENGTH; i++)
        (void)snprintf(ret_text + (i == 0 ? 0 : 3 * i - 1), 4, "%s%02x", i == 0 ? "" : ":",
                       row->PhysicalAddress[i]);
}

static void add_lifetime(struct line *line, const char *key, const char *label, ULONG seconds)
{
    if (seconds == 0xffffffff && line->format != LINE_JSON)
        line_string(line, key, label, "forever");
    else
        line_number(line, key, label, seconds);
}

/* ---- The complete row, under the names that the API gives its fields ------------------------- */

enum field_format {
    FORMAT_FAMILY,
    FORMAT_LUID,
    FORMAT_ADDRESS,
    FORMAT_PREFIX,
    FORMAT_BOOLEAN,
    FORMAT_NUMBER,
    FORMAT_NUMBERS, /* an array of ULONG */
    FORMAT_INTEGER, /* signed */
};

struct field {
    const char *name;
    const char *label;
    size_t offset;
    size_t size;
    enum field_format format;
    bool is_key; /* Get…Entry looks the row up by it */
};

#define FIELD_OF(row, field, how, key)                                                             \
    {                                                                                              \
        .name = #field, .label = #field "=", .offset = offsetof(row, field),                       \
        .size = sizeof(((row *)0)->field), .format = FORMAT_##how, .is_key = (key)                 \
    }
#define FIELD(row, field, how) FIELD_OF(row, field, how, false)
#define KEY(row, field, how) FIELD_OF(row, field, how, true)

static const struct field ip_interface_fields[] = {
    KEY(MIB_IPINTERFACE_ROW, Family, FAMILY),
    KEY(MIB_IPINTERFACE_ROW, InterfaceLuid, LUID),
    KEY(MIB_IPINTERFACE_ROW, InterfaceIndex, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, MaxReassemblySize, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, InterfaceIdentifier, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, MinRouterAdvertisementInterval, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, MaxRouterAdvertisementInterval, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, AdvertisingEnabled, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, ForwardingEnabled, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, WeakHostSend, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, WeakHostReceive, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, UseAutomaticMetric, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, UseNeighborUnreachabilityDetection, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, ManagedAddressConfigurationSupported, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, OtherStatefulConfigurationSupported, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, AdvertiseDefaultRoute, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, RouterDiscoveryBehavior, INTEGER),
    FIELD(MIB_IPINTERFACE_ROW, DadTransmits, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, BaseReachableTime, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, RetransmitTime, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, PathMtuDiscoveryTimeout, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, LinkLocalAddressBehavior, INTEGER),
    FIELD(MIB_IPINTERFACE_ROW, LinkLocalAddressTimeout, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, ZoneIndices, NUMBERS),
    FIELD(MIB_IPINTERFACE_ROW, SitePrefixLength, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, Metric, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, NlMtu, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, Connected, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, SupportsWakeUpPatterns, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, SupportsNeighborDiscovery, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, SupportsRouterDiscovery, BOOLEAN),
    FIELD(MIB_IPINTERFACE_ROW, ReachableTime, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, TransmitOffload, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, ReceiveOffload, NUMBER),
    FIELD(MIB_IPINTERFACE_ROW, DisableDefaultRoutes, BOOLEAN),
};

static const struct field address_fields[] = {
    KEY(MIB_UNICASTIPADDRESS_ROW, Address, ADDRESS),
    KEY(MIB_UNICASTIPADDRESS_ROW, InterfaceLuid, LUID),
    KEY(MIB_UNICASTIPADDRESS_ROW, InterfaceIndex, NUMBER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, PrefixOrigin, INTEGER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, SuffixOrigin, INTEGER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, ValidLifetime, NUMBER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, PreferredLifetime, NUMBER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, OnLinkPrefixLength, NUMBER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, SkipAsSource, BOOLEAN),
    FIELD(MIB_UNICASTIPADDRESS_ROW, DadState, INTEGER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, ScopeId.Value, NUMBER),
    FIELD(MIB_UNICASTIPADDRESS_ROW, CreationTimeStamp.QuadPart, INTEGER),
};

static const struct field route_fields[] = {
    KEY(MIB_IPFORWARD_ROW2, InterfaceLuid, LUID),
    KEY(MIB_IPFORWARD_ROW2, InterfaceIndex, NUMBER),
    KEY(MIB_IPFORWARD_ROW2, DestinationPrefix, PREFIX),
    KEY(MIB_IPFORWARD_ROW2, NextHop, ADDRESS),
    FIELD(MIB_IPFORWARD_ROW2, SitePrefixLength, NUMBER),
    FIELD(MIB_IPFORWARD_ROW2, ValidLifetime, NUMBER),
    FIELD(MIB_IPFORWARD_ROW2, PreferredLifetime, NUMBER),
    FIELD(MIB_IPFORWARD_ROW2, Metric, NUMBER),
    FIELD(MIB_IPFORWARD_ROW2, Protocol, INTEGER),
    FIELD(MIB_IPFORWARD_ROW2, Loopback, BOOLEAN),
    FIELD(MIB_IPFORWARD_ROW2, AutoconfigureAddress, BOOLEAN),
    FIELD(MIB_IPFORWARD_ROW2, Publish, BOOLEAN),
    FIELD(MIB_IPFORWARD_ROW2, Immortal, BOOLEAN),
    FIELD(MIB_IPFORWARD_ROW2, Age, NUMBER),
    FIELD(MIB_IPFORWARD_ROW2, Origin, INTEGER),
};

union any_row {
    MIB_IPINTERFACE_ROW ip_interface;
    MIB_UNICASTIPADDRESS_ROW address;
    MIB_IPFORWARD_ROW2 route;
};

/* How the complete row is asked for. */
struct details {
    const struct field *fields;
    size_t count;
    void (*initialize)(union any_row *row);
    DWORD (*get)(union any_row *row);
};

#define DETAILS(name, initialize, get_entry)                                                       \
    static void initialize_##name(union any_row *row)                                              \
    {                                                                                              \
        initialize(&row->name);                                                                    \
    }                                                                                              \
                                                                                                   \
    static DWORD get_##name(union any_row *row)                                                    \
    {                                                                                              \
        return get_entry(&row->name);                                                              \
    }                                                                                              \
                                                                                                   \
    static const struct details name##_details = {name##_fields, ARRAY_SIZE(name##_fields),        \
                                                  initialize_##name, get_##name};
DETAILS(ip_interface, InitializeIpInterfaceEntry, GetIpInterfaceEntry)
DETAILS(address, InitializeUnicastIpAddressEntry, GetUnicastIpAddressEntry)
DETAILS(route, InitializeIpForwardEntry, GetIpForwardEntry2)

static uint64_t number_in(const struct field *field, const void *at)
{
    uint8_t one;
    uint16_t two;
    uint32_t four;
    uint64_t eight;

    switch (field->size) {
    case sizeof(one):
        memcpy(&one, at, sizeof(one));
        return one;
    case sizeof(two):
        memcpy(&two, at, sizeof(two));
        return two;
    case sizeof(four):
        memcpy(&four, at, sizeof(four));
        return four;
    default:
        memcpy(&eight, at, sizeof(eight));
        return eight;
    }
}

static void add_luid(struct line *line, const struct field *field, uint64_t luid)
{
    char number[24];

    (void)snprintf(number, sizeof(number), "0x%016" PRIx64, luid);
    line_string(line, field->name, field->label, number);
}

static void add_numbers(struct line *line, const struct field *field, const ULONG *numbers)
{
    char label[64];

    (void)snprintf(label, sizeof(label), " %s(", field->label);
    line_text(line, label);
    line_open(line, field->name, '[');
    for (size_t i = 0; i < field->size / sizeof(numbers[0]); i++)
        line_number(line, NULL, NULL, numbers[i]);
    line_close(line, ']');
    line_text(line, " )");
}

static void add_field(struct line *line, const struct field *field, const void *row)
{
    const void *at = (const char *)row + field->offset;
    const IP_ADDRESS_PREFIX *prefix = at;
    char text[PREFIX_SIZE];
    uint64_t number;

    switch (field->format) {
    case FORMAT_FAMILY:
        line_string(line, field->name, field->label,
                    family_name((ADDRESS_FAMILY)number_in(field, at)));
        break;
    case FORMAT_LUID:
        add_luid(line, field, number_in(field, at));
        break;
    case FORMAT_ADDRESS:
        format_address(at, text);
        line_string(line, field->name, field->label, text);
        break;
    case FORMAT_PREFIX:
        format_prefix(&prefix->Prefix, prefix->PrefixLength, text);
        line_string(line, field->name, field->label, text);
        break;
    case FORMAT_BOOLEAN:
        line_boolean(line, field->name, field->label, number_in(field, at) != 0);
        break;
    case FORMAT_NUMBER:
        line_number(line, field->name, field->label, number_in(field, at));
        break;
    case FORMAT_NUMBERS:
        add_numbers(line, field, at);
        break;
    case FORMAT_INTEGER:
        number = number_in(field, at);
        line_integer(line, field->name, field->label,
                     field->size == sizeof(int32_t) ? (int32_t)number : (int64_t)number);
        break;
    }
}

static void add_details(struct line *line, const struct details *details, const void *keys)
{
    union any_row complete;
    DWORD error;

    details->initialize(&complete);
    for (size_t i = 0; i < details->count; i++) {
        const struct field *field = &details->fields[i];
        if (field->is_key)
            memcpy((char *)&complete + field->offset, (const char *)keys + field->offset,
                   field->size);
    }
    error = details->get(&complete);
    if (error != NO_ERROR) {
        line_text(line, " |");
        line_string(line, "details_error", NULL, error_name(error));
        line_number(line, "details_error_number", NULL, error);
        return;
    }
    line_text(line, " |");
    line_open(line, "details", '{');
    for (size_t i = 0; i < details->count; i++)
        add_field(line, &details->fields[i], &complete);
    line_close(line, '}');
}

/* ---- The row that came ----------------------------------------------------------------------- */

void row_interface(struct line *line, const MIB_IPINTERFACE_ROW *row, bool refresh_name,
                   bool details)
{
    line_column(line, "family", COLUMN_SUBJECT, family_name(row->Family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    line_boolean(line, "connected", "connected", row->Connected != 0);
    line_number(line, "mtu", "mtu", row->NlMtu);
    line_number(line, "metric", "metric", row->Metric);
    line_boolean(line, "forwarding", "forwarding", row->ForwardingEnabled != 0);
    if (details)
        add_details(line, &ip_interface_details, row);
}

void row_address(struct line *line, const MIB_UNICASTIPADDRESS_ROW *row, bool refresh_name,
                 bool details)
{
    char text[PREFIX_SIZE];

    format_prefix(&row->Address, row->OnLinkPrefixLength, text);
    line_column(line, "address", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->Address.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    add_name(line, "dad_state", NULL, dad_states, ARRAY_SIZE(dad_states),
             (unsigned int)row->DadState);
    add_name(line, "prefix_origin", "prefix", prefix_origins, ARRAY_SIZE(prefix_origins),
             (unsigned int)row->PrefixOrigin);
    add_name(line, "suffix_origin", "suffix", suffix_origins, ARRAY_SIZE(suffix_origins),
             (unsigned int)row->SuffixOrigin);
    add_lifetime(line, "valid_lifetime", "valid", row->ValidLifetime);
    add_lifetime(line, "preferred_lifetime", "preferred", row->PreferredLifetime);
    if (details)
        add_details(line, &address_details, row);
}

void row_route(struct line *line, const MIB_IPFORWARD_ROW2 *row, bool refresh_name, bool details)
{
    char text[PREFIX_SIZE];

    format_prefix(&row->DestinationPrefix.Prefix, row->DestinationPrefix.PrefixLength, text);
    line_column(line, "prefix", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->DestinationPrefix.Prefix.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    if (is_unspecified(&row->NextHop)) {
        line_null(line, "next_hop", "on-link");
    } else {
        format_address(&row->NextHop, text);
        line_string(line, "next_hop", "via", text);
    }
    line_number(line, "metric", "metric", row->Metric);
    add_protocol(line, row->Protocol);
    add_name(line, "origin", "origin", route_origins, ARRAY_SIZE(route_origins),
             (unsigned int)row->Origin);
    if (details)
        add_details(line, &route_details, row);
}

void row_neighbour(struct line *line, const MIB_IPNET_ROW2 *row, bool refresh_name, bool details)
{
    char text[3 * IF_MAX_PHYS_ADDRESS_LENGTH + 1];

    (void)details; /* there is only the table, whose rows are complete */
    format_address(&row->Address, text);
    line_column(line, "address", COLUMN_SUBJECT, text);
    line_json_string(line, "family", family_name(row->Address.si_family));
    add_interface_name(line, COLUMN_INTERFACE, &row->InterfaceLuid, row->InterfaceIndex,
                       refresh_name);
    format_physical_address(row, text);
    if (text[0] == '\0')
        line_null(line, "physical_address", "no address");
    else
        line_string(line, "physical_address", "at", text);
    add_name(line, "state", NULL, neighbour_states, ARRAY_SIZE(neighbour_states),
             (unsigned int)row->State);
    line_boolean(line, "router", "router", row->IsRouter);
    line_boolean(line, "unreachable", "unreachable", row->IsUnreachable);
    line_number(line, "since", "since", row->ReachabilityTime.LastReachable);
}

void row_stable_table(struct line *line, const MIB_UNICASTIPADDRESS_TABLE *table, bool at_once)
{
    char text[PREFIX_SIZE];

    line_json_string(line, "when", at_once ? "now" : "later");
    line_text(line, at_once ? " stable now," : " became stable,");
    line_number(line, "count", NULL, table->NumEntries);
    line_text(line, table->NumEntries == 1 ? " address" : " addresses");
    line_open(line, "addresses", '[');
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &table->Table[i];

        line_open(line, NULL, '{');
        line_text(line, i == 0 ? ":" : ",");
        format_prefix(&row->Address, row->OnLinkPrefixLength, text);
        line_string(line, "address", NULL, text);
        line_json_string(line, "family", family_name(row->Address.si_family));
        add_interface_name(line, 0, &row->InterfaceLuid, row->InterfaceIndex, true);
        add_name(line, "dad_state", NULL, dad_states, ARRAY_SIZE(dad_states),
                 (unsigned int)row->DadState);
        line_close(line, '}');
    }
    line_close(line, ']');
}

void row_hint(struct line *line, const NL_NETWORK_CONNECTIVITY_HINT *hint)
{
    add_name(line, "level", NULL, hint_levels, ARRAY_SIZE(hint_levels),
             (unsigned int)hint->ConnectivityLevel);
    add_name(line, "cost", "cost", hint_costs, ARRAY_SIZE(hint_costs),
             (unsigned int)hint->ConnectivityCost);
    line_boolean(line, "approaching_limit", "approaching-limit", hint->ApproachingDataLimit);
    line_boolean(line, "over_limit", "over-limit", hint->OverDataLimit);
    line_boolean(line, "roaming", "roaming", hint->Roaming);
}
