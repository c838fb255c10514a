/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Adapters: all that they show is what the functions for it show, flags leave out what they say
 * and nothing else, and buffers are filled whole or not at all.
 */
#include "suite.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_network(void)
{
    if (!network_is_there())
        return;
    network_add_variety();
    for (unsigned number = 1; number <= 3; number++) {
        network_add(ROW_INTERFACE, AF_INET, number);
        network_add(ROW_UNICAST, AF_INET, number);
        network_add(ROW_UNICAST, AF_INET6, number);
        network_add(ROW_ROUTE, AF_INET, number);
    }
}

/* ---- Functions that fill a buffer of the program's --------------------------------------------
 */

static DWORD get_addresses(void *buffer, ULONG *size)
{
    return GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_INCLUDE_PREFIX | GAA_FLAG_INCLUDE_GATEWAYS,
                                NULL, buffer, size);
}

static DWORD get_info(void *buffer, ULONG *size)
{
    return GetAdaptersInfo(buffer, size);
}

static DWORD get_per_adapter(void *buffer, ULONG *size)
{
    MIB_IF_TABLE2 *table = NULL;

    assert_int_equal(GetIfTable2(&table), NO_ERROR);
    NET_IFINDEX index = table->Table[0].InterfaceIndex;
    FreeMibTable(table);
    return GetPerAdapterInfo(index, buffer, size);
}

static DWORD get_params(void *buffer, ULONG *size)
{
    return GetNetworkParams(buffer, size);
}

static const struct {
    const char *name;
    DWORD (*get)(void *buffer, ULONG *size);
} functions[] = {
    {"GetAdaptersAddresses", get_addresses},
    {"GetAdaptersInfo", get_info},
    {"GetPerAdapterInfo", get_per_adapter},
    {"GetNetworkParams", get_params},
};

/* What is needed, a byte less, and more. */
static void test_sizes(void **state)
{
    (void)state;
    make_network();
    for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
        ULONG needed = 0;
        DWORD error = functions[i].get(NULL, &needed);

        (void)printf("    %s: error %u, %u bytes\n", functions[i].name, (unsigned)error,
                     (unsigned)needed);
        if (error == ERROR_NO_DATA && !network_is_there())
            continue;
        assert_int_equal(error, ERROR_BUFFER_OVERFLOW);
        assert_true(needed > 0);
        UCHAR *buffer = malloc(needed + 64);
        UCHAR *untouched = malloc(needed + 64);
        assert_non_null(buffer);
        assert_non_null(untouched);
        memset(buffer, 0xa5, needed + 64);
        memset(untouched, 0xa5, needed + 64);

        ULONG size = needed - 1;
        assert_int_equal(functions[i].get(buffer, &size), ERROR_BUFFER_OVERFLOW);
        assert_int_equal(size, needed);
        assert_memory_equal(buffer, untouched, needed + 64);
        size = needed;
        assert_int_equal(functions[i].get(buffer, &size), NO_ERROR);
        assert_memory_equal(buffer + needed, untouched, 64);
        size = needed + 64;
        assert_int_equal(functions[i].get(buffer, &size), NO_ERROR);
        free(buffer);
        free(untouched);
    }
}

/* ---- GetAdaptersAddresses ----------------------------------------------------------------------
 */

static IP_ADAPTER_ADDRESSES *adapters_of(ADDRESS_FAMILY family, ULONG flags)
{
    ULONG size = 0;

    assert_int_equal(GetAdaptersAddresses(family, flags, NULL, NULL, &size), ERROR_BUFFER_OVERFLOW);
    IP_ADAPTER_ADDRESSES *adapters = malloc(size);
    assert_non_null(adapters);
    assert_int_equal(GetAdaptersAddresses(family, flags, NULL, adapters, &size), NO_ERROR);
    return adapters;
}

/* What all nodes of addresses begin with. */
typedef IP_ADAPTER_MULTICAST_ADDRESS node;

struct addresses {
    SOCKADDR_INET items[64];
    size_t count;
};

static void add(struct addresses *addresses, const SOCKADDR_INET *address)
{
    assert_true(addresses->count < ARRAY_SIZE(addresses->items));
    addresses->items[addresses->count++] = *address;
}

static bool is_of(const SOCKADDR_INET *address, ADDRESS_FAMILY family)
{
    return family == AF_UNSPEC || address->si_family == family;
}

