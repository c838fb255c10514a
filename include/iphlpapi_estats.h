/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What TCP counts and measures of single connections: the functions. Their structures are in
 * tcpestats.h, rows in tcpmib.h. Programs include iphlpapi.h.
 */
#ifndef IPHLPAPI_ESTATS_H
#define IPHLPAPI_ESTATS_H

#include "netioapi.h"
#include "tcpestats.h"
#include "tcpmib.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @brief Read what TCP counts and measures of a connection of IPv4.
 *
 * @param Row the connection's two ends, as GetTcpTable() shows them; the state is not looked at
 * @param EstatsType which part; all but TcpConnectionEstatsSynOpts
 * @param Rw receives the part's TCP_ESTATS_…_RW_v0, or NULL
 * @param RwVersion 0
 * @param RwSize bytes of Rw; 0 where that is NULL
 * @param Ros receives the part's TCP_ESTATS_…_ROS_v0, which only TcpConnectionEstatsSndCong has, or
 *     NULL
 * @param RosVersion 0
 * @param RosSize bytes of Ros; 0 where that is NULL
 * @param Rod receives the part's TCP_ESTATS_…_ROD_v0, or NULL
 * @param RodVersion 0
 * @param RodSize bytes of Rod; 0 where that is NULL
 *
 * tcpestats.h says of each field what it holds; those that Linux does not tell are 0. They count
 * from the connection's begin, as Linux always collects: nothing has to be enabled. Nothing is
 * written unless all that is asked for is. A buffer may be larger than its structure.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: a buffer is too small
 *  - ERROR_INVALID_PARAMETER: Row is NULL, EstatsType is no part, or a buffer is given for a
 *    structure that the part does not have
 *  - ERROR_INVALID_USER_BUFFER: a buffer is NULL, and its size is not 0
 *  - ERROR_NOT_FOUND: there is no such connection, or it waits in TIME_WAIT or SYN_RCVD, where
 *    Linux keeps no socket for it; a listener is none
 *  - ERROR_NOT_SUPPORTED: a version is not 0; TcpConnectionEstatsSynOpts: Linux tells neither which
 *    end opened a connection nor what the other end said of segments; there is no sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetPerTcpConnectionEStats; tcpestats.h pages of the structures
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetPerTcpConnectionEStats(
    PMIB_TCPROW Row, TCP_ESTATS_TYPE EstatsType, UCHAR *Rw, ULONG RwVersion, ULONG RwSize,
    UCHAR *Ros, ULONG RosVersion, ULONG RosSize, UCHAR *Rod, ULONG RodVersion, ULONG RodSize);

