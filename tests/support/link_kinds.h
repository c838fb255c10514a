/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kinds of links there are (link_kinds.def), and how tests make one of each. What is offered
 * depends on the running kernel; whoever leaves a kind out says which, and why.
 */
#ifndef TESTS_SUPPORT_LINK_KINDS_H
#define TESTS_SUPPORT_LINK_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum link_trait {
    LINK_PLAIN = 0,
    LINK_NO_IPV6 = 1,
    LINK_OWN_TABLE = 2,
    LINK_STAYS = 4,
};

struct link_kind {
    const char *name;
    const char *module;
    uint16_t type;
    unsigned traits;
    const char *command;
};

enum { LINK_KINDS_MAX = 64 };

extern const struct link_kind link_kinds[];
extern const size_t link_kinds_count;

/* The kind of that name, which there is. */
const struct link_kind *link_kind_named(const char *name);

/*
 * Makes such a link in the thread's namespace, above the Ethernet link `lower`. False if it cannot
 * be; then link_kind_complaint() tells why. One of kind "ppp" lasts until the program ends.
 */
bool link_kind_add(const struct link_kind *kind, const char *name, const char *lower,
                   unsigned number);
const char *link_kind_complaint(void);

/* The command for `ip -batch`, without a newline; false where no command makes such a link. */
bool link_kind_command(const struct link_kind *kind, const char *name, const char *lower,
                       unsigned number, char *command, size_t size);

/* Whether the running kernel offers it, tried in a namespace of its own. If not, says why. */
bool link_kind_offered(const struct link_kind *kind);

#endif
