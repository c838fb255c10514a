/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: the initial dump and reports, and which messages make it dump again
 * and what. The kernel plays scripts (watch_script.h).
 */
#include "watch_script.h"

#include <linux/if_arp.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

/* ---- The initial dump and events ----------------------------------------------------------- */

static const struct script_step initial_dump_and_events[] = {
    OPEN(ROUTE, UNSPEC,
         HAS_ROUTES(ROUTE4(1), ROUTE4(2, .gateway = 7), ROUTE4(3, .table = RT_TABLE_LOCAL),
                    ROUTE6(4)),
         .requests = "L N 4l 4m 6l 6m ", .known = "1 2:7 3 4 ", .reports = ""),
    {SAYS(ROUTE4(5), ROUTE4(2, .gateway = 7, .metric = 5), ROUTE4(1, .deleted = true),
          ROUTE4(6, .table = 100)),
     .reports = "A5 P2:7 D1 ", .known = "2:7 3 4 5 ", .requests = ""},
};

/* There is more to report at once than is taken at a time. */
static const struct script_step reports_in_pieces[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2), ROUTE4(3), ROUTE4(4), ROUTE4(5))),
    {HAS_NO_ROUTES, SAYS(LINK_DOWN(2)), .reports = "D1 D2 D3 D4 D5 ", .known = ""},
};

/* ---- What makes it dump, and what it dumps ------------------------------------------------- */

static const struct script_step dumps_links_that_messages_name[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2, .link = 3), ROUTE4(3, .link = 4))),
    /* Everything is gone, but it only dumps what may have gone. */
    {HAS_NO_ROUTES, SAYS(LINK_DOWN(2), LINK_DOWN(3), ADDRESS4(1, 3, .deleted = true)),
     .reports = "D1 D2 ", .requests = "B 4l/2 4m/2 4l/3 4m/3 ", .known = "3 "},
    {SAYS(LINK_DOWN(5, .last = 9)), .reports = "D3 ", .requests = "B 4l 4m "},
};

static const struct script_step dumps_one_family[] = {
    OPEN_ROUTES(UNSPEC),
    {SAYS(ADDRESS4(1, 3, .deleted = true)), .reports = "", .requests = "B 4l/3 4m/3 "},
    {SAYS(ADDRESS4(1, 3)), .reports = "", .requests = ""},
    {SAYS(ADDRESS6(1, 3)), .reports = "", .requests = "B 6l/3 6m/3 "},
    {SAYS(ADDRESS6(1, 4, .deleted = true)), .reports = "", .requests = "B 6l/4 6m/4 "},

    {SAYS(NETCONF4(3, 1)), .reports = "", .requests = "B 4l/3 4m/3 "},
    {SAYS(NETCONF6(3, 1)), .reports = "", .requests = "B 6l/3 6m/3 "},
    {SAYS(NETCONF4(3, 1)), .reports = "", .requests = ""}, /* as it was */
    /* By its settings the link does not ignore them any more: nothing else said so. */
    {SAYS(LINK(3, .ipv6_mtu = 1500)), .reports = "", .requests = "B 6l/3 6m/3 "},
    {SAYS(NETCONF4(3, 0, .deleted = true)), .reports = "", .requests = "B 4l/3 4m/3 "},
    {SAYS(NETCONF6(3, 0, .deleted = true)), .reports = "", .requests = "B 6l/3 6m/3 "},
    {SAYS(NETCONF4(NETCONFA_IFINDEX_ALL, 1)), .reports = "", .requests = "B 4l 4m "},
    {SAYS(NETCONF6(NETCONFA_IFINDEX_ALL, 1)), .reports = "", .requests = "B 6l 6m "},
    /* What IPv4 does by default some links do at once. */
    {SAYS(NETCONF4(NETCONFA_IFINDEX_DEFAULT, 1)), .reports = "", .requests = "B L B 4l 4m "},
    {SAYS(NETCONF6(NETCONFA_IFINDEX_DEFAULT, 1)), .reports = "", .requests = ""},

    /* IPv4 and IPv6 leave a link, and come back. */
    {SAYS(NETCONF4(4, 0, .deleted = true)), .reports = "", .requests = "B 4l/4 4m/4 "},
    {SAYS(NETCONF6(4, 0, .deleted = true)), .reports = "", .requests = "B 6l/4 6m/4 "},
    {SAYS(NETCONF4(4, 0), NETCONF6(4, 0)), .reports = "", .requests = "B 4l/4 4m/4 B 6l/4 6m/4 "},

    {SAYS(LINK_DOWN(3, .deleted = true)), .reports = "", .requests = "B 4l/3 4m/3 B 6l/3 6m/3 "},
};

