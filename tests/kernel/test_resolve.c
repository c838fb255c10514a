/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours that are asked: one that answers, one that does not, one that cannot be reached; with
 * the rights to change the kernel's table and without; many at once.
 */
#include "child.h"
#include "neighbours.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define WRONG "02:00:00:00:00:99"

static DWORD resolve(const char *link, const char *address, MIB_IPNET_ROW2 *ret_row)
{
    *ret_row = neighbour_row(link, address, NULL);
    return ResolveIpNetEntry2(ret_row, NULL);
}

static void expect_answer(const char *address)
{
    MIB_IPNET_ROW2 row;
    DWORD rc = resolve("v0", address, &row);

    if (rc != NO_ERROR)
        fail_test("%s: %u", address, rc);
    check(row.PhysicalAddressLength == 6 && is_lladdr(row.PhysicalAddress, FAR));
    check(row.State == NlnsReachable && row.InterfaceIndex == netns_ifindex("v0"));
    check(row.InterfaceLuid.Value == iface_get("v0").luid.Value);
}

static void expect_failure(const char *link, const char *address, DWORD expected)
{
    MIB_IPNET_ROW2 row;
    DWORD rc = resolve(link, address, &row);

    if (rc != expected)
        fail_test("%s on %s: %u instead of %u", address, link, rc, expected);
}

static void expect_arp(const char *address, const char *source, DWORD expected, const char *lladdr)
{
    ULONG length = 8;
    UCHAR bytes[8];

    memset(bytes, 0x5a, sizeof(bytes));
    DWORD rc = SendARP(ipv4_address(address), ipv4_address(source), bytes, &length);
    if (rc != expected)
        fail_test("SendARP %s: %u instead of %u", address, rc, expected);
    check(length == (lladdr ? 6 : 0));
    check(!lladdr || is_lladdr(bytes, lladdr));
    check(bytes[lladdr ? 6 : 0] == 0x5a);
}

/* Who does not answer is asked three times, this long apart. */
static void ask_quickly(const char *link)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "net/ipv4/neigh/%s/retrans_time_ms", link);
    sysctl_write(path, "100");
    (void)snprintf(path, sizeof(path), "net/ipv6/neigh/%s/retrans_time_ms", link);
    sysctl_write(path, "100");
}

static void test_answers(void **state)
{
    neighbours_start(*state);
    expect_answer("10.0.0.2");
    expect_answer("2001:db8:1::2");
    ip_neigh_expect("v0", "10.0.0.2", FAR, "REACHABLE");
    expect_answer("10.0.0.2");
    expect_arp("10.0.0.2", "0.0.0.0", NO_ERROR, FAR);
    /* What is known is no proof. */
    ip("neigh replace 10.0.0.2 dev v0 lladdr " WRONG " nud stale");
    expect_answer("10.0.0.2");
    ip("neigh replace 10.0.0.2 dev v0 lladdr " WRONG " nud reachable");
    expect_answer("10.0.0.2");
    ip("neigh replace 2001:db8:1::2 dev v0 lladdr " WRONG " nud stale");
    expect_answer("2001:db8:1::2");
    ip("neigh replace 10.0.0.2 dev v0 lladdr " WRONG " nud stale");
    expect_arp("10.0.0.2", "0.0.0.0", NO_ERROR, FAR);
    /* What is permanent is what the host uses. */
    MIB_IPNET_ROW2 row;
    ip("neigh replace 10.0.0.2 dev v0 lladdr " WRONG " nud permanent");
    check(resolve("v0", "10.0.0.2", &row) == NO_ERROR);
    check(row.State == NlnsPermanent && is_lladdr(row.PhysicalAddress, WRONG));
    ip_neigh_expect("v0", "10.0.0.2", WRONG, "PERMANENT");
    /* A group's address follows from it. */
    check(resolve("v0", "239.1.2.3", &row) == NO_ERROR);
    check(is_lladdr(row.PhysicalAddress, "01:00:5e:01:02:03"));
}

