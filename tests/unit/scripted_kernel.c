/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scripted_kernel.h"

#include "backend/times.h"
#include "mib/row/unicast.h"

#include "backend/times.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/ipv6.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 512, LINKS = 10, PATIENCE = 100000, START_MS = 1000000 };

struct datagram {
    int fd;         /* whom it is for */
    uint8_t *bytes; /* owned */
    size_t length;
    bool cut;
    int error;
};

static struct {
    struct nlmsghdr *links[LINKS];
    struct nlmsghdr *nexthop;
    struct nlmsghdr *routes[MANY + 1];
    struct nlmsghdr *addresses[MANY + 1];
    int watch_fd; /* the first that asked: others are opened for one question */
    struct datagram queue[MANY];
    size_t queued;
    bool lacks_ipv6;
    bool flags_interrupted;
    bool loses_answer;
    unsigned dumps;
    unsigned nexthop_dumps;
    unsigned receives;
    uint64_t now_ms;
    char requests[1024];
} kernel;

void (*kernel_at_request)(unsigned number);
void (*kernel_at_nexthop_request)(unsigned number);
void (*kernel_behind_answer)(void);

/* ---- Messages ------------------------------------------------------------------------------ */

static struct nlmsghdr *copy_of(const struct nlmsghdr *message)
{
    struct nlmsghdr *copy = malloc(message->nlmsg_len);

    assert_non_null(copy);
    memcpy(copy, message, message->nlmsg_len);
    return copy;
}

static struct nl_msg *begin(uint16_t type, uint16_t flags, const void *fixed, size_t length)
{
    struct nl_msg *message = nlmsg_alloc_simple(type, flags);

    assert_non_null(message);
    assert_int_equal(nlmsg_append(message, (void *)fixed, length, NLMSG_ALIGNTO), 0);
    return message;
}

static void put(struct nl_msg *message, int type, const void *data, size_t length)
{
    assert_int_equal(nla_put(message, type, (int)length, data), 0);
}

static struct nlmsghdr *end(struct nl_msg *message)
{
    struct nlmsghdr *copy = copy_of(nlmsg_hdr(message));

    nlmsg_free(message);
    return copy;
}

/* With IFLA_INET6_CONF, as far as it is needed. */
static void put_ipv6_spec(struct nl_msg *message, uint32_t mtu)
{
    uint32_t conf[DEVCONF_MAX] = {0};

    if (mtu == 0) {
        put(message, AF_INET6, NULL, 0); /* libnl takes nests away that are empty */
        return;
    }
    struct nlattr *spec = nla_nest_start(message, AF_INET6);
    assert_non_null(spec);
    conf[DEVCONF_MTU6] = mtu;
    put(message, IFLA_INET6_CONF, conf, sizeof(conf));
    (void)nla_nest_end(message, spec);
}

struct nlmsghdr *link_says_all(const struct link_says *link)
{
    const struct ifinfomsg info = {
        .ifi_family = (unsigned char)link->family,
        .ifi_index = (int)link->ifindex,
        .ifi_type = link->arphrd         ? link->arphrd
                    : link->ifindex == 1 ? ARPHRD_LOOPBACK
                                         : ARPHRD_NONE,
        .ifi_flags = link->flags | (link->is_down ? 0 : IFF_UP | IFF_RUNNING | IFF_LOWER_UP),
    };
    const uint32_t mtu = link->mtu ? link->mtu : 1500;
    char name[IFNAMSIZ];
    struct nl_msg *message = begin(link->type ? link->type : RTM_NEWLINK, 0, &info, sizeof(info));

