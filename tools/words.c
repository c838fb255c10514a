/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Words for the numbers of enumerations. By number, as not every platform's headers have all of
 * the constants.
 *
 * The second argument of WORDS() tells where the numbers come from: the enumeration, or, with '_'
 * at an end, what the names of the constants begin or end with; NONE: they are of no enumeration.
 * tests/tools/test_words.py compares the two.
 */
#include "words.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define WORDS(name, source, ...)                                                                   \
    static const struct word name##_list[] = {__VA_ARGS__};                                        \
    const struct words words_##name = {name##_list, ARRAY_SIZE(name##_list)};

WORDS(dad_state, NL_DAD_STATE, {0U, "invalid"}, {1U, "tentative"}, {2U, "duplicate"},
      {3U, "deprecated"}, {4U, "preferred"})

WORDS(prefix_origin, NL_PREFIX_ORIGIN, {0U, "other"}, {1U, "manual"}, {2U, "well-known"},
      {3U, "dhcp"}, {4U, "router-advertisement"}, {16U, "unchanged"})

WORDS(suffix_origin, NL_SUFFIX_ORIGIN, {0U, "other"}, {1U, "manual"}, {2U, "well-known"},
      {3U, "dhcp"}, {4U, "link-layer-address"}, {5U, "random"}, {16U, "unchanged"})

WORDS(route_origin, NL_ROUTE_ORIGIN, {0U, "manual"}, {1U, "well-known"}, {2U, "dhcp"},
      {3U, "router-advertisement"}, {4U, "6to4"})

WORDS(route_protocol, NL_ROUTE_PROTOCOL, {1U, "other"}, {2U, "local"}, {3U, "netmgmt"},
      {4U, "icmp"}, {5U, "egp"}, {6U, "ggp"}, {7U, "hello"}, {8U, "rip"}, {9U, "is-is"},
      {10U, "es-is"}, {11U, "cisco"}, {12U, "bbn"}, {13U, "ospf"}, {14U, "bgp"}, {15U, "idpr"},
      {16U, "eigrp"}, {17U, "dvmrp"}, {18U, "rpl"}, {19U, "dhcp"}, {10002U, "nt-autostatic"},
      {10006U, "nt-static"}, {10007U, "nt-static-non-dod"})

WORDS(neighbour_state, NL_NEIGHBOR_STATE, {0U, "unreachable"}, {1U, "incomplete"}, {2U, "probe"},
      {3U, "delay"}, {4U, "stale"}, {5U, "reachable"}, {6U, "permanent"})

WORDS(connectivity, NL_NETWORK_CONNECTIVITY_LEVEL_HINT, {0U, "unknown"}, {1U, "none"},
      {2U, "local"}, {3U, "internet"}, {4U, "constrained"}, {5U, "hidden"})

WORDS(cost, NL_NETWORK_CONNECTIVITY_COST_HINT, {0U, "unknown"}, {1U, "unrestricted"}, {2U, "fixed"},
      {3U, "variable"})

WORDS(link_local, NL_LINK_LOCAL_ADDRESS_BEHAVIOR, {0U, "always-off"}, {1U, "delayed"},
      {2U, "always-on"}, {UINT32_MAX, "unchanged"})

WORDS(router_discovery, NL_ROUTER_DISCOVERY_BEHAVIOR, {0U, "disabled"}, {1U, "enabled"},
      {2U, "dhcp"}, {UINT32_MAX, "unchanged"})

WORDS(oper_status, IF_OPER_STATUS, {1U, "up"}, {2U, "down"}, {3U, "testing"}, {4U, "unknown"},
      {5U, "dormant"}, {6U, "not-present"}, {7U, "lower-layer-down"})

WORDS(admin_status, NET_IF_ADMIN_STATUS, {1U, "up"}, {2U, "down"}, {3U, "testing"})

WORDS(media_state, NET_IF_MEDIA_CONNECT_STATE, {0U, "unknown"}, {1U, "connected"},
      {2U, "disconnected"})

WORDS(access_type, NET_IF_ACCESS_TYPE, {1U, "loopback"}, {2U, "broadcast"}, {3U, "point-to-point"},
      {4U, "point-to-multipoint"})

WORDS(direction, NET_IF_DIRECTION_TYPE, {0U, "send-receive"}, {1U, "send-only"},
      {2U, "receive-only"})

WORDS(connection_type, NET_IF_CONNECTION_TYPE, {1U, "dedicated"}, {2U, "passive"}, {3U, "demand"})

