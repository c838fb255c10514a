/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcapng as these files have it (draft-ietf-opsawg-pcapng), for the writer and the reader. */
#ifndef SRC_CAPTURE_FORMAT_H
#define SRC_CAPTURE_FORMAT_H

#include <stdint.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_OLD_PACKET = 2,
    BLOCK_SIMPLE_PACKET = 3,
    BLOCK_PACKET = 6,
    ORDER_MARK = 0x1a2b3c4d,
    BLOCK_MAX = 2 << 20,
};

/* Options of any block, of sections, of interfaces, of packets. */
enum {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SYSTEM = 3,
    OPTION_PROGRAM = 4,
    OPTION_RESOLUTION = 9,
    OPTION_TIME_OFFSET = 14,
    OPTION_NUMBER = 5,
};

enum {
    RESOLUTION_DEFAULT = 6, /* of a second, a negative power of 10 */
    RESOLUTION_NS = 9,
    RESOLUTION_IS_BINARY = 0x80,
};

enum {
    LINK_NETLINK = 253,
    ARPHRD_OF_NETLINK = 824, /* linux/if_arp.h: ARPHRD_NETLINK */
    PACKET_OUTGOING = 4,     /* linux/if_packet.h */
};

/* Every block begins with this, and ends with its length once more. */
struct block_head {
    uint32_t type;
    uint32_t length;
};

/* Of each, options may follow. */
struct section_block {
    struct block_head head;
    uint32_t byte_order;
    uint16_t major, minor;
    uint32_t length[2]; /* all ones: not given */
};

struct interface_block {
    struct block_head head;
    uint16_t link_type, reserved;
    uint32_t limit;
};

/* The packet comes first. */
struct packet_block {
    struct block_head head;
    uint32_t interface;
    uint32_t time_high, time_low;
    uint32_t captured, original;
};

/* Of link type NETLINK, in network byte order; the message follows. */
struct cooked_head {
    uint16_t direction;
    uint16_t arphrd;
    uint8_t unused[10];
    uint16_t protocol;
};

struct option_head {
    uint16_t code, size;
};

/* Whatever follows is at a multiple of 4. */
static inline uint32_t padded(uint32_t size)
{
    return (size + 3) & ~3U;
}

#endif
