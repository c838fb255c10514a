/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A process, by its number. */
#ifndef SRC_MIB_QUERY_PROCESS_H
#define SRC_MIB_QUERY_PROCESS_H

#include "mib/query.h"

/* In: pid; 0 is the caller's own. Out: all. -ESRCH: there is none, or none that is to be seen. */
struct mib_process {
    MIB_HEAD; /* nothing */
    uint8_t reserved;
    uint32_t pid;
    char path[4096]; /* of its program, NUL-terminated; empty: that may not be seen, or is none */
};

MIB_ASSERT_LAYOUT(struct mib_process, MIB_QUERY_SIZE_PROCESS);

#endif
