/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Speeds as ethtool and nl80211 tell them. */
#include "backend/netlink/object/speed.h"
#include "fuzz.h"

#include <errno.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int (*const parsers[])(const struct nlmsghdr *,
                                  struct link_speed *) = {speed_parse_ethtool, speed_parse_station};
    struct nlmsghdr *message = message_of(data, size);

    for (size_t i = 0; message && i < 2; i++) {
        struct link_speed speed;
        int r = parsers[i](message, &speed);

        MUST(r == 0 || r == -EBADMSG || r == -ENOMSG);
        if (r == 0)
            MUST(speed.ifindex > 0 && speed.transmit > 0 && speed.receive > 0);
    }
    free(message);
    return 0;
}
