/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "floor_row.h"
#include "clock.h"
#include "kernel.h"
#include "receiver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 32768, REQUEST_BYTES = 256 };

struct request {
    struct nlmsghdr header;
    uint8_t rest[REQUEST_BYTES];
};

static volatile uint32_t seen; /* so that what was walked over is not thrown away by the compiler */

static void begin(struct request *request, uint16_t type, uint16_t flags, const void *info,
                  size_t size)
{
    request->header = (struct nlmsghdr){
        .nlmsg_len = (uint32_t)NLMSG_SPACE(size),
        .nlmsg_type = type,
        .nlmsg_flags = NLM_F_REQUEST | flags,
    };
    memcpy(NLMSG_DATA(&request->header), info, size);
}

static void put(struct request *request, uint16_t type, const void *data, size_t size)
{
    struct rtattr *attribute = (void *)((uint8_t *)request + request->header.nlmsg_len);

    *attribute = (struct rtattr){.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type};
    memcpy(RTA_DATA(attribute), data, size);
    request->header.nlmsg_len += (uint32_t)RTA_SPACE(size);
}

/* What of an answer stands before its attributes is info_size long. */
static uint32_t walk(const struct nlmsghdr *message, size_t info_size)
{
    const struct rtattr *attribute =
        (const void *)((const uint8_t *)NLMSG_DATA(message) + NLMSG_ALIGN(info_size));
    int room = (int)(message->nlmsg_len - NLMSG_SPACE(info_size));
    uint32_t sum = 0;

    for (; RTA_OK(attribute, room); attribute = RTA_NEXT(attribute, room))
        sum += attribute->rta_type;
    return sum;
}

/* Until the answer or the acknowledgement is there; of a dump, until its end. */
static void ask(int fd, const struct request *request, size_t info_size, const char *what)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    bool dump = (request->header.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    _Alignas(8) uint8_t buffer[BUFFER_BYTES];
    uint32_t sum = 0;
    bool ended = false;

    if (sendto(fd, request, request->header.nlmsg_len, 0, (const struct sockaddr *)&kernel,
               sizeof(kernel)) < 0)
        bench_die("cannot send a request", errno);
    while (!ended) {
        ssize_t length = recv(fd, buffer, sizeof(buffer), 0);
        const struct nlmsghdr *message = (const void *)buffer;

        if (length < 0)
            bench_die(what, errno);
        for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
            if (message->nlmsg_type == NLMSG_ERROR) {
                const struct nlmsgerr *verdict = NLMSG_DATA(message);

                if (verdict->error != 0)
                    bench_die(what, -verdict->error);
                ended = true;
            } else if (message->nlmsg_type == NLMSG_DONE) {
                ended = true;
            } else {
                sum += walk(message, info_size);
                ended = ended || !dump;
            }
        }
    }
    seen = sum;
}

/* The requests. */

static void ask_link(int fd, bool with_counters)
{
    const struct ifinfomsg info = {.ifi_index = (int)kernel_ifindex()};
    const uint32_t mask = RTEXT_FILTER_SKIP_STATS;
    struct request request;

    begin(&request, RTM_GETLINK, 0, &info, sizeof(info));
    if (!with_counters)
        put(&request, IFLA_EXT_MASK, &mask, sizeof(mask));
    ask(fd, &request, sizeof(info), "cannot read a link");
}

static void ask_speed(int fd)
{
    const struct genlmsghdr info = {.cmd = ETHTOOL_MSG_LINKMODES_GET,
                                    .version = ETHTOOL_GENL_VERSION};
    const struct {
        struct nlattr index_head;
        uint32_t index;
        struct nlattr flags_head;
        uint32_t flags;
    } header = {
        .index_head = {.nla_len = NLA_HDRLEN + sizeof(uint32_t),
                       .nla_type = ETHTOOL_A_HEADER_DEV_INDEX},
        .index = kernel_ifindex(),
        .flags_head = {.nla_len = NLA_HDRLEN + sizeof(uint32_t),
                       .nla_type = ETHTOOL_A_HEADER_FLAGS},
        .flags = ETHTOOL_FLAG_COMPACT_BITSETS,
    };
    struct request request;

    begin(&request, floor_ethtool_family(), 0, &info, sizeof(info));
    put(&request, ETHTOOL_A_LINKMODES_HEADER | NLA_F_NESTED, &header, sizeof(header));
    ask(fd, &request, sizeof(info), "cannot read a speed");
}

