/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in which attribute of rtnetlink's messages, for the anonymiser. */
#ifndef TOOLS_ANONYMOUS_POLICY_H
#define TOOLS_ANONYMOUS_POLICY_H

#include <stddef.h>
#include <stdint.h>

enum anonymous_kind {
    ANONYMOUS_DROP,        /* also whatever is not in a table */
    ANONYMOUS_KEEP,        /* numbers, of up to max bytes */
    ANONYMOUS_ADDRESS,     /* of the message's family */
    ANONYMOUS_DESTINATION, /* the same, with as many bits as the message says */
    ANONYMOUS_SOURCE,
    ANONYMOUS_IPV4,
    ANONYMOUS_LINK_ADDRESS,
    ANONYMOUS_NAME, /* of an interface */
    ANONYMOUS_TEXT,
    ANONYMOUS_EMPTY, /* stays, with nothing in it */
    ANONYMOUS_NEST,
    ANONYMOUS_MULTIPATH, /* struct rtnexthop, each with attributes of the nested set */
    ANONYMOUS_VIA,       /* struct rtvia */
    ANONYMOUS_LINKINFO   /* whose data are of the kind in it */
};

struct anonymous_set;

struct anonymous_policy {
    const struct anonymous_set *nested;
    enum anonymous_kind kind;
    uint16_t max;
    uint8_t family; /* 0: of every; else only in messages of that, … */
    uint8_t unspec; /* … or only of AF_UNSPEC, if this is not 0 */
};

struct anonymous_set {
    const struct anonymous_policy *policies;
    size_t count;
};

struct anonymous_message {
    const struct anonymous_set *attributes;
    uint8_t first, last;         /* types of messages */
    uint8_t head;                /* bytes before the attributes: only numbers */
    uint8_t destination, source; /* where the head has the lengths of prefixes; 0: it has none */
};

/* NULL: the type is not known. */
const struct anonymous_message *anonymous_message(uint16_t type);

/* Of IFLA_INFO_DATA; NULL: the kind is not known. */
const struct anonymous_set *anonymous_link_kind(const char *kind, size_t size);

/* NULL: the set has none for it. */
const struct anonymous_policy *anonymous_policy(const struct anonymous_set *set, unsigned type);

#endif
