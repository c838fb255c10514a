/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Requests that end with the next change of a table: a thread that waits for it, or a request that
 * a program has named and is told of. Both are over then, and the program asks again.
 *
 * For each table there is one registration in the process, for as long as anybody has asked or may
 * ask again. It counts changes. A request that goes on from an earlier one ends at once if there
 * has been a change since that one ended. Which request goes on from which, `find_earlier` decides.
 *
 * A request of this sort is no row and no callback: what has changed is not told.
 */
#ifndef SRC_NOTIFY_ONE_SHOT_H
#define SRC_NOTIFY_ONE_SHOT_H

#include <stdint.h>

enum one_shot_table {
    ONE_SHOT_ADDRESSES, /* IPv4's */
    ONE_SHOT_ROUTES,    /* IPv4's */
    ONE_SHOT_TABLES,
};

enum one_shot_state {
    ONE_SHOT_PENDING,
    ONE_SHOT_CHANGED,
    ONE_SHOT_CANCELLED,
};

/*
 * Waits for a change. 0; -ECANCELED: none will be told, since the watch has ended; -ENOMEM, -EAGAIN
 * and what backend_watch_open gives.
 */
int one_shot_wait(enum one_shot_table table);

/* Has the program read what has become of a request. Under a lock: it does nothing else. */
typedef void (*one_shot_tell)(void *name, enum one_shot_state state);

/*
 * Begins a request, by a name that is the program's address for it, with an event for
 * platform_event_open(). One of that name that is under way is replaced. *ret_handle is written
 * before the request can end.
 * 0; -EINVAL: it is under way for another table; -EBADF: the event is none; and as above.
 */
int one_shot_begin(enum one_shot_table table, void *name, void *event, one_shot_tell tell,
                   void **ret_handle);

/*
 * Cancels a request that is under way. When this returns 0 its name is not looked at any more.
 * -ENOENT: there is none of that name.
 */
int one_shot_cancel(const void *name);

#endif
