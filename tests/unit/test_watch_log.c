/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch_log: what a watch tells of what it hears and does. The kernel plays
 * scripts (watch_script.h).
 */
#include "backend/log.h"
#include "watch_script.h"

#include <errno.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

#define BIT(word) (1U << LOG_##word)

#define TWO_ROUTES HAS_ROUTES(ROUTE4(1), ROUTE4(2, .link = 3))

/* With nothing on, nothing is told; and lines of words that are off are not. */
static const struct script_step nothing_is_told_unasked[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES, .told = ""),
    {SAYS(LINK_DOWN(2), ROUTE4(5)), .told = "", .reports = "A5 D5 "},
    {SAYS(FAILURE(ENOBUFS), LINK_DOWN(2)), .words = BIT(MESSAGE), .reports = "",
     .told = "message: route watch #: RTM_NEWLINK, link 2\n"},
};

static const struct script_step opens[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES, .words = LOG_ALL,
                .told = "resync: route watch #: links, because of open\n"
                        "dump: route watch #: links: valid after 0 ms\n"
                        "resync: route watch #: nexthop objects, because of open\n"
                        "dump: route watch #: nexthop objects: valid after 0 ms\n"
                        "resync: route watch #: IPv4, because of open\n"
                        "dump: route watch #: IPv4: valid after 0 ms, 2 records\n"
                        "watch: route watch #: opened: IPv4, 2 records\n"),
};

static const struct script_step a_change_has_its_message[] = {
    OPEN_ROUTES(UNSPEC),
    {SAYS(ROUTE4(5, .gateway = 7), ROUTE4(5, .gateway = 7, .metric = 9), ROUTE6(4),
          ROUTE6(4, .deleted = true)),
     .words = LOG_ALL, .reports = "A5:7 P5:7 A4 D4 ",
     .told = "message: route watch #: RTM_NEWROUTE\n"
             "change: route watch #: added 10.5.0.0/16 through 10.0.0.7, link 2\n"
             "message: route watch #: RTM_NEWROUTE\n"
             "change: route watch #: changed 10.5.0.0/16 through 10.0.0.7, link 2\n"
             "message: route watch #: RTM_NEWROUTE\n"
             "change: route watch #: added 2001:4::/32 on-link, link 2\n"
             "message: route watch #: RTM_DELROUTE\n"
             "change: route watch #: deleted 2001:4::/32 on-link, link 2\n"},
};

static const struct script_step addresses_and_interfaces[] = {
    OPEN(UNICAST, IPV4, .reports = ""),
    {SAYS(ADDRESS4(3, 2)), .words = BIT(MESSAGE) | BIT(CHANGE), .reports = "A3 ",
     .told = "message: unicast watch #: RTM_NEWADDR, link 2\n"
             "change: unicast watch #: added 10.3.0.1, link 2\n"},
};

/* ---- Resyncs: each cause ------------------------------------------------------------------- */

static const struct script_step causes[] = {
    OPEN_ROUTES(IPV4, HAS_NEXTHOP(NEXTHOP4(9, 2, 7)), HAS_ROUTES(ROUTE4(1, .nexthop = 9))),
    {SAYS(LINK_DOWN(2)), .words = BIT(RESYNC), .reports = "",
     .told = "resync: route watch #: nexthop objects, because of link\n"
             "resync: route watch #: IPv4, because of link\n"},
    {SAYS(ADDRESS4(1, 3, .deleted = true)), .words = BIT(RESYNC), .reports = "",
     .told = "resync: route watch #: IPv4, because of address\n"},
    {SAYS(NETCONF4(3, 1)), .words = BIT(RESYNC), .reports = "",
     .told = "resync: route watch #: IPv4, because of netconf\n"},
    {HAS_NEXTHOP(NEXTHOP4(9, 2, 8)), SAYS(NEXTHOP4(9, 2, 8)), .words = BIT(RESYNC),
     .reports = "D1:7 A1:8 ", .told = "resync: route watch #: IPv4, because of nexthop\n"},
    {SAYS(FAILURE(ENOBUFS)), .words = BIT(RESYNC) | BIT(OVERRUN), .reports = "",
     .told = "overrun: route watch #: messages were lost; everything is looked at again\n"
             "resync: route watch #: links, because of overrun\n"
             "resync: route watch #: nexthop objects, because of overrun\n"
             "resync: route watch #: IPv4, because of overrun\n"},
    {SAYS(FAILURE(ENOMEM)), .words = BIT(RESYNC) | BIT(ERROR), .reports = "",
     .told = "error: route watch #: error 12; everything is looked at again\n"
             "resync: route watch #: links, because of error\n"
             "resync: route watch #: nexthop objects, because of error\n"
             "resync: route watch #: IPv4, because of error\n"},
    {SAYS(TRUNCATED), .words = BIT(RESYNC), .reports = "",
     .told = "resync: route watch #: links, because of answer\n"
             "resync: route watch #: nexthop objects, because of answer\n"
             "resync: route watch #: IPv4, because of answer\n"},
};