static void ask_way(int fd, uint32_t address, bool in_table, bool over_link)
{
    const struct rtmsg info = {
        .rtm_family = AF_INET,
        .rtm_dst_len = 32,
        .rtm_flags = in_table ? RTM_F_FIB_MATCH : 0,
    };
    const uint32_t bytes = htonl(address);
    const uint32_t ifindex = kernel_ifindex();
    struct request request;

    begin(&request, RTM_GETROUTE, 0, &info, sizeof(info));
    put(&request, RTA_DST, &bytes, sizeof(bytes));
    if (over_link)
        put(&request, RTA_OIF, &ifindex, sizeof(ifindex));
    ask(fd, &request, sizeof(info), "cannot look a route up");
}

/* The sets of them. */

void floor_get_route(uint32_t address)
{
    int fd = floor_open_socket(NETLINK_ROUTE);

    ask_link(fd, false);
    ask_way(fd, address, true, true);
    (void)close(fd);
}

void floor_get_best_route(uint32_t address)
{
    int fd = floor_open_socket(NETLINK_ROUTE);

    ask_way(fd, address, true, false);
    ask_way(fd, address, false, false);
    ask_link(fd, false);
    (void)close(fd);
}

void floor_get_best_interface(uint32_t address)
{
    int fd = floor_open_socket(NETLINK_ROUTE);

    ask_way(fd, address, false, false);
    (void)close(fd);
}

void floor_get_link(void)
{
    int fd = floor_open_socket(NETLINK_ROUTE);

    ask_link(fd, true);
    (void)close(fd);
    if (floor_ethtool_family() == 0)
        return;
    fd = floor_open_socket(NETLINK_GENERIC);
    ask_speed(fd);
    (void)close(fd);
}

void floor_get_address(void)
{
    const int on = 1;
    const struct ifaddrmsg info = {.ifa_family = AF_INET, .ifa_index = kernel_ifindex()};
    int fd = floor_open_socket(NETLINK_ROUTE);
    struct request request;

    ask_link(fd, false);
    /* Only a strict kernel looks at the index. */
    if (setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0)
        bench_die("cannot be strict", errno);
    begin(&request, RTM_GETADDR, NLM_F_DUMP, &info, sizeof(info));
    ask(fd, &request, sizeof(info), "cannot read addresses");
    (void)close(fd);
}

void floor_get_neighbour(uint32_t address)
{
    const struct ndmsg info = {.ndm_family = AF_INET, .ndm_ifindex = (int)kernel_ifindex()};
    const uint32_t bytes = htonl(address);
    int fd = floor_open_socket(NETLINK_ROUTE);
    struct request request;

    ask_link(fd, false);
    begin(&request, RTM_GETNEIGH, 0, &info, sizeof(info));
    put(&request, NDA_DST, &bytes, sizeof(bytes));
    ask(fd, &request, sizeof(info), "cannot read a neighbour");
    (void)close(fd);
}

void floor_change_route(bool add, uint32_t number)
{
    const struct rtmsg info = {
        .rtm_family = AF_INET,
        .rtm_dst_len = 24,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };
    const uint32_t prefix = htonl(kernel_route_prefix(number));
    const uint32_t gateway = htonl(kernel_gateway());
    const uint32_t ifindex = kernel_ifindex();
    int fd = floor_open_socket(NETLINK_ROUTE);
    struct request request;

    begin(&request, add ? RTM_NEWROUTE : RTM_DELROUTE,
          NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_APPEND : 0), &info, sizeof(info));
    put(&request, RTA_DST, &prefix, sizeof(prefix));
    put(&request, RTA_GATEWAY, &gateway, sizeof(gateway));
    put(&request, RTA_OIF, &ifindex, sizeof(ifindex));
    ask(fd, &request, sizeof(info), add ? "cannot add a route" : "cannot delete a route");
    (void)close(fd);
}
