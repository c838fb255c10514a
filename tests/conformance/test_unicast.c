/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetUnicastIpAddressTable and GetUnicastIpAddressEntry. */
#include "table.h"

#include <string.h>

/* One that no interface has. */
static SOCKADDR_INET foreign_address(void)
{
    return network_address(AF_INET, 1);
}

static void check_row(const MIB_UNICASTIPADDRESS_ROW *row)
{
    assert_int_not_equal(row->InterfaceIndex, 0);
    assert_true(row->InterfaceLuid.Value != 0);
    assert_int_equal(row->SkipAsSource, 0);
    assert_true(row->CreationTimeStamp.QuadPart != 0);
    assert_true(row->PreferredLifetime <= row->ValidLifetime);
    if (row->Address.si_family == AF_INET) {
        assert_true(row->OnLinkPrefixLength <= 32);
        assert_int_equal(row->Address.Ipv4.sin_port, 0);
    } else {
        assert_int_equal(row->Address.si_family, AF_INET6);
        assert_true(row->OnLinkPrefixLength <= 128);
        assert_int_equal(row->Address.Ipv6.sin6_port, 0);
        assert_int_equal(row->ScopeId.Value, row->Address.Ipv6.sin6_scope_id);
    }
    assert_in_range(row->DadState, IpDadStateTentative, IpDadStatePreferred);
}

static void compare_rows(const MIB_UNICASTIPADDRESS_ROW *a, const MIB_UNICASTIPADDRESS_ROW *b)
{
    assert_memory_equal(&a->Address, &b->Address, sizeof(a->Address));
    assert_true(a->InterfaceLuid.Value == b->InterfaceLuid.Value);
    assert_int_equal(a->InterfaceIndex, b->InterfaceIndex);
    assert_int_equal(a->PrefixOrigin, b->PrefixOrigin);
    assert_int_equal(a->SuffixOrigin, b->SuffixOrigin);
    assert_int_equal(a->OnLinkPrefixLength, b->OnLinkPrefixLength);
    assert_int_equal(a->ScopeId.Value, b->ScopeId.Value);
}

static void test_entries(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    (void)state;
    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_UNICASTIPADDRESS_ROW *known = &table->Table[i];
        MIB_UNICASTIPADDRESS_ROW row;

        check_row(known);
        memset(&row, 0, sizeof(row));
        row.Address = known->Address;
        row.InterfaceLuid = known->InterfaceLuid;
        assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
        compare_rows(&row, known);

        memset(&row, 0, sizeof(row));
        row.Address = known->Address;
        row.InterfaceIndex = known->InterfaceIndex;
        assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
        compare_rows(&row, known);

        /* A port is no part of an address; of a LUID and an index the LUID counts. */
        memset(&row, 0, sizeof(row));
        row.Address = known->Address;
        row.Address.Ipv4.sin_port = 0x5a5a;
        row.InterfaceLuid = known->InterfaceLuid;
        row.InterfaceIndex = UNKNOWN_INDEX;
        assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);

        memset(&row, 0, sizeof(row));
        row.Address = foreign_address();
        row.InterfaceIndex = known->InterfaceIndex;
        assert_int_equal(GetUnicastIpAddressEntry(&row), ERROR_NOT_FOUND);
    }
    FreeMibTable(table);
}

/* A LUID that nothing has, beside an index that something has. */
static void test_unknown_luid(void **state)
{
    MIB_UNICASTIPADDRESS_TABLE *table = NULL;

    (void)state;
    assert_int_equal(GetUnicastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        static const unsigned bits[] = {0, 23, 24 + 23, 48, 63};

        for (size_t j = 0; j < ARRAY_SIZE(bits); j++) {
            MIB_UNICASTIPADDRESS_ROW row;

            memset(&row, 0, sizeof(row));
            row.Address = table->Table[i].Address;
            row.InterfaceLuid.Value = table->Table[i].InterfaceLuid.Value ^ (ULONG64)1 << bits[j];
            row.InterfaceIndex = table->Table[i].InterfaceIndex;
            assert_int_equal(GetUnicastIpAddressEntry(&row), ERROR_FILE_NOT_FOUND);
        }
    }
    FreeMibTable(table);
}

/* An address that comes is in the table, and can be read; until it goes. */
static void test_new_address(void **state)
{
    const struct suite_subject *subject = *state;
    MIB_UNICASTIPADDRESS_ROW known;
    MIB_UNICASTIPADDRESS_ROW row;

    memset(&row, 0, sizeof(row));
    network_add(NETWORK_UNICAST, subject->family, 1);
    table_find(NETWORK_UNICAST, subject->family, 1, &known);
    row.Address = known.Address;
    row.InterfaceLuid = known.InterfaceLuid;
    assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
    assert_int_equal(row.OnLinkPrefixLength, network_address_length(subject->family));
    assert_int_equal(row.DadState, IpDadStatePreferred);
    assert_int_equal(row.ValidLifetime, 0xffffffff);
    assert_int_equal(row.PreferredLifetime, 0xffffffff);
    check_row(&row);

    network_change(NETWORK_UNICAST, subject->family, 1);
    assert_int_equal(GetUnicastIpAddressEntry(&row), NO_ERROR);
    assert_in_range(row.ValidLifetime, 1, 3600);
    assert_in_range(row.PreferredLifetime, 1, 1800);
    network_delete(NETWORK_UNICAST, subject->family, 1);
    assert_int_equal(GetUnicastIpAddressEntry(&row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        suite_test("tables_by_family", table_test_by_family, &suite_unicast4),
        suite_test("entries_agree_with_the_table", test_entries, NULL),
        suite_test("unknown_luid", test_unknown_luid, NULL),
        suite_test("new_address.ipv4", test_new_address, &suite_unicast4),
        suite_test("new_address.ipv6", test_new_address, &suite_unicast6),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
