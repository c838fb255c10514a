/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: interfaces and addresses, and kernels without IPv6. The kernel is
 * the test's own (scripted_kernel.h).
 */
#include "watch_script.h"

#include "backend/netlink/watch/watch.h"

#include <errno.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

/* ---- Interfaces ---------------------------------------------------------------------------- */

static void interfaces_come_and_go(void **state)
{
    (void)state;
    for (uint32_t i = 2; i <= 9; i++)
        kernel_has_no_link(i);
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_UNSPEC);
    requested("L 4a 6a ");
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
    requested("B 4a/2 B 6a/2 ");
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
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_UNSPEC);
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
    requested("B 6a/2 R2 B 6a/2 ");

    /* The link is gone by the time it is asked. */
    kernel_has_no_link(2);
    kernel_says(LINK(.ifindex = 2, .mtu = 1450, .ipv6_mtu = 1300));
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 2));
    tells("P4.2:1450 D4.2:1450 D6.2:1300 ");
    requested("R2 B 4a/2 B 6a/2 ");
    assert_int_equal(kernel_time(), 0);
}

/*
 * An address that a program sees come, change or go is told as a change of its interface, with the
 * row as it is known; where that is not known, not at all.
 */
static void interfaces_whose_addresses_change(void **state)
{
    (void)state;
    for (uint32_t i = 4; i <= 9; i++)
        kernel_has_no_link(i);
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 2, 1));
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_UNSPEC);
    knows("4.1:1500 4.2:1500 4.3:1500 6.1:1500 6.2:1500 6.3:1500 ");
    (void)kernel_requests();

    kernel_says(address_says(RTM_NEWADDR, AF_INET, 2, 1)); /* known, and no different */
    tells("");
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 2, 2));
    tells("P4.2:1500 ");
    kernel_says(address_says(RTM_NEWADDR, AF_INET6, 2, 3));
    kernel_says(address_says(RTM_NEWADDR, AF_INET6, 3, 4));
    kernel_says(address_says(RTM_DELADDR, AF_INET, 2, 1));
    tells("P6.2:1500 P6.3:1500 P4.2:1500 ");
    requested("");

    /* In silence: a router advertised a prefix, and the dump shows two more and one less. */
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET6, 2, 5),
                  address_says(RTM_NEWADDR, AF_INET6, 2, 6));
    kernel_says(prefix_says(2));
    tells("P6.2:1500 P6.2:1500 P6.2:1500 ");
    requested("B 6a/2 ");

    /* Of a link that nobody was told of, and of one that is gone. */
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 20, 7));
    tells("");
    kernel_has_no_link(3);
    kernel_says(LINK(.type = RTM_DELLINK, .ifindex = 3));
    kernel_says(address_says(RTM_DELADDR, AF_INET6, 3, 4));
    tells("D4.3:1500 D6.3:1500 ");
    requested("B 4a/3 B 6a/3 ");
}

/* Other registrations' families are not looked at. */
static void interfaces_of_one_family(void **state)
{
    (void)state;
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    requested("L 4a ");
    kernel_says(netconf_says(RTM_NEWNETCONF, AF_INET, 2, 1));
    kernel_says(prefix_says(2));
    tells("");
    requested("");
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 2, 1));
    tells("P4.2:1500 ");
}

/* An ipvlan link follows the MTU of the link below it, and only that one's change is announced. */
static void mtu_of_link_below(void **state)
{
    (void)state;
    kernel_has_link(LINK(.ifindex = 2, .lower = 3, .is_ipvlan = true));
    kernel_has_link(LINK(.ifindex = 5, .lower = 4));
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    kernel_has_link(LINK(.ifindex = 2, .lower = 3, .is_ipvlan = true, .mtu = 1400));
    kernel_has_link(LINK(.ifindex = 3, .mtu = 1400));
    kernel_says(LINK(.ifindex = 3, .mtu = 1400));
    tells("P4.3:1400 P4.2:1400 ");
    requested("B L ");

    /* This one is another's peer, or below a link that does not follow it. */
    kernel_says(LINK(.ifindex = 4, .mtu = 1400));
    tells("P4.4:1400 ");
    requested("");
}

static void interface_of_another_type(void **state)
{
    (void)state;
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    kernel_says(LINK(.ifindex = 2, .arphrd = ARPHRD_PPP));
    tells("D4.2:1500 A4.2:1500 ");

    /* A tunnel that is given a remote end. */
    kernel_says(LINK(.ifindex = 3, .arphrd = ARPHRD_TUNNEL6, .flags = IFF_POINTOPOINT));
    tells("D4.3:1500 A4.3:1500 ");
    kernel_says(LINK(.ifindex = 3, .arphrd = ARPHRD_TUNNEL6));
    tells("D4.3:1500 A4.3:1500 ");
}

