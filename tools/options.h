/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options of a command line. What is wrong with one is told on standard error. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "platform.h"

/* An option has either a flag to set or a function that takes its value. */
struct option {
    const char *name;
    bool *flag;
    bool (*parse)(const char *value, void *parsed);
};

/**
 * Parse the option at argv[*index] and move *index to the last argument that it takes.
 *
 * @param program its name, for what is told
 * @param parsed is handed to the option's function
 */
bool option_parse(const char *program, const struct option *options, size_t count, int argc,
                  char **argv, int *index, void *parsed);

/* The value of --family: 4, 6 or all. */
bool option_family(const char *program, const char *value, ADDRESS_FAMILY *ret_family);

/* Tell that the value of an option is not what is wanted. @return false */
bool option_complain(const char *program, const char *option, const char *value,
                     const char *wanted);

#endif /* TOOLS_OPTIONS_H */
