/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A callback sleeps, with the receive buffer of an ordinary user, while hundreds of thousands of
 * routes come and half of them go. What was lost on the way is made good, nothing is told
 * wrongly, and memory does not grow with what is missed.
 */
#include "child.h"
#include "world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Half of them are deleted again. */
enum {
    ROUTES4 = CHECK_SANITIZED ? 60000 : 200000,
    ROUTES6 = 20000,
};

/* KiB that the process may take while the callback sleeps; and beside that, for all that is known
 * in the end and the compare that finds it out, bytes for each route. */
enum { SLEEP_GROWTH_KIB = 1024, BYTES_PER_ROUTE = 128 };

/* Route number i is to this prefix plus i, or one of the host's own. */
#define FIRST4 "11.0.0.0"
#define FIRST6 "2001:db8:4000::"
#define GATEWAY4 "10.0.0.2"
#define GATEWAY6 "2001:db8:1::2"

/* ---- Changes in bulk ----------------------------------------------------------------------- */

enum { BATCH_SIZE = 60000, MESSAGE_SIZE = 128 };

struct bulk {
    int fd;
    int family;
    unsigned ifindex;
    size_t length;
    struct nlmsghdr *last;
    _Alignas(struct nlmsghdr) char buffer[BATCH_SIZE];
};

static void bulk_open(struct bulk *bulk, int family, unsigned ifindex)
{
    *bulk = (struct bulk){.family = family, .ifindex = ifindex};
    bulk->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (bulk->fd < 0)
        fail_test("netlink socket: %s", strerrordesc_np(errno));
}

/* The kernel answers errors, and the last message of a batch. */
static void bulk_flush(struct bulk *bulk)
{
    struct pollfd ready = {.fd = bulk->fd, .events = POLLIN};
    _Alignas(struct nlmsghdr) char answer[4096];

    if (bulk->length == 0)
        return;
    bulk->last->nlmsg_flags |= NLM_F_ACK;
    if (send(bulk->fd, bulk->buffer, bulk->length, 0) != (ssize_t)bulk->length)
        fail_test("sending routes: %s", strerrordesc_np(errno));
    if (poll(&ready, 1, CHECK_DEADLINE_SECONDS * 1000) <= 0)
        fail_test("the kernel does not answer");
    ssize_t length = recv(bulk->fd, answer, sizeof(answer), 0);
    const struct nlmsghdr *message = (const struct nlmsghdr *)answer;
    if (length < (ssize_t)NLMSG_LENGTH(sizeof(struct nlmsgerr)) ||
        message->nlmsg_type != NLMSG_ERROR)
        fail_test("not an answer");
    int error = ((const struct nlmsgerr *)NLMSG_DATA(message))->error;
    if (error != 0)
        fail_test("a route was refused: %s", strerrordesc_np(-error));
    bulk->length = 0;
}

static void bulk_close(struct bulk *bulk)
{
    bulk_flush(bulk);
    close(bulk->fd);
}

