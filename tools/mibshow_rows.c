/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows that mibshow's tables are made of one by one. */
#include <stdlib.h>
#include <string.h>

#include "mibshow_table.h"

bool row_list_add(struct row_list *list, struct report *report, const void *row, size_t size)
{
    if (list->count == list->room) {
        size_t room = 2 * list->room + 4;
        char *grown = realloc(list->rows, room * size);

        if (grown == NULL) {
            report_failed(report, "realloc", NULL, ERROR_NOT_ENOUGH_MEMORY);
            return false;
        }
        list->rows = grown;
        list->room = room;
    }
    memcpy(list->rows + list->count++ * size, row, size);
    return true;
}

void row_list_give(struct row_list *list, size_t size, struct rows *ret_rows)
{
    *ret_rows = (struct rows){.first = list->rows,
                              .count = list->count,
                              .stride = size,
                              .memory = list->rows,
                              .release = free};
    memset(list, 0, sizeof(*list));
}

ADDRESS_FAMILY request_family(const struct request *request, unsigned int number)
{
    static const ADDRESS_FAMILY families[] = {AF_INET, AF_INET6};

    if (request->family != AF_UNSPEC)
        return number == 0 ? request->family : 0;
    return number < ARRAY_SIZE(families) ? families[number] : 0;
}
