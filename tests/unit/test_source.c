/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/source: which messages make it look again and at what, which dumps it believes,
 * and what is told in the end. The kernel is the test's own (kernel_double.h).
 */
#include "kernel_double.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#define EXPIRES(hundredths) .family = AF_INET6, .has_expiry = true, .expires = (hundredths)

static struct backend_source *source;

static int setup(void **state)
{
    (void)state;
    kernel_reset();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    backend_source_close(source);
    source = NULL;
    kernel_reset();
    return 0;
}

static void tells(const char *expected)
{
    assert_string_equal(source_tells(source), expected);
}

static void knows(const char *expected)
{
    assert_string_equal(source_knows(source), expected);
}

static void requested(const char *expected)
{
    assert_string_equal(kernel_requests(), expected);
}

/* A source that has learned what the kernel has. */
static void start(enum mib_family family)
{
    source = source_of(MIB_TABLE_ROUTE, family);
    (void)kernel_requests();
    tells("");
    requested("");
}

/* ---- Learning and events ------------------------------------------------------------------- */

static void learns_and_is_told(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .gateway = 7),
               ROUTE(.number = 3, .table = RT_TABLE_LOCAL), ROUTE(.number = 4, .family = AF_INET6));
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_UNSPEC);
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

/* With legs on several links, and with nexthop objects, links are not independent. */
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

/* A route's own word on its legs counts more than an object that is about to change. */
static void route_of_an_object_tells_its_leg(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .nexthop = 9, .compatible = true, .gateway = 8));
    tells("A1:8 ");
}

/* ---- What is believed ---------------------------------------------------------------------- */

static void add_ipv6_route(unsigned number)
{
    /* The dump leaves out what is there, as the kernel's do while the table changes. */
    if (number == 1) {
        kernel_says(ROUTE(.number = 4, .family = AF_INET6));
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    } else if (number == 2) {
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6),
                   ROUTE(.number = 4, .family = AF_INET6));
    }
}

static void start_ipv6(void)
{
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6),
               ROUTE(.number = 3, .family = AF_INET6));
    start(MIB_FAMILY_IPV6);
}

static void ipv6_dump_with_events_in_it(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = add_ipv6_route;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A4 D3 ");
    requested("B 6l/2 6m/2 B 6l 6m ");
    knows("1 2 4 ");
}

static void add_behind_answer(void)
{
    kernel_says(ROUTE(.number = 4, .family = AF_INET6));
}

static void speak_behind_ipv6_dump(unsigned number)
{
    if (number == 2) {
        kernel_behind_answer = add_behind_answer;
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    } else if (number == 3) {
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6),
                   ROUTE(.number = 4, .family = AF_INET6));
    }
}

/* It was made before the dump ended, and arrived behind it. */
static void event_behind_an_ipv6_dump(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = speak_behind_ipv6_dump;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A4 D3 ");
    knows("1 2 4 ");
}

static void speak_of_other_things(unsigned number)
{
    if (number > 2)
        return;
    kernel_says(ROUTE(.number = 9)); /* IPv4 */
    kernel_says(ROUTE(.number = 9, .family = AF_INET6, .table = 100));
    kernel_says(address_says(RTM_DELADDR, AF_INET, 3, 1));
}

static void ipv6_dump_with_other_events_in_it(void **state)
{
    (void)state;
    start_ipv6();
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    kernel_at_request = speak_of_other_things;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 D3 ");
    requested("B 6l/2 6m/2 ");
}

static void speak_of_local_routes(unsigned number)
{
    if (number == 1)
        kernel_says(ROUTE(.number = 9, .family = AF_INET6, .table = RT_TABLE_LOCAL));
    if (number == 2)
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6),
                   ROUTE(.number = 9, .family = AF_INET6, .table = RT_TABLE_LOCAL));
}

static void ipv6_dump_with_local_events_in_it(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = speak_of_local_routes;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A9 D3 ");
    requested("B 6l/2 6m/2 B 6l 6m ");
}

