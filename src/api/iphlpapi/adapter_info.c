/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * GetAdaptersInfo, GetAdapterOrderMap, GetPerAdapterInfo, GetNetworkParams: what of the adapters is
 * IPv4's, as text in a program's buffer. Contracts: include/iphlpapi.h.
 */
#include "api/arena.h"
#include "api/error.h"
#include "api/iphlpapi/adapter_rows.h"
#include "api/nte.h"
#include "api/rows/row.h"
#include "backend/backend.h"
#include "mib/query/host.h"
#include "mib/row/dhcp.h"
#include "mib/row/dns.h"
#include "mib/row/ipinterface.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"
#include "platform/platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INTERFACE_FLAGS = MIB_FILTER_WITHOUT_STATISTICS | MIB_FILTER_WITHOUT_SPEED };

/* ---- Lists of addresses, whose first member is part of the structure they belong to ------------
 */

struct text_list {
    IP_ADDR_STRING *last;
    bool begun;
};

static void write_address(char ret[16], const uint8_t bytes[4])
{
    (void)snprintf(ret, 16, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

static IP_ADDR_STRING *put_text(struct arena *arena, struct text_list *list,
                                const struct mib_addr *address, uint8_t prefix_length)
{
    uint8_t mask[4] = {0};

    if (list->begun) {
        IP_ADDR_STRING *node = arena_take(arena, sizeof(*node));

        list->last->Next = node;
        list->last = node;
    }
    list->begun = true;
    for (unsigned int bit = 0; bit < prefix_length && bit < 32; bit++)
        mask[bit / 8] |= (uint8_t)(0x80U >> bit % 8);
    write_address(list->last->IpAddress.String, address->bytes);
    write_address(list->last->IpMask.String, mask);
    return list->last;
}

/* 0.0.0.0 where there is none: programs look at the first one always. */
static void put_if_none(struct arena *arena, struct text_list *list)
{
    static const struct mib_addr none;

    if (!list->begun)
        (void)put_text(arena, list, &none, 0);
}

static bool is_server(const struct mib_dns *row)
{
    return row->kind == MIB_DNS_SERVER && row->family == MIB_FAMILY_IPV4;
}

/* ---- GetAdaptersInfo ---------------------------------------------------------------------------
 */

static uint32_t context_of(const struct mib_unicast *row)
{
    uint32_t address;

    memcpy(&address, row->address.bytes, sizeof(address));
    return nte_context_of(address, row->ifindex);
}

static void put_addresses(struct arena *arena, const struct adapter_rows *rows, size_t number,
                          IP_ADDR_STRING *first)
{
    struct text_list list = {.last = first};

    for (const struct mib_unicast *row = adapter_rows_first(rows, ADAPTER_UNICAST, number); row;
         row = adapter_rows_next(rows, ADAPTER_UNICAST, row))
        put_text(arena, &list, &row->address, row->prefix_length)->Context = context_of(row);
    put_if_none(arena, &list);
}

static void put_gateways(struct arena *arena, const struct adapter_rows *rows, size_t number,
                         IP_ADDR_STRING *first)
{
    struct text_list list = {.last = first};

    for (const struct mib_route *row = adapter_rows_first(rows, ADAPTER_GATEWAY, number); row;
         row = adapter_rows_next(rows, ADAPTER_GATEWAY, row))
        if (row->next_hop_family == MIB_FAMILY_IPV4)
            (void)put_text(arena, &list, &row->next_hop, 32);
    put_if_none(arena, &list);
}

/* Until 2038 for a lease that does not end, as on Windows. */
enum { LEASE_WITHOUT_END = INT32_MAX };

/* Nothing after it can be shown where a time has 32 bits. */
static int64_t lease_time(int64_t seconds)
{
    const bool narrow = sizeof(((IP_ADAPTER_INFO *)0)->LeaseExpires) < sizeof(seconds);

    if (seconds == MIB_DHCP_NEVER || (narrow && seconds > LEASE_WITHOUT_END))
        return LEASE_WITHOUT_END;
    return seconds;
}

static void put_dhcp(struct arena *arena, const struct adapter_rows *rows, size_t number,
                     IP_ADAPTER_INFO *adapter)
{
    const struct mib_dhcp *row = adapter_rows_first(rows, ADAPTER_DHCP, number);
    struct text_list server = {.last = &adapter->DhcpServer};

    if (!row)
        return;
    adapter->DhcpEnabled = TRUE;
    adapter->LeaseObtained = lease_time(row->obtained);
    adapter->LeaseExpires = lease_time(row->expires);
    if (!mib_addr_is_zero(&row->server))
        (void)put_text(arena, &server, &row->server, 32);
}

static void put_adapter(struct arena *arena, const struct adapter_rows *rows, size_t number,
                        IP_ADAPTER_INFO ***end)
{
    const struct mib_interface *link = adapter_rows_interface(rows, number);
    IP_ADAPTER_INFO *adapter = arena_take(arena, sizeof(*adapter));
    MIB_IF_ROW2 shown;

    **end = adapter;
    *end = &adapter->Next;
    api_row_interface.to_row(link, &shown);
    (void)ConvertGuidToStringA(&shown.InterfaceGuid, adapter->AdapterName,
                               sizeof(adapter->AdapterName));
    (void)snprintf(adapter->Description, sizeof(adapter->Description), "%.*s",
                   MAX_ADAPTER_DESCRIPTION_LENGTH, link->description);
    adapter->AddressLength = shown.PhysicalAddressLength;
    if (adapter->AddressLength > MAX_ADAPTER_ADDRESS_LENGTH)
        adapter->AddressLength = MAX_ADAPTER_ADDRESS_LENGTH;
    memcpy(adapter->Address, shown.PhysicalAddress, adapter->AddressLength);
    adapter->Index = shown.InterfaceIndex;
    adapter->Type = shown.Type;
    put_addresses(arena, rows, number, &adapter->IpAddressList);
    put_gateways(arena, rows, number, &adapter->GatewayList);
    put_dhcp(arena, rows, number, adapter);
}

/* An arena_writer. */
static void put_adapters(struct arena *arena, const void *from)
{
    const struct adapter_rows *rows = from;
    IP_ADAPTER_INFO *first = NULL;
    IP_ADAPTER_INFO **last = &first;

    for (size_t i = 0; i < rows->shown_count; i++)
        put_adapter(arena, rows, rows->shown[i], &last);
}

static bool is_adapter(const struct mib_interface *link, enum mib_family family)
{
    (void)family;
    return link->has_ipv4 && link->medium != MIB_MEDIUM_LOOPBACK;
}

/* Numbers are given before anything is written, as there may be no memory for them. */
static int number_addresses(const struct adapter_rows *rows)
{
    for (size_t i = 0; i < rows->shown_count; i++)
        for (const struct mib_unicast *row =
                 adapter_rows_first(rows, ADAPTER_UNICAST, rows->shown[i]);
             row; row = adapter_rows_next(rows, ADAPTER_UNICAST, row))
            if (context_of(row) == 0)
                return -ENOMEM;
    return 0;
}

DWORD NETIOAPI_API_ GetAdaptersInfo(PIP_ADAPTER_INFO AdapterInfo, ULONG *SizePointer)
{
    struct adapter_rows rows;

    if (!SizePointer)
        return ERROR_INVALID_PARAMETER;
    int r = adapter_rows_read(&rows, MIB_FAMILY_IPV4, INTERFACE_FLAGS,
                              1U << ADAPTER_UNICAST | 1U << ADAPTER_GATEWAY | 1U << ADAPTER_DHCP);
    if (r == 0)
        r = adapter_rows_choose(&rows, MIB_FAMILY_IPV4, is_adapter);
    if (r == 0)
        r = number_addresses(&rows);
    DWORD error = error_from(r);
    if (error == NO_ERROR)
        error = rows.shown_count ? arena_give(put_adapters, &rows, AdapterInfo, SizePointer)
                                 : ERROR_NO_DATA;
    adapter_rows_clear(&rows);
    return error;
}

/* ---- GetAdapterOrderMap ------------------------------------------------------------------------
 */

static IP_ADAPTER_ORDER_MAP *make_order(const struct adapter_rows *rows)
{
    size_t count = rows->shown_count;
    IP_ADAPTER_ORDER_MAP *map =
        platform_allocate(sizeof(*map) + count * sizeof(map->AdapterOrder[0]));

    if (!map)
        return NULL;
    map->NumAdapters = (ULONG)count;
    for (size_t i = 0; i < count; i++)
        map->AdapterOrder[i] = adapter_rows_interface(rows, rows->shown[i])->ifindex;
    return map;
}

PIP_ADAPTER_ORDER_MAP NETIOAPI_API_ GetAdapterOrderMap(void)
{
    IP_ADAPTER_ORDER_MAP *map = NULL;
    struct adapter_rows rows;
    int r = adapter_rows_read(&rows, MIB_FAMILY_IPV4, INTERFACE_FLAGS, 0);

    if (r == 0)
        r = adapter_rows_choose(&rows, MIB_FAMILY_IPV4, is_adapter);
    if (r == 0) {
        map = make_order(&rows);
        r = map ? 0 : -ENOMEM;
    }
    adapter_rows_clear(&rows);
    if (r < 0)
        platform_set_error(-r, error_from(r));
    return map;
}

/* ---- GetPerAdapterInfo -------------------------------------------------------------------------
 */

struct per_adapter {
    const struct adapter_rows *rows;
    size_t number;
};

static void put_servers(struct arena *arena, const struct per_adapter *of, IP_ADDR_STRING *first)
{
    struct text_list list = {.last = first};

    for (const struct mib_dns *row = adapter_rows_first(of->rows, ADAPTER_DNS, of->number); row;
         row = adapter_rows_next(of->rows, ADAPTER_DNS, row))
        if (is_server(row))
            (void)put_text(arena, &list, &row->address, 32);
}

/* An arena_writer. */
static void put_per_adapter(struct arena *arena, const void *from)
{
    const struct per_adapter *of = from;
    IP_PER_ADAPTER_INFO *info = arena_take(arena, sizeof(*info));

    /* The kernel gives no such address by itself; where there is one, something does. */
    for (const struct mib_unicast *row = adapter_rows_first(of->rows, ADAPTER_UNICAST, of->number);
         row; row = adapter_rows_next(of->rows, ADAPTER_UNICAST, row))
        if (mib_addr_is_autoconfigured(row->family, &row->address))
            info->AutoconfigEnabled = info->AutoconfigActive = TRUE;
    put_servers(arena, of, &info->DnsServerList);
}

DWORD NETIOAPI_API_ GetPerAdapterInfo(ULONG IfIndex, PIP_PER_ADAPTER_INFO pPerAdapterInfo,
                                      ULONG *pOutBufLen)
{
    struct adapter_rows rows;

    if (!pOutBufLen)
        return ERROR_INVALID_PARAMETER;
    int r = adapter_rows_read(&rows, MIB_FAMILY_IPV4, INTERFACE_FLAGS,
                              1U << ADAPTER_UNICAST | 1U << ADAPTER_DNS);
    DWORD error = r < 0 ? error_from(r) : ERROR_NO_DATA;
    for (size_t i = 0; r == 0 && i < rows.interfaces.count; i++) {
        const struct per_adapter of = {.rows = &rows, .number = i};

        if (adapter_rows_interface(&rows, i)->ifindex == IfIndex)
            error = arena_give(put_per_adapter, &of, pPerAdapterInfo, pOutBufLen);
    }
    adapter_rows_clear(&rows);
    return error;
}

/* ---- GetNetworkParams --------------------------------------------------------------------------
 */

struct network_params {
    struct mib_host host;
    char domain[MAX_DOMAIN_NAME_LEN + 1];
    struct mib_addr *servers;
    size_t server_count;
};

/* Servers and domain of the adapter, unless those before it have them. */
static void add_dns(struct network_params *params, const struct adapter_rows *rows, size_t number)
{
    for (const struct mib_dns *row = adapter_rows_first(rows, ADAPTER_DNS, number); row;
         row = adapter_rows_next(rows, ADAPTER_DNS, row)) {
        size_t i = 0;

        if (row->kind == MIB_DNS_SUFFIX && !params->domain[0])
            (void)snprintf(params->domain, sizeof(params->domain), "%.*s", MAX_DOMAIN_NAME_LEN,
                           row->name);
        if (!is_server(row))
            continue;
        while (i < params->server_count &&
               memcmp(&params->servers[i], &row->address, sizeof(row->address)) != 0)
            i++;
        params->servers[i] = row->address;
        if (i == params->server_count)
            params->server_count++;
    }
}

/* A name with a domain in it has the last word about the domain. */
static void split_host_name(struct network_params *params)
{
    char *dot = strchr(params->host.name, '.');

    if (!dot)
        return;
    *dot = '\0';
    if (dot[1])
        (void)snprintf(params->domain, sizeof(params->domain), "%.*s", MAX_DOMAIN_NAME_LEN,
                       dot + 1);
}

/* An arena_writer. */
static void put_params(struct arena *arena, const void *from)
{
    const struct network_params *params = from;
    FIXED_INFO *info = arena_take(arena, sizeof(*info));
    struct text_list list = {.last = &info->DnsServerList};

    (void)snprintf(info->HostName, sizeof(info->HostName), "%.*s", MAX_HOSTNAME_LEN,
                   params->host.name);
    (void)snprintf(info->DomainName, sizeof(info->DomainName), "%.*s", MAX_DOMAIN_NAME_LEN,
                   params->domain);
    info->NodeType = BROADCAST_NODETYPE; /* no WINS server is configured */
    info->EnableRouting = params->host.forwarding;
    info->EnableDns = params->server_count > 0;
    for (size_t i = 0; i < params->server_count; i++)
        (void)put_text(arena, &list, &params->servers[i], 32);
}

static int read_params(struct network_params *params)
{
    struct adapter_rows rows;
    int r = backend_query(MIB_QUERY_HOST, &params->host);

    if (r < 0)
        return r;
    r = adapter_rows_read(&rows, MIB_FAMILY_IPV4, INTERFACE_FLAGS, 1U << ADAPTER_DNS);
    if (r == 0)
        r = adapter_rows_choose(&rows, MIB_FAMILY_IPV4, NULL);
    if (r == 0) {
        params->servers = calloc(rows.parts[ADAPTER_DNS].count + 1, sizeof(*params->servers));
        r = params->servers ? 0 : -ENOMEM;
    }
    for (size_t i = 0; r == 0 && i < rows.shown_count; i++)
        add_dns(params, &rows, rows.shown[i]);
    adapter_rows_clear(&rows);
    return r;
}

DWORD NETIOAPI_API_ GetNetworkParams(PFIXED_INFO pFixedInfo, ULONG *pOutBufLen)
{
    struct network_params params = {.domain = ""};

    if (!pOutBufLen)
        return ERROR_INVALID_PARAMETER;
    DWORD error = error_from(read_params(&params));
    if (error == NO_ERROR) {
        split_host_name(&params);
        error = arena_give(put_params, &params, pFixedInfo, pOutBufLen);
    }
    free(params.servers);
    return error;
}
