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

/* What a test can be about; that is *state of a test made for each kind or family. */
struct suite_subject {
    enum row_kind kind;
    ADDRESS_FAMILY family;
};

/* For what there is a test of its own. */
enum suite_over {
    SUITE_ONCE,
    SUITE_PER_KIND,   /* with AF_INET, where it chooses no family */
    SUITE_PER_FAMILY, /* for each kind and family */
};

/* Which functions a kind must have for there to be a test of it. Get…Table all of them have. */
enum suite_need {
    SUITE_TABLE = 0,
    SUITE_ENTRY = 1,
    SUITE_INITIALIZE = 2,
    SUITE_NOTIFY = 4,
};

struct suite_test {
    const char *name; /* … and behind it the kind and the family: name.route.ipv4 */
    void (*function)(void **state);
    const void *parameter; /* SUITE_ONCE: *state */
    enum suite_over over;
    unsigned needs;
};

#define suite_test(name, function, parameter)                                                      \
    {                                                                                              \
        name, function, parameter, SUITE_ONCE, 0                                                   \
    }
#define suite_test_per_kind(name, function, needs)                                                 \
    {                                                                                              \
        name, function, NULL, SUITE_PER_KIND, needs                                                \
    }
#define suite_test_per_family(name, function, needs)                                               \
    {                                                                                              \
        name, function, NULL, SUITE_PER_FAMILY, needs                                              \
    }

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

int suite_main(int argc, char **argv, const struct suite_test *tests, size_t count);

#endif
