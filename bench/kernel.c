/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kernel.h"
#include "clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The interface that lives as long as the routes, and its other end. */
#define NAME "bench0"
#define PEER "bench1"

enum { BATCH_BYTES = 60 * 1024, REQUEST_ROOM = 256 };

static const uint32_t ADDRESS4 = 0xc0000201;
static const uint32_t GATEWAY4 = 0xc0000202;
static const uint32_t FIRST4 = 0x01000000; /* of the routes, and of the neighbours */
static const uint8_t NET6[16] = {0x20, 0x01, 0x0d, 0xb8};

static int requests = -1;
static int next_door = -1; /* keeps the second namespace, if there is one */
static uint32_t ifindex;

/* Requests, built one after the other in a buffer. */

struct batch {
    _Alignas(8) uint8_t bytes[BATCH_BYTES];
    size_t used;
    struct nlmsghdr *last;
};

static void begin(struct batch *batch, uint16_t type, uint16_t flags, const void *info, size_t size)
{
    batch->last = (void *)(batch->bytes + batch->used);
    *batch->last = (struct nlmsghdr){
        .nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
        .nlmsg_type = type,
        .nlmsg_flags = NLM_F_REQUEST | flags,
    };
    memcpy(NLMSG_DATA(batch->last), info, size);
    batch->used += NLMSG_SPACE(size);
}

static struct rtattr *put(struct batch *batch, uint16_t type, const void *data, size_t size)
{
    struct rtattr *attribute = (void *)(batch->bytes + batch->used);

    *attribute = (struct rtattr){.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type};
    if (size > 0)
        memcpy(RTA_DATA(attribute), data, size);
    batch->used += RTA_SPACE(size);
    batch->last->nlmsg_len = (uint32_t)(batch->bytes + batch->used - (uint8_t *)batch->last);
    return attribute;
}

/* Sets the length of an attribute that others were put into. */
static void close_nest(const struct batch *batch, struct rtattr *nest)
{
    nest->rta_len = (uint16_t)(batch->bytes + batch->used - (uint8_t *)nest);
}

/* Sends what was built, and returns the kernel's verdict on the last request. */
static int finish(struct batch *batch, atomic_ullong *ret_sent)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    _Alignas(8) uint8_t answer[8192];
    const struct nlmsghdr *header = (const void *)answer;

    batch->last->nlmsg_flags |= NLM_F_ACK;
    if (ret_sent)
        atomic_store(ret_sent, clock_now());
    if (sendto(requests, batch->bytes, batch->used, 0, (const struct sockaddr *)&kernel,
               sizeof(kernel)) < 0)
        bench_die("cannot send a request", errno);
    batch->used = 0;
    ssize_t length = recv(requests, answer, sizeof(answer), 0);
    if (length < (ssize_t)sizeof(struct nlmsghdr) || header->nlmsg_type != NLMSG_ERROR)
        bench_die("no acknowledgement", length < 0 ? errno : 0);
    const struct nlmsgerr *verdict = NLMSG_DATA(header);
    return -verdict->error;
}

static void finish_or_die(struct batch *batch, const char *what, atomic_ullong *ret_sent)
{
    int error = finish(batch, ret_sent);

    if (error != 0)
        bench_die(what, error);
}

/* The namespace. */

