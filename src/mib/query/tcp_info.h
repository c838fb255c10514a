/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP has counted and measured of one connection. */
#ifndef SRC_MIB_QUERY_TCP_INFO_H
#define SRC_MIB_QUERY_TCP_INFO_H

#include "mib/query.h"
#include "mib/row/tcp.h"

enum {
    MIB_TCP_WINDOW_SCALE_UNKNOWN = 0xff,
    MIB_TCP_THRESHOLD_INFINITE = 0x7fffffff,
};

/*
 * In: family; connection, whose key counts and nothing else. Out: all else. Counters are 0 where
 * the host's kernel is too old to have them, 32 bits of them start again after their end.
 *   -ENOENT      there is no such connection, or it has no socket: it is not made yet, or waits
 *   -EOPNOTSUPP  the host does not tell
 */
struct mib_tcp_info {
    MIB_HEAD;
    uint8_t window_scale_sent; /* or MIB_TCP_WINDOW_SCALE_UNKNOWN; likewise the other */
    struct mib_tcp connection;
    uint8_t window_scale_received;
    uint8_t timeout_count;   /* of the retransmission timer, since data was acknowledged */
    uint16_t first_timeouts; /* of that timer, those without another one before */
    uint16_t timeouts;       /* all */
    uint16_t reserved;
    uint32_t segments_sent; /* segments: any */
    uint32_t segments_received;
    uint32_t data_segments_sent; /* with data */
    uint32_t data_segments_received;
    uint32_t segments_retransmitted;
    uint32_t duplicates_reported;    /* by D-SACK, of what was sent */
    uint32_t mss;                    /* bytes, for what is sent now */
    uint32_t congestion_window;      /* segments */
    uint32_t slow_start_threshold;   /* segments, or MIB_TCP_THRESHOLD_INFINITE */
    uint32_t duplicate_threshold;    /* duplicate acknowledgements until data is sent again */
    uint32_t rtt;                    /* microseconds, smoothed; 0: none measured yet */
    uint32_t rtt_variation;          /* microseconds */
    uint32_t rtt_least;              /* microseconds, of the last minutes; 0: none measured yet */
    uint32_t timeout;                /* microseconds: the retransmission timer */
    uint32_t window_sent;            /* bytes that the other end may send, as it was last told */
    uint32_t window_received;        /* bytes that this end may send */
    uint32_t unread;                 /* bytes that wait for the program */
    uint32_t unacknowledged;         /* bytes that were sent */
    uint32_t unsent;                 /* bytes that the program wrote, and were not sent yet */
    _Alignas(8) uint64_t bytes_sent; /* with those that were sent again */
    uint64_t bytes_retransmitted;
    uint64_t bytes_acknowledged; /* by the other end; its sequence numbers, so SYN and FIN count */
    uint64_t bytes_received;     /* in sequence; likewise */
    uint64_t delivery_rate;      /* bytes a second that have come to the other end */
    uint64_t window_limited;     /* microseconds in which the other end's window held data up */
};

MIB_ASSERT_LAYOUT(struct mib_tcp_info, MIB_QUERY_SIZE_TCP_INFO);

#endif
