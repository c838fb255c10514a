/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One truth: what one function calls an interface is known to every other by that. Each function
 * that shows interfaces is a row of `showers`; each way to call one is a check of
 * check_interface(). The network is one with interfaces, addresses, routes and neighbours made by
 * the test.
 */
#include "suite.h"
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An interface as some function shows it; 0: it does not show that. */
struct shown {
    const char *by;
    NET_LUID luid;
    NET_IFINDEX index;
};

struct shown_list {
    struct shown *items;
    size_t count;
};

static void add(struct shown_list *list, const char *by, NET_LUID luid, NET_IFINDEX index)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].by == by && list->items[i].luid.Value == luid.Value &&
            list->items[i].index == index)
            return;
    list->items = realloc(list->items, (list->count + 1) * sizeof(*list->items));
    assert_non_null(list->items);
    list->items[list->count++] = (struct shown){by, luid, index};
}

/* ---- Who shows interfaces ------------------------------------------------------------------ */

static void show_rows(struct shown_list *list, const char *by, enum row_kind kind)
{
    struct table table = table_read(kind, AF_UNSPEC);

    for (ULONG i = 0; i < table.count; i++) {
        void *row = (void *)table_row(&table, i);
        NET_LUID luid;
        NET_IFINDEX index;

        memcpy(&luid, row_field_at(row_field_of_format(kind, FORMAT_LUID), row), sizeof(luid));
        memcpy(&index, row_field_at(row_field_of_format(kind, FORMAT_INDEX), row), sizeof(index));
        add(list, by, luid, index);
    }
    table_free(&table);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    static void show_##name(struct shown_list *list)                                               \
    {                                                                                              \
        show_rows(list, #get_table, ROW_##KIND);                                                   \
    }
#include "row_kinds.def"
/* NOLINTEND(bugprone-macro-parentheses) */

static void show_interfaces(struct shown_list *list)
{
    MIB_IF_TABLE2 *table = NULL;

    assert_int_equal(GetIfTable2(&table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        add(list, "GetIfTable2", table->Table[i].InterfaceLuid, table->Table[i].InterfaceIndex);
    FreeMibTable(table);
}

static void show_groups(struct shown_list *list)
{
    MIB_MULTICASTIPADDRESS_TABLE *table = NULL;

    assert_int_equal(GetMulticastIpAddressTable(AF_UNSPEC, &table), NO_ERROR);
    for (ULONG i = 0; i < table->NumEntries; i++)
        add(list, "GetMulticastIpAddressTable", table->Table[i].InterfaceLuid,
            table->Table[i].InterfaceIndex);
    FreeMibTable(table);
}

/* The older tables have indexes only. */

static DWORD older_interfaces(void *buffer, ULONG *size)
{
    return GetIfTable(buffer, size, FALSE);
}

static DWORD older_addresses(void *buffer, ULONG *size)
{
    return GetIpAddrTable(buffer, size, FALSE);
}

static DWORD older_routes(void *buffer, ULONG *size)
{
    return GetIpForwardTable(buffer, size, FALSE);
}

static DWORD older_neighbours(void *buffer, ULONG *size)
{
    return GetIpNetTable(buffer, size, FALSE);
}

static const struct {
    const char *name;
    DWORD (*get)(void *buffer, ULONG *size);
    size_t rows_offset;
    size_t row_size;
    size_t index_offset; /* in a row */
} older_tables[] = {
    {"GetIfTable", older_interfaces, offsetof(MIB_IFTABLE, table), sizeof(MIB_IFROW),
     offsetof(MIB_IFROW, dwIndex)},
    {"GetIpAddrTable", older_addresses, offsetof(MIB_IPADDRTABLE, table), sizeof(MIB_IPADDRROW),
     offsetof(MIB_IPADDRROW, dwIndex)},
    {"GetIpForwardTable", older_routes, offsetof(MIB_IPFORWARDTABLE, table),
     sizeof(MIB_IPFORWARDROW), offsetof(MIB_IPFORWARDROW, dwForwardIfIndex)},
    {"GetIpNetTable", older_neighbours, offsetof(MIB_IPNETTABLE, table), sizeof(MIB_IPNETROW),
     offsetof(MIB_IPNETROW, dwIndex)},
};

static void show_older(struct shown_list *list)
{
    for (size_t i = 0; i < ARRAY_SIZE(older_tables); i++) {
        UCHAR *buffer = table_in_buffer(older_tables[i].get, ERROR_INSUFFICIENT_BUFFER);
        ULONG count;

        memcpy(&count, buffer, sizeof(count));
        for (ULONG j = 0; j < count; j++) {
            const UCHAR *row = buffer + older_tables[i].rows_offset + j * older_tables[i].row_size;
            NET_LUID luid = {.Value = 0};
            NET_IFINDEX index;

            memcpy(&index, row + older_tables[i].index_offset, sizeof(index));
            assert_int_equal(ConvertInterfaceIndexToLuid(index, &luid), NO_ERROR);
            add(list, older_tables[i].name, luid, index);
        }
        free(buffer);
    }
}

static void (*const showers[])(struct shown_list *list) = {
    show_interfaces,
    show_groups,
    show_older,
#define ROW_KIND(KIND, name, row, table, get_table, get_entry, unknown_luid, initialize, notify)   \
    show_##name,
#include "row_kinds.def"
};

/* ---- The tests ----------------------------------------------------------------------------- */

static struct shown_list everything(void)
{
    struct shown_list list = {0};

    for (size_t i = 0; i < ARRAY_SIZE(showers); i++)
        showers[i](&list);
    assert_true(list.count >= ARRAY_SIZE(showers));
    return list;
}

static void make_network(void)
{
    if (!network_is_there())
        return;
    network_add_variety();
    for (unsigned number = 1; number <= 3; number++) {
        network_add(ROW_INTERFACE, AF_INET, number);
        network_add(ROW_UNICAST, AF_INET, number);
        network_add(ROW_UNICAST, AF_INET6, number);
        network_add(ROW_ROUTE, AF_INET, number);
        network_add(ROW_ROUTE, AF_INET6, number);
        network_add(ROW_NEIGHBOUR, AF_INET, number);
        network_add(ROW_NEIGHBOUR, AF_INET6, number);
    }
}

/* Two functions never call one interface by different LUIDs, or two interfaces by one. */
static void test_pairs(void **state)
{
    unsigned failures = 0;

    (void)state;
    make_network();
    struct shown_list list = everything();
    for (size_t i = 0; i < list.count; i++) {
        for (size_t j = 0; j < i; j++) {
            const struct shown *a = &list.items[i];
            const struct shown *b = &list.items[j];

            if ((a->luid.Value == b->luid.Value) == (a->index == b->index))
                continue;
            (void)printf("    %s: index %u, LUID %llx; %s: index %u, LUID %llx\n", a->by,
                         (unsigned)a->index, (unsigned long long)a->luid.Value, b->by,
                         (unsigned)b->index, (unsigned long long)b->luid.Value);
            failures++;
        }
    }
    free(list.items);
    assert_int_equal(failures, 0);
}

static unsigned check_interface(const struct shown *shown)
{
    WCHAR alias[IF_MAX_STRING_SIZE + 1];
    char name[IF_MAX_STRING_SIZE + 1];
    NET_LUID luid = {.Value = 0};
    NET_IFINDEX index = 0;
    GUID guid;
    MIB_IF_ROW2 row;
    const char *wrong = NULL;

    memset(&row, 0, sizeof(row));
    row.InterfaceLuid = shown->luid;
    if (ConvertInterfaceIndexToLuid(shown->index, &luid) != NO_ERROR ||
        luid.Value != shown->luid.Value)
        wrong = "ConvertInterfaceIndexToLuid";
    else if (ConvertInterfaceLuidToIndex(&shown->luid, &index) != NO_ERROR || index != shown->index)
        wrong = "ConvertInterfaceLuidToIndex";
    else if (ConvertInterfaceLuidToAlias(&shown->luid, alias, ARRAY_SIZE(alias)) != NO_ERROR)
        wrong = "ConvertInterfaceLuidToAlias";
    else if (ConvertInterfaceAliasToLuid(alias, &luid) != NO_ERROR ||
             luid.Value != shown->luid.Value)
        wrong = "ConvertInterfaceAliasToLuid";
    else if (ConvertInterfaceLuidToGuid(&shown->luid, &guid) != NO_ERROR)
        wrong = "ConvertInterfaceLuidToGuid";
    else if (ConvertInterfaceGuidToLuid(&guid, &luid) != NO_ERROR ||
             luid.Value != shown->luid.Value)
        wrong = "ConvertInterfaceGuidToLuid";
    else if (ConvertInterfaceLuidToNameA(&shown->luid, name, sizeof(name)) != NO_ERROR)
        wrong = "ConvertInterfaceLuidToNameA";
    else if (ConvertInterfaceNameToLuidA(name, &luid) != NO_ERROR ||
             luid.Value != shown->luid.Value)
        wrong = "ConvertInterfaceNameToLuidA";
    else if (GetIfEntry2(&row) != NO_ERROR || row.InterfaceIndex != shown->index ||
             memcmp(&row.InterfaceGuid, &guid, sizeof(guid)) != 0)
        wrong = "GetIfEntry2";
    if (wrong)
        (void)printf("    %s: index %u, LUID %llx: %s does not agree\n", shown->by,
                     (unsigned)shown->index, (unsigned long long)shown->luid.Value, wrong);
    return wrong != NULL;
}

static void test_conversions(void **state)
{
    unsigned failures = 0;

    (void)state;
    make_network();
    struct shown_list list = everything();
    for (size_t i = 0; i < list.count; i++)
        failures += check_interface(&list.items[i]);
    free(list.items);
    assert_int_equal(failures, 0);
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("pairs", test_pairs, NULL),
        suite_test("conversions", test_conversions, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
