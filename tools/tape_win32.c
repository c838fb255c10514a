/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's recordings on Windows: there are none. */
#include "tape.h"

#include <stddef.h>

#define NOT_HERE(variable)                                                                         \
    "a Windows program does not hear the kernel; set " variable " for Wine's host"

const char *tape_begin(const char *path, bool replays)
{
    (void)path;
    return replays ? NOT_HERE("IPHLPAPI_REPLAY") : NOT_HERE("IPHLPAPI_RECORD");
}

const char *tape_begin_anonymous(const char *path)
{
    (void)path;
    return NOT_HERE("IPHLPAPI_RECORD");
}

void tape_start(void)
{
}

const char *tape_end(void)
{
    return NULL;
}

uint64_t tape_dropped(void)
{
    return 0;
}

const char *tape_convert(const char *from, const char *to, bool anonymous, uint64_t *ret_dropped)
{
    (void)from;
    (void)to;
    (void)anonymous;
    (void)ret_dropped;
    return "a Windows program does not read recordings; mibwatch of Wine's host does";
}
