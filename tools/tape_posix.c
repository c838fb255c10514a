/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's recordings, where it is linked with the library that hears the kernel. */
#include "tape.h"

#include "backend/netlink/tape/control.h"
#include "platform.h"

const char *tape_begin(const char *path, bool replays)
{
    if (replays)
        platform_replace_clock(iphlpapi_tape_time);
    return iphlpapi_tape_begin(path, replays);
}

void tape_start(void)
{
    iphlpapi_tape_start(platform_stop);
}

const char *tape_end(void)
{
    return iphlpapi_tape_end();
}
