/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Random churn against nine registrations, some of them slow. At every quiet point the table at
 * registration with the notifications played over it is the table read afresh, and no
 * notification was of the wrong type on the way.
 *
 * IPHLPAPI_TEST_SEED chooses the sequence, IPHLPAPI_TEST_SEEDS how many are played one after the
 * other (each in a namespace of its own), IPHLPAPI_TEST_ROUNDS how many quiet points each has.
 */
#include "link_kinds.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAIRS = 3, OTHERS = 4, CHANGES_PER_ROUND = 120, AT_A_TIME = 4 };

/* The kinds of links that the kernel offers, and those of a seed's other links, k0 to k3. */
static const struct link_kind *offered[LINK_KINDS_MAX];
static unsigned offered_count;
static const struct link_kind *others[OTHERS];

static unsigned number_from(const char *variable, unsigned otherwise)
{
    const char *text = getenv(variable); // NOLINT(concurrency-mt-unsafe): before any thread

    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static unsigned pick(uint64_t *random, unsigned count)
{
    return (unsigned)(check_random(random) % count);
}

static const char *pick_text(uint64_t *random, const char *const *texts, size_t count)
{
    return texts[pick(random, (unsigned)count)];
}

#define PICK(random, ...)                                                                          \
    pick_text(random, (const char *const[]){__VA_ARGS__},                                          \
              ARRAY_SIZE(((const char *const[]){__VA_ARGS__})))

/* What tells two links of one kind apart, and is a table's number of a VRF. */
enum { OTHER_NUMBER = 20 };

static void other_link_command(unsigned other, unsigned pair, char *line, size_t size)
{
    char name[8];
    char lower[8];

    (void)snprintf(name, sizeof(name), "k%u", other);
    (void)snprintf(lower, sizeof(lower), "a%u", pair);
    if (!link_kind_command(others[other], name, lower, OTHER_NUMBER + other, line, size))
        (void)snprintf(line, size, "link set %s up", name);
}

/* Links of any kind, above a pair's end or by themselves; some of them can have ports. */
static void other_link_line(uint64_t *random, char *line, size_t size)
{
    unsigned other = pick(random, OTHERS);
    unsigned pair = pick(random, PAIRS);

    switch (pick(random, 8)) {
    case 0:
        (void)snprintf(line, size, "link del k%u", other);
        break;
    case 1:
        other_link_command(other, pair, line, size);
        break;
    case 2:
        (void)snprintf(line, size, "link set k%u up", other);
        break;
    case 3:
        (void)snprintf(line, size, "link set k%u down", other);
        break;
    case 4:
        (void)snprintf(line, size, "link set k%u mtu %s", other, PICK(random, "1000", "1400"));
        break;
    case 5:
        (void)snprintf(line, size, "link set a%u nomaster", pair);
        break;
    default: /* bonds and teams take no port that is up */
        (void)snprintf(line, size, "link set a%u down\nlink set a%u master k%u\nlink set a%u up",
                       pair, pair, other, pair);
        break;
    }
}

static void link_line(uint64_t *random, char *line, size_t size)
{
    unsigned pair = pick(random, PAIRS);

    switch (pick(random, 8)) {
    case 0:
        /* Two of the indexes have all but the upper bits in common. */
        (void)snprintf(line, size, "link add a%u%s type veth peer name b%u", pair,
                       PICK(random, "", "", " index 1000", " index 16778216"), pair);
        break;
    case 1:
        (void)snprintf(line, size, "link del a%u", pair);
        break;
    case 2:
    case 3:
        (void)snprintf(line, size, "link set %s%u up", PICK(random, "a", "b"), pair);
        break;
    case 4:
        (void)snprintf(line, size, "link set %s%u down", PICK(random, "a", "b"), pair);
        break;
    case 5:
        (void)snprintf(line, size, "link set a%u mtu %s", pair,
                       PICK(random, "1000", "1280", "1400", "1500"));
        break;
    case 6:
        (void)snprintf(line, size, "link set %s%u name %s%u", PICK(random, "a", "x"), pair,
                       PICK(random, "a", "x"), pair);
        break;
    default:
        (void)snprintf(line, size, "link set b%u %s", pair, PICK(random, "master br0", "nomaster"));
        break;
    }
}

/* The number of an IPv4 or IPv6 net, and the link that it is on: a0 to a2, or one of the others. */
static unsigned pick_net(uint64_t *random, char device[8])
{
    if (pick(random, 4) == 0) {
        unsigned other = pick(random, OTHERS);
        (void)snprintf(device, 8, "k%u", other);
        return PAIRS + other;
    }
    unsigned pair = pick(random, PAIRS);
    (void)snprintf(device, 8, "a%u", pair);
    return pair;
}

static void address_line(uint64_t *random, char *line, size_t size)
{
    char device[8];
    unsigned net = pick_net(random, device);
    const char *verb = PICK(random, "add", "add", "replace", "del");

    if (pick(random, 2) == 0)
        (void)snprintf(line, size, "addr %s 10.%u.0.%u/%s dev %s", verb, net, 1 + pick(random, 3),
                       PICK(random, "24", "16"), device);
    else
        (void)snprintf(line, size, "addr %s 2001:db8:%u::%u/64 dev %s%s", verb, net,
                       1 + pick(random, 3), device, strcmp(verb, "del") == 0 ? "" : " nodad");
}

static void next_hop(uint64_t *random, bool ipv6, bool weighted, char *text, size_t size)
{
    char device[8];
    unsigned net = pick_net(random, device);
    const char *before = weighted ? "nexthop " : "";

    if (ipv6)
        (void)snprintf(text, size, "%svia 2001:db8:%u::%x dev %s", before, net,
                       16 + pick(random, 3), device);
    else
        (void)snprintf(text, size, "%svia 10.%u.0.%u dev %s%s", before, net, 100 + pick(random, 3),
                       device, weighted ? PICK(random, "", " onlink", " weight 2") : "");
}

static void route_line(uint64_t *random, char *line, size_t size)
{
    bool ipv6 = pick(random, 2) == 0;
    const char *verb = PICK(random, "add", "replace", "append", "prepend", "change", "del");
    unsigned number = pick(random, 4);
    char prefix[64];
    char hops[192] = "";
    char hop[80];
    char device[8];

    if (ipv6)
        (void)snprintf(prefix, sizeof(prefix), "2001:db8:f%u::/48", number);
    else
        (void)snprintf(prefix, sizeof(prefix), "10.2%u.0.0/16", number);
    switch (pick(random, 8)) {
    case 0:
    case 1:
        for (unsigned i = 0, count = 2 + pick(random, 2); i < count; i++) {
            next_hop(random, ipv6, true, hop, sizeof(hop));
            (void)snprintf(hops + strlen(hops), sizeof(hops) - strlen(hops), " %s", hop);
        }
        break;
    case 2:
        (void)snprintf(hops, sizeof(hops), "nhid %u",
                       ipv6 ? 20 + pick(random, 3) : 10 + pick(random, 3));
        break;
    case 3:
        (void)pick_net(random, device);
        (void)snprintf(hops, sizeof(hops), "dev %s", device);
        break;
    default:
        next_hop(random, ipv6, false, hops, sizeof(hops));
        break;
    }
    const char *type =
        pick(random, 12) == 0 ? PICK(random, "blackhole", "unreachable", "throw") : "";
    /* What Windows knows nothing of, and the kernel tells routes apart by. */
    const char *apart = ipv6 ? PICK(random, "", "", "", "", " from 2001:db8:1::/64")
                             : PICK(random, "", "", "", "", " tos 0x10", " realm 5");
    /* The options come first: after a nexthop they would be an error, which ends the batch. */
    (void)snprintf(line, size, "route %s %s %s%s metric %s proto %s%s %s", verb, type, prefix,
                   apart, PICK(random, "100", "100", "200"), PICK(random, "static", "boot", "bgp"),
                   PICK(random, "", "", "", " table 100"), *type ? "" : hops);
}

static void nexthop_line(uint64_t *random, char *line, size_t size)
{
    unsigned number = pick(random, 3);
    unsigned pair = pick(random, PAIRS);
    bool ipv6 = pick(random, 2) == 0;
    unsigned base = ipv6 ? 20 : 10;

    if (pick(random, 4) == 0)
        (void)snprintf(line, size, "nexthop del id %u", base + number);
    else if (number == 2)
        (void)snprintf(line, size, "nexthop replace id %u group %u/%u", base + 2, base, base + 1);
    else if (ipv6)
        (void)snprintf(line, size, "nexthop replace id %u via 2001:db8:%u::%x dev a%u",
                       base + number, pair, 16 + pick(random, 3), pair);
    else
        (void)snprintf(line, size, "nexthop replace id %u via 10.%u.0.%u dev a%u", base + number,
                       pair, 100 + pick(random, 3), pair);
}

static void change_line(uint64_t *random, char *line, size_t size)
{
    switch (pick(random, 13)) {
    case 0:
    case 1:
        link_line(random, line, size);
        break;
    case 12:
        other_link_line(random, line, size);
        break;
    case 2:
    case 3:
    case 4:
        address_line(random, line, size);
        break;
    case 5:
        nexthop_line(random, line, size);
        break;
    case 6:
        if (pick(random, 8) == 0) {
            (void)snprintf(line, size, "route flush root %s proto %s",
                           PICK(random, "10.0.0.0/8", "2001:db8::/32"),
                           PICK(random, "boot", "bgp"));
            break;
        }
        /* fall through */
    default:
        route_line(random, line, size);
        break;
    }
}

/* The link may be gone by now, which is as good as anything. */
static void try_setting(const char *path, const char *value)
{
    char file[160];

    (void)snprintf(file, sizeof(file), "/proc/sys/%s", path);
    FILE *stream = fopen(file, "we");
    if (!stream)
        return;
    (void)fputs(value, stream);
    (void)fclose(stream);
}

/* What `ip -batch` cannot do. */
static void change_setting(struct world *world, uint64_t *random)
{
    char path[96];
    unsigned pair = pick(random, PAIRS);

    switch (pick(random, 5)) {
    case 0:
        (void)snprintf(path, sizeof(path), "net/ipv6/conf/a%u/disable_ipv6", pair);
        break;
    case 1:
        (void)snprintf(path, sizeof(path), "net/%s/conf/a%u/ignore_routes_with_linkdown",
                       PICK(random, "ipv4", "ipv6"), pair);
        break;
    case 2:
        (void)snprintf(path, sizeof(path), "net/%s/conf/a%u/forwarding",
                       PICK(random, "ipv4", "ipv6"), pair);
        break;
    case 3:
        (void)snprintf(path, sizeof(path), "net/ipv4/nexthop_compat_mode");
        break;
    default:
        (void)ip_try("link set b%u netns /proc/%d/fd/%d", pair, (int)getpid(), world_beside(world));
        return;
    }
    try_setting(path, PICK(random, "0", "1"));
}

static void hold_some(struct world *world, uint64_t *random)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++) {
        if (pick(random, 3) == 0)
            recorder_hold(&world->watches[i].recorder);
        else
            recorder_release(&world->watches[i].recorder);
    }
}

