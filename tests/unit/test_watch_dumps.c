/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: which dumps it takes as valid, and how it comes through what is
 * lost: overruns, truncated messages, receives that fail. The kernel plays scripts
 * (watch_script.h).
 */
#include "watch_script.h"

#include <errno.h>
#include <linux/rtnetlink.h>

/* ---- Valid dumps ---------------------------------------------------------------------------- */

#define OPEN_IPV6 OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1), ROUTE6(2), ROUTE6(3)))

/* The first dump leaves out what is there, as the kernel's do while the table changes. */
static const struct script_step ipv6_dump_with_events_in_it[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(ROUTE6(4)), HAS_ROUTES(ROUTE6(1))),
               AT_DUMP(2, HAS_ROUTES(ROUTE6(1), ROUTE6(2), ROUTE6(4)))),
     .reports = "A4 D3 ", .requests = "B 6l/2 6m/2 B 6l 6m ", .known = "1 2 4 "},
};

/* The route was added before the dump ended, and the message arrives behind it. */
static const struct script_step event_behind_an_ipv6_dump[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(2, HAS_ROUTES(ROUTE6(1))), BEHIND_DUMP(2, SAYS(ROUTE6(4))),
               AT_DUMP(3, HAS_ROUTES(ROUTE6(1), ROUTE6(2), ROUTE6(4)))),
     .reports = "A4 D3 ", .known = "1 2 4 "},
};

/* Of another family, another table, and another link's addresses. */
static const struct script_step ipv6_dump_with_other_events_in_it[] = {
    OPEN_IPV6,
    {HAS_ROUTES(ROUTE6(1)), SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, .last = 2,
                       SAYS(ROUTE4(9), ROUTE6(9, .table = 100), ADDRESS4(1, 3, .deleted = true)))),
     .reports = "D2 D3 ", .requests = "B 6l/2 6m/2 "},
};

static const struct script_step ipv6_dump_with_local_events_in_it[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(ROUTE6(9, .table = RT_TABLE_LOCAL))),
               AT_DUMP(2, HAS_ROUTES(ROUTE6(1), ROUTE6(2), ROUTE6(9, .table = RT_TABLE_LOCAL)))),
     .reports = "A9 D3 ", .requests = "B 6l/2 6m/2 B 6l 6m "},
};

/* A dump that is not valid leaves nothing behind: neither what it showed nor that it did. */
static const struct script_step dump_that_is_not_valid[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(2, HAS_ROUTES(ROUTE6(1), ROUTE6(3), ROUTE6(5))),
               BEHIND_DUMP(2, SAYS(ROUTE6(4))),
               AT_DUMP(3, HAS_ROUTES(ROUTE6(1), ROUTE6(2), ROUTE6(4)))),
     .reports = "A4 D3 ", .known = "1 2 4 "},
};

/* The next dump is of everything, whatever is asked for meanwhile. */
static const struct script_step dump_is_made_again_of_all[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(ROUTE6(4), LINK_DOWN(3))), AT_DUMP(3, HAS_ROUTES(ROUTE6(4)))),
     .reports = "A4 D1 D2 D3 ", .requests = "B 6l/2 6m/2 B 6l 6m "},
};

/* The dump is older than the message. */
static const struct script_step dump_of_nexthops_with_events_in_it[] = {
    OPEN_ROUTES(IPV4, HAS_NEXTHOP(NEXTHOP4(9, 2, 7)),
                HAS_ROUTES(ROUTE4(1, .nexthop = 9, .link = 3))),
    {SAYS(LINK_DOWN(3)),
     REACTIONS(AT_NEXTHOP_DUMP(1, SAYS(NEXTHOP4(9, 2, 8))),
               AT_NEXTHOP_DUMP(2, HAS_NEXTHOP(NEXTHOP4(9, 2, 8)))),
     .reports = "D1:7 A1:8 ", .requests = "B N B N B 4l 4m "},
};

/* What was lost while the dump ran may have been about what it shows. */
#define LOSS_BEHIND_A_DUMP(loss)                                                                   \
    {                                                                                              \
        SAYS(LINK_DOWN(2)),                                                                        \
            REACTIONS(AT_DUMP(2, HAS_ROUTES(ROUTE6(1))), BEHIND_DUMP(2, SAYS(loss)),               \
                      AT_DUMP(3, HAS_ROUTES(ROUTE6(1), ROUTE6(2)))),                               \
            .reports = "D3 ", .known = "1 2 "                                                      \
    }

static const struct script_step overrun_behind_a_dump[] = {
    OPEN_IPV6,
    LOSS_BEHIND_A_DUMP(FAILURE(ENOBUFS)),
};

static const struct script_step truncated_message_behind_a_dump[] = {
    OPEN_IPV6,
    LOSS_BEHIND_A_DUMP(TRUNCATED),
};

