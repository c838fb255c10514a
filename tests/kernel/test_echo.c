/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Echo requests over each kind of socket and both families, through two routers (three namespaces
 * in a row), waited for and by a routine; what ends them, and what the host refuses.
 */
#include "world.h"

#include "child.h"

#include <icmpapi.h>

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST = 65000, TIMEOUT_MS = 10000, SHORT_MS = 50, MANY = 100 };

static const char *const groups[] = {"1 0", "0 0"}; /* nobody: raw sockets; and the kernel's own */

/* For a reply of either family, and what says how a request ended. */
static _Alignas(8) uint8_t
    reply[sizeof(ICMP_ECHO_REPLY) + sizeof(ICMPV6_ECHO_REPLY) + LONGEST + sizeof(IO_STATUS_BLOCK)];

static IPAddr ipv4(const char *text)
{
    struct in_addr address;

    check(inet_pton(AF_INET, text, &address) == 1);
    return address.s_addr;
}

static struct sockaddr_in6 ipv6(const char *text)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6};

    check(inet_pton(AF_INET6, text, &address.sin6_addr) == 1);
    return address;
}

static void *pattern(size_t size)
{
    static uint8_t bytes[LONGEST];

    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * 7 + size);
    return bytes;
}

static void forward_in(int netns)
{
    int own = netns_current();

    netns_enter(netns);
    sysctl_write("net/ipv4/ip_forward", "1");
    sysctl_write("net/ipv4/icmp_ratelimit", "0");
    sysctl_write("net/ipv6/conf/all/forwarding", "1");
    sysctl_write("net/ipv6/icmp/ratelimit", "0");
    netns_enter(own);
    (void)close(own);
}

/* The host, and somebody beside it. */
static void pair(struct world *world)
{
    world_add_pair(world, "v0", "v1");
    ip("link set lo up");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add fd00::1/64 dev v0 nodad");
    ip_in(world_beside(world), "addr add 10.0.0.2/24 dev v1");
    ip_in(world_beside(world), "addr add fd00::2/64 dev v1 nodad");
    world_await_addresses();
}

static void expect_reply(HANDLE icmp, const char *to, USHORT size)
{
    const ICMP_ECHO_REPLY *got = (const void *)reply;
    void *data = pattern(size);

    memset(reply, 0xaa, sizeof(reply));
    DWORD count = IcmpSendEcho(icmp, ipv4(to), data, size, NULL, reply,
                               (DWORD)sizeof(ICMP_ECHO_REPLY) + size, TIMEOUT_MS);
    if (count != 1 || got->Status != IP_SUCCESS || got->DataSize != size)
        fail_test("%s, %u bytes: %u replies, status %u, %u bytes, error %d", to, size, count,
                  got->Status, got->DataSize, errno);
    check(got->Address == ipv4(to) && got->Reserved == 0);
    check(got->Data == reply + sizeof(*got) && memcmp(got->Data, data, size) == 0);
    check(got->Options.Ttl == 64 && got->RoundTripTime < TIMEOUT_MS);
    check(reply[sizeof(*got) + size] == 0xaa);
}

static void expect_reply6(HANDLE icmp, const char *to, USHORT size)
{
    const ICMPV6_ECHO_REPLY *got = (const void *)reply;
    struct sockaddr_in6 from = ipv6("::");
    struct sockaddr_in6 destination = ipv6(to);
    void *data = pattern(size);

    memset(reply, 0xaa, sizeof(reply));
    DWORD count = Icmp6SendEcho2(icmp, NULL, NULL, NULL, &from, &destination, data, size, NULL,
                                 reply, (DWORD)sizeof(*got) + size, TIMEOUT_MS);
    if (count != 1 || got->Status != IP_SUCCESS)
        fail_test("%s, %u bytes: %u replies, status %u, error %d", to, size, count, got->Status,
                  errno);
    check(memcmp(got->Address.sin6_addr, &destination.sin6_addr, 16) == 0);
    check(memcmp(reply + sizeof(*got), data, size) == 0);
    check(reply[sizeof(*got) + size] == 0xaa);
}

