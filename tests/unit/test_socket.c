/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * backend/netlink/socket: which datagrams are taken as valid, where requests end, overruns, and the
 * interruption of a wait. Datagrams are put into the socket's buffer as if they had been
 * received, or come from the kernel, or from a sender that is not the kernel.
 */
#include "backend/netlink/object/link.h"
#include "backend/netlink/socket/socket.h"

#include <errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* A wait that should have ended is ended after so long, and the test fails. */
enum { PATIENCE_SECONDS = 5 };

static struct netlink_socket sock;

/* What the socket has of a batch's memory before it first receives one is its first datagram. */
static _Alignas(8) uint8_t others[SOCKET_BATCH - 1][SOCKET_DATAGRAM];

static int setup(void **state)
{
    (void)state;
    int r = netlink_socket_open(&sock);

    for (unsigned int i = 1; r == 0 && i < SOCKET_BATCH; i++)
        sock.vectors[i] = (struct iovec){.iov_base = others[i - 1], .iov_len = SOCKET_DATAGRAM};
    return r;
}

static int teardown(void **state)
{
    (void)state;
    netlink_socket_close(&sock);
    return 0;
}

static uint32_t port(void)
{
    return sock.port;
}

/* A datagram of the batch, from the kernel and whole unless changed afterwards. */
static void add_datagram(void)
{
    unsigned int i = sock.received++;

    sock.senders[i] = (struct sockaddr_nl){.nl_family = AF_NETLINK};
    sock.headers[i] = (struct mmsghdr){
        .msg_hdr = {.msg_name = &sock.senders[i], .msg_namelen = sizeof(sock.senders[i])}};
}

/* A message at the end of the last datagram. */
static struct nlmsghdr *add_message(uint16_t type, uint16_t flags, uint32_t sequence, size_t length)
{
    unsigned int i = sock.received - 1;
    struct nlmsghdr *message =
        (void *)((uint8_t *)sock.vectors[i].iov_base + sock.headers[i].msg_len);

    memset(message, 0, NLMSG_SPACE(length));
    *message = (struct nlmsghdr){
        .nlmsg_len = (uint32_t)NLMSG_LENGTH(length),
        .nlmsg_type = type,
        .nlmsg_flags = flags,
        .nlmsg_seq = sequence,
        .nlmsg_pid = port(),
    };
    sock.headers[i].msg_len += (unsigned int)NLMSG_SPACE(length);
    return message;
}

/* The types of the messages that are handed out, as decimal numbers. */
static const char *types_of_batch(void)
{
    static char text[256];
    const struct nlmsghdr *message;
    size_t length = 0;

    text[0] = 0;
    while ((message = netlink_socket_next(&sock)) && length < sizeof(text) - 8)
        length +=
            (size_t)snprintf(text + length, sizeof(text) - length, "%u ", message->nlmsg_type);
    assert_null(netlink_socket_next(&sock));
    return text;
}

static void messages_of_a_batch(void **state)
{
    (void)state;

    add_datagram();
    (void)add_message(20, 0, 0, 0);
    (void)add_message(21, 0, 0, 5); /* padded */
    (void)add_message(22, 0, 0, 8);
    add_datagram(); /* empty */
    add_datagram();
    (void)add_message(23, 0, 0, 1);
    sock.headers[2].msg_len -= 3; /* the last one need not be padded */
    assert_string_equal(types_of_batch(), "20 21 22 23 ");
    assert_int_equal(sock.dropped_foreign + sock.dropped_cut, 0);
}

static void datagrams_of_others(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 5; i++) {
        add_datagram();
        (void)add_message((uint16_t)(20 + i), 0, 0, 8);
    }
    sock.senders[1].nl_pid = 1234;
    sock.headers[2].msg_hdr.msg_namelen = 0;
    sock.senders[3].nl_pid = port(); /* to itself */
    assert_string_equal(types_of_batch(), "20 24 ");
    assert_int_equal(sock.dropped_foreign, 3);
    assert_int_equal(sock.dropped_cut, 0);
}

