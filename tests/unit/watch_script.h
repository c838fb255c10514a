/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tests of watches begin with: one source, against the kernel of scripted_kernel.h. */
#ifndef TESTS_UNIT_WATCH_SCRIPT_H
#define TESTS_UNIT_WATCH_SCRIPT_H

#include "scripted_kernel.h"

extern struct backend_watch *watch; /* NULL before each test; closed behind it */

int setup(void **state);
int teardown(void **state);

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

/* Opens the watch for routes; it has learned what the kernel has, and tells nothing. */
void start(enum mib_family family);

/* Fail the test where it is otherwise: see source_tells, source_knows and kernel_requests. */
void tells(const char *expected);
void knows(const char *expected);
void requested(const char *expected);

#endif
