/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What TCP counts and measures of one connection (RFC 4898), as GetPerTcpConnectionEStats() gives
 * it. A comment says what a field holds here; a field without one is 0: Linux does not tell it.
 * Where docs/MAPPING.md names a release of Linux, an older one leaves the field at 0, too.
 *
 * Linux always collects. So EnableCollection of each TCP_ESTATS_…_RW_v0 is TRUE from the first.
 */
#ifndef IPHLPAPI_TCPESTATS_H
#define IPHLPAPI_TCPESTATS_H

#include "iphlpapi_windef.h"

typedef enum {
    TcpConnectionEstatsSynOpts, /* not supported: see GetPerTcpConnectionEStats() */
    TcpConnectionEstatsData,
    TcpConnectionEstatsSndCong,
    TcpConnectionEstatsPath,
    TcpConnectionEstatsSendBuff,
    TcpConnectionEstatsRec,
    TcpConnectionEstatsObsRec,
    TcpConnectionEstatsBandwidth,
    TcpConnectionEstatsFineRtt,
    TcpConnectionEstatsMaximum
} TCP_ESTATS_TYPE,
    *PTCP_ESTATS_TYPE;

typedef enum _TCP_BOOLEAN_OPTIONAL {
    TcpBoolOptDisabled = 0,
    TcpBoolOptEnabled,
    TcpBoolOptUnchanged = -1
} TCP_BOOLEAN_OPTIONAL,
    *PTCP_BOOLEAN_OPTIONAL;

/* What SoftErrorReason may be on Windows. */
typedef enum {
    TcpErrorNone = 0,
    TcpErrorBelowDataWindow,
    TcpErrorAboveDataWindow,
    TcpErrorBelowAckWindow,
    TcpErrorAboveAckWindow,
    TcpErrorBelowTsWindow,
    TcpErrorAboveTsWindow,
    TcpErrorDataChecksumError,
    TcpErrorDataLengthError,
    TcpErrorMaxSoftError
} TCP_SOFT_ERROR,
    *PTCP_SOFT_ERROR;

typedef struct _TCP_ESTATS_SYN_OPTS_ROS_v0 {
    BOOLEAN ActiveOpen;
    ULONG MssRcvd;
    ULONG MssSent;
} TCP_ESTATS_SYN_OPTS_ROS_v0, *PTCP_ESTATS_SYN_OPTS_ROS_v0;

typedef struct _TCP_ESTATS_DATA_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_DATA_RW_v0, *PTCP_ESTATS_DATA_RW_v0;

typedef struct _TCP_ESTATS_DATA_ROD_v0 {
    ULONG64 DataBytesOut; /* with what was sent again */
    ULONG64 DataSegsOut;  /* segments: a 32-bit count, as the next three */
    ULONG64 DataBytesIn;  /* that came in sequence: what came twice counts once */
    ULONG64 DataSegsIn;
    ULONG64 SegsOut;
    ULONG64 SegsIn;
    ULONG SoftErrors;
    ULONG SoftErrorReason;
    ULONG SndUna;
    ULONG SndNxt;
    ULONG SndMax;
    ULONG64 ThruBytesAcked; /* SYN and FIN of this end, once acknowledged, count as one each */
    ULONG RcvNxt;
    ULONG64 ThruBytesReceived; /* FIN of the other end counts as one */
} TCP_ESTATS_DATA_ROD_v0, *PTCP_ESTATS_DATA_ROD_v0;

typedef struct _TCP_ESTATS_SND_CONG_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_SND_CONG_RW_v0, *PTCP_ESTATS_SND_CONG_RW_v0;

typedef struct _TCP_ESTATS_SND_CONG_ROS_v0 {
    ULONG LimCwnd;
} TCP_ESTATS_SND_CONG_ROS_v0, *PTCP_ESTATS_SND_CONG_ROS_v0;

typedef struct _TCP_ESTATS_SND_CONG_ROD_v0 {
    ULONG SndLimTransRwin;
    ULONG SndLimTimeRwin; /* milliseconds */
    SIZE_T SndLimBytesRwin;
    ULONG SndLimTransCwnd;
    ULONG SndLimTimeCwnd;
    SIZE_T SndLimBytesCwnd;
    ULONG SndLimTransSnd;
    ULONG SndLimTimeSnd;
    SIZE_T SndLimBytesSnd;
    ULONG SlowStart;
    ULONG CongAvoid;
    ULONG OtherReductions;
    ULONG CurCwnd; /* bytes: segments of CurMss */
    ULONG MaxSsCwnd;
    ULONG MaxCaCwnd;
    ULONG CurSsthresh; /* likewise; 0xffffffff: nothing has set it yet */
    ULONG MaxSsthresh;
    ULONG MinSsthresh;
} TCP_ESTATS_SND_CONG_ROD_v0, *PTCP_ESTATS_SND_CONG_ROD_v0;

typedef struct _TCP_ESTATS_PATH_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_PATH_RW_v0, *PTCP_ESTATS_PATH_RW_v0;

