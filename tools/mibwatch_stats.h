/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mibwatch's registrations have counted, as lines on standard error. */
#ifndef MIBWATCH_STATS_H
#define MIBWATCH_STATS_H

#include <stdbool.h>

#include "line.h"
#include "mibwatch_options.h"
#include "platform.h"

/*
 * Have callbacks timed; called before any registration is made. False: the library is one that does
 * not count, and standard error says so.
 */
bool stats_begin(void);

/*
 * Print a line for each registration; a handle that is NULL is none.
 *
 * changed_only: only for those that have counted something since their last line
 * Context: one thread at a time, no lock held.
 */
void stats_print(const HANDLE handles[KIND_COUNT], enum line_format line_format, bool changed_only);

#endif /* MIBWATCH_STATS_H */
