/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the fuzz targets share. Each is one function over bytes, and ends the process where
 * something does not hold. */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* violation: NULL, or what does not hold. */
static inline void must_hold(const char *violation)
{
    if (!violation)
        return;
    (void)fprintf(stderr, "does not hold: %s\n", violation);
    abort();
}

#define MUST(condition) must_hold((condition) ? NULL : #condition)

/* A message of just these bytes, which says that it is as long as they are; NULL: too short. */
static inline struct nlmsghdr *message_of(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = NULL;

    if (size >= sizeof(*message) && (message = malloc(size)) != NULL) {
        memcpy(message, data, size);
        message->nlmsg_len = (uint32_t)size;
    }
    return message;
}

#endif
