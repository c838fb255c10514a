/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "source_fixture.h"

struct backend_source *source;

int setup(void **state)
{
    (void)state;
    kernel_reset();
    return 0;
}

int teardown(void **state)
{
    (void)state;
    backend_source_close(source);
    source = NULL;
    kernel_reset();
    return 0;
}

void start(enum mib_family family)
{
    source = source_of(MIB_TABLE_ROUTE, family);
    (void)kernel_requests();
    tells("");
    requested("");
}

void tells(const char *expected)
{
    assert_string_equal(source_tells(source), expected);
}

void knows(const char *expected)
{
    assert_string_equal(source_knows(source), expected);
}

void requested(const char *expected)
{
    assert_string_equal(kernel_requests(), expected);
}
