/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads what RTM_GETNEIGHTBL and two files of /proc/sys say of times, when a row of an IP interface
 * is read, and sets the former. Called by table/ipinterface.c and ipinterface_change.c only.
 */
#include "backend/netlink/table/neighbour_times.h"
#include "backend/array.h"
#include "backend/netlink/socket/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/neighbour.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint32_t milliseconds(const struct nlattr *attribute)
{
    if (!attribute)
        return 0;
    uint64_t value = nla_get_u64(attribute);
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static int add(struct neighbour_times *times, const struct neighbour_time *time)
{
    struct neighbour_time *grown =
        array_make_room(times->times, times->count, &times->capacity, sizeof(*grown), 16);

    if (!grown)
        return -ENOMEM;
    times->times = grown;
    times->times[times->count++] = *time;
    return 0;
}

/* One message for each set of parameters; those without a link are the defaults of new ones. */
static int take(void *context, const struct nlmsghdr *message)
{
    static const struct nla_policy policy[NDTPA_MAX + 1] = {
        [NDTPA_IFINDEX] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [NDTPA_REACHABLE_TIME] = {.type = NLA_U64, .maxlen = sizeof(uint64_t)},
        [NDTPA_BASE_REACHABLE_TIME] = {.type = NLA_U64, .maxlen = sizeof(uint64_t)},
        [NDTPA_RETRANS_TIME] = {.type = NLA_U64, .maxlen = sizeof(uint64_t)},
    };
    struct nlattr *attributes[NDTA_MAX + 1];
    struct nlattr *parameters[NDTPA_MAX + 1];
    const struct ndtmsg *info;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) ||
        nlmsg_parse((struct nlmsghdr *)message, sizeof(*info), attributes, NDTA_MAX, NULL) < 0)
        return 0;
    info = NLMSG_DATA(message);
    if ((info->ndtm_family != AF_INET && info->ndtm_family != AF_INET6) ||
        !attributes[NDTA_PARMS] ||
        nla_parse_nested(parameters, NDTPA_MAX, attributes[NDTA_PARMS], policy) < 0 ||
        !parameters[NDTPA_IFINDEX])
        return 0;
    struct neighbour_time time = {
        .ifindex = nla_get_u32(parameters[NDTPA_IFINDEX]),
        .family = info->ndtm_family == AF_INET ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6,
        .base_reachable = milliseconds(parameters[NDTPA_BASE_REACHABLE_TIME]),
        .reachable = milliseconds(parameters[NDTPA_REACHABLE_TIME]),
        .retransmit = milliseconds(parameters[NDTPA_RETRANS_TIME]),
    };
    return add(context, &time);
}

static struct nl_msg *request_dump(void)
{
    struct ndtmsg info = {.ndtm_family = AF_UNSPEC};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETNEIGHTBL, NLM_F_DUMP);

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

struct nl_msg *neighbour_times_request(uint32_t ifindex, enum mib_family family,
                                       enum neighbour_time_kind kind, uint32_t ms)
{
    const int attributes[] = {[NEIGHBOUR_TIME_BASE_REACHABLE] = NDTPA_BASE_REACHABLE_TIME,
                              [NEIGHBOUR_TIME_RETRANSMIT] = NDTPA_RETRANS_TIME};
    bool is_ipv4 = family == MIB_FAMILY_IPV4;
    struct ndtmsg info = {.ndtm_family = is_ipv4 ? AF_INET : AF_INET6};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_SETNEIGHTBL, 0);
    struct nlattr *parameters = NULL;

    if (message && nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) == 0 &&
        nla_put_string(message, NDTA_NAME, is_ipv4 ? "arp_cache" : "ndisc_cache") == 0)
        parameters = nla_nest_start(message, NDTA_PARMS);
    if (!parameters || nla_put_u32(message, NDTPA_IFINDEX, ifindex) < 0 ||
        nla_put_u64(message, attributes[kind], ms) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    nla_nest_end(message, parameters);
    return message;
}

/* How long a learned path MTU is taken as valid; a sysctl of the namespace, told by no message. */
static uint32_t read_seconds_as_ms(const char *path)
{
    char text[32] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof(text) - 1);
    (void)close(fd);
    long long seconds = length > 0 ? strtoll(text, NULL, 10) : 0;
    return seconds > 0 && seconds < UINT32_MAX / 1000 ? (uint32_t)seconds * 1000 : 0;
}

int neighbour_times_read(struct neighbour_times *ret)
{
    struct neighbour_times times = {0};
    int r = netlink_ask(request_dump(), take, &times);

    if (r < 0 && r != -EOPNOTSUPP) {
        neighbour_times_clear(&times);
        return r;
    }
    times.path_mtu_timeout[0] = read_seconds_as_ms("/proc/sys/net/ipv4/route/mtu_expires");
    times.path_mtu_timeout[1] = read_seconds_as_ms("/proc/sys/net/ipv6/route/mtu_expires");
    *ret = times;
    return 0;
}

void neighbour_times_clear(struct neighbour_times *times)
{
    free(times->times);
    *times = (struct neighbour_times){0};
}

void neighbour_times_fill(const struct neighbour_times *times, struct mib_ipinterface *row)
{
    row->path_mtu_discovery_timeout = times->path_mtu_timeout[row->family == MIB_FAMILY_IPV6];
    for (size_t i = 0; i < times->count; i++) {
        const struct neighbour_time *time = &times->times[i];

        if (time->ifindex != row->ifindex || time->family != row->family)
            continue;
        row->base_reachable_time = time->base_reachable;
        row->reachable_time = time->reachable;
        row->retransmit_time = time->retransmit;
        return;
    }
}
