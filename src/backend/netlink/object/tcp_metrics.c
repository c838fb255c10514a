/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TCP_METRICS_CMD_GET. The table of paths uses it. */
#include "backend/netlink/object/tcp_metrics.h"
#include "backend/netlink/socket/generic.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/tcp_metrics.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/* Values are sent under their number and one; those in microseconds are fixed-point numbers. */
enum {
    ATTRIBUTE_RTT = TCP_METRIC_RTT_US + 1,
    ATTRIBUTE_RTT_DEVIATION = TCP_METRIC_RTTVAR_US + 1,
    ATTRIBUTE_MAX = TCP_METRIC_MAX + 1,
    RTT_FRACTION_BITS = 3,
    RTT_DEVIATION_FRACTION_BITS = 2,
};

int tcp_metrics_parse(const struct nlmsghdr *message, struct tcp_metrics *ret)
{
    static const struct nla_policy policy[TCP_METRICS_ATTR_MAX + 1] = {
        [TCP_METRICS_ATTR_AGE] = {.type = NLA_U64, .maxlen = sizeof(uint64_t)},
        [TCP_METRICS_ATTR_VALS] = {.type = NLA_NESTED},
    };
    static const struct nla_policy value_policy[ATTRIBUTE_MAX + 1] = {
        [ATTRIBUTE_RTT] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [ATTRIBUTE_RTT_DEVIATION] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[TCP_METRICS_ATTR_MAX + 1];
    struct nlattr *values[ATTRIBUTE_MAX + 1] = {NULL};
    struct tcp_metrics parsed = {0};

    if (message->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN) ||
        nlmsg_parse((struct nlmsghdr *)message, GENL_HDRLEN, attributes, TCP_METRICS_ATTR_MAX,
                    (struct nla_policy *)policy) < 0 ||
        (attributes[TCP_METRICS_ATTR_VALS] &&
         nla_parse_nested(values, ATTRIBUTE_MAX, attributes[TCP_METRICS_ATTR_VALS],
                          (struct nla_policy *)value_policy) < 0))
        return -EBADMSG;
    if (attributes[TCP_METRICS_ATTR_AGE])
        parsed.age = nla_get_u64(attributes[TCP_METRICS_ATTR_AGE]);
    if (values[ATTRIBUTE_RTT])
        parsed.rtt = nla_get_u32(values[ATTRIBUTE_RTT]) >> RTT_FRACTION_BITS;
    if (values[ATTRIBUTE_RTT_DEVIATION])
        parsed.rtt_deviation =
            nla_get_u32(values[ATTRIBUTE_RTT_DEVIATION]) >> RTT_DEVIATION_FRACTION_BITS;
    *ret = parsed;
    return 0;
}

static int put_address(struct nl_msg *message, enum mib_family family, int ipv4, int ipv6,
                       const struct mib_addr *address)
{
    return family == MIB_FAMILY_IPV4 ? nla_put(message, ipv4, 4, address->bytes)
                                     : nla_put(message, ipv6, 16, address->bytes);
}

struct nl_msg *tcp_metrics_request(uint16_t number, enum mib_family family,
                                   const struct mib_addr *destination,
                                   const struct mib_addr *source)
{
    struct nl_msg *message = generic_request(number, 0, TCP_METRICS_CMD_GET);

    if (message &&
        (put_address(message, family, TCP_METRICS_ATTR_ADDR_IPV4, TCP_METRICS_ATTR_ADDR_IPV6,
                     destination) < 0 ||
         (!mib_addr_is_zero(source) && put_address(message, family, TCP_METRICS_ATTR_SADDR_IPV4,
                                                   TCP_METRICS_ATTR_SADDR_IPV6, source) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
