/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetIpInterfaceTable and GetIpInterfaceEntry. */
#include "table.h"

#include <string.h>

static void compare_rows(const MIB_IPINTERFACE_ROW *a, const MIB_IPINTERFACE_ROW *b)
{
    assert_int_equal(a->Family, b->Family);
    assert_true(a->InterfaceLuid.Value == b->InterfaceLuid.Value);
    assert_int_equal(a->InterfaceIndex, b->InterfaceIndex);
    assert_int_equal(a->NlMtu, b->NlMtu);
    assert_int_equal(a->Connected, b->Connected);
    assert_int_equal(a->Metric, b->Metric);
    assert_int_equal(a->SitePrefixLength, b->SitePrefixLength);
    assert_int_equal(a->ForwardingEnabled, b->ForwardingEnabled);
    assert_int_equal(a->DadTransmits, b->DadTransmits);
    assert_int_equal(a->BaseReachableTime, b->BaseReachableTime);
}

static void test_entries(void **state)
{
    MIB_IPINTERFACE_TABLE *table = NULL;

    (void)state;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPINTERFACE_ROW *known = &table->Table[i];
        MIB_IPINTERFACE_ROW row;

        /* What else is in the row is not looked at. */
        memset(&row, 0xcc, sizeof(row));
        row.Family = known->Family;
        row.InterfaceLuid = known->InterfaceLuid;
        assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
        compare_rows(&row, known);

        memset(&row, 0, sizeof(row));
        row.Family = known->Family;
        row.InterfaceIndex = known->InterfaceIndex;
        assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
        compare_rows(&row, known);

        /* Of a LUID and an index that disagree, the LUID counts. */
        memset(&row, 0, sizeof(row));
        row.Family = known->Family;
        row.InterfaceLuid = known->InterfaceLuid;
        row.InterfaceIndex = UNKNOWN_INDEX;
        assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
        compare_rows(&row, known);

        memset(&row, 0, sizeof(row));
        row.Family = known->Family;
        row.InterfaceLuid.Value = ~(ULONG64)0;
        row.InterfaceIndex = known->InterfaceIndex;
        assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
    }
    FreeMibTable(table);
}

/* The same on every host: what Windows fixes, and every interface can tell. */
static void test_values(void **state)
{
    MIB_IPINTERFACE_TABLE *table = NULL;

    (void)state;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPINTERFACE_ROW *row = &table->Table[i];

        assert_true(row->Family == AF_INET || row->Family == AF_INET6);
        assert_int_not_equal(row->InterfaceIndex, 0);
        assert_true(row->InterfaceLuid.Value != 0);
        assert_int_equal(row->MinRouterAdvertisementInterval, 200);
        assert_int_equal(row->MaxRouterAdvertisementInterval, 600);
        assert_int_equal(row->MaxReassemblySize, 0);
        assert_true(row->InterfaceIdentifier == 0);
        assert_true(row->NlMtu >= 68);
        if (row->Family == AF_INET)
            assert_int_equal(row->SitePrefixLength, 64);
    }
    FreeMibTable(table);
}

/* An interface that comes is in the table of each of its families, and can be read; until it goes.
 */
static void test_new_interface(void **state)
{
    const struct suite_subject *subject = *state;
    MIB_IPINTERFACE_ROW known;
    MIB_IPINTERFACE_ROW row;

    memset(&row, 0, sizeof(row));
    network_add(NETWORK_INTERFACE, subject->family, 1);
    table_find(NETWORK_INTERFACE, subject->family, 1, &known);
    row.Family = known.Family;
    row.InterfaceLuid = known.InterfaceLuid;
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    assert_int_equal(row.NlMtu, known.NlMtu);

    network_change(NETWORK_INTERFACE, subject->family, 1);
    assert_int_equal(GetIpInterfaceEntry(&row), NO_ERROR);
    assert_int_not_equal(row.NlMtu, known.NlMtu);
    network_delete(NETWORK_INTERFACE, subject->family, 1);
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        suite_test("tables_by_family", table_test_by_family, &suite_interface4),
        suite_test("entries_agree_with_the_table", test_entries, NULL),
        suite_test("values", test_values, NULL),
        suite_test("new_interface.ipv4", test_new_interface, &suite_interface4),
        suite_test("new_interface.ipv6", test_new_interface, &suite_interface6),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