static void release_all(struct world *world)
{
    for (size_t i = 0; i < WORLD_WATCHES; i++)
        recorder_release(&world->watches[i].recorder);
}

/* A process for each change, some at a time: a line that ip cannot parse ends it. */
static void churn(struct world *world, uint64_t *random)
{
    int pids[AT_A_TIME] = {0};
    unsigned settings = pick(random, 6);

    for (unsigned i = 0; i < CHANGES_PER_ROUND; i++) {
        int *pid = &pids[i % AT_A_TIME];
        char line[320];

        change_line(random, line, sizeof(line));
        if (*pid)
            ip_batch_finish(*pid);
        *pid = ip_batch_start(line);
        if (settings > 0 && pick(random, CHANGES_PER_ROUND / 5) == 0) {
            change_setting(world, random);
            settings--;
        }
    }
    for (unsigned i = 0; i < AT_A_TIME; i++)
        ip_batch_finish(pids[i]);
}

/* Two of a kind, or two kinds above one link, may be too many: then one comes later or never. */
static void add_other_links(uint64_t *random)
{
    for (unsigned i = 0; i < OTHERS; i++) {
        char name[8];
        char lower[8];

        others[i] = offered[pick(random, offered_count)];
        (void)snprintf(name, sizeof(name), "k%u", i);
        (void)snprintf(lower, sizeof(lower), "a%u", pick(random, PAIRS));
        bool added = link_kind_add(others[i], name, lower, OTHER_NUMBER + i);
        print_message("%s: %s%s%s\n", name, others[i]->name,
                      added ? "" : ", not now: ", added ? "" : link_kind_complaint());
    }
}

