/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GetAdaptersAddresses: all tables, joined by interface, as lists in a program's buffer. What is
 * told of a row here is what the row's own function tells of it. Contract: include/iphlpapi.h.
 */
#include "api/arena.h"
#include "api/error.h"
#include "api/iphlpapi/adapter_rows.h"
#include "api/rows/convert.h"
#include "api/rows/names.h"
#include "api/rows/row.h"
#include "api/unicode.h"
#include "mib/row/dhcp.h"
#include "mib/row/dns.h"
#include "mib/row/ipinterface.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include <string.h>

/* ---- Lists -------------------------------------------------------------------------------------
 */

/*
 * The structures of all addresses begin as this one. An arena that measures gives all of them one
 * place, so what was written is not read.
 */
typedef IP_ADAPTER_MULTICAST_ADDRESS_XP address_node;

static void put_address(struct arena *arena, const SOCKADDR_INET *address, SOCKET_ADDRESS *place)
{
    place->iSockaddrLength =
        address->si_family == AF_INET ? (int)sizeof(SOCKADDR_IN) : (int)sizeof(SOCKADDR_IN6);
    place->lpSockaddr = arena_copy(arena, address, (size_t)place->iSockaddrLength);
}

static void put_model_address(struct arena *arena, uint8_t family, const struct mib_addr *address,
                              uint32_t ifindex, SOCKET_ADDRESS *place)
{
    SOCKADDR_INET sockaddr;

    sockaddr_of(family, address, ifindex, &sockaddr);
    put_address(arena, &sockaddr, place);
}

static void *put_node(struct arena *arena, size_t size, void ***end)
{
    address_node *node = arena_take(arena, size);

    node->Length = (ULONG)size;
    **end = node;
    *end = (void **)&node->Next;
    return node;
}

/* An address that names may be registered for: neither loopback's nor a link-local one. */
static bool is_dns_eligible(const struct mib_unicast *row)
{
    if (row->dad_state != MIB_DAD_PREFERRED && row->dad_state != MIB_DAD_DEPRECATED)
        return false;
    if (row->family == MIB_FAMILY_IPV4)
        return row->address.bytes[0] != 127 &&
               !mib_addr_is_autoconfigured(row->family, &row->address);
    return !mib_addr_is_link_local(row->family, &row->address) &&
           row->prefix_origin != MIB_PREFIX_ORIGIN_WELL_KNOWN;
}

static void put_unicast(struct arena *arena, const void *model, void ***end)
{
    const struct mib_unicast *row = model;
    MIB_UNICASTIPADDRESS_ROW shown;
    IP_ADAPTER_UNICAST_ADDRESS *node = put_node(arena, sizeof(*node), end);

    api_row_unicast.to_row(row, &shown);
    put_address(arena, &shown.Address, &node->Address);
    if (is_dns_eligible(row))
        node->Flags |= IP_ADAPTER_ADDRESS_DNS_ELIGIBLE;
    if (row->suffix_origin == MIB_SUFFIX_ORIGIN_RANDOM && row->valid_lifetime != UINT32_MAX)
        node->Flags |= IP_ADAPTER_ADDRESS_TRANSIENT;
    node->PrefixOrigin = (IP_PREFIX_ORIGIN)shown.PrefixOrigin;
    node->SuffixOrigin = (IP_SUFFIX_ORIGIN)shown.SuffixOrigin;
    node->DadState = (IP_DAD_STATE)shown.DadState;
    node->ValidLifetime = shown.ValidLifetime;
    node->PreferredLifetime = shown.PreferredLifetime;
    node->LeaseLifetime = shown.ValidLifetime;
    node->OnLinkPrefixLength = shown.OnLinkPrefixLength;
}

static void put_anycast(struct arena *arena, const void *model, void ***end)
{
    MIB_ANYCASTIPADDRESS_ROW shown;
    IP_ADAPTER_ANYCAST_ADDRESS *node = put_node(arena, sizeof(*node), end);

    api_row_anycast.to_row(model, &shown);
    put_address(arena, &shown.Address, &node->Address);
}

static void put_multicast(struct arena *arena, const void *model, void ***end)
{
    MIB_MULTICASTIPADDRESS_ROW shown;
    IP_ADAPTER_MULTICAST_ADDRESS *node = put_node(arena, sizeof(*node), end);

    api_row_multicast.to_row(model, &shown);
    put_address(arena, &shown.Address, &node->Address);
}

