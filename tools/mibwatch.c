/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibwatch: print the changes of the network that the IP Helper API reports.
 *
 * Main registers, waits and cancels; the lines come from the registrations' threads. Main holds
 * PLATFORM_LOCK_GATE until all kinds are registered and the tables are printed, so that no change
 * is printed before the table that it changes.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "names.h"
#include "mibwatch_options.h"
#include "platform.h"
#include "mibwatch_rows.h"
#include "mibwatch_stats.h"
#include "tape.h"

/* How often --stats looks for what has been counted. */
static const double STATS_SECONDS = 1;

/* Does not change once the first registration is made. */
static struct options options;
static enum line_format format;

/* Guarded by PLATFORM_LOCK_OUTPUT. */
static uint64_t printed; /* notifications, not rows of tables */
static bool ended;       /* nothing is printed any more */
static int exit_status;

static void fail_locked(const char *what, const char *why)
{
    (void)fprintf(stderr, "mibwatch: %s: %s\n", what, why);
    exit_status = 1;
    ended = true;
    platform_stop();
}

static void fail_api(const char *function, DWORD error)
{
    char why[64];

    (void)snprintf(why, sizeof(why), "%s (%" PRIu32 ")", error_name(error), (uint32_t)error);
    platform_lock(PLATFORM_LOCK_OUTPUT);
    fail_locked(function, why);
    platform_unlock(PLATFORM_LOCK_OUTPUT);
}

/* Returns false, with the program told to end, when standard output does not take everything. */
static bool write_locked(const struct line *line, bool flush)
{
    int error;
    char why[128];

    errno = 0;
    if ((line == NULL || fwrite(line->data, 1, line->length, stdout) == line->length) &&
        (!flush || fflush(stdout) == 0))
        return true;
    error = errno;
    if (platform_reader_gone(error)) {
        ended = true;
        platform_stop();
    } else {
        platform_error_text(error, why, sizeof(why));
        fail_locked("cannot write", why);
    }
    return false;
}

/* Print a line and free it. counts: it is a notification. Context: any thread. */
static void print_line(struct line *line, bool counts)
{
    bool complete = line_end(line);

    platform_lock(PLATFORM_LOCK_OUTPUT);
    if (!ended && !complete)
        fail_locked("cannot print", "out of memory");
    if (!ended && write_locked(line, counts) && counts && ++printed == options.count) {
        ended = true;
        platform_stop();
    }
    platform_unlock(PLATFORM_LOCK_OUTPUT);
    line_free(line);
}

static bool has_ended(void)
{
    bool result;

    platform_lock(PLATFORM_LOCK_OUTPUT);
    result = ended;
    platform_unlock(PLATFORM_LOCK_OUTPUT);
    return result;
}

/* ---- Notifications --------------------------------------------------------------------------- */

static const char *type_name(MIB_NOTIFICATION_TYPE type)
{
    switch (type) {
    case MibParameterNotification:
        return "change";
    case MibAddInstance:
        return "add";
    case MibDeleteInstance:
        return "delete";
    case MibInitialNotification:
        return "initial";
    }
    return "unknown";
}

/* Start the line of a notification. The initial one comes on main's thread, before the gate opens.
 */
static void begin_notification(struct line *line, enum kind kind, MIB_NOTIFICATION_TYPE type)
{
    if (type != MibInitialNotification) {
        platform_lock(PLATFORM_LOCK_GATE);
        platform_unlock(PLATFORM_LOCK_GATE);
    }
    line_begin(line, format, kind_name(kind), type_name(type));
}

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */

