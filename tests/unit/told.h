/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the library tells on standard error, for tests of that. No other thread is in the library
 * while that begins or ends.
 */
#ifndef TESTS_UNIT_TOLD_H
#define TESTS_UNIT_TOLD_H

#include <stddef.h>

/* As if the process had just begun with IPHLPAPI_LOG set to this; NULL: it is not set. */
void told_begin_with(const char *words);

/* As if it had been chosen by IPHLPAPI_LOG and read already. */
void told_choose(const char *words);

/* What is written to standard error from told_begin to told_end. */
void told_begin(void);
const char *told_end(void);

#endif
