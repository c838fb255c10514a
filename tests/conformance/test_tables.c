/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Get…Table and Get…Entry of every kind: what is in the rows, and that the two agree. */
#include "table.h"

#include <stdio.h>
#include <string.h>

/* What is the same on every host: what Windows fixes, and what every row can tell. */
struct bounds {
    enum row_kind kind;
    ADDRESS_FAMILY family; /* AF_UNSPEC: both */
    const char *field;
    uint64_t least;
    uint64_t most;
};

static const struct bounds of_every_row[] = {
    {ROW_INTERFACE, AF_UNSPEC, "MinRouterAdvertisementInterval", 200, 200},
    {ROW_INTERFACE, AF_UNSPEC, "MaxRouterAdvertisementInterval", 600, 600},
    {ROW_INTERFACE, AF_UNSPEC, "MaxReassemblySize", 0, 0},
    {ROW_INTERFACE, AF_UNSPEC, "InterfaceIdentifier", 0, 0},
    {ROW_INTERFACE, AF_UNSPEC, "NlMtu", 68, UINT32_MAX},
    {ROW_INTERFACE, AF_INET, "SitePrefixLength", 64, 64},
    {ROW_UNICAST, AF_UNSPEC, "SkipAsSource", 0, 0},
    {ROW_UNICAST, AF_UNSPEC, "CreationTimeStamp", 1, UINT64_MAX},
    {ROW_UNICAST, AF_UNSPEC, "DadState", IpDadStateTentative, IpDadStatePreferred},
    {ROW_ROUTE, AF_UNSPEC, "Protocol", 1, UINT32_MAX},
    {ROW_NEIGHBOUR, AF_UNSPEC, "PhysicalAddressLength", 0, IF_MAX_PHYS_ADDRESS_LENGTH},
    {ROW_NEIGHBOUR, AF_UNSPEC, "State", NlnsUnreachable, NlnsPermanent},
    {ROW_NEIGHBOUR, AF_UNSPEC, "Flags", 0, 3},
};

/* Of things that the tests add (network.h). */
static const struct bounds of_new_rows[] = {
    {ROW_UNICAST, AF_INET, "OnLinkPrefixLength", 32, 32},
    {ROW_UNICAST, AF_INET6, "OnLinkPrefixLength", 128, 128},
    {ROW_UNICAST, AF_UNSPEC, "DadState", IpDadStatePreferred, IpDadStatePreferred},
    {ROW_UNICAST, AF_UNSPEC, "ValidLifetime", UINT32_MAX, UINT32_MAX},
    {ROW_UNICAST, AF_UNSPEC, "PreferredLifetime", UINT32_MAX, UINT32_MAX},
    {ROW_ROUTE, AF_UNSPEC, "Protocol", MIB_IPPROTO_NETMGMT, MIB_IPPROTO_NETMGMT},
    {ROW_ROUTE, AF_UNSPEC, "ValidLifetime", UINT32_MAX, UINT32_MAX},
    {ROW_NEIGHBOUR, AF_UNSPEC, "State", NlnsPermanent, NlnsPermanent},
    {ROW_NEIGHBOUR, AF_UNSPEC, "Flags", 0, 0},
};

/* What network_change() changes, by what comes of it: one of a kind's fields becomes another. */
static const struct bounds of_changed_rows[] = {
    {ROW_INTERFACE, AF_UNSPEC, "NlMtu", 68, UINT32_MAX},
    {ROW_UNICAST, AF_UNSPEC, "ValidLifetime", 1, 3600},
    {ROW_UNICAST, AF_UNSPEC, "PreferredLifetime", 1, 1800},
    {ROW_ROUTE, AF_UNSPEC, "Protocol", 1, UINT32_MAX},
    {ROW_ROUTE, AF_UNSPEC, "Metric", 0, UINT32_MAX},
    {ROW_NEIGHBOUR, AF_UNSPEC, "State", NlnsUnreachable, NlnsReachable},
};

static bool is_about(const struct bounds *bounds, enum row_kind kind, const void *row)
{
    return bounds->kind == kind &&
           (bounds->family == AF_UNSPEC || bounds->family == row_family(kind, row));
}

static void check_bounds(const struct bounds *bounds, size_t count, enum row_kind kind,
                         const void *row)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_about(&bounds[i], kind, row))
            continue;
        const struct row_field *field = row_field(kind, bounds[i].field);
        assert_non_null(field);
        uint64_t value = row_number(field, row);
        if (value < bounds[i].least || value > bounds[i].most)
            (void)printf("    %s is out of range\n", field->name);
        assert_in_range(value, bounds[i].least, bounds[i].most);
    }
}

static void check_address(const SOCKADDR_INET *address)
{
    assert_true(address->si_family == AF_INET || address->si_family == AF_INET6);
    if (address->si_family == AF_INET)
        assert_int_equal(address->Ipv4.sin_port, 0);
    else
        assert_int_equal(address->Ipv6.sin6_port, 0);
}