    (void)snprintf(name, sizeof(name), "link%u", link->ifindex);
    put(message, IFLA_IFNAME, name, strlen(name) + 1);
    put(message, IFLA_MTU, &mtu, sizeof(mtu));
    if (link->family != AF_UNSPEC)
        return end(message);
    if (link->master)
        put(message, IFLA_MASTER, &link->master, sizeof(link->master));
    if (link->lower)
        put(message, IFLA_LINK, &link->lower, sizeof(link->lower));
    if (link->is_ipvlan) {
        struct nlattr *kind = nla_nest_start(message, IFLA_LINKINFO);
        assert_non_null(kind);
        put(message, IFLA_INFO_KIND, "ipvlan", sizeof("ipvlan"));
        (void)nla_nest_end(message, kind);
    }
    struct nlattr *specs = nla_nest_start(message, IFLA_AF_SPEC);
    assert_non_null(specs);
    put(message, AF_INET, NULL, 0);
    if (!link->without_ipv6)
        put_ipv6_spec(message, link->ipv6_mtu);
    (void)nla_nest_end(message, specs);
    return end(message);
}

static void gateway_of(int family, uint8_t gateway, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    bytes[0] = family == AF_INET ? 10 : 0x20;
    bytes[family == AF_INET ? 3 : 15] = gateway;
}

static void put_nexthop(struct nl_msg *message, int family, struct rtnexthop hop, uint8_t gateway)
{
    uint8_t bytes[16];
    size_t length = family == AF_INET ? 4 : 16;

    gateway_of(family, gateway, bytes);
    hop.rtnh_len = (unsigned short)(sizeof(hop) + RTA_SPACE(length));
    assert_int_equal(nlmsg_append(message, &hop, sizeof(hop), NLMSG_ALIGNTO), 0);
    put(message, RTA_GATEWAY, bytes, length);
}

struct nlmsghdr *route_says(const struct route_says *route)
{
    int family = route->family ? route->family : AF_INET;
    uint32_t table = route->table ? route->table : RT_TABLE_MAIN;
    uint32_t metric = route->metric ? route->metric : 10;
    uint32_t ifindex = route->link ? route->link : 2;
    size_t length = family == AF_INET ? 4 : 16;
    uint8_t prefix[16] = {10, route->number};
    uint8_t gateway[16];
    const struct rtmsg info = {
        .rtm_family = (unsigned char)family,
        .rtm_dst_len = family == AF_INET ? 16 : 32,
        .rtm_tos = route->tos,
        .rtm_table = (unsigned char)table,
        .rtm_protocol = route->protocol ? route->protocol : RTPROT_STATIC,
        .rtm_scope = route->scope,
        .rtm_type = route->is_local ? RTN_LOCAL
                    : route->kind   ? route->kind
                                    : RTN_UNICAST,
        .rtm_flags = route->nexthop_is_dead && !route->second_gateway ? RTNH_F_DEAD : 0,
    };
    struct nl_msg *message =
        begin(route->type ? route->type : RTM_NEWROUTE, route->flags, &info, sizeof(info));

    if (family == AF_INET6)
        memcpy(prefix, (const uint8_t[]){0x20, 0x01, 0, route->number}, 4);
    put(message, RTA_DST, prefix, length);
    put(message, RTA_TABLE, &table, sizeof(table));
    put(message, RTA_PRIORITY, &metric, sizeof(metric));
    if (route->has_expiry) {
        const struct rta_cacheinfo cache = {.rta_expires = route->expires};
        put(message, RTA_CACHEINFO, &cache, sizeof(cache));
    }
    if (route->nexthop)
        put(message, RTA_NH_ID, &route->nexthop, sizeof(route->nexthop));
    if (route->nexthop && !route->compatible)
        return end(message);
    if (route->second_gateway) {
        struct nlattr *nexthops = nla_nest_start(message, RTA_MULTIPATH);
        assert_non_null(nexthops);
        put_nexthop(message, family, (struct rtnexthop){.rtnh_ifindex = (int)ifindex},
                    route->gateway);
        put_nexthop(message, family,
                    (struct rtnexthop){
                        .rtnh_flags = route->nexthop_is_dead ? RTNH_F_DEAD : 0,
                        .rtnh_hops = route->weight,
                        .rtnh_ifindex = (int)route->second_link,
                    },
                    route->second_gateway);
        (void)nla_nest_end(message, nexthops);
    } else if (info.rtm_type == RTN_UNICAST || route->is_local) {
        put(message, RTA_OIF, &ifindex, sizeof(ifindex));
        gateway_of(family, route->gateway, gateway);
        if (route->gateway)
            put(message, RTA_GATEWAY, gateway, length);
    }
    return end(message);
}

