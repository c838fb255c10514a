/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/address: address messages and which of several instances is the row. */
#include "converter.h"
#include "invariants.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_family),
    PREFIX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_prefixlen),
    INDEX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_index),
};

static int parse(const struct nlmsghdr *message, void *ret)
{
    return address_parse(message, ret);
}

static void check(const struct nlmsghdr *message, const void *object)
{
    const char *broken = address_violation(object);

    (void)message;
    if (broken)
        fail_msg("accepted, but not: %s", broken);
}

static const struct converter converter = {
    .kind = "address",
    .header_size = sizeof(struct ifaddrmsg),
    .object_size = sizeof(struct address_record),
    .parse = parse,
    .check = check,
    .has_messages_without_row = true,
};

static void recorded_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *name, *address, *peer;
        uint32_t ifindex;
        uint8_t prefix_length, dad_state, prefix_origin, suffix_origin;
        bool valid_for_ever, preferred_for_ever;
    } cases[] = {
        {"ipv4", "192.0.2.1", "192.0.2.1", 3, 24, MIB_DAD_PREFERRED, MIB_PREFIX_ORIGIN_MANUAL,
         MIB_SUFFIX_ORIGIN_MANUAL, true, true},
        {"ipv4-second-prefix", "192.0.2.1", "192.0.2.1", 3, 25, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL, true, true},
        {"ipv4-peer", "192.0.2.9", "198.51.100.9", 3, 32, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL, true, true},
        {"ipv4-finite", "192.0.2.10", "192.0.2.10", 3, 24, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_DHCP, MIB_SUFFIX_ORIGIN_DHCP, false, false},
        {"ipv4-deprecated", "192.0.2.10", "192.0.2.10", 3, 24, MIB_DAD_DEPRECATED,
         MIB_PREFIX_ORIGIN_DHCP, MIB_SUFFIX_ORIGIN_DHCP, false, false},
        {"ipv4-gone", "192.0.2.10", "192.0.2.10", 3, 24, MIB_DAD_DEPRECATED, MIB_PREFIX_ORIGIN_DHCP,
         MIB_SUFFIX_ORIGIN_DHCP, false, false},
        {"ipv4-loopback", "127.0.0.2", "127.0.0.2", 1, 8, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_WELL_KNOWN, MIB_SUFFIX_ORIGIN_WELL_KNOWN, true, true},
        {"ipv6", "2001:db8::1", "2001:db8::1", 3, 64, MIB_DAD_PREFERRED, MIB_PREFIX_ORIGIN_MANUAL,
         MIB_SUFFIX_ORIGIN_MANUAL, true, true},
        {"ipv6-peer", "2001:db8::5", "2001:db8::6", 3, 128, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL, true, true},
        {"ipv6-finite", "2001:db8::a", "2001:db8::a", 3, 64, MIB_DAD_PREFERRED,
         MIB_PREFIX_ORIGIN_DHCP, MIB_SUFFIX_ORIGIN_DHCP, false, false},
        {"ipv6-tentative", "2001:db8::b", "2001:db8::b", 3, 64, MIB_DAD_TENTATIVE,
         MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL, true, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_record record;

        convert_recorded(&converter, cases[i].name, &record);
        if (!is_address(&record.row.address, cases[i].address) ||
            !is_address(&record.peer, cases[i].peer) ||
            record.row.family != family_of_text(cases[i].address) ||
            record.row.ifindex != cases[i].ifindex ||
            record.row.prefix_length != cases[i].prefix_length ||
            record.row.dad_state != cases[i].dad_state ||
            record.row.prefix_origin != cases[i].prefix_origin ||
            record.row.suffix_origin != cases[i].suffix_origin ||
            (record.row.valid_lifetime == UINT32_MAX) != cases[i].valid_for_ever ||
            (record.row.preferred_lifetime == UINT32_MAX) != cases[i].preferred_for_ever)
            fail_msg("%s: not what was recorded", cases[i].name);
        assert_true(record.row.created > 0);
    }
}

