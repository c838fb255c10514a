/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEADLINE_SECONDS 60

/* So many deadlines may pass within one test before it is called hung. */
#define WATCH_DEADLINES 4

const struct suite_subject suite_interface4 = {NETWORK_INTERFACE, AF_INET};
const struct suite_subject suite_interface6 = {NETWORK_INTERFACE, AF_INET6};
const struct suite_subject suite_unicast4 = {NETWORK_UNICAST, AF_INET};
const struct suite_subject suite_unicast6 = {NETWORK_UNICAST, AF_INET6};
const struct suite_subject suite_route4 = {NETWORK_ROUTE, AF_INET};
const struct suite_subject suite_route6 = {NETWORK_ROUTE, AF_INET6};

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

static bool is_test(const char *name, const struct CMUnitTest *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tests[i].name, name) == 0)
            return true;
    }
    return false;
}

int suite_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count)
{
    const char *only = argc > 1 ? argv[1] : NULL;

    if (only && strcmp(only, "--list") == 0) {
        for (size_t i = 0; i < count; i++)
            (void)printf("%s\n", tests[i].name);
        return 0;
    }
    if (argc > 2 || (only && !is_test(only, tests, count))) {
        (void)fprintf(stderr, "%s: no such test; --list prints their names\n", argv[0]);
        return EXIT_USAGE;
    }

    int rc = platform_begin(argv);
    if (rc)
        return rc;
    api_look_up();

    struct CMUnitTest *own = malloc(count * sizeof(*own));
    if (!own)
        return 1;
    for (size_t i = 0; i < count; i++) {
        own[i] = tests[i];
        own[i].setup_func = begin_test;
        own[i].teardown_func = end_test;
    }
    if (only)
        cmocka_set_test_filter(only);
    int failed = _cmocka_run_group_tests("conformance", own, count, NULL, NULL);
    free(own);
    if (failed)
        return 1;
    return only && skipped ? EXIT_SKIPPED : 0;
}
