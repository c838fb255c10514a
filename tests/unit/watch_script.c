/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch_script.h"

#include "backend/log.h"
#include "mib/row/ipinterface.h"
#include "mib/row/route.h"
#include "mib/row/unicast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 512 };

static struct backend_watch *watch; /* NULL before each test; closed behind it */

int setup(void **state)
{
    (void)state;
    kernel_reset();
    return 0;
}

int teardown(void **state)
{
    (void)state;
    backend_watch_close(watch);
    watch = NULL;
    kernel_reset();
    return 0;
}

/* ---- Rows as text -------------------------------------------------------------------------- */

static int print_interface(char *text, size_t size, const char *before,
                           const struct mib_ipinterface *row)
{
    return snprintf(text, size, "%s%u.%u:%u ", before, row->family, row->ifindex, row->mtu);
}

static int print_address(char *text, size_t size, const char *before, const struct mib_unicast *row)
{
    const uint8_t *number = row->address.bytes + (row->family == MIB_FAMILY_IPV4 ? 1 : 3);

    return snprintf(text, size, "%s%u ", before, number[0] + number[1] * 256U);
}

static int print_route(char *text, size_t size, const char *before, const struct mib_route *row)
{
    unsigned number = row->prefix.bytes[row->family == MIB_FAMILY_IPV4 ? 1 : 3];
    unsigned hop = row->next_hop.bytes[row->next_hop_family == MIB_FAMILY_IPV4 ? 3 : 15];

    return hop ? snprintf(text, size, "%s%u:%u ", before, number, hop)
               : snprintf(text, size, "%s%u ", before, number);
}

static int print_row(char *text, size_t size, const char *before, const void *row)
{
    if (watch->table == MIB_TABLE_IPINTERFACE)
        return print_interface(text, size, before, row);
    if (watch->table == MIB_TABLE_UNICAST)
        return print_address(text, size, before, row);
    assert_int_equal(watch->table, MIB_TABLE_ROUTE);
    return print_route(text, size, before, row);
}

static int print_change(char *text, size_t size, const struct mib_change *change)
{
    static const char *const letters[] = {
        [MIB_CHANGE_PARAMETER] = "P", [MIB_CHANGE_ADD] = "A", [MIB_CHANGE_DELETE] = "D"};

    return print_row(text, size, letters[change->type], change->row);
}

/* ---- What follows -------------------------------------------------------------------------- */

/* What the last wait gave. */
static _Alignas(struct mib_change) uint8_t changes[256];

static const struct mib_change *change_at(size_t i)
{
    return (const void *)(changes + i * mib_change_size(watch->table));
}

/* Waits for changes, `max` at most. */
static int wait_for_changes(size_t max, size_t *ret_count)
{
    const size_t size = max * mib_change_size(watch->table);

    assert_in_range(size, 1, sizeof(changes));
    kernel_expect_wait(&watch->socket);
    int r = backend_watch_wait(watch, changes, size, ret_count);
    if (r == 0)
        assert_in_range(*ret_count, 1, max);
    return r;
}

/* All reports until the watch would wait for ever; there may be more than it gives at a time. */
static const char *reports_of_watch(void)
{
    static char text[8192];
    size_t count;
    size_t length = 0;

    text[0] = 0;
    while (wait_for_changes(2, &count) == 0)
        for (size_t i = 0; i < count; i++) {
            assert_in_range(length, 0, sizeof(text) - 32);
            length += (size_t)print_change(text + length, sizeof(text) - length, change_at(i));
        }
    atomic_store(&watch->socket.interrupted, false);
    return text;
}

static const char *first_report_of_watch(uint32_t lifetime)
{
    static char text[32];
    size_t count;

    assert_int_equal(wait_for_changes(1, &count), 0);
    const struct mib_change *change = change_at(0);
    if (lifetime)
        assert_int_equal(((const struct mib_route *)change->row)->valid_lifetime, lifetime);
    (void)print_change(text, sizeof(text), change);
    return text;
}