struct nlmsghdr *nexthop_says(uint16_t type, int family, uint32_t id, uint32_t ifindex,
                              uint8_t gateway)
{
    const struct nhmsg info = {.nh_family = (unsigned char)family};
    uint8_t bytes[16];
    struct nl_msg *message = begin(type, 0, &info, sizeof(info));

    gateway_of(family, gateway, bytes);
    put(message, NHA_ID, &id, sizeof(id));
    put(message, NHA_OIF, &ifindex, sizeof(ifindex));
    put(message, NHA_GATEWAY, bytes, family == AF_INET ? 4 : 16);
    return end(message);
}

struct nlmsghdr *address_says(uint16_t type, int family, uint32_t ifindex, unsigned number)
{
    const struct ifaddrmsg info = {
        .ifa_family = (unsigned char)family,
        .ifa_prefixlen = family == AF_INET ? 24 : 64,
        .ifa_flags = IFA_F_PERMANENT,
        .ifa_index = ifindex,
    };
    uint8_t low = (uint8_t)number;
    uint8_t high = (uint8_t)(number >> 8);
    const uint8_t ipv4[4] = {10, low, high, 1};
    const uint8_t ipv6[16] = {0x20, 0x01, 0, low, high, [15] = 1};
    struct nl_msg *message = begin(type, 0, &info, sizeof(info));

    if (family == AF_INET)
        put(message, IFA_ADDRESS, ipv4, sizeof(ipv4));
    else
        put(message, IFA_ADDRESS, ipv6, sizeof(ipv6));
    return end(message);
}

struct nlmsghdr *prefix_says(uint32_t ifindex)
{
    const struct prefixmsg info = {.prefix_family = AF_INET6, .prefix_ifindex = (int)ifindex};

    return end(begin(RTM_NEWPREFIX, 0, &info, sizeof(info)));
}

struct nlmsghdr *netconf_says(uint16_t type, int family, int32_t ifindex, int ignores_linkdown)
{
    const struct netconfmsg info = {.ncm_family = (unsigned char)family};
    struct nl_msg *message = begin(type, 0, &info, sizeof(info));

    put(message, NETCONFA_IFINDEX, &ifindex, sizeof(ifindex));
    put(message, NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, &ignores_linkdown, sizeof(ignores_linkdown));
    return end(message);
}

/* ---- What it has --------------------------------------------------------------------------- */

void kernel_has_link(struct nlmsghdr *message)
{
    const struct ifinfomsg *info = NLMSG_DATA(message);
    size_t i = (size_t)info->ifi_index;

    assert_in_range(i, 1, LINKS - 1);
    free(kernel.links[i]);
    kernel.links[i] = message;
}

void kernel_has_no_link(uint32_t ifindex)
{
    assert_in_range(ifindex, 1, LINKS - 1);
    free(kernel.links[ifindex]);
    kernel.links[ifindex] = NULL;
}

void kernel_lacks_ipv6(void)
{
    kernel.lacks_ipv6 = true;
}

void kernel_has_nexthops(struct nlmsghdr *message)
{
    free(kernel.nexthop);
    kernel.nexthop = message;
}

static void have(struct nlmsghdr **had, struct nlmsghdr *const *messages)
{
    for (size_t i = 0; had[i]; i++) {
        free(had[i]);
        had[i] = NULL;
    }
    for (size_t i = 0; messages[i]; i++) {
        assert_in_range(i, 0, MANY - 1);
        had[i] = messages[i];
    }
}

void kernel_has_routes(struct nlmsghdr *const *messages)
{
    have(kernel.routes, messages);
}

