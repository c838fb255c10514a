/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the tables as fields of a line. */
#ifndef MIBWATCH_ROWS_H
#define MIBWATCH_ROWS_H

#include <stdbool.h>

#include "line.h"
#include "platform.h"

/*
 * Each adds a row's fields to a line. refresh_name is as in interface_name(). With details the
 * complete row is asked for and added too, or the error that the system gave instead.
 */
/* NOLINTNEXTLINE(bugprone-macro-parentheses): names do not go in parentheses */
#define ROW_KIND(KIND, name, type, table, get_table, notify)                                       \
    void row_##name(struct line *line, const type *row, bool refresh_name, bool details);
#include "mibwatch_kinds.def"

/* Add a whole table of addresses. at_once: it was there when asked for. */
void row_stable_table(struct line *line, const MIB_UNICASTIPADDRESS_TABLE *table, bool at_once);

/* Add the host's connectivity hint. */
void row_hint(struct line *line, const NL_NETWORK_CONNECTIVITY_HINT *hint);

#endif /* MIBWATCH_ROWS_H */
