/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths: the kernel learns smaller MTUs from a router beside, whose way on is narrow, as `ip` then
 * shows; TCP measures round-trip times; and all of that is forgotten, or by who may not, is not.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NARROW_MTU = 1300, PORT = 4711 };

/* The host behind the router. */
static const char far_ipv4[] = "10.9.0.7";
static const char far_ipv6[] = "2001:db8:9::7";

/*
 * v0 here - v1 beside, which forwards to w0, of NARROW_MTU - w1 far off. Returns the namespace of
 * the latter. TCP takes the first round-trip time from the route.
 */
static int start(struct world *world)
{
    int home = netns_current();
    int beside = world_beside(world);
    int far = netns_create();

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    ip_in(beside, "addr add 10.0.0.2/24 dev v1");
    ip_in(beside, "addr add 2001:db8:1::2/64 dev v1 nodad");
    netns_enter(far);
    ip("link add w1 type veth peer name w0 netns /proc/%d/fd/%d", getpid(), beside);
    ip("link set w1 mtu %d up", NARROW_MTU);
    ip_in(beside, "link set w0 mtu %d up", NARROW_MTU);
    ip("addr add 10.9.0.7/24 dev w1");
    ip("addr add 2001:db8:9::7/64 dev w1 nodad");
    ip_in(beside, "addr add 10.9.0.1/24 dev w0");
    ip_in(beside, "addr add 2001:db8:9::1/64 dev w0 nodad");
    ip("route add 10.0.0.0/24 via 10.9.0.1");
    ip("route add 2001:db8:1::/64 via 2001:db8:9::1");
    world_await_addresses(); /* nobody answers before */
    netns_enter(beside);
    sysctl_write("net/ipv4/ip_forward", "1");
    sysctl_write("net/ipv6/conf/all/forwarding", "1");
    world_await_addresses();
    netns_enter(home);
    (void)close(home);
    ip("route add 10.9.0.0/24 via 10.0.0.2 rtt 80ms rttvar 40ms");
    ip("route add 2001:db8:9::/64 via 2001:db8:1::2 rtt 80ms rttvar 40ms");
    world_await_addresses();
    return far;
}

static bool is_address(const SOCKADDR_INET *address, const char *text)
{
    char is[INET6_ADDRSTRLEN];
    const void *bytes = address->si_family == AF_INET ? (const void *)&address->Ipv4.sin_addr
                                                      : (const void *)&address->Ipv6.sin6_addr;

    return inet_ntop(address->si_family, bytes, is, sizeof(is)) && strcmp(is, text) == 0;
}

static void socket_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_length)
{
    SOCKADDR_INET address = inet_address(text);

    memset(ret, 0, sizeof(*ret));
    memcpy(ret, &address, sizeof(address));
    *ret_length = (socklen_t)(address.si_family == AF_INET ? sizeof(struct sockaddr_in)
                                                           : sizeof(struct sockaddr_in6));
    ((struct sockaddr_in *)ret)->sin_port = htons(PORT);
}

/* Sends datagrams that do not fit through, until the kernel has heard so. */
static void learn(const char *text)
{
    static const char data[1400];
    struct timespec deadline = check_deadline();
    struct sockaddr_storage address;
    int discover = IP_PMTUDISC_DO;
    socklen_t length;

    socket_address(text, &address, &length);
    int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    check(fd >= 0);
    bool is_ipv4 = address.ss_family == AF_INET;
    check(setsockopt(fd, is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6,
                     is_ipv4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &discover,
                     sizeof(discover)) == 0);
    check(connect(fd, (struct sockaddr *)&address, length) == 0);
    while (send(fd, data, sizeof(data), 0) >= 0 || errno != EMSGSIZE) {
        check(!check_deadline_passed(&deadline));
        (void)usleep(1000);
    }
    (void)close(fd);
}