/* What each format promises. */
static void check_field(enum row_kind kind, const struct row_field *field, const void *row)
{
    ADDRESS_FAMILY family = row_family(kind, row);
    const SOCKADDR_INET *address;

    switch (field->format) {
    case FORMAT_FAMILY:
        assert_true(family == AF_INET || family == AF_INET6);
        break;
    case FORMAT_LUID:
    case FORMAT_INDEX:
        assert_true(row_number(field, row) != 0);
        break;
    case FORMAT_ADDRESS:
        check_address(row_field_in(field, row));
        break;
    case FORMAT_PREFIX_LENGTH:
        assert_true(row_number(field, row) <= (family == AF_INET ? 32 : 128));
        break;
    case FORMAT_ZONE:
        address = row_field_in(row_field_of_format(kind, FORMAT_ADDRESS), row);
        if (family == AF_INET6)
            assert_int_equal(row_number(field, row), address->Ipv6.sin6_scope_id);
        break;
    case FORMAT_LIFETIME:
    case FORMAT_NUMBER:
    case FORMAT_BYTES:
        break;
    }
}

static void check_row(enum row_kind kind, const void *row)
{
    const struct row_type *type = &row_types[kind];
    const struct row_field *valid = row_field(kind, "ValidLifetime");
    const struct row_field *preferred = row_field(kind, "PreferredLifetime");

    for (size_t i = 0; i < type->field_count; i++)
        check_field(kind, &type->fields[i], row);
    if (valid && preferred)
        assert_true(row_number(preferred, row) <= row_number(valid, row));
    check_bounds(of_every_row, ARRAY_SIZE(of_every_row), kind, row);
}

/* Both families: all that there is, and where the network is the tests' own, a thing of theirs too,
 * as not every implementation shows what the system has made. */
static struct table all_rows(enum row_kind kind)
{
    if (network_is_there())
        network_make_change(kind, AF_UNSPEC);
    struct table table = table_read(kind, AF_UNSPEC);
    assert_true(table.count > 0);
    return table;
}

/* Both families together are the two of them. */
static void test_by_family(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    const struct suite_subject *subject = *state;
    struct table both = all_rows(subject->kind);
    ULONG total = 0;

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        struct table table;
        DWORD rc = table_get(subject->kind, families[i], &table);

        if (rc == ERROR_NOT_FOUND) {
            assert_null(table.memory);
            continue;
        }
        assert_int_equal(rc, NO_ERROR);
        for (ULONG j = 0; j < table.count; j++)
            assert_int_equal(row_family(subject->kind, table_row(&table, j)), families[i]);
        total += table.count;
        table_free(&table);
    }
    assert_int_equal(both.count, total);
    table_free(&both);
}

static void test_values(void **state)
{
    const struct suite_subject *subject = *state;
    struct table table = all_rows(subject->kind);

    for (ULONG i = 0; i < table.count; i++)
        check_row(subject->kind, table_row(&table, i));
    table_free(&table);
}

/* ---- Entries of the rows that there are -------------------------------------------------------
 */

static DWORD get_entry(enum row_kind kind, union any_row *row)
{
    return row_types[kind].get_entry(row);
}

static void set_number(enum row_kind kind, enum row_format format, union any_row *row,
                       uint64_t value)
{
    const struct row_field *field = row_field_of_format(kind, format);

    memcpy(row_field_at(field, row), &value, field->size); /* the hosts' lower bytes come first */
}

/* The index in the place of the LUID. */
static void name_by_index(enum row_kind kind, union any_row *row, const void *known)
{
    const struct row_field *index = row_field_of_format(kind, FORMAT_INDEX);

    set_number(kind, FORMAT_LUID, row, 0);
    set_number(kind, FORMAT_INDEX, row, row_number(index, known));
}

static void expect_entry(enum row_kind kind, union any_row *row, const void *known)
{
    assert_int_equal(get_entry(kind, row), NO_ERROR);
    rows_expect_same_as_a_whole(kind, row, known);
}

static void set_ports(enum row_kind kind, union any_row *row)
{
    const struct row_type *type = &row_types[kind];

    for (size_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].format == FORMAT_ADDRESS)
            ((SOCKADDR_INET *)row_field_at(&type->fields[i], row))->Ipv4.sin_port = 0x5a5a;
    }
}

