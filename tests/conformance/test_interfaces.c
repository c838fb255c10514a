/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IP interfaces that SetIpInterfaceEntry sets: every function that shows them then has them so, and
 * registrations are told once. Who changes the network has to be allowed to.
 */
#include "network.h"
#include "registration.h"
#include "suite.h"

#include <string.h>

#define NUMBER 1 /* of an interface of the test's own */

static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};

/* As it is, to be changed. */
static MIB_IPINTERFACE_ROW present(ADDRESS_FAMILY family)
{
    MIB_IPINTERFACE_ROW row;

    InitializeIpInterfaceEntry(&row);
    row.Family = family;
    row.InterfaceIndex = network_interface_index(NUMBER);
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    if (family == AF_INET)
        row.SitePrefixLength = 0;
    return row;
}

/* The row in the table of its family. */
static MIB_IPINTERFACE_ROW in_table(const MIB_IPINTERFACE_ROW *key)
{
    MIB_IPINTERFACE_TABLE *table = NULL;
    MIB_IPINTERFACE_ROW found;
    unsigned count = 0;

    memset(&found, 0, sizeof(found));
    assert_int_equal(GetIpInterfaceTable(key->Family, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        if (table->Table[i].InterfaceLuid.Value != key->InterfaceLuid.Value)
            continue;
        found = table->Table[i];
        count++;
    }
    FreeMibTable(table);
    assert_int_equal(count, 1);
    return found;
}

static void set_mtu(MIB_IPINTERFACE_ROW *row)
{
    row->NlMtu = 1400;
}

static void set_metric(MIB_IPINTERFACE_ROW *row)
{
    row->UseAutomaticMetric = FALSE;
    row->Metric = 0;
}

static void set_retransmit_time(MIB_IPINTERFACE_ROW *row)
{
    row->RetransmitTime = 2000;
}

static void set_router_discovery(MIB_IPINTERFACE_ROW *row)
{
    row->RouterDiscoveryBehavior = RouterDiscoveryDisabled;
}

static const struct {
    ADDRESS_FAMILY family;
    void (*set)(MIB_IPINTERFACE_ROW *row);
} changes[] = {
    {AF_INET6, set_mtu}, /* before it is IPv4's, which is the interface's */
    {AF_INET6, set_metric}, {AF_INET6, set_retransmit_time}, {AF_INET6, set_router_discovery},
    {AF_INET, set_metric},  {AF_INET, set_retransmit_time},  {AF_INET, set_mtu},
};

static void expect_same(const MIB_IPINTERFACE_ROW *row, const MIB_IPINTERFACE_ROW *expected)
{
    assert_int_equal(row->NlMtu, expected->NlMtu);
    assert_int_equal(row->UseAutomaticMetric, expected->UseAutomaticMetric);
    assert_int_equal(row->RetransmitTime, expected->RetransmitTime);
    assert_int_equal(row->RouterDiscoveryBehavior, expected->RouterDiscoveryBehavior);
}

static void test_round_trip(void **state)
{
    unsigned told[2] = {0, 0};
    static struct registration registration;

    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    registration_start(&registration, ROW_INTERFACE, AF_UNSPEC, FALSE);
    for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
        MIB_IPINTERFACE_ROW row = present(changes[i].family);

        changes[i].set(&row);
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
        MIB_IPINTERFACE_ROW entry = present(changes[i].family);
        expect_same(&entry, &row);
        entry = in_table(&row);
        expect_same(&entry, &row);
        registration_await_told(&registration, MibParameterNotification, changes[i].family, NUMBER,
                                ++told[changes[i].family == AF_INET6]);

        /* What is so already is no change. */
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
    }
    registration_settle((struct registration *const[]){&registration}, 1);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        assert_int_equal(strlen(registration_history(&registration, families[i], NUMBER)), told[i]);
    registration_stop(&registration);
}

/* A row that has the index is given the LUID. */
static void test_luid(void **state)
{
    (void)state;
    network_add(ROW_INTERFACE, AF_INET, NUMBER);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_IPINTERFACE_ROW row = present(families[i]);
        NET_LUID luid = row.InterfaceLuid;

        row.InterfaceLuid.Value = 0;
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
        assert_true(row.InterfaceLuid.Value == luid.Value);

        /* Where there is one, it counts. */
        row.InterfaceIndex = network_interface_index(NUMBER) + 100000;
        row.NlMtu = 1300;
        assert_int_equal(SetIpInterfaceEntry(&row), NO_ERROR);
        assert_int_equal(present(families[i]).NlMtu, 1300);
    }
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("round_trip", test_round_trip, NULL),
        suite_test("luid", test_luid, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
