/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What mibshow prints: tables as text or as one JSON object, and what has failed. */
#include "mibshow_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "line.h"
#include "names.h"

/* Written to standard output from time to time: a table may have millions of rows. */
#define WRITTEN_FROM 65536

#define COLUMNS_AT_MOST 40
#define COLUMN_GAP "  "
#define INDENT "  "

struct failure {
    const char *table;
    const char *function;
    char *where; /* owned; NULL: nothing in particular */
    DWORD error;
};

struct report {
    bool json;
    bool first; /* nothing was printed: no empty line before a table's title */
    struct line line;
    struct line cell; /* the text of one field */
    const char *table;
    struct failure *failures; /* owned */
    size_t failure_count;
    size_t failure_size;
    bool no_memory;
    bool ended; /* nothing can be written any more */
    int status;
};

static void fail(struct report *report, const char *what, const char *why)
{
    (void)fprintf(stderr, "mibshow: %s: %s\n", what, why);
    report->status = 1;
    report->ended = true;
}

static void write_out(struct report *report, bool flush)
{
    int error = 0;
    char why[128];

    if (report->line.failed || report->cell.failed)
        report->no_memory = true;
    if (report->ended) {
        report->line.length = 0;
        return;
    }
    errno = 0;
    if (fwrite(report->line.data, 1, report->line.length, stdout) != report->line.length ||
        (flush && fflush(stdout) != 0))
        error = errno != 0 ? errno : EIO;
    report->line.length = 0;
    if (error == 0)
        return;
    if (platform_reader_gone(error)) {
        report->ended = true;
        return;
    }
    platform_error_text(error, why, sizeof(why));
    fail(report, "cannot write", why);
}

static void text(struct report *report, const char *words)
{
    line_text(&report->line, words);
}

static void end_line(struct report *report)
{
    if (report->json)
        line_break(&report->line);
    else
        (void)line_end(&report->line);
    if (report->line.length >= WRITTEN_FROM)
        write_out(report, false);
}

/* ---- What has failed ------------------------------------------------------------------------- */

void report_failed(struct report *report, const char *function, const char *where, DWORD error)
{
    struct failure *failure;

    if (error == ERROR_NOT_FOUND || error == ERROR_NO_DATA)
        return;
    report->status = 1;
    if (report->failure_count == report->failure_size) {
        size_t size = report->failure_size * 2 + 16;
        struct failure *grown = realloc(report->failures, size * sizeof(*grown));

        if (grown == NULL) {
            report->no_memory = true;
            return;
        }
        report->failures = grown;
        report->failure_size = size;
    }
    failure = &report->failures[report->failure_count++];
    *failure = (struct failure){.table = report->table, .function = function, .error = error};
    if (where != NULL) {
        size_t size = strlen(where) + 1;

        failure->where = malloc(size);
        if (failure->where == NULL)
            report->no_memory = true;
        else
            memcpy(failure->where, where, size);
    }
}

