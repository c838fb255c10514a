/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rows.h"

#include "check.h"
#include "netns.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *row_kind_name(enum row_kind kind)
{
    static const char *const names[] = {"interface", "unicast", "route"};

    return names[kind];
}

NET_IFINDEX luid_index(uint64_t luid)
{
    return (NET_IFINDEX)((luid & 0xffffff) << 24 | (luid >> 24 & 0xffffff));
}

struct iface iface_get(const char *name)
{
    struct iface iface = {.index = netns_ifindex(name)};
    DWORD rc = ConvertInterfaceIndexToLuid(iface.index, &iface.luid);

    if (iface.index == 0 || rc != NO_ERROR)
        fail_test("interface %s, index %u: error %u", name, iface.index, rc);
    return iface;
}

/* The family, by the text; the bytes are those beyond which nothing is written. */
static uint16_t parse_address(const char *text, uint8_t bytes[16])
{
    uint16_t family = strchr(text, ':') ? AF_INET6 : AF_INET;

    if (inet_pton(family, text, bytes) != 1)
        fail_test("not an address: %s", text);
    return family;
}

struct row_key interface_key(struct iface iface, ADDRESS_FAMILY family)
{
    return (struct row_key){.luid = iface.luid.Value, .family = family};
}

struct row_key unicast_key(struct iface iface, const char *address)
{
    struct row_key key = {.luid = iface.luid.Value};

    key.family = parse_address(address, key.address);
    return key;
}

struct row_key route_key(struct iface iface, const char *prefix, const char *next_hop)
{
    struct row_key key = {.luid = iface.luid.Value};
    char address[64];
    const char *slash = strchr(prefix, '/');

    if (!slash)
        fail_test("not a prefix: %s", prefix);
    (void)snprintf(address, sizeof(address), "%.*s", (int)(slash - prefix), prefix);
    key.family = parse_address(address, key.address);
    key.prefix_length = (uint32_t)strtoul(slash + 1, NULL, 10);
    key.next_hop_family = next_hop ? parse_address(next_hop, key.next_hop) : key.family;
    return key;
}

static void copy_address(uint8_t bytes[16], const SOCKADDR_INET *address)
{
    if (address->si_family == AF_INET)
        memcpy(bytes, &address->Ipv4.sin_addr, sizeof(address->Ipv4.sin_addr));
    else if (address->si_family == AF_INET6)
        memcpy(bytes, &address->Ipv6.sin6_addr, sizeof(address->Ipv6.sin6_addr));
}

struct row_key row_key(enum row_kind kind, const union any_row *row)
{
    struct row_key key = {.family = row_family(kind, row)};

    switch (kind) {
    case ROW_INTERFACE:
        key.luid = row->interface.InterfaceLuid.Value;
        break;
    case ROW_UNICAST:
        key.luid = row->unicast.InterfaceLuid.Value;
        copy_address(key.address, &row->unicast.Address);
        break;
    case ROW_ROUTE:
        key.luid = row->route.InterfaceLuid.Value;
        key.prefix_length = row->route.DestinationPrefix.PrefixLength;
        key.next_hop_family = row->route.NextHop.si_family;
        copy_address(key.address, &row->route.DestinationPrefix.Prefix);
        copy_address(key.next_hop, &row->route.NextHop);
        break;
    }
    return key;
}

ADDRESS_FAMILY row_family(enum row_kind kind, const union any_row *row)
{
    switch (kind) {
    case ROW_INTERFACE:
        return row->interface.Family;
    case ROW_UNICAST:
        return row->unicast.Address.si_family;
    case ROW_ROUTE:
        return row->route.DestinationPrefix.Prefix.si_family;
    }
    return AF_UNSPEC;
}

