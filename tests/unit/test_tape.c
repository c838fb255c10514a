/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/tape: two streams are recorded, and played. The tests go on one from the other,
 * as there is one replay in a process.
 */
#include "backend/log.h"
#include "backend/netlink/tape/load.h"
#include "backend/netlink/tape/stream.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROOM = 256, PORT = 77, OTHER_PORT = 88, IFINDEX = 5 };

static const int ROUTES[] = {RTNLGRP_LINK, RTNLGRP_IPV4_ROUTE, 0};
static const int ADDRESSES[] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, 0};

static char path[] = "/tmp/test_tapeXXXXXX";

static atomic_bool interrupted[2];
static struct tape_stream *routes, *addresses;
static int routes_fd, addresses_fd;
static int ends;
static int failures;

/* What the kernel says of a link, its name included. */
struct link_message {
    struct nlmsghdr header;
    struct ifinfomsg info;
    struct rtattr name;
    char text[8];
};

static const struct link_message LINK = {
    .header = {.nlmsg_len = sizeof(LINK), .nlmsg_type = RTM_NEWLINK},
    .info = {.ifi_index = IFINDEX},
    .name = {.rta_type = IFLA_IFNAME, .rta_len = RTA_LENGTH(sizeof(LINK.text))},
    .text = "tape0",
};

static void count_end(void)
{
    ends++;
}

static void record_texts(struct tape_stream *stream, uint32_t sender, const char *first,
                         const char *second)
{
    struct tape_datagram datagrams[] = {
        {.bytes = (void *)(uintptr_t)first, .size = strlen(first), .sender = sender},
        {.bytes = (void *)(uintptr_t)second, .size = second ? strlen(second) : 0},
    };

    tape_record_batch(stream, datagrams, second ? 2 : 1);
}

/* In this order: so they are told. */
static void record_streams(void)
{
    struct tape_stream *one = NULL;
    struct tape_stream *other = NULL;
    struct tape_stream *none = NULL;
    struct tape_datagram link = {.bytes = (void *)(uintptr_t)&LINK, .size = sizeof(LINK)};
    struct tape_datagram cut = {.cut = true};

    assert_int_equal(tape_record_open(NETLINK_ROUTE, ROUTES, PORT, &one), 0);
    assert_int_equal(tape_record_open(NETLINK_ROUTE, ADDRESSES, OTHER_PORT, &other), 0);
    assert_int_equal(tape_record_open(NETLINK_ROUTE, NULL, 1, &none), 0);
    assert_null(none); /* questions are not recorded */
    tape_record_request(one, "ask", 3);
    record_texts(one, 0, "answer", NULL);
    tape_record_error(one, EAGAIN);
    tape_record_batch(one, &link, 1);
    tape_record_wireless(one, IFINDEX, true);
    record_texts(other, 9, "first", "second");
    tape_tick(one);
    tape_record_error(one, EAGAIN);
    tape_record_request(one, "again", 5);
    tape_record_refusal(one, ENOBUFS);
    tape_record_batch(other, &cut, 1);
    tape_record_error(other, ENOBUFS);
    record_texts(one, 0, "last", NULL);
    tape_close(one);
    tape_close(other);
}

/* Who is told of a failure may ask about it: no lock is held then. */
static void hear_of_failure(enum log_word word, const char *line)
{
    assert_int_equal(word, LOG_ERROR);
    assert_non_null(strstr(line, "No space left on device"));
    assert_int_equal(record_end(), -ENOSPC);
    failures++;
}

static void record_nowhere(void)
{
    log_divert(UINT32_C(1) << LOG_ERROR, hear_of_failure);
    assert_int_equal(record_begin("/dev/full"), -ENOSPC);
    assert_int_equal(failures, 1);
    log_divert(0, hear_of_failure);
}

static int record_and_play(void **state)
{
    (void)state;
    record_nowhere();
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(record_begin(path), 0);
    record_streams();
    assert_int_equal(record_end(), 0);
    assert_int_equal(play_begin(path, true), 0);
    return 0;
}

static int clean_up(void **state)
{
    (void)state;
    return unlink(path);
}

