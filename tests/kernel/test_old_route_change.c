/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IPv4 routes that the older functions create, set and delete, as `ip` then shows them and as
 * registrations are told of them; those that `ip` has made; and what is refused, which changes
 * nothing. That exactly the named one of similar routes is hit is for test_route_change.c: the
 * change is the same.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNUSED MIB_IPROUTE_METRIC_UNUSED

typedef DWORD NETIOAPI_API_ change_function(MIB_IPFORWARDROW *row);

static struct iface v0;

static void start(struct world *world, const char *routes)
{
    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("link add v2 type veth peer name v3");
    ip("addr add 10.0.0.1/24 dev v0");
    ip_batch(routes);
    v0 = iface_get("v0");
    world_watch(world);
}

/* "10.1.0.0/16" and "10.0.0.2"; NULL: on-link. Fields that do not count have something in them. */
static MIB_IPFORWARDROW row_of(const char *prefix, const char *next_hop, DWORD metric)
{
    size_t length = strcspn(prefix, "/");
    char address[INET_ADDRSTRLEN];
    MIB_IPFORWARDROW row;

    memset(&row, 0x5a, sizeof(row));
    (void)snprintf(address, sizeof(address), "%.*s", (int)length, prefix);
    check(inet_pton(AF_INET, address, &row.dwForwardDest) == 1);
    check(inet_pton(AF_INET, next_hop ? next_hop : "0.0.0.0", &row.dwForwardNextHop) == 1);
    check(ConvertLengthToIpv4Mask((ULONG)atoi(prefix + length + 1), &row.dwForwardMask) ==
          NO_ERROR);
    row.dwForwardIfIndex = netns_ifindex("v0");
    row.dwForwardProto = MIB_IPPROTO_NETMGMT;
    row.dwForwardMetric1 = metric;
    return row;
}

/* What `ip` says of the prefix, and of nothing else: one line for each route. */
static void expect_ip(const char *prefix, const char *expected)
{
    char command[128];
    char text[4096];

    (void)snprintf(command, sizeof(command), "ip -4 -o route show exact %s", prefix);
    FILE *output = popen(command, "r");
    check(output != NULL);
    size_t length = fread(text, 1, sizeof(text) - 1, output);
    text[length] = '\0';
    check(pclose(output) == 0);
    if (strcmp(text, expected) != 0)
        fail_test("%s: '%s', not '%s'", prefix, text, expected);
}

/* The row of the older table with that prefix and next hop. */
static bool find_row(const char *prefix, const char *next_hop, MIB_IPFORWARDROW *ret)
{
    const MIB_IPFORWARDROW key = row_of(prefix, next_hop, 0);
    ULONG size = 0;
    bool found = false;

    check(GetIpForwardTable(NULL, &size, FALSE) == ERROR_INSUFFICIENT_BUFFER);
    MIB_IPFORWARDTABLE *table = malloc(size);
    check(table && GetIpForwardTable(table, &size, FALSE) == NO_ERROR);
    for (DWORD i = 0; i < table->dwNumEntries; i++) {
        const MIB_IPFORWARDROW *row = &table->table[i];

        if (row->dwForwardDest == key.dwForwardDest && row->dwForwardMask == key.dwForwardMask &&
            row->dwForwardNextHop == key.dwForwardNextHop &&
            row->dwForwardIfIndex == key.dwForwardIfIndex) {
            *ret = *row;
            found = true;
        }
    }
    free(table);
    return found;
}

struct step {
    change_function *change;
    const char *prefix;
    const char *next_hop;
    DWORD metric;
    DWORD error;
    const char *told; /* of the registrations */
    const char *ip;   /* what `ip` says afterwards */
};

static void run(struct world *world, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        MIB_IPFORWARDROW row = row_of(step->prefix, step->next_hop, step->metric);

        world_begin(world);
        DWORD error = step->change(&row);
        if (error != step->error)
            fail_test("step %zu, %s: error %u, not %u", i, step->prefix, error, step->error);
        world_settle(world);
        world_expect(world, ROW_ROUTE, route_key(v0, step->prefix, step->next_hop), step->told);
        expect_ip(step->prefix, step->ip);
    }
}