static void datagrams_cut_short(void **state)
{
    (void)state;

    for (uint16_t i = 0; i < 3; i++) {
        add_datagram();
        (void)add_message((uint16_t)(20 + i), 0, 0, 8);
    }
    sock.headers[1].msg_hdr.msg_flags = MSG_TRUNC;
    assert_string_equal(types_of_batch(), "20 22 ");
    assert_int_equal(sock.dropped_cut, 1);
    /* Somebody else's is nothing to look at a table again for. */
    sock.received = 0;
    sock.current = 0;
    add_datagram();
    sock.headers[0].msg_hdr.msg_flags = MSG_TRUNC;
    sock.senders[0].nl_pid = 77;
    assert_string_equal(types_of_batch(), "");
    assert_int_equal(sock.dropped_cut, 1);
}

/* Lengths that lie: no message there, nor after it in the datagram, but the next one counts. */
static void lengths_that_lie(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 1, 15, 25, 33, 1000, 32768, 65536, INT32_MAX, UINT32_MAX};

    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {

        sock.received = 0;
        sock.current = 0;
        add_datagram();
        (void)add_message(20, 0, 0, 4);
        struct nlmsghdr *lying = add_message(21, 0, 0, 8);
        lying->nlmsg_len = lengths[i];
        add_datagram();
        (void)add_message(22, 0, 0, 4);
        assert_string_equal(types_of_batch(), "20 22 ");
    }
    for (unsigned int length = 0; length < NLMSG_HDRLEN; length++) {

        sock.received = 0;
        sock.current = 0;
        add_datagram();
        (void)add_message(20, 0, 0, 0);
        sock.headers[0].msg_len = length;
        assert_string_equal(types_of_batch(), "");
    }
}

static void answers_are_ours(void **state)
{
    (void)state;
    sock.sequence = 7;
    struct nlmsghdr message = {.nlmsg_seq = 7, .nlmsg_pid = port()};

    assert_true(netlink_socket_is_answer(&sock, &message));
    message.nlmsg_seq = 6;
    assert_false(netlink_socket_is_answer(&sock, &message));
    message.nlmsg_seq = 0;
    assert_false(netlink_socket_is_answer(&sock, &message));
    message.nlmsg_seq = 7;
    message.nlmsg_pid = 0; /* an event that another's request with this number caused */
    assert_false(netlink_socket_is_answer(&sock, &message));
}

struct heard {
    size_t answers, others;
    int answer_result, other_result;
};

static int hear_answer(void *context, const struct nlmsghdr *message)
{
    struct heard *heard = context;

    (void)message;
    heard->answers++;
    return heard->answer_result;
}

static int hear_other(void *context, const struct nlmsghdr *message)
{
    struct heard *heard = context;

    (void)message;
    heard->others++;
    return heard->other_result;
}

/* Collects what was put into the buffer; there is nothing to be received after it. */
static int collect_batch(struct heard *heard)
{
    int fd = sock.fd;

    sock.sequence = 7;
    sock.fd = -1;
    int r = netlink_socket_collect(&sock, hear_answer, hear_other, heard);
    sock.fd = fd;
    return r;
}

static void *verdict_of(struct nlmsghdr *message)
{
    return NLMSG_DATA(message);
}

static void begin_batch(void)
{
    sock.received = 0;
    sock.current = 0;
    sock.message = NULL;
    add_datagram();
}

static void collected_dump(void **state)
{
    (void)state;
    struct heard heard = {0};

    begin_batch();
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 7, 16);
    (void)add_message(RTM_NEWROUTE, 0, 0, 16);          /* an event */
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 6, 16); /* of a request before */
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 7, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    (void)add_message(RTM_NEWROUTE, 0, 0, 16); /* later */
    assert_int_equal(collect_batch(&heard), 0);
    assert_false(sock.answers_invalid);
    assert_int_equal(heard.answers, 2);
    assert_int_equal(heard.others, 2);
    const struct nlmsghdr *left = netlink_socket_next(&sock);
    assert_non_null(left);
    assert_int_equal(left->nlmsg_type, RTM_NEWROUTE);
}

static void collected_single_answer(void **state)
{
    (void)state;
    struct heard heard = {.answer_result = -ENOMEM};

    begin_batch();
    (void)add_message(RTM_NEWLINK, 0, 7, 16);
    assert_int_equal(collect_batch(&heard), -ENOMEM);
    assert_int_equal(heard.answers, 1);
}

