/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What another thread of the process waits for, where that can be proven: a lock that a known
 * thread has, or the end of a known thread. Called by cancel. The build chooses posix/wait.c, where
 * the C library's locks are known, else wait_unknown.c.
 */
#ifndef SRC_PLATFORM_WAIT_H
#define SRC_PLATFORM_WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct platform_wait {
    uint64_t thread;
    uint64_t owner;     /* by nothing but what this thread does, the wait ends */
    const void *object; /* the lock; of a thread's end, where the system notes it */
    const char *what;   /* "the mutex"; constant */
    uint64_t sleeps;    /* how often the thread has gone to sleep in its life */
};

/*
 * Has it found out how waits look. It starts threads and waits for them, some milliseconds once in
 * the life of the process, so it is called under no lock. False: waits cannot be told, or not yet.
 */
bool platform_waits_learn(void);

/*
 * True: the thread sleeps, without a limit of time, in a wait that one thread alone can end. Takes
 * no lock and waits for nobody. Two answers that are the same: it has slept from one to the other,
 * and so it has if the owner is another one's word at different times.
 */
bool platform_wait_of(uint64_t thread, struct platform_wait *ret);

#endif
