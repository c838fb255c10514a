/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads /proc/net/igmp. For each link there is a line that begins with its index, and below it one
 * for each of its groups, which begins with white space and has the address as a number in the
 * host's byte order:
 *
 *     2   eth0      :     2      V3
 *                                  FB0000E0     1 0:00000000          0
 */
#include "backend/proc/igmp.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int take_line(const char *line, uint32_t *ifindex, igmp_take take, void *context)
{
    char *end;

    if (isdigit((unsigned char)line[0])) {
        unsigned long index = strtoul(line, &end, 10);

        *ifindex = index <= INT32_MAX && isspace((unsigned char)*end) ? (uint32_t)index : 0;
        return 0;
    }
    if (!isspace((unsigned char)line[0]) || *ifindex == 0)
        return 0;
    while (isspace((unsigned char)*line))
        line++;
    if (strspn(line, "0123456789ABCDEFabcdef") != 8)
        return 0;
    uint32_t number = (uint32_t)strtoul(line, &end, 16);
    uint8_t address[4];

    memcpy(address, &number, sizeof(address));
    /* A group: RFC 1112, 4. */
    return (address[0] & 0xf0) == 0xe0 ? take(context, *ifindex, address) : 0;
}

int igmp_read_text(FILE *text, igmp_take take, void *context)
{
    uint32_t ifindex = 0;
    char *line = NULL;
    size_t size = 0;
    int r = 0;

    errno = 0;
    while (r == 0 && getline(&line, &size, text) > 0)
        r = take_line(line, &ifindex, take, context);
    if (r == 0 && (ferror(text) || errno == ENOMEM))
        r = errno > 0 ? -errno : -EIO;
    free(line);
    return r;
}

int igmp_read(igmp_take take, void *context)
{
    FILE *text = fopen("/proc/thread-self/net/igmp", "re");

    if (!text)
        return errno == ENOENT ? 0 : -errno;
    int r = igmp_read_text(text, take, context);
    (void)fclose(text);
    return r;
}
