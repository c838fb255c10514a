/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The servers' answers, as dhcpcd keeps them: RFC 2131 and 2132, RFC 8415. */
#include "backend/dhcp/lease.h"

#include <errno.h>
#include <string.h>

enum {
    HEAD4 = 236, /* before the cookie */
    YIADDR = 16,
    PAD = 0,
    LEASE_TIME = 51,
    MESSAGE_TYPE = 53,
    SERVER = 54,
    END = 255,
    ACK = 5,

    HEAD6 = 4,
    REPLY = 7,
    CLIENT_ID = 1,
    IA_NA = 3,
    IA_ADDRESS = 5,
};

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

int dhcp_parse_message4(const uint8_t *bytes, size_t size, struct dhcp_lease *ret)
{
    static const uint8_t cookie[] = {99, 130, 83, 99};
    struct dhcp_lease lease = {.family = MIB_FAMILY_IPV4};
    bool is_ack = false;

    if (size < HEAD4 + sizeof(cookie) || memcmp(bytes + HEAD4, cookie, sizeof(cookie)) != 0)
        return -EBADMSG;
    memcpy(lease.address.bytes, bytes + YIADDR, 4);
    for (size_t i = HEAD4 + sizeof(cookie); i < size && bytes[i] != END;) {
        if (bytes[i] == PAD) {
            i++;
            continue;
        }
        if (size - i < 2 || size - i - 2 < bytes[i + 1])
            return -EBADMSG;
        const uint8_t *value = bytes + i + 2;
        if (bytes[i] == MESSAGE_TYPE && bytes[i + 1] == 1)
            is_ack = value[0] == ACK;
        else if (bytes[i] == LEASE_TIME && bytes[i + 1] == 4)
            lease.lifetime = get32(value);
        else if (bytes[i] == SERVER && bytes[i + 1] == 4)
            memcpy(lease.server.bytes, value, 4);
        i += 2 + (size_t)bytes[i + 1];
    }
    if (!is_ack || mib_addr_is_zero(&lease.address))
        return -EBADMSG;
    *ret = lease;
    return 0;
}

/* An option at *bytes, which is moved behind it; false: there is none, or it is cut off. */
struct option {
    uint16_t code;
    uint16_t length;
    const uint8_t *value;
};

static bool take_option(const uint8_t **bytes, size_t *size, struct option *ret)
{
    const uint8_t *at = *bytes;

    if (*size < 4)
        return false;
    const struct option option = {
        .code = (uint16_t)(at[0] << 8 | at[1]),
        .length = (uint16_t)(at[2] << 8 | at[3]),
        .value = at + 4,
    };
    if (*size - 4 < option.length)
        return false;
    *bytes += 4 + option.length;
    *size -= 4 + (size_t)option.length;
    *ret = option;
    return true;
}

/* The first address of an association: IAID, two times, options. */
static void take_association(const struct option *ia, struct dhcp_lease *lease)
{
    struct option option;

    if (ia->length < 12 || !mib_addr_is_zero(&lease->address))
        return;
    const uint8_t *bytes = ia->value + 12;
    size_t size = ia->length - 12U;
    while (take_option(&bytes, &size, &option)) {
        if (option.code != IA_ADDRESS || option.length < 24)
            continue;
        lease->iaid = get32(ia->value);
        memcpy(lease->address.bytes, option.value, 16);
        lease->lifetime = get32(option.value + 20);
        return;
    }
}

int dhcp_parse_message6(const uint8_t *bytes, size_t size, struct dhcp_lease *ret)
{
    struct dhcp_lease lease = {.family = MIB_FAMILY_IPV6};
    struct option option;

    if (size < HEAD6 || bytes[0] != REPLY)
        return -EBADMSG;
    bytes += HEAD6;
    size -= HEAD6;
    while (take_option(&bytes, &size, &option)) {
        if (option.code == IA_NA) {
            take_association(&option, &lease);
        } else if (option.code == CLIENT_ID && option.length <= sizeof(lease.duid)) {
            memset(lease.duid, 0, sizeof(lease.duid));
            memcpy(lease.duid, option.value, option.length);
            lease.duid_length = (uint8_t)option.length;
        }
    }
    if (size != 0 || mib_addr_is_zero(&lease.address))
        return -EBADMSG;
    *ret = lease;
    return 0;
}
