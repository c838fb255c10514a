/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: routes that expire, and messages that do not name the route they are
 * about: replaced, deleted, duplicates, nexthops. The kernel plays scripts (watch_script.h).
 */
#include "watch_script.h"

#include <errno.h>
#include <linux/rtnetlink.h>

#define EXPIRES(hundredths) .has_expiry = true, .expires = (hundredths)
#define EXPIRES_AT(ms) .has_expiry = true, .expires_at = (ms)

/* ---- Expiry -------------------------------------------------------------------------------- */

static const struct script_step routes_expire[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1, EXPIRES_AT(10000)), ROUTE6(2, EXPIRES_AT(20000))),
         REACTIONS(FROM(20000, HAS_NO_ROUTES)), .known = "1 2 "),
    {.reports = "D1 D2 ", .time = BETWEEN(20000, 23000)},
};

/* A message sets the time too, and the earliest counts. */
static const struct script_step routes_of_messages_expire[] = {
    OPEN_ROUTES(IPV6),
    {HAS_ROUTES(ROUTE6(1)),
     SAYS(ROUTE6(1, EXPIRES(3000)), ROUTE6(2, EXPIRES(1000)), ROUTE6(3, EXPIRES(2000))),
     .reports = "A1 A2 A3 D2 D3 P1 ", /* 1 has no end any more */
     .time = BETWEEN(10000, 12000)},
};

/* Until it is collected, an expired route can be given new life in silence. */
static const struct script_step expired_route_revives[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1, EXPIRES_AT(10000))),
         REACTIONS(FROM(10000, HAS_ROUTES(ROUTE6(1, EXPIRES(-100)))),
                   FROM(30000, HAS_ROUTES(ROUTE6(1))))),
    {.reports = "D1 A1 ", .time = BETWEEN(30000, 33000)},
};

/* What is collected was there as far as programs know, or is gone already. */
static const struct script_step expired_route_is_collected[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1, EXPIRES(100000)), ROUTE6(2, EXPIRES(-100))),
         .known = "1 "),
    {HAS_NO_ROUTES,
     SAYS(ROUTE6(2, .deleted = true, EXPIRES(-100)), ROUTE6(1, .deleted = true, EXPIRES(-100))),
     .first_report = "D1 ", .requests = ""}, /* by the message, not by the clock */
    {.reports = "", .known = ""},
};

static const struct script_step lifetime_is_reported[] = {
    OPEN_ROUTES(IPV6),
    {SAYS(ROUTE6(1, EXPIRES(60000))), .first_report = "A1 ", .lifetime = 600},
};

/* The same route on another link has no end, and is not taken for the one that has. */
static const struct script_step route_beside_one_in_its_last_moment[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1, EXPIRES(1000)), ROUTE6(1, .link = 3))),
    {HAS_ROUTES(ROUTE6(1, EXPIRES(0)), ROUTE6(1, .link = 3)),
     REACTIONS(FROM(11000, HAS_ROUTES(ROUTE6(1, .link = 3)))), .reports = "D1 ", .known = "1 "},
};

/* Less than 1/100 s is left, and the kernel says 0, as for a route that has no end. */
static const struct script_step route_in_its_last_moment[] = {
    OPEN(ROUTE, IPV6, HAS_ROUTES(ROUTE6(1, EXPIRES(1000)))),
    {HAS_ROUTES(ROUTE6(1, EXPIRES(0))), REACTIONS(FROM(11000, HAS_NO_ROUTES)), .reports = "D1 ",
     .time = BETWEEN(12000, 16000)},
};

#define ROUTER_ROUTE(...) ROUTE6(1, .protocol = RTPROT_RA, __VA_ARGS__)

/* The kernel announces a route that a router advertised, then sets its lifetime in silence. */
static const struct script_step lifetime_after_announcement[] = {
    OPEN_ROUTES(UNSPEC),
    {HAS_ROUTES(ROUTER_ROUTE(EXPIRES_AT(20000))), SAYS(ROUTER_ROUTE()),
     REACTIONS(FROM(20000, HAS_NO_ROUTES)), .reports = "A1 D1 ", .time = BETWEEN(20000, 23000)},
};

/* Where the dump shows no lifetime yet, another one is due. */
static const struct script_step lifetime_long_after_announcement[] = {
    OPEN_ROUTES(UNSPEC),
    {HAS_ROUTES(ROUTER_ROUTE()), SAYS(ROUTER_ROUTE()),
     REACTIONS(FROM(500, HAS_ROUTES(ROUTER_ROUTE(EXPIRES_AT(20000)))), FROM(20000, HAS_NO_ROUTES)),
     .reports = "A1 P1 D1 ", .time = BETWEEN(20000, 23000)},
};

