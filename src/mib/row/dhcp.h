/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What DHCP clients of the host have: a row for each link and family that one runs for. */
#ifndef SRC_MIB_ROW_DHCP_H
#define SRC_MIB_ROW_DHCP_H

#include "mib/table.h"

enum { MIB_DHCP_DUID = 130 }; /* RFC 8415: two bytes of type, 128 of the identifier */

#define MIB_DHCP_NEVER INT64_MAX

/*
 * The key is the interface and the family. That there is a row says that DHCP is enabled. A row of
 * IPv4 that is set is renewed by its client, one that is deleted is given up; no field counts.
 *   -EOPNOTSUPP  no client has the link that could be asked to
 *   -EPROTO      the client has refused, for a reason of its own
 *   -ETIMEDOUT   it is asked, but nothing has come of it yet
 */
struct mib_dhcp {
    MIB_HEAD;
    uint8_t duid_length;          /* of IPv6's client; 0: not known */
    _Alignas(8) int64_t obtained; /* seconds since 1970; 0: not known, or no lease yet */
    int64_t expires;              /* likewise; MIB_DHCP_NEVER: it does not */
    struct mib_addr server;       /* zero: not known */
    uint32_t iaid;                /* of IPv6's client, with the DUID */
    uint8_t duid[MIB_DHCP_DUID];
    uint16_t reserved;
};

MIB_ASSERT_LAYOUT(struct mib_dhcp, MIB_ROW_SIZE_DHCP);

#endif