static void append(struct nlmsghdr *message, unsigned short type, const void *data, size_t length)
{
    struct rtattr *attribute = (struct rtattr *)((char *)message + NLMSG_ALIGN(message->nlmsg_len));

    attribute->rta_type = type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(length);
    memcpy(RTA_DATA(attribute), data, length);
    message->nlmsg_len = NLMSG_ALIGN(message->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

/* Writes the address of a route; returns its length. */
static size_t address_of(int family, unsigned number, uint8_t bytes[16])
{
    size_t length = family == AF_INET ? 4 : 16;
    uint32_t low;

    if (inet_pton(family, family == AF_INET ? FIRST4 : FIRST6, bytes) != 1)
        fail_test("not an address");
    memcpy(&low, bytes + length - sizeof(low), sizeof(low));
    low = htonl(ntohl(low) + number);
    memcpy(bytes + length - sizeof(low), &low, sizeof(low));
    return length;
}

static void bulk_route(struct bulk *bulk, uint16_t type, unsigned number)
{
    uint8_t bytes[16];

    if (bulk->length + MESSAGE_SIZE > sizeof(bulk->buffer))
        bulk_flush(bulk);
    struct nlmsghdr *message = (struct nlmsghdr *)(bulk->buffer + bulk->length);
    *message = (struct nlmsghdr){
        .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
        .nlmsg_type = type,
        .nlmsg_flags = NLM_F_REQUEST,
    };
    if (type == RTM_NEWROUTE)
        message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
    size_t length = address_of(bulk->family, number, bytes);
    *(struct rtmsg *)NLMSG_DATA(message) = (struct rtmsg){
        .rtm_family = (unsigned char)bulk->family,
        .rtm_dst_len = (unsigned char)(length * 8),
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };
    append(message, RTA_DST, bytes, length);
    if (inet_pton(bulk->family, bulk->family == AF_INET ? GATEWAY4 : GATEWAY6, bytes) != 1)
        fail_test("not a gateway");
    append(message, RTA_GATEWAY, bytes, length);
    append(message, RTA_OIF, &bulk->ifindex, sizeof(bulk->ifindex));
    bulk->length += NLMSG_ALIGN(message->nlmsg_len);
    bulk->last = message;
}

/* ---- A listener that sleeps ---------------------------------------------------------------- */

struct storm {
    int family;
    unsigned routes;
};

struct sleeper {
    struct monitor monitor; /* guards what follows */
    const struct storm *storm;
    uint8_t *known; /* of each route, whether it is there as far as was told */
    unsigned count; /* of these */
    unsigned told;
    bool asleep; /* callbacks wait until this is false */
    bool inside; /* one of them does */
    const char *fault;
};

/* The number of a route of the storm, or one that is none. */
static unsigned number_of(const struct storm *storm, const MIB_IPFORWARD_ROW2 *row)
{
    uint8_t first[16];
    size_t length = address_of(storm->family, 0, first);
    const SOCKADDR_INET *prefix = &row->DestinationPrefix.Prefix;
    const void *bytes =
        storm->family == AF_INET ? (const void *)&prefix->Ipv4.sin_addr : &prefix->Ipv6.sin6_addr;
    uint32_t low;
    uint32_t low_first;

    if (row->DestinationPrefix.PrefixLength != length * 8 || prefix->si_family != storm->family ||
        (length == 16 && memcmp(bytes, first, 12) != 0))
        return UINT32_MAX;
    memcpy(&low, (const uint8_t *)bytes + length - sizeof(low), sizeof(low));
    memcpy(&low_first, first + length - sizeof(low), sizeof(low));
    return ntohl(low) - ntohl(low_first);
}

static void on_route(void *context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type)
{
    struct sleeper *sleeper = context;
    unsigned number = number_of(sleeper->storm, row);

    monitor_lock(&sleeper->monitor);
    sleeper->told++;
    if (number >= sleeper->storm->routes) {
        sleeper->fault = "a route that nobody made";
    } else if (type == MibAddInstance && !sleeper->known[number]) {
        sleeper->known[number] = 1;
        sleeper->count++;
    } else if (type == MibDeleteInstance && sleeper->known[number]) {
        sleeper->known[number] = 0;
        sleeper->count--;
    } else {
        sleeper->fault = type == MibAddInstance      ? "the add of a known route"
                         : type == MibDeleteInstance ? "the deletion of an unknown route"
                                                     : "a change of a route that did not change";
    }
    struct timespec deadline = check_deadline_in(4.0 * CHECK_DEADLINE_SECONDS);
    while (sleeper->asleep) {
        sleeper->inside = true;
        monitor_announce(&sleeper->monitor);
        if (!monitor_wait(&sleeper->monitor, &deadline))
            break;
    }
    monitor_announce(&sleeper->monitor);
    monitor_unlock(&sleeper->monitor);
}

static HANDLE sleeper_start(struct sleeper *sleeper, const struct storm *storm)
{
    HANDLE handle = NULL;

    *sleeper = (struct sleeper){.storm = storm, .known = calloc(storm->routes, 1)};
    check(sleeper->known);
    monitor_init(&sleeper->monitor);
    DWORD rc = NotifyRouteChange2((ADDRESS_FAMILY)storm->family, on_route, sleeper, FALSE, &handle);
    if (rc != NO_ERROR)
        fail_test("registration: error %u", rc);
    return handle;
}

/* Waits for a condition that the callback changes. */
#define sleeper_await(sleeper, condition)                                                          \
    do {                                                                                           \
        struct timespec deadline_ = check_deadline_in(3.0 * CHECK_DEADLINE_SECONDS);               \
        bool timely_ = true;                                                                       \
        monitor_lock(&(sleeper)->monitor);                                                         \
        while (!(condition) && !(sleeper)->fault && timely_)                                       \
            timely_ = monitor_wait(&(sleeper)->monitor, &deadline_);                               \
        const char *fault_ = (sleeper)->fault;                                                     \
        unsigned count_ = (sleeper)->count;                                                        \
        unsigned told_ = (sleeper)->told;                                                          \
        monitor_unlock(&(sleeper)->monitor);                                                       \
        if (fault_)                                                                                \
            fail_test("notification %u is of %s", told_, fault_);                                  \
        if (!timely_)                                                                              \
            fail_test("never so: %s; %u routes known after %u notifications", #condition, count_,  \
                      told_);                                                                      \
    } while (0)

/*
 * The most memory that the process has ever been in, in KiB, without that of the program and its
 * libraries, which grows as their code is run for the first time.
 */
static size_t peak_kib(void)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];
    size_t peak = 0;
    size_t files = 0;

    check(status);
    while (fgets(line, sizeof(line), status)) {
        if (strncmp(line, "VmHWM:", 6) == 0)
            peak = strtoul(line + 6, NULL, 10);
        else if (strncmp(line, "RssFile:", 8) == 0)
            files = strtoul(line + 8, NULL, 10);
    }
    (void)fclose(status);
    check(peak > files);
    return peak - files;
}

