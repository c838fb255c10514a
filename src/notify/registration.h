/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The registration, for the files of this folder.
 *
 * Locks, in the order in which they are taken: notify_wait_lock, a registration's lock. The
 * handle table's lock and that of the list of registrations are taken inside both and take none.
 *
 * All of them may be taken where the system holds locks of its own: where a thread ends
 * (platform_guard), and wherever a program calls. So nothing is done under them that may wait for
 * the system: no loading or looking up of code, no diagnostics, no call to the program.
 */
#ifndef SRC_NOTIFY_REGISTRATION_H
#define SRC_NOTIFY_REGISTRATION_H

#include "notify/notify.h"

#include <stdatomic.h>

struct registration;
typedef _Atomic(struct registration *) registration_link;

/* A thread that waits in a cancel: on its stack, in a list guarded by notify_wait_lock. */
struct notify_wait {
    uint64_t thread;
    struct registration *registration; /* whose call it waits for */
    struct notify_wait *next;
};

struct registration {
    atomic_uint references; /* the handle's, the dispatcher's, and one for each call under way */
    handle_value handle;
    const struct notify_subscriber_ops *ops;
    void *subscriber;            /* owned */
    const void *callback;        /* the program's function, for diagnostics */
    struct backend_watch *watch; /* owned; waited on by the dispatcher */
    platform_thread thread;      /* dispatch_thread.c's */

    platform_mutex lock;          /* guards what follows */
    platform_condition condition; /* of any change below */
    uint64_t runner;              /* the thread that is in a call to the program, or 0 */
    unsigned int waiting_cancels; /* while there are any, no call begins */
    bool begun;                   /* the dispatcher may report */
    bool cancelled;               /* no call begins any more */
    uint64_t calls;               /* to the program, that have returned */
    uint64_t call_began_ns;       /* of the one under way; 0: it is not timed */
    uint64_t longest_call_ns;     /* of those that were timed */
    bool ended;                   /* the dispatcher has no reference any more: dispatch_pool.c's */

    struct platform_guard guard; /* of the call under way; its thread's */

    registration_link next;   /* of all that live */
    registration_link *place; /* what points to this one */
};

extern struct handle_table notify_handles;
extern platform_mutex notify_wait_lock;
extern struct notify_wait *notify_waits;

void registration_keep(void *object); /* a struct registration */
void registration_drop(struct registration *registration);

/*
 * Around each call to the program. `begin` waits for cancels that wait. False: the registration is
 * cancelled, the call must not be made, nor `end`.
 */
bool registration_begin_call(struct registration *registration);
void registration_end_call(struct registration *registration);

/*
 * The dispatcher of a registration reports one change after the other. dispatch_thread.c makes it a
 * thread of its own, dispatch_pool.c a turn of any thread of a pool; the build takes one of them.
 *
 * prepare: takes all that can fail, and reports nothing yet. 0; -ENOMEM, -EAGAIN.
 * give_up: takes it back; the dispatcher's reference is dropped.
 * begin: it may report from now on. Any thread, once; no lock is held. At a thread's end, too.
 * await_end: of a registration that is cancelled and whose watch is interrupted. What it holds is
 * free afterwards, unless that would take long.
 */
int dispatch_prepare(struct registration *registration);
void dispatch_give_up(struct registration *registration);
void dispatch_begin(struct registration *registration);
void dispatch_await_end(struct registration *registration);

/* For those files, dispatch.c: of changes taken at once, some 60 routes, and one at least of any
 * table. */
enum { DISPATCH_CHANGES_SIZE = 4096 };

/* Reports them. False: cancelled meanwhile. */
bool dispatch_report(struct registration *registration, const void *changes, size_t count);

#endif
