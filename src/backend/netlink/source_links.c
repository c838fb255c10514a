/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Links, as sources of every kind keep them. */
#include "backend/netlink/source.h"

#include <errno.h>

static int take_dumped_link(void *context, const struct nlmsghdr *message)
{
    struct backend_source *source = context;
    struct link_message parsed;
    struct link *link;
    int r = link_parse(message, &parsed);

    if (r < 0 || parsed.family != AF_UNSPEC)
        return 0; /* nothing that can be used; the kernel's next word on it will be */
    return link_map_take_link(&source->fresh_links, &parsed, true, source->socket.fd, &link);
}

int source_dump_links(struct backend_source *source)
{
    /* Each answer tells of both IP halves, so netconf need not be asked for as well. */
    link_map_clear(&source->fresh_links);
    return source_collect(source, link_request_dump(), take_dumped_link);
}

void source_settle_links(struct backend_source *source, enum compare_subject subject)
{
    if (subject != COMPARE_LINKS)
        return;
    link_map_clear(&source->links);
    source->links = source->fresh_links;
    source->fresh_links = (struct link_map){0};
}

bool source_is_link_message(const struct nlmsghdr *message)
{
    switch (message->nlmsg_type) {
    case RTM_NEWLINK:
    case RTM_DELLINK:
    case RTM_NEWNETCONF:
    case RTM_DELNETCONF:
        return true;
    default:
        return false;
    }
}

static int take_netconf(struct backend_source *source, const struct nlmsghdr *message,
                        struct link *ret_before, struct link **ret_link)
{
    struct netconf_message parsed;
    const struct link *before;
    int r = netconf_parse(message, &parsed);

    if (r < 0 || parsed.ifindex <= 0)
        return r;
    before = link_map_find(&source->links, (uint32_t)parsed.ifindex);
    if (before)
        *ret_before = *before;
    return link_map_take_netconf(&source->links, &parsed, message->nlmsg_type == RTM_NEWNETCONF,
                                 ret_link);
}

int source_take_link(struct backend_source *source, const struct nlmsghdr *message,
                     struct link *ret_before, struct link **ret_link)
{
    struct link_message parsed;
    const struct link *before;
    int r;

    *ret_before = (struct link){0};
    *ret_link = NULL;
    if (message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF)
        return take_netconf(source, message, ret_before, ret_link);

    r = link_parse(message, &parsed);
    if (r < 0)
        return r;
    /* AF_BRIDGE speaks of bridge ports; a port that is released is still a link. */
    if (parsed.family != AF_UNSPEC && parsed.family != AF_INET6)
        return 0;
    before = link_map_find(&source->links, parsed.ifindex);
    if (before)
        *ret_before = *before;
    if (message->nlmsg_type == RTM_DELLINK) {
        if (parsed.family == AF_UNSPEC)
            link_map_remove(&source->links, parsed.ifindex);
        return 0;
    }
    if (parsed.family == AF_INET6 && !(before && before->present))
        return 0;
    return link_map_take_link(&source->links, &parsed, false, source->socket.fd, ret_link);
}
