/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's command line. */
#ifndef MIBSHOW_OPTIONS_H
#define MIBSHOW_OPTIONS_H

#include <stdbool.h>

#include "mibshow_table.h"

struct show_options {
    const struct section *section; /* NULL: all that do not ask about an address */
    struct request request;
    bool json;
};

enum show_options_result {
    SHOW_RUN,  /* *ret_options is set */
    SHOW_DONE, /* --help or --version: the program has done its work */
    SHOW_BAD   /* what is wrong was told on standard error */
};

enum show_options_result show_options_parse(int argc, char **argv,
                                            struct show_options *ret_options);

#endif /* MIBSHOW_OPTIONS_H */