/**
 * @brief Read what TCP counts and measures of a connection of IPv6.
 *
 * @param Row the connection's two ends, as GetTcp6Table() shows them; the state is not looked at
 * @param EstatsType which part; all but TcpConnectionEstatsSynOpts
 * @param Rw receives the part's TCP_ESTATS_…_RW_v0, or NULL
 * @param RwVersion 0
 * @param RwSize bytes of Rw; 0 where that is NULL
 * @param Ros receives the part's TCP_ESTATS_…_ROS_v0, which only TcpConnectionEstatsSndCong has, or
 *     NULL
 * @param RosVersion 0
 * @param RosSize bytes of Ros; 0 where that is NULL
 * @param Rod receives the part's TCP_ESTATS_…_ROD_v0, or NULL
 * @param RodVersion 0
 * @param RodSize bytes of Rod; 0 where that is NULL
 *
 * What is filled, as by GetPerTcpConnectionEStats().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: a buffer is too small
 *  - ERROR_INVALID_PARAMETER: Row is NULL, EstatsType is no part, or a buffer is given for a
 *    structure that the part does not have
 *  - ERROR_INVALID_USER_BUFFER: a buffer is NULL, and its size is not 0
 *  - ERROR_NOT_FOUND: there is no such connection, or it waits in TIME_WAIT or SYN_RCVD, where
 *    Linux keeps no socket for it; a listener is none
 *  - ERROR_NOT_SUPPORTED: a version is not 0; TcpConnectionEstatsSynOpts: Linux tells neither which
 *    end opened a connection nor what the other end said of segments; there is no sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page GetPerTcp6ConnectionEStats; tcpestats.h pages of the structures
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ GetPerTcp6ConnectionEStats(
    PMIB_TCP6ROW Row, TCP_ESTATS_TYPE EstatsType, UCHAR *Rw, ULONG RwVersion, ULONG RwSize,
    UCHAR *Ros, ULONG RosVersion, ULONG RosSize, UCHAR *Rod, ULONG RodVersion, ULONG RodSize);

/**
 * @brief Ask for what TCP counts and measures of a connection of IPv4, which Linux always does.
 *
 * @param Row the connection's two ends, as GetTcpTable() shows them; the state is not looked at
 * @param EstatsType which part; all but TcpConnectionEstatsSynOpts, which has nothing to be set
 * @param Rw the part's TCP_ESTATS_…_RW_v0: TRUE, or TcpBoolOptEnabled, TcpBoolOptDisabled or
 *     TcpBoolOptUnchanged
 * @param RwVersion 0
 * @param RwSize bytes of Rw; 0: nothing is to be set, whatever the connection
 * @param Offset 0
 *
 * Nothing changes. A program that has enabled a part reads it by GetPerTcpConnectionEStats(). No
 * privilege is needed, other than on Windows.
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR: it is as Rw says, or
 *  - ERROR_INSUFFICIENT_BUFFER: RwSize is too small
 *  - ERROR_INVALID_PARAMETER: Row is NULL, EstatsType is none of those, or a value is none
 *  - ERROR_INVALID_USER_BUFFER: Rw is NULL, and RwSize is not 0
 *  - ERROR_NOT_FOUND: as GetPerTcpConnectionEStats()
 *  - ERROR_NOT_SUPPORTED: RwVersion or Offset is not 0; Rw says otherwise than it is: Linux does
 * not stop to count, and does not estimate the inbound bandwidth; there is no sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetPerTcpConnectionEStats; tcpestats.h pages of the structures
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ SetPerTcpConnectionEStats(PMIB_TCPROW Row,
                                                                   TCP_ESTATS_TYPE EstatsType,
                                                                   UCHAR *Rw, ULONG RwVersion,
                                                                   ULONG RwSize, ULONG Offset);

/**
 * @brief Ask for what TCP counts and measures of a connection of IPv6, which Linux always does.
 *
 * @param Row the connection's two ends, as GetTcp6Table() shows them; the state is not looked at
 * @param EstatsType which part; all but TcpConnectionEstatsSynOpts, which has nothing to be set
 * @param Rw the part's TCP_ESTATS_…_RW_v0: TRUE, or TcpBoolOptEnabled, TcpBoolOptDisabled or
 *     TcpBoolOptUnchanged
 * @param RwVersion 0
 * @param RwSize bytes of Rw; 0: nothing is to be set, whatever the connection
 * @param Offset 0
 *
 * Nothing changes, as by SetPerTcpConnectionEStats().
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR: it is as Rw says, or
 *  - ERROR_INSUFFICIENT_BUFFER: RwSize is too small
 *  - ERROR_INVALID_PARAMETER: Row is NULL, EstatsType is none of those, or a value is none
 *  - ERROR_INVALID_USER_BUFFER: Rw is NULL, and RwSize is not 0
 *  - ERROR_NOT_FOUND: as GetPerTcp6ConnectionEStats()
 *  - ERROR_NOT_SUPPORTED: RwVersion or Offset is not 0; Rw says otherwise than it is: Linux does
 * not stop to count, and does not estimate the inbound bandwidth; there is no sock_diag
 *  - ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft iphlpapi.h page SetPerTcp6ConnectionEStats; tcpestats.h pages of the structures
 */
IPHLPAPI_DLL_LINKAGE ULONG NETIOAPI_API_ SetPerTcp6ConnectionEStats(PMIB_TCP6ROW Row,
                                                                    TCP_ESTATS_TYPE EstatsType,
                                                                    UCHAR *Rw, ULONG RwVersion,
                                                                    ULONG RwSize, ULONG Offset);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_ESTATS_H */
