/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the host's resolver goes by: servers and domains of an interface. */
#ifndef SRC_MIB_ROW_DNS_H
#define SRC_MIB_ROW_DNS_H

#include "mib/table.h"

enum mib_dns_kind {
    MIB_DNS_SERVER, /* address and port; family is the address' */
    MIB_DNS_SUFFIX, /* name: the connection's own suffix; no family */
    MIB_DNS_SEARCH, /* name: a domain that names are searched in; no family */
};

/*
 * No key: the rows of an interface come one after the other, those of one kind in order of
 * preference. ifindex 0: of the host, where no interface is known for it. A filter with a family
 * lets servers of that family through, and nothing else.
 */
struct mib_dns {
    MIB_HEAD;
    uint8_t kind; /* enum mib_dns_kind */
    struct mib_addr address;
    uint16_t port; /* 0: the usual one */
    uint16_t reserved;
    char name[256]; /* UTF-8, no dot at its end; NUL-terminated */
};

MIB_ASSERT_LAYOUT(struct mib_dns, MIB_ROW_SIZE_DNS);

#endif
