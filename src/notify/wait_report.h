/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A line about a cancel that waits for long. For cancel.c, under no lock. */
#ifndef SRC_NOTIFY_WAIT_REPORT_H
#define SRC_NOTIFY_WAIT_REPORT_H

#include "notify/registration.h"

/* Whose call is waited for, on which thread, since when; and what that waits for, if known. */
void wait_report(const struct registration *registration, uint64_t runner, uint64_t seconds);

#endif