static void expect_unicast(NET_IFINDEX index, ADDRESS_FAMILY family, struct addresses *ret)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetUnicastIpAddressTable(family, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        if (table->Table[i].InterfaceIndex == index)
            add(ret, &table->Table[i].Address);
    FreeMibTable(table);
}

static void expect_anycast(NET_IFINDEX index, ADDRESS_FAMILY family, struct addresses *ret)
{
    MIB_ANYCASTIPADDRESS_TABLE *table = NULL;
    DWORD error = GetAnycastIpAddressTable(family, &table);

    if (error == ERROR_NOT_FOUND)
        return;
    assert_int_equal(error, NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        if (table->Table[i].InterfaceIndex == index)
            add(ret, &table->Table[i].Address);
    FreeMibTable(table);
}

static void expect_multicast(NET_IFINDEX index, ADDRESS_FAMILY family, struct addresses *ret)
{
    MIB_MULTICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetMulticastIpAddressTable(family, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        if (table->Table[i].InterfaceIndex == index)
            add(ret, &table->Table[i].Address);
    FreeMibTable(table);
}

static bool is_zero(const SOCKADDR_INET *address)
{
    static const UCHAR none[16];

    return address->si_family == AF_INET ? memcmp(&address->Ipv4.sin_addr, none, 4) == 0
                                         : memcmp(&address->Ipv6.sin6_addr, none, 16) == 0;
}

static void expect_gateways(NET_IFINDEX index, ADDRESS_FAMILY family, struct addresses *ret)
{
    MIB_IPFORWARD_TABLE2 *table = NULL;

    assert_int_equal(GetIpForwardTable2(family, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        if (table->Table[i].InterfaceIndex == index &&
            table->Table[i].DestinationPrefix.PrefixLength == 0 &&
            !is_zero(&table->Table[i].NextHop))
            add(ret, &table->Table[i].NextHop);
    FreeMibTable(table);
}

/* The lists of an adapter that there is a table for, and the flag that decides on each. */
static const struct {
    const char *name;
    size_t offset;
    ULONG skip;
    ULONG include;
    void (*expect)(NET_IFINDEX index, ADDRESS_FAMILY family, struct addresses *ret);
} lists[] = {
    {"unicast", offsetof(IP_ADAPTER_ADDRESSES, FirstUnicastAddress), GAA_FLAG_SKIP_UNICAST, 0,
     expect_unicast},
    {"anycast", offsetof(IP_ADAPTER_ADDRESSES, FirstAnycastAddress), GAA_FLAG_SKIP_ANYCAST, 0,
     expect_anycast},
    {"multicast", offsetof(IP_ADAPTER_ADDRESSES, FirstMulticastAddress), GAA_FLAG_SKIP_MULTICAST, 0,
     expect_multicast},
    {"gateways", offsetof(IP_ADAPTER_ADDRESSES, FirstGatewayAddress), 0, GAA_FLAG_INCLUDE_GATEWAYS,
     expect_gateways},
};

static const node *first_of(const IP_ADAPTER_ADDRESSES *adapter, size_t list)
{
    return *(const node *const *)((const UCHAR *)adapter + lists[list].offset);
}

static NET_IFINDEX index_of(const IP_ADAPTER_ADDRESSES *adapter)
{
    NET_IFINDEX index = 0;

    assert_int_equal(ConvertInterfaceLuidToIndex(&adapter->Luid, &index), NO_ERROR);
    return index;
}

static bool same_address(const SOCKET_ADDRESS *shown, const SOCKADDR_INET *expected)
{
    int length =
        expected->si_family == AF_INET ? (int)sizeof(SOCKADDR_IN) : (int)sizeof(SOCKADDR_IN6);

    return shown->iSockaddrLength == length &&
           memcmp(shown->lpSockaddr, expected, (size_t)length) == 0;
}

static void check_list(const IP_ADAPTER_ADDRESSES *adapter, size_t list, ADDRESS_FAMILY family,
                       bool shown)
{
    struct addresses expected = {.count = 0};
    size_t i = 0;

    if (shown)
        lists[list].expect(index_of(adapter), family, &expected);
    for (const node *at = first_of(adapter, list); at; at = at->Next, i++) {
        if (i >= expected.count || !same_address(&at->Address, &expected.items[i]))
            fail_msg("%s of interface %u: number %u is not the table's", lists[list].name,
                     (unsigned)index_of(adapter), (unsigned)i);
        assert_true(is_of(&expected.items[i], family));
    }
    if (i != expected.count)
        fail_msg("%u %s of interface %u, not %u", (unsigned)i, lists[list].name,
                 (unsigned)index_of(adapter), (unsigned)expected.count);
}

static void test_lists(void **state)
{
    (void)state;
    make_network();
    for (size_t f = 0; f < ARRAY_SIZE(suite_families); f++) {
        ADDRESS_FAMILY family = suite_families[f];
        IP_ADAPTER_ADDRESSES *adapters = adapters_of(family, GAA_FLAG_INCLUDE_GATEWAYS);

        for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
            for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
                check_list(at, i, family, true);
        free(adapters);
    }
}

static void test_flags(void **state)
{
    (void)state;
    make_network();
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_UNSPEC, lists[i].skip | lists[i].include);

        for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
            for (size_t j = 0; j < ARRAY_SIZE(lists); j++)
                check_list(at, j, AF_UNSPEC,
                           j == i ? lists[j].include != 0 : lists[j].include == 0);
        free(adapters);
    }

    ULONG size = 0;
    ULONG without_names = 0;
    (void)GetAdaptersAddresses(AF_UNSPEC, 0, NULL, NULL, &size);
    (void)GetAdaptersAddresses(AF_UNSPEC, GAA_FLAG_SKIP_FRIENDLY_NAME, NULL, NULL, &without_names);
    assert_int_equal(size, without_names);
    IP_ADAPTER_ADDRESSES *adapters =
        adapters_of(AF_UNSPEC, GAA_FLAG_SKIP_DNS_SERVER | GAA_FLAG_SKIP_DNS_INFO);
    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next) {
        assert_null(at->FirstDnsServerAddress);
        assert_null(at->FirstDnsSuffix);
        assert_null(at->FirstPrefix);
        assert_non_null(at->DnsSuffix);
    }
    free(adapters);
}

static bool same_string(const WCHAR *a, const WCHAR *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* How many words there are between commas; NULL has none. */
static size_t count_words(const WCHAR *list)
{
    size_t count = list && *list ? 1 : 0;

    for (; list && *list; list++)
        count += *list == ',';
    return count;
}

/* DNS settings are what adapters have. */
static void check_dns(const IP_ADAPTER_ADDRESSES *adapter)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    GUID guid;

    assert_int_equal(ConvertInterfaceLuidToGuid(&adapter->Luid, &guid), NO_ERROR);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        DNS_INTERFACE_SETTINGS settings = {.Version = DNS_INTERFACE_SETTINGS_VERSION1,
                                           .Flags = i == 0 ? 0 : DNS_SETTING_IPV6};
        size_t servers = 0;

        assert_int_equal(GetInterfaceDnsSettings(guid, &settings), NO_ERROR);
        for (const IP_ADAPTER_DNS_SERVER_ADDRESS *at = adapter->FirstDnsServerAddress; at;
             at = at->Next)
            servers += at->Address.lpSockaddr->sa_family == families[i];
        assert_int_equal(count_words(settings.NameServer), servers);
        if (settings.Domain)
            assert_true(same_string(settings.Domain, adapter->DnsSuffix));
        else
            assert_int_equal(adapter->DnsSuffix[0], 0);
        FreeInterfaceDnsSettings(&settings);
    }
}

