/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's command line. */
#ifndef MIBWATCH_OPTIONS_H
#define MIBWATCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "platform.h"

enum kind {
#define ROW_KIND(KIND, name, row, table, get_table, notify) KIND_##KIND,
#include "mibwatch_kinds.def"
    KIND_STABLE,
    KIND_TEREDO,
    KIND_HINT,
    KIND_COUNT
};

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

struct options {
    bool kinds[KIND_COUNT];
    ADDRESS_FAMILY family; /* AF_UNSPEC for both */
    bool initial;
    bool table;
    bool json;
    bool details;
    bool stats;
    enum colour_choice colour;
    uint64_t count;         /* 0: no limit */
    double duration;        /* seconds; negative: no limit */
    const char *record;     /* a file's name; NULL: nothing is recorded, … */
    const char *replay;     /* … or played */
    const char *convert;    /* NULL, or a recording that is written … */
    const char *convert_to; /* … to this file */
    bool anonymous;         /* addresses and names are replaced in what is recorded or written */
};

enum options_result {
    OPTIONS_RUN,  /* *ret_options is set */
    OPTIONS_DONE, /* --help or --version: the program has done its work */
    OPTIONS_BAD   /* what is wrong was told on standard error */
};

const char *kind_name(enum kind kind);

enum options_result options_parse(int argc, char **argv, struct options *ret_options);

#endif /* MIBWATCH_OPTIONS_H */