static void put_gateway(struct arena *arena, const void *model, void ***end)
{
    const struct mib_route *row = model;
    IP_ADAPTER_GATEWAY_ADDRESS *node = put_node(arena, sizeof(*node), end);

    put_model_address(arena, row->next_hop_family, &row->next_hop, row->ifindex, &node->Address);
}

static void put_prefix(struct arena *arena, const void *model, void ***end)
{
    const struct adapter_prefix *row = model;
    IP_ADAPTER_PREFIX *node = put_node(arena, sizeof(*node), end);

    put_model_address(arena, row->family, &row->address, row->ifindex, &node->Address);
    node->PrefixLength = row->length;
}

static void put_dns_server(struct arena *arena, const void *model, void ***end)
{
    const struct mib_dns *row = model;
    IP_ADAPTER_DNS_SERVER_ADDRESS *node;
    const uint8_t port[2] = {(uint8_t)(row->port >> 8), (uint8_t)row->port};
    SOCKADDR_INET sockaddr;

    if (row->kind != MIB_DNS_SERVER)
        return;
    node = put_node(arena, sizeof(*node), end);
    sockaddr_of(row->family, &row->address, row->ifindex, &sockaddr);
    memcpy(&sockaddr.Ipv4.sin_port, port, sizeof(port)); /* in network byte order */
    put_address(arena, &sockaddr, &node->Address);
}

static void put_dns_suffix(struct arena *arena, const void *model, void ***end)
{
    const struct mib_dns *row = model;
    IP_ADAPTER_DNS_SUFFIX *node;

    if (row->kind != MIB_DNS_SEARCH)
        return;
    node = arena_take(arena, sizeof(*node));
    (void)unicode_from_utf8(row->name, node->String, MAX_DNS_SUFFIX_STRING_LENGTH);
    **end = node;
    *end = (void **)&node->Next;
}

/* The lists of an adapter: made of which part, unless that flag is set (or only if it is). */
static const struct {
    enum adapter_part part;
    ULONG skip;
    ULONG include;
    size_t offset; /* of the first one's pointer */
    void (*put)(struct arena *arena, const void *row, void ***end);
} lists[] = {
    {ADAPTER_UNICAST, GAA_FLAG_SKIP_UNICAST, 0, offsetof(IP_ADAPTER_ADDRESSES, FirstUnicastAddress),
     put_unicast},
    {ADAPTER_ANYCAST, GAA_FLAG_SKIP_ANYCAST, 0, offsetof(IP_ADAPTER_ADDRESSES, FirstAnycastAddress),
     put_anycast},
    {ADAPTER_MULTICAST, GAA_FLAG_SKIP_MULTICAST, 0,
     offsetof(IP_ADAPTER_ADDRESSES, FirstMulticastAddress), put_multicast},
    {ADAPTER_DNS, GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_SKIP_DNS_INFO, 0,
     offsetof(IP_ADAPTER_ADDRESSES, FirstDnsServerAddress), put_dns_server},
    {ADAPTER_PREFIX, 0, GAA_FLAG_INCLUDE_PREFIX, offsetof(IP_ADAPTER_ADDRESSES, FirstPrefix),
     put_prefix},
    {ADAPTER_GATEWAY, 0, GAA_FLAG_INCLUDE_GATEWAYS,
     offsetof(IP_ADAPTER_ADDRESSES, FirstGatewayAddress), put_gateway},
    {ADAPTER_DNS, GAA_FLAG_SKIP_DNS_INFO, 0, offsetof(IP_ADAPTER_ADDRESSES, FirstDnsSuffix),
     put_dns_suffix},
};

enum { LISTS = sizeof(lists) / sizeof(lists[0]) };

/* ---- Adapters ----------------------------------------------------------------------------------
 */

/* What one call gives. */
struct adapters {
    struct adapter_rows rows;
    ULONG flags; /* GAA_FLAG_… */
};

static bool is_wanted(size_t list, ULONG flags)
{
    return !(flags & lists[list].skip) && (flags & lists[list].include) == lists[list].include;
}

static size_t length_of(const WCHAR *string)
{
    size_t length = 0;

    while (string[length])
        length++;
    return length;
}

