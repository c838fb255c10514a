/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The seam between the library and the host it runs on: a few verbs over the tables of the model.
 * One implementation is chosen by the build.
 *
 * Functions return 0 or a negative errno:
 *   -ENODEV        no such interface          -ENOENT        the interface has no such row
 *   -EAFNOSUPPORT  the host lacks the family  -ENOMEM, -EMFILE, -ENFILE, -ENOBUFS, -EAGAIN
 *   -EIO           the host answered what cannot be understood
 *   -EOPNOTSUPP    the table does not have the verb
 *   -EINPROGRESS   a Teredo client is there, but its port is not known yet
 * Outputs named ret_… are written on success only. Everything here may be called from any thread,
 * a watch's functions from one thread at a time except where noted.
 */
#ifndef SRC_BACKEND_BACKEND_H
#define SRC_BACKEND_BACKEND_H

#include "mib/addr.h"
#include "mib/change.h"
#include "mib/filter.h"
#include "mib/query.h"
#include "mib/table.h"
#include "mib/watch_counters.h"

/*
 * Receives rows, one at a time: the struct of the table (mib/row/). A row is valid during the call
 * only. `more` of them are known to follow, perhaps others besides. Returns 0, or a negative errno
 * that ends the reading and is handed on.
 */
typedef int (*backend_sink)(void *context, const void *row, size_t more);

/* The rows that the filter lets through, IPv4 before IPv6, in no further order. */
int backend_read_table(enum mib_table table, const struct mib_filter *filter, backend_sink sink,
                       void *context);

/*
 * One row, by the key that is set in *row, its head included; written on success only. iftype 0
 * matches any type; a mismatch is -ENODEV.
 */
int backend_read_row(enum mib_table table, void *row);

/*
 * Changes the row that the key in *row names. `fields` says which fields of the row are set: bits
 * that the table's row header names. When it fails, nothing has changed. -EPERM: not allowed.
 */
int backend_change_row(enum mib_table table, enum mib_verb verb, const void *row, uint64_t fields);

/* Asks what is no table: *params is the query's struct (mib/query/), written on success only. */
int backend_query(enum mib_query query, void *params);

/*
 * A watch hears every change of one table from the moment that open returns. It knows the table as
 * it was then and as it has reported it since.
 */
struct backend_watch;

/* -EOPNOTSUPP: the table cannot be watched. */
int backend_watch_open(enum mib_table table, const struct mib_filter *filter,
                       struct backend_watch **ret_watch);

/*
 * Waits for changes and gives them, in the order in which they happened, as an array of struct
 * mib_change: as many as fit into `size` bytes, which have room for one at least. *ret_count is at
 * least 1. -EINTR: interrupted, then and ever after. Other errors mean that the watch is dead
 * (-EBADF after a fork, in the child).
 */
int backend_watch_wait(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count);

/*
 * Instead of that, where threads are dear: any number of them serve all watches, each of which is
 * one thread's at a time.
 *
 * share: it will be given to them as this `context`. Once, and it is not waited for otherwise. 0;
 *     -ENOMEM, -EMFILE, -ENFILE.
 * put: from now on any thread may be given it.
 * next: waits for one that has something, or was interrupted. -ETIMEDOUT: none had within so many
 *     milliseconds (UINT32_MAX: any number). -EINTR: the process is given up, and no watch is left.
 * take: as backend_watch_wait, but where that would wait: -EAGAIN, and any thread may be given it.
 */
int backend_watch_share(struct backend_watch *watch, void *context);
void backend_watch_put(struct backend_watch *watch);
int backend_watch_next(uint32_t timeout_ms, void **ret_context);
int backend_watch_take(struct backend_watch *watch, void *changes, size_t size, size_t *ret_count);

/* The rows as the changes given so far have left them. Not while another thread waits. */
int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context);

/* What it has counted since it was opened. Any thread, at any time before close. */
void backend_watch_count(const struct backend_watch *watch, struct mib_watch_counters *ret);

/* Ends a wait, at once and for good. Any thread, at any time before close. */
void backend_watch_interrupt(struct backend_watch *watch);

/* In a forked child: gives up the descriptors, and nothing else. Async-signal-safe. */
void backend_watch_abandon(struct backend_watch *watch);

/* NULL is fine. */
void backend_watch_close(struct backend_watch *watch);

#endif
