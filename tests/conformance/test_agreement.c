/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One truth: functions that show the same things say the same of each. What a function says becomes
 * lines of text, one for each thing; the functions of a subject have the same lines.
 */
#include "suite.h"
#include "table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Lines -------------------------------------------------------------------------------------
 */

struct lines {
    char **items;
    size_t count;
};

static void say(struct lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct lines *lines, const char *format, ...)
{
    char text[256];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    lines->items = realloc(lines->items, (lines->count + 1) * sizeof(*lines->items));
    assert_non_null(lines->items);
    lines->items[lines->count] = strdup(text);
    assert_non_null(lines->items[lines->count]);
    lines->count++;
}

static void clear(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i]);
    free(lines->items);
    *lines = (struct lines){.count = 0};
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The text of an address, in a place that four calls later is used again. */
static const char *text_of_bytes(const void *memory, size_t size)
{
    static char texts[4][40];
    static unsigned next;
    const UCHAR *bytes = memory;
    char *text = texts[next++ % 4];
    size_t length = 0;

    text[0] = '\0';
    for (size_t i = 0; i < size; i++)
        length += (size_t)snprintf(text + length, sizeof(texts[0]) - length, "%02x", bytes[i]);
    return text;
}

static const char *text_of(const SOCKADDR_INET *address)
{
    return address->si_family == AF_INET ? text_of_bytes(&address->Ipv4.sin_addr, 4)
                                         : text_of_bytes(&address->Ipv6.sin6_addr, 16);
}

/* 0 for the address that the older functions have no room for. */
static const char *ipv4_text_of(const SOCKADDR_INET *address)
{
    return address->si_family == AF_INET ? text_of(address) : "00000000";
}

static const char *mask_text_of(unsigned length)
{
    UCHAR bytes[4] = {0};

    for (unsigned bit = 0; bit < length; bit++)
        bytes[bit / 8] |= (UCHAR)(0x80U >> bit % 8);
    return text_of_bytes(bytes, 4);
}

static ULONG get_adapters(void *buffer, ULONG *size)
{
    return GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_INCLUDE_ALL_INTERFACES, NULL, buffer, size);
}

static NET_IFINDEX index_of(const IP_ADAPTER_ADDRESSES *adapter)
{
    NET_IFINDEX index = 0;

    assert_int_equal(ConvertInterfaceLuidToIndex(&adapter->Luid, &index), NO_ERROR);
    return index;
}

/* ---- Interfaces --------------------------------------------------------------------------------
 */

static void say_interface(struct lines *lines, unsigned index, unsigned mtu, unsigned type,
                          const UCHAR *address, unsigned address_length)
{
    say(lines, "%u: mtu %u, type %u, address %s", index, mtu, type,
        text_of_bytes(address, address_length > 8 ? 8 : address_length));
}

static void interfaces_by_table(struct lines *lines)
{
    MIB_IF_TABLE2 *table = NULL;

    assert_int_equal(GetIfTable2(&table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IF_ROW2 *row = &table->Table[i];

        say_interface(lines, row->InterfaceIndex, row->Mtu, row->Type, row->PhysicalAddress,
                      row->PhysicalAddressLength);
    }
    FreeMibTable(table);
}

static void interfaces_by_table_ex(struct lines *lines)
{
    MIB_IF_TABLE2 *table = NULL;

    assert_int_equal(GetIfTable2Ex(MibIfTableRaw, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IF_ROW2 *row = &table->Table[i];

        say_interface(lines, row->InterfaceIndex, row->Mtu, row->Type, row->PhysicalAddress,
                      row->PhysicalAddressLength);
    }
    FreeMibTable(table);
}

static ULONG get_interfaces(void *buffer, ULONG *size)
{
    return GetIfTable(buffer, size, FALSE);
}

static void interfaces_by_old_table(struct lines *lines)
{
    MIB_IFTABLE *table = table_in_buffer(get_interfaces, ERROR_INSUFFICIENT_BUFFER);

    for (ULONG i = 0; i < table->dwNumEntries; i++) {
        const MIB_IFROW *row = &table->table[i];

        say_interface(lines, row->dwIndex, row->dwMtu, row->dwType, row->bPhysAddr,
                      row->dwPhysAddrLen);
    }
    free(table);
}

static void interfaces_by_adapters(struct lines *lines)
{
    IP_ADAPTER_ADDRESSES *adapters = table_in_buffer(get_adapters, ERROR_BUFFER_OVERFLOW);

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        say_interface(lines, index_of(at), at->Mtu, at->IfType, at->PhysicalAddress,
                      at->PhysicalAddressLength);
    free(adapters);
}

/* ---- Addresses ---------------------------------------------------------------------------------
 */

static void say_address(struct lines *lines, unsigned index, const SOCKADDR_INET *address,
                        unsigned length, unsigned prefix_origin, unsigned suffix_origin,
                        unsigned state, ULONG valid)
{
    say(lines, "%u: %s/%u, origins %u and %u, state %u, %s", index, text_of(address), length,
        prefix_origin, suffix_origin, state, valid == 0xffffffff ? "for good" : "for a while");
}

static void addresses_by_table(struct lines *lines)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_UNICASTIPADDRESS_ROW *row = &table->Table[i];

        say_address(lines, row->InterfaceIndex, &row->Address, row->OnLinkPrefixLength,
                    row->PrefixOrigin, row->SuffixOrigin, row->DadState, row->ValidLifetime);
    }
    FreeMibTable(table);
}