/* A dump that is not believed leaves nothing behind: neither what it showed nor that it did. */
static void show_other_routes(unsigned number)
{
    if (number == 2) {
        kernel_behind_answer = add_behind_answer;
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 3, .family = AF_INET6),
                   ROUTE(.number = 5, .family = AF_INET6));
    } else if (number == 3) {
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6),
                   ROUTE(.number = 4, .family = AF_INET6));
    }
}

static void dump_that_is_not_believed(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = show_other_routes;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A4 D3 ");
    knows("1 2 4 ");
}

static void disturb_and_take_link_down(unsigned number)
{
    if (number == 1) {
        kernel_says(ROUTE(.number = 4, .family = AF_INET6));
        kernel_says(link_says(RTM_NEWLINK, 3, false));
    } else if (number == 3) {
        HAS_ROUTES(ROUTE(.number = 4, .family = AF_INET6));
    }
}

/* What is looked at again is all, whatever is asked for meanwhile. */
static void dump_is_made_again_of_all(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = disturb_and_take_link_down;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A4 D1 D2 D3 ");
    requested("B 6l/2 6m/2 B 6l 6m ");
}

static void change_nexthop(unsigned number)
{
    if (number != 1)
        return;
    kernel_says(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 8)); /* the dump is older */
    kernel_behind_answer = NULL;
}

static void have_changed_nexthop(unsigned number)
{
    change_nexthop(number);
    if (number == 2)
        kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 8));
}

static void dump_of_nexthops_with_events_in_it(void **state)
{
    (void)state;
    kernel_has_nexthops(nexthop_says(RTM_NEWNEXTHOP, AF_INET, 9, 2, 7));
    HAS_ROUTES(ROUTE(.number = 1, .nexthop = 9, .link = 3));
    start(MIB_FAMILY_IPV4);
    kernel_at_nexthop_request = have_changed_nexthop;
    kernel_says(link_says(RTM_NEWLINK, 3, false));
    tells("D1:7 A1:8 ");
    requested("B N B N B 4l 4m ");
}

static void lose_messages(void)
{
    kernel_fails(ENOBUFS);
}

static void cut_message(void)
{
    kernel_says_too_long();
}

static void (*behind_second_dump)(void);

static void leave_out_of_second_dump(unsigned number)
{
    if (number == 2) {
        kernel_behind_answer = behind_second_dump;
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    } else if (number == 3) {
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6));
    }
}

/* What was lost while the dump ran may have been about what it shows. */
static void loss_behind_a_dump(void **state)
{
    (void)state;
    static void (*const losses[])(void) = {lose_messages, cut_message};

    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        (void)teardown(NULL);
        start_ipv6();
        behind_second_dump = losses[i];
        kernel_at_request = leave_out_of_second_dump;
        kernel_says(link_says(RTM_NEWLINK, 2, false));
        tells("D3 ");
        knows("1 2 ");
    }
}

/* A source that learns a table which does not rest knows all that the last dump showed. */
static void speak_in_every_dump(unsigned number)
{
    if (number <= 6)
        kernel_says(number % 2 ? ROUTE(.number = 4, .family = AF_INET6)
                               : ROUTE(.number = 4, .family = AF_INET6, .type = RTM_DELROUTE));
}

static void learns_a_table_that_does_not_rest(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6));
    kernel_at_request = speak_in_every_dump;
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    requested("L N 6l 6m 6l 6m 6l 6m ");
    knows("1 2 ");

    /* It is looked at again, though nothing more is said. */
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    tells("D2 ");
    requested("B 6l 6m ");
}

/*
 * Of an IPv4 dump only the prefixes that messages tell of are in doubt. 2 is replaced while the
 * dump runs, which shows it as it was; 3 is gone in silence.
 */
static void replace_ipv4_route(unsigned number)
{
    if (number == 1) {
        HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
        kernel_says(ROUTE(.number = 2, .type = RTM_DELROUTE));
        kernel_says(ROUTE(.number = 4));
        kernel_says(ROUTE(.number = 5));
        kernel_says(ROUTE(.number = 5, .type = RTM_DELROUTE));
    }
}

