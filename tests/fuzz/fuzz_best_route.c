/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers to the question for the way to one address. */
#include "backend/netlink/object/best_route.h"
#include "fuzz.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nlmsghdr *message = message_of(data, size);
    struct best_route_message route;

    if (!message)
        return 0;
    int r = best_route_parse(message, &route);
    MUST(r == 0 || r == -EBADMSG);
    if (r == 0) {
        MUST(route.prefix_length <= 128);
        MUST(route.gateway_family <= MIB_FAMILY_IPV6);
        MUST(route.gateway_family != 0 || mib_addr_is_zero(&route.gateway));
    }
    free(message);
    return 0;
}