static void test_round_trip(void **state)
{
    static const struct step steps[] = {
        {SetIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 7, ERROR_NOT_FOUND, "", ""},
        {DeleteIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 7, ERROR_NOT_FOUND, "", ""},
        {CreateIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 7, NO_ERROR, "A",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 7 \n"},
        {CreateIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 8, ERROR_OBJECT_ALREADY_EXISTS, "",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 7 \n"},
        {SetIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 5, NO_ERROR, "P",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 5 \n"},
        {SetIpForwardEntry, "10.1.0.0/16", "10.0.0.2", UNUSED, NO_ERROR, "",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 5 \n"},
        {SetIpForwardEntry, "10.1.0.0/16", NULL, 3, ERROR_NOT_FOUND, "",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 5 \n"},
        {CreateIpForwardEntry, "10.1.0.0/16", "10.0.0.3", 5, NO_ERROR, "A",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto static metric 5 \n"
         "10.1.0.0/16 via 10.0.0.3 dev v0 proto static metric 5 \n"},
        {DeleteIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 99, NO_ERROR, "D",
         "10.1.0.0/16 via 10.0.0.3 dev v0 proto static metric 5 \n"},
        {DeleteIpForwardEntry, "10.1.0.0/16", "10.0.0.3", 99, NO_ERROR, "D", ""},
        /* The default route, a host, on-link, and a next hop that no route covers. */
        {CreateIpForwardEntry, "0.0.0.0/0", "10.0.0.2", 0, NO_ERROR, "A",
         "default via 10.0.0.2 dev v0 proto static \n"},
        {CreateIpForwardEntry, "10.4.0.1/32", "10.0.0.2", UNUSED, NO_ERROR, "A",
         "10.4.0.1 via 10.0.0.2 dev v0 proto static \n"},
        {CreateIpForwardEntry, "10.2.0.0/16", NULL, 1, NO_ERROR, "A",
         "10.2.0.0/16 dev v0 proto static scope link metric 1 \n"},
        {CreateIpForwardEntry, "10.6.0.0/16", "172.16.0.1", 2, NO_ERROR, "A",
         "10.6.0.0/16 via 172.16.0.1 dev v0 proto static metric 2 onlink \n"},
    };

    struct world *world = *state;
    MIB_IPFORWARDROW row;

    start(world, "");
    run(world, steps, ARRAY_SIZE(steps));
    /* A row of the table is one that the functions take. */
    check(find_row("10.2.0.0/16", NULL, &row) && row.dwForwardType == MIB_IPROUTE_TYPE_DIRECT);
    check(row.dwForwardMetric1 == 1 && row.dwForwardProto == MIB_IPPROTO_NETMGMT);
    check(DeleteIpForwardEntry(&row) == NO_ERROR);
    check(find_row("0.0.0.0/0", "10.0.0.2", &row));
    check(row.dwForwardType == MIB_IPROUTE_TYPE_INDIRECT);
    check(DeleteIpForwardEntry(&row) == NO_ERROR);
    check(DeleteIpForwardEntry(&row) == ERROR_NOT_FOUND);
    check(CreateIpForwardEntry(&row) == NO_ERROR);
    check(find_row("0.0.0.0/0", "10.0.0.2", &row));
}

static void test_made_by_ip(void **state)
{
    static const struct step steps[] = {
        {SetIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 7, NO_ERROR, "P",
         "10.1.0.0/16 via 10.0.0.2 dev v0 proto dhcp metric 7 \n"},
        {DeleteIpForwardEntry, "10.1.0.0/16", "10.0.0.2", 0, NO_ERROR, "D", ""},
        {CreateIpForwardEntry, "10.2.0.0/16", "10.0.0.2", 0, ERROR_OBJECT_ALREADY_EXISTS, "",
         "10.2.0.0/16 via 10.0.0.2 dev v0 proto bgp metric 3 \n"},
        {SetIpForwardEntry, "10.2.0.0/16", "10.0.0.2", 4, NO_ERROR, "P",
         "10.2.0.0/16 via 10.0.0.2 dev v0 proto bgp metric 4 \n"},
        {DeleteIpForwardEntry, "10.2.0.0/16", "10.0.0.2", 0, NO_ERROR, "D", ""},
        {DeleteIpForwardEntry, "224.0.0.0/4", NULL, 0, NO_ERROR, "D", ""},
        /* With metric 9, too, there is one already. */
        {SetIpForwardEntry, "10.5.0.0/16", "10.0.0.2", 9, ERROR_OBJECT_ALREADY_EXISTS, "",
         "10.5.0.0/16 via 10.0.0.2 dev v0 metric 3 \n10.5.0.0/16 via 10.0.0.2 dev v0 metric 9 \n"},
        {DeleteIpForwardEntry, "10.5.0.0/16", "10.0.0.2", 0, NO_ERROR, "P",
         "10.5.0.0/16 via 10.0.0.2 dev v0 metric 9 \n"},
        /* A next hop that there is no room for. */
        {DeleteIpForwardEntry, "10.7.0.0/16", NULL, 0, ERROR_NOT_FOUND, "",
         "10.7.0.0/16 via inet6 fe80::9 dev v0 \n"},
        {SetIpForwardEntry, "10.8.0.0/16", "10.0.0.3", 9, ERROR_NOT_SUPPORTED, "",
         "10.8.0.0/16 \\\tnexthop via 10.0.0.2 dev v0 weight 1 "
         "\\\tnexthop via 10.0.0.3 dev v0 weight 1 \n"},
        {DeleteIpForwardEntry, "10.8.0.0/16", "10.0.0.3", 9, NO_ERROR, "D",
         "10.8.0.0/16 via 10.0.0.2 dev v0 \n"},
        {DeleteIpForwardEntry, "10.9.0.0/16", "10.0.0.3", 9, ERROR_NOT_SUPPORTED, "",
         "10.9.0.0/16 nhid 3 proto static \\\tnexthop via 10.0.0.2 dev v0 weight 1 "
         "\\\tnexthop via 10.0.0.3 dev v0 weight 1 \n"},
    };

    start(*state, "route add 10.1.0.0/16 via 10.0.0.2 proto dhcp metric 100\n"
                  "route add 10.2.0.0/16 via 10.0.0.2 proto bgp metric 3\n"
                  "route add 224.0.0.0/4 dev v0 scope link\n"
                  "route add 10.5.0.0/16 via 10.0.0.2 metric 3\n"
                  "route add 10.5.0.0/16 via 10.0.0.2 metric 9\n"
                  "route add 10.7.0.0/16 via inet6 fe80::9 dev v0\n"
                  "route add 10.8.0.0/16 nexthop via 10.0.0.2 nexthop via 10.0.0.3\n"
                  "nexthop add id 1 via 10.0.0.2 dev v0\n"
                  "nexthop add id 2 via 10.0.0.3 dev v0\n"
                  "nexthop add id 3 group 1/2\n"
                  "route add 10.9.0.0/16 nhid 3 proto static\n");
    run(*state, steps, ARRAY_SIZE(steps));
}

/* ---- Refusals ------------------------------------------------------------------------------ */

static void change_all(const char *prefix, DWORD ifindex, DWORD expected)
{
    MIB_IPFORWARDROW row = row_of(prefix, "10.0.0.2", 4);

    row.dwForwardIfIndex = ifindex;
    check(CreateIpForwardEntry(&row) == expected);
    check(SetIpForwardEntry(&row) == expected);
    check(DeleteIpForwardEntry(&row) == expected);
}

static void test_refused(void **state)
{
    struct world *world = *state;

    start(world, "route add 10.1.0.0/16 via 10.0.0.2 metric 5\n");
    world_begin(world);
    change_all("10.1.0.0/16", 12345, ERROR_FILE_NOT_FOUND);
    change_all("10.1.0.0/16", UINT32_MAX, ERROR_FILE_NOT_FOUND);
    change_all("10.1.0.0/16", 0, ERROR_INVALID_PARAMETER);
    change_all("10.1.0.0/8", netns_ifindex("v0"), ERROR_INVALID_PARAMETER);
    MIB_IPFORWARDROW row = row_of("224.0.0.0/4", NULL, 0);
    check(CreateIpForwardEntry(&row) == ERROR_INVALID_PARAMETER);
    /* The interface is down. */
    row = row_of("10.2.0.0/16", NULL, 0);
    row.dwForwardIfIndex = netns_ifindex("v2");
    check(CreateIpForwardEntry(&row) == ERROR_NOT_READY);
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);
    expect_ip("10.1.0.0/16", "10.1.0.0/16 via 10.0.0.2 dev v0 metric 5 \n");
}

static void change_without_rights(struct child *self, void *context)
{
    MIB_IPFORWARDROW added = row_of("10.9.0.0/16", NULL, 0);
    MIB_IPFORWARDROW there = row_of("10.1.0.0/16", "10.0.0.2", 9);

    (void)self;
    (void)context;
    child_drop_capabilities();
    check(CreateIpForwardEntry(&added) == ERROR_ACCESS_DENIED);
    check(SetIpForwardEntry(&there) == ERROR_ACCESS_DENIED);
    check(DeleteIpForwardEntry(&there) == ERROR_ACCESS_DENIED);
}

static void test_without_rights(void **state)
{
    struct world *world = *state;

    start(world, "route add 10.1.0.0/16 via 10.0.0.2 metric 5\n");
    world_begin(world);
    struct child child = child_start(change_without_rights, NULL);
    child_join(&child);
    world_settle(world);
    world_expect_quiet(world, ROW_ROUTE);
    expect_ip("10.1.0.0/16", "10.1.0.0/16 via 10.0.0.2 dev v0 metric 5 \n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_round_trip),
        world_test(test_made_by_ip),
        world_test(test_refused),
        world_test(test_without_rights),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