/* A lifetime that is over is not announced. */
static const struct script_step expiry[] = {
    OPEN_ROUTES(IPV6),
    {HAS_NO_ROUTES, SAYS(ROUTE6(1, .has_expiry = true, .expires = 60000)), .words = BIT(RESYNC),
     .reports = "A1 D1 ", .told = "resync: route watch #: IPv6, because of expiry\n"},
};

/* A burst is one resync, and has all of its causes and links. */
static const struct script_step causes_come_together[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES),
    {SAYS(LINK_DOWN(2), ADDRESS4(1, 3, .deleted = true), NETCONF4(4, 1)), .words = BIT(RESYNC),
     .reports = "",
     .told = "resync: route watch #: IPv4 on link 2, 3, 4, because of link, address, netconf\n"},
};

/* ---- Dumps: what becomes of each ------------------------------------------------------------- */

/* It goes on until the dump is valid, and says each time why not. */
static const struct script_step a_dump_is_discarded[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1), ROUTE6(2))),
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, SAYS(ROUTE6(4)))), .words = BIT(RESYNC) | BIT(DUMP),
     .reports = "A4 D4 ",
     .told = "resync: route watch #: IPv6 on link 2, because of link\n"
             "dump: route watch #: IPv6: discarded after 0 ms: a message came about what it shows; "
             "the next at once\n"
             "resync: route watch #: IPv6, because of link, again\n"
             "dump: route watch #: IPv6: valid after 0 ms, 2 records\n"},
};

/* It shows what was before and what was after a change: all is looked at again. */
static const struct script_step a_dump_is_interrupted[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES),
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, INTERRUPTS_DUMP)), .words = BIT(RESYNC) | BIT(DUMP),
     .reports = "",
     .told = "resync: route watch #: IPv4 on link 2, because of link\n"
             "dump: route watch #: IPv4: discarded after 0 ms: the kernel was interrupted; "
             "the next at once\n"
             "resync: route watch #: links, because of answer\n"
             "dump: route watch #: links: valid after 0 ms\n"
             "resync: route watch #: nexthop objects, because of answer\n"
             "dump: route watch #: nexthop objects: valid after 0 ms\n"
             "resync: route watch #: IPv4, because of link, answer, again\n"
             "dump: route watch #: IPv4: valid after 0 ms, 2 records\n"},
};

static const struct script_step an_answer_is_lost[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES),
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, LOSES_ANSWER)),
     .words = BIT(OVERRUN) | BIT(RESYNC) | BIT(DUMP), .reports = "",
     .told = "resync: route watch #: IPv4 on link 2, because of link\n"
             "overrun: route watch #: messages were lost; everything is looked at again\n"
             "dump: route watch #: IPv4: discarded after 0 ms: messages were lost; "
             "the next at once\n"
             "resync: route watch #: links, because of overrun\n"
             "dump: route watch #: links: valid after 0 ms\n"
             "resync: route watch #: nexthop objects, because of overrun\n"
             "dump: route watch #: nexthop objects: valid after 0 ms\n"
             "resync: route watch #: IPv4, because of link, overrun, again\n"
             "dump: route watch #: IPv4: valid after 0 ms, 2 records\n"},
};

#define DISCARDED                                                                                  \
    "dump: route watch #: IPv6: discarded after 0 ms: a message came about what it shows; "

/* A table that does not come to rest: a pause follows, and its length is told. */
static const struct script_step a_pause_follows[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1))),
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, .last = 6, SAYS(ROUTE6(4)))), .words = BIT(DUMP),
     .reports = "A4 D4 ",
     .told = DISCARDED "the next at once\n" DISCARDED "the next at once\n" DISCARDED
                       "the next in 20 ms\n"
                       "dump: route watch #: IPv6: valid after 0 ms, 1 record\n"},
};

#define INTERRUPTED "dump: route watch #: IPv4: discarded after 0 ms: the kernel was interrupted; "
#define OTHERS                                                                                     \
    "dump: route watch #: links: valid after 0 ms\n"                                               \
    "dump: route watch #: nexthop objects: valid after 0 ms\n"

/* Others that are valid in between are no sign that it has come to rest. */
static const struct script_step a_pause_follows_interruptions[] = {
    OPEN_ROUTES(IPV4, TWO_ROUTES),
    {SAYS(LINK_DOWN(2)), REACTIONS(AT_DUMP(1, .last = 8, INTERRUPTS_DUMP)), .words = BIT(DUMP),
     .reports = "",
     .told =
         INTERRUPTED "the next at once\n" OTHERS INTERRUPTED "the next at once\n" OTHERS INTERRUPTED
                     "the next in 20 ms\n" OTHERS INTERRUPTED "the next in 40 ms\n" OTHERS
                     "dump: route watch #: IPv4: valid after 0 ms, 2 records\n",
     .takes = BETWEEN(60, 60)},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        script(nothing_is_told_unasked),
        script(opens),
        script(a_change_has_its_message),
        script(addresses_and_interfaces),
        script(causes),
        script(expiry),
        script(causes_come_together),
        script(a_dump_is_discarded),
        script(a_dump_is_interrupted),
        script(an_answer_is_lost),
        script(a_pause_follows),
        script(a_pause_follows_interruptions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
