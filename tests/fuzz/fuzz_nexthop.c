/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nexthop messages, several one after the other, and the map that they make. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

static int check_nexthop(void *context, const struct route_nexthop *nexthop)
{
    ++*(size_t *)context;
    MUST(nexthop->ifindex != 0);
    return 0;
}

static void take(struct nexthop_map *map, const struct nlmsghdr *message)
{
    struct nexthop_object object;
    int r = nexthop_parse(message, &object);

    MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
    if (r < 0)
        return;
    must_hold(nexthop_object_violation(&object));
    if (message->nlmsg_type == RTM_DELNEXTHOP) {
        nexthop_map_remove(map, object.id);
        MUST(!nexthop_map_has(map, object.id));
        free(object.members);
        return;
    }
    size_t count = object.is_group ? object.member_count : 1;
    size_t nexthops = 0;
    MUST(nexthop_map_put(map, &object) == 0);
    MUST(nexthop_map_has(map, object.id));
    MUST(nexthop_map_resolve(map, object.id, check_nexthop, &nexthops) == 0);
    MUST(nexthops <= count);
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
        MUST(map.objects[i - 1].id < map.objects[i].id);
    nexthop_map_clear(&map);
    return 0;
}