/* ---- Links ---------------------------------------------------------------------------------- */

/* To join a VRF takes the address' own route from a link that is down already, in silence. */
static const struct script_step link_joins_vrf[] = {
    OPEN(ROUTE, IPV4, HAS_LINKS(LINK_DOWN(2)), HAS_ROUTES(ROUTE4(1), ROUTE4(2, .link = 3))),
    {HAS_ROUTES(ROUTE4(2, .link = 3)), SAYS(LINK_DOWN(2, .master = 5)), .reports = "D1 ",
     .requests = "B 4l/2 4m/2 "},
    {SAYS(LINK_DOWN(2, .family = AF_INET6), LINK_DOWN(2, .master = 5)), .reports = "",
     .requests = ""},
};

/* ---- Routes that messages do not name ------------------------------------------------------ */

static const struct script_step replaced_routes[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .gateway = 7), ROUTE4(1, .gateway = 8, .metric = 20))),
    {SAYS(ROUTE4(1, .gateway = 9, .flags = NLM_F_REPLACE)), .reports = "A1:9 D1:7 ",
     .requests = ""},

    /* One of two with the same metric: which, only the table says. */
    {SAYS(ROUTE4(1, .gateway = 6)), .reports = "A1:6 "},
    {HAS_ROUTES(ROUTE4(1, .gateway = 5), ROUTE4(1, .gateway = 6),
                ROUTE4(1, .gateway = 8, .metric = 20)),
     SAYS(ROUTE4(1, .gateway = 5, .flags = NLM_F_REPLACE)), .reports = "A1:5 D1:9 ",
     .requests = "B 4l 4m "},
};

/* What has another table or tos is beside it, not in its place. */
static const struct script_step replaced_beside_others[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .gateway = 7), ROUTE4(1, .gateway = 8, .tos = 16),
                                 ROUTE4(1, .gateway = 9, .table = RT_TABLE_LOCAL))),
    {SAYS(ROUTE4(1, .gateway = 6, .flags = NLM_F_REPLACE)), .reports = "A1:6 D1:7 ",
     .requests = ""},

    /* The same nexthop, with another field. */
    {SAYS(ROUTE4(1, .gateway = 6, .protocol = RTPROT_BGP, .flags = NLM_F_REPLACE)),
     .reports = "P1:6 "},
    {SAYS(ROUTE4(1, .gateway = 6, .protocol = RTPROT_BGP, .deleted = true)), .reports = "D1:6 ",
     .known = "1:8 1:9 "},
};

/* The same gateway on another link is another nexthop. */
static const struct script_step replaced_on_another_link[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .gateway = 7))),
    {SAYS(ROUTE6(1, .gateway = 7, .link = 3, .flags = NLM_F_REPLACE)), .reports = "A1:7 D1:7 ",
     .requests = ""},
};

/* A route with a gateway does not take the place of one that cannot be a nexthop beside it. */
static const struct script_step replaced_beside_one_on_link[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1))),
    {HAS_ROUTES(ROUTE6(1), ROUTE6(1, .gateway = 7)),
     SAYS(ROUTE6(1, .gateway = 7, .flags = NLM_F_REPLACE)), .reports = "A1:7 ",
     .requests = "B 6l 6m "},
};

/* IPv6's routes of nexthop objects are deleted by the object's id. */
static const struct script_step deleted_routes_of_nexthop_objects[] = {
    OPEN_ROUTES(IPV6, HAS_NEXTHOP(NEXTHOP6(9, 2, 7)),
                HAS_ROUTES(ROUTE6(1, .nexthop = 9), ROUTE6(1, .gateway = 8))),
    {SAYS(NEXTHOP6(10, 3, 6), ROUTE6(1, .nexthop = 10)), .reports = "A1:6 "},
    {SAYS(ROUTE6(1, .nexthop = 9, .deleted = true)), .reports = "D1:7 ", .requests = "",
     .known = "1:6 1:8 "},
};

static const struct script_step replaced_ipv6_routes[] = {
    /* Two nexthops that came in messages of their own. */
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .gateway = 7), ROUTE6(1, .gateway = 8))),
    {HAS_ROUTES(ROUTE6(1, .gateway = 9)), SAYS(ROUTE6(1, .gateway = 9, .flags = NLM_F_REPLACE)),
     .reports = "A1:9 D1:7 D1:8 ", .requests = "B 6l 6m "},
    {SAYS(ROUTE6(1, .gateway = 7, .flags = NLM_F_REPLACE)), .reports = "A1:7 D1:9 ",
     .requests = ""},

    /* An on-link route is no nexthop beside it: it does not take its place. */
    {HAS_ROUTES(ROUTE6(1, .gateway = 7), ROUTE6(1)), SAYS(ROUTE6(1, .flags = NLM_F_REPLACE)),
     .reports = "A1 ", .requests = "B 6l 6m "},
};