/* A receive, as a watch makes it that does not wait itself. */
static int take(struct tape_stream *stream, enum tape_wait wait, struct tape_datagram *datagrams,
                size_t count)
{
    static uint8_t memory[TAPE_BATCH][ROOM];

    for (size_t i = 0; i < count; i++)
        datagrams[i] = (struct tape_datagram){.bytes = memory[i], .size = ROOM};
    return tape_play_receive(stream, wait, &interrupted[stream == addresses], datagrams, count);
}

static void expect_text(struct tape_stream *stream, enum tape_wait wait, const char *text)
{
    struct tape_datagram datagram;

    assert_int_equal(take(stream, wait, &datagram, 1), 1);
    assert_int_equal(datagram.size, strlen(text));
    assert_memory_equal(datagram.bytes, text, datagram.size);
}

static bool is_ready(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};

    return poll(&polled, 1, 0) == 1;
}

/* A stream is found by what it was joined to, and is one socket's. */
static void streams_are_claimed(void **state)
{
    (void)state;
    uint32_t port;
    struct tape_stream *third;

    assert_int_equal(tape_play_open(NETLINK_ROUTE, ADDRESSES, &addresses, &addresses_fd, &port), 0);
    assert_int_equal(port, OTHER_PORT);
    assert_int_equal(tape_play_open(NETLINK_ROUTE, ROUTES, &routes, &routes_fd, &port), 0);
    assert_int_equal(port, PORT);
    assert_int_equal(tape_play_open(NETLINK_ROUTE, ROUTES, &third, &routes_fd, &port), -ENODATA);
    assert_int_equal(tape_play_open(NETLINK_GENERIC, ROUTES, &third, &routes_fd, &port), -ENODATA);
}

/* What is asked for is there, also before the replay is started. */
static void answers_come_at_once(void **state)
{
    (void)state;
    struct tape_datagram datagram;

    assert_int_equal(tape_play_request(routes, "ask", 3), 0);
    expect_text(routes, TAPE_WAITS_NOT, "answer");
    const uint64_t then = tape_now_ms(routes);
    assert_int_equal(take(routes, TAPE_WAITS_NOT, &datagram, 1), -EAGAIN);
    assert_true(tape_now_ms(routes) >= then);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
}

/* One that waits gets nothing before the other waits, and not before its place in the file. */
static void turns(void **state)
{
    (void)state;
    struct tape_datagram datagrams[TAPE_BATCH];

    play_start(count_end);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, datagrams, 1), -EINPROGRESS);
    assert_false(is_ready(routes_fd));
    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, datagrams, 1), -EINPROGRESS);
    assert_false(is_ready(addresses_fd));
    assert_true(is_ready(routes_fd));
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, datagrams, 1), 1);
    assert_int_equal(datagrams[0].size, sizeof(LINK));
    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, datagrams, 1), -EINPROGRESS);
    assert_true(tape_play_wireless(routes, IFINDEX));
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, datagrams, 1), -EINPROGRESS);
    assert_true(is_ready(addresses_fd));
    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, datagrams, TAPE_BATCH), 2);
    assert_int_equal(datagrams[0].sender, 9);
    assert_memory_equal(datagrams[1].bytes, "second", datagrams[1].size);
}

