/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for the distance of an address, by echo requests. Who is reached with a time to live of
 * n is so with any that is longer: so the shortest is searched for by halves, after one that is as
 * long as may be has come through, which tells the time that an answer takes.
 */
#include "mib/query/hops.h"
#include "backend/icmp/echo.h"
#include "backend/netlink/table/table.h"

#include <errno.h>

/* What is sent behind the header, as ping programs of Windows do. */
enum { ECHO_DATA = 32 };

/*
 * A request is repeated if nothing comes: it, or the answer, may have been lost. Not all routers
 * say that a time to live was over; what their silence takes is bounded.
 */
enum {
    FIRST_TRIES = 3,
    TRIES = 2,
    LONGEST_WAIT_MS = 1000,
    SPARE_WAIT_MS = 500, /* beside twice the round-trip time */
    LONGEST_TIME_TO_LIVE = 255,
};

static int ask(struct mib_hops *query, uint32_t time_to_live, uint32_t wait_ms, int tries,
               enum mib_echo_answer *ret_answer)
{
    static const uint8_t data[ECHO_DATA];
    struct mib_echo echo = {.answer = MIB_ECHO_NONE};
    int r = 0;

    for (int i = 0; r == 0 && echo.answer == MIB_ECHO_NONE && i < tries; i++) {
        echo = (struct mib_echo){
            .family = MIB_FAMILY_IPV4,
            .to = query->address,
            .data = (uintptr_t)data,
            .size = sizeof(data),
            .time_to_live = (uint8_t)time_to_live,
            .timeout_ms = wait_ms,
        };
        r = echo_exchange(&echo);
    }
    if (r < 0)
        return r;
    if (echo.answer == MIB_ECHO_REPLY && echo.time < query->rtt)
        query->rtt = echo.time;
    *ret_answer = echo.answer;
    return 0;
}

static int search(struct mib_hops *query, uint32_t most)
{
    enum mib_echo_answer answer;
    uint32_t least = 1;
    int r = ask(query, most, LONGEST_WAIT_MS, FIRST_TRIES, &answer);

    if (r == 0 && answer != MIB_ECHO_REPLY)
        r = answer == MIB_ECHO_NONE ? -ETIMEDOUT : -EHOSTUNREACH;
    while (r == 0 && least < most) {
        uint32_t wait_ms = query->rtt / 1000 * 2 + SPARE_WAIT_MS;
        uint32_t middle = (least + most) / 2;

        if (wait_ms > LONGEST_WAIT_MS)
            wait_ms = LONGEST_WAIT_MS;
        r = ask(query, middle, wait_ms, TRIES, &answer);
        if (r == 0 && answer == MIB_ECHO_REPLY)
            most = middle;
        else
            least = middle + 1;
    }
    query->hops = most;
    return r;
}

int netlink_query_hops(void *params)
{
    struct mib_hops *query = params;
    struct mib_hops found = *query;
    uint32_t most = query->max_hops;
    int r;

    if (query->family != MIB_FAMILY_IPV4)
        return -EOPNOTSUPP;
    if (most == 0)
        return -EHOSTUNREACH;
    found.rtt = UINT32_MAX;
    r = search(&found, most < LONGEST_TIME_TO_LIVE ? most : LONGEST_TIME_TO_LIVE);
    if (r == 0)
        *query = found;
    return r;
}
