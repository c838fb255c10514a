/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three Initialize functions, and FreeMibTable. */
#include "suite.h"

#include <string.h>

/* Padding is nobody's business: rows are made of zeros, then compared field by field. */
static void test_interface_entry(void **state)
{
    MIB_IPINTERFACE_ROW row;

    (void)state;
    memset(&row, 0xcc, sizeof(row));
    InitializeIpInterfaceEntry(&row);
    assert_int_equal(row.Family, AF_UNSPEC);
    assert_true(row.InterfaceLuid.Value == 0);
    assert_int_equal(row.InterfaceIndex, 0);
    assert_int_equal(row.MaxReassemblySize, 0);
    assert_true(row.InterfaceIdentifier == 0);
    assert_int_equal(row.MinRouterAdvertisementInterval, 0);
    assert_int_equal(row.MaxRouterAdvertisementInterval, 0);
    assert_int_equal(row.AdvertisingEnabled, 0);
    assert_int_equal(row.ForwardingEnabled, 0);
    assert_int_equal(row.WeakHostSend, 0);
    assert_int_equal(row.WeakHostReceive, 0);
    assert_int_equal(row.UseAutomaticMetric, 0);
    assert_int_equal(row.DadTransmits, 0);
    assert_int_equal(row.SitePrefixLength, 0);
    assert_int_equal(row.Metric, 0);
    assert_int_equal(row.NlMtu, 0);
    assert_int_equal(row.Connected, 0);
    assert_int_equal(row.DisableDefaultRoutes, 0);
    for (size_t i = 0; i < ARRAY_SIZE(row.ZoneIndices); i++)
        assert_int_equal(row.ZoneIndices[i], 0);
}

static void test_unicast_entry(void **state)
{
    MIB_UNICASTIPADDRESS_ROW row;
    SOCKADDR_INET none;

    (void)state;
    memset(&none, 0, sizeof(none));
    memset(&row, 0xcc, sizeof(row));
    InitializeUnicastIpAddressEntry(&row);
    assert_memory_equal(&row.Address, &none, sizeof(none));
    assert_true(row.InterfaceLuid.Value == 0);
    assert_int_equal(row.InterfaceIndex, 0);
    assert_int_equal(row.PrefixOrigin, IpPrefixOriginUnchanged);
    assert_int_equal(row.SuffixOrigin, IpSuffixOriginUnchanged);
    assert_int_equal(row.ValidLifetime, 0xffffffff);
    assert_int_equal(row.PreferredLifetime, 0xffffffff);
    assert_int_equal(row.OnLinkPrefixLength, 255);
    assert_int_equal(row.SkipAsSource, 0);
    assert_int_equal(row.DadState, IpDadStateInvalid);
    assert_int_equal(row.ScopeId.Value, 0);
    assert_true(row.CreationTimeStamp.QuadPart == 0);
}

static void test_forward_entry(void **state)
{
    MIB_IPFORWARD_ROW2 row;
    SOCKADDR_INET none;

    (void)state;
    memset(&none, 0, sizeof(none));
    memset(&row, 0xcc, sizeof(row));
    InitializeIpForwardEntry(&row);
    assert_true(row.InterfaceLuid.Value == 0);
    assert_int_equal(row.InterfaceIndex, 0);
    assert_memory_equal(&row.DestinationPrefix.Prefix, &none, sizeof(none));
    assert_int_equal(row.DestinationPrefix.PrefixLength, 0);
    assert_memory_equal(&row.NextHop, &none, sizeof(none));
    assert_int_equal(row.SitePrefixLength, 255);
    assert_int_equal(row.ValidLifetime, 0xffffffff);
    assert_int_equal(row.PreferredLifetime, 0xffffffff);
    assert_int_equal(row.Metric, 0xffffffff);
    assert_true(row.Protocol == (NL_ROUTE_PROTOCOL)-1);
    assert_int_equal(row.Loopback, TRUE);
    assert_int_equal(row.AutoconfigureAddress, TRUE);
    assert_int_equal(row.Publish, TRUE);
    assert_int_equal(row.Immortal, TRUE);
    assert_int_equal(row.Age, 0);
    assert_int_equal(row.Origin, NlroManual);
}

static void test_free_nothing(void **state)
{
    (void)state;
    FreeMibTable(NULL);
}

/* Tables do not share anything: one is there when the others have been freed. */
static void test_independent_tables(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *tables[3] = {NULL, NULL, NULL};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
        assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &tables[i]), NO_ERROR);
        assert_true(tables[i]->NumEntries > 0);
    }
    ULONG index = tables[1]->Table[0].InterfaceIndex;
    memset(tables[0]->Table, 0xcc, tables[0]->NumEntries * sizeof(tables[0]->Table[0]));
    FreeMibTable(tables[2]);
    FreeMibTable(tables[0]);
    assert_int_equal(tables[1]->Table[0].InterfaceIndex, index);
    FreeMibTable(tables[1]);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        suite_test("InitializeIpInterfaceEntry", test_interface_entry, NULL),
        suite_test("InitializeUnicastIpAddressEntry", test_unicast_entry, NULL),
        suite_test("InitializeIpForwardEntry", test_forward_entry, NULL),
        suite_test("FreeMibTable_of_nothing", test_free_nothing, NULL),
        suite_test("tables_are_independent", test_independent_tables, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
