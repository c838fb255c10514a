/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread that calls the program in place of a dispatcher, and ends when there has been nothing to
 * report for a while.
 *
 * A runtime takes in the threads that call its code, for as long as they live. Mono waits for them
 * when the program ends, and asks them by an exception to end, which a thread that waits for the
 * kernel never sees. So no thread that waits for the kernel may have called the program.
 */
#ifndef SRC_NOTIFY_CALLER_H
#define SRC_NOTIFY_CALLER_H

#include "notify/registration.h"

struct caller {
    struct registration *registration;
    struct platform_guard guard; /* of its thread */

    platform_mutex lock;          /* guards what follows */
    platform_condition condition; /* of any change below */
    bool lives;                   /* there is a thread, which takes what it is given */
    bool dismissed;               /* it is to end */
    bool lost;                    /* the program ended the thread in a call */
    const void *changes;          /* to be reported, or NULL */
    size_t count;
    bool going; /* what dispatch_report said */
};

enum caller_result {
    CALLER_GOING, /* as dispatch_report's true */
    CALLER_ENDS,  /* and its false, and where the runtime is ending */
    CALLER_LOST   /* the thread was ended in a call; the dispatcher's reference is dropped */
};

/* The dispatcher's thread, as all that follows. */
void caller_init(struct caller *caller, struct registration *registration);

/* Reports changes, and waits until that is done. */
enum caller_result caller_report(struct caller *caller, const void *changes, size_t count);

/* Waits for the thread's end. */
void caller_destroy(struct caller *caller);

#endif