bool row_key_equal(const struct row_key *a, const struct row_key *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

static bool is_finite(ULONG lifetime)
{
    return lifetime != 0xffffffff;
}

bool row_visibly_equal(enum row_kind kind, const union any_row *a, const union any_row *b)
{
    switch (kind) {
    case ROW_INTERFACE: {
        const MIB_IPINTERFACE_ROW *x = &a->interface;
        const MIB_IPINTERFACE_ROW *y = &b->interface;
        return x->Connected == y->Connected && x->NlMtu == y->NlMtu &&
               x->ForwardingEnabled == y->ForwardingEnabled && x->DadTransmits == y->DadTransmits &&
               x->UseNeighborUnreachabilityDetection == y->UseNeighborUnreachabilityDetection &&
               x->SupportsNeighborDiscovery == y->SupportsNeighborDiscovery &&
               x->SupportsRouterDiscovery == y->SupportsRouterDiscovery &&
               x->RouterDiscoveryBehavior == y->RouterDiscoveryBehavior &&
               x->ManagedAddressConfigurationSupported == y->ManagedAddressConfigurationSupported &&
               x->OtherStatefulConfigurationSupported == y->OtherStatefulConfigurationSupported &&
               x->LinkLocalAddressBehavior == y->LinkLocalAddressBehavior;
    }
    case ROW_UNICAST: {
        const MIB_UNICASTIPADDRESS_ROW *x = &a->unicast;
        const MIB_UNICASTIPADDRESS_ROW *y = &b->unicast;
        return x->OnLinkPrefixLength == y->OnLinkPrefixLength && x->DadState == y->DadState &&
               x->PrefixOrigin == y->PrefixOrigin && x->SuffixOrigin == y->SuffixOrigin &&
               is_finite(x->ValidLifetime) == is_finite(y->ValidLifetime) &&
               is_finite(x->PreferredLifetime) == is_finite(y->PreferredLifetime);
    }
    case ROW_ROUTE: {
        const MIB_IPFORWARD_ROW2 *x = &a->route;
        const MIB_IPFORWARD_ROW2 *y = &b->route;
        return x->Metric == y->Metric && x->Protocol == y->Protocol && x->Origin == y->Origin &&
               x->Loopback == y->Loopback && x->Immortal == y->Immortal;
    }
    }
    return false;
}

static const char *interface_fault(NET_LUID luid, NET_IFINDEX index)
{
    if (luid_index(luid.Value) != index || index == 0)
        return "LUID and index disagree";
    if (luid.Info.IfType == 0)
        return "the LUID has no interface type";
    return NULL;
}

static const char *address_fault(const SOCKADDR_INET *address)
{
    if (address->si_family == AF_INET)
        return address->Ipv4.sin_port == 0 ? NULL : "an address has a port";
    if (address->si_family != AF_INET6)
        return "an address has no family";
    return address->Ipv6.sin6_port == 0 && address->Ipv6.sin6_flowinfo == 0
               ? NULL
               : "an address has a port or a flow label";
}

static const char *unicast_fault(const MIB_UNICASTIPADDRESS_ROW *row)
{
    const char *fault = address_fault(&row->Address);

    if (fault)
        return fault;
    if (row->OnLinkPrefixLength > (row->Address.si_family == AF_INET ? 32 : 128))
        return "impossible prefix length";
    if (row->Address.si_family != AF_INET6)
        return NULL;

    const SOCKADDR_IN6 *address = &row->Address.Ipv6;
    ULONG zone = IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr) ? row->InterfaceIndex : 0;
    if (address->sin6_scope_id != zone || row->ScopeId.Value != zone)
        return "wrong zone";
    return NULL;
}

static const char *route_fault(const MIB_IPFORWARD_ROW2 *row)
{
    const char *fault = address_fault(&row->DestinationPrefix.Prefix);

    if (!fault)
        fault = address_fault(&row->NextHop);
    if (fault)
        return fault;

    bool v4 = row->DestinationPrefix.Prefix.si_family == AF_INET;
    if (row->DestinationPrefix.PrefixLength > (v4 ? 32 : 128))
        return "impossible prefix length";
    if (!v4 && row->NextHop.si_family == AF_INET)
        return "an IPv6 route through an IPv4 next hop";
    return NULL;
}