static void play(struct world *world, uint64_t seed, unsigned rounds)
{
    uint64_t random = seed;
    size_t told = 0;

    world_without_dad();
    for (unsigned i = 0; i < PAIRS; i++) {
        ip("link add a%u type veth peer name b%u", i, i);
        ip("link set a%u up", i);
        ip("link set b%u up", i);
        ip("addr add 10.%u.0.1/24 dev a%u", i, i);
        ip("addr add 2001:db8:%u::1/64 dev a%u nodad", i, i);
    }
    ip("link add br0 type bridge");
    add_other_links(&random);
    world_watch(world);
    for (unsigned round = 0; round < rounds; round++) {
        hold_some(world, &random);
        churn(world, &random);
        release_all(world);
        world_settle(world);
        world_begin(world);
    }
    for (size_t i = 0; i < WORLD_WATCHES; i++)
        told += recorder_count(&world->watches[i].recorder);
    print_message("seed %llu: %zu notifications\n", (unsigned long long)seed, told);
    assert_true(told > 0);
}

static void test_converge(void **state)
{
    static bool first = true;
    static uint64_t seed;

    if (first)
        seed = check_seed();
    first = false;
    play(*state, seed++, number_from("IPHLPAPI_TEST_ROUNDS", 5));
}

int main(int argc, char **argv)
{
    unsigned seeds = number_from("IPHLPAPI_TEST_SEEDS", 3);
    struct CMUnitTest *tests;
    int rc = netns_begin(argv);

    (void)argc;
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < link_kinds_count; i++)
        if (link_kind_offered(&link_kinds[i]))
            offered[offered_count++] = &link_kinds[i];
    tests = calloc(seeds, sizeof(*tests));
    if (!tests)
        return 1;
    for (unsigned i = 0; i < seeds; i++)
        tests[i] = (struct CMUnitTest)world_test(test_converge);
    rc = _cmocka_run_group_tests("converge", tests, seeds, NULL, NULL);
    free(tests);
    return rc;
}
