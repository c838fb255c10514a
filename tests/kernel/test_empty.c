/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables without a row, and a family that does not work on an interface: what the errors are. */
#include "namespace.h"
#include "netns.h"
#include "recorder.h"

static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};

static int enter(void **state)
{
    (void)state;
    netns_enter_new();
    return 0;
}

static void expect_no_entries(enum row_kind kind, ADDRESS_FAMILY family)
{
    void *table = &table;

    assert_int_equal(row_types[kind].get_table(family, &table), ERROR_NOT_FOUND);
    assert_null(table);
}

/* An IPv4 interface has neighbours always. */
static void test_no_neighbours(void **state)
{
    (void)state;
    expect_no_entries(ROW_NEIGHBOUR, AF_INET6);
    ip("link set lo mtu 67");
    for (size_t i = 0; i < ARRAY_SIZE(families); i++)
        expect_no_entries(ROW_NEIGHBOUR, families[i]);
}

static void test_no_addresses_no_routes(void **state)
{
    PMIB_IPFORWARDTABLE routes = NULL;
    ULONG size = 0;

    (void)state;
    ip("link set lo down");
    ip("addr flush dev lo");
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        expect_no_entries(ROW_UNICAST, families[i]);
        expect_no_entries(ROW_ROUTE, families[i]);
    }
    assert_int_equal(GetIpForwardTable(NULL, &size, FALSE), ERROR_NO_DATA);
    assert_int_equal(AllocateAndGetIpForwardTableFromStack(&routes, FALSE, NULL, 0), ERROR_NO_DATA);
}

/* Below a family's least MTU a link has it no more; but the loopback link keeps its IPv6. */
static void test_no_interface(void **state)
{
    MIB_IPINTERFACE_ROW row = {.Family = AF_INET6};

    (void)state;
    ip("link add v0 type veth peer name v1");
    row.InterfaceIndex = netns_ifindex("v0");
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    ip("link set v0 mtu 1279");
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
    row.InterfaceLuid.Value = 0; /* it was filled in */
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
    row.Family = AF_INET;
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);

    ip("link del v0");
    ip("link set lo mtu 67");
    expect_no_entries(ROW_INTERFACE, AF_INET);
    row = (MIB_IPINTERFACE_ROW){.Family = AF_INET, .InterfaceIndex = 1};
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_no_neighbours, enter),
        cmocka_unit_test_setup(test_no_addresses_no_routes, enter),
        cmocka_unit_test_setup(test_no_interface, enter),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
