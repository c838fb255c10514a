/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What TCP counts and measures of single connections. Contracts: include/iphlpapi_estats.h. */
#include "mib/query/tcp_info.h"
#include "api/error.h"
#include "api/rows/socket.h"
#include "api/windows.h"
#include "backend/backend.h"

#include <string.h>

enum { MICROSECONDS = 1000, BITS = 8 };

/* A part. All of its read-only static structure is 0, as Linux tells nothing of it. */
struct part {
    const void *rw; /* how it is */
    void (*to_rod)(const struct mib_tcp_info *info, void *ret);
    ULONG rw_size; /* 0: the part has no such structure */
    ULONG ros_size;
    ULONG rod_size;
    BOOLEAN is_supported;
};

static void to_data(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_DATA_ROD_v0 data = {
        .DataBytesOut = info->bytes_sent,
        .DataSegsOut = info->data_segments_sent,
        .DataBytesIn = info->bytes_received,
        .DataSegsIn = info->data_segments_received,
        .SegsOut = info->segments_sent,
        .SegsIn = info->segments_received,
        .ThruBytesAcked = info->bytes_acknowledged,
        .ThruBytesReceived = info->bytes_received,
    };

    *(TCP_ESTATS_DATA_ROD_v0 *)ret = data;
}

static ULONG bytes_of_segments(const struct mib_tcp_info *info, uint32_t segments)
{
    const uint64_t bytes = (uint64_t)segments * info->mss;

    return segments == MIB_TCP_THRESHOLD_INFINITE || bytes > UINT32_MAX ? UINT32_MAX : (ULONG)bytes;
}

static void to_congestion(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_SND_CONG_ROD_v0 congestion = {
        .SndLimTimeRwin = (ULONG)(info->window_limited / MICROSECONDS),
        .CurCwnd = bytes_of_segments(info, info->congestion_window),
        .CurSsthresh = bytes_of_segments(info, info->slow_start_threshold),
    };

    *(TCP_ESTATS_SND_CONG_ROD_v0 *)ret = congestion;
}

static void to_path(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_PATH_ROD_v0 path = {
        .Timeouts = info->first_timeouts,
        .SubsequentTimeouts = (uint16_t)(info->timeouts - info->first_timeouts),
        .CurTimeoutCount = info->timeout_count,
        .PktsRetrans = info->segments_retransmitted,
        .BytesRetrans = (ULONG)info->bytes_retransmitted,
        .RetranThresh = info->duplicate_threshold,
        .DsackDups = info->duplicates_reported,
        .SmoothedRtt = info->rtt / MICROSECONDS,
        .RttVar = info->rtt_variation / MICROSECONDS,
        .MinRtt = info->rtt_least / MICROSECONDS,
        .CurRto = info->timeout / MICROSECONDS,
        .CurMss = info->mss,
    };

    *(TCP_ESTATS_PATH_ROD_v0 *)ret = path;
}

static void to_send_buffer(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_SEND_BUFF_ROD_v0 buffer = {
        .CurRetxQueue = info->unacknowledged,
        .CurAppWQueue = info->unsent,
    };

    *(TCP_ESTATS_SEND_BUFF_ROD_v0 *)ret = buffer;
}

static void to_receiver(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_REC_ROD_v0 receiver = {
        .CurRwinSent = info->window_sent,
        .CurAppRQueue = info->unread,
        .WinScaleSent = info->window_scale_sent,
    };

    *(TCP_ESTATS_REC_ROD_v0 *)ret = receiver;
}

static void to_observed_receiver(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_OBS_REC_ROD_v0 receiver = {
        .CurRwinRcvd = info->window_received,
        .WinScaleRcvd = info->window_scale_received,
    };

    *(TCP_ESTATS_OBS_REC_ROD_v0 *)ret = receiver;
}

static void to_bandwidth(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_BANDWIDTH_ROD_v0 bandwidth = {
        .OutboundBandwidth = info->delivery_rate * BITS,
    };

    *(TCP_ESTATS_BANDWIDTH_ROD_v0 *)ret = bandwidth;
}

static void to_fine_rtt(const struct mib_tcp_info *info, void *ret)
{
    const TCP_ESTATS_FINE_RTT_ROD_v0 rtt = {
        .RttVar = info->rtt_variation,
        .MinRtt = info->rtt_least,
        .SumRtt = info->rtt,
    };

    *(TCP_ESTATS_FINE_RTT_ROD_v0 *)ret = rtt;
}

/* How it is with each part: Linux always collects, but for the inbound bandwidth. */
static const BOOLEAN enabled = TRUE;
static const TCP_ESTATS_BANDWIDTH_RW_v0 bandwidth_rw = {
    .EnableCollectionOutbound = TcpBoolOptEnabled,
    .EnableCollectionInbound = TcpBoolOptDisabled,
};

