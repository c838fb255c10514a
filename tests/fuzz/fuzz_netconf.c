/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Netconf messages, and what they make of a link. */
#include "fuzz.h"
#include "invariants.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct netconf_message parsed;
    struct link_map map = {0};
    struct link *link;

    if (!message)
        return 0;
    int r = netconf_parse(message, &parsed);
    MUST(r == 0 || r == -EBADMSG);
    if (r == 0) {
        MUST(link_map_take_netconf(&map, &parsed, true, &link) == 0);
        bool concerns_link = link != NULL;
        MUST(concerns_link == (map.count == 1));
        MUST(!concerns_link || parsed.ifindex > 0);
        MUST(!concerns_link || link->ipv4.exists != link->ipv6.exists);
        MUST(link_map_take_netconf(&map, &parsed, false, &link) == 0);
        MUST(!link || !(link->ipv4.exists || link->ipv6.exists));
    }
    link_map_clear(&map);
    free(message);
    return 0;
}
