/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the tables as fields of a line. */
#ifndef MIBWATCH_ROWS_H
#define MIBWATCH_ROWS_H

#include <stdbool.h>

#include "mibwatch_line.h"
#include "mibwatch_platform.h"

/*
 * Each adds a row's fields to a line. refresh_name is as in interface_name(). With details the
 * complete row is asked for and added too, or the error that the system gave instead.
 */
void row_interface(struct line *line, const MIB_IPINTERFACE_ROW *row, bool refresh_name,
                   bool details);
void row_address(struct line *line, const MIB_UNICASTIPADDRESS_ROW *row, bool refresh_name,
                 bool details);
void row_route(struct line *line, const MIB_IPFORWARD_ROW2 *row, bool refresh_name, bool details);

/* Add a whole table of addresses. at_once: it was there when asked for. */
void row_stable_table(struct line *line, const MIB_UNICASTIPADDRESS_TABLE *table, bool at_once);

#endif /* MIBWATCH_ROWS_H */