static void add_failure(struct report *report, const struct failure *failure)
{
    struct line *line = &report->line;
    char why[64];

    if (report->json) {
        line_open(line, NULL, '{');
        line_string(line, "table", NULL, failure->table);
        line_string(line, "function", NULL, failure->function);
        if (failure->where != NULL)
            line_string(line, "of", NULL, failure->where);
        line_string(line, "error", NULL, error_name(failure->error));
        line_number(line, "number", NULL, failure->error);
        line_close(line, '}');
    } else {
        text(report, " ");
        line_string(line, NULL, NULL, failure->function);
        if (failure->where != NULL)
            line_string(line, NULL, "of", failure->where);
        (void)snprintf(why, sizeof(why), "%s (%" PRIu32 ")", error_name(failure->error),
                       (uint32_t)failure->error);
        line_string(line, NULL, "has failed:", why);
    }
    end_line(report);
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* Make the text of a field in report->cell. @return how many columns it takes */
static size_t make_cell(struct report *report, const struct field *field, const void *row,
                        const char **ret_text)
{
    struct line *cell = &report->cell;
    struct field shown = *field;
    size_t columns = 0;
    const char *begin;

    cell->length = 0;
    shown.label = NULL;
    field_add(cell, &shown, row, true);
    line_terminate(cell);
    if (cell->failed) {
        *ret_text = "";
        return 0;
    }
    begin = cell->data;
    while (*begin == ' ')
        begin++;
    for (const char *at = begin; *at != '\0'; at++)
        columns += ((unsigned char)*at & 0xc0) != 0x80;
    *ret_text = begin;
    return columns;
}

static void pad(struct report *report, size_t columns)
{
    while (columns-- > 0)
        text(report, " ");
}

static void add_heading(struct report *report, const char *heading, size_t width, bool right)
{
    size_t columns = strlen(heading);

    pad(report, right ? width - columns : 0);
    text(report, heading);
    pad(report, right ? 0 : width - columns);
    text(report, COLUMN_GAP);
}

static void add_cell(struct report *report, const struct field *field, const void *row,
                     size_t width, bool right)
{
    const char *cell;
    size_t columns = make_cell(report, field, row, &cell);
    size_t missing = width > columns ? width - columns : 0;

    pad(report, right ? missing : 0);
    text(report, cell);
    pad(report, right ? 0 : missing);
    text(report, COLUMN_GAP);
}

static void widen(struct report *report, const struct field *field, const void *row, size_t *width)
{
    const char *cell;
    size_t columns = make_cell(report, field, row, &cell);

    if (*width < columns)
        *width = columns;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static const void *row_after(const struct rows *rows, const void *row)
{
    const void *next;

    if (rows->stride != 0)
        return (const char *)row + rows->stride;
    memcpy(&next, (const char *)row + rows->next, sizeof(next));
    return next;
}

/* A row without interfaces is of all of them. */
static bool is_wanted(const struct fields *fields, const struct request *request, const void *row)
{
    bool has_interface = false;

    if (request == NULL || !request->of_interface)
        return true;
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *field = &fields->list[i];

        if (field->format != FORMAT_INTERFACE)
            continue;
        if (field_is_interface(field, row, &request->luid, request->index))
            return true;
        has_interface = true;
    }
    return !has_interface;
}

/* Goes through the wanted rows: for (row = first_wanted(&walk); row != NULL; row = next_wanted(…))
 */
struct walk {
    const struct rows *rows;
    const struct fields *fields;
    const struct request *request; /* NULL: all rows are wanted */
    const void *row;
    size_t left;
};

static const void *next_wanted(struct walk *walk)
{
    while (walk->left > 0) {
        const void *row = walk->row;

        if (--walk->left > 0)
            walk->row = row_after(walk->rows, row);
        if (is_wanted(walk->fields, walk->request, row))
            return row;
    }
    return NULL;
}

static const void *first_wanted(struct walk *walk)
{
    walk->row = walk->rows->first;
    walk->left = walk->rows->count;
    return next_wanted(walk);
}

/* The fields that text shows, and how wide their columns are. */
struct columns {
    const struct field *fields[COLUMNS_AT_MOST];
    size_t widths[COLUMNS_AT_MOST];
    size_t count;
};

static void find_columns(const struct fields *fields, struct columns *ret_columns)
{
    struct columns columns = {.count = 0};

    for (size_t i = 0; i < fields->count && columns.count < COLUMNS_AT_MOST; i++) {
        if (fields->list[i].heading == NULL)
            continue;
        columns.fields[columns.count] = &fields->list[i];
        columns.widths[columns.count++] = strlen(fields->list[i].heading);
    }
    *ret_columns = columns;
}

static void show_columns(struct report *report, struct walk *walk)
{
    struct columns columns;

    find_columns(walk->fields, &columns);
    for (const void *row = first_wanted(walk); row != NULL; row = next_wanted(walk)) {
        for (size_t i = 0; i < columns.count; i++)
            widen(report, columns.fields[i], row, &columns.widths[i]);
    }
    text(report, INDENT);
    for (size_t i = 0; i < columns.count; i++)
        add_heading(report, columns.fields[i]->heading, columns.widths[i],
                    field_is_number(columns.fields[i]));
    end_line(report);
    for (const void *row = first_wanted(walk); row != NULL && !report->ended;
         row = next_wanted(walk)) {
        text(report, INDENT);
        for (size_t i = 0; i < columns.count; i++)
            add_cell(report, columns.fields[i], row, columns.widths[i],
                     field_is_number(columns.fields[i]));
        end_line(report);
    }
}

static size_t widest_heading(const struct columns *columns)
{
    size_t width = 0;

    for (size_t i = 0; i < columns->count; i++) {
        if (width < strlen(columns->fields[i]->heading))
            width = strlen(columns->fields[i]->heading);
    }
    return width;
}

/* Rows are few here, as many as there are families; what is too much for the columns is left out.
 */
static void show_side_by_side(struct report *report, struct walk *walk)
{
    struct columns columns;
    size_t widths[COLUMNS_AT_MOST] = {0};
    size_t width;

    find_columns(walk->fields, &columns);
    width = widest_heading(&columns);
    for (size_t i = 0; i < columns.count; i++) {
        size_t number = 0;

        for (const void *row = first_wanted(walk); row != NULL && number < COLUMNS_AT_MOST;
             row = next_wanted(walk))
            widen(report, columns.fields[i], row, &widths[number++]);
    }
    for (size_t i = 0; i < columns.count; i++) {
        size_t number = 0;

        text(report, INDENT);
        add_heading(report, columns.fields[i]->heading, width, false);
        for (const void *row = first_wanted(walk); row != NULL && number < COLUMNS_AT_MOST;
             row = next_wanted(walk))
            add_cell(report, columns.fields[i], row, widths[number++], true);
        end_line(report);
    }
}

static void show_records(struct report *report, struct walk *walk)
{
    struct columns columns;
    size_t width;
    bool first = true;

    find_columns(walk->fields, &columns);
    width = widest_heading(&columns);
    for (const void *row = first_wanted(walk); row != NULL; row = next_wanted(walk)) {
        if (!first)
            end_line(report);
        first = false;
        for (size_t i = 0; i < columns.count; i++) {
            text(report, INDENT);
            add_heading(report, columns.fields[i]->heading, width, false);
            add_cell(report, columns.fields[i], row, 0, false);
            end_line(report);
        }
    }
}

static void show_text(struct report *report, const struct shown_table *table, struct walk *walk,
                      size_t first_failure)
{
    bool failed = report->failure_count > first_failure;

    if (!report->first)
        end_line(report);
    report->first = false;
    text(report, table->title);
    text(report, " (");
    text(report, table->function);
    text(report, ")");
    end_line(report);
    if (first_wanted(walk) == NULL) {
        if (!failed) {
            text(report, INDENT "none");
            end_line(report);
        }
    } else {
        switch (table->layout) {
        case LAYOUT_COLUMNS:
            show_columns(report, walk);
            break;
        case LAYOUT_SIDE_BY_SIDE:
            show_side_by_side(report, walk);
            break;
        case LAYOUT_RECORDS:
            show_records(report, walk);
            break;
        }
    }
    for (size_t i = first_failure; i < report->failure_count; i++)
        add_failure(report, &report->failures[i]);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void show_json(struct report *report, const struct shown_table *table, struct walk *walk,
                      size_t first_failure)
{
    struct line *line = &report->line;

    line_break(line);
    if (walk->rows->count == 0 && report->failure_count > first_failure) {
        line_null(line, table->name, NULL);
        return;
    }
    line_open(line, table->name, '[');
    for (const void *row = first_wanted(walk); row != NULL && !report->ended;
         row = next_wanted(walk)) {
        line_break(line);
        line_open(line, NULL, '{');
        for (size_t i = 0; i < walk->fields->count; i++) {
            if (walk->fields->list[i].name != NULL)
                field_add(line, &walk->fields->list[i], row, true);
        }
        line_close(line, '}');
        if (line->length >= WRITTEN_FROM)
            write_out(report, false);
    }
    line_close(line, ']');
}

/* ---- The report ------------------------------------------------------------------------------ */

static void add_head(struct report *report)
{
    struct line *line = &report->line;
    struct platform_time now;
    char time[32];
    char library[1024];
    char system[256];

    platform_utc_time(&now);
    (void)snprintf(time, sizeof(time), "%04d-%02d-%02dT%02d:%02d:%02dZ", now.year, now.month,
                   now.day, now.hour, now.minute, now.second);
    platform_library((const void *)&GetIfTable2, library, sizeof(library));
    platform_system(system, sizeof(system));
    if (report->json) {
        line_string(line, "mibshow", NULL, TOOLS_VERSION);
        line_string(line, "library", NULL, library);
        line_string(line, "system", NULL, system);
        line_string(line, "time", NULL, time);
        line_break(line);
        line_open(line, "tables", '{');
        return;
    }
    text(report, "mibshow  " TOOLS_VERSION);
    end_line(report);
    text(report, "library ");
    line_string(line, NULL, NULL, library);
    end_line(report);
    text(report, "system  ");
    line_string(line, NULL, NULL, system);
    end_line(report);
    text(report, "time    ");
    line_string(line, NULL, NULL, time);
    end_line(report);
    report->first = false;
}

struct report *report_begin(bool json, bool head)
{
    struct report *report = calloc(1, sizeof(*report));

    if (report == NULL)
        return NULL;
    report->json = json;
    report->first = true;
    if (json)
        line_begin_object(&report->line);
    if (json || head)
        add_head(report);
    return report;
}

void report_table(struct report *report, const struct shown_table *table,
                  const struct request *request)
{
    size_t first_failure = report->failure_count;
    struct rows rows;
    struct walk walk = {
        .rows = &rows, .fields = table->fields, .request = table->of_all ? NULL : request};

    memset(&rows, 0, sizeof(rows));
    report->table = table->name;
    table->read(request, report, &rows);
    if (report->json)
        show_json(report, table, &walk, first_failure);
    else
        show_text(report, table, &walk, first_failure);
    if (rows.release != NULL)
        rows.release(rows.memory);
}

int report_end(struct report *report)
{
    int status;

    if (report->json) {
        line_close(&report->line, '}');
        line_break(&report->line);
        line_open(&report->line, "errors", '[');
        for (size_t i = 0; i < report->failure_count; i++)
            add_failure(report, &report->failures[i]);
        line_close(&report->line, ']');
        (void)line_end(&report->line);
    }
    write_out(report, true);
    if (report->no_memory && !report->ended)
        fail(report, "cannot print everything", "out of memory");
    status = report->status;
    for (size_t i = 0; i < report->failure_count; i++)
        free(report->failures[i].where);
    free(report->failures);
    line_free(&report->cell);
    line_free(&report->line);
    free(report);
    return status;
}
