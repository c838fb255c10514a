/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays that cannot grow for want of memory: in a program linked with --wrap=reallocarray. */
#ifndef TESTS_UNIT_SCARCE_H
#define TESTS_UNIT_SCARCE_H

#include <stdbool.h>
#include <stdlib.h>

static bool memory_is_scarce;

void *__real_reallocarray(void *items, size_t count, size_t size);
void *__wrap_reallocarray(void *items, size_t count, size_t size);

void *__wrap_reallocarray(void *items, size_t count, size_t size)
{
    return memory_is_scarce ? NULL : __real_reallocarray(items, count, size);
}

#endif
