/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/neighbour: neighbour messages, and what the link makes of them. */
#include "converter.h"
#include "invariants.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/neighbour.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_family),
    INDEX_OFFSET = NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_ifindex),
    STATE_OFFSET = NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_state),
    FLAGS_OFFSET = NLMSG_HDRLEN + offsetof(struct ndmsg, ndm_flags),
};

static int parse(const struct nlmsghdr *message, void *ret)
{
    return neighbour_parse(message, ret);
}

static void check(const struct nlmsghdr *message, const void *object)
{
    const char *broken = neighbour_violation(object);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
}

static const struct converter converter = {
    .kind = "neighbour",
    .header_size = sizeof(struct ndmsg),
    .object_size = sizeof(struct neighbour_message),
    .parse = parse,
    .check = check,
    .has_messages_without_row = true,
    .without_row = "ipv4-none",
};

/* A link-layer address of six bytes; empty: of none. */
static void format(const struct mib_neighbour *row, char text[3 * MIB_PHYSICAL_ADDRESS_MAX + 1])
{
    text[0] = 0;
    for (size_t i = 0; i < row->physical_address_length; i++)
        (void)snprintf(text + 3 * i, 4, "%02x%s", row->physical_address[i],
                       i + 1 < row->physical_address_length ? ":" : "");
}

static void recorded_neighbours(void **state)
{
    (void)state;
    static const struct {
        const char *name, *address, *physical_address;
        uint8_t state;
        bool router, has_fixed_address;
    } cases[] = {
        {"ipv4-permanent", "192.0.2.101", "02:00:00:00:01:01", MIB_NEIGHBOUR_PERMANENT, 0, false},
        {"ipv4-noarp", "192.0.2.102", "02:00:00:00:01:02", MIB_NEIGHBOUR_PERMANENT, 0, true},
        {"ipv4-stale", "192.0.2.103", "02:00:00:00:01:03", MIB_NEIGHBOUR_STALE, 0, false},
        {"ipv4-reachable", "192.0.2.104", "02:00:00:00:01:04", MIB_NEIGHBOUR_REACHABLE, 0, false},
        {"ipv4-failed", "192.0.2.105", "", MIB_NEIGHBOUR_UNREACHABLE, 0, false},
        {"ipv4-incomplete", "192.0.2.106", "", MIB_NEIGHBOUR_INCOMPLETE, 0, false},
        {"ipv4-proxy", "192.0.2.108", "", MIB_NEIGHBOUR_PERMANENT, 0, false},
        {"ipv6-stale", "2001:db8::103", "02:00:00:00:01:03", MIB_NEIGHBOUR_STALE, 0, false},
        {"ipv6-router", "fe80::99", "02:00:00:00:01:99", MIB_NEIGHBOUR_STALE, 1, false},
        {"ipv6-gone-2", "2001:db8::103", "", MIB_NEIGHBOUR_UNREACHABLE, 0, false},
        {"ipv6-proxy", "2001:db8::108", "", MIB_NEIGHBOUR_PERMANENT, 0, false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct neighbour_message neighbour;
        const struct mib_neighbour *row = &neighbour.row;
        char physical_address[3 * MIB_PHYSICAL_ADDRESS_MAX + 1];

        convert_recorded(&converter, cases[i].name, &neighbour);
        format(row, physical_address);
        if (!is_address(&row->address, cases[i].address) ||
            row->family != family_of_text(cases[i].address) || row->ifindex != 3 ||
            strcmp(physical_address, cases[i].physical_address) != 0 ||
            row->state != cases[i].state || row->router != cases[i].router ||
            neighbour.has_fixed_address != cases[i].has_fixed_address)
            fail_msg("%s: not what was recorded: state %u, at %s", cases[i].name, row->state,
                     physical_address);
    }
}

static void states(void **state)
{
    (void)state;
    static const struct {
        uint8_t nud_state;
        int state; /* of the row; -1: there is none */
        uint32_t since;
    } cases[] = {
        {NUD_NONE, -1, 0},
        {NUD_INCOMPLETE, MIB_NEIGHBOUR_INCOMPLETE, 70},
        {NUD_REACHABLE, MIB_NEIGHBOUR_REACHABLE, 70},
        {NUD_STALE, MIB_NEIGHBOUR_STALE, 70},
        {NUD_DELAY, MIB_NEIGHBOUR_DELAY, 70},
        {NUD_PROBE, MIB_NEIGHBOUR_PROBE, 70},
        {NUD_FAILED, MIB_NEIGHBOUR_UNREACHABLE, 30},
        {NUD_NOARP, MIB_NEIGHBOUR_PERMANENT, 0},
        {NUD_PERMANENT, MIB_NEIGHBOUR_PERMANENT, 0},
        {NUD_STALE | NUD_PROBE, -1, 0}, /* a neighbour has one */
    };
    const struct nda_cacheinfo times = {.ndm_confirmed = 7, .ndm_used = 5, .ndm_updated = 3};
    struct nlmsghdr *recorded = message_load("neighbour/ipv4-stale");
    struct nlmsghdr *message =
        message_with(recorded, converter.header_size, NDA_CACHEINFO, &times, sizeof(times));

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct neighbour_message neighbour = {.row.state = UINT8_MAX};
        int r = convert(&converter, message_with_byte(message, STATE_OFFSET, cases[i].nud_state),
                        &neighbour);

        if (r != (cases[i].state < 0 ? -ENOMSG : 0) ||
            (r == 0 &&
             (neighbour.row.state != cases[i].state || neighbour.row.since != cases[i].since)))
            fail_msg("state %#x: %d, row's state %u, since %u", cases[i].nud_state, r,
                     neighbour.row.state, neighbour.row.since);
    }
    free(message);
    free(recorded);
}

