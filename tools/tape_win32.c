/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's recordings on Windows: there are none. */
#include "tape.h"

#include <stddef.h>

const char *tape_begin(const char *path, bool replays)
{
    (void)path;
    (void)replays;
    return "a Windows program does not hear the kernel; set IPHLPAPI_RECORD for Wine's host";
}

void tape_start(void)
{
}

const char *tape_end(void)
{
    return NULL;
}

const char *tape_convert(const char *from, const char *to, bool anonymous, uint64_t *ret_dropped)
{
    (void)from;
    (void)to;
    (void)anonymous;
    (void)ret_dropped;
    return "a Windows program does not read recordings; mibwatch of Wine's host does";
}
