/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Mappings, read by system calls alone: the loader is not asked, since a thread that is waited for
 * may have its lock.
 */
#include "platform/posix/process_map.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer than the longest path. */
enum { ROOM = 8192 };

/* "7f0000000000-7f0000021000 rw-p …" */
static bool parse(const char *line, struct process_map *ret)
{
    struct process_map map;
    char shared;

    if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %*c%*c%*c%c", &map.begin, &map.end, &shared) != 3)
        return false;
    map.is_shared = shared != 'p';
    *ret = map;
    return true;
}

/* In the whole lines of the text. The number of bytes that they are is written at any rate. */
static bool find_in(char *text, uintptr_t address, size_t *done, struct process_map *ret)
{
    char *line = text;
    char *end;
    bool found = false;

    while (!found && (end = strchr(line, '\n'))) {
        struct process_map map;

        *end = '\0';
        found = parse(line, &map) && map.begin <= address && address < map.end;
        if (found)
            *ret = map;
        line = end + 1;
    }
    *done = (size_t)(line - text);
    return found;
}

bool process_map_find(uintptr_t address, struct process_map *ret)
{
    char text[ROOM];
    size_t length = 0;
    bool found = false;
    ssize_t got = 1;
    const int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return false;
    while (!found && got > 0 && length < ROOM - 1) {
        size_t done = 0;

        got = read(file, text + length, ROOM - 1 - length);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0) {
            length += (size_t)got;
            text[length] = '\0';
            found = find_in(text, address, &done, ret);
            length -= done;
            memmove(text, text + done, length);
        }
    }
    (void)close(file);
    return found;
}
