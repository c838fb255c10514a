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

/* A link as it is known; ifindex 0: it is not. */
static struct link known_link(const struct backend_source *source, uint32_t ifindex)
{
    const struct link *link = link_map_find(&source->links, ifindex);

    return link ? *link : (struct link){0};
}

static int take_netconf(struct backend_source *source, const struct nlmsghdr *message,
                        struct link *ret_before, struct link **ret_link)
{
    struct netconf_message parsed;
    struct link before = {0};
    struct link *link = NULL;
    int r = netconf_parse(message, &parsed);

    if (r == 0 && parsed.ifindex > 0)
        before = known_link(source, (uint32_t)parsed.ifindex);
    if (r == 0)
        r = link_map_take_netconf(&source->links, &parsed, message->nlmsg_type == RTM_NEWNETCONF,
                                  &link);
    if (r < 0)
        return r;
    *ret_before = before;
    *ret_link = link;
    return 0;
}

int source_take_link(struct backend_source *source, const struct nlmsghdr *message,
                     struct link *ret_before, struct link **ret_link)
{
    struct link_message parsed;
    struct link before = {0};
    struct link *link = NULL;

    if (message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF)
        return take_netconf(source, message, ret_before, ret_link);

    int r = link_parse(message, &parsed);
    if (r < 0)
        return r;
    /* AF_BRIDGE speaks of bridge ports; a port that is released is still a link. */
    if (parsed.family == AF_UNSPEC || parsed.family == AF_INET6)
        before = known_link(source, parsed.ifindex);
    if (message->nlmsg_type == RTM_DELLINK && parsed.family == AF_UNSPEC)
        link_map_remove(&source->links, parsed.ifindex);
    if (message->nlmsg_type == RTM_NEWLINK &&
        (parsed.family == AF_UNSPEC || (parsed.family == AF_INET6 && before.present)))
        r = link_map_take_link(&source->links, &parsed, false, source->socket.fd, &link);
    if (r < 0)
        return r;
    *ret_before = before;
    *ret_link = link;
    return 0;
}