static void collected_errors(void **state)
{
    (void)state;
    static const struct {
        uint16_t type;
        size_t length;
        int verdict, expected;
    } cases[] = {
        {NLMSG_ERROR, 20, -ENODEV, -ENODEV},
        {NLMSG_ERROR, 20, 0, 0},
        {NLMSG_ERROR, 20, 5, -EIO},
        {NLMSG_ERROR, 0, 0, 0},
        {NLMSG_DONE, 4, 0, 0},
        {NLMSG_DONE, 0, 0, 0},
        {NLMSG_DONE, 4, -EBUSY, -EBUSY},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct heard heard = {0};

        begin_batch();
        struct nlmsghdr *message = add_message(cases[i].type, 0, 7, cases[i].length);
        if (cases[i].length >= sizeof(int))
            memcpy(verdict_of(message), &cases[i].verdict, sizeof(int));
        assert_int_equal(collect_batch(&heard), cases[i].expected);
        assert_int_equal(heard.answers, 0);
    }
}

static void collected_trouble(void **state)
{
    (void)state;
    struct heard heard = {0};

    begin_batch();
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 7, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    assert_int_equal(collect_batch(&heard), 0);
    assert_true(sock.answers_invalid);

    begin_batch(); /* what was is not counted again */
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 7, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    assert_int_equal(collect_batch(&heard), 0);
    assert_false(sock.answers_invalid);

    begin_batch(); /* a datagram that is cut */
    sock.headers[0].msg_hdr.msg_flags = MSG_TRUNC;
    add_datagram();
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    assert_int_equal(collect_batch(&heard), 0);
    assert_true(sock.answers_invalid);
}

static void handlers_fail(void **state)
{
    (void)state;
    struct heard heard = {.answer_result = -ENOMEM};

    /* An answer's failure is handed on when all is heard, and stops the handling of answers. */
    begin_batch();
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 7, 16);
    (void)add_message(RTM_NEWLINK, NLM_F_MULTI, 7, 16);
    (void)add_message(RTM_NEWROUTE, 0, 0, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    assert_int_equal(collect_batch(&heard), -ENOMEM);
    assert_int_equal(heard.answers, 1);
    assert_int_equal(heard.others, 1);

    heard = (struct heard){.other_result = -EIO};
    begin_batch();
    (void)add_message(RTM_NEWROUTE, 0, 0, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    assert_int_equal(collect_batch(&heard), -EIO);

    /* Others may be nobody's. */
    begin_batch();
    (void)add_message(RTM_NEWROUTE, 0, 0, 16);
    (void)add_message(NLMSG_DONE, NLM_F_MULTI, 7, 4);
    sock.sequence = 7;
    assert_int_equal(netlink_socket_collect(&sock, hear_answer, NULL, &heard), 0);
}

static void kernel_answers(void **state)
{
    (void)state;
    struct heard heard = {0};

    assert_int_equal(netlink_socket_request(&sock, link_request_one(1, NULL)), 0);
    assert_int_equal(netlink_socket_collect(&sock, hear_answer, hear_other, &heard), 0);
    assert_int_equal(heard.answers, 1);
    assert_int_equal(netlink_socket_request(&sock, link_request_one(INT32_MAX, NULL)), 0);
    assert_int_equal(netlink_socket_collect(&sock, hear_answer, hear_other, &heard), -ENODEV);
    assert_int_equal(netlink_socket_request(&sock, link_request_dump()), 0);
    assert_int_equal(netlink_socket_collect(&sock, hear_answer, hear_other, &heard), 0);
    assert_true(heard.answers >= 2);
    assert_int_equal(heard.others, 0);
    assert_int_equal(netlink_socket_request(&sock, NULL), -ENOMEM);
}

static void sequence_goes_round_without_zero(void **state)
{
    (void)state;
    struct heard heard = {0};

    sock.sequence = UINT32_MAX;
    assert_int_equal(netlink_socket_request(&sock, link_request_one(1, NULL)), 0);
    assert_int_equal(sock.sequence, 1);
    assert_int_equal(netlink_socket_collect(&sock, hear_answer, hear_other, &heard), 0);
}

/* A real datagram from another socket: a process that makes up events. */
static void forged_event(void **state)
{
    (void)state;
    struct nl_sock *other = nl_socket_alloc();
    struct sockaddr_nl to = {.nl_family = AF_NETLINK, .nl_pid = port()};
    struct nlmsghdr message = {.nlmsg_len = sizeof(message), .nlmsg_type = RTM_DELROUTE};

    assert_int_equal(nl_connect(other, NETLINK_ROUTE), 0);
    ssize_t sent = sendto(nl_socket_get_fd(other), &message, sizeof(message), 0,
                          (const struct sockaddr *)&to, sizeof(to));
    int error = errno;
    nl_socket_free(other);
    if (sent < 0 && error == EPERM) {
        print_message("skipped: only with CAP_NET_ADMIN can one forge an event\n");
        skip();
    }
    assert_int_equal(sent, sizeof(message));
    assert_int_equal(netlink_socket_receive(&sock, PATIENCE_SECONDS * 1000), 0);
    assert_string_equal(types_of_batch(), "");
    assert_int_equal(sock.dropped_foreign, 1);
}

/* Requests whose only answers are acknowledgements, each a datagram. */
static void ask_for_acknowledgements(unsigned int count)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    const struct nlmsghdr request = {
        .nlmsg_len = sizeof(request),
        .nlmsg_type = NLMSG_NOOP,
        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
    };

    for (unsigned int i = 0; i < count; i++)
        assert_int_equal(sendto(sock.fd, &request, sizeof(request), 0,
                                (const struct sockaddr *)&kernel, sizeof(kernel)),
                         sizeof(request));
}

