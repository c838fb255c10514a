/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The query for what is counted. Which counter of the kernel is which value, is one table; beside
 * counters there are settings, and the numbers of rows and of sockets.
 */
#include "mib/query/statistics.h"
#include "backend/netlink/socket/family.h"
#include "backend/netlink/table/ip_settings.h"
#include "backend/netlink/table/table.h"
#include "backend/proc/counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum file { SNMP, SNMP6, FILES };

static const struct {
    const char *name;
    enum counters_form form;
} files[FILES] = {
    [SNMP] = {"snmp", COUNTERS_LINES},
    [SNMP6] = {"snmp6", COUNTERS_SINGLE},
};

/* Any of these: the kernel counts TCP of both families together. */
enum { IPV4 = 1U << MIB_FAMILY_IPV4, IPV6 = 1U << MIB_FAMILY_IPV6, BOTH = IPV4 | IPV6 };

/* Any number of types follows the name. */
enum { ONE = 0, SERIES = 1 };

static const struct counter {
    uint8_t protocol;
    uint8_t families;
    uint8_t file;
    uint8_t series;
    uint16_t value;
    const char *block;
    const char *name;
} counters[] = {
    /* Ip's ReasmTimeout is no time, but counts what has timed out. */
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_RECEIVES, "Ip", "InReceives"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_HDR_ERRORS, "Ip", "InHdrErrors"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_ADDR_ERRORS, "Ip", "InAddrErrors"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_FORW_DATAGRAMS, "Ip", "ForwDatagrams"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_UNKNOWN_PROTOS, "Ip", "InUnknownProtos"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_DISCARDS, "Ip", "InDiscards"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_IN_DELIVERS, "Ip", "InDelivers"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_OUT_REQUESTS, "Ip", "OutRequests"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_OUT_DISCARDS, "Ip", "OutDiscards"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_OUT_NO_ROUTES, "Ip", "OutNoRoutes"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_REASM_REQDS, "Ip", "ReasmReqds"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_REASM_OKS, "Ip", "ReasmOKs"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_REASM_FAILS, "Ip", "ReasmFails"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_FRAG_OKS, "Ip", "FragOKs"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_FRAG_FAILS, "Ip", "FragFails"},
    {MIB_PROTOCOL_IP, IPV4, SNMP, ONE, MIB_IP_FRAG_CREATES, "Ip", "FragCreates"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_RECEIVES, "", "Ip6InReceives"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_HDR_ERRORS, "", "Ip6InHdrErrors"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_ADDR_ERRORS, "", "Ip6InAddrErrors"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_FORW_DATAGRAMS, "", "Ip6OutForwDatagrams"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_UNKNOWN_PROTOS, "", "Ip6InUnknownProtos"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_DISCARDS, "", "Ip6InDiscards"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_IN_DELIVERS, "", "Ip6InDelivers"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_OUT_REQUESTS, "", "Ip6OutRequests"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_OUT_DISCARDS, "", "Ip6OutDiscards"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_OUT_NO_ROUTES, "", "Ip6OutNoRoutes"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_REASM_REQDS, "", "Ip6ReasmReqds"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_REASM_OKS, "", "Ip6ReasmOKs"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_REASM_FAILS, "", "Ip6ReasmFails"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_FRAG_OKS, "", "Ip6FragOKs"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_FRAG_FAILS, "", "Ip6FragFails"},
    {MIB_PROTOCOL_IP, IPV6, SNMP6, ONE, MIB_IP_FRAG_CREATES, "", "Ip6FragCreates"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_RTO_ALGORITHM, "Tcp", "RtoAlgorithm"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_RTO_MIN, "Tcp", "RtoMin"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_RTO_MAX, "Tcp", "RtoMax"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_MAX_CONN, "Tcp", "MaxConn"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_ACTIVE_OPENS, "Tcp", "ActiveOpens"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_PASSIVE_OPENS, "Tcp", "PassiveOpens"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_ATTEMPT_FAILS, "Tcp", "AttemptFails"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_ESTAB_RESETS, "Tcp", "EstabResets"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_CURR_ESTAB, "Tcp", "CurrEstab"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_IN_SEGS, "Tcp", "InSegs"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_OUT_SEGS, "Tcp", "OutSegs"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_RETRANS_SEGS, "Tcp", "RetransSegs"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_IN_ERRS, "Tcp", "InErrs"},
    {MIB_PROTOCOL_TCP, BOTH, SNMP, ONE, MIB_TCP_OUT_RSTS, "Tcp", "OutRsts"},
    {MIB_PROTOCOL_UDP, IPV4, SNMP, ONE, MIB_UDP_IN_DATAGRAMS, "Udp", "InDatagrams"},
    {MIB_PROTOCOL_UDP, IPV4, SNMP, ONE, MIB_UDP_NO_PORTS, "Udp", "NoPorts"},
    {MIB_PROTOCOL_UDP, IPV4, SNMP, ONE, MIB_UDP_IN_ERRORS, "Udp", "InErrors"},
    {MIB_PROTOCOL_UDP, IPV4, SNMP, ONE, MIB_UDP_OUT_DATAGRAMS, "Udp", "OutDatagrams"},
    {MIB_PROTOCOL_UDP, IPV6, SNMP6, ONE, MIB_UDP_IN_DATAGRAMS, "", "Udp6InDatagrams"},
    {MIB_PROTOCOL_UDP, IPV6, SNMP6, ONE, MIB_UDP_NO_PORTS, "", "Udp6NoPorts"},
    {MIB_PROTOCOL_UDP, IPV6, SNMP6, ONE, MIB_UDP_IN_ERRORS, "", "Udp6InErrors"},
    {MIB_PROTOCOL_UDP, IPV6, SNMP6, ONE, MIB_UDP_OUT_DATAGRAMS, "", "Udp6OutDatagrams"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, ONE, MIB_ICMP_IN_MSGS, "Icmp", "InMsgs"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, ONE, MIB_ICMP_IN_ERRORS, "Icmp", "InErrors"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, SERIES, MIB_ICMP_IN_TYPES, "IcmpMsg", "InType"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, ONE, MIB_ICMP_OUT_MSGS, "Icmp", "OutMsgs"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, ONE, MIB_ICMP_OUT_ERRORS, "Icmp", "OutErrors"},
    {MIB_PROTOCOL_ICMP, IPV4, SNMP, SERIES, MIB_ICMP_OUT_TYPES, "IcmpMsg", "OutType"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, ONE, MIB_ICMP_IN_MSGS, "", "Icmp6InMsgs"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, ONE, MIB_ICMP_IN_ERRORS, "", "Icmp6InErrors"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, SERIES, MIB_ICMP_IN_TYPES, "", "Icmp6InType"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, ONE, MIB_ICMP_OUT_MSGS, "", "Icmp6OutMsgs"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, ONE, MIB_ICMP_OUT_ERRORS, "", "Icmp6OutErrors"},
    {MIB_PROTOCOL_ICMP, IPV6, SNMP6, SERIES, MIB_ICMP_OUT_TYPES, "", "Icmp6OutType"},
};