struct known_text {
    char items[MANY][16];
    size_t count;
};

static int add_known(void *context, const void *row, size_t more)
{
    struct known_text *known = context;

    (void)more;
    assert_in_range(known->count, 0, MANY - 1);
    (void)print_row(known->items[known->count], sizeof(known->items[0]), "", row);
    known->count++;
    return 0;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

static const char *rows_of_watch(void)
{
    static char text[MANY * 16];
    static struct known_text known;

    known.count = 0;
    assert_int_equal(backend_watch_rows(watch, add_known, &known), 0);
    qsort(known.items, known.count, sizeof(known.items[0]), compare_texts);
    text[0] = 0;
    for (size_t i = 0, length = 0; i < known.count; i++)
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s", known.items[i]);
    return text;
}

/* ---- Steps --------------------------------------------------------------------------------- */

static void compare(size_t number, const char *what, const char *found, const char *expected)
{
    if (strcmp(found, expected) != 0)
        fail_msg("step %zu: %s \"%s\", not \"%s\"", number, what, found, expected);
}

static void compare_time(size_t number, struct script_span span, uint64_t since)
{
    uint64_t time = kernel_time() - since;

    if (span.is_checked && (time < span.from || time > span.to))
        fail_msg("step %zu: %llu ms, not %llu to %llu", number, (unsigned long long)time,
                 (unsigned long long)span.from, (unsigned long long)span.to);
}

static void open_watch(size_t number, const struct script_step *step)
{
    assert_null(watch);
    assert_int_equal(backend_watch_open(step->table, &step->filter, &watch), 0);
    const char *requests = kernel_requests();
    if (step->requests)
        compare(number, "requests", requests, step->requests);
}

/* ---- What is told -------------------------------------------------------------------------- */

static char told[4096];

/* The word and the line behind "route watch #: ". */
static void take_line(enum log_word word, const char *line)
{
    const char *number = line + strcspn(line, "0123456789");
    const char *rest = number + strspn(number, "0123456789");
    size_t end = strlen(told);

    assert_in_range(end, 0, sizeof(told) - 600);
    (void)snprintf(told + end, sizeof(told) - end, "%s: %.*s#%s", log_word_name(word),
                   (int)(number - line), line, rest);
}

static void begin_to_tell(uint32_t words)
{
    told[0] = 0;
    log_divert(0, take_line);
    atomic_store(&log_wanted, 0);
    log_divert(words, take_line);
}

static void play_step(size_t number, const struct script_step *step)
{
    uint64_t before = kernel_time();
    const char *requests = step->opens && step->reports ? "" : step->requests;

    begin_to_tell(step->words);
    kernel_play(&step->kernel);
    if (step->reactions)
        kernel_react(step->reactions);
    if (step->opens)
        open_watch(number, step);
    if (step->error) {
        size_t count;

        assert_int_equal(wait_for_changes(1, &count), step->error);
    }
    if (step->first_report)
        compare(number, "first reports", first_report_of_watch(step->lifetime), step->first_report);
    if (step->reports)
        compare(number, "reports", reports_of_watch(), step->reports);
    if (step->never_reports)
        assert_null(strpbrk(reports_of_watch(), step->never_reports));
    if (requests && (!step->opens || step->reports))
        compare(number, "requests", kernel_requests(), requests);
    if (step->known)
        compare(number, "knows", rows_of_watch(), step->known);
    if (step->told)
        compare(number, "told", told, step->told);
    if (step->malformed)
        assert_int_equal(watch->socket.dropped_malformed, step->malformed);
    compare_time(number, step->time, 0);
    compare_time(number, step->takes, before);
}

void script_play(void **state)
{
    const struct script *script = *state;

    for (size_t i = 0; i < script->count; i++)
        play_step(i, &script->steps[i]);
}