/* What waits is received one by one first, then several at a time until that finds one only. */
static void several_at_a_time(void **state)
{
    (void)state;
    enum { SINGLES = 8, WAITING = SINGLES + 2 * SOCKET_BATCH + 1 };
    static const unsigned int counts[] = {1, 1, 1, 1, 1, 1, 1, 1, SOCKET_BATCH, SOCKET_BATCH, 1};

    for (int again = 0; again < 2; again++) {
        ask_for_acknowledgements(WAITING);
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
            assert_int_equal(netlink_socket_receive(&sock, PATIENCE_SECONDS * 1000), 0);
            assert_int_equal(sock.received, counts[i]);
            for (unsigned int j = 0; j < counts[i]; j++)
                assert_non_null(netlink_socket_next(&sock));
            assert_null(netlink_socket_next(&sock));
        }
        assert_int_equal(netlink_socket_receive(&sock, 0), -EAGAIN);
        /* The memory is given back in between, and there again. */
        netlink_socket_trim(&sock);
    }
}

/* Longer than what is received of a datagram: that is told, one at a time or several. */
static void datagrams_too_long(void **state)
{
    (void)state;
    static const uint8_t bytes[SOCKET_DATAGRAM + 100];
    const struct sockaddr_nl self = {.nl_family = AF_NETLINK, .nl_pid = port()};

    for (int i = 0; i < 12; i++) {
        if (sendto(sock.fd, bytes, i == 5 ? SOCKET_DATAGRAM : sizeof(bytes), 0,
                   (const struct sockaddr *)&self, sizeof(self)) < 0) {
            print_message("skipped: only with CAP_NET_ADMIN can one send to a process\n");
            skip();
        }
        assert_int_equal(netlink_socket_receive(&sock, PATIENCE_SECONDS * 1000), 0);
        assert_int_equal(sock.received, 1);
        assert_int_equal(sock.headers[0].msg_hdr.msg_flags & MSG_TRUNC, i == 5 ? 0 : MSG_TRUNC);
        assert_int_equal(sock.headers[0].msg_len, SOCKET_DATAGRAM);
    }
    assert_null(netlink_socket_next(&sock));
}

static void nothing_there(void **state)
{
    (void)state;
    assert_int_equal(netlink_socket_receive(&sock, 0), -EAGAIN);
    assert_int_equal(netlink_socket_receive(&sock, 20), -EAGAIN);
    assert_int_equal(netlink_socket_receive(&sock, 0), -EAGAIN);
}

static void closed_sockets(void **state)
{
    (void)state;
    struct netlink_socket none = {0};

    netlink_socket_close(&none);
    netlink_socket_close(&sock);
    netlink_socket_close(&sock);
    assert_int_equal(sock.fd, -1);
    assert_int_equal(netlink_socket_receive(&sock, 0), -EBADF);
}

/* Interrupts the socket when the time is over, or at once when told to. */
struct watchdog {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t condition;
    bool over;
    bool bit;
};