static void test_replies(void **state)
{
    static const USHORT sizes[] = {0, 1, 7, 8, 32, 1472, 1473, 5000, LONGEST};

    pair(*state);
    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        sysctl_write("net/ipv4/ping_group_range", groups[i]);
        HANDLE icmp = IcmpCreateFile();
        HANDLE icmp6 = Icmp6CreateFile();

        check(icmp != INVALID_HANDLE_VALUE && icmp6 != INVALID_HANDLE_VALUE);
        for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
            expect_reply(icmp, "10.0.0.2", sizes[j]);
            expect_reply(icmp, "127.0.0.1", sizes[j]);
            expect_reply6(icmp6, "fd00::2", sizes[j]);
            expect_reply6(icmp6, "::1", sizes[j]);
        }
        check(IcmpCloseHandle(icmp) && IcmpCloseHandle(icmp6));
        check(!IcmpCloseHandle(icmp) && errno == EBADF);
    }
}

static void expect_failure(HANDLE icmp, IPAddr to, USHORT size, DWORD reply_size, int error)
{
    DWORD count = IcmpSendEcho(icmp, to, pattern(size), size, NULL, reply, reply_size, SHORT_MS);

    if (count != 0 || errno != error)
        fail_test("%u bytes, a buffer of %u: %u replies, error %d instead of %d", size, reply_size,
                  count, errno, error);
}

static void test_refusals(void **state)
{
    const DWORD least = sizeof(ICMP_ECHO_REPLY);
    const IPAddr itself = htonl(INADDR_LOOPBACK);
    IP_OPTION_INFORMATION options = {.Flags = IP_FLAG_DF};
    const ICMP_ECHO_REPLY *got = (const void *)reply;

    pair(*state);
    ip("route add unreachable 10.1.0.0/16");
    HANDLE icmp = IcmpCreateFile();
    HANDLE icmp6 = Icmp6CreateFile();
    expect_failure(INVALID_HANDLE_VALUE, itself, 0, least, EINVAL);
    expect_failure(icmp6, itself, 0, least, EINVAL);
    expect_failure(icmp, 0, 0, least, EINVAL);
    expect_failure(icmp, itself, 0, 0, EINVAL);
    expect_failure(icmp, itself, 1, least, ENOBUFS);
    expect_failure(icmp, itself, 0, least - 1, ENOBUFS);
    expect_failure(icmp, ipv4("10.1.0.1"), 0, least, ENETUNREACH);
    check(got->Status == IP_DEST_NET_UNREACHABLE && got->Address == 0);
    expect_failure(icmp, ipv4("192.0.2.1"), 0, least, ENETUNREACH);
    check(IcmpSendEcho2Ex(icmp, NULL, NULL, NULL, ipv4("192.0.2.1"), itself, NULL, 0, NULL, reply,
                          least, SHORT_MS) == 0 &&
          errno == EADDRNOTAVAIL);
    check(IcmpSendEcho(icmp, ipv4("10.0.0.2"), pattern(4000), 4000, &options, reply, sizeof(reply),
                       SHORT_MS) == 0 &&
          errno == EMSGSIZE && got->Status == IP_PACKET_TOO_BIG);
    check(IcmpSendEcho2(icmp, icmp, NULL, NULL, itself, NULL, 0, NULL, reply, sizeof(reply),
                        SHORT_MS) == 0 &&
          errno == EBADF);
    check(IcmpCloseHandle(icmp) && IcmpCloseHandle(icmp6));
}

static void test_nobody(void **state)
{
    const ICMP_ECHO_REPLY *got = (const void *)reply;

    pair(*state);
    ip("neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0");
    HANDLE icmp = IcmpCreateFile();
    expect_failure(icmp, ipv4("10.0.0.9"), 0, sizeof(*got), ETIMEDOUT);
    check(got->Status == IP_REQ_TIMED_OUT && got->Address == 0 && got->DataSize == 0);
    check(IcmpCloseHandle(icmp));
}

