/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibwatch's command line. */
#include "mibwatch_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "options.h"

static const char help_text[] =
    "Usage: mibwatch [OPTION]...\n"
    "Print every change of the network's interfaces, addresses and routes, a line for each.\n"
    "\n"
    "  --kind LIST         which notifications: a comma-separated list of interface, address,\n"
    "                      route, stable (the table of addresses, each time that none of\n"
    "                      them is tentative any more), teredo (the UDP port of the Teredo\n"
    "                      client), hint (how far packets get) and neighbour (the table\n"
    "                      only); default interface,address,route\n"
    "  --teredo            the same as --kind teredo\n"
    "  --family 4|6|all    which address family; default all\n"
    "  --initial           ask for the initial notification too\n"
    "  --table             print the tables of these kinds before the changes\n"
    "  --details           read the complete row inside each callback and print it too\n"
    "  --json              print a JSON object per line\n"
    "  --stats             print on standard error what the registrations count: each second in\n"
    "                      which they counted something, and at the end\n"
    "  --color WHEN        auto (if standard output is a terminal), always or never\n"
    "  --count N           end after N notifications\n"
    "  --duration SECONDS  end after that time\n"
    "  --record FILE       write what the kernel says to FILE (pcapng), too\n"
    "  --replay FILE       print what such a FILE tells, in the kernel's place, and end\n"
    "  --convert IN OUT    write the recording IN to OUT, and end\n"
    "  --anonymous         with --record or --convert: replace addresses and names\n"
    "  --help              print this help and end\n"
    "  --version           print the version and end\n"
    "\n"
    "SIGUSR1 has it print what the registrations have counted so far, with or without --stats.\n"
    "Ends also on Ctrl-C and SIGTERM. The exit status is 0, or 1 if the system refused something,\n"
    "or 2 if the options were wrong. That nobody reads the lines is no failure; that there is no\n"
    "room for them is one.\n";

static const char *const kind_names[KIND_COUNT] = {
#define ROW_KIND(KIND, name, row, table, get_table, notify) [KIND_##KIND] = #name,
#include "mibwatch_kinds.def"
    [KIND_STABLE] = "stable",
    [KIND_TEREDO] = "teredo",
    [KIND_HINT] = "hint",
};

const char *kind_name(enum kind kind)
{
    return kind_names[kind];
}

static bool complain(const char *option, const char *value, const char *wanted)
{
    return option_complain("mibwatch", option, value, wanted);
}

/* "interface, address, … and teredo" */
static void list_kinds(char *ret_list, size_t size)
{
    size_t used = 0;

    for (int kind = 0; kind < KIND_COUNT && used < size; kind++) {
        const char *joint = kind == 0 ? "" : kind + 1 < KIND_COUNT ? ", " : " and ";

        used += (size_t)snprintf(ret_list + used, size - used, "%s%s", joint, kind_names[kind]);
    }
}

static bool parse_kinds(const char *value, void *parsed)
{
    struct options *options = parsed;
    const char *item = value;

    for (;;) {
        size_t length = strcspn(item, ",");
        int kind = 0;

        while (kind < KIND_COUNT &&
               (strlen(kind_names[kind]) != length || strncmp(kind_names[kind], item, length) != 0))
            kind++;
        if (kind == KIND_COUNT) {
            char wanted[128] = "a list of ";
            size_t used = strlen(wanted);

            list_kinds(wanted + used, sizeof(wanted) - used);
            return complain("--kind", value, wanted);
        }
        options->kinds[kind] = true;
        if (item[length] == '\0')
            return true;
        item += length + 1;
    }
}

static bool parse_family(const char *value, void *parsed)
{
    struct options *options = parsed;

    return option_family("mibwatch", value, &options->family);
}

static bool parse_colour(const char *value, void *parsed)
{
    struct options *options = parsed;
    if (strcmp(value, "auto") == 0)
        options->colour = COLOUR_AUTO;
    else if (strcmp(value, "always") == 0)
        options->colour = COLOUR_ALWAYS;
    else if (strcmp(value, "never") == 0)
        options->colour = COLOUR_NEVER;
    else
        return complain("--color", value, "auto, always or never");
    return true;
}

