/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/watch/watch: interfaces and addresses, and kernels without IPv6. The kernel plays
 * scripts (watch_script.h).
 */
#include "watch_script.h"

#include "backend/netlink/watch/links.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/rtnetlink.h>

/* ---- Interfaces ---------------------------------------------------------------------------- */

static const struct script_step interfaces_come_and_go[] = {
    OPEN(IPINTERFACE, UNSPEC, HAS_LINKS(NO_LINK(2, .last = 9)), .requests = "L 4a 6a ",
         .known = "4.1:1500 6.1:1500 "),

    /* The kernel's order: the family states first. */
    {HAS_LINKS(LINK(2, .ipv6_mtu = 1400)), SAYS(NETCONF4(2, 0), NETCONF6(2, 0)), .reports = ""},
    {SAYS(LINK(2, .ipv6_mtu = 1400)), .reports = "A4.2:1500 A6.2:1400 ", .requests = ""},

    /* A port that a bridge releases is still a link. */
    {SAYS(LINK(2, .deleted = true, .family = AF_BRIDGE),
          LINK_DOWN(2, .family = AF_BRIDGE, .mtu = 9000)),
     .reports = "", .requests = ""},

    /* A link that goes without a message about its family states takes them along. */
    {SAYS(LINK(2, .deleted = true)), .reports = "D4.2:1500 D6.2:1400 ",
     .requests = "B 4a/2 B 6a/2 ", .known = "4.1:1500 6.1:1500 "},

    /* Nothing of it is left for another one with its index. */
    {SAYS(LINK(2, .family = AF_INET6), NETCONF4(2, 0)), .reports = ""},
    {SAYS(LINK(2, .without_ipv6 = true)), .reports = "A4.2:1500 "},
};

/*
 * IPv6 follows a link's new MTU only after the message about it, and comes back without a message
 * about its settings.
 */
static const struct script_step settings_of_ipv6_are_read[] = {
    OPEN(IPINTERFACE, UNSPEC, HAS_LINKS(LINK(2, .ipv6_mtu = 1500))),
    {HAS_LINKS(LINK(2, .mtu = 1400, .ipv6_mtu = 1400)),
     SAYS(LINK(2, .mtu = 1400, .ipv6_mtu = 1500)), .reports = "P4.2:1400 P6.2:1400 ",
     .requests = "R2 "},
    {SAYS(LINK(2, .mtu = 1400, .ipv6_mtu = 1400)), .reports = "", .requests = ""},

    {SAYS(NETCONF6(2, 0, .deleted = true)), .reports = "D6.2:1400 "},
    {HAS_LINKS(LINK(2, .mtu = 1400, .ipv6_mtu = 1300)), SAYS(NETCONF6(2, 0)),
     .reports = "A6.2:1300 ", .requests = "B 6a/2 R2 B 6a/2 "},

    /* The link is gone by the time it is asked. */
    {HAS_LINKS(NO_LINK(2)), SAYS(LINK(2, .mtu = 1450, .ipv6_mtu = 1300), LINK(2, .deleted = true)),
     .reports = "P4.2:1450 D4.2:1450 D6.2:1300 ", .requests = "R2 B 4a/2 B 6a/2 ",
     .time = BETWEEN(0, 0)},
};

/*
 * An address that a program sees come, change or go is reported as a change of its interface, with
 * the row as it is known; where that is not known, not at all.
 */