static void test_nobody(void **state)
{
    neighbours_start(*state);
    ask_quickly("v0");
    expect_failure("v0", "10.0.0.77", ERROR_BAD_NET_NAME);
    expect_failure("v0", "10.0.0.77", ERROR_BAD_NET_NAME);
    expect_failure("v0", "2001:db8:1::77", ERROR_BAD_NET_NAME);
    expect_arp("10.0.0.77", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    ip("neigh replace 10.0.0.77 dev v0 lladdr " WRONG " nud stale");
    expect_failure("v0", "10.0.0.77", ERROR_BAD_NET_NAME);
    ip("neigh replace 10.0.0.77 dev v0 lladdr " WRONG " nud stale");
    expect_arp("10.0.0.77", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
}

/* The wait has an end, also where the kernel's has none. */
static void test_bounded(void **state)
{
    neighbours_start(*state);
    sysctl_write("net/ipv4/neigh/v0/mcast_solicit", "10000");
    struct timespec deadline = check_deadline();
    expect_failure("v0", "10.0.0.77", ERROR_BAD_NET_NAME);
    check(!check_deadline_passed(&deadline));
}

static void test_own_addresses(void **state)
{
    struct world *world = *state;
    MIB_IPNET_ROW2 row;

    neighbours_start(world);
    world_add_pair(world, "w0", "w1");
    check(resolve("v0", "10.0.0.1", &row) == NO_ERROR);
    check(row.PhysicalAddressLength == 6 && is_lladdr(row.PhysicalAddress, NEAR));
    check(row.InterfaceLuid.Value == iface_get("v0").luid.Value);
    check(resolve("v0", "2001:db8:1::1", &row) == NO_ERROR);
    check(is_lladdr(row.PhysicalAddress, NEAR));
    expect_arp("10.0.0.1", "0.0.0.0", NO_ERROR, NEAR);
    expect_arp("10.0.0.1", "10.0.0.1", NO_ERROR, NEAR);
    /* Not on that link. */
    expect_failure("w0", "10.0.0.1", ERROR_BAD_NET_NAME);
    ip("addr add 10.7.0.1/32 dev lo");
    expect_arp("10.7.0.1", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
}

static void test_not_on_link(void **state)
{
    neighbours_start(*state);
    expect_failure("v0", "192.0.2.1", ERROR_BAD_NET_NAME);
    expect_arp("192.0.2.1", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    expect_failure("v0", "2001:db8:9::1", ERROR_BAD_NET_NAME);
    ip("route add default via 10.0.0.2");
    ip("-6 route add default via 2001:db8:1::2");
    expect_failure("v0", "192.0.2.1", ERROR_BAD_NET_NAME);
    expect_arp("192.0.2.1", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    expect_arp("192.0.2.1", "10.0.0.1", ERROR_BAD_NET_NAME, NULL);
    expect_failure("v0", "2001:db8:9::1", ERROR_BAD_NET_NAME);
    static const char *const rejected[] = {"unreachable", "prohibit", "blackhole", "throw"};
    for (size_t i = 0; i < ARRAY_SIZE(rejected); i++) {
        ip("route replace %s 198.51.100.0/24", rejected[i]);
        expect_arp("198.51.100.1", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    }
    /* Nobody was asked for these. */
    ip_neigh_expect("v0", "192.0.2.1", NULL, NULL);
    ip_neigh_expect("v0", "2001:db8:9::1", NULL, NULL);
    /* The network's broadcast address. */
    expect_arp("10.0.0.255", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    expect_arp("127.0.0.1", "0.0.0.0", ERROR_INVALID_PARAMETER, NULL);
    expect_arp("0.0.0.0", "0.0.0.0", ERROR_INVALID_PARAMETER, NULL);
    expect_failure("v0", "127.0.0.1", ERROR_INVALID_PARAMETER);
    expect_failure("v0", "::1", ERROR_INVALID_PARAMETER);
}

static void test_links_that_cannot(void **state)
{
    struct world *world = *state;

    neighbours_start(world);
    world_add_pair(world, "w0", "w1");
    ip_batch("link set w0 arp off\n"
             "addr add 10.1.0.1/24 dev w0\n"
             "tuntap add name t0 mode tun\n"
             "link set t0 up\n"
             "addr add 10.2.0.1/24 dev t0\n"
             "addr add 10.3.0.1/24 dev lo\n");
    expect_failure("w0", "10.1.0.2", ERROR_BAD_NET_NAME);
    expect_failure("t0", "10.2.0.2", ERROR_BAD_NET_NAME);
    expect_failure("lo", "10.4.0.2", ERROR_BAD_NET_NAME);
    ip_in(world_beside(world), "link set v1 down");
    expect_failure("v0", "10.0.0.2", ERROR_BAD_NET_NAME);
    expect_arp("10.0.0.2", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    ip_in(world_beside(world), "link set v1 up");
    ip("link set v0 down");
    expect_failure("v0", "10.0.0.2", ERROR_BAD_NET_NAME);
    expect_arp("10.0.0.2", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
}

/* 10.0.0.0/24 is on two links; behind the second one somebody else has 10.0.0.2. */
static void test_source(void **state)
{
    struct world *world = *state;
    SOCKADDR_INET source;

    neighbours_start(world);
    world_add_pair(world, "w0", "w1");
    ip("addr add 10.0.0.5/24 dev w0");
    sysctl_write("net/ipv4/neigh/w0/retrans_time_ms", "100");
    ip_in(world_beside(world), "link set w1 address " WRONG);
    ip_in(world_beside(world), "addr add 10.0.0.6/24 dev w1");
    expect_arp("10.0.0.2", "10.0.0.1", NO_ERROR, FAR);
    /* The host beside answers on either link for either of its addresses. */
    expect_arp("10.0.0.6", "10.0.0.5", NO_ERROR, WRONG);
    expect_arp("10.0.0.6", "10.0.0.1", NO_ERROR, FAR);
    expect_arp("10.0.0.2", "10.0.0.99", ERROR_NOT_FOUND, NULL);
    MIB_IPNET_ROW2 row = neighbour_row("v0", "10.0.0.2", NULL);
    memset(&source, 0, sizeof(source));
    source.si_family = AF_INET;
    source.Ipv4.sin_addr.s_addr = ipv4_address("10.0.0.1");
    check(ResolveIpNetEntry2(&row, &source) == NO_ERROR);
    source.Ipv4.sin_addr.s_addr = ipv4_address("10.0.0.5");
    check(ResolveIpNetEntry2(&row, &source) == ERROR_NOT_FOUND);
    source.si_family = AF_INET6;
    check(ResolveIpNetEntry2(&row, &source) == ERROR_INVALID_PARAMETER);
}

static void test_lengths(void **state)
{
    UCHAR bytes[8];
    ULONG length;

    neighbours_start(*state);
    DWORD address = ipv4_address("10.0.0.2");
    for (ULONG room = 0; room < 6; room++) {
        length = room;
        check(SendARP(address, 0, bytes, &length) == ERROR_BUFFER_OVERFLOW && length == 0);
    }
    length = 6;
    check(SendARP(address, 0, bytes, &length) == NO_ERROR && length == 6);
    check(SendARP(address, 0, NULL, &length) == ERROR_INVALID_PARAMETER && length == 6);
    check(SendARP(address, 0, bytes, NULL) == ERROR_INVALID_PARAMETER);
}

/* ---- Without rights ------------------------------------------------------------------------ */

static void resolve_without_rights(struct child *self, void *context)
{
    static const UCHAR untouched[8];
    MIB_IPNET_ROW2 row;

    (void)context;
    child_drop_capabilities();
    expect_answer("10.0.0.2");
    expect_answer("10.0.0.2");
    expect_answer("2001:db8:1::2");
    expect_arp("10.0.0.2", "10.0.0.1", NO_ERROR, FAR);
    expect_arp("10.0.0.1", "0.0.0.0", NO_ERROR, NEAR);
    expect_failure("v0", "10.0.0.77", ERROR_BAD_NET_NAME);
    expect_failure("v0", "2001:db8:1::77", ERROR_BAD_NET_NAME);
    expect_arp("10.0.0.77", "10.0.0.1", ERROR_BAD_NET_NAME, NULL);
    expect_arp("192.0.2.1", "0.0.0.0", ERROR_BAD_NET_NAME, NULL);
    child_say(self, 's'); /* stale, both of them */
    child_expect(self, 's');
    expect_answer("10.0.0.2");
    row = neighbour_row("v0", "10.0.0.77", NULL);
    check(ResolveIpNetEntry2(&row, NULL) == ERROR_BAD_NET_NAME);
    check(memcmp(row.PhysicalAddress, untouched, sizeof(untouched)) == 0);
}

static void test_without_rights(void **state)
{
    neighbours_start(*state);
    ask_quickly("v0");
    sysctl_write("net/ipv4/neigh/v0/delay_first_probe_time", "1");
    struct child child = child_start(resolve_without_rights, NULL);
    child_expect(&child, 's');
    ip("neigh replace 10.0.0.2 dev v0 lladdr " FAR " nud stale");
    ip("neigh replace 10.0.0.77 dev v0 lladdr " WRONG " nud stale");
    child_say(&child, 's');
    child_join(&child);
}

static void resolve_in_sandbox(struct child *self, void *context)
{
    MIB_IPNET_ROW2 row = neighbour_row("v0", "10.0.0.2", NULL);

    (void)self;
    (void)context;
    child_refuse_netlink(EACCES);
    check(ResolveIpNetEntry2(&row, NULL) == ERROR_ACCESS_DENIED);
    expect_arp("10.0.0.2", "0.0.0.0", ERROR_ACCESS_DENIED, NULL);
}

static void test_in_sandbox(void **state)
{
    neighbours_start(*state);
    struct child child = child_start(resolve_in_sandbox, NULL);
    child_join(&child);
}

/* ---- Many at once -------------------------------------------------------------------------- */

#define HOSTS 254

struct question {
    pthread_t thread;
    unsigned host;
    DWORD error;
    ULONG length;
    UCHAR bytes[8];
};

static void *ask_host(void *context)
{
    struct question *question = context;
    const UCHAR bytes[] = {10, 0, 0, (UCHAR)question->host};
    IPAddr address;

    memcpy(&address, bytes, sizeof(address));
    question->length = sizeof(question->bytes);
    question->error = SendARP(address, 0, question->bytes, &question->length);
    return NULL;
}

static void ask_hosts(struct question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(pthread_create(&questions[i].thread, NULL, ask_host, &questions[i]) == 0);
    for (size_t i = 0; i < count; i++)
        check(pthread_join(questions[i].thread, NULL) == 0);
}

static void test_a_network_at_once(void **state)
{
    static struct question questions[HOSTS];
    struct world *world = *state;

    neighbours_start(world);
    for (unsigned i = 3; i <= 100; i++)
        ip_in(world_beside(world), "addr add 10.0.0.%u/24 dev v1", i);
    for (unsigned i = 0; i < HOSTS; i++)
        questions[i].host = i + 1;
    ask_hosts(questions, HOSTS);
    for (unsigned i = 0; i < HOSTS; i++) {
        bool there = questions[i].host <= 100;
        const char *lladdr = questions[i].host == 1 ? NEAR : FAR;

        if (questions[i].error != (there ? NO_ERROR : (DWORD)ERROR_BAD_NET_NAME))
            fail_test("10.0.0.%u: %u", questions[i].host, questions[i].error);
        check(questions[i].length == (there ? 6 : 0));
        check(!there || is_lladdr(questions[i].bytes, lladdr));
    }
}

/* They do not take each other's question away. */
static void *resolve_again_and_again(void *context)
{
    struct question *question = context;

    for (unsigned i = 0; i < 20 && question->error == NO_ERROR; i++) {
        MIB_IPNET_ROW2 row;

        question->error = resolve("v0", "10.0.0.2", &row);
    }
    return NULL;
}

static void test_one_host_at_once(void **state)
{
    static struct question questions[16];

    neighbours_start(*state);
    memset(questions, 0, sizeof(questions));
    for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
        check(pthread_create(&questions[i].thread, NULL, resolve_again_and_again, &questions[i]) ==
              0);
    for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
        check(pthread_join(questions[i].thread, NULL) == 0);
    for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
        assert_int_equal(questions[i].error, NO_ERROR);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_answers),
        world_test(test_nobody),
        world_test(test_bounded),
        world_test(test_own_addresses),
        world_test(test_not_on_link),
        world_test(test_links_that_cannot),
        world_test(test_source),
        world_test(test_lengths),
        world_test(test_in_sandbox),
        world_test(test_without_rights),
        world_test(test_a_network_at_once),
        world_test(test_one_host_at_once),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