/* The initial dump of a table that does not rest: the watch knows all that the last dump showed. */
static const struct script_step initial_dump_of_a_table_that_does_not_rest[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1), ROUTE6(2)),
         REACTIONS(AT_DUMP(1, .last = 5, .every = 2, SAYS(ROUTE6(4))),
                   AT_DUMP(2, .last = 6, .every = 2, SAYS(ROUTE6(4, .deleted = true)))),
         .requests = "L N 6l 6m 6l 6m 6l 6m ", .known = "1 2 "),
    /* It is dumped again, though nothing more is said. */
    {HAS_ROUTES(ROUTE6(1)), .reports = "D2 ", .requests = "B 6l 6m "},
};

/*
 * Of an IPv4 dump only the prefixes that messages tell of are in doubt. 2 is replaced while the
 * dump runs, which shows it as it was; 3 is gone in silence.
 */
#define OPEN_IPV4 OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2), ROUTE4(3)))
#define DUMP_WITH_IPV4_EVENTS                                                                      \
    SAYS(LINK_DOWN(2)),                                                                            \
        REACTIONS(AT_DUMP(                                                                         \
            1, HAS_ROUTES(ROUTE4(1), ROUTE4(2)),                                                   \
            SAYS(ROUTE4(2, .deleted = true), ROUTE4(4), ROUTE4(5), ROUTE4(5, .deleted = true)))),  \
        .reports = "D2 A4 A5 D5 D3 "

static const struct script_step ipv4_dump_with_events_in_it[] = {
    OPEN_IPV4,
    {DUMP_WITH_IPV4_EVENTS, .requests = "B 4l/2 4m/2 ", .known = "1 4 "},
};

/* Another route of the prefix that a message named went in silence: one more dump finds it. */
static const struct script_step ipv4_prefix_that_was_left_out[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2, .gateway = 7))),
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(ROUTE4(2, .gateway = 8, .metric = 11)),
                       HAS_ROUTES(ROUTE4(1), ROUTE4(2, .gateway = 8, .metric = 11)))),
     .reports = "A2:8 D2:7 ", .requests = "B 4l/2 4m/2 B 4l 4m ", .known = "1 2:8 "},
};

/* The next resync has nothing left of that. */
static const struct script_step ipv4_prefix_is_valid_again[] = {
    OPEN_IPV4,
    {DUMP_WITH_IPV4_EVENTS},
    {SAYS(LINK(2)), .reports = "D4 A2 "}, /* that is what the kernel has, by its dump */
};

static const struct script_step dump_that_was_interrupted[] = {
    OPEN_IPV4,
    {HAS_ROUTES(ROUTE4(1)), SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, .last = 2, INTERRUPTS_DUMP),
               AT_DUMP(3, HAS_ROUTES(ROUTE4(1), ROUTE4(2)))),
     .reports = "D3 "},
};

#define OPEN_TWO OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2)))
#define EVERYTHING_IN_IPV4 "B L B N B 4l 4m "

static const struct script_step dump_that_was_lost[] = {
    OPEN_TWO,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(FAILURE(ENOBUFS)), LOSES_ANSWER, HAS_ROUTES(ROUTE4(1)))),
     .reports = "D2 ", .requests = "B 4l/2 " EVERYTHING_IN_IPV4, .time = BETWEEN(20, 1000)},
};

static const struct script_step dump_that_was_lost_silently[] = {
    OPEN_TWO,
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, LOSES_ANSWER, HAS_ROUTES(ROUTE4(1)))),
     .reports = "D2 ", .requests = "B 4l/2 " EVERYTHING_IN_IPV4, .time = BETWEEN(20, 1000)},
};

/*
 * The barrier's answer finds no room, and is asked for again. Messages may have been lost with it,
 * so everything is dumped.
 */
static const struct script_step barrier_that_was_lost[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2, .link = 3))),
    {HAS_NO_ROUTES, LOSES_ANSWER, SAYS(LINK_DOWN(2)), .reports = "D1 D2 ",
     .time = BETWEEN(0, 1000)},
};

/* A table that does not rest is dumped less and less often, and at once when it does. */
#define RESTLESS(dumps)                                                                            \
    REACTIONS(AT_DUMP(1, .last = (dumps), .every = 2, SAYS(ROUTE6(4))),                            \
              AT_DUMP(2, .last = (dumps), .every = 2, SAYS(ROUTE6(4, .deleted = true))))
#define TWICE(text) text text
#define FIVE_TIMES(text) text text text text text

static const struct script_step table_that_does_not_rest[] = {
    OPEN_IPV6,
    /* 20 tries: three at once, then after 20, 40 … 1280 ms, and after 2 s each. */
    {HAS_ROUTES(ROUTE6(1)), SAYS(LINK_DOWN(2)), RESTLESS(40),
     .reports = TWICE(TWICE(FIVE_TIMES("A4 D4 "))) "D2 D3 ", .known = "1 ",
     .time = BETWEEN(20000, 40000)},
    /* That is over: the next time begins with tries at once. */
    {HAS_ROUTES(ROUTE6(2)), SAYS(LINK(2)), RESTLESS(2), .reports = "A4 D4 D1 A2 ",
     .takes = BETWEEN(0, 0)},
};

