/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The statistics of TCP and UDP, which tcpmib.h and udpmib.h have on Windows, and those functions
 * for them that mingw-w64's headers lack: the DLL for Wine includes this file beside these.
 * Programs include iphlpapi.h.
 */
#ifndef IPHLPAPI_STATISTICS_H
#define IPHLPAPI_STATISTICS_H

#ifndef _WIN32
#include "iphlpapi_windef.h"
#endif

/* How the retransmission timeout is found. Linux says "other". */
typedef enum {
#ifndef _WIN32
    MIB_TCP_RTO_OTHER = 1,
    MIB_TCP_RTO_CONSTANT = 2,
    MIB_TCP_RTO_RSRE = 3,
    MIB_TCP_RTO_VANJ = 4,
#endif
    TcpRtoAlgorithmOther = 1,
    TcpRtoAlgorithmConstant = 2,
    TcpRtoAlgorithmRsre = 3,
    TcpRtoAlgorithmVanj = 4
} TCP_RTO_ALGORITHM,
    *PTCP_RTO_ALGORITHM;

#ifndef _WIN32
typedef struct _MIB_TCPSTATS_LH {
    __extension__ union {
        DWORD dwRtoAlgorithm;
        TCP_RTO_ALGORITHM RtoAlgorithm;
    };
    DWORD dwRtoMin;  /* ms */
    DWORD dwRtoMax;  /* ms */
    DWORD dwMaxConn; /* (DWORD)-1: no fixed one */
    DWORD dwActiveOpens;
    DWORD dwPassiveOpens;
    DWORD dwAttemptFails;
    DWORD dwEstabResets;
    DWORD dwCurrEstab;
    DWORD dwInSegs;
    DWORD dwOutSegs;
    DWORD dwRetransSegs;
    DWORD dwInErrs;
    DWORD dwOutRsts;
    DWORD dwNumConns; /* in all states but listening */
} MIB_TCPSTATS_LH, *PMIB_TCPSTATS_LH;

/* Windows 2000's. */
typedef struct _MIB_TCPSTATS_W2K {
    DWORD dwRtoAlgorithm; /* MIB_TCP_RTO_… */
    DWORD dwRtoMin;
    DWORD dwRtoMax;
    DWORD dwMaxConn;
    DWORD dwActiveOpens;
    DWORD dwPassiveOpens;
    DWORD dwAttemptFails;
    DWORD dwEstabResets;
    DWORD dwCurrEstab;
    DWORD dwInSegs;
    DWORD dwOutSegs;
    DWORD dwRetransSegs;
    DWORD dwInErrs;
    DWORD dwOutRsts;
    DWORD dwNumConns;
} MIB_TCPSTATS_W2K, *PMIB_TCPSTATS_W2K;

typedef MIB_TCPSTATS_LH MIB_TCPSTATS, *PMIB_TCPSTATS;

typedef struct _MIB_UDPSTATS {
    DWORD dwInDatagrams;
    DWORD dwNoPorts;
    DWORD dwInErrors;
    DWORD dwOutDatagrams;
    DWORD dwNumAddrs; /* sockets that have a port */
} MIB_UDPSTATS, *PMIB_UDPSTATS;
#endif

/* Those of MIB_TCPSTATS, segments with 64 bits. */
typedef struct _MIB_TCPSTATS2 {
    TCP_RTO_ALGORITHM RtoAlgorithm;
    DWORD dwRtoMin;
    DWORD dwRtoMax;
    DWORD dwMaxConn;
    DWORD dwActiveOpens;
    DWORD dwPassiveOpens;
    DWORD dwAttemptFails;
    DWORD dwEstabResets;
    DWORD dwCurrEstab;
    ULONG64 dw64InSegs;
    ULONG64 dw64OutSegs;
    DWORD dwRetransSegs;
    DWORD dwInErrs;
    DWORD dwOutRsts;
    DWORD dwNumConns;
} MIB_TCPSTATS2, *PMIB_TCPSTATS2;

/* Those of MIB_UDPSTATS, datagrams with 64 bits. */
typedef struct _MIB_UDPSTATS2 {
    ULONG64 dw64InDatagrams;
    DWORD dwNoPorts;
    DWORD dwInErrors;
    ULONG64 dw64OutDatagrams;
    DWORD dwNumAddrs;
} MIB_UDPSTATS2, *PMIB_UDPSTATS2;

#ifdef _WIN32
ULONG WINAPI GetTcpStatisticsEx2(PMIB_TCPSTATS2 Statistics, ULONG Family);
ULONG WINAPI GetUdpStatisticsEx2(PMIB_UDPSTATS2 Statistics, ULONG Family);
#endif

#endif /* IPHLPAPI_STATISTICS_H */