static void test_entries(void **state)
{
    const struct suite_subject *subject = *state;
    enum row_kind kind = subject->kind;
    struct table table = all_rows(kind);

    for (ULONG i = 0; i < table.count; i++) {
        const void *known = table_row(&table, i);
        struct row_key foreign = row_key(kind, known);
        union any_row row;

        /* What else is in the row is not looked at. */
        memset(&row, 0xcc, sizeof(row));
        row_copy(kind, &row, known, FIELD_KEY);
        expect_entry(kind, &row, known);
        row = row_with_key_of(kind, known);
        expect_entry(kind, &row, known);

        row = row_with_key_of(kind, known);
        name_by_index(kind, &row, known);
        expect_entry(kind, &row, known);

        /* Of a LUID and an index that disagree, the LUID counts. */
        row = row_with_key_of(kind, known);
        set_number(kind, FORMAT_INDEX, &row, UNKNOWN_INDEX);
        expect_entry(kind, &row, known);

        /* A port is no part of an address. */
        row = row_with_key_of(kind, known);
        set_ports(kind, &row);
        assert_int_equal(get_entry(kind, &row), NO_ERROR);

        /* What no interface has. */
        if (network_set_key(kind, 1, &foreign)) {
            memset(&row, 0, sizeof(row));
            row_set_key(kind, &row, &foreign);
            name_by_index(kind, &row, known);
            assert_int_equal(get_entry(kind, &row), ERROR_NOT_FOUND);
        }
    }
    table_free(&table);
}

/* LUIDs that nothing has, beside an index that something has. */
static void test_unknown_luid(void **state)
{
    static const unsigned bits[] = {0, 23, 24 + 23, 48, 63};
    const struct suite_subject *subject = *state;
    enum row_kind kind = subject->kind;
    struct table table = all_rows(kind);

    for (ULONG i = 0; i < table.count; i++) {
        const void *known = table_row(&table, i);
        uint64_t luid = row_number(row_field_of_format(kind, FORMAT_LUID), known);

        for (size_t j = 0; j <= ARRAY_SIZE(bits); j++) {
            union any_row row = row_with_key_of(kind, known);

            name_by_index(kind, &row, known);
            set_number(kind, FORMAT_LUID, &row,
                       j < ARRAY_SIZE(bits) ? luid ^ (uint64_t)1 << bits[j] : ~(uint64_t)0);
            assert_int_equal(get_entry(kind, &row), row_types[kind].unknown_luid);
        }
    }
    table_free(&table);
}

/* ---- Entries of rows that come and go ---------------------------------------------------------
 */

/* One bit more of the prefix, another next hop: what the row is not. */
static void expect_no_entry_beside(enum row_kind kind, const void *known)
{
    const struct row_type *type = &row_types[kind];
    ADDRESS_FAMILY family = row_family(kind, known);

    for (size_t i = 0; i < type->field_count; i++) {
        const struct row_field *field = &type->fields[i];
        union any_row row = row_with_key_of(kind, known);
        SOCKADDR_INET address = network_address(family, 2);

        if (!(field->roles & FIELD_KEY))
            continue;
        if (field->format == FORMAT_PREFIX_LENGTH)
            ++*(UINT8 *)row_field_at(field, &row);
        else if (field->format == FORMAT_ADDRESS)
            memcpy(row_field_at(field, &row), &address, sizeof(address));
        else
            continue;
        assert_int_equal(get_entry(kind, &row), ERROR_NOT_FOUND);
    }
}

static void expect_changed(enum row_kind kind, const void *row, const void *known)
{
    bool changed = false;

    check_bounds(of_changed_rows, ARRAY_SIZE(of_changed_rows), kind, row);
    for (size_t i = 0; i < ARRAY_SIZE(of_changed_rows); i++)
        changed =
            changed || (is_about(&of_changed_rows[i], kind, row) &&
                        !row_field_same(row_field(kind, of_changed_rows[i].field), row, known));
    assert_true(changed);
}

/* What comes is in the table of its family, and can be read by its key only; until it goes. */
static void test_new_row(void **state)
{
    const struct suite_subject *subject = *state;
    enum row_kind kind = subject->kind;
    union any_row known;

    network_add(kind, subject->family, 1);
    table_find(kind, subject->family, 1, &known);
    check_row(kind, &known);

    union any_row row = row_with_key_of(kind, &known);
    assert_int_equal(get_entry(kind, &row), NO_ERROR);
    check_row(kind, &row);
    check_bounds(of_new_rows, ARRAY_SIZE(of_new_rows), kind, &row);
    rows_expect_same_as_a_whole(kind, &row, &known);
    expect_no_entry_beside(kind, &known);

    network_change(kind, subject->family, 1);
    row = row_with_key_of(kind, &known);
    assert_int_equal(get_entry(kind, &row), NO_ERROR);
    expect_changed(kind, &row, &known);

    network_delete(kind, subject->family, 1);
    row = row_with_key_of(kind, &known);
    assert_int_equal(get_entry(kind, &row), ERROR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test_per_kind("tables_by_family", test_by_family, SUITE_TABLE),
        suite_test_per_kind("values", test_values, SUITE_TABLE),
        suite_test_per_kind("entries_agree_with_the_table", test_entries, SUITE_ENTRY),
        suite_test_per_kind("unknown_luid", test_unknown_luid, SUITE_ENTRY),
        suite_test_per_family("new_row", test_new_row, SUITE_ENTRY),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
