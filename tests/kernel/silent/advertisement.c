/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "advertisement.h"

#include "check.h"
#include "netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOP_LIMIT = 255, PREFIX_LENGTH = 64, ROUTE_LENGTH = 48 };

/* RFC 4191, 2.3, with room for a prefix of up to 64 bits. */
struct route_information {
    uint8_t type;
    uint8_t length; /* in units of 8 bytes */
    uint8_t prefix_length;
    uint8_t preference;
    uint32_t lifetime;
    uint8_t prefix[8];
};

enum { OPTION_ROUTE_INFORMATION = 24 };

struct packet {
    uint8_t bytes[256];
    size_t length;
};

static void append(struct packet *packet, const void *bytes, size_t length)
{
    memcpy(packet->bytes + packet->length, bytes, length);
    packet->length += length;
}

static struct packet compose(const struct advertisement *advertisement)
{
    struct packet packet = {.length = 0};
    struct nd_router_advert head = {
        .nd_ra_type = ND_ROUTER_ADVERT,
    };

    /* These are members of a union, by macros. */
    head.nd_ra_curhoplimit = advertisement->hop_limit;
    head.nd_ra_flags_reserved = (uint8_t)(advertisement->preference << 3 |
                                          (advertisement->managed ? ND_RA_FLAG_MANAGED : 0));
    head.nd_ra_router_lifetime = htons(advertisement->router_lifetime);

    append(&packet, &head, sizeof(head));
    if (advertisement->mtu != 0) {
        struct nd_opt_mtu mtu = {
            .nd_opt_mtu_type = ND_OPT_MTU,
            .nd_opt_mtu_len = 1,
            .nd_opt_mtu_mtu = htonl(advertisement->mtu),
        };
        append(&packet, &mtu, sizeof(mtu));
    }
    if (advertisement->prefix) {
        struct nd_opt_prefix_info prefix = {
            .nd_opt_pi_type = ND_OPT_PREFIX_INFORMATION,
            .nd_opt_pi_len = sizeof(prefix) / 8,
            .nd_opt_pi_prefix_len = PREFIX_LENGTH,
            .nd_opt_pi_flags_reserved = ND_OPT_PI_FLAG_ONLINK | ND_OPT_PI_FLAG_AUTO,
            .nd_opt_pi_valid_time = htonl(advertisement->valid_lifetime),
            .nd_opt_pi_preferred_time = htonl(advertisement->preferred_lifetime),
        };
        if (inet_pton(AF_INET6, advertisement->prefix, &prefix.nd_opt_pi_prefix) != 1)
            fail_test("not a prefix: %s", advertisement->prefix);
        append(&packet, &prefix, sizeof(prefix));
    }
    if (advertisement->route) {
        struct route_information route = {
            .type = OPTION_ROUTE_INFORMATION,
            .length = sizeof(route) / 8,
            .prefix_length = ROUTE_LENGTH,
            .lifetime = htonl(advertisement->route_lifetime),
        };
        struct in6_addr prefix;
        if (inet_pton(AF_INET6, advertisement->route, &prefix) != 1)
            fail_test("not a prefix: %s", advertisement->route);
        memcpy(route.prefix, &prefix, sizeof(route.prefix));
        append(&packet, &route, sizeof(route));
    }
    return packet;
}

/* A socket and the index of the interface, both in that namespace. */
static int open_socket(int netns, const char *interface, unsigned *ret_index)
{
    int outer = netns_current();

    netns_enter(netns);
    int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
    int error = errno;
    *ret_index = netns_ifindex(interface);
    netns_enter(outer);
    close(outer);
    if (fd < 0)
        fail_test("raw socket: %s", strerrordesc_np(error));
    return fd;
}

void advertise(int netns, const char *interface, const char *router,
               const struct advertisement *advertisement)
{
    struct packet packet = compose(advertisement);
    struct sockaddr_in6 all_hosts = {.sin6_family = AF_INET6};
    const int hop_limit = HOP_LIMIT;
    struct sockaddr_in6 from = {.sin6_family = AF_INET6};
    unsigned index;
    int fd = open_socket(netns, interface, &index);

    from.sin6_scope_id = index;
    all_hosts.sin6_scope_id = index;
    if (inet_pton(AF_INET6, "ff02::1", &all_hosts.sin6_addr) != 1 ||
        inet_pton(AF_INET6, router, &from.sin6_addr) != 1 ||
        bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hop_limit, sizeof(hop_limit)) < 0 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof(index)) < 0)
        fail_test("socket options: %s", strerrordesc_np(errno));

    ssize_t sent = sendto(fd, packet.bytes, packet.length, 0, (struct sockaddr *)&all_hosts,
                          sizeof(all_hosts));
    if (sent != (ssize_t)packet.length)
        fail_test("router advertisement: %s", strerrordesc_np(errno));
    close(fd);
}
