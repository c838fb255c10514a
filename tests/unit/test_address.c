/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/address: address messages and which of several instances is the row. */
#include "invariants.h"
#include "messages.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIXED = sizeof(struct ifaddrmsg),
    FAMILY_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_family),
    PREFIX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_prefixlen),
    INDEX_OFFSET = NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_index),
};

static struct mib_addr address_of(const char *text)
{
    struct mib_addr address = {0};

    assert_int_equal(inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, address.bytes), 1);
    return address;
}

static int parse(struct nlmsghdr *message, struct address_record *ret)
{
    int r = address_parse(message, ret);

    free(message);
    return r;
}

static int parse_with(const struct nlmsghdr *message, uint16_t type, const void *data,
                      size_t length)
{
    struct address_record record;

    return parse(message_with(message, FIXED, type, data, length), &record);
}

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
        struct mib_addr address = address_of(cases[i].address);
        struct mib_addr peer = address_of(cases[i].peer);
        struct address_record record;
        char path[64];

        (void)snprintf(path, sizeof(path), "address/%s", cases[i].name);
        assert_int_equal(parse(message_load(path), &record), 0);
        if (memcmp(&record.row.address, &address, sizeof(address)) != 0 ||
            memcmp(&record.peer, &peer, sizeof(peer)) != 0 ||
            record.row.family != (strchr(cases[i].address, ':') ? 6 : 4) ||
            record.row.ifindex != cases[i].ifindex ||
            record.row.prefix_length != cases[i].prefix_length ||
            record.row.dad_state != cases[i].dad_state ||
            record.row.prefix_origin != cases[i].prefix_origin ||
            record.row.suffix_origin != cases[i].suffix_origin ||
            (record.row.valid_lifetime == UINT32_MAX) != cases[i].valid_for_ever ||
            (record.row.preferred_lifetime == UINT32_MAX) != cases[i].preferred_for_ever)
            fail_msg("%s: not what was recorded", path);
        assert_true(record.row.created > 0);
    }
}

/* The kernel's own link-local address: its identifier comes from the hardware address. */
static void link_local_addresses(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("address/ipv6-link-local");
    struct mib_addr eui64 = address_of("fe80::ff:fe00:1");
    const uint8_t kernel_made = 3;
    struct address_record record;

    assert_int_equal(address_parse(message, &record), 0);
    assert_int_equal(record.row.prefix_origin, MIB_PREFIX_ORIGIN_WELL_KNOWN);
    struct nlmsghdr *changed =
        message_with(message, FIXED, IFA_ADDRESS, eui64.bytes, sizeof(eui64.bytes));
    assert_int_equal(parse(changed, &record), 0);
    assert_int_equal(record.row.suffix_origin, MIB_SUFFIX_ORIGIN_LINK_LAYER_ADDRESS);
    changed = message_with(message, FIXED, IFA_ADDRESS, address_of("fe80::1234").bytes, 16);
    assert_int_equal(parse(changed, &record), 0);
    assert_int_equal(record.row.suffix_origin, MIB_SUFFIX_ORIGIN_MANUAL);
    struct nlmsghdr *other = message_with(message, FIXED, IFA_PROTO, &kernel_made, 1);
    changed = message_with(other, FIXED, IFA_ADDRESS, address_of("fe80::1234").bytes, 16);
    assert_int_equal(parse(changed, &record), 0);
    assert_int_equal(record.row.suffix_origin, MIB_SUFFIX_ORIGIN_RANDOM);
    free(other);
    free(message);
}

