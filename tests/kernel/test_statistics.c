/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics, before and after traffic that the test makes in a namespace of its own; what is set,
 * and what may not be.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
} loopback_of(int family, uint16_t port)
{
    union address address = {.any = {.sa_family = (sa_family_t)family}};

    if (family == AF_INET) {
        address.ipv4.sin_port = htons(port);
        address.ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    } else {
        address.ipv6.sin6_port = htons(port);
        address.ipv6.sin6_addr = in6addr_loopback;
    }
    return address;
}

static socklen_t length_of(int family)
{
    return family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

static int connect_to(int family, int type, uint16_t port)
{
    union address address = loopback_of(family, port);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);

    check(fd >= 0);
    if (connect(fd, &address.any, length_of(family)) < 0) {
        check(errno == ECONNREFUSED);
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int bound_to(int family, int type, uint16_t port)
{
    union address address = loopback_of(family, port);
    int fd = socket(family, type | SOCK_CLOEXEC, 0);

    check(fd >= 0 && bind(fd, &address.any, length_of(family)) == 0);
    return fd;
}

enum { PORT = 5000, CLOSED_PORT = 6000, PACKETS = 3 };

struct all {
    MIB_IPSTATS ip;
    MIB_TCPSTATS tcp;
    MIB_TCPSTATS2 tcp2;
    MIB_UDPSTATS udp;
    MIB_UDPSTATS2 udp2;
    MIB_ICMP_EX icmp;
};

static struct all read_all(int family)
{
    struct all all;

    check(GetIpStatisticsEx(&all.ip, (ULONG)family) == NO_ERROR);
    check(GetTcpStatisticsEx(&all.tcp, (ULONG)family) == NO_ERROR);
    check(GetTcpStatisticsEx2(&all.tcp2, (ULONG)family) == NO_ERROR);
    check(GetUdpStatisticsEx(&all.udp, (ULONG)family) == NO_ERROR);
    check(GetUdpStatisticsEx2(&all.udp2, (ULONG)family) == NO_ERROR);
    check(GetIcmpStatisticsEx(&all.icmp, (ULONG)family) == NO_ERROR);
    check(all.tcp.dwInSegs == (DWORD)all.tcp2.dw64InSegs);
    check(all.tcp.dwOutSegs == (DWORD)all.tcp2.dw64OutSegs);
    check(all.udp.dwInDatagrams == (DWORD)all.udp2.dw64InDatagrams);
    check(all.udp.dwOutDatagrams == (DWORD)all.udp2.dw64OutDatagrams);
    return all;
}

static const int families[] = {AF_INET, AF_INET6};

/* UDP to a socket and to a closed port, which ICMP tells of. */
static void test_udp(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const int family = families[i];
        const int other = families[1 - i];
        const int unreachable = family == AF_INET ? 3 : 1;
        struct all before = read_all(family);
        struct all other_before = read_all(other);
        int to = bound_to(family, SOCK_DGRAM, PORT);
        int from = connect_to(family, SOCK_DGRAM, PORT);
        int lost = connect_to(family, SOCK_DGRAM, CLOSED_PORT);
        char byte;

        for (int n = 0; n < PACKETS; n++) {
            check(send(from, "x", 1, 0) == 1 && recv(to, &byte, 1, 0) == 1);
            check(send(lost, "x", 1, 0) == 1);
            check(recv(lost, &byte, 1, 0) < 0 && errno == ECONNREFUSED);
        }
        struct all after = read_all(family);
        struct all other_after = read_all(other);
        check(after.udp.dwInDatagrams - before.udp.dwInDatagrams == PACKETS);
        check(after.udp.dwOutDatagrams - before.udp.dwOutDatagrams == 2 * PACKETS);
        check(after.udp.dwNoPorts - before.udp.dwNoPorts == PACKETS);
        check(after.udp.dwNumAddrs - before.udp.dwNumAddrs == 3);
        check(after.icmp.icmpInStats.rgdwTypeCount[unreachable] -
                  before.icmp.icmpInStats.rgdwTypeCount[unreachable] ==
              PACKETS);
        check(after.icmp.icmpOutStats.rgdwTypeCount[unreachable] -
                  before.icmp.icmpOutStats.rgdwTypeCount[unreachable] ==
              PACKETS);
        check(after.icmp.icmpInStats.dwMsgs - before.icmp.icmpInStats.dwMsgs >= PACKETS);
        check(after.ip.dwInReceives - before.ip.dwInReceives >= 3 * PACKETS);
        check(after.ip.dwInDelivers - before.ip.dwInDelivers >= 3 * PACKETS);
        check(after.ip.dwOutRequests - before.ip.dwOutRequests >= 3 * PACKETS);
        /* The other family's are its own. */
        check(memcmp(&other_before.udp, &other_after.udp, sizeof(other_after.udp)) == 0);
        (void)close(to);
        (void)close(from);
        (void)close(lost);
    }
}

static void test_old_icmp(void **state)
{
    MIB_ICMP before;
    MIB_ICMP after;
    char byte;

    (void)state;
    check(GetIcmpStatistics(&before) == NO_ERROR);
    int lost = connect_to(AF_INET, SOCK_DGRAM, CLOSED_PORT);
    check(send(lost, "x", 1, 0) == 1 && recv(lost, &byte, 1, 0) < 0);
    (void)close(lost);
    check(GetIcmpStatistics(&after) == NO_ERROR);
    check(after.stats.icmpInStats.dwDestUnreachs - before.stats.icmpInStats.dwDestUnreachs == 1);
    check(after.stats.icmpOutStats.dwDestUnreachs - before.stats.icmpOutStats.dwDestUnreachs == 1);
    check(after.stats.icmpInStats.dwEchos == before.stats.icmpInStats.dwEchos);
}

static void test_echo(void **state)
{
    const uint8_t request[8] = {8, 0, 0xf7, 0xff};
    union address address = loopback_of(AF_INET, 0);
    struct pollfd ready = {.events = POLLIN};
    MIB_ICMP before;
    MIB_ICMP after;

    (void)state;
    check(GetIcmpStatistics(&before) == NO_ERROR);
    ready.fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    check(ready.fd >= 0);
    check(sendto(ready.fd, request, sizeof(request), 0, &address.any, length_of(AF_INET)) == 8);
    check(poll(&ready, 1, 10000) == 1);
    (void)close(ready.fd);
    check(GetIcmpStatistics(&after) == NO_ERROR);
    check(after.stats.icmpInStats.dwEchos - before.stats.icmpInStats.dwEchos == 1);
    check(after.stats.icmpOutStats.dwEchoReps - before.stats.icmpOutStats.dwEchoReps == 1);
}

/* Connections and refusals; those of the other family are counted with them, but for their number.
 */
static void test_tcp(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
        const int family = families[i];
        int listener = bound_to(family, SOCK_STREAM, PORT);
        int clients[PACKETS];
        int servers[PACKETS];

        check(listen(listener, PACKETS) == 0);
        struct all before = read_all(family);
        struct all other_before = read_all(families[1 - i]);
        for (int n = 0; n < PACKETS; n++) {
            clients[n] = connect_to(family, SOCK_STREAM, PORT);
            servers[n] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
            check(clients[n] >= 0 && servers[n] >= 0);
            check(connect_to(family, SOCK_STREAM, CLOSED_PORT) < 0);
        }
        struct all after = read_all(family);
        struct all other_after = read_all(families[1 - i]);
        check(after.tcp.dwActiveOpens - before.tcp.dwActiveOpens == 2 * PACKETS);
        check(after.tcp.dwPassiveOpens - before.tcp.dwPassiveOpens == PACKETS);
        check(after.tcp.dwAttemptFails - before.tcp.dwAttemptFails == PACKETS);
        check(after.tcp.dwCurrEstab - before.tcp.dwCurrEstab == 2 * PACKETS);
        check(after.tcp.dwOutRsts - before.tcp.dwOutRsts == PACKETS);
        check(after.tcp.dwNumConns - before.tcp.dwNumConns == 2 * PACKETS);
        check(after.tcp.dwMaxConn == (DWORD)-1 && after.tcp.dwRtoMax > after.tcp.dwRtoMin);
        check(other_after.tcp.dwActiveOpens == after.tcp.dwActiveOpens);
        check(other_after.tcp.dwNumConns == other_before.tcp.dwNumConns);
        for (int n = 0; n < PACKETS; n++) {
            (void)close(servers[n]);
            (void)close(clients[n]);
        }
        (void)close(listener);
    }
}