static void check_no_right_to_enlarge_buffers(void)
{
    const int size = 32 << 20;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    check(fd >= 0);
    check(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 && errno == EPERM);
    close(fd);
}

/*
 * A system may allow ordinary users buffers that hold the whole storm. So the library's get the
 * size that is the kernel's default, whatever is allowed here.
 */
static void shrink_buffers(void)
{
    const int half = 212992 / 2; /* the kernel doubles it */
    unsigned count = 0;

    for (int fd = 0; fd < 1024; fd++) {
        int domain = 0;
        socklen_t length = sizeof(domain);
        if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_NETLINK &&
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &half, sizeof(half)) == 0)
            count++;
    }
    check(count > 0);
}

/* The table read afresh has exactly the routes that are known, once each. */
static void check_exact(struct sleeper *sleeper)
{
    const struct storm *storm = sleeper->storm;
    MIB_IPFORWARD_TABLE2 *table = NULL;
    unsigned found = 0;

    check(GetIpForwardTable2((ADDRESS_FAMILY)storm->family, &table) == NO_ERROR);
    monitor_lock(&sleeper->monitor);
    for (ULONG i = 0; i < table->NumEntries; i++) {
        unsigned number = number_of(storm, &table->Table[i]);
        if (number >= storm->routes)
            continue;
        if (!sleeper->known[number])
            sleeper->fault = "a route missed, or in the table twice";
        sleeper->known[number] = 0;
        found++;
    }
    if (found != sleeper->count)
        sleeper->fault = "a route that is gone";
    const char *fault = sleeper->fault;
    monitor_unlock(&sleeper->monitor);
    FreeMibTable(table);
    if (fault)
        fail_test("%s", fault);
}

static void sleep_through(struct child *self, void *context)
{
    const struct storm *storm = context;
    struct sleeper sleeper;

    child_drop_capabilities();
    check_no_right_to_enlarge_buffers();
    HANDLE handle = sleeper_start(&sleeper, storm);

    shrink_buffers();
    sleeper.asleep = true;
    child_say(self, '1');
    sleeper_await(&sleeper, sleeper.inside);
    size_t before = peak_kib();
    child_say(self, '2');
    child_expect(self, '2');
    size_t slept = peak_kib();

    monitor_lock(&sleeper.monitor);
    sleeper.asleep = false;
    monitor_announce(&sleeper.monitor);
    monitor_unlock(&sleeper.monitor);
    sleeper_await(&sleeper, sleeper.count == storm->routes / 2);
    size_t after = peak_kib();

    check_exact(&sleeper);
    check(CancelMibChangeNotify2(handle) == NO_ERROR);

    printf("%u routes: %u notifications; peak memory %zu KiB before, %zu after the sleep, %zu at "
           "the end\n",
           storm->routes, sleeper.told, before, slept, after);
    check(!sleeper.fault);
    check(sleeper.told < storm->routes); /* or nothing was lost, and nothing is shown here */
    if (!CHECK_SANITIZED) {
        check(slept <= before + SLEEP_GROWTH_KIB);
        check(after <= slept + (size_t)storm->routes * BYTES_PER_ROUTE / 1024);
    }
    free(sleeper.known);
    monitor_destroy(&sleeper.monitor);
}

static void check_storm(void **state, struct storm storm)
{
    struct world *world = *state;
    static struct bulk bulk;

    world_without_dad();
    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 dev v0");
    ip("addr add 2001:db8:1::1/64 dev v0");
    world_await_addresses(); /* and their routes: no others may come during the storm */
    bulk_open(&bulk, storm.family, netns_ifindex("v0"));

    struct child child = child_start(sleep_through, &storm);
    child_expect(&child, '1');
    bulk_route(&bulk, RTM_NEWROUTE, 0);
    bulk_flush(&bulk);
    child_expect(&child, '2');
    for (unsigned i = 1; i < storm.routes; i++)
        bulk_route(&bulk, RTM_NEWROUTE, i);
    for (unsigned i = 0; i < storm.routes; i += 2)
        bulk_route(&bulk, RTM_DELROUTE, i);
    bulk_close(&bulk);
    child_say(&child, '2');
    child_join(&child);
}

static void test_ipv4(void **state)
{
    check_storm(state, (struct storm){.family = AF_INET, .routes = ROUTES4});
}

static void test_ipv6(void **state)
{
    check_storm(state, (struct storm){.family = AF_INET6, .routes = ROUTES6});
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {world_test(test_ipv4), world_test(test_ipv6)};

    (void)argc;
    int rc = netns_begin(argv);
    return rc ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