void kernel_has_addresses(struct nlmsghdr *const *messages)
{
    have(kernel.addresses, messages);
}

static void forget_datagram(size_t i)
{
    free(kernel.queue[i].bytes);
    kernel.queued--;
    memmove(&kernel.queue[i], &kernel.queue[i + 1], (kernel.queued - i) * sizeof(kernel.queue[0]));
}

void kernel_reset(void)
{
    while (kernel.queued > 0)
        forget_datagram(0);
    HAS_NO_ROUTES();
    HAS_NO_ADDRESSES();
    kernel_has_nexthops(NULL);
    for (size_t i = 0; i < LINKS; i++)
        free(kernel.links[i]);
    memset(&kernel, 0, sizeof(kernel));
    kernel.now_ms = START_MS;
    kernel.watch_fd = -1;
    kernel_at_request = NULL;
    kernel_at_nexthop_request = NULL;
    kernel_behind_answer = NULL;
    for (uint32_t i = 1; i < LINKS; i++)
        kernel_has_link(link_says(RTM_NEWLINK, i, true));
}

/* ---- What it says -------------------------------------------------------------------------- */

static struct datagram *enqueue(int fd, const void *bytes, size_t length)
{
    assert_in_range(kernel.queued, 0, MANY - 1);
    struct datagram *datagram = &kernel.queue[kernel.queued++];

    *datagram = (struct datagram){.fd = fd, .bytes = malloc(length ? length : 1), .length = length};
    assert_non_null(datagram->bytes);
    if (length)
        memcpy(datagram->bytes, bytes, length);
    return datagram;
}

void kernel_says(struct nlmsghdr *message)
{
    (void)enqueue(kernel.watch_fd, message, message->nlmsg_len);
    free(message);
}

void kernel_says_too_long(void)
{
    enqueue(kernel.watch_fd, NULL, 0)->cut = true;
}

void kernel_fails(int error)
{
    enqueue(kernel.watch_fd, NULL, 0)->error = error;
}

void kernel_flags_interrupted(void)
{
    kernel.flags_interrupted = true;
}

void kernel_loses_answer(void)
{
    kernel.loses_answer = true;
}

uint64_t kernel_time(void)
{
    return kernel.now_ms - START_MS;
}

void kernel_time_passes(uint32_t ms)
{
    kernel.now_ms += ms;
}

const char *kernel_requests(void)
{
    static char text[sizeof(kernel.requests)];

    memcpy(text, kernel.requests, sizeof(text));
    kernel.requests[0] = 0;
    return text;
}

__attribute__((format(printf, 1, 2))) static void note_request(const char *format, ...)
{
    size_t length = strlen(kernel.requests);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(kernel.requests + length, sizeof(kernel.requests) - length, format, arguments);
    va_end(arguments);
    assert_in_range(strlen(kernel.requests), 0, sizeof(kernel.requests) - 2);
}

/* ---- Answers ------------------------------------------------------------------------------- */

struct answer {
    int error;
    uint8_t bytes[SOCKET_DATAGRAM];
    size_t length;
    uint32_t sequence;
    uint32_t port;
    uint16_t flags;
};

static void answer_with(struct answer *answer, const struct nlmsghdr *message)
{
    struct nlmsghdr *place = (void *)(answer->bytes + answer->length);

    assert_in_range(answer->length + message->nlmsg_len, 1, sizeof(answer->bytes) - NLMSG_ALIGNTO);
    memcpy(place, message, message->nlmsg_len);
    place->nlmsg_seq = answer->sequence;
    place->nlmsg_pid = answer->port;
    place->nlmsg_flags = answer->flags;
    answer->length += NLMSG_ALIGN(message->nlmsg_len);
}

static uint32_t link_of_route(const struct nlmsghdr *message)
{
    const struct nlattr *link =
        nlmsg_find_attr((struct nlmsghdr *)message, sizeof(struct rtmsg), RTA_OIF);

    return link ? nla_get_u32(link) : 0;
}