static void addresses_by_entry(struct lines *lines)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        MIB_UNICASTIPADDRESS_ROW row;

        InitializeUnicastIpAddressEntry(&row);
        row.InterfaceIndex = table->Table[i].InterfaceIndex;
        row.Address = table->Table[i].Address;
        assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
        say_address(lines, row.InterfaceIndex, &row.Address, row.OnLinkPrefixLength,
                    row.PrefixOrigin, row.SuffixOrigin, row.DadState, row.ValidLifetime);
    }
    FreeMibTable(table);
}

static void addresses_by_adapters(struct lines *lines)
{
    IP_ADAPTER_ADDRESSES *adapters = table_in_buffer(get_adapters, ERROR_BUFFER_OVERFLOW);

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        for (const IP_ADAPTER_UNICAST_ADDRESS *of = at->FirstUnicastAddress; of; of = of->Next)
            say_address(lines, index_of(at), (const void *)of->Address.lpSockaddr,
                        of->OnLinkPrefixLength, of->PrefixOrigin, of->SuffixOrigin, of->DadState,
                        of->ValidLifetime);
    free(adapters);
}

static void ipv4_by_table(struct lines *lines)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetUnicastIpAddressTable(AF_INET, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        say(lines, "%u: %s %s", (unsigned)table->Table[i].InterfaceIndex,
            text_of(&table->Table[i].Address), mask_text_of(table->Table[i].OnLinkPrefixLength));
    FreeMibTable(table);
}

static ULONG get_old_addresses(void *buffer, ULONG *size)
{
    return GetIpAddrTable(buffer, size, FALSE);
}

static void ipv4_by_old_table(struct lines *lines)
{
    MIB_IPADDRTABLE *table = table_in_buffer(get_old_addresses, ERROR_INSUFFICIENT_BUFFER);

    for (ULONG i = 0; i < table->dwNumEntries; i++)
        say(lines, "%u: %s %s", (unsigned)table->table[i].dwIndex,
            text_of_bytes(&table->table[i].dwAddr, 4), text_of_bytes(&table->table[i].dwMask, 4));
    free(table);
}

/* ---- Routes ------------------------------------------------------------------------------------
 */

static void say_route(struct lines *lines, unsigned index, const char *prefix, const char *mask,
                      const char *next_hop, ULONG metric, unsigned protocol)
{
    say(lines, "%u: %s %s by %s, metric %u, protocol %u", index, prefix, mask, next_hop,
        (unsigned)metric, protocol);
}

static void routes_by_table(struct lines *lines)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPFORWARD_ROW2 *row = &table->Table[i];

        say_route(lines, row->InterfaceIndex, text_of(&row->DestinationPrefix.Prefix),
                  mask_text_of(row->DestinationPrefix.PrefixLength), ipv4_text_of(&row->NextHop),
                  row->Metric, row->Protocol);
    }
    FreeMibTable(table);
}