static void ipv4_dump_with_events_in_it(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2), ROUTE(.number = 3));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = replace_ipv4_route;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 A4 A5 D5 D3 ");
    requested("B 4l/2 4m/2 ");
    knows("1 4 ");
}

/* Another route of the prefix that a message told of went in silence: one more look finds it. */
static void change_one_of_two(unsigned number)
{
    if (number == 1) {
        kernel_says(ROUTE(.number = 2, .gateway = 8, .metric = 11));
        HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .gateway = 8, .metric = 11));
    }
}

static void ipv4_prefix_that_was_left_out(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = change_one_of_two;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("A2:8 D2:7 ");
    requested("B 4l/2 4m/2 B 4l 4m ");
    knows("1 2:8 ");
}

/* The next compare has nothing left of that. */
static void ipv4_prefix_is_believed_again(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2), ROUTE(.number = 3));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = replace_ipv4_route;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 A4 A5 D5 D3 ");
    kernel_says(link_says(RTM_NEWLINK, 2, true));
    tells("D4 A2 "); /* that is what it has, by its dump */
}

static void flag_first(unsigned number)
{
    if (number <= 2)
        kernel_flags_interrupted();
    if (number == 3)
        HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
}

static void dump_that_was_interrupted(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2), ROUTE(.number = 3));
    start(MIB_FAMILY_IPV4);
    HAS_ROUTES(ROUTE(.number = 1));
    kernel_at_request = flag_first;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D3 ");
}

static void lose_first(unsigned number)
{
    if (number == 1) {
        kernel_fails(ENOBUFS);
        kernel_loses_answer();
        HAS_ROUTES(ROUTE(.number = 1));
    }
}

static void dump_that_was_lost(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = lose_first;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 ");
    requested("B 4l/2 B L B N B 4l 4m ");
    assert_in_range(kernel_time(), 20, 1000);
}

static void lose_first_silently(unsigned number)
{
    if (number == 1) {
        kernel_loses_answer();
        HAS_ROUTES(ROUTE(.number = 1));
    }
}

static void dump_that_was_lost_silently(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = lose_first_silently;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 ");
    requested("B 4l/2 B L B N B 4l 4m ");
    assert_in_range(kernel_time(), 20, 1000);
}

/* The barrier's answer finds no room, and is asked for again. */
static void barrier_that_was_lost(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2, .link = 3));
    start(MIB_FAMILY_IPV4);
    HAS_NO_ROUTES();
    kernel_loses_answer();
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D1 D2 "); /* messages may have been lost with it, so everything is looked at */
    assert_in_range(kernel_time(), 0, 1000);
}

/* A table that does not rest is looked at less and less often, and at once when it does. */
static unsigned restless;

static void never_rest(unsigned number)
{
    if (restless < 40) {
        restless++;
        kernel_says(ROUTE(.number = 4, .family = AF_INET6,
                          .type = number % 2 ? RTM_NEWROUTE : RTM_DELROUTE));
    }
}

static void table_that_does_not_rest(void **state)
{
    (void)state;
    start_ipv6();
    HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    restless = 0;
    kernel_at_request = never_rest;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    const char *told = source_tells(source);
    assert_int_equal(strncmp(told, "A4 D4 A4 ", 9), 0);
    assert_string_equal(told + strlen(told) - 6, "D2 D3 ");
    knows("1 ");
    /* 20 tries: three at once, then after 20, 40 … 1280 ms, and after 2 s each. */
    assert_in_range(kernel_time(), 20000, 40000);

    /* That is over: the next time begins with tries at once. */
    uint64_t before = kernel_time();
    restless = 38;
    HAS_ROUTES(ROUTE(.number = 2, .family = AF_INET6));
    kernel_says(link_says(RTM_NEWLINK, 2, true));
    told = source_tells(source);
    assert_string_equal(told + strlen(told) - 6, "D1 A2 ");
    assert_int_equal(kernel_time(), before);
}

/* ---- Losses -------------------------------------------------------------------------------- */

