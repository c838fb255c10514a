/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel takes the list in writes of less than a page, and replaces it by the first: so what is
 * longer is not written.
 */
#include "backend/proc/ports.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

bool ports_has(const struct port_set *set, uint32_t port)
{
    return set->bits[port / 8] >> port % 8 & 1;
}

void ports_put(struct port_set *set, uint32_t port, bool is_in)
{
    const uint8_t bit = (uint8_t)(1U << port % 8);

    if (is_in)
        set->bits[port / 8] |= bit;
    else
        set->bits[port / 8] &= (uint8_t)~bit;
}

/* A number up to 65535 at *text, which is moved behind it. */
static bool take_port(const char **text, uint32_t *ret)
{
    uint32_t port = 0;
    const char *at = *text;

    for (; *at >= '0' && *at <= '9' && port < PORTS; at++)
        port = port * 10 + (uint32_t)(*at - '0');
    if (at == *text || port >= PORTS)
        return false;
    *text = at;
    *ret = port;
    return true;
}

int ports_parse(const char *text, struct port_set *ret)
{
    struct port_set set;
    uint32_t first;
    uint32_t last;

    memset(&set, 0, sizeof(set));
    while (*text && *text != '\n') {
        if (!take_port(&text, &first))
            return -EBADMSG;
        last = first;
        if (*text == '-') {
            text++;
            if (!take_port(&text, &last) || last < first)
                return -EBADMSG;
        }
        for (uint32_t port = first; port <= last; port++)
            ports_put(&set, port, true);
        if (*text == ',' && text[1] && text[1] != '\n')
            text++;
        else if (*text && *text != '\n')
            return -EBADMSG;
    }
    *ret = set;
    return 0;
}

int ports_print(const struct port_set *set, char ret[PORTS_TEXT])
{
    char text[PORTS_TEXT];
    size_t length = 0;

    for (uint32_t port = 0; port < PORTS; port++) {
        const uint32_t first = port;
        char range[16];

        if (!ports_has(set, port))
            continue;
        while (port + 1 < PORTS && ports_has(set, port + 1))
            port++;
        int r = port == first ? snprintf(range, sizeof(range), ",%u", first)
                              : snprintf(range, sizeof(range), ",%u-%u", first, port);
        const size_t more = (size_t)r - (length == 0);
        if (length + more + 2 > sizeof(text))
            return -ENOBUFS;
        memcpy(text + length, range + (length == 0), more);
        length += more;
    }
    text[length++] = '\n';
    text[length++] = '\0';
    memcpy(ret, text, length);
    return 0;
}

int ports_open(bool changes)
{
    int fd = open("/proc/sys/net/ipv4/ip_local_reserved_ports",
                  (changes ? O_RDWR : O_RDONLY) | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    if (changes && flock(fd, LOCK_EX) < 0) {
        int r = -errno;

        close(fd);
        return r;
    }
    return fd;
}

/* All ports one by one, with their commas, are not as long as this. */
enum { LONGEST = 7 * PORTS };

int ports_read(int fd, struct port_set *ret)
{
    char *text = malloc(LONGEST + 1);
    size_t length = 0;
    ssize_t r = -1;

    if (!text)
        return -ENOMEM;
    while (length < LONGEST &&
           ((r = pread(fd, text + length, LONGEST - length, (off_t)length)) > 0 || errno == EINTR))
        length += r > 0 ? (size_t)r : 0;
    text[length] = '\0';
    int result = r < 0 ? -errno : ports_parse(text, ret);
    free(text);
    return result;
}

int ports_write(int fd, const struct port_set *set)
{
    char text[PORTS_TEXT];
    int r = ports_print(set, text);

    if (r < 0)
        return r;
    const size_t length = strlen(text);
    const ssize_t written = pwrite(fd, text, length, 0);
    if (written < 0)
        return -errno;
    return (size_t)written == length ? 0 : -EIO;
}