/* The program asks about a link in a callback. */
static void questions_are_answered_by_what_was_heard(void **state)
{
    (void)state;
    struct {
        struct nlmsghdr header;
        struct ifinfomsg info;
    } request = {
        .header = {.nlmsg_len = sizeof(request), .nlmsg_type = RTM_GETLINK, .nlmsg_seq = 3},
        .info = {.ifi_index = IFINDEX},
    };
    struct tape_stream *questions;
    struct tape_datagram datagram;
    struct nlmsghdr answer;
    uint32_t port;
    int fd;

    assert_int_equal(tape_play_open(NETLINK_ROUTE, NULL, &questions, &fd, &port), 0);
    assert_int_equal(tape_play_request(questions, &request, sizeof(request)), 0);
    assert_int_equal(take(questions, TAPE_WAITS_NOT, &datagram, 1), 1);
    memcpy(&answer, datagram.bytes, sizeof(answer));
    assert_int_equal(answer.nlmsg_type, RTM_NEWLINK);
    assert_int_equal(answer.nlmsg_seq, 3);
    assert_int_equal(answer.nlmsg_pid, port);
    assert_int_equal(datagram.size, sizeof(LINK));
    assert_true(tape_play_wireless(questions, IFINDEX));
    assert_int_equal(take(questions, TAPE_WAITS_NOT, &datagram, 1), -EAGAIN);

    request.info.ifi_index = IFINDEX + 1;
    assert_int_equal(tape_play_request(questions, &request, sizeof(request)), 0);
    assert_int_equal(take(questions, TAPE_WAITS_NOT, &datagram, 1), 1);
    struct nlmsgerr error;
    memcpy(&error, (const uint8_t *)datagram.bytes + NLMSG_HDRLEN, sizeof(error));
    assert_int_equal(error.error, -ENODEV);

    request.header.nlmsg_type = RTM_GETROUTE;
    assert_int_equal(tape_play_request(questions, &request, sizeof(request)), -ENOSYS);
    request.header.nlmsg_type = RTM_GETNEIGHTBL;
    assert_int_equal(tape_play_request(questions, &request, sizeof(request)), -EOPNOTSUPP);
    tape_close(questions);
}

/* Errors come where they came, and what was asked in vain is refused again. */
static void errors(void **state)
{
    (void)state;
    struct tape_datagram datagram;

    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
    tape_tick(routes);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, &datagram, 1), -EAGAIN); /* it waited in vain */
    assert_int_equal(tape_play_request(routes, "again", 5), -ENOBUFS);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, &datagram, 1), 1);
    assert_true(datagram.cut);
    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, &datagram, 1), -ENOBUFS);
}

static void interruption(void **state)
{
    (void)state;
    struct tape_datagram datagram;

    assert_int_equal(take(addresses, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
    atomic_store(&interrupted[1], true);
    tape_play_wake();
    assert_true(is_ready(addresses_fd));
    assert_int_equal(take(addresses, TAPE_WAITS, &datagram, 1), -EINTR);
}

/* It is told once, when nobody can get anything more. */
static void the_end(void **state)
{
    (void)state;
    struct tape_datagram datagram;

    expect_text(routes, TAPE_WOULD_WAIT, "last");
    assert_int_equal(ends, 0);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
    assert_int_equal(ends, 1);
    assert_int_equal(take(routes, TAPE_WOULD_WAIT, &datagram, 1), -EINPROGRESS);
    assert_int_equal(ends, 1);
    assert_string_equal(play_problem(),
                        "the recording has no further watch of netlink family 0 and groups 0x41");
    assert_int_equal(take(routes, TAPE_WAITS_NOT, &datagram, 1), -EINTR);
    tape_close(routes);
    tape_close(addresses);
    (void)close(routes_fd);
    (void)close(addresses_fd);
}

/* Of the file as a whole. */
static void loading(void **state)
{
    (void)state;
    struct recording recording;

    assert_int_equal(recording_load(&recording, path), 0);
    assert_true(recording.ended);
    assert_int_equal(recording.stream_count, 2);
    assert_string_equal(recording.problem, "");
    for (size_t i = 1; i < recording.entry_count; i++)
        assert_true(recording.entries[i].entry.time_ns >= recording.entries[i - 1].entry.time_ns);
    recording_clear(&recording);

    assert_int_equal(truncate(path, 300), 0);
    assert_int_equal(recording_load(&recording, path), 0);
    assert_non_null(strstr(recording.problem, "the file ends within it"));
    recording_clear(&recording);
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(recording_load(&recording, path), -ENODATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_are_claimed),
        cmocka_unit_test(answers_come_at_once),
        cmocka_unit_test(turns),
        cmocka_unit_test(questions_are_answered_by_what_was_heard),
        cmocka_unit_test(errors),
        cmocka_unit_test(interruption),
        cmocka_unit_test(the_end),
        cmocka_unit_test(loading),
    };

    return cmocka_run_group_tests(tests, record_and_play, clean_up);
}
