/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibwatch's recordings, which the library makes and plays. tape_posix.c and tape_win32.c implement
 * this; the build takes one of them.
 */
#ifndef TOOLS_TAPE_H
#define TOOLS_TAPE_H

#include <stdbool.h>

/**
 * Have what the kernel says to this program's registrations written to a file, or read from it in
 * the kernel's place.
 *
 * @param path     the file's name
 * @param replays  whether it is read
 * @return NULL, or why that cannot be done: a line that lasts
 *
 * Context: main, before the first registration.
 */
const char *tape_begin(const char *path, bool replays);

/**
 * Let the replay tell its changes. When it has none any more, platform_stop() is called.
 *
 * Context: main, when all registrations are made.
 */
void tape_start(void);

/**
 * End what tape_begin() has begun.
 *
 * @return NULL, or why the file is not complete or was not read to its end: a line that lasts
 */
const char *tape_end(void);

#endif
