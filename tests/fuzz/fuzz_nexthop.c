/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nexthop messages, several one after the other, and the map that they make. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

static int check_leg(void *context, const struct route_leg *leg)
{
    ++*(size_t *)context;
    MUST(leg->ifindex != 0);
    return 0;
}

static void take(struct nexthop_map *map, const struct nlmsghdr *message)
{
    struct nexthop nexthop;
    int r = nexthop_parse(message, &nexthop);

    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r < 0)
        return;
    must_hold(nexthop_violation(&nexthop));
    if (message->nlmsg_type == RTM_DELNEXTHOP) {
        nexthop_map_remove(map, nexthop.id);
        MUST(!nexthop_map_has(map, nexthop.id));
        free(nexthop.members);
        return;
    }
    size_t count = nexthop.is_group ? nexthop.member_count : 1;
    size_t legs = 0;
    MUST(nexthop_map_put(map, &nexthop) == 0);
    MUST(nexthop_map_has(map, nexthop.id));
    MUST(nexthop_map_resolve(map, nexthop.id, check_leg, &legs) == 0);
    MUST(legs <= count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nexthop_map map = {0};
    struct nlmsghdr header;

    while (size >= sizeof(header)) {
        memcpy(&header, data, sizeof(header));
        size_t length =
            header.nlmsg_len >= sizeof(header) && header.nlmsg_len < size ? header.nlmsg_len : size;
        struct nlmsghdr *message = message_of(data, length);
        if (!message)
            break;
        take(&map, message);
        free(message);
        data += length;
        size -= length;
    }
    for (size_t i = 1; i < map.count; i++)
        MUST(map.nexthops[i - 1].id < map.nexthops[i].id);
    nexthop_map_clear(&map);
    return 0;
}
