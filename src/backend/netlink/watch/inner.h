/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the files that make up a watch have of each other: watch.c, resync.c, changes.c, open.c. No
 * kind includes it.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_INNER_H
#define SRC_BACKEND_NETLINK_WATCH_INNER_H

#include "backend/netlink/watch/watch.h"

/* A resync that is not valid: so many tries at once, then after these pauses. */
enum { TRIES_AT_ONCE = 3, CALM_FIRST_MS = 20, CALM_LAST_MS = 2000, PAUSE_PER_RESYNC = 4 };

/*
 * After an overrun a resync waits until nothing has arrived for QUIET_MS, at most QUIET_AWAITED_MS
 * in all. A dump of a table that changes fast is slow, holds up the changes, overruns the receive
 * buffer once more, and is not valid in the end.
 */
enum { QUIET_MS = 20, QUIET_AWAITED_MS = 2000 };

/* On the thread that has the watch. */
static inline void watch_count(struct backend_watch *watch, unsigned int which)
{
    counter_add(&watch->counters[which], 1);
}

/* The dump that is under way, if one is, is not valid. */
static inline void watch_invalidate(struct backend_watch *watch, const char *flaw)
{
    if (!watch->resync.invalid)
        watch->resync.flaw = flaw;
    watch->resync.invalid = true;
}

/* watch.c */

/* Handles everything that has arrived. */
int watch_drain(struct backend_watch *watch);

/* Has the kind report what follows from all that is known, where all of it is of one moment. */
int watch_derive(struct backend_watch *watch);

/* resync.c */

/* As watch_request_resync, for another cause; and of all scopes. */
void resync_request(struct backend_watch *watch, enum resync_cause cause, enum resync_scope scope,
                    uint32_t ifindex);
void resync_request_all(struct backend_watch *watch, enum resync_cause cause);

/* Messages were lost: all is looked at again, once it is quiet. */
void resync_note_overrun(struct backend_watch *watch);

bool resync_is_pending(const struct backend_watch *watch);

/* Makes one of the resyncs that are requested. */
int resync_next(struct backend_watch *watch);

/* Reports the next changes of those that a resync found. */
int resync_report(struct backend_watch *watch);

/* Fills the tables; nothing is reported. */
int resync_initially(struct backend_watch *watch);

/* changes.c */

/* Queues the next changes, at most `limit`, of those that a resync found in the table. */
int changes_of_table(struct backend_watch *watch, struct instance_table *table, size_t limit,
                     bool *ret_done);

/* Gives as many changes as there is room for, and says how many. */
size_t changes_give(struct backend_watch *watch, void *changes, size_t size);

#endif
