/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibwatch's recordings, which the library makes and plays. tape_posix.c and tape_win32.c implement
 * this; the build takes one of them.
 */
#ifndef TOOLS_TAPE_H
#define TOOLS_TAPE_H

#include <stdbool.h>
#include <stdint.h>

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
 * Have it written with other addresses and names, as tape_convert() does. What is not anonymous is
 * in no file at any time.
 *
 * @param path  the file's name, which lasts
 * @return as tape_begin()
 *
 * Context: as tape_begin(), and instead of it.
 */
const char *tape_begin_anonymous(const char *path);

/**
 * Let the replay tell its changes. When it has none any more, platform_stop() is called.
 *
 * Context: main, when all registrations are made.
 */
void tape_start(void);

/**
 * End what has been begun.
 *
 * @return NULL, or why the file is not complete or was not read to its end: a line that lasts
 */
const char *tape_end(void);

/** After tape_end(): how much an anonymous recording has left out, messages and attributes. */
uint64_t tape_dropped(void);

/**
 * Read a recording and write it anew.
 *
 * @param from         the file's name
 * @param to           the other's, which must be another file; it is made, or emptied
 * @param anonymous    whether addresses, names and what is not known are replaced or left out
 * @param ret_dropped  receives how much is left out: messages and attributes
 * @return NULL, or why the other file is not complete: a line that lasts
 *
 * Context: main, without tape_begin().
 */
const char *tape_convert(const char *from, const char *to, bool anonymous, uint64_t *ret_dropped);

#endif
