/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Echo requests to the loopback address: in each way to be told of what comes. */
#include "suite.h"

#include <string.h>

enum { DATA = 100, LONG_MS = 30000 };

/* Of an ICMPV6_ECHO_REPLY, which not all headers have. */
enum { REPLY6_STATUS_AT = 28, REPLY6_SIZE = 36 };

/* What a way to be told takes: the reply, its data, and a status behind them. */
struct request {
    HANDLE icmp;
    uintptr_t thread;
    IO_STATUS_BLOCK status;
    union {
        ICMP_ECHO_REPLY ipv4;
        UCHAR bytes[sizeof(ICMP_ECHO_REPLY) + DATA + 2 * sizeof(IO_STATUS_BLOCK)];
    } reply;
    UCHAR data[DATA];
    LONG told;
};

static void fill(struct request *request, HANDLE icmp, UCHAR seed)
{
    memset(request, 0, sizeof(*request));
    request->icmp = icmp;
    for (size_t i = 0; i < DATA; i++)
        request->data[i] = (UCHAR)(seed + i);
}

static HANDLE open_icmp(void)
{
    HANDLE icmp = IcmpCreateFile();

    if (icmp == INVALID_HANDLE_VALUE)
        suite_skip("echo requests may not be sent here");
    return icmp;
}

static IPAddr loopback(void)
{
    SOCKADDR_INET address;

    memset(&address, 0, sizeof(address));
    memcpy(&address.Ipv4.sin_addr, (UCHAR[]){127, 0, 0, 1}, 4);
    return address.Ipv4.sin_addr.s_addr;
}

static void expect_reply(const struct request *request)
{
    const ICMP_ECHO_REPLY *reply = &request->reply.ipv4;

    assert_int_equal(reply->Status, IP_SUCCESS);
    assert_int_equal(reply->Address, loopback());
    assert_int_equal(reply->DataSize, DATA);
    assert_memory_equal(reply->Data, request->data, DATA);
    assert_in_range(reply->RoundTripTime, 0, LONG_MS);
}

static void test_waiting(void **state)
{
    struct request request;

    (void)state;
    fill(&request, open_icmp(), 1);
    assert_int_equal(IcmpSendEcho(request.icmp, loopback(), request.data, DATA, NULL,
                                  &request.reply, sizeof(request.reply), LONG_MS),
                     1);
    expect_reply(&request);
    fill(&request, request.icmp, 2);
    assert_int_equal(IcmpSendEcho2(request.icmp, NULL, NULL, NULL, loopback(), request.data, DATA,
                                   NULL, &request.reply, sizeof(request.reply), LONG_MS),
                     1);
    expect_reply(&request);
    fill(&request, request.icmp, 3);
    assert_int_equal(IcmpSendEcho2Ex(request.icmp, NULL, NULL, NULL, loopback(), loopback(),
                                     request.data, DATA, NULL, &request.reply,
                                     sizeof(request.reply), LONG_MS),
                     1);
    expect_reply(&request);
    assert_true(IcmpCloseHandle(request.icmp));
    assert_false(IcmpCloseHandle(request.icmp));
}

static void test_waiting_ipv6(void **state)
{
    struct sockaddr_in6 any = {.sin6_family = AF_INET6};
    struct sockaddr_in6 loopback6 = {.sin6_family = AF_INET6};
    HANDLE icmp = Icmp6CreateFile();
    struct request request;
    ULONG ended;

    (void)state;
    if (icmp == INVALID_HANDLE_VALUE)
        suite_skip("echo requests of IPv6 may not be sent here");
    ((UCHAR *)&loopback6.sin6_addr)[15] = 1;
    fill(&request, icmp, 4);
    assert_int_equal(Icmp6SendEcho2(icmp, NULL, NULL, NULL, &any, &loopback6, request.data, DATA,
                                    NULL, &request.reply, sizeof(request.reply), LONG_MS),
                     1);
    assert_int_equal(Icmp6ParseReplies(&request.reply, sizeof(request.reply)), 1);
    memcpy(&ended, request.reply.bytes + REPLY6_STATUS_AT, sizeof(ended));
    assert_int_equal(ended, IP_SUCCESS);
    assert_memory_equal(request.reply.bytes + REPLY6_SIZE, request.data, DATA);
    assert_true(IcmpCloseHandle(icmp));
}

