/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours as the kernel has them: entries made by `ip neigh` in each state, those that traffic
 * makes, and what is no neighbour. Each row is in the table once, and can be read by its key.
 */
#include "world.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNKNOWN "00:00:00:00:00:00" /* has a length, and is not known */
#define MAC_MAX (3 * IF_MAX_PHYS_ADDRESS_LENGTH)

struct expected {
    const char *address;
    const char *link;
    const char *physical_address; /* NULL: there is no row; "": of no length */
    NL_NEIGHBOR_STATE state;
    bool router;
};

static void format_address(const MIB_IPNET_ROW2 *row, char text[MAC_MAX + 1])
{
    text[0] = '\0';
    for (size_t i = 0; i < row->PhysicalAddressLength && i < IF_MAX_PHYS_ADDRESS_LENGTH; i++)
        (void)snprintf(text + 3 * i, 4, "%02x%s", row->PhysicalAddress[i],
                       i + 1 < row->PhysicalAddressLength ? ":" : "");
}

/* How often the table has the key; the last such row. */
static size_t find(const struct row_key *key, MIB_IPNET_ROW2 *ret_row)
{
    struct row_table table;
    size_t count = 0;

    assert_int_equal(row_table_read(ROW_NEIGHBOUR, key->family, &table), NO_ERROR);
    for (size_t i = 0; i < table.count; i++) {
        const char *fault = row_fault(ROW_NEIGHBOUR, &table.rows[i]);
        struct row_key other = row_key(ROW_NEIGHBOUR, &table.rows[i]);

        if (fault)
            fail_test("a row's %s", fault);
        if (!row_key_equal(key, &other))
            continue;
        *ret_row = table.rows[i].neighbour;
        count++;
    }
    row_table_free(&table);
    return count;
}

static bool is_as_expected(const MIB_IPNET_ROW2 *row, const struct expected *expected)
{
    char physical_address[MAC_MAX + 1];

    format_address(row, physical_address);
    return row->State == expected->state && row->IsRouter == expected->router &&
           row->IsUnreachable == (expected->state == NlnsUnreachable) &&
           strcmp(physical_address, expected->physical_address) == 0 &&
           (expected->state != NlnsPermanent || row->ReachabilityTime.LastReachable == 0);
}

/* A state that passes by itself is expected with the first look at it. */
static void expect(const struct expected *expected)
{
    struct row_key key = unicast_key(iface_get(expected->link), expected->address);
    char text[ROW_TEXT_SIZE];
    union any_row entry;
    MIB_IPNET_ROW2 row;
    size_t count = find(&key, &row);
    DWORD rc = row_get(ROW_NEIGHBOUR, &key, &entry);

    (void)row_key_format(ROW_NEIGHBOUR, &key, text);
    if (!expected->physical_address) {
        if (count != 0 || rc != ERROR_NOT_FOUND)
            fail_test("%s: there %zu times, GetIpNetEntry2: %u", text, count, rc);
        return;
    }
    if (count != 1 || rc != NO_ERROR)
        fail_test("%s: there %zu times, GetIpNetEntry2: %u", text, count, rc);
    if (!is_as_expected(&row, expected) || !is_as_expected(&entry.neighbour, expected))
        fail_test("%s: state %d, then %d", text, (int)row.State, (int)entry.neighbour.State);
}

static void expect_all(const struct expected *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect(&expected[i]);
}

/* Waits until the row is in that state; its time of reachability is returned. */
static ULONG await_state(const char *link, const char *address, NL_NEIGHBOR_STATE state)
{
    struct row_key key = unicast_key(iface_get(link), address);
    struct timespec deadline = check_deadline();
    union any_row row;

    while (row_get(ROW_NEIGHBOUR, &key, &row) != NO_ERROR || row.neighbour.State != state) {
        struct timespec look_again = check_deadline_in(0.001);

        if (check_deadline_passed(&deadline))
            fail_test("%s: never in state %d", address, (int)state);
        while (!check_deadline_passed(&look_again))
            ;
    }
    return row.neighbour.ReachabilityTime.LastReachable;
}