/* Duplicates: an on-link route, and the copy of it that took the place of a reject route. */
#define REJECT_ROUTE ROUTE6(1, .type = RTN_UNREACHABLE, .link = 1)
#define REPLACED .flags = NLM_F_REPLACE

static const struct script_step duplicate_is_made[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(REJECT_ROUTE, ROUTE6(1, .link = 3))),

    /* The first, or the one that is the same? That takes a dump, and until then nothing goes. */
    {HAS_ROUTES(ROUTE6(1, .link = 3)),
     SAYS(ROUTE6(1, .link = 3, REPLACED), ROUTE6(1, .link = 3, .deleted = true)), .reports = "D1 ",
     .requests = "B 6l 6m ", .known = "1 "},

    /* Now there is but one. */
    {HAS_NO_ROUTES, SAYS(ROUTE6(1, .link = 3, .deleted = true)), .reports = "D1 ", .requests = ""},
};

static const struct script_step duplicate_is_found[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .link = 3), ROUTE6(1, .link = 3))),
    {HAS_ROUTES(ROUTE6(1, .link = 3)), SAYS(ROUTE6(1, .link = 3, .deleted = true)), .reports = "",
     .requests = "B 6l 6m "},
    {HAS_ROUTES(REJECT_ROUTE), SAYS(ROUTE6(1, .type = RTN_UNREACHABLE, .link = 1, REPLACED)),
     .reports = "A1 D1 ", .requests = ""},
};

/* A dump of another link does not tell how often a route is there. */
static const struct script_step duplicate_on_another_link[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .link = 3), ROUTE6(1, .link = 3))),
    {SAYS(ADDRESS6(1, 4)), .reports = "", .requests = "B 6l/4 6m/4 "},
    {HAS_ROUTES(ROUTE6(1, .link = 3)), SAYS(ROUTE6(1, .link = 3, .deleted = true)), .reports = "",
     .requests = "B 6l 6m ", .known = "1 "},
};

/* Nexthops that were appended with another protocol: events show all with the newest one's. */
static const struct script_step nexthops_of_several_protocols[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .gateway = 7))),
    {HAS_ROUTES(ROUTE6(1, .gateway = 7, .second_gateway = 8, .second_link = 3)),
     SAYS(ROUTE6(1, .gateway = 7, .second_gateway = 8, .second_link = 3, .protocol = RTPROT_BGP,
                 .flags = NLM_F_APPEND)),
     .reports = "A1:8 ", .requests = "B 6l 6m "},

    /* The oldest goes; the other is shown with its own protocol from now on. */
    {HAS_ROUTES(ROUTE6(1, .gateway = 8, .link = 3, .protocol = RTPROT_BGP)),
     SAYS(ROUTE6(1, .gateway = 7, .deleted = true)), .reports = "D1:7 P1:8 ",
     .requests = "B 6l 6m "},
};

/* A route with another metric has nothing to do with it. */
static const struct script_step protocol_of_another_metric[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .gateway = 7, .metric = 20))),
    {SAYS(ROUTE6(1, .gateway = 8, .second_gateway = 9, .second_link = 3, .protocol = RTPROT_BGP)),
     .reports = "A1:8 A1:9 ", .requests = ""},
};

#define MULTIPATH .gateway = 7, .second_gateway = 8, .second_link = 3

/* IPv4 deletes a whole route; those beside it stay. */
static const struct script_step deleted_routes[] = {
    OPEN_ROUTES(IPV4,
                HAS_ROUTES(ROUTE4(1, MULTIPATH), ROUTE4(1, .gateway = 9), ROUTE4(2, .gateway = 7))),
    {SAYS(ROUTE4(1, MULTIPATH, .deleted = true)), .reports = "D1:8 D1:7 ", .known = "1:9 2:7 ",
     .requests = ""},
};

/* A nexthop is shown or not; a route that turns from one into the other goes or comes. */
static const struct script_step nexthops_that_are_not_shown[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .gateway = 7))),
    {SAYS(ROUTE4(1, .gateway = 7, .nexthop_is_dead = true)), .reports = "D1:7 "},
    {SAYS(ROUTE4(1, .gateway = 7)), .reports = "A1:7 "},
    {SAYS(ROUTE4(2, .gateway = 7, .nexthop_is_dead = true)), .reports = "", .known = "1:7 "},
    /* The dead one was meant: it is known. */
    {SAYS(ROUTE4(2, .gateway = 8, .flags = NLM_F_REPLACE)), .reports = "A2:8 ", .requests = ""},
    {SAYS(ROUTE4(3, MULTIPATH, .nexthop_is_dead = true)), .reports = "A3:7 "},
};

