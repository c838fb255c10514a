/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ETHTOOL_MSG_LINKMODES_GET and NL80211_CMD_GET_STATION. The table of interfaces uses it. */
#include "backend/netlink/object/speed.h"
#include "backend/netlink/socket/generic.h"
#include "mib/row/interface.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>
#include <linux/nl80211.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

static const uint64_t megabit = 1000000;
static const uint64_t nl80211_unit = 100000;

static int parse(const struct nlmsghdr *message, struct nlattr **attributes, int max,
                 const struct nla_policy *policy)
{
    return message->nlmsg_len < NLMSG_LENGTH(GENL_HDRLEN) ||
                   nlmsg_parse((struct nlmsghdr *)message, GENL_HDRLEN, attributes, max,
                               (struct nla_policy *)policy) < 0
               ? -EBADMSG
               : 0;
}

static bool is_index(uint32_t ifindex)
{
    return ifindex > 0 && ifindex <= INT32_MAX;
}

int speed_parse_ethtool(const struct nlmsghdr *message, struct link_speed *ret)
{
    static const struct nla_policy policy[ETHTOOL_A_LINKMODES_MAX + 1] = {
        [ETHTOOL_A_LINKMODES_HEADER] = {.type = NLA_NESTED},
        [ETHTOOL_A_LINKMODES_SPEED] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    static const struct nla_policy header_policy[ETHTOOL_A_HEADER_MAX + 1] = {
        [ETHTOOL_A_HEADER_DEV_INDEX] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[ETHTOOL_A_LINKMODES_MAX + 1];
    struct nlattr *header[ETHTOOL_A_HEADER_MAX + 1];

    if (parse(message, attributes, ETHTOOL_A_LINKMODES_MAX, policy) < 0)
        return -EBADMSG;
    if (!attributes[ETHTOOL_A_LINKMODES_HEADER])
        return -ENOMSG;
    if (nla_parse_nested(header, ETHTOOL_A_HEADER_MAX, attributes[ETHTOOL_A_LINKMODES_HEADER],
                         (struct nla_policy *)header_policy) < 0)
        return -EBADMSG;
    if (!header[ETHTOOL_A_HEADER_DEV_INDEX])
        return -ENOMSG;
    uint32_t ifindex = nla_get_u32(header[ETHTOOL_A_HEADER_DEV_INDEX]);
    if (!is_index(ifindex))
        return -EBADMSG;
    uint64_t speed = MIB_SPEED_UNKNOWN;
    if (attributes[ETHTOOL_A_LINKMODES_SPEED]) {
        uint32_t megabits = nla_get_u32(attributes[ETHTOOL_A_LINKMODES_SPEED]);

        /* Drivers of links that are down say 0, or that they do not know. */
        if (megabits != 0 && megabits != (uint32_t)SPEED_UNKNOWN)
            speed = megabits * megabit;
    }
    *ret = (struct link_speed){.ifindex = ifindex, .transmit = speed, .receive = speed};
    return 0;
}

static int parse_rate(struct nlattr *rate, uint64_t *ret)
{
    static const struct nla_policy policy[NL80211_RATE_INFO_MAX + 1] = {
        [NL80211_RATE_INFO_BITRATE] = {.type = NLA_U16, .maxlen = sizeof(uint16_t)},
        [NL80211_RATE_INFO_BITRATE32] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
    };
    struct nlattr *attributes[NL80211_RATE_INFO_MAX + 1];
    uint64_t bits = 0;

    if (nla_parse_nested(attributes, NL80211_RATE_INFO_MAX, rate, (struct nla_policy *)policy) < 0)
        return -EBADMSG;
    if (attributes[NL80211_RATE_INFO_BITRATE32])
        bits = nla_get_u32(attributes[NL80211_RATE_INFO_BITRATE32]) * nl80211_unit;
    else if (attributes[NL80211_RATE_INFO_BITRATE])
        bits = nla_get_u16(attributes[NL80211_RATE_INFO_BITRATE]) * nl80211_unit;
    if (bits != 0)
        *ret = bits;
    return 0;
}

int speed_parse_station(const struct nlmsghdr *message, struct link_speed *ret)
{
    static const struct nla_policy policy[NL80211_ATTR_MAX + 1] = {
        [NL80211_ATTR_IFINDEX] = {.type = NLA_U32, .maxlen = sizeof(uint32_t)},
        [NL80211_ATTR_STA_INFO] = {.type = NLA_NESTED},
    };
    static const struct nla_policy station_policy[NL80211_STA_INFO_MAX + 1] = {
        [NL80211_STA_INFO_TX_BITRATE] = {.type = NLA_NESTED},
        [NL80211_STA_INFO_RX_BITRATE] = {.type = NLA_NESTED},
    };
    struct nlattr *attributes[NL80211_ATTR_MAX + 1];
    struct nlattr *station[NL80211_STA_INFO_MAX + 1];

    if (parse(message, attributes, NL80211_ATTR_MAX, policy) < 0)
        return -EBADMSG;
    if (!attributes[NL80211_ATTR_IFINDEX] || !attributes[NL80211_ATTR_STA_INFO])
        return -ENOMSG;
    struct link_speed speed = {
        .ifindex = nla_get_u32(attributes[NL80211_ATTR_IFINDEX]),
        .transmit = MIB_SPEED_UNKNOWN,
        .receive = MIB_SPEED_UNKNOWN,
    };
    if (!is_index(speed.ifindex) ||
        nla_parse_nested(station, NL80211_STA_INFO_MAX, attributes[NL80211_ATTR_STA_INFO],
                         (struct nla_policy *)station_policy) < 0 ||
        (station[NL80211_STA_INFO_TX_BITRATE] &&
         parse_rate(station[NL80211_STA_INFO_TX_BITRATE], &speed.transmit) < 0) ||
        (station[NL80211_STA_INFO_RX_BITRATE] &&
         parse_rate(station[NL80211_STA_INFO_RX_BITRATE], &speed.receive) < 0))
        return -EBADMSG;
    *ret = speed;
    return 0;
}

struct nl_msg *speed_request_ethtool(uint16_t family, uint32_t ifindex)
{
    struct nl_msg *message =
        generic_request(family, ifindex ? 0 : NLM_F_DUMP, ETHTOOL_MSG_LINKMODES_GET);
    struct nlattr *header = message ? nla_nest_start(message, ETHTOOL_A_LINKMODES_HEADER) : NULL;

    /* Bit sets as bits, not as lists of names. */
    if (!header || nla_put_u32(message, ETHTOOL_A_HEADER_FLAGS, ETHTOOL_FLAG_COMPACT_BITSETS) < 0 ||
        (ifindex && nla_put_u32(message, ETHTOOL_A_HEADER_DEV_INDEX, ifindex) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    (void)nla_nest_end(message, header);
    return message;
}

struct nl_msg *speed_request_stations(uint16_t family, uint32_t ifindex)
{
    struct nl_msg *message = generic_request(family, NLM_F_DUMP, NL80211_CMD_GET_STATION);

    if (message && nla_put_u32(message, NL80211_ATTR_IFINDEX, ifindex) < 0) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}
