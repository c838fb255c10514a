/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Neighbours that functions create, set, delete and flush, as `ip` then shows them; those that `ip`
 * has made; and what is refused, which changes nothing.
 */
#include "child.h"
#include "neighbours.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define MAC_A "02:00:00:00:00:0a"
#define MAC_B "02:00:00:00:00:0b"
#define ZERO "00:00:00:00:00:00"

static void expect_row(const char *link, const char *address, const char *lladdr,
                       NL_NEIGHBOR_STATE state)
{
    MIB_IPNET_ROW2 row = neighbour_row(link, address, NULL);

    check(GetIpNetEntry2(&row) == NO_ERROR);
    check(row.State == state);
    check(row.PhysicalAddressLength == 6 && is_lladdr(row.PhysicalAddress, lladdr));
}

static void test_round_trip(void **state)
{
    static const char *const addresses[] = {"10.0.0.50", "239.1.2.3", "2001:db8:1::50", "fe80::50",
                                            "ff02::1:2345"};

    neighbours_start(*state);
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        const char *address = addresses[i];
        MIB_IPNET_ROW2 a = neighbour_row("v0", address, MAC_A);
        MIB_IPNET_ROW2 b = neighbour_row("v0", address, MAC_B);

        check(SetIpNetEntry2(&a) == ERROR_NOT_FOUND);
        check(DeleteIpNetEntry2(&a) == ERROR_NOT_FOUND);
        ip_neigh_expect("v0", address, NULL, NULL);
        check(CreateIpNetEntry2(&a) == NO_ERROR);
        ip_neigh_expect("v0", address, MAC_A, "PERMANENT");
        expect_row("v0", address, MAC_A, NlnsPermanent);
        check(CreateIpNetEntry2(&b) == ERROR_OBJECT_ALREADY_EXISTS);
        ip_neigh_expect("v0", address, MAC_A, "PERMANENT");
        check(SetIpNetEntry2(&b) == NO_ERROR);
        ip_neigh_expect("v0", address, MAC_B, "PERMANENT");
        expect_row("v0", address, MAC_B, NlnsPermanent);
        check(DeleteIpNetEntry2(&a) == NO_ERROR);
        ip_neigh_expect("v0", address, NULL, NULL);
        check(GetIpNetEntry2(&a) == ERROR_NOT_FOUND);
    }
    /* The LUID counts, and the index does not. */
    MIB_IPNET_ROW2 row = neighbour_row("v0", "10.0.0.50", MAC_A);
    row.InterfaceLuid = iface_get("v0").luid;
    row.InterfaceIndex = netns_ifindex("lo");
    check(CreateIpNetEntry2(&row) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", MAC_A, "PERMANENT");
}

/* Entries that are there in whatever state, and one that no row shows. */
static void test_made_by_ip(void **state)
{
    static const struct {
        const char *address, *state;
        DWORD created;
    } cases[] = {
        {"10.0.0.60", "lladdr " MAC_B " nud permanent", ERROR_OBJECT_ALREADY_EXISTS},
        {"10.0.0.61", "lladdr " MAC_B " nud stale", ERROR_OBJECT_ALREADY_EXISTS},
        {"10.0.0.62", "lladdr " MAC_B " nud noarp", ERROR_OBJECT_ALREADY_EXISTS},
        {"10.0.0.63", "nud failed", ERROR_OBJECT_ALREADY_EXISTS},
        {"10.0.0.64", "nud none", NO_ERROR},
        {"2001:db8:1::61", "lladdr " MAC_B " nud stale", ERROR_OBJECT_ALREADY_EXISTS},
    };

    neighbours_start(*state);
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        MIB_IPNET_ROW2 row = neighbour_row("v0", cases[i].address, MAC_A);

        ip("neigh add %s dev v0 %s", cases[i].address, cases[i].state);
        DWORD rc = CreateIpNetEntry2(&row);
        if (rc != cases[i].created)
            fail_test("%s %s: %u", cases[i].address, cases[i].state, rc);
        if (rc != NO_ERROR)
            check(SetIpNetEntry2(&row) == NO_ERROR);
        ip_neigh_expect("v0", cases[i].address, MAC_A, "PERMANENT");
        check(DeleteIpNetEntry2(&row) == NO_ERROR);
        ip_neigh_expect("v0", cases[i].address, NULL, NULL);
    }
    /* A router stays one. */
    MIB_IPNET_ROW2 router = neighbour_row("v0", "fe80::99", MAC_A);
    ip("neigh add fe80::99 dev v0 lladdr " MAC_B " nud stale router");
    check(SetIpNetEntry2(&router) == NO_ERROR);
    check(GetIpNetEntry2(&router) == NO_ERROR && router.IsRouter &&
          is_lladdr(router.PhysicalAddress, MAC_A));
}

