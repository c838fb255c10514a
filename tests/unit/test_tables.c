/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* backend/backend.h: every verb on every table of the list, on this kernel. */
#include "backend/backend.h"
#include "mib/query/link.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    enum mib_table table;
    bool watched;
} tables[] = {
#define WATCHED_yes true
#define WATCHED_no false
#define MIB_TABLE(id, name, size, watched) {#name, MIB_TABLE_##id, WATCHED_##watched},
#include "mib/tables.def"
#undef MIB_TABLE
};

static const size_t table_count = sizeof(tables) / sizeof(tables[0]);

static const struct mib_filter everything = {.family = MIB_FAMILY_UNSPEC};

/* Sockets are on no link, and DNS' names and the hint may be the host's. */
static bool is_on_link(enum mib_table table)
{
    return table != MIB_TABLE_DNS && table != MIB_TABLE_TCP && table != MIB_TABLE_UDP &&
           table != MIB_TABLE_HINT;
}

/* The family of the rows that was asked for. Links and hints have none, nor have names of DNS. */
struct seen {
    enum mib_table table;
    enum mib_family family;
    size_t count;
};

static int check_row(void *context, const void *row, size_t more)
{
    struct seen *seen = context;
    const struct mib_head *head = row;

    (void)more;
    seen->count++;
    if (is_on_link(seen->table))
        assert_int_not_equal(head->ifindex, 0);
    if (seen->table == MIB_TABLE_INTERFACE || seen->table == MIB_TABLE_HINT) {
        assert_int_equal(head->family, MIB_FAMILY_UNSPEC);
        return 0;
    }
    if (seen->table == MIB_TABLE_DNS && head->family == seen->family)
        return 0;
    assert_true(head->family == MIB_FAMILY_IPV4 || head->family == MIB_FAMILY_IPV6);
    if (seen->family != MIB_FAMILY_UNSPEC)
        assert_int_equal(head->family, seen->family);
    return 0;
}

static void rows_have_the_family_asked_for(void **state)
{
    static const enum mib_family families[] = {MIB_FAMILY_UNSPEC, MIB_FAMILY_IPV4, MIB_FAMILY_IPV6};

    (void)state;
    for (size_t i = 0; i < table_count * 3; i++) {
        struct seen seen = {.table = tables[i / 3].table, .family = families[i % 3]};
        const struct mib_filter filter = {.family = seen.family};
        int r = backend_read_table(tables[i / 3].table, &filter, check_row, &seen);

        if (r != 0 && !(r == -EAFNOSUPPORT && seen.family == MIB_FAMILY_IPV6))
            fail_msg("%s, family %d: %d", tables[i / 3].name, seen.family, r);
    }
}

static int refuse(void *context, const void *row, size_t more)
{
    (void)row;
    (void)more;
    ++*(size_t *)context;
    return -ENOTTY;
}

static void sink_ends_the_reading(void **state)
{
    (void)state;
    for (size_t i = 0; i < table_count; i++) {
        struct seen seen = {.table = tables[i].table};
        size_t refused = 0;

        assert_int_equal(backend_read_table(tables[i].table, &everything, check_row, &seen), 0);
        assert_int_equal(backend_read_table(tables[i].table, &everything, refuse, &refused),
                         seen.count ? -ENOTTY : 0);
        assert_int_equal(refused, seen.count ? 1 : 0);
    }
}

static void watched_tables_are_watched(void **state)
{
    (void)state;
    for (size_t i = 0; i < table_count; i++) {
        struct backend_watch *watch = NULL;
        struct seen seen = {.table = tables[i].table};
        int r = backend_watch_open(tables[i].table, &everything, &watch);

        assert_int_equal(r, tables[i].watched ? 0 : -EOPNOTSUPP);
        if (r == 0)
            assert_int_equal(backend_watch_rows(watch, check_row, &seen), 0);
        backend_watch_close(watch);
    }
}

/*
 * A row on no interface can nowhere be changed. Flushing is for tables that cannot be flushed: this
 * is the host's own network.
 */
static void changes_of_nothing_are_refused(void **state)
{
    static const enum mib_verb verbs[] = {MIB_VERB_CREATE, MIB_VERB_SET, MIB_VERB_DELETE};
    _Alignas(8) const uint8_t row[MIB_ROW_SIZE_MAX] = {0};

    (void)state;
    for (size_t i = 0; i < table_count; i++)
        for (size_t j = 0; j < sizeof(verbs) / sizeof(verbs[0]); j++)
            assert_true(backend_change_row(tables[i].table, verbs[j], row, 0) < 0);
    for (size_t j = 0; j < sizeof(verbs) / sizeof(verbs[0]); j++)
        assert_int_equal(backend_change_row(MIB_TABLE_TEREDO, verbs[j], row, 0), -EOPNOTSUPP);
    assert_int_equal(backend_change_row(MIB_TABLE_TEREDO, MIB_VERB_FLUSH, row, 0), -EOPNOTSUPP);
}

/* Numbers come from another binary, too. */
static void numbers_that_are_none(void **state)
{
    static const unsigned int numbers[] = {MIB_TABLES, MIB_TABLES + 1, INT32_MAX, UINT32_MAX};
    _Alignas(8) uint8_t row[MIB_ROW_SIZE_MAX] = {0};
    struct backend_watch *watch;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        enum mib_table table = (enum mib_table)numbers[i];

        assert_int_equal(backend_read_table(table, &everything, refuse, &count), -EOPNOTSUPP);
        assert_int_equal(backend_read_row(table, row), -EOPNOTSUPP);
        assert_int_equal(backend_change_row(table, MIB_VERB_SET, row, 0), -EOPNOTSUPP);
        assert_int_equal(backend_watch_open(table, &everything, &watch), -EOPNOTSUPP);
    }
    assert_int_equal(backend_query((enum mib_query)MIB_QUERIES, row), -EOPNOTSUPP);
    assert_int_equal(count, 0);
}

static void links_by_index_and_name(void **state)
{
    struct mib_link by_index = {.ifindex = 1};
    struct mib_link by_name = {.name = "lo"};
    struct mib_link none = {0};

    (void)state;
    assert_int_equal(backend_query(MIB_QUERY_LINK, &by_index), 0);
    assert_string_equal(by_index.name, "lo");
    assert_int_equal(backend_query(MIB_QUERY_LINK, &by_name), 0);
    assert_memory_equal(&by_name, &by_index, sizeof(by_name));
    assert_int_equal(backend_query(MIB_QUERY_LINK, &none), -ENODEV);
    by_index.iftype++;
    assert_int_equal(backend_query(MIB_QUERY_LINK, &by_index), -ENODEV);
    memset(none.name, 'x', sizeof(none.name)); /* no NUL */
    assert_int_equal(backend_query(MIB_QUERY_LINK, &none), -ENODEV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_the_family_asked_for),
        cmocka_unit_test(sink_ends_the_reading),
        cmocka_unit_test(watched_tables_are_watched),
        cmocka_unit_test(changes_of_nothing_are_refused),
        cmocka_unit_test(numbers_that_are_none),
        cmocka_unit_test(links_by_index_and_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