/* ---- Losses -------------------------------------------------------------------------------- */

/* It does not resync in the midst of the storm. */
static const struct script_step overrun[] = {
    OPEN_ROUTES(UNSPEC, HAS_ROUTES(ROUTE4(1), ROUTE4(2))),
    {HAS_ROUTES(ROUTE4(2), ROUTE4(3), ROUTE6(4)), SAYS(FAILURE(ENOBUFS), ROUTE4(3)),
     .reports = "A3 D1 A4 ", .requests = EVERYTHING_IN_IPV4 "B 6l 6m ", .time = BETWEEN(20, 2000)},
};

static const struct script_step overrun_in_a_dump[] = {
    OPEN_TWO,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(1, SAYS(FAILURE(ENOBUFS))), AT_DUMP(2, HAS_ROUTES(ROUTE4(1)))),
     .reports = "D2 ", .requests = "B 4l/2 4m/2 " EVERYTHING_IN_IPV4, .time = BETWEEN(20, 2000)},
};

/* The link went down while nobody listened; when it comes up, that is known to be a change. */
static const struct script_step links_are_resynced_too[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1))),
    {HAS_LINKS(LINK_DOWN(2)), SAYS(FAILURE(ENOBUFS)), .reports = ""},
    {HAS_NO_ROUTES, SAYS(LINK(2)), .reports = "D1 "},
};

static const struct script_step truncated_message[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1))),
    {HAS_NO_ROUTES, SAYS(TRUNCATED), .reports = "D1 ", .requests = EVERYTHING_IN_IPV4},
};

static const struct script_step truncated_message_in_a_dump[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(2, SAYS(TRUNCATED), HAS_ROUTES(ROUTE6(1))),
               AT_DUMP(3, HAS_ROUTES(ROUTE6(1), ROUTE6(2)))),
     .reports = "D3 ", .known = "1 2 "},
};

/* Likewise, where the dump's answer comes with a later batch. */
static const struct script_step truncated_message_before_a_dump[] = {
    OPEN_IPV6,
    {SAYS(LINK_DOWN(2)),
     REACTIONS(AT_DUMP(2, HAS_ROUTES(ROUTE6(1)),
                       SAYS(TRUNCATED, ADDRESS4(1, 3, .deleted = true, .count = SOCKET_BATCH))),
               AT_DUMP(3, HAS_ROUTES(ROUTE6(1), ROUTE6(2)))),
     .reports = "D3 ", .known = "1 2 "},
};

/* What cannot be understood takes nothing with it. */
static const struct script_step malformed_messages[] = {
    OPEN_ROUTES(IPV4),
    {SAYS(MALFORMED(RTM_NEWROUTE, AF_INET), MALFORMED(RTM_NEWLINK, AF_UNSPEC),
          MALFORMED(RTM_DELADDR, AF_INET), ROUTE4(2)),
     .reports = "A2 ", .requests = "", .malformed = 3},
};

static const struct script_step receive_that_fails[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1))),
    {HAS_NO_ROUTES, SAYS(FAILURE(ENOMEM)), .reports = "D1 ", .requests = EVERYTHING_IN_IPV4},
};

/* A descriptor that is not there any more: there is nothing to wait for. */
static const struct script_step socket_that_is_gone[] = {
    OPEN_ROUTES(IPV4),
    {SAYS(FAILURE(EBADF)), .error = -EBADF, .requests = ""},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        script(ipv6_dump_with_events_in_it),
        script(event_behind_an_ipv6_dump),
        script(ipv6_dump_with_other_events_in_it),
        script(ipv6_dump_with_local_events_in_it),
        script(dump_that_is_not_valid),
        script(dump_is_made_again_of_all),
        script(dump_of_nexthops_with_events_in_it),
        script(overrun_behind_a_dump),
        script(truncated_message_behind_a_dump),
        script(initial_dump_of_a_table_that_does_not_rest),
        script(ipv4_dump_with_events_in_it),
        script(ipv4_prefix_that_was_left_out),
        script(ipv4_prefix_is_valid_again),
        script(dump_that_was_interrupted),
        script(dump_that_was_lost),
        script(dump_that_was_lost_silently),
        script(barrier_that_was_lost),
        script(table_that_does_not_rest),
        script(overrun),
        script(overrun_in_a_dump),
        script(links_are_resynced_too),
        script(truncated_message),
        script(truncated_message_in_a_dump),
        script(truncated_message_before_a_dump),
        script(malformed_messages),
        script(receive_that_fails),
        script(socket_that_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