WORDS(tunnel_type, TUNNEL_TYPE, {0U, "none"}, {1U, "other"}, {2U, "direct"}, {11U, "6to4"},
      {13U, "isatap"}, {14U, "teredo"}, {15U, "ip-https"})

WORDS(medium, NDIS_MEDIUM, {0U, "802.3"}, {1U, "802.5"}, {2U, "fddi"}, {3U, "wan"},
      {4U, "localtalk"}, {5U, "dix"}, {6U, "arcnet-raw"}, {7U, "arcnet-878.2"}, {8U, "atm"},
      {9U, "wireless-wan"}, {10U, "irda"}, {11U, "bpc"}, {12U, "cowan"}, {13U, "1394"},
      {14U, "infiniband"}, {15U, "tunnel"}, {16U, "native-802.11"}, {17U, "loopback"},
      {18U, "wimax"}, {19U, "ip"})

WORDS(physical_medium, NDIS_PHYSICAL_MEDIUM, {0U, "unspecified"}, {1U, "wireless-lan"},
      {2U, "cable-modem"}, {3U, "phone-line"}, {4U, "power-line"}, {5U, "dsl"},
      {6U, "fibre-channel"}, {7U, "1394"}, {8U, "wireless-wan"}, {9U, "native-802.11"},
      {10U, "bluetooth"}, {11U, "infiniband"}, {12U, "wimax"}, {13U, "uwb"}, {14U, "802.3"},
      {15U, "802.5"}, {16U, "irda"}, {17U, "wired-wan"}, {18U, "wired-cowan"}, {19U, "other"},
      {20U, "native-802.15.4"})

WORDS(forwarding, MIB_IPSTATS_FORWARDING, {1U, "forwarding"}, {2U, "not-forwarding"})

WORDS(rto_algorithm, TCP_RTO_ALGORITHM, {1U, "other"}, {2U, "constant"}, {3U, "rsre"}, {4U, "vanj"})

WORDS(tcp_state, MIB_TCP_STATE, {1U, "closed"}, {2U, "listen"}, {3U, "syn-sent"},
      {4U, "syn-received"}, {5U, "established"}, {6U, "fin-wait-1"}, {7U, "fin-wait-2"},
      {8U, "close-wait"}, {9U, "closing"}, {10U, "last-ack"}, {11U, "time-wait"},
      {12U, "delete-tcb"}, {100U, "reserved"})

WORDS(ip_status, NONE, {0U, "success"}, {11001U, "buffer-too-small"}, {11002U, "net-unreachable"},
      {11003U, "host-unreachable"}, {11004U, "protocol-unreachable"}, {11005U, "port-unreachable"},
      {11006U, "no-resources"}, {11007U, "bad-option"}, {11008U, "hardware-error"},
      {11009U, "packet-too-big"}, {11010U, "timed-out"}, {11011U, "bad-request"},
      {11012U, "bad-route"}, {11013U, "ttl-expired"}, {11014U, "reassembly-time-expired"},
      {11015U, "parameter-problem"}, {11016U, "source-quench"}, {11017U, "option-too-big"},
      {11018U, "bad-destination"}, {11040U, "unreachable"}, {11041U, "time-exceeded"},
      {11042U, "bad-header"}, {11043U, "unrecognized-next-header"}, {11044U, "icmp-error"},
      {11045U, "scope-mismatch"}, {11050U, "general-failure"})

WORDS(node_type, _NODETYPE, {1U, "broadcast"}, {2U, "peer-to-peer"}, {4U, "mixed"}, {8U, "hybrid"})

WORDS(icmp_type, NONE, {0U, "echo-reply"}, {3U, "destination-unreachable"}, {4U, "source-quench"},
      {5U, "redirect"}, {8U, "echo-request"}, {9U, "router-advertisement"},
      {10U, "router-solicitation"}, {11U, "time-exceeded"}, {12U, "parameter-problem"},
      {13U, "timestamp"}, {14U, "timestamp-reply"}, {17U, "address-mask-request"},
      {18U, "address-mask-reply"})

WORDS(icmp6_type, NONE, {1U, "destination-unreachable"}, {2U, "packet-too-big"},
      {3U, "time-exceeded"}, {4U, "parameter-problem"}, {128U, "echo-request"},
      {129U, "echo-reply"}, {130U, "mld-query"}, {131U, "mld-report"}, {132U, "mld-done"},
      {133U, "router-solicitation"}, {134U, "router-advertisement"},
      {135U, "neighbour-solicitation"}, {136U, "neighbour-advertisement"}, {137U, "redirect"},
      {143U, "mld-report-v2"})

