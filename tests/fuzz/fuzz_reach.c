/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to the question how an address is reached. */
#include "fuzz.h"

#include "backend/netlink/object/reach.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct reach reach = {.ifindex = UINT32_MAX};

    if (!message)
        return 0;
    int r = reach_parse(message, &reach);
    MUST(r == 0 || r == -EBADMSG);
    MUST(r == 0 || reach.ifindex == UINT32_MAX);
    free(message);
    return 0;
}
