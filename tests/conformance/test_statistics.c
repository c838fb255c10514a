/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics: what the functions for them show agrees, and counts what the tables have. */
#include "suite.h"

#include <string.h>

static DWORD rows_of(void *table)
{
    DWORD count = (DWORD)((MIB_IPINTERFACE_TABLE *)table)->NumEntries;

    FreeMibTable(table);
    return count;
}

static void test_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const ADDRESS_FAMILY family = i == 0 ? AF_INET : AF_INET6;
        MIB_IPINTERFACE_TABLE *interfaces = NULL;
        MIB_UNICASTIPADDRESS_TABLE *addresses = NULL;
        MIB_IPFORWARD_TABLE2 *routes = NULL;
        MIB_IPSTATS row;

        assert_int_equal(GetIpStatisticsEx(&row, family), NO_ERROR);
        assert_int_equal(GetIpInterfaceTable(family, &interfaces), NO_ERROR);
        assert_int_equal(row.dwNumIf, rows_of(interfaces));
        assert_int_equal(GetUnicastIpAddressTable(family, &addresses), NO_ERROR);
        assert_int_equal(row.dwNumAddr, rows_of(addresses));
        assert_int_equal(GetIpForwardTable2(family, &routes), NO_ERROR);
        assert_int_equal(row.dwNumRoutes, rows_of(routes));
        assert_in_range(row.dwForwarding, MIB_IP_FORWARDING, MIB_IP_NOT_FORWARDING);
        assert_in_range(row.dwDefaultTTL, 1, 255);
        assert_int_not_equal(row.dwReasmTimeout, 0);
    }
}

/* Without a family it is IPv4. Nothing but settings stays the same from one call to the next. */
static void test_older(void **state)
{
    MIB_IPSTATS ip, ip_ex;
    MIB_TCPSTATS tcp, tcp_ex;
    MIB_TCPSTATS2 tcp2;
    MIB_UDPSTATS udp, udp_ex;
    MIB_UDPSTATS2 udp2;
    MIB_ICMP icmp;
    MIB_ICMP_EX icmp_ex;

    (void)state;
    assert_int_equal(GetIpStatistics(&ip), NO_ERROR);
    assert_int_equal(GetIpStatisticsEx(&ip_ex, AF_INET), NO_ERROR);
    assert_int_equal(ip.dwDefaultTTL, ip_ex.dwDefaultTTL);
    assert_int_equal(ip.dwForwarding, ip_ex.dwForwarding);
    assert_true(ip_ex.dwInReceives - ip.dwInReceives < 0x80000000);
    assert_int_equal(GetTcpStatistics(&tcp), NO_ERROR);
    assert_int_equal(GetTcpStatisticsEx(&tcp_ex, AF_INET), NO_ERROR);
    assert_int_equal(GetTcpStatisticsEx2(&tcp2, AF_INET), NO_ERROR);
    assert_int_equal(tcp.dwRtoMax, tcp_ex.dwRtoMax);
    assert_int_equal(tcp.dwRtoMax, tcp2.dwRtoMax);
    assert_true((DWORD)tcp2.dw64InSegs - tcp.dwInSegs < 0x80000000);
    assert_int_equal(GetUdpStatistics(&udp), NO_ERROR);
    assert_int_equal(GetUdpStatisticsEx(&udp_ex, AF_INET), NO_ERROR);
    assert_int_equal(GetUdpStatisticsEx2(&udp2, AF_INET), NO_ERROR);
    assert_true((DWORD)udp2.dw64InDatagrams - udp.dwInDatagrams < 0x80000000);
    assert_true(udp_ex.dwOutDatagrams - udp.dwOutDatagrams < 0x80000000);
    assert_int_equal(GetIcmpStatistics(&icmp), NO_ERROR);
    assert_int_equal(GetIcmpStatisticsEx(&icmp_ex, AF_INET), NO_ERROR);
    assert_true(icmp_ex.icmpInStats.dwMsgs - icmp.stats.icmpInStats.dwMsgs < 0x80000000);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("counts", test_counts, NULL),
        suite_test("older", test_older, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