typedef struct _TCP_ESTATS_PATH_ROD_v0 {
    ULONG FastRetran;
    ULONG Timeouts;           /* a 16-bit count, as the next one */
    ULONG SubsequentTimeouts; /* those that came after one without an acknowledgement between */
    ULONG CurTimeoutCount;
    ULONG AbruptTimeouts;
    ULONG PktsRetrans; /* segments */
    ULONG BytesRetrans;
    ULONG DupAcksIn;
    ULONG SacksRcvd;
    ULONG SackBlocksRcvd;
    ULONG CongSignals;
    ULONG PreCongSumCwnd;
    ULONG PreCongSumRtt;
    ULONG PostCongSumRtt;
    ULONG PostCongCountRtt;
    ULONG EcnSignals;
    ULONG EceRcvd;
    ULONG SendStall;
    ULONG QuenchRcvd;   /* 0, as on Windows */
    ULONG RetranThresh; /* acknowledgements */
    ULONG SndDupAckEpisodes;
    ULONG SumBytesReordered;
    ULONG NonRecovDa;
    ULONG NonRecovDaEpisodes;
    ULONG AckAfterFr; /* 0, as on Windows */
    ULONG DsackDups;  /* segments */
    ULONG SampleRtt;
    ULONG SmoothedRtt; /* milliseconds, rounded down; 0 also: none is measured yet */
    ULONG RttVar;      /* likewise */
    ULONG MaxRtt;
    ULONG MinRtt; /* likewise, of the last minutes (net.ipv4.tcp_min_rtt_wlen) */
    ULONG SumRtt;
    ULONG CountRtt;
    ULONG CurRto; /* milliseconds */
    ULONG MaxRto;
    ULONG MinRto;
    ULONG CurMss; /* bytes of data in a segment, without options */
    ULONG MaxMss;
    ULONG MinMss;
    ULONG SpuriousRtoDetections;
} TCP_ESTATS_PATH_ROD_v0, *PTCP_ESTATS_PATH_ROD_v0;

typedef struct _TCP_ESTATS_SEND_BUFF_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_SEND_BUFF_RW_v0, *PTCP_ESTATS_SEND_BUFF_RW_v0;

typedef struct _TCP_ESTATS_SEND_BUFF_ROD_v0 {
    SIZE_T CurRetxQueue; /* bytes that were sent and are not acknowledged */
    SIZE_T MaxRetxQueue;
    SIZE_T CurAppWQueue; /* bytes that were never sent */
    SIZE_T MaxAppWQueue;
} TCP_ESTATS_SEND_BUFF_ROD_v0, *PTCP_ESTATS_SEND_BUFF_ROD_v0;

typedef struct _TCP_ESTATS_REC_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_REC_RW_v0, *PTCP_ESTATS_REC_RW_v0;

typedef struct _TCP_ESTATS_REC_ROD_v0 {
    ULONG CurRwinSent; /* bytes */
    ULONG MaxRwinSent;
    ULONG MinRwinSent;
    ULONG LimRwin;
    ULONG DupAckEpisodes;
    ULONG DupAcksOut;
    ULONG CeRcvd;
    ULONG EcnSent;       /* 0, as on Windows */
    ULONG EcnNoncesRcvd; /* 0, as on Windows */
    ULONG CurReasmQueue;
    ULONG MaxReasmQueue;
    SIZE_T CurAppRQueue; /* bytes */
    SIZE_T MaxAppRQueue;
    UCHAR WinScaleSent; /* 0xff (-1): the two ends did not agree on scaling */
} TCP_ESTATS_REC_ROD_v0, *PTCP_ESTATS_REC_ROD_v0;

typedef struct _TCP_ESTATS_OBS_REC_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_OBS_REC_RW_v0, *PTCP_ESTATS_OBS_REC_RW_v0;

typedef struct _TCP_ESTATS_OBS_REC_ROD_v0 {
    ULONG CurRwinRcvd; /* bytes */
    ULONG MaxRwinRcvd;
    ULONG MinRwinRcvd;
    UCHAR WinScaleRcvd; /* likewise */
} TCP_ESTATS_OBS_REC_ROD_v0, *PTCP_ESTATS_OBS_REC_ROD_v0;

typedef struct _TCP_ESTATS_BANDWIDTH_RW_v0 {
    TCP_BOOLEAN_OPTIONAL EnableCollectionOutbound; /* TcpBoolOptEnabled */
    TCP_BOOLEAN_OPTIONAL EnableCollectionInbound;  /* TcpBoolOptDisabled: Linux has no such thing */
} TCP_ESTATS_BANDWIDTH_RW_v0, *PTCP_ESTATS_BANDWIDTH_RW_v0;

typedef struct _TCP_ESTATS_BANDWIDTH_ROD_v0 {
    ULONG64 OutboundBandwidth; /* bits a second, as data was last delivered; 0 also: none was yet */
    ULONG64 InboundBandwidth;
    ULONG64 OutboundInstability;
    ULONG64 InboundInstability;
    BOOLEAN OutboundBandwidthPeaked; /* FALSE, as the next one: Linux does not tell it */
    BOOLEAN InboundBandwidthPeaked;
} TCP_ESTATS_BANDWIDTH_ROD_v0, *PTCP_ESTATS_BANDWIDTH_ROD_v0;

typedef struct _TCP_ESTATS_FINE_RTT_RW_v0 {
    BOOLEAN EnableCollection; /* TRUE */
} TCP_ESTATS_FINE_RTT_RW_v0, *PTCP_ESTATS_FINE_RTT_RW_v0;

typedef struct _TCP_ESTATS_FINE_RTT_ROD_v0 {
    ULONG RttVar; /* microseconds; 0 also: none is measured yet */
    ULONG MaxRtt;
    ULONG MinRtt; /* likewise, of the last minutes (net.ipv4.tcp_min_rtt_wlen) */
    ULONG SumRtt; /* likewise, smoothed */
} TCP_ESTATS_FINE_RTT_ROD_v0, *PTCP_ESTATS_FINE_RTT_ROD_v0;

#endif /* IPHLPAPI_TCPESTATS_H */