static const struct script_step interfaces_whose_addresses_change[] = {
    OPEN(IPINTERFACE, UNSPEC, HAS_LINKS(NO_LINK(4, .last = 9)), HAS_ADDRESSES(ADDRESS4(1, 2)),
         .known = "4.1:1500 4.2:1500 4.3:1500 6.1:1500 6.2:1500 6.3:1500 "),

    {SAYS(ADDRESS4(1, 2)), .reports = ""}, /* known, and no different */
    {SAYS(ADDRESS4(2, 2)), .reports = "P4.2:1500 "},
    {SAYS(ADDRESS6(3, 2), ADDRESS6(4, 3), ADDRESS4(1, 2, .deleted = true)),
     .reports = "P6.2:1500 P6.3:1500 P4.2:1500 ", .requests = ""},

    /* In silence: a router advertised a prefix, and the dump shows two more and one less. */
    {HAS_ADDRESSES(ADDRESS6(5, 2), ADDRESS6(6, 2)), SAYS(PREFIX(2)),
     .reports = "P6.2:1500 P6.2:1500 P6.2:1500 ", .requests = "B 6a/2 "},

    /* Of a link that was never reported, and of one that is gone. */
    {SAYS(ADDRESS4(7, 20)), .reports = ""},
    {HAS_LINKS(NO_LINK(3)), SAYS(LINK(3, .deleted = true), ADDRESS6(4, 3, .deleted = true)),
     .reports = "D4.3:1500 D6.3:1500 ", .requests = "B 4a/3 B 6a/3 "},
};

/* The family that is not watched is not dumped. */
static const struct script_step interfaces_of_one_family[] = {
    OPEN(IPINTERFACE, IPV4, .requests = "L 4a "),
    {SAYS(NETCONF4(2, 1), PREFIX(2)), .reports = "", .requests = ""},
    {SAYS(ADDRESS4(1, 2)), .reports = "P4.2:1500 "},
};

/* An ipvlan link follows the MTU of the link below it, and only that one's change is announced. */
static const struct script_step mtu_of_link_below[] = {
    OPEN(IPINTERFACE, IPV4, HAS_LINKS(LINK(2, .lower = 3, .is_ipvlan = true), LINK(5, .lower = 4))),
    {HAS_LINKS(LINK(2, .lower = 3, .is_ipvlan = true, .mtu = 1400), LINK(3, .mtu = 1400)),
     SAYS(LINK(3, .mtu = 1400)), .reports = "P4.3:1400 P4.2:1400 ", .requests = "B L "},

    /* This one is another's peer, or below a link that does not follow it. */
    {SAYS(LINK(4, .mtu = 1400)), .reports = "P4.4:1400 ", .requests = ""},
};

static const struct script_step interface_of_another_type[] = {
    OPEN(IPINTERFACE, IPV4),
    {SAYS(LINK(2, .arphrd = ARPHRD_PPP)), .reports = "D4.2:1500 A4.2:1500 "},

    /* A tunnel that is given a remote end, and loses it. */
    {SAYS(LINK(3, .arphrd = ARPHRD_TUNNEL6, .flags = IFF_POINTOPOINT)),
     .reports = "D4.3:1500 A4.3:1500 "},
    {SAYS(LINK(3, .arphrd = ARPHRD_TUNNEL6)), .reports = "D4.3:1500 A4.3:1500 "},
};

/* A message that is truncated: the link stays as it is known. */
static void link_messages_that_cannot_be(void **state)
{
    (void)state;
    static const uint16_t types[] = {RTM_NEWLINK, RTM_DELLINK, RTM_NEWNETCONF, RTM_DELNETCONF};
    const struct mib_filter ipv4 = {.family = MIB_FAMILY_IPV4};
    struct backend_watch *watch;

    assert_int_equal(backend_watch_open(MIB_TABLE_IPINTERFACE, &ipv4, &watch), 0);
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct nlmsghdr message = {.nlmsg_len = sizeof(message), .nlmsg_type = types[i]};
        struct link before = {.ifindex = 4711};
        struct link *link = &before;

        assert_int_equal(watch_take_link(watch, &message, &before, &link), -EBADMSG);
        assert_int_equal(before.ifindex, 4711);
        assert_ptr_equal(link, &before);
    }
    backend_watch_close(watch);
}

