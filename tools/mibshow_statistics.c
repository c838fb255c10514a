/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's tables of statistics: a row for each family. */
#include <string.h>

#include "mibshow_table.h"

#ifdef _WIN32
#include "../include/iphlpapi_statistics.h"
#endif

/* Each row has the family before what the function gives. */
struct ip_row {
    ADDRESS_FAMILY Family;
    MIB_IPSTATS is;
};

struct tcp_row {
    ADDRESS_FAMILY Family;
    MIB_TCPSTATS2 is;
};

struct udp_row {
    ADDRESS_FAMILY Family;
    MIB_UDPSTATS2 is;
};

struct icmp_row {
    ADDRESS_FAMILY Family;
    MIB_ICMP_EX is;
};

/* A member under its own name. */
#define MEMBER(row, member, how, words_of_it, ...)                                                 \
    {                                                                                              \
        .name = #member, .offset = offsetof(row, is.member),                                       \
        .size = sizeof(((row *)0)->is.member), .format = FORMAT_##how, .heading = (words_of_it),   \
        __VA_ARGS__                                                                                \
    }
#define FAMILY_OF(row) FIELD(row, Family, FAMILY, .heading = "")

#define ROW struct ip_row
static const struct field ip_list[] = {
    FAMILY_OF(ROW),
    MEMBER(ROW, dwForwarding, WORD, "forwarding", .words = &words_forwarding),
    MEMBER(ROW, dwDefaultTTL, NUMBER, "default ttl"),
    MEMBER(ROW, dwInReceives, NUMBER, "received"),
    MEMBER(ROW, dwInHdrErrors, NUMBER, "header errors"),
    MEMBER(ROW, dwInAddrErrors, NUMBER, "address errors"),
    MEMBER(ROW, dwForwDatagrams, NUMBER, "forwarded"),
    MEMBER(ROW, dwInUnknownProtos, NUMBER, "unknown protocols"),
    MEMBER(ROW, dwInDiscards, NUMBER, "received and discarded"),
    MEMBER(ROW, dwInDelivers, NUMBER, "delivered"),
    MEMBER(ROW, dwOutRequests, NUMBER, "sent"),
    MEMBER(ROW, dwRoutingDiscards, NUMBER, "routes discarded"),
    MEMBER(ROW, dwOutDiscards, NUMBER, "discarded instead of sent"),
    MEMBER(ROW, dwOutNoRoutes, NUMBER, "without a route"),
    MEMBER(ROW, dwReasmTimeout, NUMBER, "seconds fragments are kept"),
    MEMBER(ROW, dwReasmReqds, NUMBER, "fragments to reassemble"),
    MEMBER(ROW, dwReasmOks, NUMBER, "reassembled"),
    MEMBER(ROW, dwReasmFails, NUMBER, "reassembly failed"),
    MEMBER(ROW, dwFragOks, NUMBER, "fragmented"),
    MEMBER(ROW, dwFragFails, NUMBER, "fragmentation failed"),
    MEMBER(ROW, dwFragCreates, NUMBER, "fragments made"),
    MEMBER(ROW, dwNumIf, NUMBER, "interfaces"),
    MEMBER(ROW, dwNumAddr, NUMBER, "addresses"),
    MEMBER(ROW, dwNumRoutes, NUMBER, "routes"),
};
#undef ROW

#define ROW struct tcp_row
static const struct field tcp_list[] = {
    FAMILY_OF(ROW),
    MEMBER(ROW, RtoAlgorithm, WORD, "timeout algorithm", .words = &words_rto_algorithm),
    MEMBER(ROW, dwRtoMin, NUMBER, "least timeout, ms"),
    MEMBER(ROW, dwRtoMax, NUMBER, "largest timeout, ms"),
    MEMBER(ROW, dwMaxConn, INTEGER, "most connections (-1: no limit)"),
    MEMBER(ROW, dwActiveOpens, NUMBER, "active opens"),
    MEMBER(ROW, dwPassiveOpens, NUMBER, "passive opens"),
    MEMBER(ROW, dwAttemptFails, NUMBER, "failed attempts"),
    MEMBER(ROW, dwEstabResets, NUMBER, "connections reset"),
    MEMBER(ROW, dwCurrEstab, NUMBER, "connections established"),
    MEMBER(ROW, dw64InSegs, NUMBER, "segments received"),
    MEMBER(ROW, dw64OutSegs, NUMBER, "segments sent"),
    MEMBER(ROW, dwRetransSegs, NUMBER, "segments sent again"),
    MEMBER(ROW, dwInErrs, NUMBER, "received with errors"),
    MEMBER(ROW, dwOutRsts, NUMBER, "resets sent"),
    MEMBER(ROW, dwNumConns, NUMBER, "connections"),
};
#undef ROW

