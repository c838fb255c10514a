/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Echo messages of ICMP, of either family, as bytes. Pure. */
#ifndef SRC_BACKEND_ICMP_MESSAGE_H
#define SRC_BACKEND_ICMP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ECHO_HEADER = 8 };

/* An echo request or a reply, of ICMP's type, with its numbers in network byte order. */
struct echo_message {
    uint8_t type;
    uint16_t id;
    uint16_t sequence;
};

/* The header of such a message, without a checksum. */
void echo_put(uint8_t header[ECHO_HEADER], const struct echo_message *message);

/*
 * Whether the bytes are an ICMP message like that, or the beginning of one; with an IPv4 header
 * before it or without.
 */
bool echo_is(const uint8_t *bytes, size_t length, bool has_ip_header,
             const struct echo_message *expected);

/* The length of the IPv4 header at the beginning; 0: the bytes do not begin with a whole one. */
size_t echo_ip_header(const uint8_t *bytes, size_t length);

/* The checksum of IP (RFC 1071) over both parts; the first has an even length. */
uint16_t echo_checksum(const uint8_t *first, size_t first_length, const uint8_t *second,
                       size_t second_length);

#endif