static void overrun(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
    start(MIB_FAMILY_UNSPEC);
    HAS_ROUTES(ROUTE(.number = 2), ROUTE(.number = 3), ROUTE(.number = 4, .family = AF_INET6));
    kernel_fails(ENOBUFS);
    kernel_says(ROUTE(.number = 3));
    tells("A3 D1 A4 ");
    requested("B L B N B 4l 4m B 6l 6m ");
    assert_in_range(kernel_time(), 20, 2000); /* not in the midst of the storm */
}

static void overrun_in_first_dump(unsigned number)
{
    if (number == 1)
        kernel_fails(ENOBUFS);
    if (number == 2)
        HAS_ROUTES(ROUTE(.number = 1));
}

static void overrun_in_a_dump(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1), ROUTE(.number = 2));
    start(MIB_FAMILY_IPV4);
    kernel_at_request = overrun_in_first_dump;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D2 ");
    requested("B 4l/2 4m/2 B L B N B 4l 4m ");
    assert_in_range(kernel_time(), 20, 2000);
}

static void links_are_compared_too(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1));
    start(MIB_FAMILY_IPV4);

    /* The link came while nobody listened; when it goes down, that is known to be a change. */
    kernel_has_link(link_says(RTM_NEWLINK, 2, false));
    kernel_fails(ENOBUFS);
    tells("");
    (void)kernel_requests();
    HAS_NO_ROUTES();
    kernel_says(link_says(RTM_NEWLINK, 2, true));
    tells("D1 ");
}

static void message_too_long(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1));
    start(MIB_FAMILY_IPV4);
    HAS_NO_ROUTES();
    kernel_says_too_long();
    tells("D1 ");
    requested("B L B N B 4l 4m ");
}

static void cut_in_a_dump(unsigned number)
{
    if (number == 2) {
        kernel_says_too_long();
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6));
    } else if (number == 3) {
        HAS_ROUTES(ROUTE(.number = 1, .family = AF_INET6), ROUTE(.number = 2, .family = AF_INET6));
    }
}

static void message_too_long_in_a_dump(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = cut_in_a_dump;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D3 ");
    knows("1 2 ");
}

/* Likewise, where the dump's answer comes with a later batch. */
static void cut_long_before_the_answer(unsigned number)
{
    cut_in_a_dump(number);
    for (unsigned i = 0; number == 2 && i < SOCKET_BATCH; i++)
        kernel_says(address_says(RTM_DELADDR, AF_INET, 3, 1));
}

static void message_too_long_before_a_dump(void **state)
{
    (void)state;
    start_ipv6();
    kernel_at_request = cut_long_before_the_answer;
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("D3 ");
    knows("1 2 ");
}

/* What cannot be understood takes nothing with it. */
static void message_that_is_malformed(void **state)
{
    (void)state;
    start(MIB_FAMILY_IPV4);
    struct nlmsghdr *message = ROUTE(.number = 1);
    message->nlmsg_len = NLMSG_LENGTH(2);
    kernel_says(message);
    message = link_says(RTM_NEWLINK, 2, false);
    message->nlmsg_len = NLMSG_LENGTH(2);
    kernel_says(message);
    message = address_says(RTM_DELADDR, AF_INET, 2, 1);
    message->nlmsg_len = NLMSG_LENGTH(2);
    kernel_says(message);
    kernel_says(ROUTE(.number = 2));
    tells("A2 ");
    requested("");
    assert_int_equal(source->socket.dropped_malformed, 3);
}

static void receive_that_fails(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1));
    start(MIB_FAMILY_IPV4);
    HAS_NO_ROUTES();
    kernel_fails(ENOMEM);
    tells("D1 ");
    requested("B L B N B 4l 4m ");
}

/* A descriptor that is not there any more: there is nothing to wait for. */
static void socket_that_is_gone(void **state)
{
    (void)state;
    struct mib_change change;
    size_t count;

    start(MIB_FAMILY_IPV4);
    kernel_fails(EBADF);
    assert_int_equal(backend_source_wait(source, &change, 1, &count), -EBADF);
    requested("");
}

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
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
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
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    tells("D1 A1 ");
    assert_in_range(kernel_time(), 30000, 33000);
}

