/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The network layer: where addresses and routes come from, and the states they go through. */
#ifndef IPHLPAPI_NLDEF_H
#define IPHLPAPI_NLDEF_H

#include "iphlpapi_windef.h"

/* The larger half of an unsigned 32-bit metric stays free, so that two metrics can be added. */
#define NL_MAX_METRIC_COMPONENT ((((ULONG)1) << 31) - 1)

#define NET_IF_CURRENT_SESSION ((ULONG)-1)

/* Who gave an address its prefix. */
typedef enum {
    IpPrefixOriginOther = 0,
    IpPrefixOriginManual = 1,
    IpPrefixOriginWellKnown = 2,
    IpPrefixOriginDhcp = 3,
    IpPrefixOriginRouterAdvertisement = 4,
    IpPrefixOriginUnchanged = 16
} NL_PREFIX_ORIGIN;

#define NlpoOther IpPrefixOriginOther
#define NlpoManual IpPrefixOriginManual
#define NlpoWellKnown IpPrefixOriginWellKnown
#define NlpoDhcp IpPrefixOriginDhcp
#define NlpoRouterAdvertisement IpPrefixOriginRouterAdvertisement

/* Who gave an address its host part. */
typedef enum {
    NlsoOther = 0,
    NlsoManual = 1,
    NlsoWellKnown = 2,
    NlsoDhcp = 3,
    NlsoLinkLayerAddress = 4,
    NlsoRandom = 5,
    IpSuffixOriginOther = 0,
    IpSuffixOriginManual = 1,
    IpSuffixOriginWellKnown = 2,
    IpSuffixOriginDhcp = 3,
    IpSuffixOriginLinkLayerAddress = 4,
    IpSuffixOriginRandom = 5,
    IpSuffixOriginUnchanged = 16
} NL_SUFFIX_ORIGIN;

/* Duplicate address detection (RFC 4862) and what became of the address. */
typedef enum {
    NldsInvalid = 0,
    NldsTentative = 1,
    NldsDuplicate = 2,
    NldsDeprecated = 3,
    NldsPreferred = 4,
    IpDadStateInvalid = 0,
    IpDadStateTentative = 1,
    IpDadStateDuplicate = 2,
    IpDadStateDeprecated = 3,
    IpDadStatePreferred = 4
} NL_DAD_STATE;

typedef enum {
    NlatUnspecified = 0,
    NlatUnicast = 1,
    NlatAnycast = 2,
    NlatMulticast = 3,
    NlatBroadcast = 4,
    NlatInvalid = 5
} NL_ADDRESS_TYPE,
    *PNL_ADDRESS_TYPE;

/* Who installed a route; up to 18 the numbers of RFC 4292's IANAipRouteProtocol. */
typedef enum {
    RouteProtocolOther = 1,
    RouteProtocolLocal = 2,
    RouteProtocolNetMgmt = 3,
    RouteProtocolIcmp = 4,
    RouteProtocolEgp = 5,
    RouteProtocolGgp = 6,
    RouteProtocolHello = 7,
    RouteProtocolRip = 8,
    RouteProtocolIsIs = 9,
    RouteProtocolEsIs = 10,
    RouteProtocolCisco = 11,
    RouteProtocolBbn = 12,
    RouteProtocolOspf = 13,
    RouteProtocolBgp = 14,
    RouteProtocolIdpr = 15,
    RouteProtocolEigrp = 16,
    RouteProtocolDvmrp = 17,
    RouteProtocolRpl = 18,
    RouteProtocolDhcp = 19,

    MIB_IPPROTO_OTHER = 1,
    MIB_IPPROTO_LOCAL = 2,
    MIB_IPPROTO_NETMGMT = 3,
    MIB_IPPROTO_ICMP = 4,
    MIB_IPPROTO_EGP = 5,
    MIB_IPPROTO_GGP = 6,
    MIB_IPPROTO_HELLO = 7,
    MIB_IPPROTO_RIP = 8,
    MIB_IPPROTO_IS_IS = 9,
    MIB_IPPROTO_ES_IS = 10,
    MIB_IPPROTO_CISCO = 11,
    MIB_IPPROTO_BBN = 12,
    MIB_IPPROTO_OSPF = 13,
    MIB_IPPROTO_BGP = 14,
    MIB_IPPROTO_IDPR = 15,
    MIB_IPPROTO_EIGRP = 16,
    MIB_IPPROTO_DVMRP = 17,
    MIB_IPPROTO_RPL = 18,
    MIB_IPPROTO_DHCP = 19,
    MIB_IPPROTO_NT_AUTOSTATIC = 10002,
    MIB_IPPROTO_NT_STATIC = 10006,
    MIB_IPPROTO_NT_STATIC_NON_DOD = 10007,

    PROTO_IP_OTHER = 1,
    PROTO_IP_LOCAL = 2,
    PROTO_IP_NETMGMT = 3,
    PROTO_IP_ICMP = 4,
    PROTO_IP_EGP = 5,
    PROTO_IP_GGP = 6,
    PROTO_IP_HELLO = 7,
    PROTO_IP_RIP = 8,
    PROTO_IP_IS_IS = 9,
    PROTO_IP_ES_IS = 10,
    PROTO_IP_CISCO = 11,
    PROTO_IP_BBN = 12,
    PROTO_IP_OSPF = 13,
    PROTO_IP_BGP = 14,
    PROTO_IP_IDPR = 15,
    PROTO_IP_EIGRP = 16,
    PROTO_IP_DVMRP = 17,
    PROTO_IP_RPL = 18,
    PROTO_IP_DHCP = 19,
    PROTO_IP_NT_AUTOSTATIC = 10002,
    PROTO_IP_NT_STATIC = 10006,
    PROTO_IP_NT_STATIC_NON_DOD = 10007
} NL_ROUTE_PROTOCOL,
    *PNL_ROUTE_PROTOCOL;

