/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A registration for connectivity hints, and all that it was told. */
#ifndef TESTS_SUPPORT_TOLD_HINTS_H
#define TESTS_SUPPORT_TOLD_HINTS_H

#include "check.h"

#include <iphlpapi.h>

enum { TOLD_HINTS_MAX = 256 };

struct told_hints {
    struct monitor monitor;
    NL_NETWORK_CONNECTIVITY_HINT hints[TOLD_HINTS_MAX];
    unsigned count;
    HANDLE handle;
};

/* Registers; the initial hint is the first. */
void told_hints_begin(struct told_hints *told);

/* Cancels, and checks that nothing was told twice. Returns how many there were. */
unsigned told_hints_end(struct told_hints *told);

/* Until so many have come; more fail the test, too. `after` is what they come after. */
void told_hints_await(struct told_hints *told, unsigned count, const char *after);

/* Until a hint of that level is the last one. */
void told_hints_await_level(struct told_hints *told, int level);

unsigned told_hints_count(struct told_hints *told);

/* One by its number, from 0; the last one. */
NL_NETWORK_CONNECTIVITY_HINT told_hints_get(struct told_hints *told, unsigned i);
NL_NETWORK_CONNECTIVITY_HINT told_hints_last(struct told_hints *told);

#endif
