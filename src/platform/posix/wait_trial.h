/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Waits made on purpose: a thread of ours waits in a way of the C library's while another one looks
 * at it. For wait_signature.c.
 */
#ifndef SRC_PLATFORM_POSIX_WAIT_TRIAL_H
#define SRC_PLATFORM_POSIX_WAIT_TRIAL_H

#include "platform/posix/wait_signature.h"

struct wait_trial;

struct wait_way {
    void (*prepare)(struct wait_trial *trial);
    void (*wait)(struct wait_trial *trial);    /* on the thread that waits */
    void (*provoke)(struct wait_trial *trial); /* makes it wait anew, for the lock; or NULL */
    void (*end)(struct wait_trial *trial);     /* lets it go */
    void (*clear)(struct wait_trial *trial);
    enum wait_kind kind; /* WAIT_UNKNOWN: it proves nothing */
    int type;            /* of the mutex */
    int protocol;        /* likewise */
    int robust;          /* likewise */
};

extern const struct wait_way wait_ways[];
extern const size_t wait_ways_count;

/* What was seen. */
struct wait_sight {
    struct thread_state state;
    uintptr_t object;                  /* the lock that was waited for */
    size_t frames;                     /* words of the C library's frames */
    uintptr_t stack[WAIT_STACK_WORDS]; /* as many, at the most */
};

/* 0; -ENOMEM; -EAGAIN: no thread, or it did not come to wait in time. */
int wait_try(const struct wait_way *way, struct wait_sight *ret);

#endif
