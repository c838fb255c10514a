/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Statistics. One table for each structure says which value goes to which field; 64-bit values are
 * cut to what the field has. Contracts: include/iphlpapi.h, include/iphlpapi_statistics.h.
 */
#include "mib/query/statistics.h"
#include "api/error.h"
#include "api/rows/convert.h"
#include "api/windows.h"
#include "backend/backend.h"
#include "mib/query/ip_settings.h"

#include <errno.h>
#include <string.h>

struct field {
    uint16_t offset;
    uint16_t size;
    uint16_t value;
    uint16_t count; /* of an array, whose members are the value and those that follow it */
};

struct row {
    const struct field *fields;
    size_t count;
    size_t size;
    enum mib_protocol protocol;
};

#define FIELD(type, field, value)                                                                  \
    {                                                                                              \
        offsetof(type, field), sizeof(((type *)0)->field), MIB_##value, 1                          \
    }
#define ARRAY(type, field, value)                                                                  \
    {                                                                                              \
        offsetof(type, field), sizeof(((type *)0)->field[0]), MIB_##value,                         \
            sizeof(((type *)0)->field) / sizeof(((type *)0)->field[0])                             \
    }
#define ROW(type, array, protocol)                                                                 \
    {                                                                                              \
        (array), sizeof(array) / sizeof((array)[0]), sizeof(type), MIB_PROTOCOL_##protocol         \
    }

/* dwForwarding is no count; Linux has nothing for dwRoutingDiscards. */
static const struct field ip_fields[] = {
    FIELD(MIB_IPSTATS, dwDefaultTTL, IP_DEFAULT_TTL),
    FIELD(MIB_IPSTATS, dwInReceives, IP_IN_RECEIVES),
    FIELD(MIB_IPSTATS, dwInHdrErrors, IP_IN_HDR_ERRORS),
    FIELD(MIB_IPSTATS, dwInAddrErrors, IP_IN_ADDR_ERRORS),
    FIELD(MIB_IPSTATS, dwForwDatagrams, IP_FORW_DATAGRAMS),
    FIELD(MIB_IPSTATS, dwInUnknownProtos, IP_IN_UNKNOWN_PROTOS),
    FIELD(MIB_IPSTATS, dwInDiscards, IP_IN_DISCARDS),
    FIELD(MIB_IPSTATS, dwInDelivers, IP_IN_DELIVERS),
    FIELD(MIB_IPSTATS, dwOutRequests, IP_OUT_REQUESTS),
    FIELD(MIB_IPSTATS, dwOutDiscards, IP_OUT_DISCARDS),
    FIELD(MIB_IPSTATS, dwOutNoRoutes, IP_OUT_NO_ROUTES),
    FIELD(MIB_IPSTATS, dwReasmTimeout, IP_REASM_TIMEOUT),
    FIELD(MIB_IPSTATS, dwReasmReqds, IP_REASM_REQDS),
    FIELD(MIB_IPSTATS, dwReasmOks, IP_REASM_OKS),
    FIELD(MIB_IPSTATS, dwReasmFails, IP_REASM_FAILS),
    FIELD(MIB_IPSTATS, dwFragOks, IP_FRAG_OKS),
    FIELD(MIB_IPSTATS, dwFragFails, IP_FRAG_FAILS),
    FIELD(MIB_IPSTATS, dwFragCreates, IP_FRAG_CREATES),
    FIELD(MIB_IPSTATS, dwNumIf, IP_INTERFACES),
    FIELD(MIB_IPSTATS, dwNumAddr, IP_ADDRESSES),
    FIELD(MIB_IPSTATS, dwNumRoutes, IP_ROUTES),
};

#define TCP_FIELDS(type, rto_algorithm, in_segs, out_segs)                                         \
    FIELD(type, rto_algorithm, TCP_RTO_ALGORITHM), FIELD(type, dwRtoMin, TCP_RTO_MIN),             \
        FIELD(type, dwRtoMax, TCP_RTO_MAX), FIELD(type, dwMaxConn, TCP_MAX_CONN),                  \
        FIELD(type, dwActiveOpens, TCP_ACTIVE_OPENS),                                              \
        FIELD(type, dwPassiveOpens, TCP_PASSIVE_OPENS),                                            \
        FIELD(type, dwAttemptFails, TCP_ATTEMPT_FAILS),                                            \
        FIELD(type, dwEstabResets, TCP_ESTAB_RESETS), FIELD(type, dwCurrEstab, TCP_CURR_ESTAB),    \
        FIELD(type, in_segs, TCP_IN_SEGS), FIELD(type, out_segs, TCP_OUT_SEGS),                    \
        FIELD(type, dwRetransSegs, TCP_RETRANS_SEGS), FIELD(type, dwInErrs, TCP_IN_ERRS),          \
        FIELD(type, dwOutRsts, TCP_OUT_RSTS), FIELD(type, dwNumConns, TCP_CONNECTIONS)

