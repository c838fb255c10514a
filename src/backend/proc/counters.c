/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads files of counters. The kernel makes such a file when its first byte is read, so its values
 * belong together. Names come, go and change places from one kernel to the next; so nothing is
 * taken by its place.
 */
#include "backend/proc/counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

struct lines {
    char *first;
    char *second;
    size_t first_size;
    size_t second_size;
};

static int end_of(FILE *text)
{
    if (ferror(text) || errno == ENOMEM)
        return errno > 0 ? -errno : -EIO;
    return 0;
}

static int value_of(const char *word, uint64_t *ret_value)
{
    char *end;

    if (!word || word[strspn(word, "-0123456789")] != 0)
        return -EIO;
    errno = 0;
    *ret_value = strtoull(word, &end, 10);
    return end == word || *end != 0 || errno != 0 ? -EIO : 0;
}

/* What stands before the colon is the line's first word. The rest is left to *ret_rest. */
static char *block_of(char *line, char **ret_rest)
{
    char *block = strtok_r(line, BLANKS, ret_rest);
    size_t length = block ? strlen(block) : 0;

    if (length < 2 || block[length - 1] != ':')
        return NULL;
    block[length - 1] = 0;
    return block;
}

/* Names in one line, values in the next. */
static int take_lines(struct lines *lines, counters_take take, void *context)
{
    char *names;
    char *values;
    const char *block = block_of(lines->first, &names);
    const char *same = block_of(lines->second, &values);
    const char *name;

    if (!block || !same || strcmp(block, same) != 0)
        return -EIO;
    while ((name = strtok_r(NULL, BLANKS, &names))) {
        uint64_t value;
        int r = value_of(strtok_r(NULL, BLANKS, &values), &value);

        if (r < 0)
            return r;
        take(context, block, name, value);
    }
    return strtok_r(NULL, BLANKS, &values) ? -EIO : 0;
}

static int take_single(char *line, counters_take take, void *context)
{
    char *rest = line;
    const char *name = strtok_r(line, BLANKS, &rest);
    uint64_t value;

    if (!name)
        return 0;
    int r = value_of(strtok_r(NULL, BLANKS, &rest), &value);
    if (r == 0)
        take(context, "", name, value);
    return r;
}

int counters_read_text(FILE *text, enum counters_form form, counters_take take, void *context)
{
    struct lines lines = {.first = NULL};
    int r = 0;

    errno = 0;
    while (r == 0 && getline(&lines.first, &lines.first_size, text) > 0) {
        if (form != COUNTERS_LINES)
            r = take_single(lines.first, take, context);
        else if (getline(&lines.second, &lines.second_size, text) > 0)
            r = take_lines(&lines, take, context);
        else
            r = end_of(text) < 0 ? end_of(text) : -EIO;
        errno = 0;
    }
    if (r == 0)
        r = end_of(text);
    free(lines.first);
    free(lines.second);
    return r;
}

/* Read in so large parts; the buffer is given, as without memory for it stdio reads single bytes.
 */
enum { READ_SIZE = 8192 };

/* The buffer is the file's until that is closed. */
static int open_file(const char *name, FILE **ret_file, char buffer[READ_SIZE])
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    (void)setvbuf(file, buffer, _IOFBF, READ_SIZE);
    *ret_file = file;
    return 0;
}

int counters_read(const char *name, enum counters_form form, counters_take take, void *context)
{
    char buffer[READ_SIZE];
    FILE *text = NULL;
    int r = open_file(name, &text, buffer);

    if (r < 0)
        return r;
    r = counters_read_text(text, form, take, context);
    (void)fclose(text);
    return r;
}
