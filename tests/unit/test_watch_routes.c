/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: routes that expire, and messages that do not name the route they are
 * about: replaced, deleted, doubles, nexthops. The kernel is the test's own (scripted_kernel.h).
 */
#include "watch_script.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#define EXPIRES(hundredths) .family = AF_INET6, .has_expiry = true, .expires = (hundredths)

/* ---- Expiry -------------------------------------------------------------------------------- */

static void expire(unsigned number)
{
    (void)number;
    if (kernel_time() < 20000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES((int32_t)(10000 - kernel_time()) / 10)),
                   ROUTE(.number = 2, EXPIRES((int32_t)(20000 - kernel_time()) / 10)));
    else
        HAS_NO_ROUTES();
}

static void routes_expire(void **state)
{
    (void)state;
    kernel_at_request = expire;
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    knows("1 2 ");
    tells("D1 D2 ");
    assert_in_range(kernel_time(), 20000, 23000);
}

/* A message sets the time too, and the earliest counts. */
static void route_that_is_told_of_expires(void **state)
{
    (void)state;
    start(MIB_FAMILY_IPV6);
    kernel_says(ROUTE(.number = 1, EXPIRES(3000)));
    kernel_says(ROUTE(.number = 2, EXPIRES(1000)));
    kernel_says(ROUTE(.number = 3, EXPIRES(2000)));
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    tells("A1 A2 A3 D2 D3 P1 "); /* 1 has no end any more */
    assert_in_range(kernel_time(), 10000, 12000);
}

/* Until it is collected, an expired route can be given new life without a word. */
static void expire_and_revive(unsigned number)
{
    (void)number;
    if (kernel_time() < 10000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES((int32_t)(10000 - kernel_time()) / 10)));
    else if (kernel_time() < 30000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES(-100)));
    else
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
}

static void expired_route_revives(void **state)
{
    (void)state;
    kernel_at_request = expire_and_revive;
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    tells("D1 A1 ");
    assert_in_range(kernel_time(), 30000, 33000);
}

/* What is collected was there as far as programs know, or is gone already. */
static void expired_route_is_collected(void **state)
{
    (void)state;
    const struct mib_change *change;

    HAS_ROUTES(ROUTE(.number = 1, EXPIRES(100000)), ROUTE(.number = 2, EXPIRES(-100)));
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    (void)kernel_requests();
    knows("1 ");
    HAS_NO_ROUTES();
    kernel_says(ROUTE(.number = 2, .type = RTM_DELROUTE, EXPIRES(-100)));
    kernel_says(ROUTE(.number = 1, .type = RTM_DELROUTE, EXPIRES(-100)));
    change = watch_waits(watch);
    assert_int_equal(change->type, MIB_CHANGE_DELETE);
    requested(""); /* by the message, not by the clock */
    tells("");
    knows("");
}

static void lifetime_is_told(void **state)
{
    (void)state;
    const struct mib_change *change;

    start(MIB_FAMILY_IPV6);
    kernel_says(ROUTE(.number = 1, EXPIRES(60000)));
    change = watch_waits(watch);
    assert_int_equal(((const struct mib_route *)change->row)->valid_lifetime, 600);
}

/* The same route on another link has no end, and is not taken for the one that has. */
static void expire_on_one_link(unsigned number)
{
    (void)number;
    if (kernel_time() < 11000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES(0)),
                   ROUTE(.number = 1, .family = AF_INET6, .link = 3));
    else
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .link = 3));
}

static void route_beside_one_in_its_last_moment(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, EXPIRES(1000)),
               ROUTE(.number = 1, .family = AF_INET6, .link = 3));
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    kernel_at_request = expire_on_one_link;
    tells("D1 ");
    knows("1 ");
}

static void just_expired(unsigned number)
{
    /* Less than 1/100 s is left, and the kernel says 0, as for a route that has no end. */
    (void)number;
    if (kernel_time() < 11000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES(0)));
    else
        HAS_NO_ROUTES();
}

static void route_in_its_last_moment(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, EXPIRES(1000)));
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    kernel_at_request = just_expired;
    tells("D1 ");
    assert_in_range(kernel_time(), 12000, 16000);
}

static void lifetime_of_router(unsigned number)
{
    (void)number;
    if (kernel_time() < 20000)
        HAS_ROUTES(ROUTE(.number = 1, EXPIRES((int32_t)(20000 - kernel_time()) / 10),
                         .protocol = RTPROT_RA));
    else
        HAS_NO_ROUTES();
}

/* The kernel announces a route that a router advertised, then sets its lifetime in silence. */
static void lifetime_after_announcement(void **state)
{
    (void)state;
    start(MIB_FAMILY_UNSPEC);
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .protocol = RTPROT_RA));
    kernel_at_request = lifetime_of_router;
    tells("A1 D1 ");
    assert_in_range(kernel_time(), 20000, 23000);
}