/* The kernel's own link-local address: its identifier comes from the hardware address. */
static void link_local_addresses(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        uint8_t kernel_made; /* IFA_PROTO, where not 0 */
        uint8_t suffix_origin;
    } cases[] = {
        {"fe80::ff:fe00:1", 0, MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS},
        {"fe80::1234", 0, MIB_SUFFIX_ORIGIN_MANUAL},
        {"fe80::1234", 3, MIB_SUFFIX_ORIGIN_RANDOM},
    };
    struct nlmsghdr *recorded = message_load("address/ipv6-link-local");
    struct address_record record;

    assert_int_equal(address_parse(recorded, &record), 0);
    assert_int_equal(record.row.prefix_origin, MIB_PREFIX_ORIGIN_WELL_KNOWN);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct mib_addr address = address_of_text(cases[i].address);
        struct nlmsghdr *message =
            message_with(recorded, converter.header_size, IFA_PROTO,
                         cases[i].kernel_made ? &cases[i].kernel_made : NULL, 1);

        assert_int_equal(convert(&converter,
                                 message_with(message, converter.header_size, IFA_ADDRESS,
                                              address.bytes, sizeof(address.bytes)),
                                 &record),
                         0);
        assert_int_equal(record.row.suffix_origin, cases[i].suffix_origin);
        free(message);
    }
    free(recorded);
}

/*
 * Older kernels have eight bits of flags, in the header only. IFA_F_SECONDARY of IPv4 and
 * IFA_F_TEMPORARY of IPv6 are one bit, and mean different things.
 */
static void flags_of_addresses(void **state)
{
    (void)state;
    enum { OF_HEADER = 0 };
    static const struct {
        const char *name;
        uint32_t flags;
        uint8_t dad_state, prefix_origin, suffix_origin;
    } cases[] = {
#define MANUAL MIB_PREFIX_ORIGIN_MANUAL, MIB_SUFFIX_ORIGIN_MANUAL
#define DHCP MIB_PREFIX_ORIGIN_DHCP, MIB_SUFFIX_ORIGIN_DHCP /* finite */
        {"ipv6", IFA_F_PERMANENT, MIB_DAD_PREFERRED, MANUAL},
        {"ipv6", IFA_F_TENTATIVE, MIB_DAD_TENTATIVE, DHCP},
        {"ipv6", IFA_F_OPTIMISTIC, MIB_DAD_TENTATIVE, DHCP},
        {"ipv6", IFA_F_DADFAILED, MIB_DAD_DUPLICATE, DHCP},
        {"ipv6", IFA_F_DADFAILED | IFA_F_TENTATIVE, MIB_DAD_DUPLICATE, DHCP},
        {"ipv6", IFA_F_DEPRECATED, MIB_DAD_DEPRECATED, DHCP},
        {"ipv6", IFA_F_DEPRECATED | IFA_F_TENTATIVE, MIB_DAD_TENTATIVE, DHCP},
        {"ipv6-tentative", OF_HEADER, MIB_DAD_TENTATIVE, MANUAL},
        {"ipv4", IFA_F_PERMANENT | IFA_F_SECONDARY, MIB_DAD_PREFERRED, MANUAL},
        {"ipv6", IFA_F_TEMPORARY, MIB_DAD_PREFERRED, MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT,
         MIB_SUFFIX_ORIGIN_RANDOM},
#undef MANUAL
#undef DHCP
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_record record;

        convert_changed(&converter, cases[i].name, IFA_FLAGS,
                        cases[i].flags == OF_HEADER ? NULL : &cases[i].flags,
                        sizeof(cases[i].flags), &record);
        if (record.row.dad_state != cases[i].dad_state ||
            record.row.prefix_origin != cases[i].prefix_origin ||
            record.row.suffix_origin != cases[i].suffix_origin)
            fail_msg("%s with flags %#x: state %u, origins %u and %u", cases[i].name,
                     cases[i].flags, record.row.dad_state, record.row.prefix_origin,
                     record.row.suffix_origin);
    }
}

static void no_unicast_address(void **state)
{
    (void)state;
    static const struct converter_case cases[] = {
        WITHOUT("ipv6", IFA_ADDRESS, -ENOMSG),
        BYTE("ipv6", FAMILY_OFFSET, AF_UNSPEC, -ENOMSG),
        BYTE("ipv6", FAMILY_OFFSET, 12, -ENOMSG),
    };
    const struct mib_addr anycast = address_of_text("2001:db8::");
    struct nlmsghdr *message = message_load("address/ipv6");
    struct nlmsghdr *without = message_with(message, converter.header_size, IFA_ADDRESS, NULL, 0);
    struct address_record record;

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
    assert_int_equal(convert(&converter,
                             message_with(without, converter.header_size, IFA_ANYCAST,
                                          anycast.bytes, sizeof(anycast.bytes)),
                             &record),
                     -ENOMSG);
    free(without);
    free(message);
}

