/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* netlink/socket/change: what the kernel refuses is told, where IPHLPAPI_LOG asks for it. */
#include "backend/netlink/socket/change.h"
#include "told.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A route to a prefix that is longer than an address: refused to root as well, with a reason. */
static struct nl_msg *refused_request(void)
{
    struct rtmsg info = {.rtm_family = AF_INET, .rtm_dst_len = 33, .rtm_type = RTN_UNICAST};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_NEWROUTE, NLM_F_CREATE);

    assert_non_null(message);
    assert_int_equal(nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO), 0);
    assert_int_equal(nla_put_u32(message, RTA_DST, 0x0100007f), 0);
    return message;
}

static int change_and_capture(const char **ret_text)
{
    told_begin();
    int r = netlink_change(refused_request());
    *ret_text = told_end();
    return r;
}

static void a_refusal_is_an_error(void **state)
{
    static const char *const off[] = {NULL, "", "resync", "resync,change"};
    const char *text;

    (void)state;
    for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
        told_choose(off[i]);
        assert_true(change_and_capture(&text) < 0);
        assert_string_equal(text, "");
    }
}

static void a_refusal_is_told(void **state)
{
    const char *text;
    char begin[100];

    (void)state;
    told_choose("error");
    int r = change_and_capture(&text);
    assert_true(r < 0);
    (void)snprintf(begin, sizeof(begin),
                   "iphlpapi: error: the kernel refuses request %d with error %d: ", RTM_NEWROUTE,
                   -r);
    assert_memory_equal(text, begin, strlen(begin));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    /* For the lack of a privilege the kernel has no words. */
    assert_true((strstr(text, "no reason is given") != NULL) == (r == -EPERM));
}

static void without_memory(void **state)
{
    (void)state;
    assert_int_equal(netlink_change(NULL), -ENOMEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_an_error),
        cmocka_unit_test(a_refusal_is_told),
        cmocka_unit_test(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