static void make_link(void)
{
    struct batch batch = {.used = 0};
    struct ifinfomsg info = {.ifi_family = AF_UNSPEC};

    begin(&batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
    put(&batch, IFLA_IFNAME, NAME, sizeof(NAME));
    struct rtattr *outer = put(&batch, IFLA_LINKINFO, NULL, 0);
    put(&batch, IFLA_INFO_KIND, "veth", 5);
    struct rtattr *data = put(&batch, IFLA_INFO_DATA, NULL, 0);
    struct rtattr *peer = put(&batch, VETH_INFO_PEER, &info, sizeof(info));
    put(&batch, IFLA_IFNAME, PEER, sizeof(PEER));
    close_nest(&batch, peer);
    close_nest(&batch, data);
    close_nest(&batch, outer);
    finish_or_die(&batch, "cannot make the interface", NULL);
}

static uint32_t index_of(const char *name)
{
    struct batch batch = {.used = 0};
    struct ifinfomsg info = {.ifi_family = AF_UNSPEC};
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    _Alignas(8) uint8_t answer[32768];
    const struct nlmsghdr *header = (const void *)answer;

    begin(&batch, RTM_GETLINK, 0, &info, sizeof(info));
    put(&batch, IFLA_IFNAME, name, strlen(name) + 1);
    if (sendto(requests, batch.bytes, batch.used, 0, (const struct sockaddr *)&kernel,
               sizeof(kernel)) < 0 ||
        recv(requests, answer, sizeof(answer), 0) < 0)
        bench_die("cannot ask for the interface", errno);
    if (header->nlmsg_type != RTM_NEWLINK)
        bench_die("the interface is not there", 0);
    memcpy(&info, NLMSG_DATA(header), sizeof(info));
    return (uint32_t)info.ifi_index;
}

static void set_up(const char *name)
{
    struct batch batch = {.used = 0};
    struct ifinfomsg info = {
        .ifi_index = (int)index_of(name), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

    begin(&batch, RTM_NEWLINK, 0, &info, sizeof(info));
    finish_or_die(&batch, "cannot set an interface up", NULL);
}

static void put_address(struct batch *batch, bool add, uint8_t family, uint8_t prefix_length,
                        const void *address, size_t size)
{
    struct ifaddrmsg info = {
        .ifa_family = family,
        .ifa_prefixlen = prefix_length,
        .ifa_index = ifindex,
        .ifa_flags = family == AF_INET6 ? IFA_F_NODAD : 0,
    };

    begin(batch, add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &info,
          sizeof(info));
    put(batch, IFA_LOCAL, address, size);
    put(batch, IFA_ADDRESS, address, size);
}

/* Addresses are usable at once: nothing happens seconds later that nobody measures. */
static void switch_dad_off(void)
{
    FILE *file = fopen("/proc/sys/net/ipv6/conf/default/accept_dad", "we");

    if (!file)
        return; /* it makes figures cleaner, and no more */
    (void)fputs("0\n", file);
    (void)fclose(file);
}

static int open_requests(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    if (fd < 0)
        bench_die("cannot open a netlink socket", errno);
    return fd;
}

void kernel_enter(void)
{
    struct batch batch = {.used = 0};
    uint32_t address4 = htonl(ADDRESS4);
    uint8_t address6[16];

    if (unshare(CLONE_NEWNET) < 0)
        bench_die("cannot make a network namespace (run it with scripts/bench)", errno);
    requests = open_requests();
    switch_dad_off();
    make_link();
    ifindex = index_of(NAME);
    set_up("lo");
    set_up(PEER);
    set_up(NAME);
    put_address(&batch, true, AF_INET, 24, &address4, sizeof(address4));
    finish_or_die(&batch, "cannot add an IPv4 address", NULL);
    memcpy(address6, NET6, sizeof(address6));
    address6[15] = 1;
    put_address(&batch, true, AF_INET6, 64, address6, sizeof(address6));
    finish_or_die(&batch, "cannot add an IPv6 address", NULL);
}

void kernel_leave(void)
{
    struct batch batch = {.used = 0};
    struct ifinfomsg info = {.ifi_index = (int)ifindex};

    begin(&batch, RTM_DELLINK, 0, &info, sizeof(info));
    finish_or_die(&batch, "cannot delete the interface", NULL);
    (void)close(requests);
    if (next_door >= 0)
        (void)close(next_door);
}

void kernel_move_peer_next_door(void)
{
    const int own_requests = requests;
    struct batch batch = {.used = 0};
    struct ifinfomsg info = {.ifi_index = (int)index_of(PEER)};
    uint32_t gateway = htonl(GATEWAY4);
    int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);

    if (own < 0 || unshare(CLONE_NEWNET) < 0)
        bench_die("cannot make a second network namespace", errno);
    next_door = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (next_door < 0)
        bench_die("cannot open the second network namespace", errno);
    begin(&batch, RTM_NEWLINK, 0, &info, sizeof(info));
    put(&batch, IFLA_NET_NS_FD, &next_door, sizeof(next_door));
    finish_or_die(&batch, "cannot move the interface", NULL);

    requests = open_requests();
    set_up(PEER);
    struct ifaddrmsg address = {
        .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = index_of(PEER)};
    begin(&batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, sizeof(address));
    put(&batch, IFA_LOCAL, &gateway, sizeof(gateway));
    put(&batch, IFA_ADDRESS, &gateway, sizeof(gateway));
    finish_or_die(&batch, "cannot add the other end's address", NULL);
    (void)close(requests);

    requests = own_requests;
    if (setns(own, CLONE_NEWNET) < 0)
        bench_die("cannot go back to the network namespace", errno);
    (void)close(own);
}

uint32_t kernel_ifindex(void)
{
    return ifindex;
}

uint32_t kernel_address(void)
{
    return ADDRESS4;
}

uint32_t kernel_gateway(void)
{
    return GATEWAY4;
}

uint32_t kernel_route_prefix(uint32_t number)
{
    return FIRST4 + (number << 8);
}

uint32_t kernel_neighbour_address(uint32_t number)
{
    return FIRST4 + number;
}

/* Routes. */

static void put_route(struct batch *batch, bool ipv6, bool add, uint32_t number)
{
    struct rtmsg info = {
        .rtm_family = ipv6 ? AF_INET6 : AF_INET,
        .rtm_dst_len = ipv6 ? 48 : 24,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_STATIC,
        .rtm_scope = RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };

    begin(batch, add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &info,
          sizeof(info));
    if (ipv6) {
        uint8_t prefix[16] = {0x2a, 0x00};
        uint8_t gateway[16];
        uint32_t middle = htonl(number);

        memcpy(prefix + 2, &middle, sizeof(middle));
        memcpy(gateway, NET6, sizeof(gateway));
        gateway[15] = 2;
        put(batch, RTA_DST, prefix, sizeof(prefix));
        put(batch, RTA_GATEWAY, gateway, sizeof(gateway));
    } else {
        uint32_t prefix = htonl(kernel_route_prefix(number));
        uint32_t gateway = htonl(GATEWAY4);

        put(batch, RTA_DST, &prefix, sizeof(prefix));
        put(batch, RTA_GATEWAY, &gateway, sizeof(gateway));
    }
    put(batch, RTA_OIF, &ifindex, sizeof(ifindex));
}

uint64_t kernel_change_routes(bool ipv6, bool add, uint32_t first, uint32_t count)
{
    struct batch *batch = calloc(1, sizeof(*batch));
    uint64_t busy = 0;

    if (!batch)
        bench_die("no memory", 0);
    for (uint32_t i = 0; i < count; i++) {
        put_route(batch, ipv6, add, first + i);
        if (batch->used + REQUEST_ROOM > sizeof(batch->bytes) || i + 1 == count) {
            uint64_t before = clock_now();
            finish_or_die(batch, "cannot change routes", NULL);
            busy += clock_now() - before;
        }
    }
    free(batch);
    return busy;
}

uint32_t kernel_route_number(bool ipv6, uint8_t prefix_length, const void *prefix)
{
    const uint8_t *bytes = prefix;
    uint32_t number;

    if (prefix_length != (ipv6 ? 48 : 24) || (ipv6 && (bytes[0] != 0x2a || bytes[1] != 0)))
        return UINT32_MAX;
    memcpy(&number, bytes + (ipv6 ? 2 : 0), sizeof(number));
    number = ntohl(number);
    if (!ipv6)
        number = (number - FIRST4) >> 8;
    return number < BENCH_ROUTES_MAX ? number : UINT32_MAX;
}

/* Neighbours. */

void kernel_add_neighbours(uint32_t first, uint32_t count)
{
    const struct ndmsg info = {
        .ndm_family = AF_INET,
        .ndm_ifindex = (int)ifindex,
        .ndm_state = NUD_PERMANENT,
    };
    struct batch *batch = calloc(1, sizeof(*batch));

    if (!batch)
        bench_die("no memory", 0);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t number = htonl(first + i);
        uint32_t address = htonl(kernel_neighbour_address(first + i));
        uint8_t link_layer[6] = {0x02};

        memcpy(link_layer + 2, &number, sizeof(number));
        begin(batch, RTM_NEWNEIGH, NLM_F_CREATE, &info, sizeof(info));
        put(batch, NDA_DST, &address, sizeof(address));
        put(batch, NDA_LLADDR, link_layer, sizeof(link_layer));
        if (batch->used + REQUEST_ROOM > sizeof(batch->bytes) || i + 1 == count)
            finish_or_die(batch, "cannot add neighbours", NULL);
    }
    free(batch);
}

