/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/netlink/object/tcp_info.h: messages of kernels older and newer than the headers. */
#include "backend/netlink/object/tcp_info.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A message as the kernel makes it, with room for what kernels to come add. */
struct message {
    struct nlmsghdr header;
    struct inet_diag_msg diag;
    struct nlattr attribute;
    uint8_t info[512];
};

_Static_assert(offsetof(struct message, attribute) ==
                   NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct inet_diag_msg))),
               "the attribute has another place");

static struct message message_of(const struct tcp_info *info, size_t size)
{
    struct message message = {
        .header = {.nlmsg_len = (uint32_t)(offsetof(struct message, info) + size),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY},
        .diag = {.idiag_rqueue = 11, .idiag_wqueue = 100},
        .attribute = {.nla_len = (uint16_t)(NLA_HDRLEN + size), .nla_type = INET_DIAG_INFO},
    };

    memcpy(message.info, info, sizeof(*info));
    return message;
}

static const struct tcp_info sample = {
    .tcpi_retransmits = 2,
    .tcpi_options = TCPI_OPT_WSCALE,
    .tcpi_snd_wscale = 7,
    .tcpi_rcv_wscale = 9,
    .tcpi_snd_mss = 1448,
    .tcpi_rtt = 4000,
    .tcpi_rttvar = 500,
    .tcpi_total_retrans = 5,
    .tcpi_bytes_acked = 1ULL << 40,
    .tcpi_notsent_bytes = 30,
    .tcpi_min_rtt = 3000,
    .tcpi_bytes_sent = 77,
    .tcpi_snd_wnd = 65535,
};

static void test_lengths(void **state)
{
    const struct mib_tcp_info head = {.ifindex = 3, .iftype = 6, .family = MIB_FAMILY_IPV6};
    struct mib_tcp_info info = head;
    struct message message = message_of(&sample, 512);
    const uint32_t window = 123456;
    const uint16_t timeouts[] = {9, 4}; /* all, and the first ones */

    (void)state;
    /* Newer than the headers: beyond tcpi_snd_wnd are rcv_wnd, rehash, total_rto and others. */
    memcpy(message.info + 232, &window, sizeof(window));
    memcpy(message.info + 240, timeouts, sizeof(timeouts));
    assert_int_equal(tcp_info_parse(&message.header, &info), 0);
    assert_int_equal(info.ifindex, 3);
    assert_int_equal(info.iftype, 6);
    assert_int_equal(info.family, MIB_FAMILY_IPV6);
    assert_int_equal(info.window_sent, window);
    assert_int_equal(info.timeouts, 9);
    assert_int_equal(info.first_timeouts, 4);
    assert_int_equal(info.timeout_count, 2);
    assert_int_equal(info.window_scale_sent, 9);
    assert_int_equal(info.window_scale_received, 7);
    assert_int_equal(info.unread, 11);
    assert_int_equal(info.unsent, 30);
    assert_int_equal(info.unacknowledged, 70);
    assert_int_equal(info.bytes_sent, 77);
    assert_true(info.bytes_acknowledged == 1ULL << 40);
    assert_int_equal(info.window_received, 65535);

    /* Up to tcpi_total_retrans, as Linux 2.6 has it. */
    const size_t least = offsetof(struct tcp_info, tcpi_total_retrans) + 4;
    message = message_of(&sample, least);
    info = head;
    assert_int_equal(tcp_info_parse(&message.header, &info), 0);
    assert_int_equal(info.segments_retransmitted, 5);
    assert_int_equal(info.mss, 1448);
    assert_int_equal(info.bytes_sent, 0);
    assert_int_equal(info.rtt_least, 0);
    assert_int_equal(info.window_sent, 0);
    assert_int_equal(info.timeouts, 0);
    /* In the middle of a field. */
    message = message_of(&sample, offsetof(struct tcp_info, tcpi_bytes_acked) + 3);
    assert_int_equal(tcp_info_parse(&message.header, &info), 0);

    info = head;
    message = message_of(&sample, least - 1);
    assert_int_equal(tcp_info_parse(&message.header, &info), -EBADMSG);
    message.header.nlmsg_len = NLMSG_LENGTH(sizeof(struct inet_diag_msg)) - 1;
    assert_int_equal(tcp_info_parse(&message.header, &info), -EBADMSG);
    assert_memory_equal(&info, &head, sizeof(head));
}

static void test_without(void **state)
{
    struct mib_tcp_info info = {.family = MIB_FAMILY_IPV4};
    struct tcp_info of_new = sample;
    struct message message;

    (void)state;
    /* Nothing measured, nothing agreed; the queue was read before data came. */
    of_new.tcpi_options = 0;
    of_new.tcpi_rtt = 0;
    of_new.tcpi_min_rtt = UINT32_MAX;
    of_new.tcpi_notsent_bytes = 200;
    message = message_of(&of_new, sizeof(of_new));
    assert_int_equal(tcp_info_parse(&message.header, &info), 0);
    assert_int_equal(info.window_scale_sent, MIB_TCP_WINDOW_SCALE_UNKNOWN);
    assert_int_equal(info.window_scale_received, MIB_TCP_WINDOW_SCALE_UNKNOWN);
    assert_int_equal(info.rtt, 0);
    assert_int_equal(info.rtt_variation, 0);
    assert_int_equal(info.rtt_least, 0);
    assert_int_equal(info.unacknowledged, 0);
    /* Of what has no socket any more there is no such attribute, or none at all. */
    message.attribute.nla_type = INET_DIAG_MEMINFO;
    assert_int_equal(tcp_info_parse(&message.header, &info), -ENOMSG);
    message.header.nlmsg_len = NLMSG_LENGTH(sizeof(struct inet_diag_msg));
    assert_int_equal(tcp_info_parse(&message.header, &info), -ENOMSG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_without),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
