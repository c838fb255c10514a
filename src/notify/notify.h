/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Registrations for change notifications: they are made, a dispatcher thread of their own reports
 * changes to them, and they are cancelled.
 *
 * What is reported, and how, is the subscriber's; this layer sees to it that calls come one at a
 * time, in order, and not after a cancel has returned.
 */
#ifndef SRC_NOTIFY_NOTIFY_H
#define SRC_NOTIFY_NOTIFY_H

#include "backend/backend.h"
#include "handles/handle_table.h"

/* Constant, lives as long as the library. */
struct notify_subscriber_ops {
    const char *name; /* of the function that registered, for diagnostics */
    const char *thread_name;
    enum mib_table table; /* of the watch */

    /* The initial call, on the thread that registers; NULL: none is made. */
    void (*initial)(void *subscriber);

    /* One change, on the dispatcher thread. NULL: only `settled` is of interest. */
    void (*change)(void *subscriber, enum mib_change_type type, const void *row);

    /*
     * After the changes that one message of the host brought, on the dispatcher thread; the
     * watch may be asked for its rows. True: `call` is due. Not a call to the program.
     */
    bool (*settled)(void *subscriber, struct backend_watch *watch);
    void (*call)(void *subscriber);

    /*
     * On the dispatcher thread, as the last thing that it does: nothing comes any more, be it that
     * the registration was cancelled or that the watch has ended by itself. NULL: of no interest.
     */
    void (*ended)(void *subscriber);

    /* Nothing more comes; frees the subscriber. */
    void (*release)(void *subscriber);
};

/*
 * Registers a subscriber for the changes of a watch; both belong to the registration from then
 * on, on failure they stay the caller's. *ret_handle is written before the initial call, which
 * comes before all others and before this returns.
 * 0; -ENOMEM, -EAGAIN: no memory, no thread.
 */
int notify_register(struct backend_watch *watch, const struct notify_subscriber_ops *ops,
                    void *subscriber, const void *callback, bool with_initial, void **ret_handle);

/*
 * Ends a registration. When this returns 0, the call that was running has returned and none will
 * come.
 * -EBADF: not a registration's handle, or another cancel of it came first; -EDEADLK: the caller
 * runs in a call that the cancel would have to wait for, directly or through other cancels that
 * wait; nothing has changed then.
 */
int notify_cancel(handle_value handle);

/* What a registration's watch has counted, and the calls to the program that have returned. */
struct notify_statistics {
    handle_value handle;
    const char *function; /* that registered; constant */
    struct mib_watch_counters watch;
    uint64_t calls;
    uint64_t longest_call_ns; /* of those that were timed */
};

/* -EBADF: not a registration's handle. Any thread, callbacks included. */
int notify_statistics_of(handle_value handle, struct notify_statistics *ret);

/*
 * Of the registration whose handle is next by its value; 0: of the first. -ENOENT: there is none.
 * Whoever is registered all the while is found once.
 */
int notify_statistics_next(handle_value handle, struct notify_statistics *ret);

/* Whether calls to the program are timed, which costs two readings of a clock each. */
void notify_time_calls(bool yes);
bool notify_times_calls(void);

/*
 * Has a function called in the child of each fork, after all registrations have been forgotten
 * there. It allocates nothing and takes no lock. For one caller, once. 0; -ENOMEM.
 */
int notify_at_fork(void (*forget)(void));

#endif