static void routes_by_entry(struct lines *lines)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        MIB_IPFORWARD_ROW2 row;

        InitializeIpForwardEntry(&row);
        row.InterfaceLuid = table->Table[i].InterfaceLuid;
        row.DestinationPrefix = table->Table[i].DestinationPrefix;
        row.NextHop = table->Table[i].NextHop;
        assert_int_equal(GetIpForwardEntry2(&row), NO_ERROR);
        say_route(lines, row.InterfaceIndex, text_of(&row.DestinationPrefix.Prefix),
                  mask_text_of(row.DestinationPrefix.PrefixLength), ipv4_text_of(&row.NextHop),
                  row.Metric, row.Protocol);
    }
    FreeMibTable(table);
}

static ULONG get_old_routes(void *buffer, ULONG *size)
{
    return GetIpForwardTable(buffer, size, FALSE);
}

static void routes_by_old_table(struct lines *lines)
{
    MIB_IPFORWARDTABLE *table = table_in_buffer(get_old_routes, ERROR_INSUFFICIENT_BUFFER);

    for (ULONG i = 0; i < table->dwNumEntries; i++) {
        const MIB_IPFORWARDROW *row = &table->table[i];

        say_route(lines, row->dwForwardIfIndex, text_of_bytes(&row->dwForwardDest, 4),
                  text_of_bytes(&row->dwForwardMask, 4), text_of_bytes(&row->dwForwardNextHop, 4),
                  row->dwForwardMetric1, (unsigned)row->dwForwardProto);
    }
    free(table);
}

/* Default routes with a next hop are what adapters have for gateways. */
static void gateways_by_table(struct lines *lines)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    assert_int_equal(GetIpForwardTable2(AF_INET, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPFORWARD_ROW2 *row = &table->Table[i];
        const char *gateway = ipv4_text_of(&row->NextHop);

        if (row->DestinationPrefix.PrefixLength == 0 && strcmp(gateway, "00000000") != 0)
            say(lines, "%u: %s", (unsigned)row->InterfaceIndex, gateway);
    }
    FreeMibTable(table);
}

static ULONG get_adapters_with_gateways(void *buffer, ULONG *size)
{
    return GetAdaptersAddresses(AF_INET, GAA_FLAG_INCLUDE_GATEWAYS, NULL, buffer, size);
}

static void gateways_by_adapters(struct lines *lines)
{
    IP_ADAPTER_ADDRESSES *adapters =
        table_in_buffer(get_adapters_with_gateways, ERROR_BUFFER_OVERFLOW);

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        for (const IP_ADAPTER_GATEWAY_ADDRESS *of = at->FirstGatewayAddress; of; of = of->Next)
            say(lines, "%u: %s", (unsigned)index_of(at),
                ipv4_text_of((const void *)of->Address.lpSockaddr));
    free(adapters);
}

/* ---- Neighbours --------------------------------------------------------------------------------
 */

static void neighbours_by_table(struct lines *lines)
{
    MIB_IPNET_TABLE2 *table = NULL;

    DWORD error = GetIpNetTable2(AF_INET, &table);
    if (error == ERROR_NOT_FOUND)
        return;
    assert_int_equal(error, NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        say(lines, "%u: %s at %s", (unsigned)table->Table[i].InterfaceIndex,
            text_of(&table->Table[i].Address),
            text_of_bytes(table->Table[i].PhysicalAddress,
                          table->Table[i].PhysicalAddressLength > 8
                              ? 8
                              : table->Table[i].PhysicalAddressLength));
    FreeMibTable(table);
}

static ULONG get_old_neighbours(void *buffer, ULONG *size)
{
    return GetIpNetTable(buffer, size, FALSE);
}

static void neighbours_by_old_table(struct lines *lines)
{
    MIB_IPNETTABLE *table = table_in_buffer(get_old_neighbours, ERROR_INSUFFICIENT_BUFFER);

    for (ULONG i = 0; i < table->dwNumEntries; i++)
        say(lines, "%u: %s at %s", (unsigned)table->table[i].dwIndex,
            text_of_bytes(&table->table[i].dwAddr, 4),
            text_of_bytes(table->table[i].bPhysAddr, table->table[i].dwPhysAddrLen));
    free(table);
}

/* ---- Families of interfaces --------------------------------------------------------------------
 */

static void families_by_table(struct lines *lines)
{
    MIB_IPINTERFACE_TABLE *table = NULL;

    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        say(lines, "%u: %s, metric %u", (unsigned)table->Table[i].InterfaceIndex,
            table->Table[i].Family == AF_INET ? "IPv4" : "IPv6", (unsigned)table->Table[i].Metric);
    FreeMibTable(table);
}

static void families_by_adapters(struct lines *lines)
{
    IP_ADAPTER_ADDRESSES *adapters = table_in_buffer(get_adapters, ERROR_BUFFER_OVERFLOW);

    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next) {
        if (at->IfIndex != 0)
            say(lines, "%u: IPv4, metric %u", (unsigned)at->IfIndex, (unsigned)at->Ipv4Metric);
        if (at->Ipv6IfIndex != 0)
            say(lines, "%u: IPv6, metric %u", (unsigned)at->Ipv6IfIndex, (unsigned)at->Ipv6Metric);
    }
    free(adapters);
}

