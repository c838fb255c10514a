/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the tables as fields of a line. */
#include "mibwatch_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mibwatch_names.h"

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

static void add_lifetime(struct line *line, const char *key, const char *label, ULONG seconds)
{
    if (seconds == 0xffffffff && line->format != LINE_JSON)
        line_string(line, key, label, "forever");
    else
        line_number(line, key, label, seconds);
}

/* ---- The complete row, under the names that the API gives its fields ------------------------- */

#define NUMBER(field) line_number(line, #field, #field "=", row->field)
#define INTEGER(field) line_integer(line, #field, #field "=", (int64_t)row->field)
#define BOOLEAN_FIELD(field) line_boolean(line, #field, #field "=", row->field != 0)

static void add_error(struct line *line, DWORD error)
{
    line_text(line, " |");
    line_string(line, "details_error", NULL, error_name(error));
    line_number(line, "details_error_number", NULL, error);
}

static void begin_details(struct line *line)
{
    line_text(line, " |");
    line_open(line, "details", '{');
}

static void add_ids(struct line *line, const NET_LUID *luid, NET_IFINDEX index)
{
    char number[24];

    (void)snprintf(number, sizeof(number), "0x%016" PRIx64, (uint64_t)luid->Value);
    line_string(line, "InterfaceLuid", "InterfaceLuid=", number);
    line_number(line, "InterfaceIndex", "InterfaceIndex=", index);
}

/* One bit for each offload, in the order in which the structure declares them. */
static void add_offload(struct line *line, const char *key, const char *label,
                        const NL_INTERFACE_OFFLOAD_ROD *offload)
{
    unsigned char bits;

    memcpy(&bits, offload, sizeof(bits));
    line_number(line, key, label, bits);
}

static void add_zones(struct line *line, const ULONG zones[ScopeLevelCount])
{
    line_text(line, " ZoneIndices=(");
    line_open(line, "ZoneIndices", '[');
    for (int i = 0; i < ScopeLevelCount; i++)
        line_number(line, NULL, NULL, zones[i]);
    line_close(line, ']');
    line_text(line, " )");
}

static void details_interface(struct line *line, const MIB_IPINTERFACE_ROW *keys)
{
    MIB_IPINTERFACE_ROW complete;
    const MIB_IPINTERFACE_ROW *row = &complete;
    DWORD error;

    InitializeIpInterfaceEntry(&complete);
    complete.Family = keys->Family;
    complete.InterfaceLuid = keys->InterfaceLuid;
    complete.InterfaceIndex = keys->InterfaceIndex;
    error = GetIpInterfaceEntry(&complete);
    if (error != NO_ERROR) {
        add_error(line, error);
        return;
    }
    begin_details(line);
    line_string(line, "Family", "Family=", family_name(row->Family));
    add_ids(line, &row->InterfaceLuid, row->InterfaceIndex);
    NUMBER(MaxReassemblySize);
    NUMBER(InterfaceIdentifier);
    NUMBER(MinRouterAdvertisementInterval);
    NUMBER(MaxRouterAdvertisementInterval);
    BOOLEAN_FIELD(AdvertisingEnabled);
    BOOLEAN_FIELD(ForwardingEnabled);
    BOOLEAN_FIELD(WeakHostSend);
    BOOLEAN_FIELD(WeakHostReceive);
    BOOLEAN_FIELD(UseAutomaticMetric);
    BOOLEAN_FIELD(UseNeighborUnreachabilityDetection);
    BOOLEAN_FIELD(ManagedAddressConfigurationSupported);
    BOOLEAN_FIELD(OtherStatefulConfigurationSupported);
    BOOLEAN_FIELD(AdvertiseDefaultRoute);
    INTEGER(RouterDiscoveryBehavior);
    NUMBER(DadTransmits);
    NUMBER(BaseReachableTime);
    NUMBER(RetransmitTime);
    NUMBER(PathMtuDiscoveryTimeout);
    INTEGER(LinkLocalAddressBehavior);
    NUMBER(LinkLocalAddressTimeout);
    add_zones(line, row->ZoneIndices);
    NUMBER(SitePrefixLength);
    NUMBER(Metric);
    NUMBER(NlMtu);
    BOOLEAN_FIELD(Connected);
    BOOLEAN_FIELD(SupportsWakeUpPatterns);
    BOOLEAN_FIELD(SupportsNeighborDiscovery);
    BOOLEAN_FIELD(SupportsRouterDiscovery);
    NUMBER(ReachableTime);
    add_offload(line, "TransmitOffload", "TransmitOffload=", &row->TransmitOffload);
    add_offload(line, "ReceiveOffload", "ReceiveOffload=", &row->ReceiveOffload);
    BOOLEAN_FIELD(DisableDefaultRoutes);
    line_close(line, '}');
}

