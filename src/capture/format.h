/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pcapng as these files have it (draft-ietf-opsawg-pcapng), for the writer and the reader. */
#ifndef SRC_CAPTURE_FORMAT_H
#define SRC_CAPTURE_FORMAT_H

#include <stdint.h>

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    ORDER_MARK = 0x1a2b3c4d,
    OPTION_COMMENT = 1,
    OPTION_RESOLUTION = 9,
    RESOLUTION_NS = 9,
    LINK_NETLINK = 253,
    ARPHRD_OF_NETLINK = 824, /* linux/if_arp.h: ARPHRD_NETLINK */
    PACKET_OUTGOING = 4,     /* linux/if_packet.h */
    BLOCK_MAX = 2 << 20,
};

/* Every block begins with this, and ends with its length once more. */
struct block_head {
    uint32_t type;
    uint32_t length;
};

struct section_block {
    struct block_head head;
    uint32_t byte_order;
    uint16_t major, minor;
    uint32_t length[2]; /* not given */
    uint32_t tail;
};

struct interface_block {
    struct block_head head;
    uint16_t link_type, reserved;
    uint32_t limit;
    uint16_t resolution_code, resolution_size;
    uint32_t resolution;
    uint32_t end_of_options;
    uint32_t tail;
};

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

enum { COMMENT_MAX = 128 };

/* Whatever follows is at a multiple of 4. */
static inline uint32_t padded(uint32_t size)
{
    return (size + 3) & ~3U;
}

#endif
