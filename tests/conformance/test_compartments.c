/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Compartments, as there is one of them, and the forwarding layer's virtual interfaces, as there
 * are none.
 */
#include "suite.h"

#include <string.h>

static void expect_primary(void)
{
    NET_IF_COMPARTMENT_SCOPE scope = NET_IF_COMPARTMENT_SCOPE_ALL;
    NET_IF_COMPARTMENT_ID id = 9;

    assert_int_equal(GetCurrentThreadCompartmentId(), NET_IF_COMPARTMENT_ID_PRIMARY);
    assert_int_equal(GetDefaultCompartmentId(), NET_IF_COMPARTMENT_ID_PRIMARY);
    assert_int_equal(GetSessionCompartmentId(0), NET_IF_COMPARTMENT_ID_PRIMARY);
    GetCurrentThreadCompartmentScope(&scope, &id);
    assert_int_equal(scope, NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED);
    assert_int_equal(id, NET_IF_COMPARTMENT_ID_PRIMARY);
    GetCurrentThreadCompartmentScope(NULL, NULL);
}

static void test_ids(void **state)
{
    (void)state;
    expect_primary();
    for (NET_IF_COMPARTMENT_ID id = 0; id <= NET_IF_COMPARTMENT_ID_PRIMARY; id++) {
        assert_int_equal(SetCurrentThreadCompartmentId(id), NO_ERROR);
        assert_int_equal(SetSessionCompartmentId(1, id), NO_ERROR);
    }
    assert_int_equal(SetCurrentThreadCompartmentId(2), ERROR_NOT_FOUND);
    assert_int_equal(SetCurrentThreadCompartmentScope(NET_IF_COMPARTMENT_SCOPE_UNSPECIFIED),
                     NO_ERROR);
    assert_int_equal(SetCurrentThreadCompartmentScope(NET_IF_COMPARTMENT_SCOPE_ALL),
                     ERROR_NOT_SUPPORTED);
    expect_primary();
}

static void test_guid(void **state)
{
    NET_IF_COMPARTMENT_ID id = 0;
    GUID guid = {.Data1 = 0};

    (void)state;
    assert_int_equal(ConvertCompartmentIdToGuid(GetDefaultCompartmentId(), &guid), NO_ERROR);
    assert_int_equal(ConvertCompartmentGuidToId(&guid, &id), NO_ERROR);
    assert_int_equal(id, GetDefaultCompartmentId());
    assert_int_equal(guid.Data1, 0xb1062982);
    guid.Data4[7] ^= 1;
    assert_int_equal(ConvertCompartmentGuidToId(&guid, &id), ERROR_NOT_FOUND);
    assert_int_equal(id, GetDefaultCompartmentId());
}

static void test_job(void **state)
{
    (void)state;
#ifdef _WIN32
    HANDLE job = CreateJobObjectW(NULL, NULL);

    assert_non_null(job);
    assert_int_equal(GetJobCompartmentId(job), NET_IF_COMPARTMENT_ID_PRIMARY);
    assert_int_equal(SetJobCompartmentId(job, NET_IF_COMPARTMENT_ID_PRIMARY), NO_ERROR);
    assert_int_equal(SetJobCompartmentId(job, 2), ERROR_NOT_FOUND);
    assert_true(CloseHandle(job));
#endif
    assert_int_equal(GetJobCompartmentId((HANDLE)(uintptr_t)0x7ffffff0),
                     NET_IF_COMPARTMENT_ID_UNSPECIFIED);
}

static void test_virtual_interfaces(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_UNSPEC, AF_INET, AF_INET6};
    MIB_FL_VIRTUAL_INTERFACE_ROW row;
    MIB_FL_VIRTUAL_INTERFACE_ROW zero;

    (void)state;
    memset(&zero, 0, sizeof(zero));
    memset(&row, 0xff, sizeof(row));
    InitializeFlVirtualInterfaceEntry(&row);
    InitializeFlVirtualInterfaceEntry(NULL);
    assert_memory_equal(&row, &zero, sizeof(row));
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        MIB_FL_VIRTUAL_INTERFACE_TABLE *table = NULL;

        assert_int_equal(GetFlVirtualInterfaceTable(families[i], &table), NO_ERROR);
        assert_int_equal(table->NumEntries, 0);
        FreeMibTable(table);
    }
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("ids", test_ids, NULL),
        suite_test("guid", test_guid, NULL),
        suite_test("job", test_job, NULL),
        suite_test("virtual_interfaces", test_virtual_interfaces, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
