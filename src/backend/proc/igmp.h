/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * IPv4 groups as /proc/net/igmp shows them, for kernels that do not dump them over rtnetlink (which
 * those of Linux 6.14 and later do).
 */
#ifndef SRC_BACKEND_PROC_IGMP_H
#define SRC_BACKEND_PROC_IGMP_H

#include <stdint.h>
#include <stdio.h>

/* One group that a link has joined: 0; anything else ends the reading. */
typedef int (*igmp_take)(void *context, uint32_t ifindex, const uint8_t address[4]);

/*
 * Gives each group of the calling thread's network namespace. 0, which it is where there is no such
 * file because the kernel has no multicast, too; what `take` ended it with; -EACCES, -EMFILE, …
 */
int igmp_read(igmp_take take, void *context);

/* The part that reads the text. Lines that are none of the kernel's are passed over. */
int igmp_read_text(FILE *text, igmp_take take, void *context);

#endif
