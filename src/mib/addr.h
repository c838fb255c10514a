/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Address families and addresses of the model. No system header: both sides of a seam use this. */
#ifndef SRC_MIB_ADDR_H
#define SRC_MIB_ADDR_H

#include <stdbool.h>
#include <stdint.h>

enum mib_family {
    MIB_FAMILY_UNSPEC = 0, /* both, where a family selects */
    MIB_FAMILY_IPV4 = 4,
    MIB_FAMILY_IPV6 = 6,
};

/* In network byte order. An IPv4 address uses the first four bytes, the others are zero. */
struct mib_addr {
    uint8_t bytes[16];
};

/* Whether it can be an interface's own: no group, not everybody (IPv4), not unspecified. */
bool mib_addr_is_unicast(uint8_t family, const struct mib_addr *addr);

/* Whether it is a link-local address (IPv6 fe80::/10) and therefore needs a zone. */
bool mib_addr_is_link_local(uint8_t family, const struct mib_addr *addr);

/* Whether it is an IPv4 address in 169.254.0.0/16, which a host gives itself (RFC 3927). */
bool mib_addr_is_autoconfigured(uint8_t family, const struct mib_addr *addr);

/* Whether it is an IPv6 address in 2001::/32, which only Teredo clients have. */
bool mib_addr_is_teredo(uint8_t family, const struct mib_addr *addr);

/* The UDP port in such an address: the client's as its server sees it (RFC 4380, 4). */
uint16_t mib_addr_teredo_port(const struct mib_addr *addr);

bool mib_addr_is_zero(const struct mib_addr *addr);

/* For tables whose keys are an address on an interface. */
uint32_t mib_addr_hash(uint32_t ifindex, const struct mib_addr *addr);

#endif
