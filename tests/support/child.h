/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A part of a test that runs in a forked process: with other rights or limits, or to look at
 * what fork() leaves. In it fail_test() and check() report to the parent, whose test fails;
 * cmocka's own assertions must not be used.
 */
#ifndef TESTS_SUPPORT_CHILD_H
#define TESTS_SUPPORT_CHILD_H

#include "check.h"

struct child {
    int pid;
    int words;   /* a socket to the other side */
    int reports; /* where the child's failure is read from */
};

/* Forks; the child calls run and exits. `self.words` is its side of the conversation. */
struct child child_start(void (*run)(struct child *self, void *context), void *context);

/* One-letter messages between the two, each awaited with a deadline. */
void child_say(const struct child *child, char word);
void child_expect(const struct child *child, char word);

/* Waits for the end. Fails the test with what the child reported, or if it ended otherwise. */
void child_join(struct child *child);

/* For the child: without any capability from now on. */
void child_drop_capabilities(void);

/* For the child: it may start no more threads from now on. */
void child_refuse_threads(void);

/* For the child: each new netlink socket fails with this errno from now on, as in a sandbox. */
void child_refuse_netlink(int error);

/* How many netlink sockets the process has. */
unsigned count_netlink_sockets(void);

#endif
