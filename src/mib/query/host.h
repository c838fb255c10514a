/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What belongs to the host as a whole. */
#ifndef SRC_MIB_QUERY_HOST_H
#define SRC_MIB_QUERY_HOST_H

#include "mib/query.h"

/* Out: all. */
struct mib_host {
    MIB_HEAD;           /* nothing */
    uint8_t forwarding; /* IPv4 packets for others are passed on */
    char name[256];     /* as the system has it, with or without a domain; NUL-terminated */
};

MIB_ASSERT_LAYOUT(struct mib_host, MIB_QUERY_SIZE_HOST);

#endif