/* 1/100 s; what is beyond 32 bits of ms is for ever. Messages without times say nothing of them. */
static void times(void **state)
{
    (void)state;
    struct nda_cacheinfo times = {.ndm_confirmed = UINT32_MAX / 10 - 1};
    struct neighbour_message neighbour;

    convert_changed(&converter, "ipv4-stale", NDA_CACHEINFO, &times, sizeof(times), &neighbour);
    assert_int_equal(neighbour.row.since, 10 * (UINT32_MAX / 10 - 1));
    times.ndm_confirmed = UINT32_MAX / 10;
    convert_changed(&converter, "ipv4-stale", NDA_CACHEINFO, &times, sizeof(times), &neighbour);
    assert_int_equal(neighbour.row.since, UINT32_MAX);
    convert_changed(&converter, "ipv4-stale", NDA_CACHEINFO, NULL, 0, &neighbour);
    assert_int_equal(neighbour.row.since, 0);
}

static void changed_neighbours(void **state)
{
    (void)state;
    static const uint8_t bytes[64] = {1};
    static const uint8_t zeros[16];
    static const struct converter_case cases[] = {
        /* Family and length that disagree; families that are none of IP's. */
        BYTE("ipv4-stale", FAMILY_OFFSET, AF_INET6, -EBADMSG),
        BYTE("ipv6-stale", FAMILY_OFFSET, AF_INET, -EBADMSG),
        BYTE("ipv4-stale", FAMILY_OFFSET, AF_UNSPEC, -ENOMSG),
        BYTE("ipv4-stale", FAMILY_OFFSET, AF_BRIDGE, -ENOMSG),
        LENGTHS("ipv4-stale", NDA_DST, bytes, 4, 20, 0),
        LENGTHS("ipv6-stale", NDA_DST, bytes, 16, 20, 0),
        WITHOUT("ipv4-stale", NDA_DST, -EBADMSG),
        /* For all addresses of a point-to-point link; a proxy on all links. */
        WITH("ipv4-stale", NDA_DST, zeros, 4, -ENOMSG),
        WITH("ipv6-stale", NDA_DST, zeros, 16, -ENOMSG),
        BYTE("ipv4-proxy", INDEX_OFFSET, 0, -ENOMSG),
        BYTE("ipv4-stale", INDEX_OFFSET + 3, 0x80, -EBADMSG),
        WITH("ipv4-stale", NDA_LLADDR, bytes, MIB_PHYSICAL_ADDRESS_MAX, 0),
        WITH("ipv4-stale", NDA_LLADDR, bytes, MIB_PHYSICAL_ADDRESS_MAX + 1, -EBADMSG),
        WITHOUT("ipv4-stale", NDA_LLADDR, 0),
        WITH("ipv4-stale", NDA_CACHEINFO, bytes, sizeof(struct nda_cacheinfo) - 1, -EBADMSG),
        /* A structure may grow, and other attributes are none of the converter's business. */
        WITH("ipv4-stale", NDA_CACHEINFO, bytes, sizeof(struct nda_cacheinfo) + 8, 0),
        WITH("ipv4-stale", NDA_PROBES, bytes, 0, 0),
        WITH("ipv4-stale", 0x3ff0, bytes, 1, 0),
        /* The state of a proxy does not count. */
        BYTE("ipv4-none", FLAGS_OFFSET, NTF_PROXY, 0),
    };

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
}

