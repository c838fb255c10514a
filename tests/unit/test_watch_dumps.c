/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: which dumps it believes, and how it comes through what is lost:
 * overruns, messages that are cut, receives that fail. The kernel is the test's own
 * (scripted_kernel.h).
 */
#include "watch_script.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

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

/* A watch that learns a table which does not rest knows all that the last dump showed. */
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
    watch = watch_of(MIB_TABLE_ROUTE, MIB_FAMILY_IPV6);
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

/* The next resync has nothing left of that. */
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
    const char *told = watch_tells(watch);
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
    told = watch_tells(watch);
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
    assert_int_equal(watch->socket.dropped_malformed, 3);
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
    _Alignas(struct mib_change) uint8_t changes[64];
    size_t count;

    start(MIB_FAMILY_IPV4);
    kernel_fails(EBADF);
    assert_int_equal(backend_watch_wait(watch, changes, sizeof(changes), &count), -EBADF);
    requested("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
