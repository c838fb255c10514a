/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Messages for tests of the converters: recorded ones, changed ones, mutilated ones.
 *
 * Every message has memory of exactly its length, so that the address sanitizer sees a byte read
 * too far. free() it. All functions fail the test rather than return an error.
 */
#ifndef TESTS_MESSAGES_MESSAGES_H
#define TESTS_MESSAGES_MESSAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/netlink.h>

/* recorded/NAME */
struct nlmsghdr *message_load(const char *name);

/* All of recorded/KIND, one after the other. */
void message_load_all(const char *kind,
                      void (*visit)(const char *name, const struct nlmsghdr *message));

/*
 * A copy in which the attribute is the given one; `fixed` is the size of the header that follows
 * the netlink header. An attribute that is not there is added, NULL takes it away.
 */
struct nlmsghdr *message_with(const struct nlmsghdr *message, size_t fixed, uint16_t type,
                              const void *data, size_t length);

/* Likewise, inside nested attributes: `path` ends with 0 and names at least one. */
struct nlmsghdr *message_with_nested(const struct nlmsghdr *message, size_t fixed,
                                     const uint16_t *path, const void *data, size_t length);

/* A copy of the first bytes, whose header says that this is all. */
struct nlmsghdr *message_cut(const struct nlmsghdr *message, size_t length);

/* A copy with one byte changed. */
struct nlmsghdr *message_with_byte(const struct nlmsghdr *message, size_t offset, uint8_t value);

/*
 * Calls check on the message cut at every length, with every byte changed in several ways, and
 * with every 16 bits that may be an attribute's length or type at every value near the right one.
 */
void message_mutilate(const struct nlmsghdr *message, void (*check)(const struct nlmsghdr *));

#endif
