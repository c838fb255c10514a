/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: what it learns and tells, and which messages make it look again and
 * at what. The kernel is the test's own (scripted_kernel.h).
 */
#include "watch_script.h"

#include <linux/if_arp.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>

/* ---- Learning and events ------------------------------------------------------------------- */

static void learns_and_is_told(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .gateway = 7),
               ROUTE(.number = 3, .table = RT_TABLE_LOCAL), ROUTE(.number = 4, .family = AF_INET6));
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_UNSPEC);
    requested("L N 4l 4m 6l 6m ");
    knows("1 2:7 3 4 ");
    tells("");

    kernel_says(ROUTE(.number = 5));
    kernel_says(ROUTE(.number = 2, .gateway = 7, .metric = 5));
    kernel_says(ROUTE(.number = 1, .type = RTM_DELROUTE));
    kernel_says(ROUTE(.number = 6, .table = 100));
    tells("A5 P2:7 D1 ");
    knows("2:7 3 4 5 ");
    requested("");
}

/* What is told in one go is more than is taken at a time. */
static void tells_in_pieces(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2), ROUTE(.number = 3), ROUTE(.number = 4),
               ROUTE(.number = 5));
    start(MIB_FAMILY_IPV4);
    HAS_NO_ROUTES();
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D1 D2 D3 D4 D5 ");
    knows("");
}

/* ---- What makes it look, and at what ------------------------------------------------------- */

static void looks_at_the_links_named(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .link = 2), ROUTE(.number = 2, .link = 3),
               ROUTE(.number = 3, .link = 4));
    start(MIB_FAMILY_IPV4);

    /* Everything is gone, but it is only looked at what may have gone. */
    HAS_NO_ROUTES();
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    kernel_says(link_says(RTM_NEWLINK, 3, false));
    kernel_says(address_says(RTM_DELADDR, AF_INET, 3, 1));
    tells("D1 D2 ");
    requested("B 4l/2 4m/2 4l/3 4m/3 ");
    knows("3 ");

    for (uint32_t i = 5; i <= 9; i++)
        kernel_says(link_says(RTM_NEWLINK, i, false));
    tells("D3 ");
    requested("B 4l 4m ");
}

static void looks_at_one_family(void **state)
{
    (void)state;
    start(MIB_FAMILY_UNSPEC);

    kernel_says(address_says(RTM_DELADDR, AF_INET, 3, 1));
    tells("");
    requested("B 4l/3 4m/3 ");
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 3, 1));
    tells("");
    requested("");
    kernel_says(address_says(RTM_NEWADDR, AF_INET6, 3, 1));
    tells("");
    requested("B 6l/3 6m/3 ");
    kernel_says(address_says(RTM_DELADDR, AF_INET6, 4, 1));
    tells("");
    requested("B 6l/4 6m/4 ");

    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 3, 1));
    tells("");
    requested("B 4l/3 4m/3 ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, 3, 1));
    tells("");
    requested("B 6l/3 6m/3 ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 3, 1)); /* as it was */
    tells("");
    requested("");
    /* By its settings the link does not ignore them any more: nothing else said so. */
    kernel_says(LINK(.ifindex = 3, .ipv6_mtu = 1500));
    tells("");
    requested("B 6l/3 6m/3 ");
    kernel_says(netconf_says(RTM_DELNETCONF, AF_INET, 3, 0));
    tells("");
    requested("B 4l/3 4m/3 ");
    kernel_says(netconf_says(RTM_DELNETCONF, AF_INET6, 3, 0));
    tells("");
    requested("B 6l/3 6m/3 ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, NETCONFA_IFINDEX_ALL, 1));
    tells("");
    requested("B 4l 4m ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_ALL, 1));
    tells("");
    requested("B 6l 6m ");
    /* What IPv4 does by default some links do at once. */
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, NETCONFA_IFINDEX_DEFAULT, 1));
    tells("");
    requested("B L B 4l 4m ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, NETCONFA_IFINDEX_DEFAULT, 1));
    tells("");
    requested("");

    /* IPv4 and IPv6 leave a link, and come back. */
    kernel_says(netconf_says(RTM_DELNETCONF, AF_INET, 4, 0));
    tells("");
    requested("B 4l/4 4m/4 ");
    kernel_says(netconf_says(RTM_DELNETCONF, AF_INET6, 4, 0));
    tells("");
    requested("B 6l/4 6m/4 ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 4, 0));
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, 4, 0));
    tells("");
    requested("B 4l/4 4m/4 B 6l/4 6m/4 ");

    kernel_says(link_says(RTM_DELLINK, 3, false));
    tells("");
    requested("B 4l/3 4m/3 B 6l/3 6m/3 ");
}

/* A dump of a link that is gone is refused: it has nothing. */
static void looks_at_a_link_that_is_gone(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .link = 3));
    start(MIB_FAMILY_IPV4);
    HAS_ROUTES(ROUTE(.number = 1));
    kernel_has_no_link(3);
    kernel_says(link_says(RTM_DELLINK, 3, false));
    tells("D2 ");
    requested("B 4l/3 4m/3 ");
    assert_int_equal(kernel_time(), 0);
}

