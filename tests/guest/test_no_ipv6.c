/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A kernel without IPv6 (ipv6.disable=1): what is of IPv4 works, what is of IPv6 says so. */
#include "namespace.h"
#include "netns.h"
#include "recorder.h"

#include <sys/socket.h>
#include <unistd.h>

static int enter(void **state)
{
    (void)state;
    netns_enter_new();
    return 0;
}

static void test_tables(void **state)
{
    (void)state;
    for (enum row_kind kind = 0; kind < ROW_KINDS; kind++) {
        void *ipv4 = NULL;
        void *both = NULL;
        void *ipv6 = &ipv6;

        assert_int_equal(row_types[kind].get_table(AF_INET, &ipv4), NO_ERROR);
        assert_int_equal(row_types[kind].get_table(AF_UNSPEC, &both), NO_ERROR);
        assert_int_equal(row_types[kind].get_table(AF_INET6, &ipv6), ERROR_NOT_SUPPORTED);
        assert_null(ipv6);
        assert_int_equal(row_table_count(both), row_table_count(ipv4));
        assert_true(row_table_count(ipv4) > 0);
        FreeMibTable(ipv4);
        FreeMibTable(both);
    }
}

static void test_entries(void **state)
{
    MIB_IPINTERFACE_ROW interface = {.Family = AF_INET6, .InterfaceIndex = 1};
    MIB_UNICASTIPADDRESS_ROW unicast = {.InterfaceIndex = 1};
    MIB_IPFORWARD_ROW2 route = {.InterfaceIndex = 1};
    MIB_IPNET_ROW2 neighbour = {.InterfaceIndex = 1};
    SOCKADDR_IN6 destination = {.sin6_family = AF_INET6};
    SOCKADDR_IN6_PAIR *pairs;
    MIB_IP_NETWORK_CONNECTION_BANDWIDTH_ESTIMATES bandwidth;
    ULONG count;
    MIB_ANYCASTIPADDRESS_ROW anycast = {.InterfaceIndex = 1};
    MIB_MULTICASTIPADDRESS_ROW group = {.InterfaceIndex = 1};
    MIB_ANYCASTIPADDRESS_TABLE *anycasts;
    MIB_MULTICASTIPADDRESS_TABLE *groups;
    MIB_IPPATH_ROW path = {.InterfaceIndex = 1};
    MIB_IPPATH_TABLE *paths;
    USHORT port;

    (void)state;
    assert_int_equal(GetIpInterfaceEntry(&interface), ERROR_NOT_FOUND);
    assert_int_equal(SetIpInterfaceEntry(&interface), ERROR_NOT_SUPPORTED);
    unicast.Address.si_family = AF_INET6;
    unicast.Address.Ipv6.sin6_addr.s6_addr[15] = 1;
    assert_int_equal(GetUnicastIpAddressEntry(&unicast), ERROR_NOT_SUPPORTED);
    route.DestinationPrefix.Prefix.si_family = AF_INET6;
    route.NextHop.si_family = AF_INET6;
    assert_int_equal(GetIpForwardEntry2(&route), ERROR_NOT_SUPPORTED);
    neighbour.Address = unicast.Address;
    assert_int_equal(GetIpNetEntry2(&neighbour), ERROR_NOT_SUPPORTED);
    neighbour.Address.Ipv6.sin6_addr.s6_addr[0] = 0xfe;
    neighbour.PhysicalAddressLength = 6;
    assert_int_equal(CreateIpNetEntry2(&neighbour), ERROR_NOT_SUPPORTED);
    assert_int_equal(SetIpNetEntry2(&neighbour), ERROR_NOT_SUPPORTED);
    assert_int_equal(DeleteIpNetEntry2(&neighbour), ERROR_NOT_SUPPORTED);
    assert_int_equal(ResolveIpNetEntry2(&neighbour, NULL), ERROR_NOT_SUPPORTED);
    assert_int_equal(FlushIpNetTable2(AF_INET6, 0), ERROR_NOT_SUPPORTED);
    assert_int_equal(FlushIpNetTable2(AF_UNSPEC, 0), NO_ERROR);
    unicast.ValidLifetime = 0xffffffff;
    assert_int_equal(CreateUnicastIpAddressEntry(&unicast), ERROR_NOT_SUPPORTED);
    assert_int_equal(SetUnicastIpAddressEntry(&unicast), ERROR_NOT_SUPPORTED);
    assert_int_equal(DeleteUnicastIpAddressEntry(&unicast), ERROR_NOT_SUPPORTED);
    anycast.Address = unicast.Address;
    assert_int_equal(GetAnycastIpAddressEntry(&anycast), ERROR_NOT_SUPPORTED);
    group.Address = unicast.Address;
    group.Address.Ipv6.sin6_addr.s6_addr[0] = 0xff;
    assert_int_equal(GetMulticastIpAddressEntry(&group), ERROR_NOT_SUPPORTED);
    assert_int_equal(GetAnycastIpAddressTable(AF_INET6, &anycasts), ERROR_NOT_SUPPORTED);
    assert_int_equal(GetMulticastIpAddressTable(AF_INET6, &groups), ERROR_NOT_SUPPORTED);
    path.Destination = unicast.Address;
    assert_int_equal(GetIpPathEntry(&path), ERROR_NOT_SUPPORTED);
    assert_int_equal(GetIpPathTable(AF_INET6, &paths), ERROR_NOT_SUPPORTED);
    assert_int_equal(FlushIpPathTable(AF_INET6), ERROR_NOT_SUPPORTED);
    assert_int_equal(FlushIpPathTable(AF_UNSPEC), NO_ERROR);
    assert_int_equal(GetTeredoPort(&port), ERROR_NOT_SUPPORTED);
    assert_int_equal(CreateSortedAddressPairs(NULL, 0, &destination, 1, 0, &pairs, &count),
                     ERROR_NOT_SUPPORTED);
    assert_int_equal(GetIpNetworkConnectionBandwidthEstimates(1, AF_INET6, &bandwidth),
                     ERROR_NOT_FOUND);
    interface.Family = AF_INET;
    assert_int_equal(GetIpInterfaceEntry(&interface), NO_ERROR);
    assert_int_equal(interface.InterfaceLuid.Info.NetLuidIndex, 1);
}

