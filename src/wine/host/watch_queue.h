/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All watches of the process, and the threads that serve them. Each thread of Wine takes four
 * descriptors and a megabyte of addresses, so a watch has no thread of its own here: a few wait for
 * all of them, and each time a watch has something, one is given it.
 *
 * A watch is one thread's at a time. watch_queue_next gives it; watch_queue_take takes its changes,
 * and puts it back where there are none.
 */
#ifndef SRC_WINE_HOST_WATCH_QUEUE_H
#define SRC_WINE_HOST_WATCH_QUEUE_H

#include "backend/backend.h"

struct watch_place;

/* 0; -ENOMEM, -EMFILE, -ENFILE: nothing was added. */
int watch_queue_add(struct backend_watch *watch, struct watch_place **ret_place);

/* The thread that has it, or the one that added it before it was put there. Before the watch is
 * closed. */
void watch_queue_remove(struct watch_place *place);

struct backend_watch *watch_queue_watch(const struct watch_place *place);

/* From now on it may be given to any thread, as this `context`. */
void watch_queue_put(struct watch_place *place, uint64_t context);

/* As backend_watch_wait; but -EAGAIN where that would wait: it has been put back. -EINTR also after
 * the end. */
int watch_queue_take(struct watch_place *place, void *changes, size_t size, size_t *ret_count);

/*
 * Waits for a watch that has something, or was interrupted. -ETIMEDOUT: none had within so many
 * milliseconds (UINT32_MAX: any number); -EINTR: wineserver is gone, and every watch has been
 * given.
 */
int watch_queue_next(uint32_t timeout_ms, uint64_t *ret_context);

#endif
