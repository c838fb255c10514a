/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Initialize functions: what they make of each field; and FreeMibTable. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* Fields of more than eight bytes are zero as a whole. */
struct expectation {
    enum row_kind kind;
    const char *field;
    uint64_t value;
};

static const struct expectation expectations[] = {
    {ROW_INTERFACE, "Family", AF_UNSPEC},
    {ROW_INTERFACE, "InterfaceLuid", 0},
    {ROW_INTERFACE, "InterfaceIndex", 0},
    {ROW_INTERFACE, "MaxReassemblySize", 0},
    {ROW_INTERFACE, "InterfaceIdentifier", 0},
    {ROW_INTERFACE, "MinRouterAdvertisementInterval", 0},
    {ROW_INTERFACE, "MaxRouterAdvertisementInterval", 0},
    {ROW_INTERFACE, "AdvertisingEnabled", 0},
    {ROW_INTERFACE, "ForwardingEnabled", 0},
    {ROW_INTERFACE, "WeakHostSend", 0},
    {ROW_INTERFACE, "WeakHostReceive", 0},
    {ROW_INTERFACE, "UseAutomaticMetric", 0},
    {ROW_INTERFACE, "DadTransmits", 0},
    {ROW_INTERFACE, "SitePrefixLength", 0},
    {ROW_INTERFACE, "Metric", 0},
    {ROW_INTERFACE, "NlMtu", 0},
    {ROW_INTERFACE, "Connected", 0},
    {ROW_INTERFACE, "DisableDefaultRoutes", 0},
    {ROW_INTERFACE, "ZoneIndices", 0},
    {ROW_UNICAST, "Address", 0},
    {ROW_UNICAST, "InterfaceLuid", 0},
    {ROW_UNICAST, "InterfaceIndex", 0},
    {ROW_UNICAST, "PrefixOrigin", (uint32_t)IpPrefixOriginUnchanged},
    {ROW_UNICAST, "SuffixOrigin", (uint32_t)IpSuffixOriginUnchanged},
    {ROW_UNICAST, "ValidLifetime", UINT32_MAX},
    {ROW_UNICAST, "PreferredLifetime", UINT32_MAX},
    {ROW_UNICAST, "OnLinkPrefixLength", 255},
    {ROW_UNICAST, "SkipAsSource", 0},
    {ROW_UNICAST, "DadState", IpDadStateInvalid},
    {ROW_UNICAST, "ScopeId.Value", 0},
    {ROW_UNICAST, "CreationTimeStamp", 0},
    {ROW_ROUTE, "InterfaceLuid", 0},
    {ROW_ROUTE, "InterfaceIndex", 0},
    {ROW_ROUTE, "DestinationPrefix.Prefix", 0},
    {ROW_ROUTE, "DestinationPrefix.PrefixLength", 0},
    {ROW_ROUTE, "NextHop", 0},
    {ROW_ROUTE, "SitePrefixLength", 255},
    {ROW_ROUTE, "ValidLifetime", UINT32_MAX},
    {ROW_ROUTE, "PreferredLifetime", UINT32_MAX},
    {ROW_ROUTE, "Metric", UINT32_MAX},
    {ROW_ROUTE, "Protocol", UINT32_MAX},
    {ROW_ROUTE, "Loopback", TRUE},
    {ROW_ROUTE, "AutoconfigureAddress", TRUE},
    {ROW_ROUTE, "Publish", TRUE},
    {ROW_ROUTE, "Immortal", TRUE},
    {ROW_ROUTE, "Age", 0},
    {ROW_ROUTE, "Origin", NlroManual},
};

static void check_expectation(const struct expectation *expected, const void *row)
{
    static const uint8_t zeros[64];
    const struct row_field *field = row_field(expected->kind, expected->field);

    assert_non_null(field);
    if (field->size > sizeof(uint64_t)) {
        assert_in_range(field->size, 0, sizeof(zeros));
        assert_memory_equal(row_field_in(field, row), zeros, field->size);
        return;
    }
    if (row_number(field, row) != expected->value)
        (void)printf("    %s\n", field->name);
    assert_true(row_number(field, row) == expected->value);
}

/* Padding is nobody's business: rows are made of other bytes, then looked at field by field. */
static void test_entry(void **state)
{
    const struct suite_subject *subject = *state;
    size_t count = 0;
    union any_row row;

    memset(&row, 0xcc, sizeof(row));
    row_types[subject->kind].initialize(&row);
    for (size_t i = 0; i < ARRAY_SIZE(expectations); i++) {
        if (expectations[i].kind != subject->kind)
            continue;
        check_expectation(&expectations[i], &row);
        count++;
    }
    assert_true(count > 0);
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
    static const struct suite_test tests[] = {
        suite_test_per_kind("initialized_entry", test_entry, SUITE_INITIALIZE),
        suite_test("FreeMibTable_of_nothing", test_free_nothing, NULL),
        suite_test("tables_are_independent", test_independent_tables, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
