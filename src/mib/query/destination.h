/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What RFC 6724 wants to know of a destination address, to sort it among others. */
#ifndef SRC_MIB_QUERY_DESTINATION_H
#define SRC_MIB_QUERY_DESTINATION_H

#include "mib/query.h"

/*
 * In: family and destination; ifindex, the zone of a link-local one, or 0. Out: label and
 * precedence; where there is a way to it, its interface and the source with what is known of it.
 */
struct mib_destination {
    MIB_HEAD;
    uint8_t reachable; /* else there is no source, and ifindex and iftype are 0 */
    struct mib_addr destination;
    struct mib_addr source;
    uint32_t label;
    uint32_t source_label;
    uint32_t precedence;
    uint8_t source_prefix_length; /* bits */
    uint8_t source_deprecated;
    uint8_t reserved[2];
};

MIB_ASSERT_LAYOUT(struct mib_destination, MIB_QUERY_SIZE_DESTINATION);

#endif
