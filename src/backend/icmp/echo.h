/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ICMP echo request over IPv4, and what comes back. */
#ifndef SRC_BACKEND_ICMP_ECHO_H
#define SRC_BACKEND_ICMP_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum echo_answer {
    ECHO_NONE,        /* nothing, in time */
    ECHO_REPLY,       /* of the address itself */
    ECHO_EXPIRED,     /* a router: its time to live was over there */
    ECHO_UNREACHABLE, /* a router, or the host: there is no way */
};

/*
 * Sends one, and waits for so many milliseconds at the most. *ret_time: microseconds until the
 * reply; 0 with other answers. It is sent over a socket of the kernel's own for that, where
 * net.ipv4.ping_group_range allows it, else over a raw one. 0; -EPERM: the process may have
 * neither; -ENETUNREACH: there is no route, or none that is allowed; -EMFILE, -ENOMEM, …
 */
int echo_send(const uint8_t to[4], uint8_t time_to_live, uint32_t timeout_ms,
              enum echo_answer *ret_answer, uint32_t *ret_time);

/* An echo request or a reply, of ICMP's type, with its numbers in network byte order. */
struct echo_message {
    uint8_t type;
    uint16_t id;
    uint16_t sequence;
};

/*
 * Pure. Whether the bytes are an ICMP message like that, or the beginning of one; with an IP header
 * before it or without.
 */
bool echo_is(const uint8_t *bytes, size_t length, bool has_ip_header,
             const struct echo_message *expected);

#endif