static unsigned long sysctl_read(const char *path)
{
    char name[128];
    unsigned long value;

    (void)snprintf(name, sizeof(name), "/proc/sys/net/%s", path);
    FILE *file = fopen(name, "re");
    check(file && fscanf(file, "%lu", &value) == 1);
    (void)fclose(file);
    return value;
}

static void expect_set(int family, DWORD forwarding, DWORD ttl)
{
    MIB_IPSTATS row;

    check(GetIpStatisticsEx(&row, (ULONG)family) == NO_ERROR);
    check(row.dwForwarding == forwarding && row.dwDefaultTTL == ttl);
}

static void test_set(void **state)
{
    MIB_IPSTATS row = {.dwForwarding = MIB_IP_FORWARDING, .dwDefaultTTL = MIB_USE_CURRENT_TTL};

    world_add_pair(*state, "v0", "v1");
    check(SetIpStatistics(&row) == NO_ERROR && sysctl_read("ipv4/ip_forward") == 1);
    expect_set(AF_INET, MIB_IP_FORWARDING, 64);
    expect_set(AF_INET6, MIB_IP_NOT_FORWARDING, 64);
    row.dwForwarding = MIB_USE_CURRENT_FORWARDING;
    row.dwDefaultTTL = 100;
    check(SetIpStatisticsEx(&row, AF_INET) == NO_ERROR);
    check(sysctl_read("ipv4/ip_default_ttl") == 100);
    expect_set(AF_INET, MIB_IP_FORWARDING, 100);
    check(SetIpTTL(255) == NO_ERROR);
    expect_set(AF_INET, MIB_IP_FORWARDING, 255);
    row = (MIB_IPSTATS){.dwForwarding = MIB_IP_FORWARDING, .dwDefaultTTL = 33};
    check(SetIpStatisticsEx(&row, AF_INET6) == NO_ERROR);
    check(sysctl_read("ipv6/conf/all/forwarding") == 1);
    check(sysctl_read("ipv6/conf/default/hop_limit") == 33);
    check(sysctl_read("ipv6/conf/v0/hop_limit") == 33);
    expect_set(AF_INET6, MIB_IP_FORWARDING, 33);
    sysctl_write("net/ipv6/conf/all/forwarding", "0");
    sysctl_write("net/ipv4/ip_forward", "0");
    sysctl_write("net/ipv4/ip_default_ttl", "64");
    sysctl_write("net/ipv4/ipfrag_time", "17");
    expect_set(AF_INET, MIB_IP_NOT_FORWARDING, 64);
    check(GetIpStatistics(&row) == NO_ERROR && row.dwReasmTimeout == 17);
}

