/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How a thread looks that waits for a lock of the C library's: the place in the library's code, the
 * call, and the library's own return addresses on the stack. For wait.c.
 *
 * The library exports no names for these places. So they are learned: a thread is made to wait in
 * each way once. Ways that prove nothing (a condition variable, a semaphore) are learned as well,
 * and a signature that one of them fits is dropped.
 */
#ifndef SRC_PLATFORM_POSIX_WAIT_SIGNATURE_H
#define SRC_PLATFORM_POSIX_WAIT_SIGNATURE_H

#include "platform/posix/thread_state.h"

/* How the owner is found. */
enum wait_kind {
    WAIT_UNKNOWN,
    WAIT_MUTEX,      /* in the mutex, beside its word */
    WAIT_MUTEX_WORD, /* in the word, as the kernel has it: robust, priority-inheriting */
    WAIT_RWLOCK,     /* the thread that has it for writing */
    WAIT_JOIN        /* the word is the thread that is waited for */
};

/* Words of a stack, from its pointer on. */
enum { WAIT_STACK_WORDS = 96 };

/*
 * Learns the signatures, once. Starts threads and waits for them. False: there are none, or another
 * thread is about it.
 */
bool wait_signature_learn(void);

/* What a thread waits for; *ret_object is the lock. WAIT_UNKNOWN: no signature fits. */
enum wait_kind wait_signature_find(const struct thread_state *state, uintptr_t *ret_object);

/* The call: a wait on a word, without a limit of time. */
bool wait_is_for_word(const struct thread_state *state);

#endif
