/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Options of a command line. */
#include "options.h"

#include <stdio.h>
#include <string.h>

bool option_complain(const char *program, const char *option, const char *value, const char *wanted)
{
    (void)fprintf(stderr, "%s: %s: '%s' is not %s\n", program, option, value, wanted);
    return false;
}

bool option_family(const char *program, const char *value, ADDRESS_FAMILY *ret_family)
{
    if (strcmp(value, "4") == 0)
        *ret_family = AF_INET;
    else if (strcmp(value, "6") == 0)
        *ret_family = AF_INET6;
    else if (strcmp(value, "all") == 0)
        *ret_family = AF_UNSPEC;
    else
        return option_complain(program, "--family", value, "4, 6 or all");
    return true;
}

bool option_parse(const char *program, const struct option *options, size_t count, int argc,
                  char **argv, int *index, void *parsed)
{
    const char *argument = argv[*index];
    size_t name_length = strcspn(argument, "=");
    const char *value = argument[name_length] == '=' ? argument + name_length + 1 : NULL;

    for (size_t i = 0; i < count; i++) {
        if (strlen(options[i].name) != name_length ||
            strncmp(options[i].name, argument, name_length) != 0)
            continue;
        if (options[i].flag != NULL) {
            if (value != NULL) {
                (void)fprintf(stderr, "%s: %s takes no value\n", program, options[i].name);
                return false;
            }
            *options[i].flag = true;
            return true;
        }
        if (value == NULL) {
            if (*index + 1 == argc) {
                (void)fprintf(stderr, "%s: %s needs a value\n", program, argument);
                return false;
            }
            value = argv[++*index];
        }
        return options[i].parse(value, parsed);
    }
    (void)fprintf(stderr, "%s: unknown %s '%s'\n", program,
                  argument[0] == '-' ? "option" : "argument", argument);
    return false;
}
