/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include <string.h>

/* Get…Table of that kind. A table that it does not give has no memory. */
static DWORD get(enum network_kind kind, ADDRESS_FAMILY family, struct table *ret_table)
{
    MIB_IPINTERFACE_TABLE *interfaces = NULL;
    MIB_UNICASTIPADDRESS_TABLE *addresses = NULL;
    MIB_IPFORWARD_TABLE2 *routes = NULL;
    DWORD rc = ERROR_INVALID_PARAMETER;

    memset(ret_table, 0, sizeof(*ret_table));
    switch (kind) {
    case NETWORK_INTERFACE:
        rc = GetIpInterfaceTable(family, &interfaces);
        if (interfaces)
            *ret_table = (struct table){interfaces, interfaces->Table, sizeof(interfaces->Table[0]),
                                        interfaces->NumEntries};
        break;
    case NETWORK_UNICAST:
        rc = GetUnicastIpAddressTable(family, &addresses);
        if (addresses)
            *ret_table = (struct table){addresses, addresses->Table, sizeof(addresses->Table[0]),
                                        addresses->NumEntries};
        break;
    case NETWORK_ROUTE:
        rc = GetIpForwardTable2(family, &routes);
        if (routes)
            *ret_table =
                (struct table){routes, routes->Table, sizeof(routes->Table[0]), routes->NumEntries};
        break;
    }
    return rc;
}

struct table table_read(enum network_kind kind, ADDRESS_FAMILY family)
{
    struct table table;

    assert_int_equal(get(kind, family, &table), NO_ERROR);
    assert_non_null(table.memory);
    return table;
}

void table_free(const struct table *table)
{
    FreeMibTable(table->memory);
}

const void *table_row(const struct table *table, ULONG i)
{
    return (const char *)table->rows + i * table->row_size;
}

void table_find(enum network_kind kind, ADDRESS_FAMILY family, unsigned number, void *ret_row)
{
    struct table table = table_read(kind, family);
    unsigned found = 0;

    for (ULONG i = 0; i < table.count; i++) {
        const void *row = table_row(&table, i);

        if (network_number(kind, family, row) != (int)number)
            continue;
        memcpy(ret_row, row, table.row_size);
        found++;
    }
    table_free(&table);
    assert_int_equal(found, 1);
}

/* Both families together are the two of them. */
void table_test_by_family(void **state)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};
    const struct suite_subject *subject = *state;
    struct table both = table_read(subject->kind, AF_UNSPEC);
    ULONG total = 0;

    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        struct table table;
        DWORD rc = get(subject->kind, families[i], &table);

        if (rc == ERROR_NOT_FOUND) {
            assert_null(table.memory);
            continue;
        }
        assert_int_equal(rc, NO_ERROR);
        for (ULONG j = 0; j < table.count; j++)
            assert_int_equal(network_family(subject->kind, table_row(&table, j)), families[i]);
        total += table.count;
        table_free(&table);
    }
    assert_int_equal(both.count, total);
    table_free(&both);
}