/* Two routers in a row: one beside, and one behind it. */
static int routers(struct world *world)
{
    int beside = world_beside(world);
    int far = netns_create();

    pair(world);
    ip("route add 10.9.0.0/16 via 10.0.0.2");
    ip("route add fd09::/64 via fd00::2");
    ip_in(beside, "link add w0 type veth peer name w1");
    ip_in(beside, "link set w1 netns /proc/%d/fd/%d", (int)getpid(), far);
    ip_in(beside, "addr add 10.1.0.1/24 dev w0");
    ip_in(beside, "addr add fd01::1/64 dev w0 nodad");
    ip_in(beside, "link set w0 up");
    ip_in(far, "addr add 10.1.0.2/24 dev w1");
    ip_in(far, "addr add fd01::2/64 dev w1 nodad");
    ip_in(far, "link set w1 up");
    ip_in(far, "route add 10.0.0.0/24 via 10.1.0.1");
    ip_in(far, "route add fd00::/64 via fd01::1");
    ip_in(far, "link add d0 type veth peer name d1");
    ip_in(far, "link set d0 up");
    ip_in(far, "link set d1 up");
    ip_in(far, "route add 10.9.0.0/16 dev d0");
    ip_in(far, "route add fd09::/64 dev d0");
    ip_in(beside, "route add 10.9.0.0/16 via 10.1.0.2");
    ip_in(beside, "route add fd09::/64 via fd01::2");
    forward_in(beside);
    forward_in(far);
    return far;
}

static void expect_error(HANDLE icmp, const char *to, UCHAR time_to_live, ULONG status,
                         const char *from)
{
    const ICMP_ECHO_REPLY *got = (const void *)reply;
    IP_OPTION_INFORMATION options = {.Ttl = time_to_live};
    DWORD count =
        IcmpSendEcho(icmp, ipv4(to), pattern(32), 32, &options, reply, sizeof(reply), TIMEOUT_MS);

    if (count != 1 || got->Status != status || got->Address != ipv4(from))
        fail_test("%s, %u hops: %u replies, status %u, from %08x, error %d", to, time_to_live,
                  count, got->Status, got->Address, errno);
    check(got->DataSize == 0 && got->Data == NULL);
}

static void expect_error6(HANDLE icmp, const char *to, UCHAR hops, const char *from)
{
    const ICMPV6_ECHO_REPLY *got = (const void *)reply;
    IP_OPTION_INFORMATION options = {.Ttl = hops};
    struct sockaddr_in6 any = ipv6("::");
    struct sockaddr_in6 destination = ipv6(to);
    struct sockaddr_in6 router = ipv6(from);
    DWORD count = Icmp6SendEcho2(icmp, NULL, NULL, NULL, &any, &destination, pattern(32), 32,
                                 &options, reply, sizeof(reply), TIMEOUT_MS);

    if (count != 1 || got->Status != IP_HOP_LIMIT_EXCEEDED)
        fail_test("%s, %u hops: %u replies, status %u, error %d", to, hops, count, got->Status,
                  errno);
    check(memcmp(got->Address.sin6_addr, &router.sin6_addr, 16) == 0);
}

static void test_routers(void **state)
{
    int far = routers(*state);

    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        sysctl_write("net/ipv4/ping_group_range", groups[i]);
        HANDLE icmp = IcmpCreateFile();
        HANDLE icmp6 = Icmp6CreateFile();

        expect_error(icmp, "10.9.0.1", 1, IP_TTL_EXPIRED_TRANSIT, "10.0.0.2");
        expect_error(icmp, "10.9.0.1", 2, IP_TTL_EXPIRED_TRANSIT, "10.1.0.2");
        expect_error6(icmp6, "fd09::1", 1, "fd00::2");
        expect_error6(icmp6, "fd09::1", 2, "fd01::2");
        check(IcmpCloseHandle(icmp) && IcmpCloseHandle(icmp6));
    }
    (void)close(far);
}

struct call {
    HANDLE icmp;
    atomic_uint *left;
    _Alignas(8) uint8_t reply[sizeof(ICMP_ECHO_REPLY) + 32 + sizeof(IO_STATUS_BLOCK)];
    IPAddr to;
    int status;
    uint8_t data[32];
};

static void WINAPI told(PVOID context, PIO_STATUS_BLOCK status, ULONG reserved)
{
    struct call *call = context;

    check(reserved == 0);
    call->status = status->Status;
    atomic_fetch_sub(call->left, 1);
}

static void begin(struct call *call, size_t number, DWORD timeout)
{
    memset(call->data, (int)number, sizeof(call->data));
    DWORD count =
        IcmpSendEcho2(call->icmp, NULL, told, call, call->to, call->data, sizeof(call->data), NULL,
                      call->reply, sizeof(call->reply), timeout);
    check(count == 0 && errno == EINPROGRESS);
}