enum { COUNTERS = sizeof(counters) / sizeof(counters[0]) };

struct reading {
    struct mib_statistics *statistics;
    enum file file;
    size_t taken;
};

static bool is_asked_for(const struct counter *counter, const struct mib_statistics *statistics,
                         enum file file)
{
    return counter->protocol == statistics->protocol && counter->file == file &&
           (counter->families & (1U << statistics->family));
}

/* The number behind the name of a series, if it is one of 0 to 255. */
static bool number_of(const char *text, unsigned int *ret_number)
{
    size_t length = strspn(text, "0123456789");

    if (length == 0 || length > 3 || text[length] != 0)
        return false;
    unsigned long number = strtoul(text, NULL, 10);
    if (number > UINT8_MAX)
        return false;
    *ret_number = (unsigned int)number;
    return true;
}

static void take(void *context, const char *block, const char *name, uint64_t value)
{
    struct reading *reading = context;

    for (size_t i = 0; i < COUNTERS; i++) {
        const struct counter *counter = &counters[i];
        unsigned int number = 0;

        if (!is_asked_for(counter, reading->statistics, reading->file) ||
            strcmp(counter->block, block) != 0)
            continue;
        if (counter->series ? strncmp(counter->name, name, strlen(counter->name)) != 0 ||
                                  !number_of(name + strlen(counter->name), &number)
                            : strcmp(counter->name, name) != 0)
            continue;
        reading->statistics->values[counter->value + number] = value;
        reading->taken++;
        return;
    }
}