static void dad_states_follow_flags(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("address/ipv6");
    static const struct {
        uint32_t flags;
        uint8_t dad_state;
    } cases[] = {
        {IFA_F_PERMANENT, MIB_DAD_PREFERRED},
        {IFA_F_TENTATIVE, MIB_DAD_TENTATIVE},
        {IFA_F_OPTIMISTIC, MIB_DAD_TENTATIVE},
        {IFA_F_DADFAILED, MIB_DAD_DUPLICATE},
        {IFA_F_DADFAILED | IFA_F_TENTATIVE, MIB_DAD_DUPLICATE},
        {IFA_F_DEPRECATED, MIB_DAD_DEPRECATED},
        {IFA_F_DEPRECATED | IFA_F_TENTATIVE, MIB_DAD_TENTATIVE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_record record;
        struct nlmsghdr *changed =
            message_with(message, FIXED, IFA_FLAGS, &cases[i].flags, sizeof(cases[i].flags));
        assert_int_equal(parse(changed, &record), 0);
        assert_int_equal(record.row.dad_state, cases[i].dad_state);
    }
    free(message);
}

/* Older kernels have eight bits of flags, in the header only. */
static void flags_of_the_header(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("address/ipv6-tentative");
    struct address_record record;

    assert_int_equal(parse(message_with(message, FIXED, IFA_FLAGS, NULL, 0), &record), 0);
    assert_int_equal(record.row.dad_state, MIB_DAD_TENTATIVE);
    free(message);
}

/* IFA_F_SECONDARY of IPv4 and IFA_F_TEMPORARY of IPv6 are one bit, and mean different things. */
static void secondary_is_not_temporary(void **state)
{
    (void)state;
    static const uint32_t flags = IFA_F_PERMANENT | IFA_F_SECONDARY;
    static const uint32_t temporary = IFA_F_TEMPORARY;
    struct nlmsghdr *message = message_load("address/ipv4");
    struct address_record record;

    assert_int_equal(parse(message_with(message, FIXED, IFA_FLAGS, &flags, sizeof(flags)), &record),
                     0);
    assert_int_equal(record.row.prefix_origin, MIB_PREFIX_ORIGIN_MANUAL);
    assert_int_equal(record.row.suffix_origin, MIB_SUFFIX_ORIGIN_MANUAL);
    free(message);

    message = message_load("address/ipv6");
    assert_int_equal(
        parse(message_with(message, FIXED, IFA_FLAGS, &temporary, sizeof(temporary)), &record), 0);
    assert_int_equal(record.row.prefix_origin, MIB_PREFIX_ORIGIN_ROUTER_ADVERTISEMENT);
    assert_int_equal(record.row.suffix_origin, MIB_SUFFIX_ORIGIN_RANDOM);
    free(message);
}

static void no_unicast_address(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("address/ipv6");
    struct address_record record;

    struct nlmsghdr *changed = message_with(message, FIXED, IFA_ADDRESS, NULL, 0);
    struct nlmsghdr *anycast =
        message_with(changed, FIXED, IFA_ANYCAST, address_of("2001:db8::").bytes, 16);
    assert_int_equal(parse(changed, &record), -ENOMSG);
    assert_int_equal(parse(anycast, &record), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, FAMILY_OFFSET, AF_UNSPEC), &record), -ENOMSG);
    assert_int_equal(parse(message_with_byte(message, FAMILY_OFFSET, 12), &record), -ENOMSG);
    free(message);
}

static void addresses_that_cannot_be(void **state)
{
    (void)state;
    struct nlmsghdr *ipv4 = message_load("address/ipv4");
    struct nlmsghdr *ipv6 = message_load("address/ipv6");
    static const uint8_t bytes[64] = {1};
    struct address_record record;

    /* Family and lengths that disagree. */
    assert_int_equal(parse(message_with_byte(ipv4, FAMILY_OFFSET, AF_INET6), &record), -EBADMSG);
    assert_int_equal(parse(message_with_byte(ipv6, FAMILY_OFFSET, AF_INET), &record), -EBADMSG);
    for (size_t length = 0; length <= 20; length++) {
        int expected4 = length == 4 ? 0 : -EBADMSG;
        int expected6 = length == 16 ? 0 : -EBADMSG;
        assert_int_equal(parse_with(ipv4, IFA_LOCAL, bytes, length), expected4);
        assert_int_equal(parse_with(ipv4, IFA_ADDRESS, bytes, length), expected4);
        assert_int_equal(parse_with(ipv6, IFA_LOCAL, bytes, length), expected6);
        assert_int_equal(parse_with(ipv6, IFA_ADDRESS, bytes, length), expected6);
    }
    assert_int_equal(parse(message_with_byte(ipv4, PREFIX_OFFSET, 32), &record), 0);
    assert_int_equal(parse(message_with_byte(ipv4, PREFIX_OFFSET, 33), &record), -EBADMSG);
    assert_int_equal(parse(message_with_byte(ipv6, PREFIX_OFFSET, 128), &record), 0);
    assert_int_equal(parse(message_with_byte(ipv6, PREFIX_OFFSET, 129), &record), -EBADMSG);
    assert_int_equal(parse(message_with_byte(ipv4, INDEX_OFFSET, 0), &record), -EBADMSG);

    assert_int_equal(parse_with(ipv4, IFA_FLAGS, bytes, 3), -EBADMSG);
    assert_int_equal(parse_with(ipv4, IFA_FLAGS, bytes, 8), -EBADMSG);
    assert_int_equal(parse_with(ipv4, IFA_PROTO, bytes, 0), -EBADMSG);
    assert_int_equal(parse_with(ipv4, IFA_PROTO, bytes, 4), -EBADMSG);
    assert_int_equal(parse_with(ipv4, IFA_CACHEINFO, bytes, sizeof(struct ifa_cacheinfo) - 1),
                     -EBADMSG);
    /* A structure may grow, and other attributes are none of our business. */
    assert_int_equal(parse_with(ipv4, IFA_CACHEINFO, bytes, sizeof(struct ifa_cacheinfo) + 8), 0);
    assert_int_equal(parse_with(ipv4, IFA_LABEL, bytes, 0), 0);
    assert_int_equal(parse_with(ipv4, 0x3ff0, bytes, 1), 0);
    free(ipv4);
    free(ipv6);
}