static void test_dns(void **state)
{
    (void)state;
    make_network();
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_UNSPEC, 0);
    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        check_dns(at);
    free(adapters);
}

static void check_family(const IP_ADAPTER_ADDRESSES *adapter, ADDRESS_FAMILY family,
                         NET_IFINDEX index, ULONG metric, ULONG enabled)
{
    MIB_IPINTERFACE_ROW row;

    InitializeIpInterfaceEntry(&row);
    row.Family = family;
    row.InterfaceLuid = adapter->Luid;
    if (GetIpInterfaceEntry(&row) != NO_ERROR) {
        assert_int_equal(index, 0);
        assert_false(adapter->Flags & enabled);
        return;
    }
    assert_int_equal(index, row.InterfaceIndex);
    assert_int_equal(metric, row.Metric);
    assert_true(adapter->Flags & enabled);
    if (family == AF_INET6)
        assert_memory_equal(adapter->ZoneIndices, row.ZoneIndices, sizeof(row.ZoneIndices));
}

static void check_interface(const IP_ADAPTER_ADDRESSES *adapter)
{
    MIB_IF_ROW2 row;
    char name[64];

    memset(&row, 0, sizeof(row));
    row.InterfaceLuid = adapter->Luid;
    assert_int_equal(GetIfEntry2(&row), NO_ERROR);
    assert_int_equal(adapter->Length, sizeof(*adapter));
    assert_int_equal(ConvertGuidToStringA(&row.InterfaceGuid, name, sizeof(name)), NO_ERROR);
    assert_string_equal(adapter->AdapterName, name);
    assert_true(same_string(adapter->FriendlyName, row.Alias));
    assert_true(same_string(adapter->Description, row.Description));
    assert_int_equal(adapter->Mtu, row.Mtu);
    assert_int_equal(adapter->IfType, row.Type);
    assert_int_equal(adapter->OperStatus, row.OperStatus);
    assert_int_equal(adapter->TunnelType, row.TunnelType);
    assert_int_equal(adapter->ConnectionType, row.ConnectionType);
    assert_int_equal(adapter->CompartmentId, 1);
    assert_true(adapter->TransmitLinkSpeed == row.TransmitLinkSpeed);
    assert_true(adapter->ReceiveLinkSpeed == row.ReceiveLinkSpeed);
    if (adapter->PhysicalAddressLength <= MAX_ADAPTER_ADDRESS_LENGTH) {
        assert_true(row.PhysicalAddressLength >= adapter->PhysicalAddressLength);
        assert_memory_equal(adapter->PhysicalAddress, row.PhysicalAddress,
                            adapter->PhysicalAddressLength);
    }
    check_family(adapter, AF_INET, adapter->IfIndex, adapter->Ipv4Metric, IP_ADAPTER_IPV4_ENABLED);
    check_family(adapter, AF_INET6, adapter->Ipv6IfIndex, adapter->Ipv6Metric,
                 IP_ADAPTER_IPV6_ENABLED);
}