static void test_router(void **state)
{
    OVERLAPPED overlapped = {.hEvent = NULL};
    DWORD count = 4711;

    (void)state;
    check(UnenableRouter(&overlapped, &count) == ERROR_INVALID_PARAMETER && count == 4711);
    check(EnableRouter(NULL, &overlapped) == ERROR_IO_PENDING);
    check(EnableRouter(NULL, &overlapped) == ERROR_IO_PENDING);
    check(sysctl_read("ipv4/ip_forward") == 1);
    check(UnenableRouter(&overlapped, &count) == NO_ERROR && count == 0x7fffffff);
    check(sysctl_read("ipv4/ip_forward") == 1);
    check(UnenableRouter(&overlapped, NULL) == NO_ERROR);
    check(sysctl_read("ipv4/ip_forward") == 0);
    check(UnenableRouter(&overlapped, NULL) == ERROR_INVALID_PARAMETER);
    /* It was on already. */
    sysctl_write("net/ipv4/ip_forward", "1");
    check(EnableRouter(NULL, &overlapped) == ERROR_IO_PENDING);
    check(UnenableRouter(&overlapped, NULL) == NO_ERROR);
    check(sysctl_read("ipv4/ip_forward") == 1);
}

/* Of all that is to be set nothing is. */
static void expect_no_change(DWORD error)
{
    OVERLAPPED overlapped = {.hEvent = NULL};
    MIB_IPSTATS row = {.dwForwarding = MIB_IP_FORWARDING, .dwDefaultTTL = 9};

    check(SetIpStatistics(&row) == error);
    check(SetIpStatisticsEx(&row, AF_INET) == error && SetIpStatisticsEx(&row, AF_INET6) == error);
    check(SetIpTTL(9) == error);
    check(EnableRouter(NULL, &overlapped) == error);
    check(UnenableRouter(&overlapped, NULL) == ERROR_INVALID_PARAMETER);
}

