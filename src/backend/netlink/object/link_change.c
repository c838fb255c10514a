/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RTM_SETLINK of one link, found by its index. Called by table/ipinterface_change.c. */
#include "backend/netlink/object/link_change.h"

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

/* A request about the link, with what `put` adds; NULL: nothing. */
static struct nl_msg *request(uint32_t ifindex, uint32_t flags, uint32_t change,
                              int (*put)(struct nl_msg *message, uint32_t value), uint32_t value)
{
    struct ifinfomsg info = {
        .ifi_family = AF_UNSPEC,
        .ifi_index = (int)ifindex,
        .ifi_flags = flags,
        .ifi_change = change,
    };
    struct nl_msg *message = nlmsg_alloc_simple(RTM_SETLINK, 0);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    (put && put(message, value) < 0))) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

static int put_mtu(struct nl_msg *message, uint32_t mtu)
{
    return nla_put_u32(message, IFLA_MTU, mtu);
}

/* IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF { tag } } } */
static int put_tag(struct nl_msg *message, uint32_t tag)
{
    struct nlattr *specs = nla_nest_start(message, IFLA_AF_SPEC);
    struct nlattr *spec = specs ? nla_nest_start(message, AF_INET) : NULL;
    struct nlattr *conf = spec ? nla_nest_start(message, IFLA_INET_CONF) : NULL;

    if (!conf || nla_put_u32(message, IPV4_DEVCONF_TAG, tag) < 0)
        return -1;
    nla_nest_end(message, conf);
    nla_nest_end(message, spec);
    nla_nest_end(message, specs);
    return 0;
}

/* IFLA_AF_SPEC { AF_INET6 { IFLA_INET6_ADDR_GEN_MODE } } */
static int put_addr_gen_mode(struct nl_msg *message, uint32_t mode)
{
    struct nlattr *specs = nla_nest_start(message, IFLA_AF_SPEC);
    struct nlattr *spec = specs ? nla_nest_start(message, AF_INET6) : NULL;

    if (!spec || nla_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, (uint8_t)mode) < 0)
        return -1;
    nla_nest_end(message, spec);
    nla_nest_end(message, specs);
    return 0;
}

/* IFLA_AF_SPEC { AF_INET { } }, which libnl's nests would leave out, as they are empty. */
static int put_empty_spec(struct nl_msg *message, uint32_t unused)
{
    const struct nlattr empty = {.nla_len = NLA_HDRLEN, .nla_type = AF_INET};

    (void)unused;
    return nla_put(message, IFLA_AF_SPEC, sizeof(empty), &empty);
}

struct nl_msg *link_request_mtu(uint32_t ifindex, uint32_t mtu)
{
    return request(ifindex, 0, 0, put_mtu, mtu);
}

struct nl_msg *link_request_tag(uint32_t ifindex, uint32_t tag)
{
    return request(ifindex, 0, 0, put_tag, tag);
}

struct nl_msg *link_request_addr_gen_mode(uint32_t ifindex, uint8_t mode)
{
    return request(ifindex, 0, 0, put_addr_gen_mode, mode);
}

struct nl_msg *link_request_announce(uint32_t ifindex)
{
    return request(ifindex, 0, 0, put_empty_spec, 0);
}

struct nl_msg *link_request_notrailers(uint32_t ifindex, bool on)
{
    return request(ifindex, on ? IFF_NOTRAILERS : 0, IFF_NOTRAILERS, NULL, 0);
}
