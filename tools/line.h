/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * One line of output, built field by field, either as text for a reader or as a JSON object.
 *
 * Every field has a key, which is its JSON name, and a label, which stands before its value in
 * text: NULL for none. A label that ends in '=' is joined to the value, any other by a space.
 */
#ifndef TOOLS_LINE_H
#define TOOLS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_format { LINE_TEXT, LINE_COLOURED_TEXT, LINE_JSON };

struct line {
    enum line_format format;
    bool first;  /* JSON: the next field of the object or array is its first */
    bool failed; /* memory ran out: the line is not complete */
    bool breaks; /* JSON: the next field begins a line of its own */
    char *data;  /* owned; freed by line_free() */
    size_t length;
    size_t size;
};

/* Start a line with the time of day, a kind ("route") and a type ("add"). */
void line_begin(struct line *line, enum line_format format, const char *kind, const char *type);

/* Start a JSON object that is no notification. Ended by line_end(), too. */
void line_begin_object(struct line *line);

/* End the line, newline included. @return false when memory ran out somewhere in it */
bool line_end(struct line *line);

/* Put a zero behind the line, which is no part of it: its data are a string then. */
void line_terminate(struct line *line);

/* Free what the line owns. Safe on a line of all zeros. */
void line_free(struct line *line);

void line_string(struct line *line, const char *key, const char *label, const char *value);
void line_number(struct line *line, const char *key, const char *label, uint64_t value);
void line_integer(struct line *line, const char *key, const char *label, int64_t value);
void line_boolean(struct line *line, const char *key, const char *label, bool value);

/* A field without a value: JSON null, and text in its place. */
void line_null(struct line *line, const char *key, const char *text);

/* A string padded to width characters, so that lines below each other form columns. */
void line_column(struct line *line, const char *key, int width, const char *value);

/* A field that only JSON shows. */
void line_json_string(struct line *line, const char *key, const char *value);
void line_json_number(struct line *line, const char *key, uint64_t value);

/* Text only: words that stand between fields. */
void line_text(struct line *line, const char *text);

/* JSON only: the next field, or what closes what is open, stands on a line of its own. */
void line_break(struct line *line);

/* An object or array as a field; key is NULL for a member of an array. */
void line_open(struct line *line, const char *key, char bracket);
void line_close(struct line *line, char bracket);

#endif /* TOOLS_LINE_H */