WORDS(if_type, IF_TYPE_, {1U, "other"}, {2U, "regular-1822"}, {3U, "hdh-1822"}, {4U, "ddn-x25"},
      {5U, "rfc877-x25"}, {6U, "ethernet-csmacd"}, {7U, "is088023-csmacd"},
      {8U, "iso88024-tokenbus"}, {9U, "iso88025-tokenring"}, {10U, "iso88026-man"},
      {11U, "starlan"}, {12U, "proteon-10mbit"}, {13U, "proteon-80mbit"}, {14U, "hyperchannel"},
      {15U, "fddi"}, {16U, "lap-b"}, {17U, "sdlc"}, {18U, "ds1"}, {19U, "e1"}, {20U, "basic-isdn"},
      {21U, "primary-isdn"}, {22U, "prop-point2point-serial"}, {23U, "ppp"},
      {24U, "software-loopback"}, {25U, "eon"}, {26U, "ethernet-3mbit"}, {27U, "nsip"},
      {28U, "slip"}, {29U, "ultra"}, {30U, "ds3"}, {31U, "sip"}, {32U, "framerelay"},
      {33U, "rs232"}, {34U, "para"}, {35U, "arcnet"}, {36U, "arcnet-plus"}, {37U, "atm"},
      {38U, "mio-x25"}, {39U, "sonet"}, {40U, "x25-ple"}, {41U, "iso88022-llc"}, {42U, "localtalk"},
      {43U, "smds-dxi"}, {44U, "framerelay-service"}, {45U, "v35"}, {46U, "hssi"}, {47U, "hippi"},
      {48U, "modem"}, {49U, "aal5"}, {50U, "sonet-path"}, {51U, "sonet-vt"}, {52U, "smds-icip"},
      {53U, "prop-virtual"}, {54U, "prop-multiplexor"}, {55U, "ieee80212"}, {56U, "fibrechannel"},
      {57U, "hippiinterface"}, {58U, "framerelay-interconnect"}, {59U, "aflane-8023"},
      {60U, "aflane-8025"}, {61U, "cctemul"}, {62U, "fastether"}, {63U, "isdn"}, {64U, "v11"},
      {65U, "v36"}, {66U, "g703-64k"}, {67U, "g703-2mb"}, {68U, "qllc"}, {69U, "fastether-fx"},
      {70U, "channel"}, {71U, "ieee80211"}, {72U, "ibm370parchan"}, {73U, "escon"}, {74U, "dlsw"},
      {75U, "isdn-s"}, {76U, "isdn-u"}, {77U, "lap-d"}, {78U, "ipswitch"}, {79U, "rsrb"},
      {80U, "atm-logical"}, {81U, "ds0"}, {82U, "ds0-bundle"}, {83U, "bsc"}, {84U, "async"},
      {85U, "cnr"}, {86U, "iso88025r-dtr"}, {87U, "eplrs"}, {88U, "arap"}, {89U, "prop-cnls"},
      {90U, "hostpad"}, {91U, "termpad"}, {92U, "framerelay-mpi"}, {93U, "x213"}, {94U, "adsl"},
      {95U, "radsl"}, {96U, "sdsl"}, {97U, "vdsl"}, {98U, "iso88025-crfprint"}, {99U, "myrinet"},
      {100U, "voice-em"}, {101U, "voice-fxo"}, {102U, "voice-fxs"}, {103U, "voice-encap"},
      {104U, "voice-overip"}, {105U, "atm-dxi"}, {106U, "atm-funi"}, {107U, "atm-ima"},
      {108U, "pppmultilinkbundle"}, {109U, "ipover-cdlc"}, {110U, "ipover-claw"},
      {111U, "stacktostack"}, {112U, "virtualipaddress"}, {113U, "mpc"}, {114U, "ipover-atm"},
      {115U, "iso88025-fiber"}, {116U, "tdlc"}, {117U, "gigabitethernet"}, {118U, "hdlc"},
      {119U, "lap-f"}, {120U, "v37"}, {121U, "x25-mlp"}, {122U, "x25-huntgroup"},
      {123U, "transphdlc"}, {124U, "interleave"}, {125U, "fast"}, {126U, "ip"},
      {127U, "docscable-maclayer"}, {128U, "docscable-downstream"}, {129U, "docscable-upstream"},
      {130U, "a12mppswitch"}, {131U, "tunnel"}, {132U, "coffee"}, {133U, "ces"},
      {134U, "atm-subinterface"}, {135U, "l2-vlan"}, {136U, "l3-ipvlan"}, {137U, "l3-ipxvlan"},
      {138U, "digitalpowerline"}, {139U, "mediamailoverip"}, {140U, "dtm"}, {141U, "dcn"},
      {142U, "ipforward"}, {143U, "msdsl"}, {144U, "ieee1394"}, {145U, "if-gsn"},
      {146U, "dvbrcc-maclayer"}, {147U, "dvbrcc-downstream"}, {148U, "dvbrcc-upstream"},
      {149U, "atm-virtual"}, {150U, "mpls-tunnel"}, {151U, "srp"}, {152U, "voiceoveratm"},
      {153U, "voiceoverframerelay"}, {154U, "idsl"}, {155U, "compositelink"}, {156U, "ss7-siglink"},
      {157U, "prop-wireless-p2p"}, {158U, "fr-forward"}, {159U, "rfc1483"}, {160U, "usb"},
      {161U, "ieee8023ad-lag"}, {162U, "bgp-policy-accounting"}, {163U, "frf16-mfr-bundle"},
      {164U, "h323-gatekeeper"}, {165U, "h323-proxy"}, {166U, "mpls"}, {167U, "mf-siglink"},
      {168U, "hdsl2"}, {169U, "shdsl"}, {170U, "ds1-fdl"}, {171U, "pos"}, {172U, "dvb-asi-in"},
      {173U, "dvb-asi-out"}, {174U, "plc"}, {175U, "nfas"}, {176U, "tr008"}, {177U, "gr303-rdt"},
      {178U, "gr303-idt"}, {179U, "isup"}, {180U, "prop-docs-wireless-maclayer"},
      {181U, "prop-docs-wireless-downstream"}, {182U, "prop-docs-wireless-upstream"},
      {183U, "hiperlan2"}, {184U, "prop-bwa-p2mp"}, {185U, "sonet-overhead-channel"},
      {186U, "digital-wrapper-overhead-channel"}, {187U, "aal2"}, {188U, "radio-mac"},
      {189U, "atm-radio"}, {190U, "imt"}, {191U, "mvl"}, {192U, "reach-dsl"},
      {193U, "fr-dlci-endpt"}, {194U, "atm-vci-endpt"}, {195U, "optical-channel"},
      {196U, "optical-transport"}, {237U, "ieee80216-wman"}, {243U, "wwanpp"}, {244U, "wwanpp2"},
      {259U, "ieee802154"}, {281U, "xbox-wireless"})