/* Where the family asked for is missing, that is a request for all that there are. */
static bool is_family_asked_for(unsigned char family, unsigned char wanted)
{
    return family == wanted || (wanted == AF_INET6 && kernel.lacks_ipv6);
}

/* As the kernel filters: by family, table and, where one is asked for, link. */
static void answer_routes(struct answer *answer, const struct nlmsghdr *request)
{
    const struct rtmsg *wanted = NLMSG_DATA(request);
    const struct nlattr *attribute =
        nlmsg_find_attr((struct nlmsghdr *)request, sizeof(*wanted), RTA_TABLE);
    uint32_t ifindex = link_of_route(request);

    assert_non_null(attribute);
    uint32_t table = nla_get_u32(attribute);
    note_request("%d%s", wanted->rtm_family == AF_INET ? 4 : 6, table == RT_TABLE_MAIN ? "m" : "l");
    note_request(ifindex ? "/%u " : " ", ifindex);
    if (kernel_at_request)
        kernel_at_request(++kernel.dumps);
    if (ifindex != 0 && !kernel.links[ifindex])
        answer->error = ENODEV;
    for (size_t i = 0; kernel.routes[i]; i++) {
        const struct rtmsg *info = NLMSG_DATA(kernel.routes[i]);
        if (is_family_asked_for(info->rtm_family, wanted->rtm_family) && info->rtm_table == table &&
            (ifindex == 0 || link_of_route(kernel.routes[i]) == ifindex))
            answer_with(answer, kernel.routes[i]);
    }
}

static void answer_addresses(struct answer *answer, const struct nlmsghdr *request)
{
    const struct ifaddrmsg *wanted = NLMSG_DATA(request);

    note_request("%da", wanted->ifa_family == AF_INET ? 4 : 6);
    note_request(wanted->ifa_index ? "/%u " : " ", wanted->ifa_index);
    if (kernel_at_request)
        kernel_at_request(++kernel.dumps);
    if (wanted->ifa_index != 0 && !kernel.links[wanted->ifa_index])
        answer->error = ENODEV;
    for (size_t i = 0; kernel.addresses[i]; i++) {
        const struct ifaddrmsg *info = NLMSG_DATA(kernel.addresses[i]);
        if (is_family_asked_for(info->ifa_family, wanted->ifa_family) &&
            (wanted->ifa_index == 0 || info->ifa_index == wanted->ifa_index))
            answer_with(answer, kernel.addresses[i]);
    }
}

static void answer_links(struct answer *answer, const struct nlmsghdr *request, bool dump)
{
    const struct ifinfomsg *wanted = NLMSG_DATA(request);
    size_t ifindex = (size_t)wanted->ifi_index;

    if (dump) {
        note_request("L ");
        for (size_t i = 1; i < LINKS; i++)
            if (kernel.links[i])
                answer_with(answer, kernel.links[i]);
        return;
    }
    note_request(ifindex == LOOPBACK_IFINDEX ? "B " : "R%zu ", ifindex);
    assert_in_range(ifindex, 1, LINKS - 1);
    if (kernel.links[ifindex])
        answer_with(answer, kernel.links[ifindex]);
    else
        answer->error = ENODEV;
}