typedef enum _NL_ROUTE_ORIGIN {
    NlroManual = 0,
    NlroWellKnown = 1,
    NlroDHCP = 2,
    NlroRouterAdvertisement = 3,
    Nlro6to4 = 4
} NL_ROUTE_ORIGIN,
    *PNL_ROUTE_ORIGIN;

/* Neighbour unreachability detection (RFC 4861, section 7.3.2). */
typedef enum _NL_NEIGHBOR_STATE {
    NlnsUnreachable = 0,
    NlnsIncomplete = 1,
    NlnsProbe = 2,
    NlnsDelay = 3,
    NlnsStale = 4,
    NlnsReachable = 5,
    NlnsPermanent = 6,
    NlnsMaximum = 7
} NL_NEIGHBOR_STATE,
    *PNL_NEIGHBOR_STATE;

typedef enum _NL_LINK_LOCAL_ADDRESS_BEHAVIOR {
    LinkLocalAlwaysOff = 0,
    LinkLocalDelayed = 1,
    LinkLocalAlwaysOn = 2,
    LinkLocalUnchanged = -1
} NL_LINK_LOCAL_ADDRESS_BEHAVIOR;

typedef enum _NL_ROUTER_DISCOVERY_BEHAVIOR {
    RouterDiscoveryDisabled = 0,
    RouterDiscoveryEnabled = 1,
    RouterDiscoveryDhcp = 2,
    RouterDiscoveryUnchanged = -1
} NL_ROUTER_DISCOVERY_BEHAVIOR;

typedef enum _NL_BANDWIDTH_FLAG {
    NlbwDisabled = 0,
    NlbwEnabled = 1,
    NlbwUnchanged = -1
} NL_BANDWIDTH_FLAG,
    *PNL_BANDWIDTH_FLAG;

typedef enum _NL_NETWORK_CATEGORY {
    NetworkCategoryPublic = 0,
    NetworkCategoryPrivate = 1,
    NetworkCategoryDomainAuthenticated = 2,
    NetworkCategoryUnchanged = -1,
    NetworkCategoryUnknown = -1
} NL_NETWORK_CATEGORY,
    *PNL_NETWORK_CATEGORY;

typedef enum _NL_INTERFACE_NETWORK_CATEGORY_STATE {
    NlincCategoryUnknown = 0,
    NlincPublic = 1,
    NlincPrivate = 2,
    NlincDomainAuthenticated = 3,
    NlincCategoryStateMax = 4
} NL_INTERFACE_NETWORK_CATEGORY_STATE,
    *PNL_INTERFACE_NETWORK_CATEGORY_STATE;

typedef struct _NL_INTERFACE_OFFLOAD_ROD {
    __extension__ BOOLEAN NlChecksumSupported : 1;
    __extension__ BOOLEAN NlOptionsSupported : 1;
    __extension__ BOOLEAN TlDatagramChecksumSupported : 1;
    __extension__ BOOLEAN TlStreamChecksumSupported : 1;
    __extension__ BOOLEAN TlStreamOptionsSupported : 1;
    __extension__ BOOLEAN FastPathCompatible : 1;
    __extension__ BOOLEAN TlLargeSendOffloadSupported : 1;
    __extension__ BOOLEAN TlGiantSendOffloadSupported : 1;
} NL_INTERFACE_OFFLOAD_ROD, *PNL_INTERFACE_OFFLOAD_ROD;

/* Bandwidth and its standard deviation, both in bits per second. */
typedef struct _NL_PATH_BANDWIDTH_ROD {
    ULONG64 Bandwidth;
    ULONG64 Instability;
    BOOLEAN BandwidthPeaked;
} NL_PATH_BANDWIDTH_ROD, *PNL_PATH_BANDWIDTH_ROD;

/* Bandwidth and its standard deviation, both in bits per second. */
typedef struct _NL_BANDWIDTH_INFORMATION {
    ULONG64 Bandwidth;
    ULONG64 Instability;
    BOOLEAN BandwidthPeaked;
} NL_BANDWIDTH_INFORMATION, *PNL_BANDWIDTH_INFORMATION;

#include "nldef_hint.h"

#endif /* IPHLPAPI_NLDEF_H */