/* What is collected was there as far as programs know, or is gone already. */
static void expired_route_is_collected(void **state)
{
    (void)state;
    struct mib_change change;
    size_t count;

    HAS_ROUTES(ROUTE(.number = 1, EXPIRES(100000)), ROUTE(.number = 2, EXPIRES(-100)));
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    (void)kernel_requests();
    knows("1 ");
    HAS_NO_ROUTES();
    kernel_says(ROUTE(.number = 2, .type = RTM_DELROUTE, EXPIRES(-100)));
    kernel_says(ROUTE(.number = 1, .type = RTM_DELROUTE, EXPIRES(-100)));
    source_waits(source, &change, &count);
    assert_int_equal(change.type, MIB_CHANGE_DELETE);
    requested(""); /* by the message, not by the clock */
    tells("");
    knows("");
}

static void lifetime_is_told(void **state)
{
    (void)state;
    struct mib_change change;
    size_t count;

    start(MIB_FAMILY_IPV6);
    kernel_says(ROUTE(.number = 1, EXPIRES(60000)));
    source_waits(source, &change, &count);
    assert_int_equal(change.row.route.valid_lifetime, 600);
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
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
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
    source = source_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
    kernel_at_request = just_expired;
    tells("D1 ");
    assert_in_range(kernel_time(), 12000, 16000);
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

    /* The same leg, with another field. */
    kernel_says(ROUTE(.number = 1, .gateway = 6, .protocol = RTPROT_BGP, .flags = NLM_F_REPLACE));
    tells("P1:6 ");
    kernel_says(ROUTE(.number = 1, .gateway = 6, .protocol = RTPROT_BGP, .type = RTM_DELROUTE));
    tells("D1:6 ");
    knows("1:8 1:9 ");
}

/* The same gateway on another link is another leg. */
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

/* A route with a gateway does not take the place of one that cannot be a leg beside it. */
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
    /* Two legs that were told of singly. */
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

    /* An on-link route is no leg beside it: it does not take its place. */
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

/* Legs that were appended with another protocol: events show all with the newest one's. */
static void legs_of_several_protocols(void **state)
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

/* A leg is seen or hidden; a route that turns from one into the other goes or comes. */
static void hidden_legs(void **state)
{
    (void)state;
    HAS_ROUTES(ROUTE(.number = 1, .gateway = 7));
    start(MIB_FAMILY_IPV4);
    kernel_says(ROUTE(.number = 1, .gateway = 7, .leg_is_dead = true));
    tells("D1:7 ");
    kernel_says(ROUTE(.number = 1, .gateway = 7));
    tells("A1:7 ");
    kernel_says(ROUTE(.number = 2, .gateway = 7, .leg_is_dead = true));
    tells("");
    knows("1:7 ");
    kernel_says(ROUTE(.number = 2, .gateway = 8, .flags = NLM_F_REPLACE));
    tells("A2:8 ");
    requested(""); /* the dead one was meant: it is known */

    kernel_says(ROUTE(.number = 3, .gateway = 7, .second_gateway = 8, .second_link = 3,
                      .leg_is_dead = true));
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
        assert_null(strpbrk(source_tells(source), "AD"));
        other.type = RTM_DELROUTE;
        kernel_says(route_says(&other));
        assert_null(strpbrk(source_tells(source), "AD"));
        knows("1:7 1:8 ");
    }
    requested("");
}

/* A nexthop object's legs do not make its route another one. */
static void route_of_an_object_is_deleted_without_legs(void **state)
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
    struct mib_change change;
    size_t count;
    HAS_ROUTES(route_says(&forms[4]));
    kernel_fails(ENOBUFS);
    source_waits(source, &change, &count);
    assert_int_equal(change.type, MIB_CHANGE_PARAMETER);
    assert_int_equal(change.row.route.valid_lifetime, 1000);
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

/* ---- Interfaces ---------------------------------------------------------------------------- */

