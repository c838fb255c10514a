/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Addresses, services and networks as people write them, and words for IP_STATUS. Programs include
 * iphlpapi.h, which has them.
 */
#ifndef IPHLPAPI_TEXT_H
#define IPHLPAPI_TEXT_H

#include "iphlpapi_windef.h"
#include "ipexport.h"
#include "netioapi.h"
#include "ws2ipdef.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef DNS_MAX_NAME_BUFFER_LENGTH
#define DNS_MAX_NAME_BUFFER_LENGTH 256
#endif

/* What a string may be, for ParseNetworkString. A service has a port, a network a prefix length. */
#define NET_STRING_IPV4_ADDRESS 0x00000001          /* 192.168.100.10 */
#define NET_STRING_IPV4_SERVICE 0x00000002          /* 192.168.100.10:80 */
#define NET_STRING_IPV4_NETWORK 0x00000004          /* 192.168.100/24 */
#define NET_STRING_IPV6_ADDRESS 0x00000008          /* fe80::1%2 */
#define NET_STRING_IPV6_ADDRESS_NO_SCOPE 0x00000010 /* fe80::1 */
#define NET_STRING_IPV6_SERVICE 0x00000020          /* [fe80::1%2]:8080 */
#define NET_STRING_IPV6_SERVICE_NO_SCOPE 0x00000040 /* [fe80::1]:8080 */
#define NET_STRING_IPV6_NETWORK 0x00000080          /* fe80::/10 */
#define NET_STRING_NAMED_ADDRESS 0x00000100         /* www.example.com */
#define NET_STRING_NAMED_SERVICE 0x00000200         /* www.example.com:80 */

#define NET_STRING_IP_ADDRESS (NET_STRING_IPV4_ADDRESS | NET_STRING_IPV6_ADDRESS)
#define NET_STRING_IP_ADDRESS_NO_SCOPE (NET_STRING_IPV4_ADDRESS | NET_STRING_IPV6_ADDRESS_NO_SCOPE)
#define NET_STRING_IP_SERVICE (NET_STRING_IPV4_SERVICE | NET_STRING_IPV6_SERVICE)
#define NET_STRING_IP_SERVICE_NO_SCOPE (NET_STRING_IPV4_SERVICE | NET_STRING_IPV6_SERVICE_NO_SCOPE)
#define NET_STRING_IP_NETWORK (NET_STRING_IPV4_NETWORK | NET_STRING_IPV6_NETWORK)
#define NET_STRING_ANY_ADDRESS (NET_STRING_NAMED_ADDRESS | NET_STRING_IP_ADDRESS)
#define NET_STRING_ANY_ADDRESS_NO_SCOPE (NET_STRING_NAMED_ADDRESS | NET_STRING_IP_ADDRESS_NO_SCOPE)
#define NET_STRING_ANY_SERVICE (NET_STRING_NAMED_SERVICE | NET_STRING_IP_SERVICE)
#define NET_STRING_ANY_SERVICE_NO_SCOPE (NET_STRING_NAMED_SERVICE | NET_STRING_IP_SERVICE_NO_SCOPE)

typedef enum NET_ADDRESS_FORMAT_ {
    NET_ADDRESS_FORMAT_UNSPECIFIED = 0,
    NET_ADDRESS_DNS_NAME,
    NET_ADDRESS_IPV4,
    NET_ADDRESS_IPV6
} NET_ADDRESS_FORMAT;

typedef struct NET_ADDRESS_INFO_ {
    NET_ADDRESS_FORMAT Format; /* which of the following is meant */
    __extension__ union {
        struct {
            WCHAR Address[DNS_MAX_NAME_BUFFER_LENGTH];
            WCHAR Port[6]; /* as it was written; "": there is none */
        } NamedAddress;
        struct sockaddr_in Ipv4Address;
        struct sockaddr_in6 Ipv6Address;
        struct sockaddr IpAddress; /* the begin of either */
    };
} NET_ADDRESS_INFO, *PNET_ADDRESS_INFO;

/**
 * @brief Read what a string says: an address, a service or a network, of IPv4, IPv6 or a name.
 *
 * @param NetworkString ends with a zero
 * @param Types what it may be: NET_STRING_…, any of them together
 * @param AddressInfo set to the address or the name, and to the port in network byte order; all
 *     else in it is 0. NULL: not asked for
 * @param PortNumber set to the port in host byte order, or 0 where there is none. NULL: likewise
 * @param PrefixLength set to the prefix length, or 255 where there is none. NULL: likewise
 *
 * IPv4 addresses have four decimal numbers without leading zeros; where there is a prefix length
 * the last of the numbers may be left out, and are 0. An IPv6 address may stand in brackets; before
 * a port it has to. A scope is a decimal number. Ports are decimal, from 1 to 65535. A name has
 * labels of 1 to 63 letters, digits, hyphens and underscores, or of whatever is not ASCII; a string
 * whose last label has digits only is no name. Nobody is asked whether there is such a name.
 *
 * Context: any thread, callbacks included. Nothing of the host is asked.
 * @return NO_ERROR, or
 *  - ERROR_INVALID_PARAMETER: NetworkString is NULL, or it is none of these; Types is none
 * Source: Microsoft iphlpapi.h page ParseNetworkString
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ ParseNetworkString(const WCHAR *NetworkString, DWORD Types,
                                                            PNET_ADDRESS_INFO AddressInfo,
                                                            USHORT *PortNumber,
                                                            UCHAR *PrefixLength);

/**
 * @brief Put into words what an IP_STATUS says, in English.
 *
 * @param ErrorCode one of IP_…, as the Status of ICMP_ECHO_REPLY, or what GetLastError() has after
 *     one of the functions of icmpapi.h; in the DLL also a Win32 error: the system's words then
 * @param Buffer set to the words, with a zero behind them
 * @param Size in: of the buffer, in bytes; out: the bytes that the words take, the zero included
 *
 * Context: any thread, callbacks included.
 * @return NO_ERROR, or
 *  - ERROR_INSUFFICIENT_BUFFER: Buffer is NULL, or too small
 *  - ERROR_INVALID_PARAMETER: Size is NULL
 *  - ERROR_MR_MID_NOT_FOUND: there are no words for this one
 * Source: Microsoft iphlpapi.h page GetIpErrorString
 */
IPHLPAPI_DLL_LINKAGE DWORD NETIOAPI_API_ GetIpErrorString(IP_STATUS ErrorCode, PWSTR Buffer,
                                                          DWORD *Size);

#ifdef __cplusplus
}
#endif

#endif /* IPHLPAPI_TEXT_H */
