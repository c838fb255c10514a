/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A watch's lines in the log. Callers ask log_wants() first, so that no line costs anything. */
#ifndef SRC_BACKEND_NETLINK_WATCH_WATCH_LOG_H
#define SRC_BACKEND_NETLINK_WATCH_WATCH_LOG_H

#include "backend/log.h"
#include "backend/netlink/watch/watch.h"

/* LOG_WATCH: it is open; it is about to be closed. */
void watch_log_open(const struct backend_watch *watch);
void watch_log_close(const struct backend_watch *watch);

/* LOG_ERROR, with a negative errno: it cannot be opened; or it looks at everything again. */
void watch_log_not_open(const struct backend_watch *watch, int error);
void watch_log_error(const struct backend_watch *watch, int error);

/* LOG_MESSAGE: an event, before it is applied. */
void watch_log_message(const struct backend_watch *watch, const struct nlmsghdr *message);

/* LOG_OVERRUN */
void watch_log_overrun(const struct backend_watch *watch);

/* LOG_RESYNC: the resync that begins. */
void watch_log_resync(const struct backend_watch *watch);

/*
 * LOG_DUMP: its dump is judged, and not taken over yet. `error`: what kept it from being taken.
 * `now_ms` is by the clock that the watch's times are of.
 */
void watch_log_dump(const struct backend_watch *watch, bool valid, int error, uint64_t now_ms);

/* LOG_CHANGE: a change that was queued. */
void watch_log_change(const struct backend_watch *watch, const struct mib_change *change);

#endif