static void details_address(struct line *line, const MIB_UNICASTIPADDRESS_ROW *keys)
{
    MIB_UNICASTIPADDRESS_ROW complete;
    const MIB_UNICASTIPADDRESS_ROW *row = &complete;
    char text[INET6_ADDRSTRLEN];
    DWORD error;

    InitializeUnicastIpAddressEntry(&complete);
    complete.Address = keys->Address;
    complete.InterfaceLuid = keys->InterfaceLuid;
    complete.InterfaceIndex = keys->InterfaceIndex;
    error = GetUnicastIpAddressEntry(&complete);
    if (error != NO_ERROR) {
        add_error(line, error);
        return;
    }
    begin_details(line);
    format_address(&row->Address, text);
    line_string(line, "Address", "Address=", text);
    add_ids(line, &row->InterfaceLuid, row->InterfaceIndex);
    INTEGER(PrefixOrigin);
    INTEGER(SuffixOrigin);
    NUMBER(ValidLifetime);
    NUMBER(PreferredLifetime);
    NUMBER(OnLinkPrefixLength);
    BOOLEAN_FIELD(SkipAsSource);
    INTEGER(DadState);
    NUMBER(ScopeId.Value);
    INTEGER(CreationTimeStamp.QuadPart);
    line_close(line, '}');
}

static void details_route(struct line *line, const MIB_IPFORWARD_ROW2 *keys)
{
    MIB_IPFORWARD_ROW2 complete;
    const MIB_IPFORWARD_ROW2 *row = &complete;
    char text[PREFIX_SIZE];
    DWORD error;

    InitializeIpForwardEntry(&complete);
    complete.DestinationPrefix = keys->DestinationPrefix;
    complete.NextHop = keys->NextHop;
    complete.InterfaceLuid = keys->InterfaceLuid;
    complete.InterfaceIndex = keys->InterfaceIndex;
    error = GetIpForwardEntry2(&complete);
    if (error != NO_ERROR) {
        add_error(line, error);
        return;
    }
    begin_details(line);
    add_ids(line, &row->InterfaceLuid, row->InterfaceIndex);
    format_prefix(&row->DestinationPrefix.Prefix, row->DestinationPrefix.PrefixLength, text);
    line_string(line, "DestinationPrefix", "DestinationPrefix=", text);
    format_address(&row->NextHop, text);
    line_string(line, "NextHop", "NextHop=", text);
    NUMBER(SitePrefixLength);
    NUMBER(ValidLifetime);
    NUMBER(PreferredLifetime);
    NUMBER(Metric);
    INTEGER(Protocol);
    BOOLEAN_FIELD(Loopback);
    BOOLEAN_FIELD(AutoconfigureAddress);
    BOOLEAN_FIELD(Publish);
    BOOLEAN_FIELD(Immortal);
    NUMBER(Age);
    INTEGER(Origin);
    line_close(line, '}');
}

/* ---- The row that came
 * --------------------------------------------------------------------------- */

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
        details_interface(line, row);
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
        details_address(line, row);
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
        details_route(line, row);
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
