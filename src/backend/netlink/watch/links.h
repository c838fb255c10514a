/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What watches of every kind do with links. */
#ifndef SRC_BACKEND_NETLINK_WATCH_LINKS_H
#define SRC_BACKEND_NETLINK_WATCH_LINKS_H

#include "backend/netlink/watch/watch.h"

/* SCOPE_LINKS of kinds that need to know links and have no rows of them. */
extern const struct watch_scope watch_scope_links;

/* The parts of it: dumps links, with their family states, into dumped_links; … */
int watch_dump_links(struct backend_watch *watch);

/* … makes dumped_links the known ones; … */
void watch_commit_links(struct backend_watch *watch);

/* … forgets them; … */
void watch_discard_links(struct backend_watch *watch);

/* … is a watch_scope's `invalidates`. */
bool watch_invalidates_links(enum resync_scope scope, const struct nlmsghdr *message);

/* Whether it is a message about links or netconf. */
bool watch_is_link_message(const struct nlmsghdr *message);

/*
 * Takes such a message into the map. *ret_before is the link as it was (ifindex 0: there was
 * none), *ret_link as it is, NULL where it is gone or the message is about none.
 */
int watch_take_link(struct backend_watch *watch, const struct nlmsghdr *message,
                    struct link *ret_before, struct link **ret_link);

#endif