/* A message that is cut off: what is known of a link stays, and nothing is said of it. */
static void link_messages_that_cannot_be(void **state)
{
    (void)state;
    static const uint16_t types[] = {RTM_NEWLINK, RTM_DELLINK, RTM_NEWNETCONF, RTM_DELNETCONF};

    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct nlmsghdr message = {.nlmsg_len = sizeof(message), .nlmsg_type = types[i]};
        struct link before = {.ifindex = 4711};
        struct link *link = &before;

        assert_int_equal(watch_take_link(watch, &message, &before, &link), -EBADMSG);
        assert_int_equal(before.ifindex, 4711);
        assert_ptr_equal(link, &before);
    }
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
    watch = watch_of(MIB_TABLE_IPINTERFACE, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    kernel_has_no_link(2);
    kernel_says_too_long();                      /* something was missed: everything is looked at */
    kernel_behind_answer = wait_for_next_answer; /* the first is the barrier's */
    tells("P4.3:1400 D4.2:1500 P4.4:1300 ");
    requested("B L B L B 4a ");
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
    watch = watch_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV6);
    requested("L 6a 6a 6a ");
    knows("1 2 4 ");
    tells("");
    requested("B 6a ");
}

static void looks_at_addresses(void **state)
{
    (void)state;
    watch = watch_of(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC);
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
    watch = watch_of(MIB_TABLE_UNICAST, MIB_FAMILY_UNSPEC);
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
    watch = watch_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV4);
    (void)kernel_requests();
    kernel_says_too_long();
    kernel_behind_answer = change_type_behind_next_answer; /* the first is the barrier's */
    tells("D1 A1 ");
    requested("B L B L B 4a ");
}

/*
 * Who is told of the first address that a resync found reads all of them right away: none may be
 * kept back.
 */
static void addresses_are_told_in_one_go(void **state)
{
    (void)state;
    struct nlmsghdr *all[301] = {0};

    for (unsigned i = 0; i < 300; i++)
        all[i] = address_says(RTM_NEWADDR, AF_INET, 2, i);
    kernel_has_addresses(all);
    watch = watch_of(MIB_TABLE_UNICAST, MIB_FAMILY_IPV4);
    HAS_ADDRESSES(address_says(RTM_NEWADDR, AF_INET, 2, 7));
    kernel_fails(ENOBUFS);
    kernel_says(address_says(RTM_NEWADDR, AF_INET, 2, 7));
    (void)watch_waits(watch);
    knows("7 ");
}

/* ---- Other kernels ------------------------------------------------------------------------- */

static int count_row(void *context, const void *row, size_t more)
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
    static const struct {
        enum mib_table table;
        uint32_t flags;
    } tables[] = {
        {MIB_TABLE_UNICAST, 0},
        {MIB_TABLE_UNICAST, MIB_FILTER_AWAITED_TEREDO},
        {MIB_TABLE_ROUTE, 0},
    };
    static const enum mib_family families[] = {MIB_FAMILY_IPV4, MIB_FAMILY_IPV6, MIB_FAMILY_UNSPEC};

    (void)state;
    for (size_t i = 0; i < 9; i++) {
        bool ipv4 = families[i % 3] != MIB_FAMILY_IPV6;

        without_ipv6();
        assert_int_equal(backend_watch_open(tables[i / 3].table,
                                            &(struct mib_filter){.family = families[i % 3],
                                                                 .flags = tables[i / 3].flags},
                                            &watch),
                         0);
        knows(ipv4 ? "1 " : "");
        kernel_fails(ENOBUFS); /* which makes it look at everything */
        tells("");
        knows(ipv4 ? "1 " : "");
        backend_watch_close(watch);
        watch = NULL;
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
        assert_int_equal(backend_read_table(tables[i],
                                            &(struct mib_filter){.family = MIB_FAMILY_IPV6},
                                            count_row, &count),
                         -EAFNOSUPPORT);
    assert_int_equal(count, 0);
    assert_int_equal(backend_read_table(MIB_TABLE_UNICAST,
                                        &(struct mib_filter){.family = MIB_FAMILY_UNSPEC},
                                        count_row, &count),
                     0);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(interfaces_come_and_go),
        test(settings_of_ipv6_are_read),
        test(interfaces_whose_addresses_change),
        test(interfaces_of_one_family),
        test(link_messages_that_cannot_be),
        test(mtu_of_link_below),
        test(interface_of_another_type),
        test(dump_of_links_with_events_in_it),
        test(learns_addresses_that_do_not_rest),
        test(looks_at_addresses),
        test(addresses_of_a_link),
        test(addresses_while_links_change),
        test(addresses_are_told_in_one_go),
        test(sources_without_ipv6),
        test(tables_without_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
