/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What addresses say by themselves. Pure. */
#include "mib/addr.h"

#include <string.h>

bool mib_addr_is_unicast(uint8_t family, const struct mib_addr *addr)
{
    static const uint8_t everybody[] = {0xff, 0xff, 0xff, 0xff};
    bool group = family == MIB_FAMILY_IPV4 ? (addr->bytes[0] & 0xf0) == 0xe0 /* RFC 1112, 4 */
                                           : addr->bytes[0] == 0xff;         /* RFC 4291, 2.7 */

    return !group && !mib_addr_is_zero(addr) &&
           !(family == MIB_FAMILY_IPV4 && memcmp(addr->bytes, everybody, sizeof(everybody)) == 0);
}

bool mib_addr_is_link_local(uint8_t family, const struct mib_addr *addr)
{
    return family == MIB_FAMILY_IPV6 && addr->bytes[0] == 0xfe && (addr->bytes[1] & 0xc0) == 0x80;
}

bool mib_addr_is_autoconfigured(uint8_t family, const struct mib_addr *addr)
{
    return family == MIB_FAMILY_IPV4 && addr->bytes[0] == 169 && addr->bytes[1] == 254;
}

bool mib_addr_is_teredo(uint8_t family, const struct mib_addr *addr)
{
    static const uint8_t prefix[] = {0x20, 0x01, 0x00, 0x00};

    return family == MIB_FAMILY_IPV6 && memcmp(addr->bytes, prefix, sizeof(prefix)) == 0;
}

uint16_t mib_addr_teredo_port(const struct mib_addr *addr)
{
    /* Bits 80 to 95, inverted so that no address translator takes them for its own to change. */
    return (uint16_t) ~(addr->bytes[10] << 8 | addr->bytes[11]);
}

bool mib_addr_is_zero(const struct mib_addr *addr)
{
    static const struct mib_addr zero;

    return memcmp(addr, &zero, sizeof(zero)) == 0;
}

uint32_t mib_addr_hash(uint32_t ifindex, const struct mib_addr *addr)
{
    uint64_t hash = ifindex;

    for (size_t i = 0; i < sizeof(addr->bytes); i += 4) {
        uint32_t word;
        memcpy(&word, addr->bytes + i, sizeof(word));
        hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}