static void WINAPI routine(PVOID context, PIO_STATUS_BLOCK status, ULONG reserved)
{
    struct request *request = context;

    request->status = *status;
    request->thread = platform_thread_self();
    __atomic_store_n(&request->told, reserved == 0 ? 1 : 2, __ATOMIC_SEQ_CST);
}

static void await_routine(struct request *request)
{
    uint64_t deadline = suite_deadline();

    while (!__atomic_load_n(&request->told, __ATOMIC_SEQ_CST) && platform_now() < deadline)
        platform_let_routines_run();
    assert_int_equal(__atomic_load_n(&request->told, __ATOMIC_SEQ_CST), 1);
}

enum { MANY = 100 };

static void test_routine(void **state)
{
    static struct request requests[MANY];
    HANDLE icmp = open_icmp();

    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        fill(&requests[i], icmp, (UCHAR)i);
        assert_int_equal(IcmpSendEcho2(icmp, NULL, routine, &requests[i], loopback(),
                                       requests[i].data, DATA, NULL, &requests[i].reply,
                                       sizeof(requests[i].reply), LONG_MS),
                         0);
    }
    for (size_t i = 0; i < MANY; i++) {
        await_routine(&requests[i]);
        assert_int_equal(requests[i].status.Status, 0);
        assert_int_equal(IcmpParseReplies(&requests[i].reply, sizeof(requests[i].reply)), 1);
        expect_reply(&requests[i]);
#ifdef _WIN32 /* an APC of the thread that has asked */
        assert_int_equal(requests[i].thread, platform_thread_self());
#endif
    }
    assert_true(IcmpCloseHandle(icmp));
}

static void test_event(void **state)
{
    struct request request;
    void *event = platform_event_new();

    (void)state;
    if (!event)
        suite_skip("the system has no events");
    fill(&request, open_icmp(), 5);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(IcmpSendEcho2(request.icmp, event, NULL, NULL, loopback(), request.data,
                                       DATA, NULL, &request.reply, sizeof(request.reply), LONG_MS),
                         0);
        assert_true(platform_event_await(event, suite_deadline()));
        assert_int_equal(IcmpParseReplies(&request.reply, sizeof(request.reply)), 1);
        expect_reply(&request);
    }
    assert_true(IcmpCloseHandle(request.icmp));
    platform_event_free(event);
}

/* None of these is sent. */
static void test_refused(void **state)
{
    struct request request;

    (void)state;
    fill(&request, open_icmp(), 6);
    assert_int_equal(IcmpSendEcho(request.icmp, loopback(), request.data, DATA, NULL,
                                  &request.reply, sizeof(ICMP_ECHO_REPLY) + DATA - 1, LONG_MS),
                     0);
    assert_int_equal(IcmpSendEcho(request.icmp, 0, request.data, DATA, NULL, &request.reply,
                                  sizeof(request.reply), LONG_MS),
                     0);
    assert_int_equal(IcmpSendEcho(INVALID_HANDLE_VALUE, loopback(), request.data, DATA, NULL,
                                  &request.reply, sizeof(request.reply), LONG_MS),
                     0);
    assert_true(IcmpCloseHandle(request.icmp));
}

int main(int argc, char **argv)
{
    static const struct suite_test tests[] = {
        suite_test("waiting", test_waiting, NULL),
        suite_test("waiting_ipv6", test_waiting_ipv6, NULL),
        suite_test("routine", test_routine, NULL),
        suite_test("event", test_event, NULL),
        suite_test("refused", test_refused, NULL),
    };

    return suite_main(argc, argv, tests, ARRAY_SIZE(tests));
}
