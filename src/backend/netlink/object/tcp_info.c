/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* INET_DIAG_INFO, which holds a struct tcp_info as long as the kernel's is. */
#include "backend/netlink/object/tcp_info.h"
#include "backend/netlink/object/attributes.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stddef.h>

const uint8_t tcp_info_extension = 1 << (INET_DIAG_INFO - 1);

/* Since Linux 6.7, which is newer than the headers have to be. */
struct newest_info {
    uint8_t older[offsetof(struct tcp_info, tcpi_snd_wnd) + 4];
    uint32_t rcv_wnd; /* Linux 6.2 */
    uint32_t rehash;
    uint16_t total_rto; /* Linux 6.7 */
    uint16_t total_rto_recoveries;
};

_Static_assert(offsetof(struct newest_info, rcv_wnd) == 232, "the layout of struct tcp_info");

/* The least that a kernel has sent since there is sock_diag: up to tcpi_total_retrans. */
enum { INFO_LEAST = offsetof(struct tcp_info, tcpi_total_retrans) + 4 };

/* Both of one message, which tells of one moment. */
struct told {
    struct inet_diag_msg diag;
    struct tcp_info info;
    struct newest_info newest;
};

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static int read_told(const struct nlmsghdr *message, struct told *told)
{
    const size_t begin = NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct inet_diag_msg)));
    const struct nlattr *attributes[INET_DIAG_INFO + 1];
    const struct nlattr *info;

    if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        message->nlmsg_len < NLMSG_LENGTH(sizeof(told->diag)))
        return -EBADMSG;
    if (message->nlmsg_len <= begin)
        return -ENOMSG;
    (void)attributes_parse((const uint8_t *)message + begin, message->nlmsg_len - begin,
                           INET_DIAG_INFO, NULL, attributes);
    info = attributes[INET_DIAG_INFO];
    if (!info)
        return -ENOMSG;
    if (attribute_length(info) < INFO_LEAST)
        return -EBADMSG;
    *told = (struct told){.info = {.tcpi_state = 0}};
    memcpy(&told->diag, NLMSG_DATA(message), sizeof(told->diag));
    memcpy(&told->info, attribute_data(info), least(attribute_length(info), sizeof(told->info)));
    memcpy(&told->newest, attribute_data(info),
           least(attribute_length(info), sizeof(told->newest)));
    return 0;
}

/* The kernel reads the length of the queue before the rest, and without a lock. */
static uint32_t less(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

int tcp_info_parse(const struct nlmsghdr *message, struct mib_tcp_info *info)
{
    struct told told;
    int r = read_told(message, &told);

    if (r < 0)
        return r;
    const struct tcp_info *tcp = &told.info;
    const bool is_scaled = tcp->tcpi_options & TCPI_OPT_WSCALE;
    struct mib_tcp_info parsed = {
        .ifindex = info->ifindex,
        .iftype = info->iftype,
        .family = info->family,
        .window_scale_sent = MIB_TCP_WINDOW_SCALE_UNKNOWN,
        .connection = info->connection,
        .window_scale_received = MIB_TCP_WINDOW_SCALE_UNKNOWN,
        .timeout_count = tcp->tcpi_retransmits,
        .first_timeouts = told.newest.total_rto_recoveries,
        .timeouts = told.newest.total_rto,
        .segments_sent = tcp->tcpi_segs_out,
        .segments_received = tcp->tcpi_segs_in,
        .data_segments_sent = tcp->tcpi_data_segs_out,
        .data_segments_received = tcp->tcpi_data_segs_in,
        .segments_retransmitted = tcp->tcpi_total_retrans,
        .duplicates_reported = tcp->tcpi_dsack_dups,
        .mss = tcp->tcpi_snd_mss,
        .congestion_window = tcp->tcpi_snd_cwnd,
        .slow_start_threshold = tcp->tcpi_snd_ssthresh,
        .duplicate_threshold = tcp->tcpi_reordering,
        .rtt = tcp->tcpi_rtt,
        .rtt_variation = tcp->tcpi_rtt ? tcp->tcpi_rttvar : 0,
        .rtt_least = tcp->tcpi_min_rtt == UINT32_MAX ? 0 : tcp->tcpi_min_rtt,
        .timeout = tcp->tcpi_rto,
        .window_sent = told.newest.rcv_wnd,
        .window_received = tcp->tcpi_snd_wnd,
        .unread = told.diag.idiag_rqueue,
        .unacknowledged = less(told.diag.idiag_wqueue, tcp->tcpi_notsent_bytes),
        .unsent = tcp->tcpi_notsent_bytes,
        .bytes_sent = tcp->tcpi_bytes_sent,
        .bytes_retransmitted = tcp->tcpi_bytes_retrans,
        .bytes_acknowledged = tcp->tcpi_bytes_acked,
        .bytes_received = tcp->tcpi_bytes_received,
        .delivery_rate = tcp->tcpi_delivery_rate,
        .window_limited = tcp->tcpi_rwnd_limited,
    };
    if (is_scaled) {
        parsed.window_scale_sent = tcp->tcpi_rcv_wscale;
        parsed.window_scale_received = tcp->tcpi_snd_wscale;
    }
    *info = parsed;
    return 0;
}