static void interfaces_come_and_go(void **state)
{
    (void)state;
    for (uint32_t i = 2; i <= 9; i++)
        kernel_has_no_link(i);
    source = source_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_UNSPEC);
    requested("L ");
    knows("4.1:1500 6.1:1500 ");

    /* The kernel's order: the halves first. */
    kernel_has_link(LINK(.ifindex = 2, .ipv6_mtu = 1400));
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 2, 0));
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, 2, 0));
    tells("");
    kernel_says(LINK(.ifindex = 2, .ipv6_mtu = 1400));
    tells("A4.2:1500 A6.2:1400 ");
    requested("");

    /* A port that a bridge releases is still a link. */
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 2, .family = AF_BRIDGE));
    kernel_says(LINK(.ifindex = 2, .family = AF_BRIDGE, .is_down = true, .mtu = 9000));
    tells("");
    requested("");

    /* A link that goes without a word on its halves takes them along. */
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 2));
    tells("D4.2:1500 D6.2:1400 ");
    requested("");
    knows("4.1:1500 6.1:1500 ");

    /* Nothing of it is left for another one with its index. */
    kernel_says(LINK(.ifindex = 2, .family = AF_INET6));
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 2, 0));
    tells("");
    kernel_says(LINK(.ifindex = 2, .without_ipv6 = true));
    tells("A4.2:1500 ");
}

/* IPv6 follows a link's new MTU only after the message about it, and comes back without a word
 * on its settings. */
static void settings_of_ipv6_are_read(void **state)
{
    (void)state;
    kernel_has_link(LINK(.ifindex = 2, .ipv6_mtu = 1500));
    source = source_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_UNSPEC);
    (void)kernel_requests();

    kernel_has_link(LINK(.ifindex = 2, .mtu = 1400, .ipv6_mtu = 1400));
    kernel_says(LINK(.ifindex = 2, .mtu = 1400, .ipv6_mtu = 1500));
    tells("P4.2:1400 P6.2:1400 ");
    requested("R2 ");
    kernel_says(LINK(.ifindex = 2, .mtu = 1400, .ipv6_mtu = 1400));
    tells("");
    requested("");

    kernel_says(netconf_says(RTM_DELNETCONF, AF_INET6, 2, 0));
    tells("D6.2:1400 ");
    kernel_has_link(LINK(.ifindex = 2, .mtu = 1400, .ipv6_mtu = 1300));
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, 2, 0));
    tells("A6.2:1300 ");
    requested("R2 ");

    /* The link is gone by the time it is asked. */
    kernel_has_no_link(2);
    kernel_says(LINK(.ifindex = 2, .mtu = 1450, .ipv6_mtu = 1300));
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 2));
    tells("P4.2:1450 D4.2:1450 D6.2:1300 ");
    requested("R2 ");
    assert_int_equal(kernel_time(), 0);
}

static void interface_of_another_type(void **state)
{
    (void)state;
    source = source_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    kernel_says(LINK(.ifindex = 2, .arphrd = ARPHRD_PPP));
    tells("D4.2:1500 A4.2:1500 ");
}

static void change_links_in_first_dump(void)
{
    kernel_says(LINK(.ifindex = 3, .mtu = 1400)); /* the dump is older */
    kernel_has_link(LINK(.ifindex = 3, .mtu = 1400));
    kernel_has_link(LINK(.ifindex = 4, .mtu = 1300));
}

static void wait_for_next_answer(void)
{
    kernel_behind_answer = change_links_in_first_dump;
}

static void dump_of_links_with_events_in_it(void **state)
{
    (void)state;
    source = source_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    kernel_has_no_link(2);
    kernel_says_too_long();                      /* something was missed: everything is looked at */
    kernel_behind_answer = wait_for_next_answer; /* the first is the barrier's */
    tells("P4.3:1400 D4.2:1500 P4.4:1300 ");
    requested("B L B L ");
}

/* ---- Addresses ----------------------------------------------------------------------------- */

static void speak_of_addresses(unsigned number)
{
    if (number <= 3)
        kernel_says(address_says(number % 2 ? RTM_NEWADDR : RTM_DELADDR, AF_INET6, 2, 4));
}