/* IPv4's reject routes are on the loopback link for programs, and on none for the kernel. */
static void looks_at_the_loopback_link(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .kind = RTN_BLACKHOLE), ROUTE(.number = 2, .link = 1));
    start(MIB_FAMILY_IPV4);
    knows("1 2 ");
    HAS_ROUTES(ROUTE(.number = 1, .kind = RTN_BLACKHOLE));
    kernel_says(address_says(RTM_DELADDR, AF_INET, 1, 1));
    tells("D2 ");
    requested("B 4l/1 4m/1 ");
}

/* The type of a link is a part of its LUID, and so of the key of its routes. */
static void link_of_another_type(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1));
    start(MIB_FAMILY_IPV4);
    kernel_says(LINK(.ifindex = 2, .arphrd = ARPHRD_PPP));
    tells("D1 A1 ");
}

/* With nexthops on several links, and with nexthop objects, links are not independent. */
static void looks_at_all_where_legs_are_shared(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7, .second_gateway = 8, .second_link = 3));
    start(MIB_FAMILY_IPV4);
    HAS_NO_ROUTES();
    kernel_says(link_says(RTM_NEWLINK, 3, false));
    tells("D1:7 D1:8 ");
    requested("B 4l 4m ");
}

static void looks_when_a_nexthop_object_changes(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    HAS_ROUTES(ROUTE(.number = 1, .nexthop = 9));
    start(MIB_FAMILY_UNSPEC);
    knows("1:7 ");

    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 8));
    kernel_says(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 8));
    kernel_says(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 10, 2, 9)); /* no route can use it yet */
    tells("D1:7 A1:8 ");
    requested("B 4l 4m B 6l 6m ");
    kernel_says(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 11, 2, 9));
    tells("");
    requested("");

    /* A carrier takes objects away in silence. */
    kernel_has_nexthops(NULL);
    HAS_NO_ROUTES();
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D1:8 ");
    requested("B N B 4l 4m B 6l 6m ");
}

static void nexthop_object_is_deleted(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    HAS_ROUTES(ROUTE(.number = 1, .nexthop = 9));
    start(MIB_FAMILY_IPV4);
    kernel_has_nexthops(NULL);
    HAS_NO_ROUTES();
    kernel_says(nexthop_says(RTM_DELNEXTHOP, AF_INET, 9, 2, 7));
    tells("D1:7 ");
    requested("B 4l 4m ");

    /* There is none left for a carrier to take away. */
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("");
    requested("B 4l 4m ");
}

/* A route's own word on its nexthops counts more than an object that is about to change. */
static void route_of_an_object_tells_its_nexthop(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .nexthop = 9, .compatible = true, .gateway = 8));
    tells("A1:8 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(learns_and_is_told),
        test(tells_in_pieces),
        test(looks_at_the_links_named),
        test(looks_at_one_family),
        test(looks_at_a_link_that_is_gone),
        test(looks_at_the_loopback_link),
        test(link_of_another_type),
        test(looks_at_all_where_legs_are_shared),
        test(looks_when_a_nexthop_object_changes),
        test(nexthop_object_is_deleted),
        test(route_of_an_object_tells_its_nexthop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