/* /proc/sys is read-only, as in a container. */
static void set_read_only(struct child *self, void *context)
{
    OVERLAPPED overlapped = {.hEvent = NULL};

    (void)self;
    (void)context;
    check(EnableRouter(NULL, &overlapped) == ERROR_IO_PENDING);
    check(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("/proc/sys", "/proc/sys", NULL, MS_BIND, NULL) == 0);
    check(mount(NULL, "/proc/sys", NULL,
                MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0);
    check(UnenableRouter(&overlapped, NULL) == ERROR_ACCESS_DENIED);
    check(sysctl_read("ipv4/ip_forward") == 1);
    MIB_IPSTATS row = {.dwForwarding = MIB_IP_FORWARDING, .dwDefaultTTL = 9};
    check(SetIpStatistics(&row) == ERROR_ACCESS_DENIED);
    check(SetIpStatisticsEx(&row, AF_INET6) == ERROR_ACCESS_DENIED);
    check(SetIpTTL(9) == ERROR_ACCESS_DENIED);
    check(EnableRouter(NULL, &overlapped) == ERROR_ACCESS_DENIED);
    expect_set(AF_INET, MIB_IP_FORWARDING, 64);
}

static void use_no_proc(struct child *self, void *context)
{
    const uint8_t *bytes;
    struct all all;

    (void)self;
    (void)context;
    memset(&all, 0x5a, sizeof(all));
    check(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    check(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
    expect_no_change(ERROR_NOT_SUPPORTED);
    check(GetIpStatistics(&all.ip) == ERROR_NOT_SUPPORTED);
    check(GetTcpStatistics(&all.tcp) == ERROR_NOT_SUPPORTED);
    check(GetUdpStatistics(&all.udp) == ERROR_NOT_SUPPORTED);
    check(GetTcpStatisticsEx2(&all.tcp2, AF_INET) == ERROR_NOT_SUPPORTED);
    check(GetUdpStatisticsEx2(&all.udp2, AF_INET) == ERROR_NOT_SUPPORTED);
    check(GetIcmpStatisticsEx(&all.icmp, AF_INET6) == ERROR_NOT_SUPPORTED);
    bytes = (const uint8_t *)&all;
    for (size_t i = 0; i < sizeof(all); i++)
        check(bytes[i] == 0x5a);
}

static void test_refused(void **state)
{
    (void)state;
    struct child child = child_start(set_read_only, NULL);
    child_join(&child);
    child = child_start(use_no_proc, NULL);
    child_join(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_udp),     world_test(test_old_icmp), world_test(test_echo),
        world_test(test_tcp),     world_test(test_set),      world_test(test_router),
        world_test(test_refused),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