static WCHAR *put_string(struct arena *arena, const WCHAR *string)
{
    return arena_copy(arena, string, (length_of(string) + 1) * sizeof(*string));
}

/* With its place, but without the name: a program that does not want it counts on no other size. */
static WCHAR *put_no_name(struct arena *arena, const WCHAR *name)
{
    static const WCHAR none[IF_MAX_STRING_SIZE + 1];

    return arena_copy(arena, none, (length_of(name) + 1) * sizeof(*name));
}

static void put_suffix(struct arena *arena, const struct adapters *adapters, size_t number,
                       IP_ADAPTER_ADDRESSES *adapter)
{
    const struct adapter_rows *rows = &adapters->rows;
    WCHAR suffix[MAX_DNS_SUFFIX_STRING_LENGTH] = {0};
    const struct mib_dns *dns = adapter_rows_first(rows, ADAPTER_DNS, number);

    while (dns && dns->kind != MIB_DNS_SUFFIX)
        dns = adapter_rows_next(rows, ADAPTER_DNS, dns);
    if (dns && !(adapters->flags & GAA_FLAG_SKIP_DNS_INFO))
        (void)unicode_from_utf8(dns->name, suffix, MAX_DNS_SUFFIX_STRING_LENGTH);
    adapter->DnsSuffix = put_string(arena, suffix);
}

/* What IPv4 and IPv6 have on the interface, as GetIpInterfaceEntry tells of it. */
static void fill_families(const struct mib_interface *link, IP_ADAPTER_ADDRESSES *ret)
{
    struct mib_ipinterface model = {.ifindex = link->ifindex, .iftype = link->iftype};
    MIB_IPINTERFACE_ROW shown;

    if (link->has_ipv4) {
        model.family = MIB_FAMILY_IPV4;
        api_row_ipinterface.to_row(&model, &shown);
        ret->Ipv4Metric = shown.Metric;
        ret->IfIndex = link->ifindex;
        ret->Flags |= IP_ADAPTER_IPV4_ENABLED;
    }
    if (link->has_ipv6) {
        model.family = MIB_FAMILY_IPV6;
        api_row_ipinterface.to_row(&model, &shown);
        ret->Ipv6Metric = shown.Metric;
        ret->Ipv6IfIndex = link->ifindex;
        ret->Flags |= IP_ADAPTER_IPV6_ENABLED;
        for (size_t i = 0; i < sizeof(ret->ZoneIndices) / sizeof(ret->ZoneIndices[0]); i++)
            ret->ZoneIndices[i] = shown.ZoneIndices[i];
    }
    if (link->managed_addresses)
        ret->Flags |= IP_ADAPTER_IPV6_MANAGE_ADDRESS_CONFIG;
    if (link->other_stateful)
        ret->Flags |= IP_ADAPTER_IPV6_OTHER_STATEFUL_CONFIG;
    if (!(link->flags & MIB_INTERFACE_MULTICAST))
        ret->Flags |= IP_ADAPTER_NO_MULTICAST;
}

/* What DHCP clients have. */
static void put_dhcp(struct arena *arena, const struct adapter_rows *rows, size_t number,
                     IP_ADAPTER_ADDRESSES *adapter)
{
    for (const struct mib_dhcp *row = adapter_rows_first(rows, ADAPTER_DHCP, number); row;
         row = adapter_rows_next(rows, ADAPTER_DHCP, row)) {
        bool ipv4 = row->family == MIB_FAMILY_IPV4;
        SOCKET_ADDRESS *server = ipv4 ? &adapter->Dhcpv4Server : &adapter->Dhcpv6Server;

        if (!mib_addr_is_zero(&row->server))
            put_model_address(arena, row->family, &row->server, row->ifindex, server);
        if (ipv4) {
            adapter->Flags |= IP_ADAPTER_DHCP_ENABLED;
            continue;
        }
        adapter->Dhcpv6Iaid = row->iaid;
        adapter->Dhcpv6ClientDuidLength = row->duid_length;
        memcpy(adapter->Dhcpv6ClientDuid, row->duid, sizeof(adapter->Dhcpv6ClientDuid));
    }
}

