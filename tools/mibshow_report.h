/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mibshow prints: tables as text or as one JSON object, and what has failed. */
#ifndef MIBSHOW_REPORT_H
#define MIBSHOW_REPORT_H

#include "mibshow_table.h"

/* Begin the report. The head of a text tells the versions; JSON always does. */
struct report *report_begin(bool json, bool head);

/* Add a table, read at that time. */
void report_table(struct report *report, const struct shown_table *table,
                  const struct request *request);

/**
 * End the report and free it.
 *
 * @return the program's exit status: 1 if a function has failed or not all could be written
 */
int report_end(struct report *report);

#endif /* MIBSHOW_REPORT_H */
