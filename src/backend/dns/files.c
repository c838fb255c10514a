/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the files that a DNS configuration is made of. */
#include "backend/dns/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* No such file is longer; of one that is, the beginning counts. */
enum { FILE_MAX = 65536 };

static const char resolved[] = "/run/systemd/resolve/netif";
static const char networkd[] = "/run/systemd/netif/links";
static const char resolvconf[] = "/run/resolvconf/interface";

typedef void (*parser)(char *text, struct dns_config *ret);

/* A file only: opening anything else might wait. */
static int open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (fd >= 0 && (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

static int read_file(const char *path, parser parse, struct dns_config *ret)
{
    size_t length = 0;
    ssize_t got = 1;
    int fd = open_file(path);

    if (fd < 0)
        return -ENOENT;
    char *text = malloc(FILE_MAX);
    if (!text) {
        (void)close(fd);
        return -ENOMEM;
    }
    while (length < FILE_MAX - 1 && got > 0) {
        got = read(fd, text + length, FILE_MAX - 1 - length);
        length += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    text[length] = '\0';
    struct dns_config *config = malloc(sizeof(*config));
    int r = -ENOMEM;
    if (config) {
        parse(text, config);
        r = config->server_count || config->domain_count || config->suffix[0] ? 0 : -ENOENT;
        if (r == 0)
            *ret = *config;
    }
    free(config);
    free(text);
    return r;
}

int dns_read_link(uint32_t ifindex, struct dns_config *ret)
{
    char path[64];
    int r;

    (void)snprintf(path, sizeof(path), "%s/%u", resolved, ifindex);
    r = read_file(path, dns_parse_link, ret);
    if (r != -ENOENT)
        return r;
    (void)snprintf(path, sizeof(path), "%s/%u", networkd, ifindex);
    return read_file(path, dns_parse_link, ret);
}

int dns_read_record(const char *record, struct dns_config *ret)
{
    char path[sizeof(resolvconf) + 256];
    int length = snprintf(path, sizeof(path), "%s/%s", resolvconf, record);

    return (size_t)length < sizeof(path) ? read_file(path, dns_parse_resolv_conf, ret) : -ENOENT;
}

/* Whether the only server is systemd-resolved itself, which answers at 127.0.0.53. */
static bool is_stub(const struct dns_config *config)
{
    static const uint8_t stub[] = {127, 0, 0, 53};

    return config->server_count == 1 && config->servers[0].family == MIB_FAMILY_IPV4 &&
           memcmp(config->servers[0].address.bytes, stub, sizeof(stub)) == 0;
}

int dns_read_host(struct dns_config *ret)
{
    int r = read_file("/etc/resolv.conf", dns_parse_resolv_conf, ret);

    /* The servers that the stub asks, if it says so; else the stub is what there is. */
    if (r == 0 && is_stub(ret) &&
        read_file("/run/systemd/resolve/resolv.conf", dns_parse_resolv_conf, ret) == -ENOMEM)
        r = -ENOMEM;
    return r;
}

static int find_in(const char *folder, bool by_index, dns_found found, void *context)
{
    DIR *entries = opendir(folder);
    int r = 0;

    if (!entries)
        return errno == ENOMEM ? -ENOMEM : 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; r == 0 && (entry = readdir(entries));) {
        const char *name = entry->d_name;
        size_t digits = strspn(name, "0123456789");
        unsigned long index = digits > 0 && !name[digits] ? strtoul(name, NULL, 10) : 0;

        if (name[0] == '.')
            continue;
        if (!by_index)
            r = found(context, 0, name);
        else if (index > 0 && index <= INT32_MAX)
            r = found(context, (uint32_t)index, NULL);
    }
    (void)closedir(entries);
    return r;
}

int dns_find_links(dns_found found, void *context)
{
    int r = find_in(resolved, true, found, context);

    return r == 0 ? find_in(networkd, true, found, context) : r;
}

int dns_find_records(dns_found found, void *context)
{
    return find_in(resolvconf, false, found, context);
}
