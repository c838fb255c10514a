/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/table/neighbour_times: its messages come from here. The two functions of the
 * socket that it asks the kernel with are replaced by the linker (--wrap).
 */
#include "messages.h"

#include "backend/netlink/table/neighbour_times.h"
#include "backend/netlink/socket/socket.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

enum { FIXED = sizeof(struct ndtmsg) };

int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message);
int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context);

/* What the kernel is going to answer. */
static const struct nlmsghdr *answers[32];
static size_t answer_count;
static int verdict;

int __wrap_netlink_socket_request(struct netlink_socket *sock, struct nl_msg *message)
{
    assert_non_null(sock);
    assert_int_equal(nlmsg_hdr(message)->nlmsg_type, RTM_GETNEIGHTBL);
    nlmsg_free(message);
    return 0;
}

int __wrap_netlink_socket_collect(struct netlink_socket *sock, netlink_handler on_answer,
                                  netlink_handler on_other, void *context)
{
    int r = verdict;

    assert_non_null(sock);
    (void)on_other;
    for (size_t i = 0; r == 0 && i < answer_count; i++)
        r = on_answer(context, answers[i]);
    return r;
}

static int read_one(const struct nlmsghdr *message, struct neighbour_times *ret)
{
    answers[0] = message;
    answer_count = 1;
    verdict = 0;
    return neighbour_times_read(ret);
}

/* How many sets of times a message gives. Consumes it. */
static size_t count_of(struct nlmsghdr *message)
{
    struct neighbour_times times = {0};

    assert_int_equal(read_one(message, &times), 0);
    free(message);
    size_t count = times.count;
    neighbour_times_clear(&times);
    return count;
}

/* One that has a link, and one that has the defaults. */
static struct nlmsghdr *load(bool of_link)
{
    static const uint16_t path[] = {NDTA_PARMS, NDTPA_IFINDEX, 0};
    struct nlmsghdr *message = message_load("neighbour_times/dump");
    static const uint32_t five = 5;
    struct nlmsghdr *changed =
        message_with_nested(message, FIXED, path, of_link ? &five : NULL, sizeof(five));

    free(message);
    return changed;
}

static void times_of_a_link(void **state)
{
    (void)state;
    static const uint16_t base[] = {NDTA_PARMS, NDTPA_BASE_REACHABLE_TIME, 0};
    static const uint16_t reachable[] = {NDTA_PARMS, NDTPA_REACHABLE_TIME, 0};
    static const uint16_t retransmit[] = {NDTA_PARMS, NDTPA_RETRANS_TIME, 0};
    static const uint64_t values[] = {30000, 41234, UINT64_MAX};
    struct neighbour_times times = {0};
    struct nlmsghdr *message = load(true);
    struct nlmsghdr *first = message_with_nested(message, FIXED, base, &values[0], 8);
    struct nlmsghdr *second = message_with_nested(first, FIXED, reachable, &values[1], 8);
    struct nlmsghdr *third = message_with_nested(second, FIXED, retransmit, &values[2], 8);

    assert_int_equal(read_one(third, &times), 0);
    assert_int_equal(times.count, 1);

    struct mib_ipinterface row = {.ifindex = 5, .family = times.times[0].family};
    neighbour_times_fill(&times, &row);
    assert_int_equal(row.base_reachable_time, 30000);
    assert_int_equal(row.reachable_time, 41234);
    assert_int_equal(row.retransmit_time, UINT32_MAX); /* more than fits */
    assert_true(row.path_mtu_discovery_timeout > 0);

    row = (struct mib_ipinterface){.ifindex = 6, .family = times.times[0].family};
    neighbour_times_fill(&times, &row);
    assert_int_equal(row.base_reachable_time, 0);
    row = (struct mib_ipinterface){.ifindex = 5,
                                   .family = times.times[0].family == MIB_FAMILY_IPV4 ? 6 : 4};
    neighbour_times_fill(&times, &row);
    assert_int_equal(row.base_reachable_time, 0);

    neighbour_times_clear(&times);
    free(third);
    free(second);
    free(first);
    free(message);
}