static bool parse_count(const char *value, void *parsed)
{
    struct options *options = parsed;
    unsigned long long count;
    char *end;

    errno = 0;
    count = strtoull(value, &end, 10);
    /* strtoull() takes signs and spaces too. */
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || count == 0)
        return complain("--count", value, "a number from 1 up");
    options->count = count;
    return true;
}

static bool parse_duration(const char *value, void *parsed)
{
    struct options *options = parsed;
    double seconds;
    char *end;

    /* Digits and a point only: strtod() takes signs, spaces, exponents, "inf" and "nan" too. */
    if (value[0] == '\0' || strspn(value, "0123456789.") != strlen(value))
        return complain("--duration", value, "a time in seconds");
    seconds = strtod(value, &end);
    if (end == value || *end != '\0' || seconds > 1e9)
        return complain("--duration", value, "a time in seconds");
    options->duration = seconds;
    return true;
}

static bool parse_record(const char *value, void *parsed)
{
    struct options *options = parsed;

    options->record = value;
    return true;
}

static bool parse_replay(const char *value, void *parsed)
{
    struct options *options = parsed;

    options->replay = value;
    return true;
}

static bool parse_convert(const char *value, void *parsed)
{
    struct options *options = parsed;

    options->convert = value;
    options->convert_to = NULL;
    return true;
}

/* Of what goes together and what does not. */
static const char *find_contradiction(const struct options *parsed)
{
    if (parsed->record && parsed->replay)
        return "--record and --replay: a replay has its recording";
    if (parsed->convert && (parsed->record || parsed->replay))
        return "--convert: nothing is recorded or played then";
    if (parsed->anonymous && !parsed->convert && !parsed->record)
        return "--anonymous goes with --record or --convert";
    return NULL;
}

enum options_result options_parse(int argc, char **argv, struct options *ret_options)
{
    struct options parsed = {.family = AF_UNSPEC, .colour = COLOUR_AUTO, .duration = -1};
    bool help = false;
    bool version = false;
    bool any_kind = false;
    const struct option options[] = {
        {"--kind", NULL, parse_kinds},
        {"--teredo", &parsed.kinds[KIND_TEREDO], NULL},
        {"--family", NULL, parse_family},
        {"--initial", &parsed.initial, NULL},
        {"--table", &parsed.table, NULL},
        {"--details", &parsed.details, NULL},
        {"--json", &parsed.json, NULL},
        {"--stats", &parsed.stats, NULL},
        {"--color", NULL, parse_colour},
        {"--count", NULL, parse_count},
        {"--duration", NULL, parse_duration},
        {"--record", NULL, parse_record},
        {"--replay", NULL, parse_replay},
        {"--convert", NULL, parse_convert},
        {"--anonymous", &parsed.anonymous, NULL},
        {"--help", &help, NULL},
        {"--version", &version, NULL},
    };

    for (int i = 1; i < argc; i++) {
        if (!option_parse("mibwatch", options, ARRAY_SIZE(options), argc, argv, &i, &parsed)) {
            (void)fputs("Try 'mibwatch --help'.\n", stderr);
            return OPTIONS_BAD;
        }
        if (parsed.convert && !parsed.convert_to) {
            if (i + 1 == argc) {
                (void)fputs("mibwatch: --convert needs two files\n", stderr);
                return OPTIONS_BAD;
            }
            parsed.convert_to = argv[++i];
        }
    }
    if (help) {
        (void)fputs(help_text, stdout);
        return OPTIONS_DONE;
    }
    if (version) {
        (void)puts("mibwatch " TOOLS_VERSION);
        return OPTIONS_DONE;
    }
    const char *contradiction = find_contradiction(&parsed);
    if (contradiction) {
        (void)fprintf(stderr, "mibwatch: %s\n", contradiction);
        return OPTIONS_BAD;
    }
    for (int kind = 0; kind < KIND_COUNT; kind++)
        any_kind = any_kind || parsed.kinds[kind];
    if (!any_kind) {
        parsed.kinds[KIND_INTERFACE] = true;
        parsed.kinds[KIND_ADDRESS] = true;
        parsed.kinds[KIND_ROUTE] = true;
    }
    *ret_options = parsed;
    return OPTIONS_RUN;
}