/* on_interface() and so on. */
#define ROW_KIND(KIND, name, type, table, get_table, notify)                                       \
    static void NETIOAPI_API_ on_##name(PVOID context, type *row, MIB_NOTIFICATION_TYPE what)      \
    {                                                                                              \
        struct line line;                                                                          \
                                                                                                   \
        (void)context;                                                                             \
        begin_notification(&line, KIND_##KIND, what);                                              \
        if (row != NULL)                                                                           \
            row_##name(&line, row, true, options.details);                                         \
        print_line(&line, true);                                                                   \
    }
#include "mibwatch_kinds.def"

/* NOLINTEND(bugprone-macro-parentheses) */

static void NETIOAPI_API_ on_teredo(PVOID context, USHORT port, MIB_NOTIFICATION_TYPE type)
{
    struct line line;

    (void)context;
    begin_notification(&line, KIND_TEREDO, type);
    if (type != MibInitialNotification)
        line_number(&line, "port", "port", port);
    print_line(&line, true);
}

/* Nothing in the call tells that it is the initial one, which is the first. */
static void NETIOAPI_API_ on_hint(PVOID context, NL_NETWORK_CONNECTIVITY_HINT hint)
{
    static bool told; /* calls come one at a time */
    MIB_NOTIFICATION_TYPE type =
        options.initial && !told ? MibInitialNotification : MibParameterNotification;
    struct line line;

    (void)context;
    told = true;
    begin_notification(&line, KIND_HINT, type);
    row_hint(&line, &hint);
    print_line(&line, true);
}

static void print_stable_table(PMIB_UNICASTIPADDRESS_TABLE table, bool at_once)
{
    struct line line;

    line_begin(&line, format, kind_name(KIND_STABLE), "table");
    row_stable_table(&line, table, at_once);
    FreeMibTable(table);
    print_line(&line, true);
}

static void NETIOAPI_API_ on_stable(PVOID context, PMIB_UNICASTIPADDRESS_TABLE table)
{
    (void)context;
    platform_lock(PLATFORM_LOCK_GATE);
    platform_unlock(PLATFORM_LOCK_GATE);
    print_stable_table(table, false);
}

/* ---- Registrations --------------------------------------------------------------------------- */

/* In the place of a Notify…Change that a kind does not have: there is nothing to wait for. */
#define NONE(family, callback, ...) ((void)(callback), NO_ERROR)

static bool register_stable(HANDLE *ret_handle)
{
    PMIB_UNICASTIPADDRESS_TABLE table = NULL;
    DWORD error =
        NotifyStableUnicastIpAddressTable(options.family, &table, on_stable, NULL, ret_handle);

    if (error == NO_ERROR) {
        print_stable_table(table, true);
    } else if (error != ERROR_IO_PENDING) {
        fail_api("NotifyStableUnicastIpAddressTable", error);
        return false;
    }
    return true;
}

/* The handle stays NULL where the registration has nothing more to tell. */
static bool register_kind(enum kind kind, HANDLE *ret_handle)
{
    const char *function = NULL;
    DWORD error = NO_ERROR;

    switch (kind) {
#define ROW_KIND(KIND, name, row, table, get_table, notify)                                        \
    case KIND_##KIND:                                                                              \
        function = #notify;                                                                        \
        error = notify(options.family, on_##name, NULL, options.initial, ret_handle);              \
        break;
#include "mibwatch_kinds.def"
    case KIND_STABLE:
        return register_stable(ret_handle);
    case KIND_TEREDO:
        function = "NotifyTeredoPortChange";
        error = NotifyTeredoPortChange(on_teredo, NULL, options.initial, ret_handle);
        break;
    case KIND_HINT:
        function = "NotifyNetworkConnectivityHintChange";
        error = NotifyNetworkConnectivityHintChange(on_hint, NULL, options.initial, ret_handle);
        break;
    case KIND_COUNT:
        break;
    }
    if (error != NO_ERROR)
        fail_api(function, error);
    return error == NO_ERROR;
}

static void cancel_all(HANDLE handles[KIND_COUNT])
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        DWORD error = NO_ERROR;

        if (handles[kind] != NULL)
            error = CancelMibChangeNotify2(handles[kind]);
        if (error != NO_ERROR)
            fail_api("CancelMibChangeNotify2", error);
        handles[kind] = NULL;
    }
}

/* ---- Tables ---------------------------------------------------------------------------------- */

