/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * How far away an address is, over each kind of socket: the test is the network behind a tun
 * device, with its routers, delays, losses and refusals. And what the host itself refuses.
 */
#include "world.h"

#include "child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ICMP's types. */
enum { REPLY = 0, UNREACHABLE = 3, REQUEST = 8, EXPIRED = 11 };

/* Of IPv4 and of ICMP. */
enum { IP_HEADER = 20, ICMP_HEADER = 8, TIME_TO_LIVE_AT = 8 };

/* What the network is like. */
struct network {
    unsigned hops;     /* to the address */
    unsigned delay_ms; /* of each reply */
    unsigned lost;     /* so many requests that get there are lost, and others are not */
    bool silent;       /* routers do not say that a time to live was over */
    bool refuses;      /* who is asked says that there is no way */
};

struct router {
    pthread_t thread;
    int tun;
    int ends[2]; /* written to when it is to end */
    struct network network;
};

static uint16_t checksum_of(const uint8_t *bytes, size_t length)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < length; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static void put_checksum(uint8_t *bytes, size_t length, size_t at)
{
    bytes[at] = bytes[at + 1] = 0;
    uint16_t sum = checksum_of(bytes, length);
    bytes[at] = (uint8_t)(sum >> 8);
    bytes[at + 1] = (uint8_t)sum;
}

/* An IPv4 packet with an ICMP message, back to the sender of a request. */
static void send_back(const struct router *router, const uint8_t *request, uint32_t from,
                      const uint8_t *message, size_t length)
{
    uint8_t packet[256] = {[0] = 0x45, [TIME_TO_LIVE_AT] = 64, [9] = IPPROTO_ICMP};

    packet[3] = (uint8_t)(IP_HEADER + length);
    memcpy(packet + 12, &from, 4);
    memcpy(packet + 16, request + 12, 4);
    put_checksum(packet, IP_HEADER, 10);
    memcpy(packet + IP_HEADER, message, length);
    put_checksum(packet + IP_HEADER, length, 2);
    (void)!write(router->tun, packet, IP_HEADER + length);
}

static void refuse(const struct router *router, const uint8_t *request, uint8_t type)
{
    uint8_t message[ICMP_HEADER + IP_HEADER + ICMP_HEADER] = {type, type == UNREACHABLE};

    memcpy(message + ICMP_HEADER, request, IP_HEADER + ICMP_HEADER);
    send_back(router, request, htonl(0x0a080000 + request[TIME_TO_LIVE_AT]), message,
              sizeof(message));
}

static void reply(const struct router *router, const uint8_t *request, size_t length)
{
    uint8_t message[128];
    uint32_t from;

    memcpy(message, request + IP_HEADER, length - IP_HEADER);
    memcpy(&from, request + 16, 4);
    message[0] = REPLY;
    (void)usleep(router->network.delay_ms * 1000);
    send_back(router, request, from, message, length - IP_HEADER);
}

static void take(struct router *router, const uint8_t *packet, size_t length)
{
    struct network *network = &router->network;

    if (length < IP_HEADER + ICMP_HEADER || length > 128 || packet[0] != 0x45 ||
        packet[9] != IPPROTO_ICMP || packet[IP_HEADER] != REQUEST)
        return;
    if (packet[TIME_TO_LIVE_AT] < network->hops) {
        if (!network->silent)
            refuse(router, packet, EXPIRED);
    } else if (network->refuses) {
        refuse(router, packet, UNREACHABLE);
    } else if (network->lost > 0) {
        network->lost--;
    } else {
        reply(router, packet, length);
    }
}

static void *route(void *context)
{
    struct router *router = context;
    struct pollfd ready[] = {{.fd = router->tun, .events = POLLIN},
                             {.fd = router->ends[0], .events = POLLIN}};

    while (poll(ready, 2, -1) > 0 && !ready[1].revents) {
        uint8_t packet[2048];
        ssize_t length = read(router->tun, packet, sizeof(packet));

        if (length > 0)
            take(router, packet, (size_t)length);
    }
    return NULL;
}

static struct router *router_start(struct network network)
{
    struct router *router = calloc(1, sizeof(*router));
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

    check(router != NULL);
    router->network = network;
    router->tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    (void)snprintf(request.ifr_name, sizeof(request.ifr_name), "tun0");
    if (router->tun < 0 || ioctl(router->tun, TUNSETIFF, &request) < 0) {
        free(router);
        skip();
        return NULL;
    }
    ip("addr add 10.7.0.1/24 dev tun0");
    ip("link set tun0 up");
    ip("route add 10.9.0.0/16 dev tun0");
    check(pipe(router->ends) == 0);
    check(pthread_create(&router->thread, NULL, route, router) == 0);
    return router;
}

static void router_end(struct router *router)
{
    check(write(router->ends[1], "", 1) == 1);
    check(pthread_join(router->thread, NULL) == 0);
    (void)close(router->tun);
    (void)close(router->ends[0]);
    (void)close(router->ends[1]);
    free(router);
}

static uint64_t now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct expected {
    const char *to;
    ULONG max_hops;
    ULONG hops; /* 0: it fails */
    int error;  /* then */
};

