/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * ICMP echo requests: whether a host answers, how long that takes, and who is on the way to it.
 *
 * A process may send them if net.ipv4.ping_group_range has one of its groups, or with CAP_NET_RAW.
 * Programs include iphlpapi.h before or after.
 */
#ifndef IPHLPAPI_ICMPAPI_H
#define IPHLPAPI_ICMPAPI_H

#include "iphlpapi_windef.h"
#include "ipexport.h"
#include "netioapi.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef PIO_APC_ROUTINE_DEFINED
#define PIO_APC_ROUTINE_DEFINED
typedef struct _IO_STATUS_BLOCK {
    __extension__ union {
        int Status; /* 0, or STATUS_CANCELLED: the handle was closed */
        void *Pointer;
    };
    uintptr_t Information; /* bytes that are used at the beginning of the reply buffer */
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

/* Called on a thread of the library's. */
typedef void(NETIOAPI_API_ *PIO_APC_ROUTINE)(PVOID ApcContext, PIO_STATUS_BLOCK IoStatusBlock,
                                             ULONG Reserved);
#endif

/**
 * @brief Open a handle for IPv4 echo requests; any number of them may be under way on one.
 *
 * Context: any thread, callbacks included.
 * @return the handle, for IcmpCloseHandle; or INVALID_HANDLE_VALUE: GetLastError(), natively errno,
 *     tells why
 *  - EPERM, in the DLL ERROR_ACCESS_DENIED: the process may send none; with IPHLPAPI_LOG=error the
 *    log names the sysctl
 *  - ENOMEM, EMFILE, ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft icmpapi.h page IcmpCreateFile
 */
IPHLPAPI_DLL_LINKAGE HANDLE NETIOAPI_API_ IcmpCreateFile(void);

/**
 * @brief As IcmpCreateFile, for IPv6.
 *
 * Context: any thread, callbacks included.
 * @return as IcmpCreateFile; besides
 *  - EAFNOSUPPORT, ERROR_NOT_SUPPORTED: the host has no IPv6
 * Source: Microsoft icmpapi.h page Icmp6CreateFile
 */
IPHLPAPI_DLL_LINKAGE HANDLE NETIOAPI_API_ Icmp6CreateFile(void);

/**
 * @brief Close a handle, and end what waits on it.
 *
 * Functions that wait return 0 with ERROR_OPERATION_ABORTED, natively ECANCELED. When this returns,
 * no reply buffer is written to any more. All routines have been called, and have returned, but for
 * one that calls this; in the DLL they have been queued to their threads.
 *
 * Context: any thread, callbacks included.
 * @return TRUE, or FALSE
 *  - EBADF, ERROR_INVALID_HANDLE: it is no handle of these
 * Source: Microsoft icmpapi.h page IcmpCloseHandle
 */
IPHLPAPI_DLL_LINKAGE BOOL NETIOAPI_API_ IcmpCloseHandle(HANDLE IcmpHandle);

/**
 * @brief Send an IPv4 echo request, and wait for its answer.
 *
 * @param IcmpHandle of IcmpCreateFile
 * @param DestinationAddress in network byte order
 * @param RequestData bytes that the reply is to repeat; NULL where RequestSize is 0
 * @param RequestSize in bytes
 * @param RequestOptions TTL (0: the host's own), TOS, IP_FLAG_DF, and options of IPv4, which take
 *     CAP_NET_RAW; NULL: none
 * @param ReplyBuffer set to an ICMP_ECHO_REPLY, the data of the reply behind it, and its options,
 *     where there is room; those are shown, with IP_FLAG_DF, over raw sockets only
 * @param ReplySize in bytes: sizeof(ICMP_ECHO_REPLY) + RequestSize at least
 * @param Timeout in milliseconds
 *
 * An ICMP error is an answer, too: Status tells which one, Address which router sent it. Where
 * nobody answers, Status says so as well.
 *
 * Context: any thread; a callback that waits holds up its registration only.
 * @return the number of answers, that is 1; or 0: GetLastError(), natively errno, tells why
 *  - ETIMEDOUT, in the DLL IP_REQ_TIMED_OUT: nobody answers
 *  - ENETUNREACH, IP_DEST_NET_UNREACHABLE: the host has no route there
 *  - EMSGSIZE, IP_PACKET_TOO_BIG: it is larger than a packet, or with IP_FLAG_DF than the path's
 * MTU
 *  - EINVAL, IP_BAD_OPTION, IP_OPTION_TOO_BIG: the options are none
 *  - EINVAL, ERROR_INVALID_PARAMETER: no such handle of the family, no buffer, no data
 *  - EINVAL, ERROR_INVALID_NETNAME: the destination is 0
 *  - ENOBUFS, IP_GENERAL_FAILURE: ReplySize is too small
 *  - ECANCELED, ERROR_OPERATION_ABORTED: the handle was closed meanwhile
 *  - EPERM, ERROR_ACCESS_DENIED: there is no right to send it
 *  - ENOMEM, ERROR_NOT_ENOUGH_MEMORY: no memory or descriptor
 * Source: Microsoft icmpapi.h page IcmpSendEcho; Wine's tests where it differs
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IcmpSendEcho(HANDLE IcmpHandle, IPAddr DestinationAddress,
                                                      PVOID RequestData, USHORT RequestSize,
                                                      PIP_OPTION_INFORMATION RequestOptions,
                                                      PVOID ReplyBuffer, DWORD ReplySize,
                                                      DWORD Timeout);

/**
 * @brief As IcmpSendEcho, or without waiting.
 *
 * @param Event it is set when the answer is there, or the time is over. Natively the descriptor of
 *     an eventfd, to which 1 is added; NULL for none
 * @param ApcRoutine called then: in the DLL as an APC of the calling thread, natively on a thread
 * of the library's. NULL, with Event NULL: the function waits
 * @param ApcContext given to ApcRoutine
 *
 * Without waiting, ReplySize takes an IO_STATUS_BLOCK more, aligned as one is, and the buffer is
 * the library's until the program is told; IcmpParseReplies then tells what has come.
 *
 * Context: any thread, callbacks included.
 * @return as IcmpSendEcho; without waiting 0, and
 *  - EINPROGRESS, ERROR_IO_PENDING: it is under way
 *  - EBADF, ERROR_INVALID_HANDLE, in the DLL ERROR_INVALID_PARAMETER: Event is none
 *  - ENOMEM, EMFILE, ERROR_NOT_ENOUGH_MEMORY: no memory, thread or descriptor
 * Source: Microsoft icmpapi.h page IcmpSendEcho2
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IcmpSendEcho2(
    HANDLE IcmpHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
    IPAddr DestinationAddress, PVOID RequestData, USHORT RequestSize,
    PIP_OPTION_INFORMATION RequestOptions, PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout);

/**
 * @brief As IcmpSendEcho2, from an address of the host's.
 *
 * Context: any thread, callbacks included.
 * @return as IcmpSendEcho2; besides EADDRNOTAVAIL, IP_BAD_ROUTE: SourceAddress is no address of the
 *     host's
 * Source: Microsoft icmpapi.h page IcmpSendEcho2Ex
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IcmpSendEcho2Ex(
    HANDLE IcmpHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
    IPAddr SourceAddress, IPAddr DestinationAddress, PVOID RequestData, USHORT RequestSize,
    PIP_OPTION_INFORMATION RequestOptions, PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout);

/**
 * @brief As IcmpSendEcho2Ex, over IPv6.
 *
 * @param SourceAddress unspecified for the host's choice
 * @param DestinationAddress with its zone, where it is link-local
 * @param ReplyBuffer set to an ICMPV6_ECHO_REPLY, and the data behind it. Options do not come back
 *
 * Context: any thread, callbacks included.
 * @return as IcmpSendEcho2Ex; IP_DEST_NO_ROUTE is IP_DEST_NET_UNREACHABLE
 * Source: Microsoft icmpapi.h page Icmp6SendEcho2
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_
Icmp6SendEcho2(HANDLE IcmpHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, PVOID ApcContext,
               struct sockaddr_in6 *SourceAddress, struct sockaddr_in6 *DestinationAddress,
               PVOID RequestData, USHORT RequestSize, PIP_OPTION_INFORMATION RequestOptions,
               PVOID ReplyBuffer, DWORD ReplySize, DWORD Timeout);

/**
 * @brief The number of answers in a reply buffer of a function that did not wait. Once for each.
 *
 * Context: any thread, callbacks included.
 * @return it, or 0: the last error is the buffer's Status, natively an errno that means it; or
 *     EINVAL, ERROR_INVALID_PARAMETER: the buffer is NULL, or too small for an ICMP_ECHO_REPLY
 * Source: Microsoft icmpapi.h page IcmpParseReplies; Wine's test
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ IcmpParseReplies(PVOID ReplyBuffer, DWORD ReplySize);

/**
 * @brief As IcmpParseReplies, for a buffer of Icmp6SendEcho2.
 *
 * Context: any thread, callbacks included.
 * @return as IcmpParseReplies
 * Source: Microsoft icmpapi.h page Icmp6ParseReplies
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ Icmp6ParseReplies(PVOID ReplyBuffer, DWORD ReplySize);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_ICMPAPI_H */
