/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Neighbour messages, and the rows that their link makes of them. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>
#include <linux/if.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct link links[] = {
        {.ifindex = 1, .iftype = 24, .flags = IFF_LOOPBACK, .address_length = 6},
        {.ifindex = 2, .iftype = 6, .address_length = 6},
        {.ifindex = 3, .iftype = 23},
    };
    struct nlmsghdr *message = message_of(data, size);
    struct neighbour_message neighbour;

    if (!message)
        return 0;
    int r = neighbour_parse(message, &neighbour);
    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r == 0)
        must_hold(neighbour_violation(&neighbour));
    for (size_t i = 0; r == 0 && i < sizeof(links) / sizeof(links[0]); i++) {
        struct neighbour_message completed = neighbour;

        if (!neighbour_complete(&completed, &links[i]))
            continue;
        MUST(completed.row.iftype == links[i].iftype);
        completed.row.iftype = 0;
        must_hold(neighbour_violation(&completed));
    }
    free(message);
    return 0;
}