/* A table without rows may be told as an error. */
static bool no_table(const char *function, DWORD error)
{
    if (error == ERROR_NOT_FOUND)
        return true;
    fail_api(function, error);
    return false;
}

/* NOLINTBEGIN(bugprone-macro-parentheses): names do not go in parentheses */

/* print_interface_table() and so on. */
#define ROW_KIND(KIND, name, row, table_type, get_table, notify)                                   \
    static bool print_##name##_table(void)                                                         \
    {                                                                                              \
        table_type *table;                                                                         \
        DWORD error = get_table(options.family, &table);                                           \
                                                                                                   \
        if (error != NO_ERROR)                                                                     \
            return no_table(#get_table, error);                                                    \
        for (ULONG i = 0; i < table->NumEntries && !has_ended(); i++) {                            \
            struct line line;                                                                      \
                                                                                                   \
            line_begin(&line, format, kind_name(KIND_##KIND), "table");                            \
            row_##name(&line, &table->Table[i], false, options.details);                           \
            print_line(&line, false);                                                              \
        }                                                                                          \
        FreeMibTable(table);                                                                       \
        return true;                                                                               \
    }
#include "mibwatch_kinds.def"

/* NOLINTEND(bugprone-macro-parentheses) */

/* A table of one row at most. */
static bool print_teredo(void)
{
    struct line line;
    USHORT port;
    DWORD error = GetTeredoPort(&port);

    if (error == ERROR_NOT_READY)
        return true; /* no client, or one without a port */
    if (error != NO_ERROR) {
        fail_api("GetTeredoPort", error);
        return false;
    }
    line_begin(&line, format, kind_name(KIND_TEREDO), "table");
    line_number(&line, "port", "port", port);
    print_line(&line, false);
    return true;
}

static bool print_hint(void)
{
    struct line line;
    NL_NETWORK_CONNECTIVITY_HINT hint;
    DWORD error = GetNetworkConnectivityHint(&hint);

    if (error != NO_ERROR) {
        fail_api("GetNetworkConnectivityHint", error);
        return false;
    }
    line_begin(&line, format, kind_name(KIND_HINT), "table");
    row_hint(&line, &hint);
    print_line(&line, false);
    return true;
}

static bool print_tables(void)
{
    bool printed_all =
#define ROW_KIND(KIND, name, row, table, get_table, notify)                                        \
    (!options.kinds[KIND_##KIND] || print_##name##_table()) &&
#include "mibwatch_kinds.def"
        (!options.kinds[KIND_TEREDO] || print_teredo()) &&
        (!options.kinds[KIND_HINT] || print_hint());

    platform_lock(PLATFORM_LOCK_OUTPUT);
    if (!ended)
        (void)write_locked(NULL, true);
    platform_unlock(PLATFORM_LOCK_OUTPUT);
    return printed_all;
}

/* ---- The program ----------------------------------------------------------------------------- */

/* NO_COLOR: see https://no-color.org. */
static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): before any thread

    return (no_colour == NULL || no_colour[0] == '\0') && platform_colour_terminal();
}

static void choose_format(void)
{
    format = LINE_TEXT;
    if (options.json)
        format = LINE_JSON;
    else if (options.colour == COLOUR_ALWAYS || (options.colour == COLOUR_AUTO && wants_colour()))
        format = LINE_COLOURED_TEXT;
}

/* Returns whether there is anything to wait for. */
static bool start(HANDLE handles[KIND_COUNT])
{
    bool waits = false;

    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (options.kinds[kind] && !register_kind((enum kind)kind, &handles[kind]))
            return false;
        waits = waits || handles[kind] != NULL;
    }
    return (!options.table || print_tables()) && waits;
}

/* Standard error has no colours. */
static void print_stats(const HANDLE handles[KIND_COUNT], bool changed_only)
{
    stats_print(handles, format == LINE_JSON ? LINE_JSON : LINE_TEXT, changed_only);
}

/* Until the end, with the statistics that are due or asked for meanwhile. */
static void wait_for_end(const HANDLE handles[KIND_COUNT])
{
    const double end = platform_seconds() + options.duration;
    double left = options.duration;

    for (;;) {
        bool part = options.stats && (options.duration < 0 || left > STATS_SECONDS);

        switch (platform_wait(part ? STATS_SECONDS : left)) {
        case PLATFORM_WOKEN_BY_TIME:
            if (!part)
                return;
            print_stats(handles, true);
            break;
        case PLATFORM_WOKEN_BY_END:
            return;
        case PLATFORM_WOKEN_FOR_STATS:
            print_stats(handles, false);
            break;
        }
        if (options.duration >= 0) {
            left = end - platform_seconds();
            left = left > 0 ? left : 0;
        }
    }
}

/*
 * A line of help that cannot be printed is a failure too. Called right after it was: the stream may
 * have nothing left to flush then, and errno tells why.
 */
static int end_of_output(void)
{
    int error = ferror(stdout) != 0 || fflush(stdout) != 0 ? errno : 0;
    char why[128];

    if (error == 0 || platform_reader_gone(error))
        return 0;
    platform_error_text(error, why, sizeof(why));
    (void)fprintf(stderr, "mibwatch: cannot write: %s\n", why);
    return 1;
}

/* Tell why a recording or a replay is not what was wanted, if there is a reason. */
static void complain_of_tape(const char *why)
{
    if (why == NULL)
        return;
    (void)fprintf(stderr, "mibwatch: %s: %s\n", options.replay != NULL ? "--replay" : "--record",
                  why);
    exit_status = 1;
}

/* A recording has what is known of the links from its registrations. */
static bool begin_tape(void)
{
    if (options.replay == NULL)
        names_load();
    if (options.replay != NULL)
        complain_of_tape(tape_begin(options.replay, true));
    else if (options.record != NULL && options.anonymous)
        complain_of_tape(tape_begin_anonymous(options.record));
    else if (options.record != NULL)
        complain_of_tape(tape_begin(options.record, false));
    return exit_status == 0;
}

static void tell_dropped(const char *option, uint64_t dropped)
{
    if (dropped > 0)
        (void)fprintf(stderr, "mibwatch: %s: left out what may name something: %" PRIu64 " times\n",
                      option, dropped);
}

static void end_tape(void)
{
    complain_of_tape(tape_end());
    tell_dropped("--record", tape_dropped());
}

/* All that a process with --convert does; the status with which it ends. */
static int convert(void)
{
    uint64_t dropped;
    const char *why =
        tape_convert(options.convert, options.convert_to, options.anonymous, &dropped);

    if (why != NULL) {
        (void)fprintf(stderr, "mibwatch: --convert: %s\n", why);
        return 1;
    }
    tell_dropped("--convert", dropped);
    return 0;
}

int main(int argc, char **argv)
{
    HANDLE handles[KIND_COUNT] = {NULL};
    bool waits;
    char why[128];

    if (!platform_init() || !platform_catch_stop()) {
        platform_error_text(errno, why, sizeof(why));
        (void)fprintf(stderr, "mibwatch: cannot start: %s\n", why);
        return 1;
    }
    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_RUN:
        break;
    case OPTIONS_DONE:
        return end_of_output();
    case OPTIONS_BAD:
        return 2;
    }
    if (options.convert != NULL)
        return convert();
    choose_format();
    if (options.stats && !stats_begin())
        return 1;
    if (!begin_tape())
        return exit_status;
    platform_lock(PLATFORM_LOCK_GATE);
    waits = start(handles);
    platform_unlock(PLATFORM_LOCK_GATE);
    if (waits && options.replay != NULL)
        tape_start();
    if (waits)
        wait_for_end(handles);
    if (options.stats)
        print_stats(handles, false);
    cancel_all(handles);
    if (options.replay != NULL || options.record != NULL)
        end_tape();
    names_free();
    return exit_status;
}