static void without_a_link(void **state)
{
    (void)state;
    assert_int_equal(count_of(load(false)), 0);
}

static void many_answers(void **state)
{
    (void)state;
    struct neighbour_times times = {0};
    struct nlmsghdr *message = load(true);

    for (answer_count = 0; answer_count < 32; answer_count++)
        answers[answer_count] = message;
    verdict = 0;
    assert_int_equal(neighbour_times_read(&times), 0);
    assert_int_equal(times.count, 32);
    neighbour_times_clear(&times);
    neighbour_times_clear(&times);
    free(message);
}

static void kernel_refuses(void **state)
{
    (void)state;
    struct neighbour_times times = {.count = 4711};

    verdict = -ENOMEM;
    assert_int_equal(neighbour_times_read(&times), -ENOMEM);
    assert_int_equal(times.count, 4711);
    assert_null(times.times);
    verdict = -EOPNOTSUPP; /* a kernel without it: no times, but no failure */
    assert_int_equal(neighbour_times_read(&times), 0);
    assert_int_equal(times.count, 0);
    neighbour_times_clear(&times);
}

static void times_that_cannot_be(void **state)
{
    (void)state;
    static const uint16_t paths[][3] = {{NDTA_PARMS, NDTPA_IFINDEX, 0},
                                        {NDTA_PARMS, NDTPA_BASE_REACHABLE_TIME, 0},
                                        {NDTA_PARMS, NDTPA_REACHABLE_TIME, 0},
                                        {NDTA_PARMS, NDTPA_RETRANS_TIME, 0}};
    static const uint8_t bytes[32] = {1};
    struct nlmsghdr *message = load(true);

    assert_int_equal(count_of(message_with(message, FIXED, NDTA_PARMS, NULL, 0)), 0);
    assert_int_equal(count_of(message_with(message, FIXED, NDTA_PARMS, bytes, 0)), 0);
    assert_int_equal(count_of(message_with_byte(message, NLMSG_HDRLEN, AF_UNSPEC)), 0);
    assert_int_equal(count_of(message_with_byte(message, NLMSG_HDRLEN, 77)), 0);
    assert_int_equal(count_of(message_cut(message, NLMSG_HDRLEN)), 0);
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        for (size_t length = 0; length < (i == 0 ? 4U : 8U); length++)
            assert_int_equal(count_of(message_with_nested(message, FIXED, paths[i], bytes, length)),
                             0);
    free(message);
}

static void check(const struct nlmsghdr *message)
{
    struct neighbour_times times = {0};

    assert_int_equal(read_one(message, &times), 0);
    assert_true(times.count <= 1);
    for (size_t i = 0; i < times.count; i++)
        assert_true(times.times[i].family == MIB_FAMILY_IPV4 ||
                    times.times[i].family == MIB_FAMILY_IPV6);
    neighbour_times_clear(&times);
}

static void check_whole(const char *name, const struct nlmsghdr *message)
{
    (void)name;
    check(message);
}

static void everything_recorded(void **state)
{
    (void)state;
    message_load_all("neighbour_times", check_whole);
}

/* Cut short and with lengths that are wrong; each reading takes a socket, so not everything. */
static void mutilated(void **state)
{
    (void)state;
    struct nlmsghdr *message = load(true);

    for (size_t length = NLMSG_HDRLEN; length < message->nlmsg_len; length++) {
        struct nlmsghdr *cut = message_cut(message, length);
        check(cut);
        free(cut);
    }
    for (size_t offset = NLMSG_HDRLEN; offset < message->nlmsg_len; offset++)
        for (unsigned int value = 0; value < 256; value += 51) {
            struct nlmsghdr *changed = message_with_byte(message, offset, (uint8_t)value);
            check(changed);
            free(changed);
        }
    free(message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_a_link),
        cmocka_unit_test(without_a_link),
        cmocka_unit_test(many_answers),
        cmocka_unit_test(kernel_refuses),
        cmocka_unit_test(times_that_cannot_be),
        cmocka_unit_test(everything_recorded),
        cmocka_unit_test(mutilated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
