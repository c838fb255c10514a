/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Private network namespaces for tests, and the commands that change things in them.
 *
 * A namespace belongs to the thread that entered it and to the threads and processes which that
 * thread starts afterwards. All functions are called on the main thread.
 */
#ifndef TESTS_SUPPORT_NETNS_H
#define TESTS_SUPPORT_NETNS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * namespace_begin() (namespace.h), and proof that pairs of interfaces can be made. Returns 0, or
 * the code to exit with, having said why.
 */
int netns_begin(char **argv);

/* Moves the thread into a new, empty namespace, in which only a loopback interface exists, up. */
void netns_enter_new(void);

/* Makes a new namespace beside the thread's own, loopback up. close() it when done. */
int netns_create(void);

/* The thread's own namespace. close() it when done. */
int netns_current(void);

/* Moves the thread into the namespace of that descriptor. */
void netns_enter(int netns);

/*
 * Runs `ip` with these arguments in the thread's namespace. The test fails, with the command's
 * own words, when the command does.
 */
void ip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Likewise, in the namespace of that descriptor. */
void ip_in(int netns, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether the command succeeded. Its complaint, if any, is left in netns_complaint(). */
bool ip_try(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *netns_complaint(void);

/* Whether this kernel renames a link that is up; Linux 6.1 does not. */
bool ip_renames_while_up(void);

/* Runs the lines of the text in one `ip -batch`; fails the test with the first that fails. */
void ip_batch(const char *lines);

/* Starts `ip -force -batch` on the text and does not wait: for changes that go on meanwhile. */
int ip_batch_start(const char *lines);
void ip_batch_finish(int pid);

/* Writes below /proc/sys in the thread's namespace: sysctl_write("net/ipv4/…", "1"). */
void sysctl_write(const char *path, const char *value);
bool sysctl_exists(const char *path);

/* The interface's index in the thread's namespace; 0 if there is none. */
unsigned netns_ifindex(const char *name);

#endif