/* The kernel refuses to dump a link that is gone: it has nothing. */
static const struct script_step dumps_a_link_that_is_gone[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1), ROUTE4(2, .link = 3))),
    {HAS_ROUTES(ROUTE4(1)), HAS_LINKS(NO_LINK(3)), SAYS(LINK_DOWN(3, .deleted = true)),
     .reports = "D2 ", .requests = "B 4l/3 4m/3 ", .time = BETWEEN(0, 0)},
};

/* IPv4's reject routes are on the loopback link for programs, and on none for the kernel. */
static const struct script_step dumps_the_loopback_link[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .type = RTN_BLACKHOLE), ROUTE4(2, .link = 1)),
                .known = "1 2 "),
    {HAS_ROUTES(ROUTE4(1, .type = RTN_BLACKHOLE)), SAYS(ADDRESS4(1, 1, .deleted = true)),
     .reports = "D2 ", .requests = "B 4l/1 4m/1 "},
};

/* The type of a link is a part of its LUID, and so of the key of its routes. */
static const struct script_step link_of_another_type[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1))),
    {SAYS(LINK(2, .arphrd = ARPHRD_PPP)), .reports = "D1 A1 "},
};

/* With nexthops on several links, and with nexthop objects, links are not independent. */
static const struct script_step dumps_all_where_links_share_routes[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .gateway = 7, .second_gateway = 8, .second_link = 3))),
    {HAS_NO_ROUTES, SAYS(LINK_DOWN(3)), .reports = "D1:7 D1:8 ", .requests = "B 4l 4m "},
};

static const struct script_step nexthop_object_changes[] = {
    OPEN_ROUTES(UNSPEC, HAS_NEXTHOP(NEXTHOP4(9, 2, 7)), HAS_ROUTES(ROUTE4(1, .nexthop = 9)),
                .known = "1:7 "),
    /* No route can use the second one yet. */
    {HAS_NEXTHOP(NEXTHOP4(9, 2, 8)), SAYS(NEXTHOP4(9, 2, 8), NEXTHOP4(10, 2, 9)),
     .reports = "D1:7 A1:8 ", .requests = "B 4l 4m B 6l 6m "},
    {SAYS(NEXTHOP4(11, 2, 9)), .reports = "", .requests = ""},
    /* A carrier takes objects away in silence. */
    {HAS_NO_NEXTHOP, HAS_NO_ROUTES, SAYS(LINK_DOWN(2)), .reports = "D1:8 ",
     .requests = "B N B 4l 4m B 6l 6m "},
};

static const struct script_step nexthop_object_is_deleted[] = {
    OPEN_ROUTES(IPV4, HAS_NEXTHOP(NEXTHOP4(9, 2, 7)), HAS_ROUTES(ROUTE4(1, .nexthop = 9))),
    {HAS_NO_NEXTHOP, HAS_NO_ROUTES, SAYS(NEXTHOP4(9, 2, 7, .deleted = true)), .reports = "D1:7 ",
     .requests = "B 4l 4m "},
    /* There is none left for a carrier to take away. */
    {SAYS(LINK_DOWN(2)), .reports = "", .requests = "B 4l 4m "},
};

/* The nexthops in a route's message count more than its object, which is about to change. */
static const struct script_step route_of_an_object_shows_its_nexthop[] = {
    OPEN_ROUTES(IPV4, HAS_NEXTHOP(NEXTHOP4(9, 2, 7))),
    {SAYS(ROUTE4(1, .nexthop = 9, .compatible = true, .gateway = 8)), .reports = "A1:8 "},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        script(initial_dump_and_events),
        script(reports_in_pieces),
        script(dumps_links_that_messages_name),
        script(dumps_one_family),
        script(dumps_a_link_that_is_gone),
        script(dumps_the_loopback_link),
        script(link_of_another_type),
        script(dumps_all_where_links_share_routes),
        script(nexthop_object_changes),
        script(nexthop_object_is_deleted),
        script(route_of_an_object_shows_its_nexthop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
