/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Links, as watches of every kind keep them: a map, without rows. What a change of a link means for
 * the rows of a watch is its kind's business.
 */
#include "backend/netlink/watch/links.h"

#include <errno.h>

static int take_dumped_link(void *context, const struct nlmsghdr *message)
{
    struct backend_watch *watch = context;
    struct link_message parsed;
    struct link *link;
    int r = link_parse(message, &parsed);

    if (r < 0 || parsed.family != AF_UNSPEC)
        return 0; /* cannot be used; the kernel's next message about the link can */
    return link_map_take_link(&watch->dumped_links, &parsed, true, &watch->socket, &link);
}

int watch_dump_links(struct backend_watch *watch)
{
    /* Each answer has both family states, so netconf need not be asked for as well. */
    return watch_collect(watch, link_request_dump(), take_dumped_link);
}

void watch_commit_links(struct backend_watch *watch)
{
    link_map_clear(&watch->links);
    watch->links = watch->dumped_links;
    watch->dumped_links = (struct link_map){0};
}

void watch_discard_links(struct backend_watch *watch)
{
    link_map_clear(&watch->dumped_links);
}

bool watch_is_link_message(const struct nlmsghdr *message)
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
static struct link known_link(const struct backend_watch *watch, uint32_t ifindex)
{
    const struct link *link = link_map_find(&watch->links, ifindex);

    return link ? *link : (struct link){0};
}

static int take_netconf(struct backend_watch *watch, const struct nlmsghdr *message,
                        struct link *ret_before, struct link **ret_link)
{
    struct netconf_message parsed;
    struct link before = {0};
    struct link *link = NULL;
    int r = netconf_parse(message, &parsed);

    if (r == 0 && parsed.ifindex > 0)
        before = known_link(watch, (uint32_t)parsed.ifindex);
    if (r == 0)
        r = link_map_take_netconf(&watch->links, &parsed, message->nlmsg_type == RTM_NEWNETCONF,
                                  &link);
    if (r < 0)
        return r;
    *ret_before = before;
    *ret_link = link;
    return 0;
}

int watch_take_link(struct backend_watch *watch, const struct nlmsghdr *message,
                    struct link *ret_before, struct link **ret_link)
{
    struct link_message parsed;
    struct link before = {0};
    struct link *link = NULL;

    if (message->nlmsg_type == RTM_NEWNETCONF || message->nlmsg_type == RTM_DELNETCONF)
        return take_netconf(watch, message, ret_before, ret_link);

    int r = link_parse(message, &parsed);
    if (r < 0)
        return r;
    /* A message of AF_BRIDGE is about a bridge port; a port that is released is still a link. */
    if (parsed.family == AF_UNSPEC || parsed.family == AF_INET6)
        before = known_link(watch, parsed.ifindex);
    if (message->nlmsg_type == RTM_DELLINK && parsed.family == AF_UNSPEC)
        link_map_remove(&watch->links, parsed.ifindex);
    if (message->nlmsg_type == RTM_NEWLINK &&
        (parsed.family == AF_UNSPEC || (parsed.family == AF_INET6 && before.present)))
        r = link_map_take_link(&watch->links, &parsed, false, &watch->socket, &link);
    if (r < 0)
        return r;
    *ret_before = before;
    *ret_link = link;
    return 0;
}

bool watch_invalidates_links(enum resync_scope scope, const struct nlmsghdr *message)
{
    (void)scope;
    return watch_is_link_message(message);
}

static int links_dump(struct backend_watch *watch, enum resync_scope scope, uint32_t ifindex)
{
    (void)scope;
    (void)ifindex; /* a resync of links is always one of all */
    return watch_dump_links(watch);
}

const struct watch_scope watch_scope_links = {
    .invalidates = watch_invalidates_links,
    .dump = links_dump,
    .commit = watch_commit_links,
    .discard = watch_discard_links,
};
