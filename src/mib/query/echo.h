/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One ICMP echo request and what comes back; and what ends those that wait. */
#ifndef SRC_MIB_QUERY_ECHO_H
#define SRC_MIB_QUERY_ECHO_H

#include "mib/query.h"

enum mib_echo_answer {
    MIB_ECHO_NONE,  /* nothing, in time */
    MIB_ECHO_REPLY, /* of who was asked */
    MIB_ECHO_ERROR, /* an ICMP error, of a router or of who was asked: type and code */
};

enum {
    MIB_ECHO_DONT_FRAGMENT = 1,
    MIB_ECHO_BROADCAST = 2, /* everybody may be asked */
};

enum { MIB_ECHO_OPTIONS_MAX = 40 };

/*
 * Echoes that end together. A number of the host half's own; 0: there is none, and nothing ends
 * them.
 */
typedef uint64_t mib_echo_group;

/*
 * In, besides the family: what is said so. ifindex is the zone of an IPv6 address that has one,
 * else 0. Out: all else. It takes as long as the answer lets itself be waited for. Errors:
 *
 *   -EPERM          the process may have no socket that sends this
 *   -ENETUNREACH    the host has no route there, or none that is allowed
 *   -EMSGSIZE       it is too large for a packet, or for the path where it must stay whole
 *   -EADDRNOTAVAIL  the source is no address of the host's
 *   -EINVAL         the options are none
 *   -ECANCELED      the group has ended
 *   -EBADF          the group is another process's
 */
struct mib_echo {
    MIB_HEAD;
    uint8_t flags; /* in: MIB_ECHO_…; out: MIB_ECHO_DONT_FRAGMENT, if the reply has it */
    _Alignas(8) uint64_t data; /* in: where the bytes to send are, in this process */
    uint64_t answer_data;      /* in: where the reply's bytes are put, as many as fit; 0: nowhere */
    mib_echo_group group;      /* in */
    struct mib_addr from;      /* in: the source, zeros for the host's choice; out: who answers */
    struct mib_addr to;        /* in */
    uint32_t timeout_ms;       /* in */
    uint32_t time;             /* microseconds until the answer */
    uint16_t size;             /* in: bytes to send */
    uint16_t answer_size;      /* in: room; out: bytes of the reply */
    uint8_t time_to_live;      /* in: 0 for the host's choice; out: the reply's, IPv4 only */
    uint8_t traffic_class;     /* in; out: the reply's, IPv4 only */
    uint8_t answer;            /* enum mib_echo_answer */
    uint8_t type;
    uint8_t code;
    uint8_t options_size; /* of IPv4: in, at most MIB_ECHO_OPTIONS_MAX; out: the reply's */
    uint8_t options[MIB_ECHO_OPTIONS_MAX];
    uint8_t reserved[6];
};

MIB_ASSERT_LAYOUT(struct mib_echo, MIB_QUERY_SIZE_ECHO);

enum mib_echo_verb { MIB_ECHO_OPEN, MIB_ECHO_STOP, MIB_ECHO_CLOSE };

/*
 * MIB_ECHO_OPEN makes a group; -EPERM, -EAFNOSUPPORT: the process may send no echo requests of the
 * family, the host has it not. MIB_ECHO_STOP ends all of its echoes, those to come included.
 * MIB_ECHO_CLOSE gives it up, when none is left. In another process than its own (after a fork)
 * neither does anything to it: -EBADF.
 */
struct mib_echo_control {
    MIB_HEAD;
    uint8_t verb; /* in: enum mib_echo_verb */
    _Alignas(8) mib_echo_group group;
};

MIB_ASSERT_LAYOUT(struct mib_echo_control, MIB_QUERY_SIZE_ECHO_CONTROL);

#endif
