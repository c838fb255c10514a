/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reads /proc/net/tcp and the like. Behind a line of names, each socket has one. An address is
 * written as the 32-bit numbers that it consists of, in the host's byte order; a port is a number:
 *
 *    0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
 */
#include "backend/proc/inet_sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The words that count, by their places in a line. */
enum { LOCAL = 1, REMOTE = 2, STATE = 3, INODE = 9, WORDS = 10 };

enum { READ_SIZE = 8192, HEXADECIMAL = 16, DECIMAL = 10 };

static bool is_number(const char *word, size_t digits, int base)
{
    return strspn(word, base == DECIMAL ? "0123456789" : "0123456789ABCDEFabcdef") == digits;
}

/* Eight hexadecimal digits for each part, a colon, and four for the port. */
static bool parse_endpoint(const char *word, size_t parts, struct mib_addr *ret, uint16_t *ret_port)
{
    const char *port = word + parts * 8 + 1;
    struct mib_addr address = {{0}};

    if (strlen(word) != parts * 8 + 5 || !is_number(word, parts * 8, HEXADECIMAL) ||
        port[-1] != ':' || !is_number(port, 4, HEXADECIMAL))
        return false;
    for (size_t i = 0; i < parts; i++) {
        char digits[9] = {0};

        memcpy(digits, word + i * 8, 8);
        uint32_t part = (uint32_t)strtoul(digits, NULL, HEXADECIMAL);
        memcpy(address.bytes + i * 4, &part, sizeof(part));
    }
    *ret = address;
    *ret_port = (uint16_t)strtoul(port, NULL, HEXADECIMAL);
    return true;
}

static int parse_line(char *line, struct inet_socket *ret)
{
    struct inet_socket parsed = {0};
    const char *words[WORDS];
    char *rest = line;

    for (size_t i = 0; i < WORDS; i++) {
        words[i] = strtok_r(i == 0 ? line : NULL, " \n", &rest);
        if (!words[i])
            return -EIO;
    }
    bool ipv4 = strlen(words[LOCAL]) == 8 + 5;
    size_t parts = ipv4 ? 1 : 4;
    size_t digits = strlen(words[INODE]);
    if (!parse_endpoint(words[LOCAL], parts, &parsed.local_address, &parsed.local_port) ||
        !parse_endpoint(words[REMOTE], parts, &parsed.remote_address, &parsed.remote_port) ||
        strlen(words[STATE]) != 2 || !is_number(words[STATE], 2, HEXADECIMAL) || digits > 20 ||
        !is_number(words[INODE], digits, DECIMAL))
        return -EIO;
    parsed.family = ipv4 ? MIB_FAMILY_IPV4 : MIB_FAMILY_IPV6;
    parsed.state = (uint8_t)strtoul(words[STATE], NULL, HEXADECIMAL);
    parsed.inode = (uint32_t)strtoull(words[INODE], NULL, DECIMAL);
    *ret = parsed;
    return 0;
}

int inet_sockets_read_text(FILE *text, inet_sockets_take take, void *context)
{
    char *line = NULL;
    size_t size = 0;
    int r = 0;

    errno = 0;
    if (getline(&line, &size, text) <= 0)
        r = -EIO;
    while (r == 0 && getline(&line, &size, text) > 0) {
        struct inet_socket socket;

        r = parse_line(line, &socket);
        if (r == 0)
            r = take(context, &socket);
    }
    if (r == 0 && (ferror(text) || errno == ENOMEM))
        r = errno > 0 ? -errno : -EIO;
    free(line);
    return r;
}

int inet_sockets_read(const char *name, inet_sockets_take take, void *context)
{
    char buffer[READ_SIZE]; /* the file's until that is closed */
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/thread-self/net/%s", name);
    FILE *text = fopen(path, "re");
    if (!text)
        return -errno;
    (void)setvbuf(text, buffer, _IOFBF, sizeof(buffer));
    int r = inet_sockets_read_text(text, take, context);
    (void)fclose(text);
    return r;
}