WORDS(if_flags, NONE, {1U, "HardwareInterface"}, {2U, "FilterInterface"}, {4U, "ConnectorPresent"},
      {8U, "NotAuthenticated"}, {16U, "NotMediaConnected"}, {32U, "Paused"}, {64U, "LowPower"},
      {128U, "EndPointInterface"})

WORDS(adapter_flags, NONE, {1U, "DdnsEnabled"}, {2U, "RegisterAdapterSuffix"},
      {4U, "Dhcpv4Enabled"}, {8U, "ReceiveOnly"}, {16U, "NoMulticast"},
      {32U, "Ipv6OtherStatefulConfig"}, {64U, "NetbiosOverTcpipEnabled"}, {128U, "Ipv4Enabled"},
      {256U, "Ipv6Enabled"}, {512U, "Ipv6ManagedAddressConfigurationSupported"})

WORDS(address_flags, NONE, {1U, "DnsEligible"}, {2U, "Transient"})

WORDS(neighbour_flags, NONE, {1U, "IsRouter"}, {2U, "IsUnreachable"})

WORDS(offload, NONE, {1U, "NlChecksumSupported"}, {2U, "NlOptionsSupported"},
      {4U, "TlDatagramChecksumSupported"}, {8U, "TlStreamChecksumSupported"},
      {16U, "TlStreamOptionsSupported"}, {32U, "FastPathCompatible"},
      {64U, "TlLargeSendOffloadSupported"}, {128U, "TlGiantSendOffloadSupported"})

const char *word_of(const struct words *words, uint32_t value)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->list[i].value == value)
            return words->list[i].text;
    }
    return NULL;
}