static int read_files(struct mib_statistics *statistics)
{
    for (enum file file = 0; file < FILES; file++) {
        struct reading reading = {.statistics = statistics, .file = file};
        bool wanted = false;

        for (size_t i = 0; i < COUNTERS && !wanted; i++)
            wanted = is_asked_for(&counters[i], statistics, file);
        if (!wanted)
            continue;
        int r = counters_read(files[file].name, files[file].form, take, &reading);
        if (r < 0)
            return r == -ENOENT ? -EOPNOTSUPP : r;
        /* Any kernel has some; what has none is another file. */
        if (reading.taken == 0)
            return -EIO;
    }
    return 0;
}

static int count_row(void *context, const void *row, size_t more)
{
    uint64_t *count = context;

    (void)row;
    (void)more;
    (*count)++;
    return 0;
}

static int complete_ip(struct mib_statistics *statistics)
{
    static const struct {
        enum mib_table table;
        enum mib_ip_value value;
    } tables[] = {
        {MIB_TABLE_IPINTERFACE, MIB_IP_INTERFACES},
        {MIB_TABLE_UNICAST, MIB_IP_ADDRESSES},
        {MIB_TABLE_ROUTE, MIB_IP_ROUTES},
    };
    const struct mib_filter filter = {.family = statistics->family};
    struct mib_ip_settings settings = {.family = statistics->family};
    int32_t seconds = 0;
    int r = ip_settings_read(&settings);

    if (r == 0)
        r = ip_settings_fragment_time(statistics->family, &seconds);
    for (size_t i = 0; r == 0 && i < sizeof(tables) / sizeof(tables[0]); i++)
        r = backend_read_table(tables[i].table, &filter, count_row,
                               &statistics->values[tables[i].value]);
    statistics->values[MIB_IP_FORWARDS] = settings.forwarding;
    statistics->values[MIB_IP_DEFAULT_TTL] = settings.default_ttl;
    statistics->values[MIB_IP_REASM_TIMEOUT] = (uint32_t)seconds;
    return r;
}

/* As the tables have them, which is not as the kernel counts them by families. */
static int count_sockets(const struct mib_statistics *statistics, enum mib_table table,
                         uint64_t *ret_count)
{
    const struct mib_filter filter = {
        .family = statistics->family,
        .flags = table == MIB_TABLE_TCP ? MIB_FILTER_CONNECTIONS : 0,
    };
    uint64_t count = 0;
    int r = backend_read_table(table, &filter, count_row, &count);

    if (r == 0)
        *ret_count = count;
    return r;
}

int netlink_query_statistics(void *params)
{
    struct mib_statistics *asked = params;
    struct mib_statistics statistics = {.family = asked->family, .protocol = asked->protocol};

    if (asked->protocol >= MIB_PROTOCOLS)
        return -EINVAL;
    if (asked->family == MIB_FAMILY_IPV6 && !netlink_has_family(asked->family))
        return -EAFNOSUPPORT;
    int r = read_files(&statistics);
    if (r == 0 && asked->protocol == MIB_PROTOCOL_IP)
        r = complete_ip(&statistics);
    if (r == 0 && asked->protocol == MIB_PROTOCOL_TCP)
        r = count_sockets(&statistics, MIB_TABLE_TCP, &statistics.values[MIB_TCP_CONNECTIONS]);
    if (r == 0 && asked->protocol == MIB_PROTOCOL_UDP)
        r = count_sockets(&statistics, MIB_TABLE_UDP, &statistics.values[MIB_UDP_SOCKETS]);
    if (r == 0)
        *asked = statistics;
    return r;
}