/* Stands for libnl's nl_send (see CMakeLists.txt): the request is answered at once. */
int __wrap_nl_send(struct nl_sock *socket, struct nl_msg *message);
int __wrap_nl_send(struct nl_sock *socket, struct nl_msg *message)
{
    static struct answer answer;
    const struct nlmsghdr *request = nlmsg_hdr(message);
    bool dump = request->nlmsg_flags & NLM_F_DUMP;

    if (kernel.watch_fd < 0)
        kernel.watch_fd = nl_socket_get_fd(socket);
    answer = (struct answer){
        .sequence = request->nlmsg_seq,
        .port = nl_socket_get_local_port(socket),
        .flags = dump ? NLM_F_MULTI : 0,
    };
    switch (request->nlmsg_type) {
    case RTM_GETLINK:
        answer_links(&answer, request, dump);
        break;
    case RTM_GETNEXTHOP:
        note_request("N ");
        if (kernel_at_nexthop_request)
            kernel_at_nexthop_request(++kernel.nexthop_dumps);
        if (kernel.nexthop)
            answer_with(&answer, kernel.nexthop);
        break;
    case RTM_GETADDR:
        answer_addresses(&answer, request);
        break;
    case RTM_GETROUTE:
        answer_routes(&answer, request);
        break;
    default:
        fail_msg("a request of type %u", request->nlmsg_type);
    }
    if (answer.error) {
        struct {
            struct nlmsghdr header;
            struct nlmsgerr verdict;
        } refusal = {
            .header = {.nlmsg_len = sizeof(refusal), .nlmsg_type = NLMSG_ERROR},
            .verdict = {.error = -answer.error},
        };
        answer.flags = 0;
        answer.length = 0;
        answer_with(&answer, &refusal.header);
    } else if (dump) {
        const struct nlmsghdr last = {.nlmsg_len = NLMSG_LENGTH(0), .nlmsg_type = NLMSG_DONE};
        answer.flags |= kernel.flags_interrupted ? NLM_F_DUMP_INTR : 0;
        answer_with(&answer, &last);
    }
    if (!kernel.loses_answer)
        (void)enqueue(nl_socket_get_fd(socket), answer.bytes, answer.length);
    void (*behind)(void) = kernel_behind_answer;
    kernel_behind_answer = NULL;
    if (behind)
        behind();
    kernel.flags_interrupted = false;
    kernel.loses_answer = false;
    return 0;
}

/* Stands for the system's. */
int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol)
{
    if (domain != AF_INET6 || !kernel.lacks_ipv6)
        return __real_socket(domain, type, protocol);
    errno = EAFNOSUPPORT;
    return -1;
}

static struct netlink_socket *waiting;

/* Stands for the system's. Where nothing is there the time passes; for ever is an interruption. */
int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned int count, int flags,
                    struct timespec *timeout);
int __wrap_recvmmsg(int fd, struct mmsghdr *headers, unsigned int count, int flags,
                    struct timespec *timeout)
{
    unsigned int given = 0;

    (void)timeout;
    if (++kernel.receives > PATIENCE)
        fail_msg("a source that does not come to rest");
    for (size_t i = 0; given < count && i < kernel.queued;) {
        struct datagram *datagram = &kernel.queue[i];
        struct msghdr *header = &headers[given].msg_hdr;

        if (datagram->fd != fd) {
            i++;
            continue;
        }
        if (datagram->error && given > 0)
            break;
        if (datagram->error) {
            errno = datagram->error;
            forget_datagram(i);
            return -1;
        }
        *(struct sockaddr_nl *)header->msg_name = (struct sockaddr_nl){.nl_family = AF_NETLINK};
        header->msg_namelen = sizeof(struct sockaddr_nl);
        header->msg_flags = datagram->cut ? MSG_TRUNC : 0;
        memcpy(header->msg_iov->iov_base, datagram->bytes, datagram->length);
        headers[given].msg_len = (unsigned int)datagram->length;
        given++;
        forget_datagram(i);
    }
    if (given > 0)
        return (int)given;
    if (!(flags & MSG_DONTWAIT) && waiting->timeout_ms == 0)
        atomic_store(&waiting->interrupted, true);
    else if (!(flags & MSG_DONTWAIT))
        kernel.now_ms += waiting->timeout_ms;
    errno = EAGAIN;
    return -1;
}

/* Stands for backend/times. */
uint64_t __wrap_times_now_ms(void);
uint64_t __wrap_times_now_ms(void)
{
    return kernel.now_ms;
}

/* ---- Sources ------------------------------------------------------------------------------- */

struct backend_watch *watch_of(enum mib_table table, enum mib_family family)
{
    struct backend_watch *watch;