/* Links. */

enum { FIRST_LINK_INDEX = 10000 };

static struct rtattr *nest(struct batch *batch, uint16_t type)
{
    return put(batch, type, NULL, 0);
}

static void end_nest(const struct batch *batch, struct rtattr *attribute)
{
    attribute->rta_len = (uint16_t)(batch->bytes + batch->used - (uint8_t *)attribute);
}

static void put_link_name(struct batch *batch, uint32_t number)
{
    char name[IFNAMSIZ];

    (void)snprintf(name, sizeof(name), "link%u", number);
    put(batch, IFLA_IFNAME, name, strlen(name) + 1);
}

/* A request for a pair: the link, and the one after it. */
static void put_pair(struct batch *batch, uint32_t number)
{
    const struct ifinfomsg info = {.ifi_index = (int)(FIRST_LINK_INDEX + number)};
    const struct ifinfomsg peer_info = {.ifi_index = (int)(FIRST_LINK_INDEX + number + 1)};

    begin(batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
    put_link_name(batch, number);
    struct rtattr *link_info = nest(batch, IFLA_LINKINFO);
    put(batch, IFLA_INFO_KIND, "veth", sizeof("veth"));
    struct rtattr *data = nest(batch, IFLA_INFO_DATA);
    struct rtattr *peer = put(batch, VETH_INFO_PEER, &peer_info, sizeof(peer_info));
    put_link_name(batch, number + 1);
    end_nest(batch, peer);
    end_nest(batch, data);
    end_nest(batch, link_info);
    batch->last->nlmsg_len = (uint32_t)(batch->bytes + batch->used - (uint8_t *)batch->last);
}

/* A veth cannot be up before it has its peer. */
static void put_up(struct batch *batch, uint32_t number)
{
    const struct ifinfomsg info = {
        .ifi_index = (int)(FIRST_LINK_INDEX + number), .ifi_flags = IFF_UP, .ifi_change = IFF_UP};

    begin(batch, RTM_SETLINK, 0, &info, sizeof(info));
}

void kernel_add_links(uint32_t first, uint32_t count)
{
    struct batch *batch = calloc(1, sizeof(*batch));

    if (!batch)
        bench_die("no memory", 0);
    for (uint32_t i = first; i < first + count; i += 2) {
        put_pair(batch, i);
        put_up(batch, i);
        put_up(batch, i + 1);
        finish_or_die(batch, "cannot add links", NULL);
    }
    for (uint32_t i = 0; i < 2 * count; i++) {
        uint32_t address = htonl(0xac100000 + ((2 * first + i) << 8) + 1);
        struct ifaddrmsg info = {.ifa_family = AF_INET,
                                 .ifa_prefixlen = 24,
                                 .ifa_index = FIRST_LINK_INDEX + first + i / 2};

        begin(batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
        put(batch, IFA_LOCAL, &address, sizeof(address));
        put(batch, IFA_ADDRESS, &address, sizeof(address));
        if (batch->used + REQUEST_ROOM > sizeof(batch->bytes) || i + 1 == 2 * count)
            finish_or_die(batch, "cannot add addresses", NULL);
    }
    free(batch);
}

/* Single changes. */

void kernel_change_route(bool add, uint32_t number, atomic_ullong *ret_sent)
{
    static struct batch batch;

    put_route(&batch, false, add, number);
    finish_or_die(&batch, "cannot change a route", ret_sent);
}

void kernel_change_address(bool add, uint32_t address, atomic_ullong *ret_sent)
{
    static struct batch batch;
    uint32_t bytes = htonl(address);

    put_address(&batch, add, AF_INET, 32, &bytes, sizeof(bytes));
    finish_or_die(&batch, "cannot change an address", ret_sent);
}

void kernel_change_mtu(uint32_t mtu, atomic_ullong *ret_sent)
{
    static struct batch batch;
    struct ifinfomsg info = {.ifi_index = (int)ifindex};

    begin(&batch, RTM_NEWLINK, 0, &info, sizeof(info));
    put(&batch, IFLA_MTU, &mtu, sizeof(mtu));
    finish_or_die(&batch, "cannot change the MTU", ret_sent);
}

/* Receive buffers. */

uint64_t kernel_drops(void)
{
    FILE *file = fopen("/proc/thread-self/net/netlink", "re");
    char line[256];
    uint64_t drops = 0;

    if (!file)
        bench_die("cannot read /proc/thread-self/net/netlink", errno);
    while (fgets(line, sizeof(line), file)) {
        /* sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode */
        char *rest = NULL;
        char *word = strtok_r(line, " ", &rest);
        for (int i = 0; word && i < 8; i++)
            word = strtok_r(NULL, " ", &rest);
        if (word)
            drops += strtoull(word, NULL, 10);
    }
    (void)fclose(file);
    return drops;
}

void kernel_be_ordinary(bool ordinary)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    /* By system call, because that is the calling thread's alone. */
    if (syscall(SYS_capget, &header, data) < 0)
        bench_die("cannot read the capabilities", errno);
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        data[i].effective = ordinary ? 0 : data[i].permitted;
    if (syscall(SYS_capset, &header, data) < 0)
        bench_die("cannot set the capabilities", errno);
}

void kernel_shrink_buffers(void)
{
    const int limit = 212992;

    for (int fd = 0; fd < 1024; fd++) {
        int domain;
        int bytes;
        socklen_t size = sizeof(int);

        if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 || domain != AF_NETLINK ||
            getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &size) < 0)
            continue;
        if (bytes > 2 * limit && setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &limit, sizeof(limit)) < 0)
            bench_die("cannot shrink a receive buffer", errno);
    }
}

bool kernel_may_force_buffer(void)
{
    int bytes = 1 << 20;
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    bool may = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) == 0;

    if (fd >= 0)
        (void)close(fd);
    return may;
}