static void late_lifetime_of_router(unsigned number)
{
    if (kernel_time() < 500)
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .protocol = RTPROT_RA));
    else
        lifetime_of_router(number);
}

/* Where the lifetime is not there yet when the route is looked at, another look is due. */
static void lifetime_long_after_announcement(void **state)
{
    (void)state;
    start(MIB_FAMILY_UNSPEC);
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .protocol = RTPROT_RA));
    kernel_at_request = late_lifetime_of_router;
    tells("A1 P1 D1 ");
    assert_in_range(kernel_time(), 20000, 23000);
}

/* ---- Links ---------------------------------------------------------------------------------- */

/* To join a VRF takes the address' own route from a link that is down already, in silence. */
static void link_joins_vrf(void **state)
{
    (void)state;
    kernel_has_link(LINK(.ifindex = 2, .is_down = true));
    HAS_ROUTES(ROUTE(.number = 1, .link = 2), ROUTE(.number = 2, .link = 3));
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    HAS_ROUTES(ROUTE(.number = 2, .link = 3));
    kernel_says(LINK(.ifindex = 2, .is_down = true, .master = 5));
    tells("D1 ");
    requested("B 4l/2 4m/2 ");
    kernel_says(LINK(.ifindex = 2, .family = AF_INET6, .is_down = true));
    kernel_says(LINK(.ifindex = 2, .is_down = true, .master = 5));
    tells("");
    requested("");
}

/* ---- Routes that messages do not name ------------------------------------------------------ */

static void replaced_routes(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7), ROUTE(.number = 1, .gateway = 8, .metric = 20));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .gateway = 9, .flags = NLM_F_REPLACE));
    tells("A1:9 D1:7 ");
    requested("");

    /* One of two with the same metric: which, only the table says. */
    kernel_says(ROUTE(.number = 1, .gateway = 6));
    tells("A1:6 ");
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 5), ROUTE(.number = 1, .gateway = 6),
               ROUTE(.number = 1, .gateway = 8, .metric = 20));
    kernel_says(ROUTE(.number = 1, .gateway = 5, .flags = NLM_F_REPLACE));
    tells("A1:5 D1:9 ");
    requested("B 4l 4m ");
}

/* What has another table or tos is beside it, not in its place. */
static void replaced_beside_others(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7), ROUTE(.number = 1, .gateway = 8, .tos = 16),
               ROUTE(.number = 1, .gateway = 9, .table = RT_TABLE_LOCAL));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .gateway = 6, .flags = NLM_F_REPLACE));
    tells("A1:6 D1:7 ");
    requested("");

    /* The same nexthop, with another field. */
    kernel_says(ROUTE(.number = 1, .gateway = 6, .protocol = RTPROT_BGP, .flags = NLM_F_REPLACE));
    tells("P1:6 ");
    kernel_says(ROUTE(.number = 1, .gateway = 6, .protocol = RTPROT_BGP, .type = RTM_DELROUTE));
    tells("D1:6 ");
    knows("1:8 1:9 ");
}

/* The same gateway on another link is another nexthop. */
static void replaced_on_another_link(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7));
    start(MIB_FAMILY_IPV6);
    kernel_says(
        ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .link = 3, .flags = NLM_F_REPLACE));
    tells("A1:7 D1:7 ");
    requested("");
}

/* A route with a gateway does not take the place of one that cannot be a nexthop beside it. */
static void replaced_beside_one_on_link(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    start(MIB_FAMILY_IPV6);
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6),
               ROUTE(.number = 1, .family = AF_INET6, .gateway = 7));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .flags = NLM_F_REPLACE));
    tells("A1:7 ");
    requested("B 6l 6m ");
}

/* IPv6's routes of nexthop objects are deleted by the object's id. */
static void deleted_routes_of_nexthop_objects(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET6, 9, 2, 7));
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .nexthop = 9),
               ROUTE(.number = 1, .family = AF_INET6, .gateway = 8));
    start(MIB_FAMILY_IPV6);
    kernel_says(nexthop_says(RTM_NEWNEXTHOP, AF_INET6, 10, 3, 6));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .nexthop = 10));
    tells("A1:6 ");
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .nexthop = 9, .type = RTM_DELROUTE));
    tells("D1:7 ");
    requested("");
    knows("1:6 1:8 ");
}

static void replaced_ipv6_routes(void **state)
{
    (void)state;
    /* Two nexthops that were told of singly. */
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7),
               ROUTE(.number = 1, .family = AF_INET6, .gateway = 8));
    start(MIB_FAMILY_IPV6);
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 9));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 9, .flags = NLM_F_REPLACE));
    tells("A1:9 D1:7 D1:8 ");
    requested("B 6l 6m ");
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .flags = NLM_F_REPLACE));
    tells("A1:7 D1:9 ");
    requested("");

    /* An on-link route is no nexthop beside it: it does not take its place. */
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7),
               ROUTE(.number = 1, .family = AF_INET6));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .flags = NLM_F_REPLACE));
    tells("A1 ");
    requested("B 6l 6m ");
}