/*
 * The dump of links is older than the message behind it. Something was missed before, so that
 * everything is dumped; the first answer is the barrier's.
 */
static const struct script_step dump_of_links_with_events_in_it[] = {
    OPEN(IPINTERFACE, IPV4),
    {HAS_LINKS(NO_LINK(2)), SAYS(TRUNCATED),
     REACTIONS(BEHIND_ANSWER(2, SAYS(LINK(3, .mtu = 1400)),
                             HAS_LINKS(LINK(3, .mtu = 1400), LINK(4, .mtu = 1300)))),
     .reports = "P4.3:1400 D4.2:1500 P4.4:1300 ", .requests = "B L B L B 4a "},
};

/* ---- Addresses ----------------------------------------------------------------------------- */

/* Nor may addresses be missing that the dump showed behind the message. */
static const struct script_step initial_dump_of_addresses_that_do_not_rest[] = {
    OPEN(UNICAST, IPV6, HAS_ADDRESSES(ADDRESS6(1, 2), ADDRESS6(2, 2), ADDRESS6(4, 2)),
         REACTIONS(AT_DUMP(1, .last = 3, .every = 2, SAYS(ADDRESS6(4, 2))),
                   AT_DUMP(2, SAYS(ADDRESS6(4, 2, .deleted = true)))),
         .requests = "L 6a 6a 6a ", .known = "1 2 4 "),
    {.reports = "", .requests = "B 6a "},
};

static const struct script_step dumps_addresses[] = {
    OPEN(UNICAST, UNSPEC, .requests = "L 4a 6a "),
    {SAYS(LINK_DOWN(2)), .reports = "", .requests = "B 6a/2 "},
    {SAYS(LINK_DOWN(2)), .reports = "", .requests = ""}, /* as it was */
    {SAYS(NETCONF6(2, 0)), .reports = "", .requests = "B 6a/2 "},
    {SAYS(LINK_DOWN(2, .family = AF_INET6)), .reports = "", .requests = "B 6a/2 "},
    {SAYS(PREFIX(2)), .reports = "", .requests = "B 6a/2 "},
    {HAS_LINKS(NO_LINK(2)), SAYS(LINK_DOWN(2, .deleted = true)), .reports = "",
     .requests = "B 4a/2 B 6a/2 "},
};

/* The addresses of a link that is gone, or of another type now, with their LUIDs. */
static const struct script_step addresses_of_a_link[] = {
    OPEN(UNICAST, UNSPEC, HAS_ADDRESSES(ADDRESS4(1, 2), ADDRESS6(2, 2), ADDRESS4(3, 3))),
    {SAYS(LINK(2, .arphrd = ARPHRD_PPP)), .reports = "D1 A1 D2 A2 "},
    {HAS_ADDRESSES(ADDRESS4(3, 3)), HAS_LINKS(NO_LINK(2)),
     SAYS(LINK(2, .deleted = true, .arphrd = ARPHRD_PPP)), .reports = "D1 D2 ", .known = "3 "},
};

/* The dump of links is older than the message behind it; the first answer is the barrier's. */
static const struct script_step addresses_while_links_change[] = {
    OPEN(UNICAST, IPV4, HAS_ADDRESSES(ADDRESS4(1, 3))),
    {SAYS(TRUNCATED),
     REACTIONS(BEHIND_ANSWER(2, SAYS(LINK(3, .arphrd = ARPHRD_PPP)),
                             HAS_LINKS(LINK(3, .arphrd = ARPHRD_PPP)))),
     .reports = "D1 A1 ", .requests = "B L B L B 4a "},
};

/*
 * Who is given the first address that a resync found reads all of them right away: none may be
 * kept back.
 */
static const struct script_step addresses_are_known_at_once[] = {
    OPEN(UNICAST, IPV4, HAS_ADDRESSES(ADDRESS4(0, 2, .count = 300))),
    {HAS_ADDRESSES(ADDRESS4(7, 2)), SAYS(FAILURE(ENOBUFS), ADDRESS4(7, 2)), .first_report = "D0 ",
     .known = "7 "},
};

