/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Sockets as lines of text, by whichever function they were read, and as `ss` tells of them:
 *     LISTEN 127.0.0.1:22 0.0.0.0:0 4711
 *     UDP [::]:53 4711
 * State or UDP, local end, TCP's remote end, owner.
 */
#ifndef TESTS_KERNEL_SOCKET_LINES_H
#define TESTS_KERNEL_SOCKET_LINES_H

#include <iphlpapi.h>
#include <stdbool.h>
#include <stddef.h>

/* Zeroed is empty. */
struct socket_lines {
    char **items;
    size_t count;
};

/* What a function says is added; the owner is 0 where it has none. */
void socket_lines_tcp(ULONG family, TCP_TABLE_CLASS class, struct socket_lines *lines);
void socket_lines_udp(ULONG family, UDP_TABLE_CLASS class, struct socket_lines *lines);
void socket_lines_old_tcp(ULONG family, struct socket_lines *lines); /* GetTcpTable, GetTcp6Table */
void socket_lines_tcp2(ULONG family, struct socket_lines *lines);
void socket_lines_old_udp(ULONG family, struct socket_lines *lines);

/* `ss -tanp` and `ss -uanp`, with a line for each family of those that are for both. */
void socket_lines_ss(struct socket_lines *ret);

void socket_lines_without_owners(const struct socket_lines *lines, struct socket_lines *ret);
bool socket_lines_have(const struct socket_lines *lines, const char *line);

/* Fails the test, with the lines that one of the two has and the other not; sorts both. */
void socket_lines_expect_equal(const char *what, struct socket_lines *a, struct socket_lines *b);

void socket_lines_clear(struct socket_lines *lines);

#endif