/* One datagram; what comes of it is the kernel's business. */
static void send_to(const char *address, const char *link)
{
    static const int on = 1;
    struct sockaddr_in6 ipv6 = {
        .sin6_family = AF_INET6, .sin6_port = htons(9), .sin6_scope_id = netns_ifindex(link)};
    struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(9)};
    bool is_ipv6 = strchr(address, ':') != NULL;
    int fd = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    check(fd >= 0);
    check(inet_pton(is_ipv6 ? AF_INET6 : AF_INET, address,
                    is_ipv6 ? (void *)&ipv6.sin6_addr : &ipv4.sin_addr) == 1);
    check(setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) == 0);
    check(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, link, (socklen_t)strlen(link)) == 0);
    (void)sendto(fd, "", 1, 0, is_ipv6 ? (const struct sockaddr *)&ipv6 : (void *)&ipv4,
                 is_ipv6 ? sizeof(ipv6) : sizeof(ipv4));
    (void)close(fd);
}

static void start(struct world *world)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 brd + dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    world_await_addresses();
}

static void test_states(void **state)
{
    static const struct expected rows[] = {
        {"10.0.0.11", "v0", "02:00:00:00:00:11", NlnsPermanent, false},
        {"10.0.0.12", "v0", "02:00:00:00:00:12", NlnsPermanent, false},
        {"10.0.0.13", "v0", "02:00:00:00:00:13", NlnsStale, false},
        {"10.0.0.14", "v0", "02:00:00:00:00:14", NlnsReachable, false},
        {"10.0.0.15", "v0", UNKNOWN, NlnsIncomplete, false},
        {"10.0.0.16", "v0", UNKNOWN, NlnsUnreachable, false},
        {"10.0.0.17", "v0", NULL, NlnsUnreachable, false},
        {"2001:db8:1::11", "v0", "02:00:00:00:00:11", NlnsPermanent, false},
        {"2001:db8:1::13", "v0", "02:00:00:00:00:13", NlnsStale, true},
        {"fe80::16", "v0", UNKNOWN, NlnsUnreachable, false},
    };

    start(*state);
    sysctl_write("net/ipv4/neigh/v0/base_reachable_time_ms", "3600000");
    sysctl_write("net/ipv4/neigh/v0/retrans_time_ms", "3600000");
    ip_batch("neigh add 10.0.0.11 lladdr 02:00:00:00:00:11 dev v0 nud permanent\n"
             "neigh add 10.0.0.12 lladdr 02:00:00:00:00:12 dev v0 nud noarp\n"
             "neigh add 10.0.0.13 lladdr 02:00:00:00:00:13 dev v0 nud stale\n"
             "neigh add 10.0.0.14 lladdr 02:00:00:00:00:14 dev v0 nud reachable\n"
             "neigh add 10.0.0.15 dev v0 nud incomplete\n"
             "neigh add 10.0.0.16 dev v0 nud failed\n"
             "neigh add 10.0.0.17 dev v0 nud none\n"
             "neigh add 2001:db8:1::11 lladdr 02:00:00:00:00:11 dev v0 nud permanent\n"
             "neigh add 2001:db8:1::13 lladdr 02:00:00:00:00:13 dev v0 nud stale router\n"
             "neigh add fe80::16 dev v0 nud failed\n");
    expect_all(rows, ARRAY_SIZE(rows));
    ip("neigh del 10.0.0.11 dev v0");
    expect(&(struct expected){"10.0.0.11", "v0", NULL, NlnsPermanent, false});
}

/* Nobody is at .77; the peer is at .2. */
static void test_traffic(void **state)
{
    struct world *world = *state;

    start(world);
    ip_in(world_beside(world), "addr add 10.0.0.2/24 dev v1");
    sysctl_write("net/ipv4/neigh/v0/retrans_time_ms", "100");
    send_to("10.0.0.77", "v0");
    (void)await_state("v0", "10.0.0.77", NlnsUnreachable);
    expect(&(struct expected){"10.0.0.77", "v0", UNKNOWN, NlnsUnreachable, false});

    send_to("10.0.0.2", "v0");
    ULONG since = await_state("v0", "10.0.0.2", NlnsReachable);
    check(since / 1000 < (ULONG)CHECK_DEADLINE_SECONDS);
    /* What is stale is used again, and only then asked after. */
    ip("neigh change 10.0.0.2 dev v0 nud stale");
    (void)await_state("v0", "10.0.0.2", NlnsStale);
    sysctl_write("net/ipv4/neigh/v0/delay_first_probe_time", "3600");
    send_to("10.0.0.2", "v0");
    (void)await_state("v0", "10.0.0.2", NlnsDelay);
    /* Where nobody answers it is probed for a while. */
    ip_in(world_beside(world), "link set v1 arp off");
    sysctl_write("net/ipv4/neigh/v0/retrans_time_ms", "3600000");
    ip("neigh change 10.0.0.2 dev v0 nud probe");
    (void)await_state("v0", "10.0.0.2", NlnsProbe);
}

