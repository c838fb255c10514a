/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A watch for a thread that serves many: instead of waiting it says what it would wait for. For
 * the host's half of the DLL; everybody else has backend_watch_wait.
 */
#ifndef SRC_BACKEND_NETLINK_WATCH_TAKE_H
#define SRC_BACKEND_NETLINK_WATCH_TAKE_H

#include "backend/backend.h"

struct watch_wait {
    bool needed;
    uint32_t limit_ms; /* no longer than that; UINT32_MAX: for ever */
    int source_fd;     /* news may come here, too; -1: nowhere but from watch_descriptor() */
    short source_events;
};

/*
 * As backend_watch_wait, but where that would wait: -EAGAIN, and *ret_wait. A call after that, for
 * whatever reason, is fine. It does wait for the kernel's answers, as that does.
 */
int watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count,
               struct watch_wait *ret_wait);

/* What becomes readable when the kernel has news, or the watch is interrupted; for its whole life.
 */
int watch_descriptor(const struct backend_watch *watch);

#endif