static void check_addresses(const IP_ADAPTER_ADDRESSES *adapter)
{
    for (const IP_ADAPTER_UNICAST_ADDRESS *at = adapter->FirstUnicastAddress; at; at = at->Next) {
        MIB_UNICASTIPADDRESS_ROW row;

        InitializeUnicastIpAddressEntry(&row);
        row.InterfaceLuid = adapter->Luid;
        memcpy(&row.Address, at->Address.lpSockaddr, (size_t)at->Address.iSockaddrLength);
        assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
        assert_int_equal(at->Length, sizeof(*at));
        assert_int_equal(at->OnLinkPrefixLength, row.OnLinkPrefixLength);
        assert_int_equal(at->PrefixOrigin, row.PrefixOrigin);
        assert_int_equal(at->SuffixOrigin, row.SuffixOrigin);
        if (row.ValidLifetime == 0xffffffff)
            assert_int_equal(at->ValidLifetime, row.ValidLifetime);
        if (row.PreferredLifetime == 0xffffffff)
            assert_int_equal(at->PreferredLifetime, row.PreferredLifetime);
        assert_true(at->LeaseLifetime != 0);
    }
}

/* Every interface that has a family is there once, and everything of it agrees. */
static void test_interfaces(void **state)
{
    MIB_IF_TABLE2 *table = NULL;

    (void)state;
    make_network();
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_UNSPEC, GAA_FLAG_INCLUDE_ALL_INTERFACES);
    assert_int_equal(GetIfTable2(&table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        unsigned count = 0;

        for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
            count += at->Luid.Value == table->Table[i].InterfaceLuid.Value;
        assert_int_equal(count, 1);
    }
    FreeMibTable(table);
    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next) {
        check_interface(at);
        check_addresses(at);
    }
    free(adapters);
}

/* ---- The older functions -----------------------------------------------------------------------
 */

