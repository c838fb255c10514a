/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's table of connectivity hints: the host's first, then those of interfaces. */
#include <string.h>

#include "mibshow_table.h"
#include "names.h"

struct hint_row {
    NET_LUID InterfaceLuid; /* 0: of the host */
    NET_IFINDEX InterfaceIndex;
    NL_NETWORK_CONNECTIVITY_HINT is;
};

#define ROW struct hint_row
#define HINT(member, how, words_of_it, ...)                                                        \
    {                                                                                              \
        .name = #member, .offset = offsetof(ROW, is.member),                                       \
        .size = sizeof(((ROW *)0)->is.member), .format = FORMAT_##how, .heading = (words_of_it),   \
        __VA_ARGS__                                                                                \
    }
static const struct field hint_list[] = {
    FIELD_INTERFACE(ROW, InterfaceLuid),
    FIELD(ROW, InterfaceLuid, LUID),
    FIELD(ROW, InterfaceIndex, NUMBER),
    HINT(ConnectivityLevel, WORD, "connectivity", .words = &words_connectivity),
    HINT(ConnectivityCost, WORD, "cost", .words = &words_cost),
    HINT(ApproachingDataLimit, BOOLEAN, "near data limit"),
    HINT(OverDataLimit, BOOLEAN, "over data limit"),
    HINT(Roaming, BOOLEAN, "roaming"),
};
#undef ROW

static void add_interfaces(struct report *report, struct row_list *list)
{
    MIB_IF_TABLE2 *table = NULL;
    DWORD error = CALL(GetIfTable2, &table);

    if (error != NO_ERROR) {
        report_failed(report, "GetIfTable2", NULL, error);
        return;
    }
    for (ULONG i = 0; i < table->NumEntries && error != ERROR_PROC_NOT_FOUND; i++) {
        const MIB_IF_ROW2 *link = &table->Table[i];
        struct hint_row row;
        char name[INTERFACE_NAME_SIZE];

        memset(&row, 0, sizeof(row));
        row.InterfaceLuid = link->InterfaceLuid;
        row.InterfaceIndex = link->InterfaceIndex;
        error = CALL(GetNetworkConnectivityHintForInterface, link->InterfaceIndex, &row.is);
        interface_name(&link->InterfaceLuid, link->InterfaceIndex, false, name);
        if (error != NO_ERROR)
            report_failed(report, "GetNetworkConnectivityHintForInterface", name, error);
        else
            (void)row_list_add(list, report, &row, sizeof(row));
    }
    FreeMibTable(table);
}

static void read_hints(const struct request *request, struct report *report, struct rows *ret_rows)
{
    struct row_list list = {.count = 0};
    struct hint_row row;
    DWORD error;

    (void)request;
    memset(&row, 0, sizeof(row));
    error = CALL(GetNetworkConnectivityHint, &row.is);
    if (error != NO_ERROR)
        report_failed(report, "GetNetworkConnectivityHint", NULL, error);
    else
        (void)row_list_add(&list, report, &row, sizeof(row));
    add_interfaces(report, &list);
    row_list_give(&list, sizeof(row), ret_rows);
}

static const struct fields hint_fields = FIELDS_OF(hint_list);

const struct shown_table table_hints = {
    .name = "hints",
    .title = "Connectivity",
    .function = "GetNetworkConnectivityHint",
    .layout = LAYOUT_COLUMNS,
    .fields = &hint_fields,
    .read = read_hints,
};