/* Routes that differ in what no key has: one row, which is there as long as one of them is. */
#define COMES_AND_GOES(...)                                                                        \
    {SAYS(ROUTE4(1, MULTIPATH, __VA_ARGS__)), .never_reports = "AD"},                              \
    {                                                                                              \
        SAYS(ROUTE4(1, MULTIPATH, __VA_ARGS__, .deleted = true)), .never_reports = "AD",           \
                                                                  .known = "1:7 1:8 "              \
    }

static const struct script_step several_routes_of_one_row[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, MULTIPATH))),
    COMES_AND_GOES(.scope = 200),
    COMES_AND_GOES(.protocol = 200),
    COMES_AND_GOES(.weight = 2),
    COMES_AND_GOES(.tos = 4),
    COMES_AND_GOES(.metric = 9),
    COMES_AND_GOES(.table = RT_TABLE_LOCAL),
    COMES_AND_GOES(.nexthop = 9, .compatible = true),
    {.requests = ""},
};

/* The nexthops of its nexthop object do not make a route another one. */
static const struct script_step route_of_an_object_is_deleted_without_nexthops[] = {
    OPEN_ROUTES(IPV4, HAS_NEXTHOP(NEXTHOP4(9, 2, 7)),
                HAS_ROUTES(ROUTE4(1, .nexthop = 9, .compatible = true, .gateway = 7))),
    {SAYS(ROUTE4(1, .nexthop = 9, .deleted = true)), .reports = "D1:7 "},
};

/* Two objects that are alike are two all the same. */
static const struct script_step routes_of_two_objects[] = {
    OPEN_ROUTES(IPV4, HAS_ROUTES(ROUTE4(1, .nexthop = 9, .compatible = true, .gateway = 7))),
    {SAYS(ROUTE4(1, .nexthop = 10, .compatible = true, .gateway = 7),
          ROUTE4(1, .nexthop = 10, .compatible = true, .gateway = 7, .deleted = true)),
     .reports = "", .known = "1:7 "},
};

/* What rows show beside the key, found out by a resync; the next one finds nothing new. */
#define RESYNC_FINDS(changes, ...)                                                                 \
    {HAS_ROUTES(ROUTE6(1, .gateway = 7, __VA_ARGS__)), SAYS(FAILURE(ENOBUFS)),                     \
     .reports = changes},                                                                          \
    {                                                                                              \
        SAYS(FAILURE(ENOBUFS)), .reports = ""                                                      \
    }

static const struct script_step fields_that_change[] = {
    OPEN_ROUTES(IPV6),
    RESYNC_FINDS("A1:7 "),
    RESYNC_FINDS("P1:7 ", .protocol = RTPROT_DHCP), /* the origin */
    RESYNC_FINDS("P1:7 ", .protocol = RTPROT_BGP),
    RESYNC_FINDS("P1:7 ", .metric = 20),
    /* A lifetime runs down: there is no second resync that finds nothing new. */
    {HAS_ROUTES(ROUTE6(1, .gateway = 7, EXPIRES(100000))), SAYS(FAILURE(ENOBUFS)),
     .first_report = "P1:7 ", .lifetime = 1000},
};

/* An address of the host's own is a route on the loopback link, but not by its index. */
static const struct script_step type_that_changes[] = {
    OPEN_ROUTES(IPV6, HAS_ROUTES(ROUTE6(1, .table = RT_TABLE_LOCAL))),
    {HAS_ROUTES(ROUTE6(1, .table = RT_TABLE_LOCAL, .type = RTN_LOCAL)), SAYS(FAILURE(ENOBUFS)),
     .reports = "P1 "},
};

int main(void)
{
    const struct CMUnitTest tests[] = {
        script(routes_expire),
        script(routes_of_messages_expire),
        script(expired_route_revives),
        script(expired_route_is_collected),
        script(lifetime_is_reported),
        script(route_beside_one_in_its_last_moment),
        script(route_in_its_last_moment),
        script(lifetime_after_announcement),
        script(lifetime_long_after_announcement),
        script(link_joins_vrf),
        script(replaced_routes),
        script(replaced_beside_others),
        script(replaced_on_another_link),
        script(replaced_beside_one_on_link),
        script(deleted_routes_of_nexthop_objects),
        script(replaced_ipv6_routes),
        script(duplicate_is_made),
        script(duplicate_is_found),
        script(duplicate_on_another_link),
        script(nexthops_of_several_protocols),
        script(protocol_of_another_metric),
        script(deleted_routes),
        script(nexthops_that_are_not_shown),
        script(several_routes_of_one_row),
        script(route_of_an_object_is_deleted_without_nexthops),
        script(routes_of_two_objects),
        script(fields_that_change),
        script(type_that_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