static const struct field tcp_fields[] = {
    TCP_FIELDS(MIB_TCPSTATS, dwRtoAlgorithm, dwInSegs, dwOutSegs)};
static const struct field tcp2_fields[] = {
    TCP_FIELDS(MIB_TCPSTATS2, RtoAlgorithm, dw64InSegs, dw64OutSegs)};

#define UDP_FIELDS(type, in_datagrams, out_datagrams)                                              \
    FIELD(type, in_datagrams, UDP_IN_DATAGRAMS), FIELD(type, dwNoPorts, UDP_NO_PORTS),             \
        FIELD(type, dwInErrors, UDP_IN_ERRORS), FIELD(type, out_datagrams, UDP_OUT_DATAGRAMS),     \
        FIELD(type, dwNumAddrs, UDP_SOCKETS)

static const struct field udp_fields[] = {UDP_FIELDS(MIB_UDPSTATS, dwInDatagrams, dwOutDatagrams)};
static const struct field udp2_fields[] = {
    UDP_FIELDS(MIB_UDPSTATS2, dw64InDatagrams, dw64OutDatagrams)};

/* NOLINTBEGIN(bugprone-macro-parentheses): members do not go in parentheses */
/* The types that have fields of their own are those of RFC 792 and RFC 950. */
#define ICMP_FIELDS(way, stats)                                                                    \
    FIELD(MIB_ICMP, stats.dwMsgs, ICMP_##way##_MSGS),                                              \
        FIELD(MIB_ICMP, stats.dwErrors, ICMP_##way##_ERRORS),                                      \
        FIELD(MIB_ICMP, stats.dwEchoReps, ICMP_##way##_TYPES + 0),                                 \
        FIELD(MIB_ICMP, stats.dwDestUnreachs, ICMP_##way##_TYPES + 3),                             \
        FIELD(MIB_ICMP, stats.dwSrcQuenchs, ICMP_##way##_TYPES + 4),                               \
        FIELD(MIB_ICMP, stats.dwRedirects, ICMP_##way##_TYPES + 5),                                \
        FIELD(MIB_ICMP, stats.dwEchos, ICMP_##way##_TYPES + 8),                                    \
        FIELD(MIB_ICMP, stats.dwTimeExcds, ICMP_##way##_TYPES + 11),                               \
        FIELD(MIB_ICMP, stats.dwParmProbs, ICMP_##way##_TYPES + 12),                               \
        FIELD(MIB_ICMP, stats.dwTimestamps, ICMP_##way##_TYPES + 13),                              \
        FIELD(MIB_ICMP, stats.dwTimestampReps, ICMP_##way##_TYPES + 14),                           \
        FIELD(MIB_ICMP, stats.dwAddrMasks, ICMP_##way##_TYPES + 17),                               \
        FIELD(MIB_ICMP, stats.dwAddrMaskReps, ICMP_##way##_TYPES + 18)
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct field icmp_fields[] = {ICMP_FIELDS(IN, stats.icmpInStats),
                                           ICMP_FIELDS(OUT, stats.icmpOutStats)};

static const struct field icmp_ex_fields[] = {
    FIELD(MIB_ICMP_EX, icmpInStats.dwMsgs, ICMP_IN_MSGS),
    FIELD(MIB_ICMP_EX, icmpInStats.dwErrors, ICMP_IN_ERRORS),
    ARRAY(MIB_ICMP_EX, icmpInStats.rgdwTypeCount, ICMP_IN_TYPES),
    FIELD(MIB_ICMP_EX, icmpOutStats.dwMsgs, ICMP_OUT_MSGS),
    FIELD(MIB_ICMP_EX, icmpOutStats.dwErrors, ICMP_OUT_ERRORS),
    ARRAY(MIB_ICMP_EX, icmpOutStats.rgdwTypeCount, ICMP_OUT_TYPES),
};

static const struct row ip_row = ROW(MIB_IPSTATS, ip_fields, IP);
static const struct row tcp_row = ROW(MIB_TCPSTATS, tcp_fields, TCP);
static const struct row tcp2_row = ROW(MIB_TCPSTATS2, tcp2_fields, TCP);
static const struct row udp_row = ROW(MIB_UDPSTATS, udp_fields, UDP);
static const struct row udp2_row = ROW(MIB_UDPSTATS2, udp2_fields, UDP);
static const struct row icmp_row = ROW(MIB_ICMP, icmp_fields, ICMP);
static const struct row icmp_ex_row = ROW(MIB_ICMP_EX, icmp_ex_fields, ICMP);

static void store(const struct field *field, const uint64_t *values, uint8_t *to)
{
    for (size_t i = 0; i < field->count; i++, to += field->size) {
        const uint64_t value = values[field->value + i];
        const uint32_t low = (uint32_t)value;

        if (field->size == sizeof(low))
            memcpy(to, &low, sizeof(low));
        else
            memcpy(to, &value, sizeof(value));
    }
}

static int family_from(ULONG af, uint8_t *ret_family)
{
    enum mib_family family;

    if (af > UINT16_MAX || !ip_family_of_af((ADDRESS_FAMILY)af, &family))
        return -EINVAL;
    *ret_family = (uint8_t)family;
    return 0;
}

static int read_values(const struct row *row, ULONG af, struct mib_statistics *ret)
{
    struct mib_statistics query = {.protocol = row->protocol};
    int r = family_from(af, &query.family);

    if (r == 0)
        r = backend_query(MIB_QUERY_STATISTICS, &query);
    if (r == 0)
        *ret = query;
    return r;
}

static int get(const struct row *row, void *memory, ULONG af)
{
    struct mib_statistics statistics;

    if (!memory)
        return -EINVAL;
    int r = read_values(row, af, &statistics);
    if (r < 0)
        return r;
    memset(memory, 0, row->size);
    for (size_t i = 0; i < row->count; i++)
        store(&row->fields[i], statistics.values, (uint8_t *)memory + row->fields[i].offset);
    if (row == &ip_row)
        ((MIB_IPSTATS *)memory)->dwForwarding =
            statistics.values[MIB_IP_FORWARDS] ? MIB_IP_FORWARDING : MIB_IP_NOT_FORWARDING;
    return 0;
}

ULONG NETIOAPI_API_ GetIpStatistics(PMIB_IPSTATS Statistics)
{
    return error_from(get(&ip_row, Statistics, AF_INET));
}

ULONG NETIOAPI_API_ GetIpStatisticsEx(PMIB_IPSTATS Statistics, ULONG Family)
{
    return error_from(get(&ip_row, Statistics, Family));
}

ULONG NETIOAPI_API_ GetTcpStatistics(PMIB_TCPSTATS Statistics)
{
    return error_from(get(&tcp_row, Statistics, AF_INET));
}

ULONG NETIOAPI_API_ GetTcpStatisticsEx(PMIB_TCPSTATS Statistics, ULONG Family)
{
    return error_from(get(&tcp_row, Statistics, Family));
}

ULONG NETIOAPI_API_ GetTcpStatisticsEx2(PMIB_TCPSTATS2 Statistics, ULONG Family)
{
    return error_from(get(&tcp2_row, Statistics, Family));
}

ULONG NETIOAPI_API_ GetUdpStatistics(PMIB_UDPSTATS Stats)
{
    return error_from(get(&udp_row, Stats, AF_INET));
}

ULONG NETIOAPI_API_ GetUdpStatisticsEx(PMIB_UDPSTATS Statistics, ULONG Family)
{
    return error_from(get(&udp_row, Statistics, Family));
}

ULONG NETIOAPI_API_ GetUdpStatisticsEx2(PMIB_UDPSTATS2 Statistics, ULONG Family)
{
    return error_from(get(&udp2_row, Statistics, Family));
}

ULONG NETIOAPI_API_ GetIcmpStatistics(PMIB_ICMP Statistics)
{
    return error_from(get(&icmp_row, Statistics, AF_INET));
}

ULONG NETIOAPI_API_ GetIcmpStatisticsEx(PMIB_ICMP_EX Statistics, ULONG Family)
{
    return error_from(get(&icmp_ex_row, Statistics, Family));
}

/* What of the two is to stay is named by a value of its own. */
static int set(ULONG af, DWORD forwarding, DWORD ttl)
{
    struct mib_ip_settings settings = {.ifindex = 0};
    int r = family_from(af, &settings.family);

    if (r < 0)
        return r;
    if (forwarding != MIB_USE_CURRENT_FORWARDING) {
        if (forwarding != MIB_IP_FORWARDING && forwarding != MIB_IP_NOT_FORWARDING)
            return -EINVAL;
        settings.fields |= MIB_IP_SET_FORWARDING;
        settings.forwarding = forwarding == MIB_IP_FORWARDING;
    }
    if (ttl != MIB_USE_CURRENT_TTL) {
        if (ttl == 0 || ttl > UINT8_MAX)
            return -EINVAL;
        settings.fields |= MIB_IP_SET_DEFAULT_TTL;
        settings.default_ttl = (uint8_t)ttl;
    }
    /* With nothing to be set it is a question, which tells of a family that is lacking. */
    return backend_query(MIB_QUERY_IP_SETTINGS, &settings);
}

DWORD NETIOAPI_API_ SetIpStatistics(PMIB_IPSTATS pIpStats)
{
    return error_from(pIpStats ? set(AF_INET, pIpStats->dwForwarding, pIpStats->dwDefaultTTL)
                               : -EINVAL);
}

ULONG NETIOAPI_API_ SetIpStatisticsEx(PMIB_IPSTATS Statistics, ULONG Family)
{
    return error_from(Statistics ? set(Family, Statistics->dwForwarding, Statistics->dwDefaultTTL)
                                 : -EINVAL);
}

DWORD NETIOAPI_API_ SetIpTTL(UINT nTTL)
{
    return error_from(nTTL == MIB_USE_CURRENT_TTL ? -EINVAL
                                                  : set(AF_INET, MIB_USE_CURRENT_FORWARDING, nTTL));
}
