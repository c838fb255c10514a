/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Blocks of TCP's and UDP's ports that the host gives to nobody who asks for any. */
#ifndef SRC_MIB_QUERY_PORTS_H
#define SRC_MIB_QUERY_PORTS_H

#include "mib/query.h"

enum mib_ports_verb {
    MIB_PORTS_LOOK_UP, /* -ENOENT: not all of the block's ports are kept */
    MIB_PORTS_KEEP,    /* -EADDRINUSE: one is kept already, or a socket has it */
    MIB_PORTS_GIVE_UP, /* -ENOENT: as above */
};

/*
 * In: all; the block has one port at least, and none but 1 to 65535. The host keeps ports for both
 * protocols at once; of sockets those of `udp`'s protocol count.
 *   -EPERM, -EACCES, -EROFS  the user may not, which comes before all else but looking up
 *   -EOPNOTSUPP              the host shows no such list
 *   -ENOBUFS                 the list gets too long
 */
struct mib_ports {
    MIB_HEAD;     /* nothing */
    uint8_t verb; /* enum mib_ports_verb */
    uint8_t udp;  /* else TCP */
    uint8_t reserved;
    uint16_t start; /* host byte order */
    uint32_t count;
};

MIB_ASSERT_LAYOUT(struct mib_ports, MIB_QUERY_SIZE_PORTS);

#endif