/* What is shown, and with which link-layer address. */
static void completed_by_the_link(void **state)
{
    (void)state;
    static const struct link loopback = {
        .ifindex = 3, .iftype = 24, .flags = IFF_LOOPBACK, .address_length = 6};
    static const struct link ethernet = {.ifindex = 3, .iftype = 6, .address_length = 6};
    static const struct link tunnel = {.ifindex = 3, .iftype = 23};
    static const struct {
        const char *name;
        const char *address; /* NULL: as it was recorded */
        const struct link *link;
        const char *physical_address; /* NULL: no row */
    } cases[] = {
        {"ipv4-stale", NULL, &ethernet, "02:00:00:00:01:03"},
        {"ipv4-failed", NULL, &ethernet, "00:00:00:00:00:00"},
        {"ipv4-proxy", NULL, &ethernet, "00:00:00:00:00:00"},
        {"ipv4-noarp", NULL, &ethernet, "02:00:00:00:01:02"},
        {"ipv4-failed", NULL, &tunnel, ""},
        {"ipv4-proxy", NULL, &tunnel, ""},
        {"ipv4-stale", NULL, &tunnel, "02:00:00:00:01:03"},
        {"ipv4-noarp", NULL, &loopback, NULL},
        {"ipv4-noarp", "224.0.0.22", &loopback, ""},
        {"ipv4-permanent", NULL, &loopback, ""},
        {"ipv4-failed", NULL, &loopback, ""},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct neighbour_message neighbour;
        char physical_address[3 * MIB_PHYSICAL_ADDRESS_MAX + 1];

        convert_recorded(&converter, cases[i].name, &neighbour);
        if (cases[i].address)
            neighbour.row.address = address_of_text(cases[i].address);
        bool shown = neighbour_complete(&neighbour, cases[i].link);
        format(&neighbour.row, physical_address);
        if (shown != (cases[i].physical_address != NULL) ||
            (shown && (strcmp(physical_address, cases[i].physical_address) != 0 ||
                       neighbour.row.iftype != cases[i].link->iftype)))
            fail_msg("%s on a link of type %u: %d, at %s", cases[i].name, cases[i].link->iftype,
                     shown, physical_address);
    }
}

static void groups(void **state)
{
    (void)state;
    static const char *const addresses[] = {"224.0.0.22", "239.255.255.250"};
    static const struct {
        struct link link;
        const char *physical_addresses[2];
    } cases[] = {
        {{.ifindex = 7, .iftype = 6, .arphrd = ARPHRD_ETHER, .address_length = 6},
         {"01:00:5e:00:00:16", "01:00:5e:7f:ff:fa"}},
        {{.ifindex = 7,
          .iftype = 24,
          .arphrd = ARPHRD_LOOPBACK,
          .flags = IFF_LOOPBACK,
          .address_length = 6},
         {"", ""}},
        {{.ifindex = 7, .iftype = 23, .arphrd = ARPHRD_NONE}, {"", ""}},
        /* Its mapping is another, and not known here. */
        {{.ifindex = 7, .iftype = 1, .arphrd = ARPHRD_IEEE1394, .address_length = 8},
         {"00:00:00:00:00:00:00:00", "00:00:00:00:00:00:00:00"}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t j = 0; j < NEIGHBOUR_GROUPS; j++) {
            char physical_address[3 * MIB_PHYSICAL_ADDRESS_MAX + 1];
            struct mib_neighbour row;

            neighbour_group(j, &cases[i].link, &row);
            format(&row, physical_address);
            assert_true(is_address(&row.address, addresses[j]));
            assert_string_equal(physical_address, cases[i].physical_addresses[j]);
            assert_int_equal(row.family, MIB_FAMILY_IPV4);
            assert_int_equal(row.ifindex, 7);
            assert_int_equal(row.iftype, cases[i].link.iftype);
            assert_int_equal(row.state, MIB_NEIGHBOUR_PERMANENT);
        }
    }
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    convert_everything(&converter, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_neighbours),
        cmocka_unit_test(states),
        cmocka_unit_test(times),
        cmocka_unit_test(changed_neighbours),
        cmocka_unit_test(completed_by_the_link),
        cmocka_unit_test(groups),
        cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
