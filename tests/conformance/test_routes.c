/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Routes that the older functions set, delete and create, as every function that shows them then
 * has them; paths; the distance of an address. Who changes the network has to be allowed to.
 */
#include "network.h"
#include "suite.h"
#include "table.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER 1 /* of a route of the test's own */

static DWORD get_old_table(void *buffer, ULONG *size)
{
    return GetIpForwardTable(buffer, size, FALSE);
}

/* The route, as the older table has it. */
static bool find(MIB_IPFORWARDROW *ret)
{
    const IP_ADDRESS_PREFIX prefix = network_prefix(AF_INET, NUMBER);
    DWORD destination;
    DWORD mask;
    bool found = false;

    memcpy(&destination, &prefix.Prefix.Ipv4.sin_addr, sizeof(destination));
    assert_int_equal(ConvertLengthToIpv4Mask(prefix.PrefixLength, (ULONG *)&mask), NO_ERROR);
    MIB_IPFORWARDTABLE *table = table_in_buffer(get_old_table, ERROR_INSUFFICIENT_BUFFER);
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        if (table->table[i].dwForwardDest == destination && table->table[i].dwForwardMask == mask) {
            *ret = table->table[i];
            found = true;
        }
    free(table);
    return found;
}

/* The same route in the newer form: an error, and its metric. */
static DWORD read_newer(const MIB_IPFORWARDROW *row, ULONG *ret_metric)
{
    MIB_IPFORWARD_ROW2 newer;

    memset(&newer, 0, sizeof(newer));
    newer.DestinationPrefix = network_prefix(AF_INET, NUMBER);
    newer.NextHop.si_family = AF_INET;
    newer.InterfaceIndex = row->dwForwardIfIndex;
    DWORD error = GetIpForwardEntry2(&newer);
    *ret_metric = newer.Metric;
    return error;
}

static void test_older_form(void **state)
{
    MIB_IPFORWARDROW row = {0};
    MIB_IPFORWARDROW changed = {0};
    ULONG metric;

    (void)state;
    network_add(ROW_ROUTE, AF_INET, NUMBER);
    assert_true(find(&row));
    assert_int_equal(row.dwForwardProto, MIB_IPPROTO_NETMGMT);
    row.dwForwardMetric1 += 7;
    assert_int_equal(CreateIpForwardEntry(&row), ERROR_OBJECT_ALREADY_EXISTS);
    assert_int_equal(SetIpForwardEntry(&row), NO_ERROR);
    assert_true(find(&changed));
    assert_memory_equal(&changed, &row, sizeof(row));
    assert_int_equal(read_newer(&row, &metric), NO_ERROR);
    assert_int_equal(DeleteIpForwardEntry(&row), NO_ERROR);
    assert_false(find(&changed));
    assert_int_equal(read_newer(&row, &metric), ERROR_NOT_FOUND);
    assert_int_equal(DeleteIpForwardEntry(&row), ERROR_NOT_FOUND);
    assert_int_equal(SetIpForwardEntry(&row), ERROR_NOT_FOUND);
    assert_int_equal(CreateIpForwardEntry(&row), NO_ERROR);
    assert_true(find(&changed));
    assert_int_equal(changed.dwForwardMetric1, row.dwForwardMetric1);
    assert_int_equal(changed.dwForwardProto, MIB_IPPROTO_NETMGMT);
    assert_int_equal(read_newer(&row, &metric), NO_ERROR);
}

/* Each row of the table is the one that its key gives. */
static void test_paths(void **state)
{
    MIB_IPPATH_TABLE *table = NULL;

    (void)state;
    DWORD error = GetIpPathTable(AF_UNSPEC, &table);
    if (error != ERROR_NOT_FOUND)
        assert_int_equal(error, NO_ERROR);
    for (ULONG i = 0; table && i < table->NumEntries; i++) {
        MIB_IPPATH_ROW row;

        memset(&row, 0, sizeof(row));
        row.Destination = table->Table[i].Destination;
        row.Source = table->Table[i].Source;
        row.InterfaceLuid = table->Table[i].InterfaceLuid;
        error = GetIpPathEntry(&row);
        if (error != ERROR_NOT_FOUND) { /* it may have gone */
            assert_int_equal(error, NO_ERROR);
            assert_int_equal(row.InterfaceIndex, table->Table[i].InterfaceIndex);
        }
    }
    FreeMibTable(table);
    if (!network_is_there())
        suite_skip("the network is not to be changed");
    assert_int_equal(FlushIpPathTable(AF_INET), NO_ERROR);
    assert_int_equal(FlushIpPathTable(AF_INET6), NO_ERROR);
    assert_int_equal(FlushIpPathTable(AF_UNSPEC), NO_ERROR);
    assert_int_equal(GetIpPathTable(AF_UNSPEC, &table), ERROR_NOT_FOUND);
}

static DWORD ipv4_of(UCHAR a, UCHAR b, UCHAR c, UCHAR d)
{
    const UCHAR bytes[] = {a, b, c, d};
    DWORD address;

    memcpy(&address, bytes, sizeof(address));
    return address;
}

static void expect_no_distance(DWORD address, ULONG *hops, ULONG most, ULONG *rtt, DWORD error)
{
#ifdef _WIN32
    SetLastError(NO_ERROR);
    assert_false(GetRTTAndHopCount(address, hops, most, rtt));
    assert_int_equal(GetLastError(), error);
#else
    (void)error;
    assert_false(GetRTTAndHopCount(address, hops, most, rtt));
#endif
}

static void test_distance(void **state)
{
    const DWORD itself = ipv4_of(127, 0, 0, 1);
    ULONG hops = 4711;
    ULONG rtt = 4712;

    (void)state;
    expect_no_distance(itself, NULL, 30, &rtt, ERROR_INVALID_PARAMETER);
    expect_no_distance(itself, &hops, 30, NULL, ERROR_INVALID_PARAMETER);
    expect_no_distance(ipv4_of(224, 0, 0, 1), &hops, 30, &rtt, ERROR_INVALID_PARAMETER);
    expect_no_distance(itself, &hops, 0, &rtt, ERROR_HOST_UNREACHABLE);
    assert_int_equal(hops, 4711);
    assert_int_equal(rtt, 4712);
    if (!GetRTTAndHopCount(itself, &hops, 30, &rtt))
        suite_skip("no echo requests may be sent");
    assert_int_equal(hops, 1);
    assert_true(rtt < 4712);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("older_form", test_older_form, NULL),
        suite_test("paths", test_paths, NULL),
        suite_test("distance", test_distance, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
