/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Between the files that make the watch of connectivity hints: hint.c, which listens, and
 * hint_levels.c, which says what follows from what is known.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_HINT_H
#define SRC_BACKEND_NETLINK_WATCH_HINT_H

#include "backend/connectivity/manager.h"
#include "backend/netlink/watch/route.h"
#include "mib/row/hint.h"

struct hint_state {
    struct route_state routes; /* first: those of default routes */
    struct manager *manager;   /* NULL: no bus was there when it was last looked for */
    uint32_t manager_sought;   /* s, CLOCK_BOOTTIME: when that was */
    struct mib_hint told;      /* the host's row as programs know it */
};

static inline struct hint_state *hint_state_of(const struct backend_watch *watch)
{
    return watch->state;
}

/* The host's row. */
void watch_hint_of_host(struct backend_watch *watch, struct mib_hint *ret);

/* That row, and then one for each link. -ENOMEM; as the sink. */
int watch_hint_rows(struct backend_watch *watch, backend_sink sink, void *context);

#endif
