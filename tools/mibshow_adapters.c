/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's table of adapters. */
#include <stdlib.h>

#include "mibshow_table.h"

/* Adapters may come while it is asked for them. */
#define TRIES 8

#define ROW IP_ADAPTER_UNICAST_ADDRESS
static const struct field unicast_list[] = {
    FIELD(ROW, Address, SOCKET_ADDRESS, .heading = "address"),
    FIELD(ROW, Flags, BITS, .words = &words_address_flags),
    FIELD(ROW, PrefixOrigin, WORD, .words = &words_prefix_origin),
    FIELD(ROW, SuffixOrigin, WORD, .words = &words_suffix_origin),
    FIELD(ROW, DadState, WORD, .words = &words_dad_state),
    FIELD(ROW, ValidLifetime, LIFETIME),
    FIELD(ROW, PreferredLifetime, LIFETIME),
    FIELD(ROW, LeaseLifetime, LIFETIME),
    FIELD(ROW, OnLinkPrefixLength, NUMBER),
};
#undef ROW

#define ROW IP_ADAPTER_PREFIX
static const struct field prefix_list[] = {
    FIELD(ROW, Address, SOCKET_ADDRESS, .heading = "address"),
    FIELD(ROW, PrefixLength, NUMBER),
};
#undef ROW

/* Lists of nothing but addresses. */
#define ADDRESSES(name, row)                                                                       \
    static const struct field name##_list[] = {                                                    \
        FIELD(row, Address, SOCKET_ADDRESS, .heading = "address")};                                \
    static const struct list name##_chain = {offsetof(row, Next), name##_list, 1};
ADDRESSES(anycast, IP_ADAPTER_ANYCAST_ADDRESS)
ADDRESSES(multicast, IP_ADAPTER_MULTICAST_ADDRESS)
ADDRESSES(dns_server, IP_ADAPTER_DNS_SERVER_ADDRESS)
ADDRESSES(wins_server, IP_ADAPTER_WINS_SERVER_ADDRESS)
ADDRESSES(gateway, IP_ADAPTER_GATEWAY_ADDRESS)

static const struct field suffix_list[] = {
    FIELD(IP_ADAPTER_DNS_SUFFIX, String, WIDE, .heading = "suffix"),
};
static const struct list unicast_chain = {offsetof(IP_ADAPTER_UNICAST_ADDRESS, Next), unicast_list,
                                          ARRAY_SIZE(unicast_list)};
static const struct list prefix_chain = {offsetof(IP_ADAPTER_PREFIX, Next), prefix_list,
                                         ARRAY_SIZE(prefix_list)};
static const struct list suffix_chain = {offsetof(IP_ADAPTER_DNS_SUFFIX, Next), suffix_list, 1};

#define ROW IP_ADAPTER_ADDRESSES
#define LIST(member, chain, ...)                                                                   \
    {                                                                                              \
        .name = #member, .offset = offsetof(ROW, member), .size = sizeof(void *),                  \
        .format = FORMAT_LIST, .list = &(chain), __VA_ARGS__                                       \
    }