/* A TCP connection, through which a byte goes each way. */
static void measure(const char *text, int far)
{
    int home = netns_current();
    struct sockaddr_storage address;
    socklen_t length;
    char byte = 1;
    int on = 1;

    socket_address(text, &address, &length);
    netns_enter(far);
    int listening = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
    check(bind(listening, (struct sockaddr *)&address, length) == 0 && listen(listening, 1) == 0);
    netns_enter(home);
    (void)close(home);
    int here = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    check(connect(here, (struct sockaddr *)&address, length) == 0);
    int there = accept(listening, NULL, NULL);
    check(there >= 0 && send(here, &byte, 1, 0) == 1 && recv(there, &byte, 1, 0) == 1);
    check(send(there, &byte, 1, 0) == 1 && recv(here, &byte, 1, 0) == 1);
    (void)close(there);
    check(recv(here, &byte, 1, 0) == 0);
    (void)close(here);
    (void)close(listening);
}

static void ask_ip(const char *command, char *ret_text, size_t size)
{
    FILE *output = popen(command, "r");

    check(output != NULL);
    size_t length = fread(ret_text, 1, size - 1, output);
    ret_text[length] = '\0';
    check(pclose(output) == 0);
}

/* That the row is as `ip` has it, and what GetIpPathEntry gives for its key. */
static void expect_row(const MIB_IPPATH_ROW *row, const char *destination, const char *next_hop,
                       const char *source)
{
    bool is_ipv4 = row->Destination.si_family == AF_INET;
    char expected[256];
    char text[4096];
    MIB_IPPATH_ROW entry;

    check(is_address(&row->Destination, destination));
    check(is_address(&row->CurrentNextHop, next_hop));
    check(is_address(&row->Source, source));
    check(row->InterfaceLuid.Value == iface_get("v0").luid.Value);
    check(row->InterfaceIndex == netns_ifindex("v0"));
    check(row->PathMtu == NARROW_MTU && row->IsReachable);
    (void)snprintf(expected, sizeof(expected), "ip -json -%d route show cache %s", is_ipv4 ? 4 : 6,
                   destination);
    ask_ip(expected, text, sizeof(text));
    (void)snprintf(expected, sizeof(expected), "\"mtu\":%lu", (unsigned long)row->PathMtu);
    if (!strstr(text, destination) || !strstr(text, next_hop) || !strstr(text, expected))
        fail_test("ip has another path to %s: %s", destination, text);

    MIB_IF_ROW2 link = {.InterfaceIndex = row->InterfaceIndex};
    check(GetIfEntry2(&link) == NO_ERROR);
    check(row->LinkTransmitSpeed == link.TransmitLinkSpeed);
    check(row->LinkReceiveSpeed == link.ReceiveLinkSpeed);

    memset(&entry, 0, sizeof(entry));
    entry.Destination = row->Destination;
    entry.InterfaceIndex = row->InterfaceIndex;
    check(GetIpPathEntry(&entry) == NO_ERROR);
    entry.LastReachable = row->LastReachable; /* it goes on */
    assert_memory_equal(&entry, row, sizeof(entry));
    entry.InterfaceIndex = 0;
    check(GetIpPathEntry(&entry) == NO_ERROR && entry.InterfaceIndex == row->InterfaceIndex);
    /* Another source, interface or destination. */
    entry.Source = row->CurrentNextHop;
    check(GetIpPathEntry(&entry) == ERROR_NOT_FOUND);
    entry.Source = row->Source;
    entry.InterfaceLuid.Value = 0;
    entry.InterfaceIndex = netns_ifindex("lo");
    check(GetIpPathEntry(&entry) == ERROR_NOT_FOUND);
    entry.InterfaceIndex = row->InterfaceIndex;
    entry.Destination = row->CurrentNextHop;
    check(GetIpPathEntry(&entry) == ERROR_NOT_FOUND);
}

static void expect_none(ADDRESS_FAMILY family)
{
    MIB_IPPATH_TABLE *table = (MIB_IPPATH_TABLE *)1;
    char text[4096];

    check(GetIpPathTable(family, &table) == ERROR_NOT_FOUND && table == NULL);
    ask_ip(family == AF_INET ? "ip -4 route show cache" : "ip -6 route show cache", text,
           sizeof(text));
    assert_string_equal(text, "");
}

