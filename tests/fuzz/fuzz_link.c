/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Link messages, the map of links and the interface rows that follow. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

static void take(const struct link_message *parsed)
{
    static const struct netlink_socket NO_SOCKET = {.fd = -1};
    struct link_map map = {0};

    /* Twice: as a new link and as a known one. */
    for (int round = 0; round < 2; round++) {
        struct mib_ipinterface row;
        struct link *link;

        MUST(link_map_take_link(&map, parsed, round == 0, &NO_SOCKET, &link) == 0);
        MUST(map.count == 1 && link_map_find(&map, parsed->ifindex) == link);
        for (unsigned int i = 0; i < 2; i++) {
            enum mib_family family = i == 0 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
            link_ipinterface(link, family, &row);
            must_hold(ipinterface_row_violation(&row));
        }
        link_take_ipv6_settings(link, parsed);
    }
    link_map_remove(&map, parsed->ifindex);
    MUST(map.count == 0);
    link_map_clear(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct link_message parsed;

    if (!message)
        return 0;
    int r = link_parse(message, &parsed);
    MUST(r == 0 || r == -EBADMSG);
    if (r == 0) {
        must_hold(link_violation(message, &parsed));
        take(&parsed);
    }
    free(message);
    return 0;
}
