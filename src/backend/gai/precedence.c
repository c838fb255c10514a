/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads /etc/gai.conf, when destinations are sorted. Called by table/destination.c only. */
#include "backend/gai/precedence.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a destination has that no prefix is for; as in the C library. */
enum { PRECEDENCE_OTHER = 40, LENGTH_MAX = 128, FILE_MAX = 65536 };

/* RFC 6724, 2.1. */
static const struct precedence defaults[] = {
    {{{[15] = 1}}, 50, 128},  {{{0}}, 40, 0},          {{{[10] = 0xff, [11] = 0xff}}, 35, 96},
    {{{0x20, 0x02}}, 30, 16}, {{{0x20, 0x01}}, 5, 32}, {{{0xfc}}, 3, 7},
    {{{0}}, 1, 96},           {{{0xfe, 0xc0}}, 1, 10}, {{{0x3f, 0xfe}}, 1, 16},
};

bool precedence_matches(const struct mib_addr *address, const struct mib_addr *prefix,
                        uint8_t length)
{
    size_t bytes = length / 8;
    unsigned int bits = length % 8;

    return memcmp(address, prefix, bytes) == 0 &&
           (bits == 0 || (address->bytes[bytes] ^ prefix->bytes[bytes]) >> (8 - bits) == 0);
}

/* A number of digits alone, up to `last`. */
static bool parse_number(const char *text, unsigned long last, unsigned long *ret)
{
    char *end;

    if (!text || *text < '0' || *text > '9')
        return false;
    unsigned long number = strtoul(text, &end, 10);
    if (*end || number > last)
        return false;
    *ret = number;
    return true;
}

/* "precedence 2002::/16 30" */
static bool parse_line(char *line, struct precedence *ret)
{
    static const char blank[] = " \t\r";
    struct precedence row = {0};
    unsigned long length = LENGTH_MAX;
    unsigned long value;
    char *rest;
    const char *word = strtok_r(line, blank, &rest);

    if (!word || strcmp(word, "precedence") != 0)
        return false;
    char *prefix = strtok_r(NULL, blank, &rest);
    const char *number = strtok_r(NULL, blank, &rest);
    char *slash = prefix ? strchr(prefix, '/') : NULL;
    if (slash)
        *slash = 0;
    if (!prefix || inet_pton(AF_INET6, prefix, row.prefix.bytes) != 1 ||
        (slash && !parse_number(slash + 1, LENGTH_MAX, &length)) ||
        !parse_number(number, INT32_MAX, &value))
        return false;
    row.length = (uint8_t)length;
    row.value = (uint32_t)value;
    *ret = row;
    return true;
}

void precedence_parse(char *text, struct precedence_table *ret)
{
    struct precedence_table table = {.count = 0};
    char *rest;

    for (char *line = strtok_r(text, "\n", &rest); line && table.count < PRECEDENCES;
         line = strtok_r(NULL, "\n", &rest)) {
        line[strcspn(line, "#")] = 0;
        if (parse_line(line, &table.rows[table.count]))
            table.count++;
    }
    /* One such line, and none of the defaults holds: so says the file's own page. */
    if (table.count == 0) {
        memcpy(table.rows, defaults, sizeof(defaults));
        table.count = sizeof(defaults) / sizeof(defaults[0]);
    }
    *ret = table;
}

int precedence_read(struct precedence_table *ret)
{
    char *text = malloc(FILE_MAX);
    size_t length = 0;
    ssize_t part = 1;

    if (!text)
        return -ENOMEM;
    int fd = open("/etc/gai.conf", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    while (fd >= 0 && part > 0 && length < FILE_MAX - 1) {
        part = read(fd, text + length, FILE_MAX - 1 - length);
        if (part > 0)
            length += (size_t)part;
    }
    if (fd >= 0)
        (void)close(fd);
    text[length] = 0;
    precedence_parse(text, ret);
    free(text);
    return 0;
}

uint32_t precedence_of(const struct precedence_table *table, const struct mib_addr *address)
{
    const struct precedence *best = NULL;

    for (size_t i = 0; i < table->count; i++) {
        const struct precedence *row = &table->rows[i];
        if ((!best || row->length > best->length) &&
            precedence_matches(address, &row->prefix, row->length))
            best = row;
    }
    return best ? best->value : PRECEDENCE_OTHER;
}
