/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_SECONDS 60

/* So many deadlines may pass within one test before it is called hung. */
#define WATCH_DEADLINES 4

const ADDRESS_FAMILY suite_families[3] = {AF_UNSPEC, AF_INET, AF_INET6};

static bool skipped;

static unsigned deadline_seconds(void)
{
    const char *text = platform_environment("IPHLPAPI_TEST_DEADLINE");
    unsigned long seconds = text ? strtoul(text, NULL, 10) : 0;

    return seconds > 0 && seconds <= 3600 ? (unsigned)seconds : DEADLINE_SECONDS;
}

uint64_t suite_deadline(void)
{
    return platform_now() + (uint64_t)deadline_seconds() * 1000;
}

void suite_skip(const char *why)
{
    (void)printf("skipped: %s\n", why);
    skipped = true;
    skip();
    abort(); /* never reached: skip() jumps */
}

static int begin_test(void **state)
{
    (void)state;
    platform_watch(WATCH_DEADLINES * deadline_seconds());
    return 0;
}

static int end_test(void **state)
{
    (void)state;
    registration_clean();
    network_clean();
    return 0;
}

/* ---- The tests that there are -------------------------------------------------------------- */

/* Made once, and there as long as the program. */
static struct CMUnitTest *made;
static size_t made_count;

static void *allocate(void *memory, size_t size)
{
    void *allocated = realloc(memory, size);

    if (!allocated) {
        (void)fputs("no memory for the tests\n", stderr);
        platform_exit(1);
    }
    return allocated;
}

static void make_test(const struct suite_test *test, const char *name, const void *state)
{
    made = allocate(made, (made_count + 1) * sizeof(*made));
    made[made_count++] = (struct CMUnitTest){
        .name = name,
        .test_func = test->function,
        .setup_func = begin_test,
        .teardown_func = end_test,
        .initial_state = (void *)state,
    };
}

static void make_test_of(const struct suite_test *test, enum row_kind kind, ADDRESS_FAMILY family)
{
    const char *kind_name = row_types[kind].name;
    const char *family_name = family == AF_INET ? ".ipv4" : ".ipv6";
    struct suite_subject *subject = allocate(NULL, sizeof(*subject));
    size_t size = strlen(test->name) + strlen(kind_name) + strlen(family_name) + 2;
    char *name = allocate(NULL, size);

    *subject = (struct suite_subject){kind, family};
    (void)snprintf(name, size, "%s.%s%s", test->name, kind_name,
                   test->over == SUITE_PER_FAMILY ? family_name : "");
    make_test(test, name, subject);
}

static bool has_what_is_needed(const struct row_type *type, unsigned needs)
{
    return (!(needs & SUITE_ENTRY) || type->get_entry) &&
           (!(needs & SUITE_INITIALIZE) || type->initialize) &&
           (!(needs & SUITE_NOTIFY) || type->notify);
}

static void make_tests(const struct suite_test *test)
{
    if (test->over == SUITE_ONCE) {
        make_test(test, test->name, test->parameter);
        return;
    }
    for (int kind = 0; kind < ROW_KINDS; kind++) {
        if (!has_what_is_needed(&row_types[kind], test->needs))
            continue;
        make_test_of(test, (enum row_kind)kind, AF_INET);
        if (test->over == SUITE_PER_FAMILY)
            make_test_of(test, (enum row_kind)kind, AF_INET6);
    }
}

static bool is_test(const char *name)
{
    for (size_t i = 0; i < made_count; i++) {
        if (strcmp(made[i].name, name) == 0)
            return true;
    }
    return false;
}

int suite_main(int argc, char **argv, const struct suite_test *tests, size_t count)
{
    const char *only = argc > 1 ? argv[1] : NULL;

    for (size_t i = 0; i < count; i++)
        make_tests(&tests[i]);
    if (only && strcmp(only, "--list") == 0) {
        for (size_t i = 0; i < made_count; i++)
            (void)printf("%s\n", made[i].name);
        return 0;
    }
    if (argc > 2 || (only && !is_test(only))) {
        (void)fprintf(stderr, "%s: no such test; --list prints their names\n", argv[0]);
        return EXIT_USAGE;
    }

    int rc = platform_begin(argv);
    if (rc)
        return rc;
    api_look_up();
    if (only)
        cmocka_set_test_filter(only);
    if (_cmocka_run_group_tests("conformance", made, made_count, NULL, NULL))
        return 1;
    return only && skipped ? EXIT_SKIPPED : 0;
}
