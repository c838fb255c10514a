/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* mibshow's command line. */
#include "mibshow_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "options.h"

#define PROGRAM "mibshow"

/* What is given, before it is looked at together. */
struct given {
    const char *arguments[2];
    size_t count;
    const char *interface_name;
    ADDRESS_FAMILY family;
};

/* format has one %s: the value that is wrong. */
__attribute__((format(printf, 1, 0))) static bool complain(const char *format, const char *value)
{
    (void)fputs(PROGRAM ": ", stderr);
    (void)fprintf(stderr, format, value); // NOLINT(clang-diagnostic-format-nonliteral)
    (void)fputs("\n", stderr);
    return false;
}

static void print_help(void)
{
    (void)fputs("Usage: mibshow [OPTION]... SECTION [ADDRESS]\n"
                "Print what the IP Helper API tells of the network.\n"
                "\n"
                "Sections:\n",
                stdout);
    for (size_t i = 0; i < mibshow_section_count; i++) {
        const struct section *section = &mibshow_sections[i];
        char name[32];

        (void)snprintf(name, sizeof(name), "%s%s", section->name,
                       section->takes_address ? " ADDRESS" : "");
        (void)printf("  %-19s %s\n", name, section->summary);
    }
    (void)fputs("  all                 all of them that take no address, and the versions:\n"
                "                      what to send with a report of a bug\n"
                "\n"
                "Options:\n"
                "  --json              print one JSON object, with every field\n"
                "  --family 4|6|all    only this address family; default all\n"
                "  --interface NAME    only what is of this interface, by its name or index\n"
                "  --help              print this help and end\n"
                "  --version           print the version and end\n"
                "\n"
                "The exit status is 0, or 1 if a function has failed (the others are shown all\n"
                "the same) or the output could not be written, or 2 if the arguments were wrong.\n",
                stdout);
}

static bool parse_family(const char *value, void *parsed)
{
    struct given *given = parsed;

    return option_family(PROGRAM, value, &given->family);
}

static bool parse_interface(const char *value, void *parsed)
{
    struct given *given = parsed;

    given->interface_name = value;
    return true;
}

/* A number is an index, unless an interface is called so. */
static bool find_index(const char *value, NET_IFINDEX *ret_index)
{
    unsigned long number;
    char *end;

    errno = 0;
    number = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || number > 0xffffffffUL)
        return false;
    *ret_index = (NET_IFINDEX)number;
    return true;
}

/* Names are compared as they are shown. @return the row, NULL: there is none */
static const MIB_IF_ROW2 *find_row(const MIB_IF_TABLE2 *table, const char *value)
{
    const MIB_IF_ROW2 *found = NULL;
    NET_IFINDEX index = 0;
    bool is_index = find_index(value, &index);

    for (ULONG i = 0; i < table->NumEntries; i++) {
        const MIB_IF_ROW2 *row = &table->Table[i];
        char name[INTERFACE_NAME_SIZE];

        interface_name(&row->InterfaceLuid, row->InterfaceIndex, false, name);
        if (strcmp(name, value) == 0)
            return row;
        if (is_index && row->InterfaceIndex == index)
            found = row;
    }
    return found;
}

static bool set_interface(const char *value, struct request *request)
{
    MIB_IF_TABLE2 *table = NULL;
    DWORD error = CALL(GetIfTable2, &table);
    const MIB_IF_ROW2 *row;

    if (error != NO_ERROR)
        return complain("interfaces cannot be looked for: %s", error_name(error));
    row = find_row(table, value);
    request->of_interface = row != NULL;
    if (row != NULL) {
        request->luid = row->InterfaceLuid;
        request->index = row->InterfaceIndex;
    }
    FreeMibTable(table);
    return request->of_interface || complain("there is no interface '%s'", value);
}

static bool set_address(const char *value, struct request *request)
{
    char text[INET6_ADDRSTRLEN];
    size_t length = strcspn(value, "%");
    SOCKADDR_INET *address = &request->address;

    request->has_address = true;
    request->address_text = value;
    memset(address, 0, sizeof(*address));
    if (length >= sizeof(text))
        return complain("'%s' is no address", value);
    memcpy(text, value, length);
    text[length] = '\0';
    if (inet_pton(AF_INET, text, &address->Ipv4.sin_addr) == 1 && value[length] == '\0') {
        address->si_family = AF_INET;
    } else {
        memset(address, 0, sizeof(*address));
        if (inet_pton(AF_INET6, text, &address->Ipv6.sin6_addr) != 1)
            return complain("'%s' is no address", value);
        address->si_family = AF_INET6;
    }
    if (request->family != AF_UNSPEC && request->family != address->si_family)
        return complain("'%s' is not of the family that --family says", value);
    if (value[length] == '%') {
        struct request zone = {.family = AF_UNSPEC};

        if (!set_interface(value + length + 1, &zone))
            return false;
        address->Ipv6.sin6_scope_id = zone.index;
    } else if (address->si_family == AF_INET6 && request->of_interface) {
        address->Ipv6.sin6_scope_id = request->index;
    }
    return true;
}

/* Take what is given together. */
static bool set_section(const struct given *given, struct show_options *parsed)
{
    const char *name = given->arguments[0];

    if (given->count == 0) {
        (void)fputs(PROGRAM ": which section is to be shown?\n", stderr);
        return false;
    }
    if (strcmp(name, "all") != 0) {
        for (size_t i = 0; i < mibshow_section_count; i++) {
            if (strcmp(mibshow_sections[i].name, name) == 0)
                parsed->section = &mibshow_sections[i];
        }
        if (parsed->section == NULL)
            return complain("there is no section '%s'", name);
    }
    if (given->interface_name != NULL) {
        if (parsed->section != NULL && !parsed->section->of_interfaces)
            return complain("'%s' takes no --interface: it is not about interfaces", name);
        if (!set_interface(given->interface_name, &parsed->request))
            return false;
    }
    if (parsed->section != NULL && parsed->section->takes_address) {
        if (given->count < 2)
            return complain("'%s' needs an address", name);
        return set_address(given->arguments[1], &parsed->request);
    }
    if (given->count > 1)
        return complain("'%s' takes no address", name);
    return true;
}

static bool parse(int argc, char **argv, struct given *given, const struct option *options,
                  size_t count)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') {
            if (!option_parse(PROGRAM, options, count, argc, argv, &i, given))
                return false;
        } else if (given->count == ARRAY_SIZE(given->arguments)) {
            return complain("'%s' is one argument too many", argv[i]);
        } else {
            given->arguments[given->count++] = argv[i];
        }
    }
    return true;
}

enum show_options_result show_options_parse(int argc, char **argv, struct show_options *ret_options)
{
    struct show_options parsed = {.json = false};
    struct given given = {.family = AF_UNSPEC};
    bool help = false;
    bool version = false;
    const struct option options[] = {
        {"--json", &parsed.json, NULL},         {"--family", NULL, parse_family},
        {"--interface", NULL, parse_interface}, {"--help", &help, NULL},
        {"--version", &version, NULL},
    };
    bool good = parse(argc, argv, &given, options, ARRAY_SIZE(options));

    if (good && help) {
        print_help();
        return SHOW_DONE;
    }
    if (good && version) {
        (void)puts(PROGRAM " " TOOLS_VERSION);
        return SHOW_DONE;
    }
    parsed.request.family = given.family;
    if (!good || !set_section(&given, &parsed)) {
        (void)fputs("Try 'mibshow --help'.\n", stderr);
        return SHOW_BAD;
    }
    *ret_options = parsed;
    return SHOW_RUN;
}
