/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of output as text or JSON. */
#include "line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform.h"

static void append(struct line *line, const char *data, size_t length)
{
    if (line->failed)
        return;
    if (line->size - line->length < length) {
        size_t size = line->size * 2 + length + 256;
        char *grown = realloc(line->data, size);

        if (grown == NULL) {
            line->failed = true;
            return;
        }
        line->data = grown;
        line->size = size;
    }
    memcpy(line->data + line->length, data, length);
    line->length += length;
}

static void append_text(struct line *line, const char *text)
{
    append(line, text, strlen(text));
}

/* For short texts made of numbers. */
__attribute__((format(printf, 2, 3))) static void append_format(struct line *line,
                                                                const char *format, ...)
{
    char text[64];
    va_list arguments;

    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): va_start is two lines above */
    (void)vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    append_text(line, text);
}

/*
 * An interface may be called almost anything. Control characters, in UTF-8 those of the C1 set
 * too, are written so that they cannot command a terminal.
 *
 * Returns how many bytes were taken; 0: value does not begin with a control character.
 */
static int append_control(struct line *line, const char *value)
{
    unsigned char byte = (unsigned char)value[0];
    unsigned char next = (unsigned char)value[1];

    if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {
        append_format(line, "\\u%04x", next);
        return 2;
    }
    if (byte < 0x20 || byte == 0x7f) {
        append_format(line, "\\u%04x", byte);
        return 1;
    }
    return 0;
}

static void append_json_string(struct line *line, const char *value)
{
    append_text(line, "\"");
    while (*value != '\0') {
        int taken = append_control(line, value);

        if (taken == 0) {
            if (*value == '"' || *value == '\\')
                append_text(line, "\\");
            append(line, value, 1);
            taken = 1;
        }
        value += taken;
    }
    append_text(line, "\"");
}

/* Returns how many columns the text takes. */
static int append_printable(struct line *line, const char *value)
{
    int columns = 0;

    while (*value != '\0') {
        int taken = append_control(line, value);

        if (taken > 0) {
            columns += 6;
        } else {
            append(line, value, 1);
            columns += ((unsigned char)*value & 0xc0) != 0x80;
            taken = 1;
        }
        value += taken;
    }
    return columns;
}

/* Everything of a field that stands before its value. */
static void begin_field(struct line *line, const char *key, const char *label)
{
    if (line->format == LINE_JSON) {
        if (!line->first)
            append_text(line, ",");
        line->first = false;
        if (line->breaks)
            append_text(line, "\n");
        line->breaks = false;
        if (key != NULL) {
            append_json_string(line, key);
            append_text(line, ":");
        }
        return;
    }
    append_text(line, " ");
    if (label != NULL) {
        append_text(line, label);
        if (label[0] != '\0' && label[strlen(label) - 1] != '=')
            append_text(line, " ");
    }
}

static const char *type_colour(const char *type)
{
    static const struct {
        const char *type;
        const char *colour;
    } colours[] = {
        {"add", "\x1b[32m"},
        {"change", "\x1b[33m"},
        {"delete", "\x1b[31m"},
        {"initial", "\x1b[36m"},
    };

    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        if (strcmp(colours[i].type, type) == 0)
            return colours[i].colour;
    }
    return "\x1b[2m";
}

void line_begin(struct line *line, enum line_format format, const char *kind, const char *type)
{
    struct platform_time now;

    memset(line, 0, sizeof(*line));
    line->format = format;
    line->first = true;
    if (format == LINE_JSON) {
        platform_utc_time(&now);
        append_text(line, "{");
        begin_field(line, "time", NULL);
        append_format(line, "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"", now.year, now.month, now.day,
                      now.hour, now.minute, now.second, now.microsecond);
        line_string(line, "kind", NULL, kind);
        line_string(line, "type", NULL, type);
        return;
    }
    platform_local_time(&now);
    append_format(line, "%02d:%02d:%02d.%06d  %-9s  ", now.hour, now.minute, now.second,
                  now.microsecond, kind);
    if (format == LINE_COLOURED_TEXT)
        append_text(line, type_colour(type));
    append_format(line, "%-7s", type);
    if (format == LINE_COLOURED_TEXT)
        append_text(line, "\x1b[0m");
    append_text(line, " ");
}

void line_begin_object(struct line *line)
{
    memset(line, 0, sizeof(*line));
    line->format = LINE_JSON;
    line->first = true;
    append_text(line, "{");
}

void line_break(struct line *line)
{
    line->breaks = line->format == LINE_JSON;
}

bool line_end(struct line *line)
{
    if (line->format == LINE_JSON) {
        append_text(line, "}");
    } else {
        while (line->length > 0 && line->data[line->length - 1] == ' ')
            line->length--;
    }
    append_text(line, "\n");
    return !line->failed;
}

void line_terminate(struct line *line)
{
    append(line, "", 1);
    if (!line->failed)
        line->length--;
}

void line_free(struct line *line)
{
    free(line->data);
    line->data = NULL;
}

void line_string(struct line *line, const char *key, const char *label, const char *value)
{
    begin_field(line, key, label);
    if (line->format == LINE_JSON)
        append_json_string(line, value);
    else
        (void)append_printable(line, value);
}

void line_number(struct line *line, const char *key, const char *label, uint64_t value)
{
    begin_field(line, key, label);
    append_format(line, "%" PRIu64, value);
}

void line_integer(struct line *line, const char *key, const char *label, int64_t value)
{
    begin_field(line, key, label);
    append_format(line, "%" PRId64, value);
}

void line_boolean(struct line *line, const char *key, const char *label, bool value)
{
    begin_field(line, key, label);
    if (line->format == LINE_JSON)
        append_text(line, value ? "true" : "false");
    else
        append_text(line, value ? "yes" : "no");
}

void line_null(struct line *line, const char *key, const char *text)
{
    begin_field(line, key, NULL);
    append_text(line, line->format == LINE_JSON ? "null" : text);
}

void line_column(struct line *line, const char *key, int width, const char *value)
{
    begin_field(line, key, NULL);
    if (line->format == LINE_JSON) {
        append_json_string(line, value);
        return;
    }
    for (int columns = append_printable(line, value); columns < width; columns++)
        append_text(line, " ");
}

void line_json_string(struct line *line, const char *key, const char *value)
{
    if (line->format == LINE_JSON)
        line_string(line, key, NULL, value);
}

void line_json_number(struct line *line, const char *key, uint64_t value)
{
    if (line->format == LINE_JSON)
        line_number(line, key, NULL, value);
}

void line_text(struct line *line, const char *text)
{
    if (line->format != LINE_JSON)
        append_text(line, text);
}

void line_open(struct line *line, const char *key, char bracket)
{
    if (line->format != LINE_JSON)
        return;
    begin_field(line, key, NULL);
    append(line, &bracket, 1);
    line->first = true;
}

void line_close(struct line *line, char bracket)
{
    if (line->format != LINE_JSON)
        return;
    if (line->breaks && !line->first)
        append_text(line, "\n");
    line->breaks = false;
    append(line, &bracket, 1);
    line->first = false;
}