static void test_many(void **state)
{
    static struct call calls[MANY];
    atomic_uint left = MANY;

    pair(*state);
    HANDLE icmp = IcmpCreateFile();
    for (size_t i = 0; i < MANY; i++) {
        calls[i] = (struct call){.icmp = icmp, .to = ipv4("10.0.0.2"), .left = &left};
        begin(&calls[i], i, TIMEOUT_MS);
    }
    while (atomic_load(&left) > 0)
        (void)usleep(1000);
    for (size_t i = 0; i < MANY; i++) {
        const ICMP_ECHO_REPLY *got = (const void *)calls[i].reply;

        check(calls[i].status == 0 && got->Status == IP_SUCCESS);
        check(memcmp(got->Data, calls[i].data, sizeof(calls[i].data)) == 0);
        check(IcmpParseReplies(calls[i].reply, sizeof(calls[i].reply)) == 1);
        check(IcmpParseReplies(calls[i].reply, sizeof(calls[i].reply)) == 0);
    }
    check(IcmpCloseHandle(icmp));
}

static void *wait_for_nobody(void *context)
{
    ICMP_ECHO_REPLY got;

    check(IcmpSendEcho(context, ipv4("10.0.0.9"), NULL, 0, NULL, &got, sizeof(got), UINT32_MAX) ==
          0);
    check(errno == ECANCELED || errno == EINVAL); /* the close came first */
    return NULL;
}

/* A close ends what waits, and all routines have been called when it returns. */
static void test_close(void **state)
{
    static struct call calls[MANY];
    atomic_uint left = MANY;
    pthread_t thread;

    pair(*state);
    ip("neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev v0");
    HANDLE icmp = IcmpCreateFile();
    check(pthread_create(&thread, NULL, wait_for_nobody, icmp) == 0);
    for (size_t i = 0; i < MANY; i++) {
        calls[i] = (struct call){.icmp = icmp, .to = ipv4("10.0.0.9"), .left = &left};
        begin(&calls[i], i, UINT32_MAX);
    }
    check(IcmpCloseHandle(icmp));
    check(atomic_load(&left) == 0);
    for (size_t i = 0; i < MANY; i++)
        check(calls[i].status < 0);
    check(pthread_join(thread, NULL) == 0);
}

static void WINAPI close_in(PVOID context, PIO_STATUS_BLOCK status, ULONG reserved)
{
    struct call *call = context;

    (void)reserved;
    call->status = status->Status;
    check(IcmpCloseHandle(call->icmp));
    atomic_fetch_sub(call->left, 1);
}

static void test_close_within(void **state)
{
    static struct call call;
    atomic_uint left = 1;

    pair(*state);
    call = (struct call){.icmp = IcmpCreateFile(), .to = ipv4("10.0.0.2"), .left = &left};
    check(IcmpSendEcho2(call.icmp, NULL, close_in, &call, call.to, NULL, 0, NULL, call.reply,
                        sizeof(call.reply), TIMEOUT_MS) == 0);
    while (atomic_load(&left) > 0)
        (void)usleep(1000);
    check(call.status == 0 && !IcmpCloseHandle(call.icmp));
}

static void ask(struct child *self, void *context)
{
    const bool *allowed = context;

    (void)self;
    child_drop_capabilities();
    HANDLE icmp = IcmpCreateFile();
    if (!*allowed) {
        check(icmp == INVALID_HANDLE_VALUE && errno == EPERM);
        return;
    }
    expect_reply(icmp, "127.0.0.1", 32);
    check(IcmpCloseHandle(icmp));
}

static void test_without_rights(void **state)
{
    bool allowed = false;

    (void)state;
    ip("link set lo up");
    sysctl_write("net/ipv4/ping_group_range", "1 0");
    struct child child = child_start(ask, &allowed);
    child_join(&child);
    allowed = true;
    sysctl_write("net/ipv4/ping_group_range", "0 0");
    child = child_start(ask, &allowed);
    child_join(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_replies),      world_test(test_refusals),       world_test(test_nobody),
        world_test(test_routers),      world_test(test_many),           world_test(test_close),
        world_test(test_close_within), world_test(test_without_rights),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
