/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a watch has counted, as the backend gives it, across Wine's calls, too. The counters and the
 * causes of resyncs are lists of rows.
 */
#ifndef SRC_MIB_WATCH_COUNTERS_H
#define SRC_MIB_WATCH_COUNTERS_H

#include <stdint.h>

enum resync_cause {
#define RESYNC_CAUSE(id, name, field) RESYNC_CAUSE_##id,
#include "mib/resync_causes.def"
#undef RESYNC_CAUSE
    RESYNC_CAUSES
};

/* The resyncs of each cause come behind the others. */
enum watch_counter {
#define WATCH_COUNTER(id, name, field) WATCH_COUNTER_##id,
#include "mib/watch_counters.def"
#undef WATCH_COUNTER
    WATCH_COUNTER_RESYNCS,
    WATCH_COUNTERS = WATCH_COUNTER_RESYNCS + RESYNC_CAUSES
};

struct mib_watch_counters {
    _Alignas(8) uint64_t values[WATCH_COUNTERS];
};

#endif
