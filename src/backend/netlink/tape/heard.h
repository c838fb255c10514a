/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links, as a replay has them: each by the last message that a watch has received about it, also
 * when the link is gone. So a program can ask for the name of a link that a notification is about.
 */
#ifndef SRC_BACKEND_NETLINK_TAPE_HEARD_H
#define SRC_BACKEND_NETLINK_TAPE_HEARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heard_link {
    uint32_t ifindex;
    bool wireless;
    void *message; /* a RTM_NEWLINK, owned; NULL: none yet */
};

/* Zeroed is empty. */
struct heard {
    struct heard_link *links; /* by ifindex */
    size_t count;
    size_t capacity;
};

/* Takes the links of a datagram. Without memory they are not known. */
void heard_datagram(struct heard *heard, const void *bytes, size_t size);

void heard_wireless(struct heard *heard, uint32_t ifindex, bool wireless);
bool heard_is_wireless(const struct heard *heard, uint32_t ifindex);

/*
 * The kernel's answer to a request for one link, by its index: a datagram that is the caller's to
 * free. -EOPNOTSUPP: the request is for the times of neighbours, which rows of IP interfaces can do
 * without; -ENOSYS: it is another, and callers must not take it for a table without rows; -ENOMEM.
 */
int heard_answer(const struct heard *heard, const void *request, size_t size, uint32_t port,
                 uint8_t **ret, size_t *ret_size);

#endif