static const struct field adapter_list[] = {
    FIELD_INTERFACE(ROW, Luid),
    FIELD(ROW, IfIndex, NUMBER, .heading = "index"),
    FIELD(ROW, Ipv6IfIndex, NUMBER),
    FIELD(ROW, Luid, LUID),
    FIELD(ROW, AdapterName, STRING_POINTER, .heading = "name"),
    FIELD(ROW, FriendlyName, WIDE_POINTER),
    FIELD(ROW, Description, WIDE_POINTER, .heading = "description"),
    FIELD(ROW, IfType, WORD, .words = &words_if_type, .heading = "type"),
    FIELD(ROW, OperStatus, WORD, .words = &words_oper_status, .heading = "status"),
    FIELD(ROW, Flags, BITS, .words = &words_adapter_flags, .heading = "flags"),
    FIELD(ROW, Mtu, NUMBER, .heading = "mtu"),
    FIELD(ROW, PhysicalAddress, BYTES, .other = offsetof(ROW, PhysicalAddressLength),
          .heading = "physical address"),
    FIELD(ROW, TransmitLinkSpeed, SPEED, .heading = "speed"),
    FIELD(ROW, ReceiveLinkSpeed, SPEED),
    FIELD(ROW, Ipv4Metric, NUMBER, .heading = "ipv4 metric"),
    FIELD(ROW, Ipv6Metric, NUMBER, .heading = "ipv6 metric"),
    LIST(FirstUnicastAddress, unicast_chain, .heading = "addresses"),
    LIST(FirstAnycastAddress, anycast_chain, .heading = "anycast"),
    LIST(FirstMulticastAddress, multicast_chain, .heading = "multicast"),
    LIST(FirstPrefix, prefix_chain),
    LIST(FirstGatewayAddress, gateway_chain, .heading = "gateways"),
    LIST(FirstDnsServerAddress, dns_server_chain, .heading = "dns servers"),
    FIELD(ROW, DnsSuffix, WIDE_POINTER, .heading = "dns suffix"),
    LIST(FirstDnsSuffix, suffix_chain, .heading = "search list"),
    LIST(FirstWinsServerAddress, wins_server_chain),
    FIELD(ROW, Dhcpv4Server, SOCKET_ADDRESS, .heading = "dhcp server"),
    FIELD(ROW, Dhcpv6Server, SOCKET_ADDRESS, .heading = "dhcpv6 server"),
    FIELD(ROW, Dhcpv6ClientDuid, BYTES, .other = offsetof(ROW, Dhcpv6ClientDuidLength)),
    FIELD(ROW, Dhcpv6Iaid, NUMBER),
    FIELD(ROW, ZoneIndices, NUMBERS),
    FIELD(ROW, CompartmentId, NUMBER),
    FIELD(ROW, NetworkGuid, GUID),
    FIELD(ROW, ConnectionType, WORD, .words = &words_connection_type),
    FIELD(ROW, TunnelType, WORD, .words = &words_tunnel_type),
};
#undef ROW

static const struct fields adapter_fields = FIELDS_OF(adapter_list);

static void read_adapters(const struct request *request, struct report *report,
                          struct rows *ret_rows)
{
    const ULONG flags = GAA_FLAG_INCLUDE_PREFIX | GAA_FLAG_INCLUDE_WINS_INFO |
                        GAA_FLAG_INCLUDE_GATEWAYS | GAA_FLAG_INCLUDE_ALL_INTERFACES;
    IP_ADAPTER_ADDRESSES *adapters = NULL;
    ULONG size = 16384;
    DWORD error = ERROR_BUFFER_OVERFLOW;
    size_t count = 0;

    for (int i = 0; i < TRIES && error == ERROR_BUFFER_OVERFLOW; i++) {
        free(adapters);
        adapters = malloc(size);
        error = adapters == NULL
                    ? ERROR_NOT_ENOUGH_MEMORY
                    : CALL(GetAdaptersAddresses, request->family, flags, NULL, adapters, &size);
    }
    if (error != NO_ERROR) {
        free(adapters);
        report_failed(report, "GetAdaptersAddresses", NULL, error);
        return;
    }
    for (const IP_ADAPTER_ADDRESSES *adapter = adapters; adapter != NULL; adapter = adapter->Next)
        count++;
    *ret_rows = (struct rows){.first = adapters,
                              .count = count,
                              .next = offsetof(IP_ADAPTER_ADDRESSES, Next),
                              .memory = adapters,
                              .release = free};
}

const struct shown_table table_adapters = {
    .name = "adapters",
    .title = "Adapters",
    .function = "GetAdaptersAddresses",
    .layout = LAYOUT_RECORDS,
    .fields = &adapter_fields,
    .read = read_adapters,
};