/* Two that nothing tells apart: an on-link one, and the copy of it that took another's place. */
#define DOUBLE(...) ROUTE(.number = 1, .family = AF_INET6, __VA_ARGS__)
#define DOUBLE_REJECT(...) DOUBLE(.kind = RTN_UNREACHABLE, __VA_ARGS__)

static void double_is_made(void **state)
{
    (void)state;
    HAS_ROUTES(DOUBLE_REJECT(.link = 1), DOUBLE(.link = 3));
    start(MIB_FAMILY_IPV6);

    /* The first, or the one that is the same? That takes a look, and until then nothing goes. */
    HAS_ROUTES(DOUBLE(.link = 3), DOUBLE(.link = 3));
    kernel_says(DOUBLE(.link = 3, .flags = NLM_F_REPLACE));
    HAS_ROUTES(DOUBLE(.link = 3));
    kernel_says(DOUBLE(.link = 3, .type = RTM_DELROUTE));
    tells("D1 ");
    requested("B 6l 6m ");
    knows("1 ");

    /* Now there is but one. */
    HAS_NO_ROUTES();
    kernel_says(DOUBLE(.link = 3, .type = RTM_DELROUTE));
    tells("D1 ");
    requested("");
}

static void double_is_found(void **state)
{
    (void)state;
    HAS_ROUTES(DOUBLE(.link = 3), DOUBLE(.link = 3));
    start(MIB_FAMILY_IPV6);
    HAS_ROUTES(DOUBLE(.link = 3));
    kernel_says(DOUBLE(.link = 3, .type = RTM_DELROUTE));
    tells("");
    requested("B 6l 6m ");
    HAS_ROUTES(DOUBLE_REJECT(.link = 1));
    kernel_says(DOUBLE_REJECT(.link = 1, .flags = NLM_F_REPLACE));
    tells("A1 D1 ");
    requested("");
}

/* A look at another link does not tell how often a route is there. */
static void double_on_another_link(void **state)
{
    (void)state;
    HAS_ROUTES(DOUBLE(.link = 3), DOUBLE(.link = 3));
    start(MIB_FAMILY_IPV6);
    kernel_says(address_says(RTM_NEWADDR, AF_INET6, 4, 1));
    tells("");
    requested("B 6l/4 6m/4 ");
    HAS_ROUTES(DOUBLE(.link = 3));
    kernel_says(DOUBLE(.link = 3, .type = RTM_DELROUTE));
    tells("");
    requested("B 6l 6m ");
    knows("1 ");
}

/* Nexthops that were appended with another protocol: events show all with the newest one's. */
static void nexthops_of_several_protocols(void **state)
{
    (void)state;
#define BOTH(first, second)                                                                        \
    ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .protocol = (first)),                     \
        ROUTE(.number = 1, .family = AF_INET6, .gateway = 8, .protocol = (second))
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7));
    start(MIB_FAMILY_IPV6);
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .second_gateway = 8,
                     .second_link = 3));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .second_gateway = 8,
                      .second_link = 3, .protocol = RTPROT_BGP, .flags = NLM_F_APPEND));
    tells("A1:8 ");
    requested("B 6l 6m ");

    /* The oldest goes; the other is shown with its own protocol from now on. */
    HAS_ROUTES(
        ROUTE(.number = 1, .family = AF_INET6, .gateway = 8, .link = 3, .protocol = RTPROT_BGP));
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .type = RTM_DELROUTE));
    tells("D1:7 P1:8 ");
    requested("B 6l 6m ");
}

/* A route with another metric has nothing to do with it. */
static void protocol_of_another_metric(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .gateway = 7, .metric = 20));
    start(MIB_FAMILY_IPV6);
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .gateway = 8, .second_gateway = 9,
                      .second_link = 3, .protocol = RTPROT_BGP));
    tells("A1:8 A1:9 ");
    requested("");
}

/* IPv4 deletes a whole route; those beside it stay. */
static void deleted_routes(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3),
               ROUTE(.number = 1, .gateway = 9), ROUTE(.number = 2, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3,
                      .type = RTM_DELROUTE));
    tells("D1:8 D1:7 ");
    knows("1:9 2:7 ");
    requested("");
}