const char *row_fault(enum row_kind kind, const union any_row *row)
{
    const char *fault = NULL;

    switch (kind) {
    case ROW_INTERFACE:
        if (row->interface.Family != AF_INET && row->interface.Family != AF_INET6)
            return "no family";
        return interface_fault(row->interface.InterfaceLuid, row->interface.InterfaceIndex);
    case ROW_UNICAST:
        fault = interface_fault(row->unicast.InterfaceLuid, row->unicast.InterfaceIndex);
        return fault ? fault : unicast_fault(&row->unicast);
    case ROW_ROUTE:
        fault = interface_fault(row->route.InterfaceLuid, row->route.InterfaceIndex);
        return fault ? fault : route_fault(&row->route);
    }
    return fault;
}

const char *row_key_format(enum row_kind kind, const struct row_key *key, char text[ROW_TEXT_SIZE])
{
    char address[INET6_ADDRSTRLEN] = "?";
    char next_hop[INET6_ADDRSTRLEN] = "?";
    NET_IFINDEX index = luid_index(key->luid);
    unsigned type = (unsigned)(key->luid >> 48);

    inet_ntop(key->family, key->address, address, sizeof(address));
    switch (kind) {
    case ROW_INTERFACE:
        (void)snprintf(text, ROW_TEXT_SIZE, "%s on interface %u (type %u)",
                       key->family == AF_INET ? "IPv4" : "IPv6", index, type);
        break;
    case ROW_UNICAST:
        (void)snprintf(text, ROW_TEXT_SIZE, "%s on interface %u", address, index);
        break;
    case ROW_ROUTE:
        inet_ntop(key->next_hop_family, key->next_hop, next_hop, sizeof(next_hop));
        (void)snprintf(text, ROW_TEXT_SIZE, "%s/%u via %s on interface %u", address,
                       key->prefix_length, next_hop, index);
        break;
    }
    return text;
}

const char *row_format(enum row_kind kind, const union any_row *row, char text[ROW_TEXT_SIZE])
{
    struct row_key key = row_key(kind, row);

    row_key_format(kind, &key, text);

    size_t used = strlen(text);
    char *rest = text + used;
    size_t room = ROW_TEXT_SIZE - used;
    switch (kind) {
    case ROW_INTERFACE:
        (void)snprintf(rest, room, ": connected %u, MTU %u, forwarding %u, DAD transmits %u",
                       row->interface.Connected, row->interface.NlMtu,
                       row->interface.ForwardingEnabled, row->interface.DadTransmits);
        break;
    case ROW_UNICAST:
        (void)snprintf(rest, room,
                       ": prefix length %u, DAD state %d, origins %d and %d, lifetimes %u %u",
                       row->unicast.OnLinkPrefixLength, (int)row->unicast.DadState,
                       (int)row->unicast.PrefixOrigin, (int)row->unicast.SuffixOrigin,
                       row->unicast.ValidLifetime, row->unicast.PreferredLifetime);
        break;
    case ROW_ROUTE:
        (void)snprintf(rest, room, ": metric %u, protocol %d, origin %d, loopback %u",
                       row->route.Metric, (int)row->route.Protocol, (int)row->route.Origin,
                       row->route.Loopback);
        break;
    }
    return text;
}

static enum row_kind sorted_kind;

static int compare_rows(const void *a, const void *b)
{
    struct row_key x = row_key(sorted_kind, a);
    struct row_key y = row_key(sorted_kind, b);

    return memcmp(&x, &y, sizeof(x));
}

DWORD row_table_get(enum row_kind kind, ADDRESS_FAMILY family, void **table)
{
    switch (kind) {
    case ROW_INTERFACE:
        return GetIpInterfaceTable(family, (MIB_IPINTERFACE_TABLE **)table);
    case ROW_UNICAST:
        return GetUnicastIpAddressTable(family, (MIB_UNICASTIPADDRESS_TABLE **)table);
    case ROW_ROUTE:
        break;
    }
    return GetIpForwardTable2(family, (MIB_IPFORWARD_TABLE2 **)table);
}