/* Rows without an entry of the kernel's among its neighbours. */
static void test_groups_and_proxies(void **state)
{
    neighbours_start(*state);
    MIB_IPNET_ROW2 group = neighbour_row("v0", "224.0.0.22", MAC_A);
    check(CreateIpNetEntry2(&group) == ERROR_OBJECT_ALREADY_EXISTS);
    check(DeleteIpNetEntry2(&group) == ERROR_NOT_SUPPORTED);
    check(SetIpNetEntry2(&group) == NO_ERROR);
    expect_row("v0", "224.0.0.22", MAC_A, NlnsPermanent);
    check(DeleteIpNetEntry2(&group) == NO_ERROR);
    expect_row("v0", "224.0.0.22", "01:00:5e:00:00:16", NlnsPermanent);

    MIB_IPNET_ROW2 proxy = neighbour_row("v0", "10.0.0.21", MAC_A);
    ip("neigh add proxy 10.0.0.21 dev v0");
    check(CreateIpNetEntry2(&proxy) == ERROR_OBJECT_ALREADY_EXISTS);
    check(SetIpNetEntry2(&proxy) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.21", MAC_A, "PERMANENT");
    check(DeleteIpNetEntry2(&proxy) == NO_ERROR);
    expect_row("v0", "10.0.0.21", ZERO, NlnsPermanent);
    check(DeleteIpNetEntry2(&proxy) == NO_ERROR);
    check(GetIpNetEntry2(&proxy) == ERROR_NOT_FOUND);
}

static void test_flush(void **state)
{
    static const char entries[] = "neigh replace 10.0.0.50 dev v0 lladdr " MAC_A " nud permanent\n"
                                  "neigh replace 10.0.0.51 dev v0 lladdr " MAC_A " nud stale\n"
                                  "neigh replace 10.0.0.52 dev v0 nud failed\n"
                                  "neigh replace 2001:db8:1::50 dev v0 lladdr " MAC_A " nud stale\n"
                                  "neigh replace 10.0.0.50 dev w0 lladdr " MAC_B " nud stale\n"
                                  "neigh replace proxy 10.0.0.21 dev v0\n";

    struct world *world = *state;

    neighbours_start(world);
    world_add_pair(world, "w0", "w1");
    ip_batch(entries);
    check(FlushIpNetTable2(AF_INET, netns_ifindex("v0")) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", NULL, NULL);
    ip_neigh_expect("v0", "10.0.0.51", NULL, NULL);
    ip_neigh_expect("v0", "10.0.0.52", NULL, NULL);
    ip_neigh_expect("v0", "2001:db8:1::50", MAC_A, "STALE");
    ip_neigh_expect("w0", "10.0.0.50", MAC_B, "STALE");
    expect_row("v0", "10.0.0.21", ZERO, NlnsPermanent);
    check(FlushIpNetTable2(AF_INET6, 0) == NO_ERROR);
    ip_neigh_expect("v0", "2001:db8:1::50", NULL, NULL);
    ip_neigh_expect("w0", "10.0.0.50", MAC_B, "STALE");
    ip_batch(entries);
    check(FlushIpNetTable2(AF_UNSPEC, 0) == NO_ERROR);
    ip_neigh_expect("v0", "2001:db8:1::50", NULL, NULL);
    ip_neigh_expect("w0", "10.0.0.50", NULL, NULL);
    ip_batch(entries);
    check(FlushIpNetTable(netns_ifindex("w0")) == NO_ERROR);
    ip_neigh_expect("w0", "10.0.0.50", NULL, NULL);
    ip_neigh_expect("v0", "10.0.0.50", MAC_A, "PERMANENT");
    check(FlushIpNetTable2(AF_UNSPEC, 12345) == ERROR_NOT_FOUND);
    check(FlushIpNetTable(12345) == ERROR_INVALID_PARAMETER);
    check(FlushIpNetTable(0) == ERROR_INVALID_PARAMETER);
}

static void test_old_functions(void **state)
{
    neighbours_start(*state);
    MIB_IPNETROW row = old_neighbour_row("v0", "10.0.0.50", MAC_A, MIB_IPNET_TYPE_STATIC);
    check(SetIpNetEntry(&row) == ERROR_NOT_FOUND);
    check(CreateIpNetEntry(&row) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", MAC_A, "PERMANENT");
    check(CreateIpNetEntry(&row) == ERROR_OBJECT_ALREADY_EXISTS);
    row = old_neighbour_row("v0", "10.0.0.50", MAC_B, MIB_IPNET_TYPE_DYNAMIC);
    check(SetIpNetEntry(&row) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", MAC_B, "STALE");
    check(DeleteIpNetEntry(&row) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", NULL, NULL);
    check(DeleteIpNetEntry(&row) == ERROR_NOT_FOUND);
    check(CreateIpNetEntry(&row) == NO_ERROR);
    ip_neigh_expect("v0", "10.0.0.50", MAC_B, "STALE");
}

/* The rows of one table are those of the other. */
static void expect_same_rows(const MIB_IPNETTABLE *old)
{
    PMIB_IPNET_TABLE2 table = NULL;

    check(GetIpNetTable2(AF_INET, &table) == NO_ERROR);
    check(old->dwNumEntries == table->NumEntries);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IPNET_ROW2 *row = &table->Table[i];
        ULONG found = 0;

        for (ULONG j = 0; j < old->dwNumEntries; j++) {
            const MIB_IPNETROW *other = &old->table[j];
            bool is_static = row->State == NlnsPermanent;
            bool is_invalid = row->State == NlnsUnreachable || row->State == NlnsIncomplete;

            if (other->dwIndex != row->InterfaceIndex ||
                other->dwAddr != row->Address.Ipv4.sin_addr.s_addr)
                continue;
            found++;
            check(other->dwPhysAddrLen == row->PhysicalAddressLength &&
                  memcmp(other->bPhysAddr, row->PhysicalAddress, other->dwPhysAddrLen) == 0);
            check(other->dwType == (DWORD)(is_static    ? MIB_IPNET_TYPE_STATIC
                                           : is_invalid ? MIB_IPNET_TYPE_INVALID
                                                        : MIB_IPNET_TYPE_DYNAMIC));
        }
        check(found == 1);
    }
    FreeMibTable(table);
}

static void test_old_table(void **state)
{
    ULONG size = 0;

    neighbours_start(*state);
    ip_batch("neigh add 10.0.0.200 dev v0 lladdr " MAC_A " nud permanent\n"
             "neigh add 10.0.0.51 dev v0 lladdr " MAC_A " nud stale\n"
             "neigh add 10.0.0.52 dev v0 nud failed\n"
             "neigh add 10.0.0.9 dev v0 lladdr " MAC_A " nud stale\n"
             "neigh add proxy 10.0.0.21 dev v0\n");
    check(GetIpNetTable(NULL, NULL, TRUE) == ERROR_INVALID_PARAMETER);
    check(GetIpNetTable(NULL, &size, TRUE) == ERROR_INSUFFICIENT_BUFFER);
    MIB_IPNETTABLE *table = calloc(1, size);
    check(table != NULL);
    ULONG less = size - 1;
    check(GetIpNetTable(table, &less, TRUE) == ERROR_INSUFFICIENT_BUFFER);
    check(less == size && table->dwNumEntries == 0);
    check(GetIpNetTable(table, &size, TRUE) == NO_ERROR);
    check(size == offsetof(MIB_IPNETTABLE, table) + table->dwNumEntries * sizeof(MIB_IPNETROW));
    for (DWORD i = 1; i < table->dwNumEntries; i++)
        check(memcmp(&table->table[i - 1].dwAddr, &table->table[i].dwAddr, 4) <= 0);
    expect_same_rows(table);
    check(GetIpNetTable(table, &size, FALSE) == NO_ERROR);
    expect_same_rows(table);
    free(table);
    /* Nothing has IPv4 any more. */
    ip("link set lo mtu 67");
    ip("link del v0");
    size = 0;
    check(GetIpNetTable(NULL, &size, FALSE) == ERROR_NO_DATA && size == 0);
    PMIB_IPNETTABLE allocated = NULL;
    check(AllocateAndGetIpNetTableFromStack(&allocated, FALSE, NULL, 0) == ERROR_NO_DATA);
}

/* The host answers for 10.0.0.77, which it reaches elsewhere; who asks is beside. */
static void test_proxy(void **state)
{
    struct world *world = *state;
    int home = netns_current();
    ULONG length = 6;
    UCHAR lladdr[8];

    neighbours_start(world);
    world_add_pair(world, "w0", "w1");
    ip("link set w0 arp off");
    ip("route add 10.0.0.77/32 dev w0");
    sysctl_write("net/ipv4/conf/v0/forwarding", "1");
    sysctl_write("net/ipv4/neigh/v0/proxy_delay", "0");
    NET_IFINDEX v0 = netns_ifindex("v0");
    DWORD address = ipv4_address("10.0.0.77");
    check(CreateProxyArpEntry(address, ipv4_address("255.255.255.0"), v0) == NO_ERROR);
    expect_row("v0", "10.0.0.77", ZERO, NlnsPermanent);
    check(CreateProxyArpEntry(address, 0xffffffff, v0) == ERROR_OBJECT_ALREADY_EXISTS);
    netns_enter(world_beside(world));
    DWORD rc = SendARP(address, 0, lladdr, &length);
    netns_enter(home);
    check(rc == NO_ERROR && length == 6 && is_lladdr(lladdr, NEAR));
    check(DeleteProxyArpEntry(address, 0xffffffff, v0) == NO_ERROR);
    check(DeleteProxyArpEntry(address, 0xffffffff, v0) == ERROR_NOT_FOUND);
    /* Not a network, no holes, and not where there is no ARP. */
    check(CreateProxyArpEntry(ipv4_address("10.0.0.0"), ipv4_address("255.255.255.0"), v0) ==
          ERROR_NOT_SUPPORTED);
    check(CreateProxyArpEntry(address, ipv4_address("255.0.255.0"), v0) == ERROR_INVALID_PARAMETER);
    check(CreateProxyArpEntry(0, 0xffffffff, v0) == ERROR_INVALID_PARAMETER);
    check(CreateProxyArpEntry(address, 0xffffffff, 12345) == ERROR_INVALID_PARAMETER);
    check(CreateProxyArpEntry(address, 0xffffffff, netns_ifindex("lo")) == ERROR_INVALID_PARAMETER);
    check(CreateProxyArpEntry(address, 0xffffffff, netns_ifindex("w0")) == ERROR_INVALID_PARAMETER);
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static void change_all(DWORD expected, const char *address)
{
    MIB_IPNET_ROW2 row = neighbour_row("v0", address, MAC_B);
    MIB_IPNETROW old = old_neighbour_row("v0", address, MAC_B, MIB_IPNET_TYPE_STATIC);
    DWORD number = ipv4_address(address);
    NET_IFINDEX v0 = netns_ifindex("v0");

    check(CreateIpNetEntry2(&row) == expected);
    check(SetIpNetEntry2(&row) == expected);
    check(DeleteIpNetEntry2(&row) == expected);
    check(CreateIpNetEntry(&old) == expected);
    check(SetIpNetEntry(&old) == expected);
    check(DeleteIpNetEntry(&old) == expected);
    check(FlushIpNetTable2(AF_UNSPEC, 0) == expected);
    check(FlushIpNetTable2(AF_INET, v0) == expected);
    check(FlushIpNetTable(v0) == expected);
    if ((ntohl(number) >> 28) == 14)
        return;
    check(CreateProxyArpEntry(number, 0xffffffff, v0) == expected);
    check(DeleteProxyArpEntry(number, 0xffffffff, v0) == expected);
}

static void change_without_rights(struct child *self, void *context)
{
    (void)self;
    (void)context;
    child_drop_capabilities();
    change_all(ERROR_ACCESS_DENIED, "10.0.0.50");  /* a neighbour */
    change_all(ERROR_ACCESS_DENIED, "10.0.0.21");  /* a proxy */
    change_all(ERROR_ACCESS_DENIED, "224.0.0.22"); /* a group */
    change_all(ERROR_ACCESS_DENIED, "10.0.0.99");  /* nothing */
}

static void test_without_rights(void **state)
{
    static char before[IP_SAYS_SIZE];
    static char after[IP_SAYS_SIZE];

    neighbours_start(*state);
    ip("neigh add 10.0.0.50 dev v0 lladdr " MAC_A " nud permanent");
    ip("neigh add proxy 10.0.0.21 dev v0");
    /* Others, as groups, come by themselves. */
    ip_neigh(before, "v0", "10.0.0.0/24");
    struct child child = child_start(change_without_rights, NULL);
    child_join(&child);
    ip_neigh(after, "v0", "10.0.0.0/24");
    assert_string_equal(before, after);
    expect_row("v0", "10.0.0.21", ZERO, NlnsPermanent);
}

static void test_wrong_arguments(void **state)
{
    static const char *const addresses[] = {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1"};

    neighbours_start(*state);
    for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
        MIB_IPNET_ROW2 row = neighbour_row("v0", addresses[i], MAC_A);

        check(CreateIpNetEntry2(&row) == ERROR_INVALID_PARAMETER);
        check(SetIpNetEntry2(&row) == ERROR_INVALID_PARAMETER);
    }
    /* Lengths that are not that of the link's addresses; links that have none. */
    for (ULONG length = 0; length < 40; length++) {
        MIB_IPNET_ROW2 row = neighbour_row("v0", "10.0.0.50", MAC_A);

        row.PhysicalAddressLength = length;
        if (length != 6)
            check(CreateIpNetEntry2(&row) == ERROR_INVALID_PARAMETER);
    }
    MIB_IPNET_ROW2 loopback = neighbour_row("lo", "10.0.0.50", MAC_A);
    check(CreateIpNetEntry2(&loopback) == ERROR_INVALID_PARAMETER);
    MIB_IPNETROW old = old_neighbour_row("v0", "10.0.0.50", MAC_A, MIB_IPNET_TYPE_INVALID);
    check(CreateIpNetEntry(&old) == ERROR_INVALID_PARAMETER);
    old.dwType = MIB_IPNET_TYPE_STATIC;
    old.dwPhysAddrLen = 9;
    check(CreateIpNetEntry(&old) == ERROR_INVALID_PARAMETER);
    ip_neigh_expect("v0", "10.0.0.50", NULL, NULL);
    /* A link that lacks the family. */
    sysctl_write("net/ipv6/conf/v0/disable_ipv6", "1");
    MIB_IPNET_ROW2 ipv6 = neighbour_row("v0", "fe80::50", MAC_A);
    ip("link set v0 mtu 1279");
    check(CreateIpNetEntry2(&ipv6) == ERROR_NOT_FOUND);
}

static void test_interface_gone(void **state)
{
    neighbours_start(*state);
    MIB_IPNET_ROW2 row = neighbour_row("v0", "10.0.0.50", MAC_A);
    MIB_IPNETROW old = old_neighbour_row("v0", "10.0.0.50", MAC_A, MIB_IPNET_TYPE_STATIC);
    DWORD address = ipv4_address("10.0.0.50");
    ip("link del v0");
    check(CreateIpNetEntry2(&row) == ERROR_NOT_FOUND);
    check(SetIpNetEntry2(&row) == ERROR_NOT_FOUND);
    check(DeleteIpNetEntry2(&row) == ERROR_NOT_FOUND);
    check(ResolveIpNetEntry2(&row, NULL) == ERROR_NOT_FOUND);
    check(FlushIpNetTable2(AF_INET, row.InterfaceIndex) == ERROR_NOT_FOUND);
    check(CreateIpNetEntry(&old) == ERROR_INVALID_PARAMETER);
    check(SetIpNetEntry(&old) == ERROR_INVALID_PARAMETER);
    check(DeleteIpNetEntry(&old) == ERROR_INVALID_PARAMETER);
    check(CreateProxyArpEntry(address, 0xffffffff, old.dwIndex) == ERROR_INVALID_PARAMETER);
    check(DeleteProxyArpEntry(address, 0xffffffff, old.dwIndex) == ERROR_INVALID_PARAMETER);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_round_trip),
        world_test(test_made_by_ip),
        world_test(test_groups_and_proxies),
        world_test(test_flush),
        world_test(test_old_functions),
        world_test(test_old_table),
        world_test(test_proxy),
        world_test(test_without_rights),
        world_test(test_wrong_arguments),
        world_test(test_interface_gone),
    };

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