#define ROW struct udp_row
static const struct field udp_list[] = {
    FAMILY_OF(ROW),
    MEMBER(ROW, dw64InDatagrams, NUMBER, "datagrams received"),
    MEMBER(ROW, dwNoPorts, NUMBER, "for no port"),
    MEMBER(ROW, dwInErrors, NUMBER, "received with errors"),
    MEMBER(ROW, dw64OutDatagrams, NUMBER, "datagrams sent"),
    MEMBER(ROW, dwNumAddrs, NUMBER, "sockets"),
};
#undef ROW

/* By the family: IPv4's types, and IPv6's. */
#define ROW struct icmp_row
#define COUNTS(member, words_of_it)                                                                \
    MEMBER(ROW, member, COUNTS, words_of_it, .words_by_family = icmp_words,                        \
           .other = offsetof(ROW, Family))
static const struct words *const icmp_words[] = {&words_icmp_type, &words_icmp6_type};
static const struct field icmp_list[] = {
    FAMILY_OF(ROW),
    MEMBER(ROW, icmpInStats.dwMsgs, NUMBER, "received"),
    MEMBER(ROW, icmpInStats.dwErrors, NUMBER, "received with errors"),
    COUNTS(icmpInStats.rgdwTypeCount, "received by type"),
    MEMBER(ROW, icmpOutStats.dwMsgs, NUMBER, "sent"),
    MEMBER(ROW, icmpOutStats.dwErrors, NUMBER, "not sent for errors"),
    COUNTS(icmpOutStats.rgdwTypeCount, "sent by type"),
};
#undef ROW

static const struct fields ip_fields = FIELDS_OF(ip_list);
static const struct fields tcp_fields = FIELDS_OF(tcp_list);
static const struct fields udp_fields = FIELDS_OF(udp_list);
static const struct fields icmp_fields = FIELDS_OF(icmp_list);

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */
#define STATISTICS(protocol, title_, function_, layout_)                                           \
    static void read_##protocol(const struct request *request, struct report *report,              \
                                struct rows *ret_rows)                                             \
    {                                                                                              \
        struct row_list list = {.count = 0};                                                       \
        ADDRESS_FAMILY family;                                                                     \
                                                                                                   \
        for (unsigned int i = 0; (family = request_family(request, i)) != 0; i++) {                \
            struct protocol##_row row;                                                             \
            DWORD error;                                                                           \
                                                                                                   \
            memset(&row, 0, sizeof(row));                                                          \
            row.Family = family;                                                                   \
            error = CALL(function_, &row.is, family);                                              \
            if (error != NO_ERROR)                                                                 \
                report_failed(report, #function_, family == AF_INET ? "IPv4" : "IPv6", error);     \
            else                                                                                   \
                (void)row_list_add(&list, report, &row, sizeof(row));                              \
        }                                                                                          \
        row_list_give(&list, sizeof(struct protocol##_row), ret_rows);                             \
    }                                                                                              \
    const struct shown_table table_##protocol##_statistics = {                                     \
        .name = #protocol "_statistics",                                                           \
        .title = title_,                                                                           \
        .function = #function_,                                                                    \
        .layout = layout_,                                                                         \
        .fields = &protocol##_fields,                                                              \
        .read = read_##protocol,                                                                   \
    };
/* NOLINTEND(bugprone-macro-parentheses) */

STATISTICS(ip, "IP statistics", GetIpStatisticsEx, LAYOUT_SIDE_BY_SIDE)
STATISTICS(tcp, "TCP statistics", GetTcpStatisticsEx2, LAYOUT_SIDE_BY_SIDE)
STATISTICS(udp, "UDP statistics", GetUdpStatisticsEx2, LAYOUT_SIDE_BY_SIDE)
STATISTICS(icmp, "ICMP statistics", GetIcmpStatisticsEx, LAYOUT_RECORDS)
