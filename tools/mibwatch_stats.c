/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What mibwatch's registrations have counted. The functions that tell it are of this library alone,
 * and are looked up: another iphlpapi.dll has none.
 */
#include "mibwatch_stats.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "names.h"

struct counter {
    const char *name;
    size_t offset;
};

#define COUNTER(name, member)                                                                      \
    {                                                                                              \
        name, offsetof(IPHLPAPI_WATCH_STATISTICS, member)                                          \
    }

static const struct counter counters[] = {
    COUNTER("messages", Messages),        COUNTER("malformed", MalformedMessages),
    COUNTER("foreign", ForeignDatagrams), COUNTER("cut", CutDatagrams),
    COUNTER("overruns", Overruns),        COUNTER("dumps", Dumps),
    COUNTER("valid", ValidDumps),         COUNTER("discarded", DiscardedDumps),
    COUNTER("retries", Retries),          COUNTER("changes", Changes),
    COUNTER("given", GivenChanges),       COUNTER("longest_queue", LongestQueue),
    COUNTER("callbacks", Callbacks),      COUNTER("longest_callback_ns", LongestCallback),
};

static const struct counter resyncs[] = {
    COUNTER("open", Resyncs.Open),       COUNTER("link", Resyncs.Link),
    COUNTER("address", Resyncs.Address), COUNTER("route", Resyncs.Route),
    COUNTER("nexthop", Resyncs.Nexthop), COUNTER("netconf", Resyncs.Netconf),
    COUNTER("prefix", Resyncs.Prefix),   COUNTER("expiry", Resyncs.Expiry),
    COUNTER("overrun", Resyncs.Overrun), COUNTER("answer", Resyncs.Answer),
    COUNTER("error", Resyncs.Error),
};

/* As they were told last. */
static IPHLPAPI_WATCH_STATISTICS last[KIND_COUNT];

static DWORD read_statistics(HANDLE handle, IPHLPAPI_WATCH_STATISTICS *ret_statistics)
{
    __typeof__(&IphlpapiGetWatchStatistics) function =
        (__typeof__(function))platform_function("IphlpapiGetWatchStatistics");

    memset(ret_statistics, 0, sizeof(*ret_statistics));
    ret_statistics->Size = sizeof(*ret_statistics);
    return function == NULL ? (DWORD)ERROR_PROC_NOT_FOUND : function(handle, ret_statistics);
}

static void complain(DWORD error)
{
    platform_lock(PLATFORM_LOCK_OUTPUT);
    if (error == ERROR_PROC_NOT_FOUND)
        (void)fputs("mibwatch: --stats: this iphlpapi has no IphlpapiGetWatchStatistics\n", stderr);
    else
        (void)fprintf(stderr, "mibwatch: IphlpapiGetWatchStatistics: %s\n", error_name(error));
    platform_unlock(PLATFORM_LOCK_OUTPUT);
}

bool stats_begin(void)
{
    __typeof__(&IphlpapiTimeCallbacks) function =
        (__typeof__(function))platform_function("IphlpapiTimeCallbacks");

    if (function == NULL) {
        complain(ERROR_PROC_NOT_FOUND);
        return false;
    }
    function(TRUE);
    return true;
}

/* Text has only what is not 0. */
static void add_counters(struct line *line, const IPHLPAPI_WATCH_STATISTICS *statistics,
                         const struct counter *added, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *at = (const unsigned char *)statistics + added[i].offset;
        ULONG64 value;

        memcpy(&value, at, sizeof(value));
        if (value != 0 || line->format == LINE_JSON)
            line_number(line, added[i].name, added[i].name, value);
    }
}

static void print(enum line_format format, enum kind kind,
                  const IPHLPAPI_WATCH_STATISTICS *statistics)
{
    struct line line;

    line_begin(&line, format, kind_name(kind), "stats");
    line_json_string(&line, "function", statistics->Function);
    add_counters(&line, statistics, counters, ARRAY_SIZE(counters));
    line_open(&line, "resyncs", '{');
    line_text(&line, " | resyncs");
    add_counters(&line, statistics, resyncs, ARRAY_SIZE(resyncs));
    line_close(&line, '}');
    platform_lock(PLATFORM_LOCK_OUTPUT);
    if (line_end(&line))
        (void)fwrite(line.data, 1, line.length, stderr);
    (void)fflush(stderr);
    platform_unlock(PLATFORM_LOCK_OUTPUT);
    line_free(&line);
}

void stats_print(const HANDLE handles[KIND_COUNT], enum line_format line_format, bool changed_only)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        IPHLPAPI_WATCH_STATISTICS now;
        DWORD error = NO_ERROR;

        if (handles[kind] == NULL)
            continue;
        error = read_statistics(handles[kind], &now);
        if (error != NO_ERROR) {
            complain(error);
            return;
        }
        if (changed_only && memcmp(&now, &last[kind], sizeof(now)) == 0)
            continue;
        last[kind] = now;
        print(line_format, (enum kind)kind, &now);
    }
}