static void expect(const struct expected *expected, unsigned least_ms)
{
    ULONG hops = 4711;
    ULONG rtt = 4712;
    struct in_addr to;

    check(inet_pton(AF_INET, expected->to, &to) == 1);
    errno = 0;
    uint64_t before = now_ms();
    BOOL found = GetRTTAndHopCount(to.s_addr, &hops, expected->max_hops, &rtt);
    uint64_t took = now_ms() - before;
    if (!expected->hops) {
        if (found || errno != expected->error)
            fail_test("%s: %d, %u hops, error %d", expected->to, found, hops, errno);
        check(hops == 4711 && rtt == 4712);
        return;
    }
    if (!found || hops != expected->hops)
        fail_test("%s, at most %u hops: %d, %u hops, error %d", expected->to, expected->max_hops,
                  found, hops, errno);
    check(rtt >= least_ms && rtt <= took);
}

/* In a network like that, by each kind of socket. */
static void in_network(struct network network, const struct expected *expected)
{
    static const char *const groups[] = {"1 0", "0 0"}; /* nobody: a raw socket; and its own */

    for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
        netns_enter_new();
        sysctl_write("net/ipv4/ping_group_range", groups[i]);
        struct router *router = router_start(network);
        expect(expected, network.delay_ms);
        router_end(router);
    }
}

static void test_distances(void **state)
{
    static const unsigned distances[] = {1, 2, 3, 7, 16, 30, 64, 255};

    (void)state;
    for (size_t i = 0; i < ARRAY_SIZE(distances); i++) {
        ULONG hops = distances[i];

        in_network((struct network){.hops = hops},
                   &(struct expected){.to = "10.9.0.1", .max_hops = 255, .hops = hops});
        in_network((struct network){.hops = hops},
                   &(struct expected){.to = "10.9.0.1", .max_hops = hops, .hops = hops});
        in_network(
            (struct network){.hops = hops},
            &(struct expected){.to = "10.9.0.1", .max_hops = hops - 1, .error = EHOSTUNREACH});
    }
    in_network((struct network){.hops = 4},
               &(struct expected){.to = "10.9.0.1", .max_hops = UINT32_MAX, .hops = 4});
}

static void test_delays_and_losses(void **state)
{
    const struct expected four = {.to = "10.9.0.1", .max_hops = 30, .hops = 4};

    (void)state;
    in_network((struct network){.hops = 4, .delay_ms = 30}, &four);
    in_network((struct network){.hops = 4, .lost = 1}, &four);
    in_network((struct network){.hops = 4, .silent = true}, &four);
}

static void test_nobody(void **state)
{
    const struct expected silence = {.to = "10.9.0.1", .max_hops = 30, .error = ETIMEDOUT};
    const struct expected refusal = {.to = "10.9.0.1", .max_hops = 30, .error = EHOSTUNREACH};

    (void)state;
    in_network((struct network){.hops = 4, .refuses = true}, &refusal);
    in_network((struct network){.hops = 60, .silent = true}, &silence);
}

static void test_own(void **state)
{
    static const struct expected cases[] = {
        {"127.0.0.1", 30, 1, 0},
        {"127.0.0.1", 1, 1, 0},
        {"127.0.0.1", 0, 0, EHOSTUNREACH},
        {"10.0.0.1", 30, 1, 0},
        {"10.0.0.2", 30, 1, 0},
        {"0.0.0.0", 30, 0, EINVAL},
        {"224.0.0.1", 30, 0, EINVAL},
        {"255.255.255.255", 30, 0, EINVAL},
        {"10.0.0.255", 30, 0, ENETUNREACH},
        {"10.1.0.1", 30, 0, ENETUNREACH},
        {"10.2.0.1", 30, 0, ENETUNREACH},
        {"10.3.0.1", 30, 0, ENETUNREACH},
        {"192.0.2.1", 30, 0, ENETUNREACH},
    };

    struct world *world = *state;
    ULONG number = 4711;

    world_add_pair(world, "v0", "v1");
    ip("addr add 10.0.0.1/24 brd + dev v0");
    ip_in(world_beside(world), "addr add 10.0.0.2/24 dev v1");
    ip("route add unreachable 10.1.0.0/16");
    ip("route add prohibit 10.2.0.0/16");
    ip("route add blackhole 10.3.0.0/16");
    world_await_addresses();
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
        expect(&cases[i], 0);
    check(!GetRTTAndHopCount(htonl(INADDR_LOOPBACK), NULL, 30, &number) && errno == EINVAL);
    check(!GetRTTAndHopCount(htonl(INADDR_LOOPBACK), &number, 30, NULL) && errno == EINVAL);
    check(number == 4711);
}

static void ask_without_rights(struct child *self, void *context)
{
    (void)self;
    child_drop_capabilities();
    expect(context, 0);
}

static void test_without_rights(void **state)
{
    struct expected refused = {.to = "127.0.0.1", .max_hops = 30, .error = EPERM};
    struct expected allowed = {.to = "127.0.0.1", .max_hops = 30, .hops = 1};

    (void)state;
    struct child child = child_start(ask_without_rights, &refused);
    child_join(&child);
    sysctl_write("net/ipv4/ping_group_range", "0 0");
    child = child_start(ask_without_rights, &allowed);
    child_join(&child);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        world_test(test_distances), world_test(test_delays_and_losses), world_test(test_nobody),
        world_test(test_own),       world_test(test_without_rights),
    };

    (void)argc;
    int r = netns_begin(argv);
    return r ? r : cmocka_run_group_tests(tests, NULL, NULL);
}
