/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A recording that is written anew: a whole one, or one that is being made at the other end of a
 * pipe. */
#ifndef TOOLS_CONVERT_H
#define TOOLS_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

struct conversion;

/**
 * Open both files.
 *
 * @param from_path  the file that is read
 * @param from       what messages call it; it lasts as long as the conversion
 * @param to         the other's name, which lasts, too; it is made, or emptied
 * @param anonymous  whether addresses, names and what is not known are replaced or left out
 * @param ret        receives it; end it with conversion_finish()
 * @return NULL, or why it cannot be done: a line that lasts
 */
const char *conversion_begin(const char *from_path, const char *from, const char *to,
                             bool anonymous, struct conversion **ret);

/**
 * Read up to the end of the file, write all of it, and free the conversion. After a failure nothing
 * more is read: the file is closed, and whoever writes to a pipe is told so.
 *
 * @param begun        NULL, or what is called when the first entry is in the other file: so there
 * is room for something
 * @param ret_dropped  receives how much is left out: messages and attributes
 * @return NULL, or why the other file is not complete: a line that lasts
 */
const char *conversion_finish(struct conversion *conversion, void (*begun)(void),
                              uint64_t *ret_dropped);

#endif