/* Nor may addresses be missing that the dump showed behind the message. */
static void learns_addresses_that_do_not_rest(void **state)
{
    (void)state;
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET6, 2, 1),
                  address_says(RTM_NEWADDR, AF_INET6, 2, 2),
                  address_says(RTM_NEWADDR, AF_INET6, 2, 4));
    kernel_at_request = speak_of_addresses;
    source = source_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV6);
    requested("L 6a 6a 6a ");
    knows("1 2 4 ");
    tells("");
    requested("B 6a ");
}

static void looks_at_addresses(void **state)
{
    (void)state;
    source = source_of(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC);
    requested("L 4a 6a ");
    kernel_says(link_says(RTM_NEWLINK, 2, false));
    tells("");
    requested("B 6a/2 ");
    kernel_says(link_says(RTM_NEWLINK, 2, false)); /* as it was */
    tells("");
    requested("");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET6, 2, 0));
    tells("");
    requested("B 6a/2 ");
    kernel_says(LINK(.ifindex = 2, .family = AF_INET6, .is_down = true));
    tells("");
    requested("B 6a/2 ");
    kernel_says(prefix_says(2));
    tells("");
    requested("B 6a/2 ");
    kernel_has_no_link(2);
    kernel_says(link_says(RTM_DELLINK, 2, false));
    tells("");
    requested("B 4a/2 B 6a/2 ");
}

/* The addresses of a link that is gone, or of another type now, with their LUIDs. */
static void addresses_of_a_link(void **state)
{
    (void)state;
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 2, 1),
                  address_says(RTM_NEWADDR, AF_INET6, 2, 2),
                  address_says(RTM_NEWADDR, AF_INET, 3, 3));
    source = source_of(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC);
    kernel_says(LINK(.ifindex = 2, .arphrd = ARPHRD_PPP));
    tells("D1 A1 D2 A2 ");

    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 3, 3));
    kernel_has_no_link(2);
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 2, .arphrd = ARPHRD_PPP));
    tells("D1 D2 ");
    knows("3 ");
}

static void change_type_of_link(void)
{
    kernel_says(LINK(.ifindex = 3, .arphrd = ARPHRD_PPP)); /* the dump is older */
    kernel_has_link(LINK(.ifindex = 3, .arphrd = ARPHRD_PPP));
}

static void change_type_behind_next_answer(void)
{
    kernel_behind_answer = change_type_of_link;
}

static void addresses_while_links_change(void **state)
{
    (void)state;
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 3, 1));
    source = source_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    kernel_says_too_long();
    kernel_behind_answer = change_type_behind_next_answer; /* the first is the barrier's */
    tells("D1 A1 ");
    requested("B L B L B 4a ");
}

/*
 * Who is told of the first address that a compare found reads all of them right away: none may be
 * kept back.
 */
static void addresses_are_told_in_one_go(void **state)
{
    (void)state;
    struct nlmsghdr *all[301] = {0};
    struct mib_change change;
    size_t count;

    for (unsigned i = 0; i < 300; i++)
        all[i] = address_says(RTM_NEWADDR, AF_INET, 2, i);
    kernel_has_addresses(all);
    source = source_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV4);
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 2, 7));
    kernel_fails(ENOBUFS);
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 2, 7));
    source_waits(source, &change, &count);
    knows("7 ");
}

/* ---- Other kernels ------------------------------------------------------------------------- */

static int count_row(void *context, const union mib_row *row, size_t more)
{
    (void)row;
    (void)more;
    ++*(size_t *)context;
    return 0;
}

static void without_ipv6(void)
{
    kernel_reset();
    kernel_lacks_ipv6();
    for (uint32_t i = 1; i <= 9; i++)
        kernel_has_link(LINK(.ifindex = i, .without_ipv6 = true));
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 2, 1));
    HAS_ROUTES(ROUTE(.number = 1));
}