/* A nexthop is seen or hidden; a route that turns from one into the other goes or comes. */
static void hidden_nexthops(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .gateway = 7, .nexthop_is_dead = true));
    tells("D1:7 ");
    kernel_says(ROUTE(.number = 1, .gateway = 7));
    tells("A1:7 ");
    kernel_says(ROUTE(.number = 2, .gateway = 7, .nexthop_is_dead = true));
    tells("");
    knows("1:7 ");
    kernel_says(ROUTE(.number = 2, .gateway = 8, .flags = NLM_F_REPLACE));
    tells("A2:8 ");
    requested(""); /* the dead one was meant: it is known */

    kernel_says(ROUTE(.number = 3, .gateway = 7, .second_gateway = 8, .second_link = 3,
                      .nexthop_is_dead = true));
    tells("A3:7 ");
}

/* Routes that differ in what no key has: one row, which is there as long as one of them is. */
static void several_routes_of_one_row(void **state)
{
    (void)state;
    static const struct route_says others[] = {
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .scope = 200},
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .protocol = 200},
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .weight = 2},
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .tos = 4},
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .metric = 9},
        {.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3, .table = RT_TABLE_LOCAL},
        {.number = 1,
         .gateway = 7,
         .second_gateway = 8,
         .second_link = 3,
         .nexthop = 9,
         .compatible = true},
    };

    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3));
    start(MIB_FAMILY_IPV4);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        struct route_says other = others[i];

        kernel_says(route_says(&other));
        assert_null(strpbrk(watch_tells(watch), "AD"));
        other.type = RTM_DELROUTE;
        kernel_says(route_says(&other));
        assert_null(strpbrk(watch_tells(watch), "AD"));
        knows("1:7 1:8 ");
    }
    requested("");
}

/* A nexthop object's nexthops do not make its route another one. */
static void route_of_an_object_is_deleted_without_nexthops(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    HAS_ROUTES(ROUTE(.number = 1, .nexthop = 9, .compatible = true, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .nexthop = 9, .type = RTM_DELROUTE));
    tells("D1:7 ");
}

/* Two objects that are alike are two all the same. */
static void routes_of_two_objects(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .nexthop = 9, .compatible = true, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .nexthop = 10, .compatible = true, .gateway = 7));
    kernel_says(
        ROUTE(.number = 1, .nexthop = 10, .compatible = true, .gateway = 7, .type = RTM_DELROUTE));
    tells("");
    knows("1:7 ");
}

/* What rows show beside the key, told of by messages, and found out. */
static void fields_that_change(void **state)
{
    (void)state;
    static const struct route_says forms[] = {
        {.number = 1, .family = AF_INET6, .gateway = 7},
        {.number = 1, .family = AF_INET6, .gateway = 7, .protocol = RTPROT_DHCP}, /* origin */
        {.number = 1, .family = AF_INET6, .gateway = 7, .protocol = RTPROT_BGP},
        {.number = 1, .family = AF_INET6, .gateway = 7, .metric = 20},
        {.number = 1, .gateway = 7, EXPIRES(100000)},
    };

    start(MIB_FAMILY_IPV6);
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (forms[i].has_expiry)
            continue; /* its clock runs; below */
        HAS_ROUTES(route_says(&forms[i]));
        kernel_fails(ENOBUFS);
        tells(i == 0 ? "A1:7 " : "P1:7 ");
        kernel_fails(ENOBUFS);
        tells("");
    }
    const struct mib_change *change;
    HAS_ROUTES(route_says(&forms[4]));
    kernel_fails(ENOBUFS);
    change = watch_waits(watch);
    assert_int_equal(change->type, MIB_CHANGE_PARAMETER);
    assert_int_equal(((const struct mib_route *)change->row)->valid_lifetime, 1000);
}

/* An address of the host's own is a route on the loopback link, but not by its index. */
static void type_that_changes(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .table = RT_TABLE_LOCAL));
    start(MIB_FAMILY_IPV6);
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6, .table = RT_TABLE_LOCAL, .is_local = true));
    kernel_fails(ENOBUFS);
    tells("P1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(routes_expire),
        test(route_that_is_told_of_expires),
        test(expired_route_revives),
        test(expired_route_is_collected),
        test(lifetime_is_told),
        test(route_beside_one_in_its_last_moment),
        test(route_in_its_last_moment),
        test(lifetime_after_announcement),
        test(lifetime_long_after_announcement),
        test(link_joins_vrf),
        test(replaced_routes),
        test(replaced_beside_others),
        test(replaced_on_another_link),
        test(replaced_beside_one_on_link),
        test(deleted_routes_of_nexthop_objects),
        test(replaced_ipv6_routes),
        test(double_is_made),
        test(double_is_found),
        test(double_on_another_link),
        test(nexthops_of_several_protocols),
        test(protocol_of_another_metric),
        test(deleted_routes),
        test(hidden_nexthops),
        test(several_routes_of_one_row),
        test(route_of_an_object_is_deleted_without_nexthops),
        test(routes_of_two_objects),
        test(fields_that_change),
        test(type_that_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