static DWORD read_rows(enum row_kind kind, ADDRESS_FAMILY family, struct row_table *table)
{
    void *memory = NULL;
    DWORD rc = row_table_get(kind, family, &memory);

    if (rc != NO_ERROR)
        return rc;

#define COPY_ROWS(type, member)                                                                    \
    do {                                                                                           \
        const type *source = memory;                                                               \
        table->count = source->NumEntries;                                                         \
        table->rows = calloc(table->count + 1, sizeof(*table->rows));                              \
        for (size_t i = 0; table->rows && i < table->count; i++)                                   \
            table->rows[i].member = source->Table[i];                                              \
    } while (0)

    switch (kind) {
    case ROW_INTERFACE:
        COPY_ROWS(MIB_IPINTERFACE_TABLE, interface);
        break;
    case ROW_UNICAST:
        COPY_ROWS(MIB_UNICASTIPADDRESS_TABLE, unicast);
        break;
    case ROW_ROUTE:
        COPY_ROWS(MIB_IPFORWARD_TABLE2, route);
        break;
    }
#undef COPY_ROWS
    FreeMibTable(memory);
    return NO_ERROR;
}

DWORD row_table_read(enum row_kind kind, ADDRESS_FAMILY family, struct row_table *ret_table)
{
    struct row_table table = {0};
    DWORD rc = read_rows(kind, family, &table);

    if (rc == ERROR_NOT_FOUND) {
        table.rows = calloc(1, sizeof(*table.rows));
        rc = NO_ERROR;
    }
    if (rc != NO_ERROR)
        return rc;
    if (!table.rows)
        return ERROR_NOT_ENOUGH_MEMORY;

    sorted_kind = kind;
    qsort(table.rows, table.count, sizeof(*table.rows), compare_rows);
    *ret_table = table;
    return NO_ERROR;
}

void row_table_free(struct row_table *table)
{
    free(table->rows);
    *table = (struct row_table){0};
}

struct row_pair row_pairs(enum row_kind kind, const union any_row *a, size_t a_count,
                          const union any_row *b, size_t b_count)
{
    return (struct row_pair){
        .kind = kind, .next_a = a, .next_b = b, .left_a = a_count, .left_b = b_count};
}

bool row_pair_next(struct row_pair *pair)
{
    int order = pair->left_a > 0 ? -1 : 1;

    if (pair->left_a == 0 && pair->left_b == 0)
        return false;
    if (pair->left_a > 0 && pair->left_b > 0) {
        struct row_key x = row_key(pair->kind, pair->next_a);
        struct row_key y = row_key(pair->kind, pair->next_b);
        order = memcmp(&x, &y, sizeof(x));
    }
    pair->a = order <= 0 ? pair->next_a : NULL;
    pair->b = order >= 0 ? pair->next_b : NULL;
    if (pair->a) {
        pair->next_a++;
        pair->left_a--;
    }
    if (pair->b) {
        pair->next_b++;
        pair->left_b--;
    }
    return true;
}

static SOCKADDR_INET make_address(uint16_t family, const uint8_t bytes[16])
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    address.si_family = family;
    if (family == AF_INET)
        memcpy(&address.Ipv4.sin_addr, bytes, sizeof(address.Ipv4.sin_addr));
    else
        memcpy(&address.Ipv6.sin6_addr, bytes, sizeof(address.Ipv6.sin6_addr));
    return address;
}

DWORD row_get(enum row_kind kind, const struct row_key *key, union any_row *ret_row)
{
    memset(ret_row, 0, sizeof(*ret_row));
    switch (kind) {
    case ROW_INTERFACE:
        ret_row->interface.Family = key->family;
        ret_row->interface.InterfaceLuid.Value = key->luid;
        return GetIpInterfaceEntry(&ret_row->interface);
    case ROW_UNICAST:
        ret_row->unicast.Address = make_address(key->family, key->address);
        ret_row->unicast.InterfaceLuid.Value = key->luid;
        return GetUnicastIpAddressEntry(&ret_row->unicast);
    case ROW_ROUTE:
        ret_row->route.DestinationPrefix.Prefix = make_address(key->family, key->address);
        ret_row->route.DestinationPrefix.PrefixLength = (UINT8)key->prefix_length;
        ret_row->route.NextHop = make_address(key->next_hop_family, key->next_hop);
        ret_row->route.InterfaceLuid.Value = key->luid;
        return GetIpForwardEntry2(&ret_row->route);
    }
    return ERROR_GEN_FAILURE;
}