static void sources_without_ipv6(void **state)
{
    static const enum mib_table tables[] = {MIB_TABLE_UNICAST, MIB_TABLE_STABLE_UNICAST,
                                            MIB_TABLE_ROUTE};
    static const enum mib_family families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6, MIB_FAMILY_UNSPEC};

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        bool ipv4 = families[i % 3] != MIB_FAMILY_IPV6;

        without_ipv6();
        source = source_of(tables[i / 3], families[i % 3]);
        knows(ipv4 ? "1 " : "");
        kernel_fails(ENOBUFS); /* which makes it look at everything */
        tells("");
        knows(ipv4 ? "1 " : "");
        backend_source_close(source);
        source = NULL;
    }
}

static void tables_without_ipv6(void **state)
{
    static const enum mib_table tables[] = {MIB_TABLE_UNICAST, MIB_TABLE_IPINTERFACE,
                                            MIB_TABLE_ROUTE};
    size_t count = 0;

    (void)state;
    without_ipv6();
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        assert_int_equal(backend_read_table(tables[i], MIB_FAMILY_IPV6, count_row, &count),
                         -EAFNOSUPPORT);
    assert_int_equal(count, 0);
    assert_int_equal(backend_read_table(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC, count_row, &count),
                     0);
    assert_int_equal(count, 1);
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

/* Linux 6.1 announces the route that a router advertised, then sets its lifetime in silence. */
static void lifetime_after_announcement(void **state)
{
    (void)state;
    start(MIB_FAMILY_UNSPEC);
    kernel_says(ROUTE(.number = 1, .family = AF_INET6, .protocol = RTPROT_RA));
    kernel_at_request = lifetime_of_router;
    tells("A1 P1 D1 ");
    assert_in_range(kernel_time(), 20000, 23000);
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

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
        test(route_of_an_object_tells_its_leg),
        test(ipv6_dump_with_events_in_it),
        test(event_behind_an_ipv6_dump),
        test(ipv6_dump_with_other_events_in_it),
        test(ipv6_dump_with_local_events_in_it),
        test(dump_that_is_not_believed),
        test(dump_is_made_again_of_all),
        test(dump_of_nexthops_with_events_in_it),
        test(loss_behind_a_dump),
        test(learns_a_table_that_does_not_rest),
        test(ipv4_dump_with_events_in_it),
        test(ipv4_prefix_that_was_left_out),
        test(ipv4_prefix_is_believed_again),
        test(dump_that_was_interrupted),
        test(dump_that_was_lost),
        test(dump_that_was_lost_silently),
        test(barrier_that_was_lost),
        test(table_that_does_not_rest),
        test(overrun),
        test(overrun_in_a_dump),
        test(links_are_compared_too),
        test(message_too_long),
        test(message_too_long_in_a_dump),
        test(message_too_long_before_a_dump),
        test(message_that_is_malformed),
        test(receive_that_fails),
        test(socket_that_is_gone),
        test(routes_expire),
        test(route_that_is_told_of_expires),
        test(expired_route_revives),
        test(expired_route_is_collected),
        test(lifetime_is_told),
        test(route_beside_one_in_its_last_moment),
        test(route_in_its_last_moment),
        test(replaced_routes),
        test(replaced_beside_others),
        test(replaced_on_another_link),
        test(replaced_beside_one_on_link),
        test(deleted_routes_of_nexthop_objects),
        test(replaced_ipv6_routes),
        test(double_is_made),
        test(double_is_found),
        test(double_on_another_link),
        test(legs_of_several_protocols),
        test(protocol_of_another_metric),
        test(deleted_routes),
        test(hidden_legs),
        test(several_routes_of_one_row),
        test(route_of_an_object_is_deleted_without_legs),
        test(routes_of_two_objects),
        test(fields_that_change),
        test(type_that_changes),
        test(interfaces_come_and_go),
        test(settings_of_ipv6_are_read),
        test(interface_of_another_type),
        test(dump_of_links_with_events_in_it),
        test(learns_addresses_that_do_not_rest),
        test(looks_at_addresses),
        test(addresses_of_a_link),
        test(addresses_while_links_change),
        test(addresses_are_told_in_one_go),
        test(sources_without_ipv6),
        test(tables_without_ipv6),
        test(lifetime_after_announcement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
