/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The seam between the library and the host it runs on: tables, single rows, names of links, and
 * watches. One implementation is chosen by the build.
 *
 * Functions return 0 or a negative errno:
 *   -ENODEV        no such interface          -ENOENT        the interface has no such row
 *   -EAFNOSUPPORT  the host lacks the family  -ENOMEM, -EMFILE, -ENFILE, -ENOBUFS, -EAGAIN
 *   -EIO           the host answered what cannot be understood
 *   -EINPROGRESS   a Teredo client is there, but its port is not known yet
 * Outputs named ret_… are written on success only. Everything here may be called from any thread,
 * a watch's functions from one thread at a time except where noted.
 */
#ifndef SRC_BACKEND_BACKEND_H
#define SRC_BACKEND_BACKEND_H

#include "mib/row.h"

/*
 * Receives rows, one at a time; a row is valid during the call only. `more` of them are known to
 * follow, perhaps others besides. Returns 0, or a negative errno that ends the reading and is
 * handed on. The union's member follows from the table.
 */
typedef int (*backend_sink)(void *context, const union mib_row *row, size_t more);

/* One whole table, IPv4 before IPv6, in no further order. family may be MIB_FAMILY_UNSPEC. */
int backend_read_table(enum mib_table table, enum mib_family family, backend_sink sink,
                       void *context);

/*
 * One row, by the key that is set in *row. iftype 0 stands for whatever the interface's is;
 * another that is not the interface's: -ENODEV.
 */
int backend_read_ipinterface(struct mib_ipinterface *row);
int backend_read_unicast(struct mib_unicast *row);
int backend_read_route(struct mib_route *row);

/* The host's Teredo client. -ENOENT: there is none; -EINPROGRESS; -EAFNOSUPPORT: no IPv6. */
int backend_read_teredo(struct mib_teredo *ret_teredo);

/* One link, by its index, or by its name (NUL-terminated). */
int backend_read_link(uint32_t ifindex, struct mib_link *ret_link);
int backend_read_link_by_name(const char *name, struct mib_link *ret_link);

/*
 * A watch hears every change of one table from the moment that open returns. It knows the table
 * as it was then and as it has told of it since.
 */
struct backend_watch;

int backend_watch_open(enum mib_table table, enum mib_family family,
                       struct backend_watch **ret_watch);

/*
 * Waits for changes and gives them, in the order in which they happened, at most `max` of them:
 * *ret_count is at least 1 on success. -EINTR: interrupted, then and ever after. Other errors
 * mean that the watch is dead (-EBADF after a fork, in the child).
 */
int backend_watch_wait(struct backend_watch *watch, struct mib_change *changes, size_t max,
                       size_t *ret_count);

/* The rows as the changes given so far have left them. Not while another thread waits. */
int backend_watch_rows(struct backend_watch *watch, backend_sink sink, void *context);

/* Ends a wait, at once and for good. Any thread, at any time before close. */
void backend_watch_interrupt(struct backend_watch *watch);

/* In a forked child: gives up the descriptors, and nothing else. Async-signal-safe. */
void backend_watch_abandon(struct backend_watch *watch);

/* NULL is fine. */
void backend_watch_close(struct backend_watch *watch);

#endif
