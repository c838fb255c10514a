/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What bench_helper.exe tells of a change, over a pipe. */
#ifndef BENCH_WINE_EVENT_H
#define BENCH_WINE_EVENT_H

#include <stdint.h>

enum wine_change {
    WINE_CHANGE_ADD,
    WINE_CHANGE_PARAMETER,
    WINE_CHANGE_DELETE,
    WINE_CHANGE_NONE, /* ready */
};

struct wine_event {
    uint64_t time;   /* the processor's counter when the callback began */
    uint32_t change; /* enum wine_change */
    uint32_t key;    /* the MTU; an address or the prefix of a route in network byte order */
};

#endif