    assert_int_equal(backend_watch_open(table, &(struct mib_filter){.family = family}, &watch), 0);
    return watch;
}

static int print_interface(char *text, size_t size, const char *before,
                           const struct mib_ipinterface *row)
{
    return snprintf(text, size, "%s%u.%u:%u ", before, row->family, row->ifindex, row->mtu);
}

static int print_address(char *text, size_t size, const char *before, const struct mib_unicast *row)
{
    const uint8_t *number = row->address.bytes + (row->family == MIB_FAMILY_IPV4 ? 1 : 3);

    return snprintf(text, size, "%s%u ", before, number[0] + number[1] * 256U);
}

static int print_route(char *text, size_t size, const char *before, const struct mib_route *row)
{
    unsigned number = row->prefix.bytes[row->family == MIB_FAMILY_IPV4 ? 1 : 3];
    unsigned hop = row->next_hop.bytes[row->next_hop_family == MIB_FAMILY_IPV4 ? 3 : 15];

    return hop ? snprintf(text, size, "%s%u:%u ", before, number, hop)
               : snprintf(text, size, "%s%u ", before, number);
}

static int print_row(char *text, size_t size, const char *before, const struct backend_watch *watch,
                     const void *row)
{
    if (watch->table == MIB_TABLE_IPINTERFACE)
        return print_interface(text, size, before, row);
    if (watch->table == MIB_TABLE_UNICAST)
        return print_address(text, size, before, row);
    assert_int_equal(watch->table, MIB_TABLE_ROUTE);
    return print_route(text, size, before, row);
}

const struct mib_change *watch_waits(struct backend_watch *watch)
{
    static _Alignas(struct mib_change) uint8_t change[sizeof(struct mib_change) + MIB_ROW_SIZE_MAX];
    size_t count;

    waiting = &watch->socket;
    kernel.receives = 0;
    assert_int_equal(backend_watch_wait(watch, change, mib_change_size(watch->table), &count), 0);
    assert_int_equal(count, 1);
    return (const void *)change;
}

const char *watch_tells(struct backend_watch *watch)
{
    static const char *const letters[] = {
        [MIB_CHANGE_PARAMETER] = "P", [MIB_CHANGE_ADD] = "A", [MIB_CHANGE_DELETE] = "D"};
    static char text[8192];
    _Alignas(struct mib_change) uint8_t changes[256];
    const size_t change_size = mib_change_size(watch->table);
    size_t count;
    size_t length = 0;

    text[0] = 0;
    waiting = &watch->socket;
    kernel.receives = 0;
    while (backend_watch_wait(watch, changes, 2 * change_size, &count) == 0) {
        assert_in_range(count, 1, 2);
        for (size_t i = 0; i < count; i++) {
            assert_in_range(length, 0, sizeof(text) - 32);
            const struct mib_change *change = (const void *)(changes + i * change_size);

            length += (size_t)print_row(text + length, sizeof(text) - length, letters[change->type],
                                        watch, change->row);
        }
    }
    atomic_store(&watch->socket.interrupted, false);
    return text;
}

struct known_text {
    const struct backend_watch *watch;
    char items[MANY][16];
    size_t count;
};

static int add_known(void *context, const void *row, size_t more)
{
    struct known_text *known = context;

    (void)more;
    assert_in_range(known->count, 0, MANY - 1);
    (void)print_row(known->items[known->count], sizeof(known->items[0]), "", known->watch, row);
    known->count++;
    return 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

const char *watch_knows(struct backend_watch *watch)
{
    static char text[MANY * 16];
    static struct known_text known;

    known = (struct known_text){.watch = watch};
    assert_int_equal(backend_watch_rows(watch, add_known, &known), 0);
    qsort(known.items, known.count, sizeof(known.items[0]), compare_texts);
    text[0] = 0;
    for (size_t i = 0, length = 0; i < known.count; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s", known.items[i]);
    return text;
}