static void without_lifetimes(void **state)
{
    (void)state;
    struct nlmsghdr *message = message_load("address/ipv4-finite");
    struct address_record record;

    assert_int_equal(parse(message_with(message, FIXED, IFA_CACHEINFO, NULL, 0), &record), 0);
    assert_int_equal(record.row.valid_lifetime, MIB_LIFETIME_INFINITE);
    assert_int_equal(record.row.preferred_lifetime, MIB_LIFETIME_INFINITE);
    free(message);
}

static void instances_of_a_row(void **state)
{
    (void)state;
    struct address_record wide;
    struct address_record narrow;
    struct address_record peer;
    struct address_record ipv6;

    assert_int_equal(parse(message_load("address/ipv4"), &wide), 0);
    assert_int_equal(parse(message_load("address/ipv4-second-prefix"), &narrow), 0);
    assert_true(address_ops.same_key(&wide, &narrow));
    assert_int_equal(address_ops.hash(&wide), address_ops.hash(&narrow));
    assert_false(address_ops.same_instance(&wide, &narrow));
    assert_false(address_ops.same_row(&wide, &narrow));
    assert_true(address_ops.rank(&wide, &narrow) < 0);
    assert_true(address_ops.rank(&narrow, &wide) > 0);
    assert_int_equal(address_ops.rank(&wide, &wide), 0);

    peer = wide;
    peer.peer = address_of("198.51.100.1");
    assert_false(address_ops.same_instance(&wide, &peer));
    assert_true(address_ops.same_row(&wide, &peer));
    struct address_record lower = peer;
    lower.peer = address_of("198.51.100.0");
    assert_true(address_ops.rank(&lower, &peer) < 0);
    assert_true(address_ops.rank(&peer, &lower) > 0);

    struct address_record other = wide;
    other.row.ifindex++;
    assert_false(address_ops.same_key(&wide, &other));
    other = wide;
    other.row.iftype++;
    assert_false(address_ops.same_key(&wide, &other));

    /* IPv6 has an address once on a link, and changes its prefix and peer in place. */
    assert_int_equal(parse(message_load("address/ipv6"), &ipv6), 0);
    other = ipv6;
    other.row.prefix_length = 128;
    other.peer = address_of("2001:db8::77");
    assert_true(address_ops.same_instance(&ipv6, &other));
    assert_false(address_ops.same_row(&ipv6, &other));
}

static void check_address(const struct nlmsghdr *message)
{
    struct address_record record;
    int r = address_parse(message, &record);

    if (r != 0) {
        assert_true(r == -EBADMSG || r == -ENOMSG);
        return;
    }
    assert_true(message->nlmsg_len >= NLMSG_LENGTH(FIXED));
    const char *violation = address_violation(&record);
    if (violation)
        fail_msg("accepted, but not: %s", violation);
}

static void check_whole(const char *name, const struct nlmsghdr *message)
{
    struct address_record record;

    if (address_parse(message, &record) != 0)
        fail_msg("%s is not understood", name);
    message_mutilate(message, check_address);
}

static void everything_recorded_and_mutilated(void **state)
{
    (void)state;
    message_load_all("address", check_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_addresses),
        cmocka_unit_test(link_local_addresses),
        cmocka_unit_test(dad_states_follow_flags),
        cmocka_unit_test(flags_of_the_header),
        cmocka_unit_test(secondary_is_not_temporary),
        cmocka_unit_test(no_unicast_address),
        cmocka_unit_test(addresses_that_cannot_be),
        cmocka_unit_test(without_lifetimes),
        cmocka_unit_test(instances_of_a_row),
        cmocka_unit_test(everything_recorded_and_mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
