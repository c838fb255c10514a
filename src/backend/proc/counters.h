/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of /proc/net that have counters with their names. */
#ifndef SRC_BACKEND_PROC_COUNTERS_H
#define SRC_BACKEND_PROC_COUNTERS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How the names stand beside the values. */
enum counters_form {
    COUNTERS_LINES, /* "Ip: NAME NAME" and in the next line "Ip: VALUE VALUE" */
    COUNTERS_SINGLE /* "NAME VALUE", without a block */
};

/* A counter; `block` is what stands before the colon, or empty. -1 is UINT64_MAX. */
typedef void (*counters_take)(void *context, const char *block, const char *name, uint64_t value);

/*
 * Gives each counter of a text, in the text's order. -EIO: the text is cut: a name has no value, or
 * that is no number. -ENOMEM, …
 */
int counters_read_text(FILE *text, enum counters_form form, counters_take take, void *context);

/*
 * Likewise of /proc/net/NAME of the calling thread's network namespace. -ENOENT: there is no such
 * file; -EACCES, -EMFILE, …
 */
int counters_read(const char *name, enum counters_form form, counters_take take, void *context);

#endif