static void *watch(void *context)
{
    struct watchdog *watchdog = context;
    struct timespec until;

    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_SECONDS;
    (void)pthread_mutex_lock(&watchdog->lock);
    while (!watchdog->over &&
           pthread_cond_timedwait(&watchdog->condition, &watchdog->lock, &until) == 0)
        ;
    watchdog->bit = !watchdog->over;
    (void)pthread_mutex_unlock(&watchdog->lock);
    if (watchdog->bit)
        netlink_socket_interrupt(&sock);
    return NULL;
}

static void watchdog_start(struct watchdog *watchdog)
{
    *watchdog =
        (struct watchdog){.lock = PTHREAD_MUTEX_INITIALIZER, .condition = PTHREAD_COND_INITIALIZER};
    assert_int_equal(pthread_create(&watchdog->thread, NULL, watch, watchdog), 0);
}

/* Whether it had to bite. */
static bool watchdog_stop(struct watchdog *watchdog)
{
    (void)pthread_mutex_lock(&watchdog->lock);
    watchdog->over = true;
    (void)pthread_cond_signal(&watchdog->condition);
    (void)pthread_mutex_unlock(&watchdog->lock);
    assert_int_equal(pthread_join(watchdog->thread, NULL), 0);
    return watchdog->bit;
}

static void *interrupt_soon(void *context)
{
    (void)context;
    (void)nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    netlink_socket_interrupt(&sock);
    return NULL;
}

static void interrupt_ends_a_wait(void **state)
{
    (void)state;
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, interrupt_soon, NULL), 0);
    assert_int_equal(netlink_socket_receive(&sock, UINT32_MAX), -EINTR);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(netlink_socket_receive(&sock, UINT32_MAX), -EINTR); /* for good */
    assert_int_equal(netlink_socket_receive(&sock, 0), -EINTR);
}

/* Fills the receive buffer with acknowledgements until there is no room for one more. */
static void fill_receive_buffer(void)
{
    struct nlmsghdr request = {
        .nlmsg_len = sizeof(request),
        .nlmsg_type = NLMSG_NOOP,
        .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    netlink_socket_enlarge(&sock, 1); /* as little as there is */
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(sendto(sock.fd, &request, sizeof(request), 0,
                                (const struct sockaddr *)&kernel, sizeof(kernel)),
                         sizeof(request));
}

static void overrun_is_told_once(void **state)
{
    (void)state;
    size_t overruns = 0;
    int r;

    fill_receive_buffer();
    while ((r = netlink_socket_receive(&sock, 0)) != -EAGAIN)
        overruns += r == -ENOBUFS;
    assert_int_equal(overruns, 1);
}

static void interrupt_in_a_full_buffer(void **state)
{
    (void)state;
    fill_receive_buffer();
    netlink_socket_interrupt(&sock);
    assert_int_equal(netlink_socket_receive(&sock, UINT32_MAX), -EINTR);
}

/*
 * An answer that finds no room in the receive buffer will never come: the wait for it must come
 * to an end all the same. A dump goes on when there is room again.
 */
static void ask_in_a_full_buffer(struct nl_msg *request)
{
    struct watchdog watchdog;
    struct heard heard = {0};

    fill_receive_buffer();
    assert_int_equal(netlink_socket_request(&sock, request), 0);
    watchdog_start(&watchdog);
    int r = netlink_socket_collect(&sock, hear_answer, hear_other, &heard);
    bool waited_for_ever = watchdog_stop(&watchdog);
    assert_false(waited_for_ever);
    assert_true(sock.answers_invalid || r < 0);
}

static void answer_lost_in_an_overrun(void **state)
{
    (void)state;
    ask_in_a_full_buffer(link_request_one(1, NULL));
}

static void dump_begun_in_an_overrun(void **state)
{
    (void)state;
    ask_in_a_full_buffer(link_request_dump());
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(messages_of_a_batch),
        test(datagrams_of_others),
        test(datagrams_cut_short),
        test(lengths_that_lie),
        test(answers_are_ours),
        test(collected_dump),
        test(collected_single_answer),
        test(collected_errors),
        test(collected_trouble),
        test(handlers_fail),
        test(kernel_answers),
        test(sequence_goes_round_without_zero),
        test(forged_event),
        test(several_at_a_time),
        test(datagrams_too_long),
        test(nothing_there),
        test(closed_sockets),
        test(interrupt_ends_a_wait),
        test(overrun_is_told_once),
        test(interrupt_in_a_full_buffer),
        test(answer_lost_in_an_overrun),
        test(dump_begun_in_an_overrun),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
