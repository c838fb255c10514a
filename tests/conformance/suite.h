/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program of conformance tests.
 *
 *     PROGRAM            runs all of its tests, one after the other
 *     PROGRAM TEST       runs that one; its result is the exit status (platform.h)
 *     PROGRAM --list     prints their names
 *
 * To be told the result of each test, whatever the others do, run each in a process of its own.
 */
#ifndef TESTS_CONFORMANCE_SUITE_H
#define TESTS_CONFORMANCE_SUITE_H

#include "network.h"
#include "platform.h"

/* A test of that name, which gets a pointer to the parameter as *state. */
#define suite_test(test_name, function, parameter)                                                 \
    {                                                                                              \
        .name = (test_name), .test_func = (function), .initial_state = (void *)(parameter)         \
    }

/* What a test can be about. */
struct suite_subject {
    enum network_kind kind;
    ADDRESS_FAMILY family;
};

extern const struct suite_subject suite_interface4, suite_interface6, suite_unicast4,
    suite_unicast6, suite_route4, suite_route6;

/* One test for each of the three tables; with a family where the test chooses none, AF_INET. */
#define suite_test_per_table(name, function)                                                       \
    suite_test(name ".interface", function, &suite_interface4),                                    \
        suite_test(name ".unicast", function, &suite_unicast4),                                    \
        suite_test(name ".route", function, &suite_route4)

/* One for each table and family. */
#define suite_test_per_family(name, function)                                                      \
    suite_test(name ".interface.ipv4", function, &suite_interface4),                               \
        suite_test(name ".interface.ipv6", function, &suite_interface6),                           \
        suite_test(name ".unicast.ipv4", function, &suite_unicast4),                               \
        suite_test(name ".unicast.ipv6", function, &suite_unicast6),                               \
        suite_test(name ".route.ipv4", function, &suite_route4),                                   \
        suite_test(name ".route.ipv6", function, &suite_route6)

/* Ends the test, on its own thread, without a result. */
void suite_skip(const char *why) __attribute__((noreturn));

/*
 * Until when to wait for what must come, as platform_now() counts. Reaching it is a failure;
 * nothing is timed by it. IPHLPAPI_TEST_DEADLINE has it in seconds; 60 otherwise.
 */
uint64_t suite_deadline(void);

extern const ADDRESS_FAMILY suite_families[3];

/* An index that no interface has. */
#define UNKNOWN_INDEX 0xfffffff0U

int suite_main(int argc, char **argv, const struct CMUnitTest *tests, size_t count);

#endif