/* Of the structures with nothing but EnableCollection. */
#define PART(name, convert)                                                                        \
    .rw_size = sizeof(TCP_ESTATS_##name##_RW_v0), .rod_size = sizeof(TCP_ESTATS_##name##_ROD_v0),  \
    .rw = &enabled, .to_rod = (convert), .is_supported = TRUE

static const struct part parts[] = {
    [TcpConnectionEstatsSynOpts] = {.ros_size = sizeof(TCP_ESTATS_SYN_OPTS_ROS_v0)},
    [TcpConnectionEstatsData] = {PART(DATA, to_data)},
    [TcpConnectionEstatsSndCong] = {PART(SND_CONG, to_congestion),
                                    .ros_size = sizeof(TCP_ESTATS_SND_CONG_ROS_v0)},
    [TcpConnectionEstatsPath] = {PART(PATH, to_path)},
    [TcpConnectionEstatsSendBuff] = {PART(SEND_BUFF, to_send_buffer)},
    [TcpConnectionEstatsRec] = {PART(REC, to_receiver)},
    [TcpConnectionEstatsObsRec] = {PART(OBS_REC, to_observed_receiver)},
    [TcpConnectionEstatsBandwidth] = {.rw_size = sizeof(TCP_ESTATS_BANDWIDTH_RW_v0),
                                      .rod_size = sizeof(TCP_ESTATS_BANDWIDTH_ROD_v0),
                                      .rw = &bandwidth_rw,
                                      .to_rod = to_bandwidth,
                                      .is_supported = TRUE},
    [TcpConnectionEstatsFineRtt] = {PART(FINE_RTT, to_fine_rtt)},
};

/* A structure that a program asks for or gives. */
struct piece {
    UCHAR *buffer; /* NULL: not this one */
    ULONG version;
    ULONG size;
    ULONG needed; /* 0: the part has none */
};

static DWORD check_pieces(const struct piece *pieces, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!pieces[i].buffer && pieces[i].size != 0)
            return ERROR_INVALID_USER_BUFFER;
    for (size_t i = 0; i < count; i++)
        if (pieces[i].version != 0)
            return ERROR_NOT_SUPPORTED;
    for (size_t i = 0; i < count; i++)
        if (pieces[i].buffer && pieces[i].needed == 0)
            return ERROR_INVALID_PARAMETER;
    for (size_t i = 0; i < count; i++)
        if (pieces[i].buffer && pieces[i].size < pieces[i].needed)
            return ERROR_INSUFFICIENT_BUFFER;
    return NO_ERROR;
}

static const struct part *part_of(TCP_ESTATS_TYPE type)
{
    return (unsigned int)type < sizeof(parts) / sizeof(parts[0]) ? &parts[type] : NULL;
}

static int query_connection(const struct mib_tcp *key, struct mib_tcp_info *ret)
{
    struct mib_tcp_info info = {.family = key->family, .connection = *key};
    int r = backend_query(MIB_QUERY_TCP_INFO, &info);

    if (r == 0)
        *ret = info;
    return r;
}

_Static_assert(sizeof(TCP_ESTATS_PATH_ROD_v0) >= sizeof(TCP_ESTATS_DATA_ROD_v0) &&
                   sizeof(TCP_ESTATS_PATH_ROD_v0) >= sizeof(TCP_ESTATS_SND_CONG_ROD_v0),
               "another structure is the largest");

/* pieces: read-write, read-only static, read-only dynamic. */
static DWORD get(const struct mib_tcp *key, TCP_ESTATS_TYPE type, struct piece pieces[3])
{
    const struct part *part = part_of(type);
    struct mib_tcp_info info;

    if (!part)
        return ERROR_INVALID_PARAMETER;
    pieces[0].needed = part->rw_size;
    pieces[1].needed = part->ros_size;
    pieces[2].needed = part->rod_size;
    DWORD error = check_pieces(pieces, 3);
    if (error == NO_ERROR && !part->is_supported)
        error = ERROR_NOT_SUPPORTED;
    if (error == NO_ERROR)
        error = error_from(query_connection(key, &info));
    if (error != NO_ERROR)
        return error;
    if (pieces[0].buffer)
        memcpy(pieces[0].buffer, part->rw, part->rw_size);
    if (pieces[1].buffer)
        memset(pieces[1].buffer, 0, part->ros_size);
    if (pieces[2].buffer) {
        ULONG64 rod[sizeof(TCP_ESTATS_PATH_ROD_v0) / sizeof(ULONG64)];

        memset(rod, 0, sizeof(rod));
        part->to_rod(&info, rod);
        memcpy(pieces[2].buffer, rod, part->rod_size); /* which need not be aligned */
    }
    return NO_ERROR;
}