static VOID NETIOAPI_API_ on_stable(PVOID context, PMIB_UNICASTIPADDRESS_TABLE table)
{
    (void)context;
    FreeMibTable(table);
}

static void test_stable(void **state)
{
    PMIB_UNICASTIPADDRESS_TABLE table = NULL;
    HANDLE handle;

    (void)state;
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_UNSPEC, &table, on_stable, NULL, &handle),
                     NO_ERROR);
    assert_int_equal(table->NumEntries, 1); /* 127.0.0.1 */
    FreeMibTable(table);
    assert_int_equal(NotifyStableUnicastIpAddressTable(AF_INET6, &table, on_stable, NULL, &handle),
                     NO_ERROR);
    assert_int_equal(table->NumEntries, 0);
    FreeMibTable(table);
}

static void test_notifications(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_UNSPEC, AF_INET6};
    struct recorder recorders[ROW_WATCHED_KINDS][ARRAY_SIZE(families)];
    struct timespec deadline = check_deadline();

    (void)state;
    for (enum row_kind kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        for (size_t i = 0; i < ARRAY_SIZE(families); i++)
            assert_int_equal(recorder_start(&recorders[kind][i], kind, families[i], FALSE),
                             NO_ERROR);
    ip("link add v0 type veth peer name v1");
    ip("link set v0 up");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("route add 10.9.0.0/16 via 10.0.0.2");
    struct iface v0 = iface_get("v0");
    const struct row_key keys[ROW_WATCHED_KINDS] = {
        [ROW_INTERFACE] = interface_key(v0, AF_INET),
        [ROW_UNICAST] = unicast_key(v0, "10.0.0.1"),
        [ROW_ROUTE] = route_key(v0, "10.9.0.0/16", "10.0.0.2"),
    };

    for (enum row_kind kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        for (size_t i = 0; i < 2; i++)
            check(recorder_wait(&recorders[kind][i], 0, MibAddInstance, &keys[kind], &deadline));
    ip("link del v0");
    for (enum row_kind kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        for (size_t i = 0; i < 2; i++)
            check(recorder_wait(&recorders[kind][i], 0, MibDeleteInstance, &keys[kind], &deadline));
    for (enum row_kind kind = 0; kind < ROW_WATCHED_KINDS; kind++)
        for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
            if (families[i] == AF_INET6)
                assert_int_equal(recorder_count(&recorders[kind][i]), 0);
            recorder_stop(&recorders[kind][i]);
        }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_tables, enter),
        cmocka_unit_test_setup(test_entries, enter),
        cmocka_unit_test_setup(test_stable, enter),
        cmocka_unit_test_setup(test_notifications, enter),
    };
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    (void)argc;
    if (fd >= 0) {
        close(fd);
        return namespace_unavailable("this kernel has IPv6");
    }
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
