/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this chapter share: handles, and reply buffers. */
#ifndef SRC_API_ICMPAPI_ICMP_H
#define SRC_API_ICMPAPI_ICMP_H

#include "api/windows.h"
#include "mib/query/echo.h"
#include "platform/platform.h"

#include <stdatomic.h>

/* An echo that the program is told of later, until it has been. */
struct icmp_pending {
    struct icmp_pending *next;
    uint64_t thread; /* 0, or the one on which the program is told */
};

/*
 * What a handle stands for. References: the handle's, and one of each echo under way. The last one
 * that goes closes the group.
 */
struct icmp_handle {
    atomic_uint references;
    uint8_t family;
    mib_echo_group group;

    platform_mutex lock; /* guards what follows */
    platform_condition condition;
    struct icmp_pending *pending;
};

/* NULL: there is none of that family. */
struct icmp_handle *icmp_handle_find(HANDLE handle, uint8_t family);
void icmp_handle_drop(struct icmp_handle *icmp);

/*
 * An echo's life; a close of the handle waits for its end, unless it comes from the thread on which
 * the program is told of it.
 */
void icmp_handle_begin(struct icmp_handle *icmp, struct icmp_pending *pending);
void icmp_handle_tell(struct icmp_handle *icmp, struct icmp_pending *pending);
void icmp_handle_end(struct icmp_handle *icmp, struct icmp_pending *pending);

/* The least that a reply buffer of the family has, without data. */
size_t icmp_reply_size(uint8_t family);

/* Writes what has come: r is how the echo ended, data has been written to its place already. */
void icmp_reply_write(void *buffer, size_t size, const struct mib_echo *echo, int r);

/* 0, and sets the last error to `code`; natively to the errno of the same meaning. */
DWORD icmp_fail(DWORD code);

#endif
