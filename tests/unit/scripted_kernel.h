/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A kernel that plays a script in place of the real one, for watches: it has links, nexthop
 * objects, addresses and routes to dump, says what the script lets it say, and keeps the time. So
 * what depends on which message comes in the midst of which dump can be played, the same way each
 * time.
 *
 * Requests are noted, a word each:
 *     L      dump of links            B      the loopback link, as a barrier
 *     R2     one other link
 *     N      dump of nexthop objects
 *     4m 4l  dump of IPv4's table main or local, 4a of its addresses; 6m … of IPv6's; 4m/2 of one
 *            link only
 */
#ifndef TESTS_UNIT_SCRIPTED_KERNEL_H
#define TESTS_UNIT_SCRIPTED_KERNEL_H

#include "backend/netlink/socket/socket.h"
#include "scripted_messages.h"

/* What happens in the kernel at one moment. Lists end with SCRIPTED_END. */
struct scripted_event {
    /* What it has from now on; NULL: what it had. */
    const struct scripted_message *links;    /* each replaces the one with its index */
    const struct scripted_message *nexthops; /* one at most */
    const struct scripted_message *routes;
    const struct scripted_message *addresses;
    bool lacks_ipv6; /* its dumps of IPv6 show what the other families have */

    /* What it says, in a datagram of its own each; NULL: nothing. */
    const struct scripted_message *says;

    /* What becomes of the answer to the request that is being made, or of the next one's. */
    bool interrupts_dump; /* the dump is marked with NLM_F_DUMP_INTR */
    bool loses_answer;
};

/* Members of a structure that has an event named `kernel`. */
#define HAS_LINKS(...) .kernel.links = MESSAGES(__VA_ARGS__)
#define HAS_NEXTHOP(...) .kernel.nexthops = MESSAGES(__VA_ARGS__)
#define HAS_NO_NEXTHOP .kernel.nexthops = NO_MESSAGES
#define HAS_ROUTES(...) .kernel.routes = MESSAGES(__VA_ARGS__)
#define HAS_NO_ROUTES .kernel.routes = NO_MESSAGES
#define HAS_ADDRESSES(...) .kernel.addresses = MESSAGES(__VA_ARGS__)
#define LACKS_IPV6 .kernel.lacks_ipv6 = true
#define SAYS(...) .kernel.says = MESSAGES(__VA_ARGS__)
#define INTERRUPTS_DUMP .kernel.interrupts_dump = true
#define LOSES_ANSWER .kernel.loses_answer = true

/* When a reaction takes place. Requests are counted from 1. */
enum scripted_moment {
    AT_DUMPS = 1,     /* before a dump of routes or addresses is answered */
    AT_NEXTHOP_DUMPS, /* before a dump of nexthop objects is answered */
    BEHIND_DUMPS,     /* behind the answer to a dump of routes or addresses */
    BEHIND_ANSWERS,   /* behind the answer to any request */
    FROM_TIME,        /* before each dump of routes or addresses from that time on, in ms */
};

struct scripted_reaction {
    enum scripted_moment moment; /* 0 ends a list */
    unsigned first;
    unsigned last;  /* 0: the first only */
    unsigned every; /* every nth from the first to the last; 0: each */
    struct scripted_event kernel;
};

/* clang-format off */
#define REACTIONS(...) .reactions = (const struct scripted_reaction[]){__VA_ARGS__, {0}}
#define AT_DUMP(n, ...)         {.moment = AT_DUMPS, .first = (n), __VA_ARGS__}
#define AT_NEXTHOP_DUMP(n, ...) {.moment = AT_NEXTHOP_DUMPS, .first = (n), __VA_ARGS__}
#define BEHIND_DUMP(n, ...)     {.moment = BEHIND_DUMPS, .first = (n), __VA_ARGS__}
#define BEHIND_ANSWER(n, ...)   {.moment = BEHIND_ANSWERS, .first = (n), __VA_ARGS__}
#define FROM(ms, ...)           {.moment = FROM_TIME, .first = (ms), __VA_ARGS__}
/* clang-format on */

/* Everything is as before the first test: links 1 to 9, all up, no routes, time 0. */
void kernel_reset(void);

/* Makes the event take place. Its lists must live until others take their place. */
void kernel_play(const struct scripted_event *event);

/* Counts requests from 1 again, and reacts to them so; NULL: not at all. */
void kernel_react(const struct scripted_reaction *reactions);

/* The time that has passed, in ms; it passes when a watch waits. */
uint64_t kernel_time(void);

/* What was requested since this was asked last. */
const char *kernel_requests(void);

/* Who is about to wait: where it would do so for ever it is interrupted. */
void kernel_expect_wait(struct netlink_socket *socket);

#endif