/* ---- The test ----------------------------------------------------------------------------------
 */

enum { TELLERS_MAX = 4 };

static const struct subject {
    const char *name;
    struct {
        const char *name;
        void (*tell)(struct lines *lines);
    } tellers[TELLERS_MAX];
} subjects[] = {
    {"interfaces",
     {{"GetIfTable2", interfaces_by_table},
      {"GetIfTable2Ex", interfaces_by_table_ex},
      {"GetIfTable", interfaces_by_old_table},
      {"GetAdaptersAddresses", interfaces_by_adapters}}},
    {"families of interfaces",
     {{"GetIpInterfaceTable", families_by_table}, {"GetAdaptersAddresses", families_by_adapters}}},
    {"addresses",
     {{"GetUnicastIpAddressTable", addresses_by_table},
      {"GetUnicastIpAddressEntry", addresses_by_entry},
      {"GetAdaptersAddresses", addresses_by_adapters}}},
    {"IPv4 addresses",
     {{"GetUnicastIpAddressTable", ipv4_by_table}, {"GetIpAddrTable", ipv4_by_old_table}}},
    {"routes",
     {{"GetIpForwardTable2", routes_by_table},
      {"GetIpForwardEntry2", routes_by_entry},
      {"GetIpForwardTable", routes_by_old_table}}},
    {"gateways",
     {{"GetIpForwardTable2", gateways_by_table}, {"GetAdaptersAddresses", gateways_by_adapters}}},
    {"neighbours",
     {{"GetIpNetTable2", neighbours_by_table}, {"GetIpNetTable", neighbours_by_old_table}}},
};

/* Prints what only one of the two says, and tells how much that is. */
static unsigned differences(const char *name, const struct lines *one, const struct lines *other)
{
    unsigned count = 0;

    for (size_t i = 0; i < one->count; i++)
        if (!other->items ||
            !bsearch(&one->items[i], other->items, other->count, sizeof(*other->items), compare)) {
            (void)printf("    only %s has %s\n", name, one->items[i]);
            count++;
        }
    return count;
}

static struct lines told_by(const struct subject *subject, size_t teller)
{
    struct lines lines = {.count = 0};

    subject->tellers[teller].tell(&lines);
    if (lines.count > 1)
        qsort(lines.items, lines.count, sizeof(*lines.items), compare);
    return lines;
}

static void test_agreement(void **state)
{
    const char *network = *state;
    unsigned failures = 0;

    if (strcmp(network, "various") == 0 && network_is_there()) {
        network_add_variety();
        network_add(ROW_NEIGHBOUR, AF_INET, 1);
    }
    for (size_t i = 0; i < ARRAY_SIZE(subjects); i++) {
        struct lines first = told_by(&subjects[i], 0);

        (void)printf("    %u %s\n", (unsigned)first.count, subjects[i].name);
        for (size_t j = 1; j < TELLERS_MAX && subjects[i].tellers[j].tell; j++) {
            struct lines other = told_by(&subjects[i], j);

            failures += differences(subjects[i].tellers[0].name, &first, &other);
            failures += differences(subjects[i].tellers[j].name, &other, &first);
            failures += first.count != other.count;
            clear(&other);
        }
        clear(&first);
    }
    assert_int_equal(failures, 0);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("bare", test_agreement, "bare"),
        suite_test("various", test_agreement, "various"),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
