/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/reach: what an answer to RTM_GETROUTE says of the way to an address. */
#include "backend/netlink/object/reach.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint32_t gateway = 0x0100000a;

/* An answer of that type, with the attribute where it is not 0. */
static struct nl_msg *answer(uint8_t type, uint32_t ifindex, int attribute)
{
    struct rtmsg info = {.rtm_family = AF_INET, .rtm_dst_len = 32, .rtm_type = type};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWROUTE, 0);

    assert_non_null(message);
    assert_int_equal(nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO), 0);
    if (ifindex)
        assert_int_equal(nla_put_u32(message, RTA_OIF, ifindex), 0);
    if (attribute)
        assert_int_equal(nla_put(message, attribute, sizeof(gateway), &gateway), 0);
    return message;
}

static void answers(void **state)
{
    static const struct {
        uint8_t type;
        uint32_t ifindex;
        int attribute;
        bool has_gateway;
    } cases[] = {
        {RTN_UNICAST, 3, 0, false},           {RTN_UNICAST, 3, RTA_GATEWAY, true},
        {RTN_UNICAST, 3, RTA_VIA, true},      {RTN_LOCAL, 1, 0, false},
        {RTN_BROADCAST, 3, 0, false},         {RTN_UNICAST, 0, 0, false},
        {RTN_UNICAST, 3, RTA_PREFSRC, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct nl_msg *message = answer(cases[i].type, cases[i].ifindex, cases[i].attribute);
        struct reach reach;

        assert_int_equal(reach_parse(nlmsg_hdr(message), &reach), 0);
        assert_int_equal(reach.type, cases[i].type);
        assert_int_equal(reach.ifindex, cases[i].ifindex);
        assert_int_equal(reach.has_gateway, cases[i].has_gateway);
        nlmsg_free(message);
    }
}

static void no_answers(void **state)
{
    struct nl_msg *message = answer(RTN_UNICAST, 0, 0);
    struct reach reach;
    uint16_t half = 3;

    (void)state;
    assert_int_equal(nla_put(message, RTA_OIF, sizeof(half), &half), 0);
    assert_int_equal(reach_parse(nlmsg_hdr(message), &reach), -EBADMSG);
    nlmsg_free(message);
    message = answer(RTN_UNICAST, 3, 0);
    nlmsg_hdr(message)->nlmsg_type = RTM_NEWLINK;
    assert_int_equal(reach_parse(nlmsg_hdr(message), &reach), -EBADMSG);
    nlmsg_hdr(message)->nlmsg_type = RTM_NEWROUTE;
    nlmsg_hdr(message)->nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)) - 1;
    assert_int_equal(reach_parse(nlmsg_hdr(message), &reach), -EBADMSG);
    nlmsg_free(message);
}

/* The address in full, and the interface where one is named. */
static void requests(void **state)
{
    const struct mib_addr address = {.bytes = {192, 0, 2, 1}};

    (void)state;
    for (uint32_t ifindex = 0; ifindex < 2; ifindex++) {
        struct nl_msg *message = reach_request(MIB_FAMILY_IPV4, &address, ifindex, ifindex != 0);
        struct nlmsghdr *header = nlmsg_hdr(message);
        const struct rtmsg *info = nlmsg_data(header);
        struct nlattr *destination = nlmsg_find_attr(header, sizeof(*info), RTA_DST);
        struct nlattr *interface = nlmsg_find_attr(header, sizeof(*info), RTA_OIF);

        assert_int_equal(header->nlmsg_type, RTM_GETROUTE);
        assert_int_equal(info->rtm_family, AF_INET);
        assert_int_equal(info->rtm_dst_len, 32);
        assert_int_equal(info->rtm_flags, ifindex ? RTM_F_FIB_MATCH : 0);
        assert_int_equal(nla_len(destination), 4);
        assert_memory_equal(nla_data(destination), address.bytes, 4);
        assert_int_equal(interface ? nla_get_u32(interface) : 0, ifindex);
        nlmsg_free(message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(no_answers),
        cmocka_unit_test(requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