/* NO_ERROR: it is so, or is to stay as it is. */
static DWORD check_value(TCP_BOOLEAN_OPTIONAL wanted, TCP_BOOLEAN_OPTIONAL actual)
{
    if (wanted != TcpBoolOptDisabled && wanted != TcpBoolOptEnabled &&
        wanted != TcpBoolOptUnchanged)
        return ERROR_INVALID_PARAMETER;
    return wanted == actual || wanted == TcpBoolOptUnchanged ? NO_ERROR : ERROR_NOT_SUPPORTED;
}

static DWORD check_values(TCP_ESTATS_TYPE type, const UCHAR *rw)
{
    TCP_ESTATS_BANDWIDTH_RW_v0 wanted;

    if (type != TcpConnectionEstatsBandwidth)
        return rw[0] ? NO_ERROR : ERROR_NOT_SUPPORTED;
    memcpy(&wanted, rw, sizeof(wanted));
    DWORD outbound =
        check_value(wanted.EnableCollectionOutbound, bandwidth_rw.EnableCollectionOutbound);
    DWORD inbound =
        check_value(wanted.EnableCollectionInbound, bandwidth_rw.EnableCollectionInbound);
    return outbound == NO_ERROR || inbound == ERROR_INVALID_PARAMETER ? inbound : outbound;
}

static DWORD set(const struct mib_tcp *key, TCP_ESTATS_TYPE type, struct piece rw, ULONG offset)
{
    const struct part *part = part_of(type);
    struct mib_tcp_info info;

    if (!part || part->rw_size == 0)
        return ERROR_INVALID_PARAMETER;
    rw.needed = part->rw_size;
    if (rw.size == 0)
        rw.buffer = NULL;
    DWORD error = check_pieces(&rw, 1);
    if (error == NO_ERROR && offset != 0)
        error = ERROR_NOT_SUPPORTED;
    if (error != NO_ERROR || !rw.buffer)
        return error;
    DWORD value = check_values(type, rw.buffer);
    if (value == ERROR_INVALID_PARAMETER)
        return value;
    error = error_from(query_connection(key, &info));
    return error == NO_ERROR ? value : error;
}

ULONG NETIOAPI_API_ GetPerTcpConnectionEStats(PMIB_TCPROW Row, TCP_ESTATS_TYPE EstatsType,
                                              UCHAR *Rw, ULONG RwVersion, ULONG RwSize, UCHAR *Ros,
                                              ULONG RosVersion, ULONG RosSize, UCHAR *Rod,
                                              ULONG RodVersion, ULONG RodSize)
{
    struct piece pieces[] = {
        {.buffer = Rw, .version = RwVersion, .size = RwSize},
        {.buffer = Ros, .version = RosVersion, .size = RosSize},
        {.buffer = Rod, .version = RodVersion, .size = RodSize},
    };
    struct mib_tcp key;

    if (!Row)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row(Row, &key);
    return get(&key, EstatsType, pieces);
}

ULONG NETIOAPI_API_ GetPerTcp6ConnectionEStats(PMIB_TCP6ROW Row, TCP_ESTATS_TYPE EstatsType,
                                               UCHAR *Rw, ULONG RwVersion, ULONG RwSize, UCHAR *Ros,
                                               ULONG RosVersion, ULONG RosSize, UCHAR *Rod,
                                               ULONG RodVersion, ULONG RodSize)
{
    struct piece pieces[] = {
        {.buffer = Rw, .version = RwVersion, .size = RwSize},
        {.buffer = Ros, .version = RosVersion, .size = RosSize},
        {.buffer = Rod, .version = RodVersion, .size = RodSize},
    };
    struct mib_tcp key;

    if (!Row)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row6(Row, &key);
    return get(&key, EstatsType, pieces);
}

/* NOLINTBEGIN(readability-non-const-parameter): the API's signatures */
ULONG NETIOAPI_API_ SetPerTcpConnectionEStats(PMIB_TCPROW Row, TCP_ESTATS_TYPE EstatsType,
                                              UCHAR *Rw, ULONG RwVersion, ULONG RwSize,
                                              ULONG Offset)
{
    const struct piece rw = {.buffer = Rw, .version = RwVersion, .size = RwSize};
    struct mib_tcp key;

    if (!Row)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row(Row, &key);
    return set(&key, EstatsType, rw, Offset);
}

ULONG NETIOAPI_API_ SetPerTcp6ConnectionEStats(PMIB_TCP6ROW Row, TCP_ESTATS_TYPE EstatsType,
                                               UCHAR *Rw, ULONG RwVersion, ULONG RwSize,
                                               ULONG Offset)
{
    const struct piece rw = {.buffer = Rw, .version = RwVersion, .size = RwSize};
    struct mib_tcp key;

    if (!Row)
        return ERROR_INVALID_PARAMETER;
    tcp_key_of_row6(Row, &key);
    return set(&key, EstatsType, rw, Offset);
}
/* NOLINTEND(readability-non-const-parameter) */