/* Groups and everybody, whose addresses the kernel makes by itself. */
static void test_groups(void **state)
{
    static const struct expected rows[] = {
        {"224.0.0.22", "v0", "01:00:5e:00:00:16", NlnsPermanent, false},
        {"239.255.255.250", "v0", "01:00:5e:7f:ff:fa", NlnsPermanent, false},
        {"224.0.0.22", "lo", "", NlnsPermanent, false},
        {"239.255.255.250", "lo", "", NlnsPermanent, false},
        {"239.1.2.3", "v0", "01:00:5e:01:02:03", NlnsPermanent, false},
        {"10.0.0.255", "v0", "ff:ff:ff:ff:ff:ff", NlnsPermanent, false},
        {"255.255.255.255", "v0", "ff:ff:ff:ff:ff:ff", NlnsPermanent, false},
        {"ff02::1234", "v0", "33:33:00:00:12:34", NlnsPermanent, false},
    };

    start(*state);
    ip("route add 224.0.0.0/4 dev v0");
    expect_all(rows, 4);
    expect(&(struct expected){"239.1.2.3", "v0", NULL, NlnsPermanent, false});
    /* The second time the kernel's own entry is shown. */
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
        if (strcmp(rows[i].link, "lo") != 0)
            send_to(rows[i].address, "v0");
    expect_all(rows, ARRAY_SIZE(rows));
    /* Not on what has no IPv4. */
    ip("link set lo mtu 67");
    expect(&(struct expected){"224.0.0.22", "lo", NULL, NlnsPermanent, false});
}

static void test_proxies(void **state)
{
    static const struct expected rows[] = {
        {"10.0.0.21", "v0", UNKNOWN, NlnsPermanent, false},
        {"2001:db8:1::21", "v0", UNKNOWN, NlnsPermanent, false},
        /* Also a neighbour: that is shown. */
        {"10.0.0.22", "v0", "02:00:00:00:00:22", NlnsStale, false},
        {"10.0.0.21", "lo", NULL, NlnsPermanent, false},
    };

    start(*state);
    ip_batch("neigh add proxy 10.0.0.21 dev v0\n"
             "neigh add proxy 2001:db8:1::21 dev v0\n"
             "neigh add proxy 10.0.0.22 dev v0\n"
             "neigh add 10.0.0.22 lladdr 02:00:00:00:00:22 dev v0 nud stale\n");
    expect_all(rows, ARRAY_SIZE(rows));
    ip("neigh del 10.0.0.22 dev v0");
    expect(&(struct expected){"10.0.0.22", "v0", UNKNOWN, NlnsPermanent, false});
    ip("neigh del proxy 10.0.0.22 dev v0");
    expect(&(struct expected){"10.0.0.22", "v0", NULL, NlnsPermanent, false});
}

/* The kernel has one entry for all IPv4 addresses of the loopback link or a tunnel. */
static void test_links_without_addresses(void **state)
{
    static const struct expected rows[] = {
        {"127.0.0.1", "lo", NULL, NlnsPermanent, false},
        {"::1", "lo", NULL, NlnsPermanent, false},
        {"10.9.0.7", "t0", NULL, NlnsPermanent, false},
        {"224.0.0.22", "t0", "", NlnsPermanent, false},
        {"ff02::1234", "t0", "", NlnsPermanent, false},
        {"2001:db8:9::7", "t0", "", NlnsPermanent, false},
    };
    struct row_table table;

    start(*state);
    ip("tuntap add name t0 mode tun");
    ip("link set t0 up");
    ip("addr add 10.9.0.1/24 dev t0");
    ip("addr add 2001:db8:9::1/64 dev t0 nodad");
    send_to("127.0.0.1", "lo");
    send_to("::1", "lo");
    send_to("10.9.0.7", "t0");
    send_to("ff02::1234", "t0");
    send_to("2001:db8:9::7", "t0");
    expect_all(rows, ARRAY_SIZE(rows));
    assert_int_equal(row_table_read(ROW_NEIGHBOUR, AF_UNSPEC, &table), NO_ERROR);
    for (size_t i = 0; i < table.count; i++) {
        static const uint8_t unspecified[16];
        struct row_key key = row_key(ROW_NEIGHBOUR, &table.rows[i]);

        check(memcmp(key.address, unspecified, sizeof(unspecified)) != 0);
    }
    row_table_free(&table);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_states),
        world_test(test_traffic),
        world_test(test_groups),
        world_test(test_proxies),
        world_test(test_links_without_addresses),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
