/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for what belongs to the host as a whole. */
#include "mib/query/host.h"
#include "backend/netlink/object/link.h"
#include "backend/netlink/socket/ask.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <unistd.h>

/* What is set for all links of IPv4; the kernel's ip_forward is the same. */
static struct nl_msg *request(void)
{
    struct netconfmsg info = {.ncm_family = AF_INET};
    struct nl_msg *message = nlmsg_alloc_simple(RTM_GETNETCONF, 0);

    if (message && (nlmsg_append(message, &info, sizeof(info), NLMSG_ALIGNTO) < 0 ||
                    nla_put_s32(message, NETCONFA_IFINDEX, NETCONFA_IFINDEX_ALL) < 0)) {
        nlmsg_free(message);
        return NULL;
    }
    return message;
}

static int take(void *context, const struct nlmsghdr *message)
{
    struct mib_host *host = context;
    struct netconf_message parsed;

    if (message->nlmsg_type == RTM_NEWNETCONF && netconf_parse(message, &parsed) == 0 &&
        parsed.ifindex == NETCONFA_IFINDEX_ALL)
        host->forwarding = parsed.forwarding > 0;
    return 0;
}

int netlink_query_host(void *params)
{
    struct mib_host host = {.ifindex = 0};
    int r = netlink_ask(request(), take, &host);

    if (r < 0)
        return r;
    if (gethostname(host.name, sizeof(host.name) - 1) < 0)
        return -errno;
    *(struct mib_host *)params = host;
    return 0;
}