static void text_of(const SOCKET_ADDRESS *address, char ret[16])
{
    const SOCKADDR_INET *inet = (const void *)address->lpSockaddr;
    UCHAR bytes[4];

    memcpy(bytes, &inet->Ipv4.sin_addr, sizeof(bytes));
    (void)snprintf(ret, 16, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/* Where there is no address, the list has a first member all the same. */
static void check_texts(const IP_ADDR_STRING *list, const node *first, const char *none)
{
    char text[16];

    if (!first)
        assert_string_equal(list->IpAddress.String, none);
    for (; first; first = first->Next, list = list->Next) {
        assert_non_null(list);
        text_of(&first->Address, text);
        assert_string_equal(list->IpAddress.String, text);
    }
}

static const IP_ADAPTER_ADDRESSES *adapter_named(const IP_ADAPTER_ADDRESSES *adapters,
                                                 const char *name)
{
    while (adapters && strcmp(adapters->AdapterName, name) != 0)
        adapters = adapters->Next;
    return adapters;
}

static void check_per_adapter(const IP_ADAPTER_ADDRESSES *adapter)
{
    ULONG size = 0;

    assert_int_equal(GetPerAdapterInfo(adapter->IfIndex, NULL, &size), ERROR_BUFFER_OVERFLOW);
    IP_PER_ADAPTER_INFO *info = malloc(size);
    assert_non_null(info);
    assert_int_equal(GetPerAdapterInfo(adapter->IfIndex, info, &size), NO_ERROR);
    check_texts(&info->DnsServerList, (const void *)adapter->FirstDnsServerAddress, "");
    free(info);
}

static void test_older(void **state)
{
    ULONG size = 0;
    unsigned shown = 0;

    (void)state;
    make_network();
    IP_ADAPTER_ADDRESSES *adapters = adapters_of(AF_INET, GAA_FLAG_INCLUDE_GATEWAYS);
    DWORD error = GetAdaptersInfo(NULL, &size);
    if (error == ERROR_NO_DATA)
        suite_skip("there is no adapter but the loopback");
    assert_int_equal(error, ERROR_BUFFER_OVERFLOW);
    IP_ADAPTER_INFO *infos = malloc(size);
    assert_non_null(infos);
    assert_int_equal(GetAdaptersInfo(infos, &size), NO_ERROR);
    for (const IP_ADAPTER_INFO *info = infos; info; info = info->Next) {
        const IP_ADAPTER_ADDRESSES *adapter = adapter_named(adapters, info->AdapterName);

        assert_non_null(adapter);
        assert_int_equal(info->Index, adapter->IfIndex);
        assert_int_equal(info->Type, adapter->IfType);
        assert_true(info->Type != IF_TYPE_SOFTWARE_LOOPBACK);
        assert_int_equal(info->AddressLength, adapter->PhysicalAddressLength);
        assert_memory_equal(info->Address, adapter->PhysicalAddress, info->AddressLength);
        check_texts(&info->IpAddressList, (const void *)adapter->FirstUnicastAddress, "0.0.0.0");
        check_texts(&info->GatewayList, (const void *)adapter->FirstGatewayAddress, "0.0.0.0");
        check_per_adapter(adapter);
        shown++;
    }
    for (const IP_ADAPTER_ADDRESSES *at = adapters; at; at = at->Next)
        shown -= at->IfType != IF_TYPE_SOFTWARE_LOOPBACK;
    assert_int_equal(shown, 0);
    free(infos);
    free(adapters);
}

static void free_map(void *map)
{
#ifdef _WIN32
    assert_null(LocalFree(map));
#else
    FreeMibTable(map);
#endif
}

/* The indexes of GetAdaptersInfo's adapters. */
static void test_order(void **state)
{
    ULONG size = 0;
    ULONG count = 0;

    (void)state;
    make_network();
    IP_ADAPTER_ORDER_MAP *map = GetAdapterOrderMap();
    assert_non_null(map);
    if (GetAdaptersInfo(NULL, &size) != ERROR_NO_DATA) {
        IP_ADAPTER_INFO *infos = malloc(size);

        assert_non_null(infos);
        assert_int_equal(GetAdaptersInfo(infos, &size), NO_ERROR);
        for (const IP_ADAPTER_INFO *info = infos; info; info = info->Next) {
            assert_true(count < map->NumAdapters);
            assert_int_equal(map->AdapterOrder[count], info->Index);
            count++;
        }
        free(infos);
    }
    assert_int_equal(map->NumAdapters, count);
    free_map(map);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("sizes", test_sizes, NULL),
        suite_test("lists", test_lists, NULL),
        suite_test("dns", test_dns, NULL),
        suite_test("flags", test_flags, NULL),
        suite_test("interfaces", test_interfaces, NULL),
        suite_test("older", test_older, NULL),
        suite_test("order", test_order, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
