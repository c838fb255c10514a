/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is set for the whole of IPv4 or IPv6: read, or set. */
#ifndef SRC_MIB_QUERY_IP_SETTINGS_H
#define SRC_MIB_QUERY_IP_SETTINGS_H

#include "mib/query.h"

/* What is to be set. */
enum {
    MIB_IP_SET_FORWARDING = 1,
    MIB_IP_SET_DEFAULT_TTL = 2,
};

/*
 * In: family, fields, and what is set by these. Out, where nothing is set: all else. All that is
 * named is set, or nothing.
 *   -EAFNOSUPPORT  the host lacks the family
 *   -EINVAL        default_ttl is 0
 *   -EPERM, -EACCES, -EROFS  the user may not
 *   -EOPNOTSUPP    the host has no such settings
 */
struct mib_ip_settings {
    MIB_HEAD;
    uint8_t fields; /* MIB_IP_SET_…; none: it is only read */
    uint8_t forwarding;
    uint8_t default_ttl;
    uint8_t reserved[2];
};

MIB_ASSERT_LAYOUT(struct mib_ip_settings, MIB_QUERY_SIZE_IP_SETTINGS);

#endif