static void put_adapter(struct arena *arena, const struct adapters *adapters, size_t number,
                        void ***end)
{
    const struct adapter_rows *rows = &adapters->rows;
    const struct mib_interface *link = adapter_rows_interface(rows, number);
    IP_ADAPTER_ADDRESSES *adapter = arena_take(arena, sizeof(*adapter));
    char name[MAX_ADAPTER_NAME_LENGTH];
    MIB_IF_ROW2 shown;

    **end = adapter;
    *end = (void **)&adapter->Next;
    api_row_interface.to_row(link, &shown);
    adapter->Length = sizeof(*adapter);
    fill_families(link, adapter);
    adapter->PhysicalAddressLength = shown.PhysicalAddressLength;
    if (adapter->PhysicalAddressLength > MAX_ADAPTER_ADDRESS_LENGTH)
        adapter->PhysicalAddressLength = MAX_ADAPTER_ADDRESS_LENGTH;
    memcpy(adapter->PhysicalAddress, shown.PhysicalAddress, adapter->PhysicalAddressLength);
    adapter->Mtu = shown.Mtu;
    adapter->IfType = shown.Type;
    adapter->OperStatus = shown.OperStatus;
    adapter->TransmitLinkSpeed = shown.TransmitLinkSpeed;
    adapter->ReceiveLinkSpeed = shown.ReceiveLinkSpeed;
    adapter->Luid = shown.InterfaceLuid;
    adapter->CompartmentId = NET_IF_COMPARTMENT_ID_PRIMARY;
    adapter->NetworkGuid = shown.NetworkGuid;
    adapter->ConnectionType = shown.ConnectionType;
    adapter->TunnelType = shown.TunnelType;

    if (ConvertGuidToStringA(&shown.InterfaceGuid, name, sizeof(name)) != NO_ERROR)
        name[0] = '\0';
    adapter->AdapterName = arena_copy(arena, name, strlen(name) + 1);
    adapter->Description = put_string(arena, shown.Description);
    adapter->FriendlyName = adapters->flags & GAA_FLAG_SKIP_FRIENDLY_NAME
                                ? put_no_name(arena, shown.Alias)
                                : put_string(arena, shown.Alias);
    put_suffix(arena, adapters, number, adapter);
    put_dhcp(arena, rows, number, adapter);
    for (size_t i = 0; i < LISTS; i++) {
        void **last = (void **)((uint8_t *)adapter + lists[i].offset);

        if (!is_wanted(i, adapters->flags))
            continue;
        for (const void *row = adapter_rows_first(rows, lists[i].part, number); row;
             row = adapter_rows_next(rows, lists[i].part, row))
            lists[i].put(arena, row, &last);
    }
}

/* An arena_writer. */
static void put_adapters(struct arena *arena, const void *from)
{
    const struct adapters *adapters = from;
    void *first = NULL;
    void **last = &first;

    for (size_t i = 0; i < adapters->rows.shown_count; i++)
        put_adapter(arena, adapters, adapters->rows.shown[i], &last);
}

static bool has_family(const struct mib_interface *link, enum mib_family family)
{
    return (link->has_ipv4 && family != MIB_FAMILY_IPV6) ||
           (link->has_ipv6 && family != MIB_FAMILY_IPV4);
}

ULONG NETIOAPI_API_ GetAdaptersAddresses(ULONG Family, ULONG Flags, void *Reserved,
                                         PIP_ADAPTER_ADDRESSES AdapterAddresses, ULONG *SizePointer)
{
    struct adapters adapters = {.flags = Flags};
    unsigned int parts = 1U << ADAPTER_DHCP;
    enum mib_family family;

    (void)Reserved;
    if (!SizePointer || Family > UINT16_MAX || !family_of_af((ADDRESS_FAMILY)Family, &family))
        return ERROR_INVALID_PARAMETER;
    for (size_t i = 0; i < LISTS; i++)
        if (is_wanted(i, Flags))
            parts |= 1U << lists[i].part;
    int r = adapter_rows_read(&adapters.rows, family, MIB_FILTER_WITHOUT_STATISTICS, parts);
    if (r < 0)
        return error_from(r);
    DWORD error = error_from(adapter_rows_choose(
        &adapters.rows, family, Flags & GAA_FLAG_INCLUDE_ALL_INTERFACES ? NULL : has_family));
    if (error == NO_ERROR)
        error = adapters.rows.shown_count == 0
                    ? ERROR_NO_DATA
                    : arena_give(put_adapters, &adapters, AdapterAddresses, SizePointer);
    adapter_rows_clear(&adapters.rows);
    return error;
}