static void changed_addresses(void **state)
{
    (void)state;
    static const uint8_t bytes[64] = {1};
    static const struct converter_case cases[] = {
        /* Family and lengths that disagree. */
        BYTE("ipv4", FAMILY_OFFSET, AF_INET6, -EBADMSG),
        BYTE("ipv6", FAMILY_OFFSET, AF_INET, -EBADMSG),
        LENGTHS("ipv4", IFA_LOCAL, bytes, 4, 20, 0),
        LENGTHS("ipv4", IFA_ADDRESS, bytes, 4, 20, 0),
        LENGTHS("ipv6", IFA_LOCAL, bytes, 16, 20, 0),
        LENGTHS("ipv6", IFA_ADDRESS, bytes, 16, 20, 0),
        BYTE("ipv4", PREFIX_OFFSET, 32, 0),
        BYTE("ipv4", PREFIX_OFFSET, 33, -EBADMSG),
        BYTE("ipv6", PREFIX_OFFSET, 128, 0),
        BYTE("ipv6", PREFIX_OFFSET, 129, -EBADMSG),
        BYTE("ipv4", INDEX_OFFSET, 0, -EBADMSG),

        WITH("ipv4", IFA_FLAGS, bytes, 3, -EBADMSG),
        WITH("ipv4", IFA_FLAGS, bytes, 8, -EBADMSG),
        WITH("ipv4", IFA_PROTO, bytes, 0, -EBADMSG),
        WITH("ipv4", IFA_PROTO, bytes, 4, -EBADMSG),
        WITH("ipv4", IFA_CACHEINFO, bytes, sizeof(struct ifa_cacheinfo) - 1, -EBADMSG),
        /* A structure may grow, and other attributes are none of the converter's business. */
        WITH("ipv4", IFA_CACHEINFO, bytes, sizeof(struct ifa_cacheinfo) + 8, 0),
        WITH("ipv4", IFA_LABEL, bytes, 0, 0),
        WITH("ipv4", 0x3ff0, bytes, 1, 0),
    };

    convert_cases(&converter, cases, sizeof(cases) / sizeof(cases[0]));
}

static void without_lifetimes(void **state)
{
    (void)state;
    struct address_record record;

    convert_changed(&converter, "ipv4-finite", IFA_CACHEINFO, NULL, 0, &record);
    assert_int_equal(record.row.valid_lifetime, MIB_LIFETIME_INFINITE);
    assert_int_equal(record.row.preferred_lifetime, MIB_LIFETIME_INFINITE);
}

static void instances_of_a_row(void **state)
{
    (void)state;
    struct address_record wide;
    struct address_record narrow;
    struct address_record peer;
    struct address_record ipv6;

    convert_recorded(&converter, "ipv4", &wide);
    convert_recorded(&converter, "ipv4-second-prefix", &narrow);
    assert_true(address_ops.same_key(&wide, &narrow));
    assert_int_equal(address_ops.group_hash(&wide), address_ops.group_hash(&narrow));
    assert_false(address_ops.same_instance(&wide, &narrow));
    assert_false(address_ops.same_row(&wide, &narrow));
    assert_true(address_ops.rank(&wide, &narrow) < 0);
    assert_true(address_ops.rank(&narrow, &wide) > 0);
    assert_int_equal(address_ops.rank(&wide, &wide), 0);

    peer = wide;
    peer.peer = address_of_text("198.51.100.1");
    assert_false(address_ops.same_instance(&wide, &peer));
    assert_true(address_ops.same_row(&wide, &peer));
    struct address_record lower = peer;
    lower.peer = address_of_text("198.51.100.0");
    assert_true(address_ops.rank(&lower, &peer) < 0);
    assert_true(address_ops.rank(&peer, &lower) > 0);

    struct address_record other = wide;
    other.row.ifindex++;
    assert_false(address_ops.same_key(&wide, &other));
    other = wide;
    other.row.iftype++;
    assert_false(address_ops.same_key(&wide, &other));

    /* IPv6 has an address once on a link, and changes its prefix and peer in place. */
    convert_recorded(&converter, "ipv6", &ipv6);
    other = ipv6;
    other.row.prefix_length = 128;
    other.peer = address_of_text("2001:db8::77");
    assert_true(address_ops.same_instance(&ipv6, &other));
    assert_false(address_ops.same_row(&ipv6, &other));
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    convert_everything(&converter, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_addresses), cmocka_unit_test(link_local_addresses),
        cmocka_unit_test(flags_of_addresses), cmocka_unit_test(no_unicast_address),
        cmocka_unit_test(changed_addresses),  cmocka_unit_test(without_lifetimes),
        cmocka_unit_test(instances_of_a_row), cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
