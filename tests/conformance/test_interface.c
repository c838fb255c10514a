/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetIpInterfaceTable and GetIpInterfaceEntry. */
#include "platform.h"

#include <string.h>

#define UNKNOWN_INDEX 0xfffffff0U

static const ADDRESS_FAMILY bad_families[] = {1, 3, 99, 0xffff, AF_INET6 + 1};

static void test_table_parameters(void **state)
{
    MIB_IPINTERFACE_TABLE *table = NULL;

    (void)state;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetIpInterfaceTable(AF_INET, NULL), ERROR_INVALID_PARAMETER);
    assert_int_equal(GetIpInterfaceTable(99, NULL), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < ARRAY_SIZE(bad_families); i++)
        assert_int_equal(GetIpInterfaceTable(bad_families[i], &table), ERROR_INVALID_PARAMETER);
}

/* Both families together are the two of them. */
static void test_tables(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    MIB_IPINTERFACE_TABLE *both = NULL;
    ULONG total = 0;

    (void)state;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &both), NO_ERROR);
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_IPINTERFACE_TABLE *table = NULL;
        DWORD rc = GetIpInterfaceTable(families[i], &table);
        if (rc == ERROR_NOT_FOUND) {
            assert_null(table);
            continue;
        }
        assert_int_equal(rc, NO_ERROR);
        for (ULONG j = 0; j < table->NumEntries; j++)
            assert_int_equal(table->Table[j].Family, families[i]);
        total += table->NumEntries;
        FreeMibTable(table);
    }
    assert_int_equal(both->NumEntries, total);
    FreeMibTable(both);
}

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

        memset(&row, 0, sizeof(row));
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

static void test_entry_errors(void **state)
{
    MIB_IPINTERFACE_TABLE *table = NULL;
    MIB_IPINTERFACE_ROW row;

    (void)state;
    assert_int_equal(GetIpInterfaceTable(AF_UNSPEC, &table), NO_ERROR);
    NET_LUID luid = table->Table[0].InterfaceLuid;
    FreeMibTable(table);

    assert_int_equal(GetIpInterfaceEntry(NULL), ERROR_INVALID_PARAMETER);
    memset(&row, 0, sizeof(row));
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_INVALID_PARAMETER);

    row.InterfaceLuid = luid;
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_INVALID_PARAMETER);
    for (size_t i = 0; i < ARRAY_SIZE(bad_families); i++) {
        row.Family = bad_families[i];
        assert_int_equal(GetIpInterfaceEntry(&row), ERROR_INVALID_PARAMETER);
    }

    /* Neither LUID nor index. */
    memset(&row, 0, sizeof(row));
    row.Family = AF_INET;
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_INVALID_PARAMETER);

    row.InterfaceIndex = UNKNOWN_INDEX;
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
    memset(&row, 0, sizeof(row));
    row.Family = AF_INET6;
    row.InterfaceLuid.Value = ~(ULONG64)0;
    assert_int_equal(GetIpInterfaceEntry(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_parameters), cmocka_unit_test(test_tables),
        cmocka_unit_test(test_entries),          cmocka_unit_test(test_values),
        cmocka_unit_test(test_entry_errors),
    };

    (void)argc;
    int rc = platform_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
