/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * mibshow: print what the IP Helper API tells of the network, on a terminal or as JSON.
 *
 * A function that fails is told, and the others are asked all the same.
 */
#include <errno.h>
#include <stdio.h>

#include "mibshow_options.h"
#include "mibshow_report.h"
#include "names.h"

static int complain(const char *what, int error)
{
    char why[128];

    platform_error_text(error, why, sizeof(why));
    (void)fprintf(stderr, "mibshow: %s: %s\n", what, why);
    return 1;
}

/* Called right after help was printed: errno tells why that failed. */
static int end_of_output(void)
{
    int error = ferror(stdout) != 0 || fflush(stdout) != 0 ? errno : 0;

    return error == 0 || platform_reader_gone(error) ? 0 : complain("cannot write", error);
}

static void show(struct report *report, const struct section *section,
                 const struct request *request)
{
    for (size_t i = 0; i < section->count; i++)
        report_table(report, section->tables[i], request);
}

int main(int argc, char **argv)
{
    struct show_options options;
    struct report *report;
    int status;

    if (!platform_init() || !platform_arguments(&argc, &argv))
        return complain("cannot start", errno);
    switch (show_options_parse(argc, argv, &options)) {
    case SHOW_RUN:
        break;
    case SHOW_DONE:
        return end_of_output();
    case SHOW_BAD:
        names_free();
        return 2;
    }
    report = report_begin(options.json, options.section == NULL);
    if (report == NULL)
        return complain("cannot start", ENOMEM);
    for (size_t i = 0; i < mibshow_section_count; i++) {
        const struct section *section = &mibshow_sections[i];

        if (options.section == section || (options.section == NULL && !section->takes_address))
            show(report, section, &options.request);
    }
    status = report_end(report);
    names_free();
    return status;
}
