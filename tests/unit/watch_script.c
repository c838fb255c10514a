/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "watch_script.h"

struct backend_watch *watch;

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

void start(enum mib_family family)
{
    watch = watch_of(MIB_TABLE_ROUTE, family);
    (void)kernel_requests();
    tells("");
    requested("");
}

void tells(const char *expected)
{
    assert_string_equal(watch_tells(watch), expected);
}

void knows(const char *expected)
{
    assert_string_equal(watch_knows(watch), expected);
}

void requested(const char *expected)
{
    assert_string_equal(kernel_requests(), expected);
}