/* ---- Other kernels ------------------------------------------------------------------------- */

#define WITHOUT_IPV6                                                                               \
    LACKS_IPV6, HAS_LINKS(LINK(1, .last = 9, .without_ipv6 = true)),                               \
        HAS_ADDRESSES(ADDRESS4(1, 2)), HAS_ROUTES(ROUTE4(1))

/* The overrun makes it dump everything. */
#define WATCH_WITHOUT_IPV6(table, family, rows, ...)                                               \
    {                                                                                              \
        OPEN(table, family, WITHOUT_IPV6, .known = (rows), __VA_ARGS__),                           \
        {                                                                                          \
            SAYS(FAILURE(ENOBUFS)), .reports = "", .known = (rows)                                 \
        }                                                                                          \
    }

#define AWAITS_TEREDO .filter.flags = MIB_FILTER_AWAITED_TEREDO

static const struct script_step watches_without_ipv6[][2] = {
    WATCH_WITHOUT_IPV6(UNICAST, IPV4, "1 "),
    WATCH_WITHOUT_IPV6(UNICAST, IPV6, ""),
    WATCH_WITHOUT_IPV6(UNICAST, UNSPEC, "1 "),
    WATCH_WITHOUT_IPV6(UNICAST, IPV4, "1 ", AWAITS_TEREDO),
    WATCH_WITHOUT_IPV6(UNICAST, IPV6, "", AWAITS_TEREDO),
    WATCH_WITHOUT_IPV6(UNICAST, UNSPEC, "1 ", AWAITS_TEREDO),
    WATCH_WITHOUT_IPV6(ROUTE, IPV4, "1 "),
    WATCH_WITHOUT_IPV6(ROUTE, IPV6, ""),
    WATCH_WITHOUT_IPV6(ROUTE, UNSPEC, "1 "),
};

static int count_row(void *context, const void *row, size_t more)
{
    (void)row;
    (void)more;
    ++*(size_t *)context;
    return 0;
}

static void tables_without_ipv6(void **state)
{
    static const enum mib_table tables[] = {MIB_TABLE_UNICAST, MIB_TABLE_IPINTERFACE,
                                            MIB_TABLE_ROUTE};
    const struct mib_filter ipv6 = {.family = MIB_FAMILY_IPV6};
    const struct mib_filter unspec = {.family = MIB_FAMILY_UNSPEC};
    const struct script_step step = {WITHOUT_IPV6};
    size_t count = 0;

    (void)state;
    kernel_play(&step.kernel);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        assert_int_equal(backend_read_table(tables[i], &ipv6, count_row, &count), -EAFNOSUPPORT);
    assert_int_equal(count, 0);
    assert_int_equal(backend_read_table(MIB_TABLE_UNICAST, &unspec, count_row, &count), 0);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        script(interfaces_come_and_go),
        script(settings_of_ipv6_are_read),
        script(interfaces_whose_addresses_change),
        script(interfaces_of_one_family),
        test(link_messages_that_cannot_be),
        script(mtu_of_link_below),
        script(interface_of_another_type),
        script(dump_of_links_with_events_in_it),
        script(initial_dump_of_addresses_that_do_not_rest),
        script(dumps_addresses),
        script(addresses_of_a_link),
        script(addresses_while_links_change),
        script(addresses_are_known_at_once),
        script(watches_without_ipv6[0]),
        script(watches_without_ipv6[1]),
        script(watches_without_ipv6[2]),
        script(watches_without_ipv6[3]),
        script(watches_without_ipv6[4]),
        script(watches_without_ipv6[5]),
        script(watches_without_ipv6[6]),
        script(watches_without_ipv6[7]),
        script(watches_without_ipv6[8]),
        test(tables_without_ipv6),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