static void expect_one(ADDRESS_FAMILY family)
{
    MIB_IPPATH_TABLE *table = NULL;

    check(GetIpPathTable(family, &table) == NO_ERROR);
    check(table->NumEntries == 1);
    if (family == AF_INET)
        expect_row(&table->Table[0], far_ipv4, "10.0.0.2", "10.0.0.1");
    else
        expect_row(&table->Table[0], far_ipv6, "2001:db8:1::2", "2001:db8:1::1");
    FreeMibTable(table);
}

static void test_learned(void **state)
{
    MIB_IPPATH_TABLE *table = NULL;

    (void)start(*state);
    expect_none(AF_INET);
    expect_none(AF_INET6);
    check(GetIpPathTable(AF_UNSPEC, &table) == ERROR_NOT_FOUND);
    check(FlushIpPathTable(AF_UNSPEC) == NO_ERROR);
    learn(far_ipv4);
    expect_one(AF_INET);
    expect_none(AF_INET6);
    learn(far_ipv6);
    expect_one(AF_INET);
    expect_one(AF_INET6);
    check(GetIpPathTable(AF_UNSPEC, &table) == NO_ERROR && table->NumEntries == 2);
    FreeMibTable(table);
    check(FlushIpPathTable(AF_INET) == NO_ERROR);
    expect_none(AF_INET);
    expect_one(AF_INET6);
    learn(far_ipv4);
    check(FlushIpPathTable(AF_INET6) == NO_ERROR);
    expect_one(AF_INET);
    expect_none(AF_INET6);
    learn(far_ipv6);
    check(FlushIpPathTable(AF_UNSPEC) == NO_ERROR);
    expect_none(AF_INET);
    expect_none(AF_INET6);
}

/* Microseconds, behind that word. */
static unsigned long number_behind(const char *text, const char *word)
{
    const char *place = strstr(text, word);
    unsigned long number = 0;

    if (!place || sscanf(place + strlen(word), "%lu", &number) != 1)
        fail_test("no %s in: %s", word, text);
    return number;
}

static void test_times(void **state)
{
    static const char *const destinations[] = {far_ipv4, far_ipv6};
    MIB_IPPATH_TABLE *table = NULL;
    char command[128];
    char text[4096];

    int far = start(*state);
    for (size_t i = 0; i < ARRAY_SIZE(destinations); i++) {
        learn(destinations[i]);
        measure(destinations[i], far);
    }
    (void)close(far);
    check(GetIpPathTable(AF_UNSPEC, &table) == NO_ERROR && table->NumEntries == 2);
    for (size_t i = 0; i < ARRAY_SIZE(destinations); i++) {
        const MIB_IPPATH_ROW *row = &table->Table[i];

        (void)snprintf(command, sizeof(command), "ip tcp_metrics show %s", destinations[i]);
        ask_ip(command, text, sizeof(text));
        unsigned long mean = number_behind(text, " rtt ");
        unsigned long deviation = number_behind(text, " rttvar ");
        check(row->RttMean > 0 && row->RttMean == (mean + 500) / 1000);
        check(row->RttDeviation > 0 && row->RttDeviation == (deviation + 500) / 1000);
        check(row->LastReachable < 60000 * (ULONG)check_patience());
    }
    FreeMibTable(table);
}

static void flush_without_rights(struct child *self, void *context)
{
    (void)self;
    (void)context;
    child_drop_capabilities();
    check(FlushIpPathTable(AF_INET) == ERROR_ACCESS_DENIED);
    check(FlushIpPathTable(AF_INET6) == ERROR_ACCESS_DENIED);
    check(FlushIpPathTable(AF_UNSPEC) == ERROR_ACCESS_DENIED);
    expect_one(AF_INET);
    expect_one(AF_INET6);
}

static void test_without_rights(void **state)
{
    (void)start(*state);
    learn(far_ipv4);
    learn(far_ipv6);
    struct child child = child_start(flush_without_rights, NULL);
    child_join(&child);
    expect_one(AF_INET);
    expect_one(AF_INET6);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_learned),
        world_test(test_times),
        world_test(test_without_rights),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
