/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Recording and replaying, for mibwatch. The library exports these for its own tools: their symbol
 * version is IPHLPAPI_PRIVATE, no header has them that is installed, and they change as they like.
 */
#ifndef SRC_BACKEND_NETLINK_TAPE_CONTROL_H
#define SRC_BACKEND_NETLINK_TAPE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#define IPHLPAPI_PRIVATE __attribute__((visibility("default")))

/*
 * From now on what the kernel says to watches goes to the file, or comes from it instead of the
 * kernel. Once, and instead of what the environment asks for. A replay gives watches nothing but
 * what they ask for until it is started. NULL; else why it cannot be done: a line that lasts.
 */
IPHLPAPI_PRIVATE const char *iphlpapi_tape_begin(const char *path, bool replays);

/* The watches are there. `ended`, on any thread: none of them gets anything more. */
IPHLPAPI_PRIVATE void iphlpapi_tape_start(void (*ended)(void));

/* Ends a recording. NULL; else why it, or a replay, is not complete: a line that lasts. */
IPHLPAPI_PRIVATE const char *iphlpapi_tape_end(void);

/* Of a replay: when what was told last was recorded. ns since 1970. */
IPHLPAPI_PRIVATE uint64_t iphlpapi_tape_time(void);

#endif
