/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds and reads the files of leases. */
#include "backend/dhcp/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a file that is longer its end counts: dhclient appends. */
enum { FILE_MAX = 262144 };

struct file {
    char *bytes; /* NUL-terminated */
    size_t size;
    int64_t written; /* seconds since 1970 */
};

/* A regular file only: opening anything else might wait. -ENOENT: there is none to be read. */
static int read_file(const char *path, struct file *ret)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    ssize_t got = 1;

    if (fd < 0)
        return -ENOENT;
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        (void)close(fd);
        return -ENOENT;
    }
    struct file file = {.bytes = malloc(FILE_MAX), .written = status.st_mtim.tv_sec};
    if (!file.bytes) {
        (void)close(fd);
        return -ENOMEM;
    }
    if (status.st_size >= FILE_MAX)
        (void)lseek(fd, status.st_size - FILE_MAX + 1, SEEK_SET);
    while (file.size < FILE_MAX - 1 && got > 0) {
        got = read(fd, file.bytes + file.size, FILE_MAX - 1 - file.size);
        file.size += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    file.bytes[file.size] = '\0';
    *ret = file;
    return 0;
}

struct finding {
    dhcp_file_found found;
    void *context;
    enum dhcp_source source;
};

/* What is done with the file called `name`, which a folder has. */
typedef int (*take_file)(const struct finding *finding, const char *name, struct file *file);

static int of_networkd(const struct finding *finding, const char *name, struct file *file,
                       int (*parse)(char *text, struct dhcp_lease *ret))
{
    size_t digits = strspn(name, "0123456789");
    unsigned long ifindex = digits > 0 && !name[digits] ? strtoul(name, NULL, 10) : 0;
    struct dhcp_lease lease;

    if (ifindex == 0 || ifindex > INT32_MAX || parse(file->bytes, &lease) < 0)
        return 0;
    return finding->found(finding->context, finding->source, (uint32_t)ifindex, &lease);
}

static int take_networkd(const struct finding *finding, const char *name, struct file *file)
{
    return of_networkd(finding, name, file, dhcp_parse_networkd);
}

static int take_networkd_link(const struct finding *finding, const char *name, struct file *file)
{
    return of_networkd(finding, name, file, dhcp_parse_networkd_link);
}

static int give_dhclient(void *context, const struct dhcp_lease *lease)
{
    const struct finding *finding = context;

    return finding->found(finding->context, finding->source, 0, lease);
}

static int take_dhclient(const struct finding *finding, const char *name, struct file *file)
{
    struct finding copy = *finding;

    return strstr(name, ".lease") ? dhcp_parse_dhclient(file->bytes, give_dhclient, &copy) : 0;
}

/* "eth0.lease", "wlan0-network.lease", "eth0.lease6"; whose lease it is, nothing but the name says.
 */
static int take_dhcpcd(const struct finding *finding, const char *name, struct file *file)
{
    const char *suffix = strstr(name, ".lease");
    struct dhcp_lease lease;

    while (suffix && strstr(suffix + 1, ".lease"))
        suffix = strstr(suffix + 1, ".lease");
    if (!suffix || suffix == name)
        return 0;
    int r = strcmp(suffix, ".lease6") == 0
                ? dhcp_parse_message6((const uint8_t *)file->bytes, file->size, &lease)
                : dhcp_parse_message4((const uint8_t *)file->bytes, file->size, &lease);
    if (r < 0)
        return 0;
    size_t length = (size_t)(suffix - name);
    if (length >= sizeof(lease.interface))
        length = sizeof(lease.interface) - 1;
    memcpy(lease.interface, name, length);
    if (lease.lifetime > 0) {
        lease.obtained = file->written;
        lease.expires =
            lease.lifetime == UINT32_MAX ? MIB_DHCP_NEVER : file->written + lease.lifetime;
    }
    return finding->found(finding->context, finding->source, 0, &lease);
}

static const struct {
    const char *folder;
    take_file take;
    enum dhcp_source source;
} sources[] = {
    {"/run/systemd/netif/leases", take_networkd, DHCP_NETWORKD},
    {"/run/systemd/netif/links", take_networkd_link, DHCP_NETWORKD},
    {"/var/lib/dhcp", take_dhclient, DHCP_DHCLIENT},
    {"/var/lib/dhclient", take_dhclient, DHCP_DHCLIENT},
    {"/var/lib/dhcpcd", take_dhcpcd, DHCP_DHCPCD},
};

static int find_in(const struct finding *finding, const char *folder, take_file take)
{
    DIR *entries = opendir(folder);
    int r = 0;

    if (!entries)
        return errno == ENOMEM ? -ENOMEM : 0;
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is this function's own */
    for (const struct dirent *entry; r == 0 && (entry = readdir(entries));) {
        char path[512];
        struct file file;
        int length = snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);

        if (entry->d_name[0] == '.' || (size_t)length >= sizeof(path))
            continue;
        r = read_file(path, &file);
        if (r == 0) {
            r = take(finding, entry->d_name, &file);
            free(file.bytes);
        }
        if (r == -ENOENT)
            r = 0;
    }
    (void)closedir(entries);
    return r;
}

int dhcp_find_leases(dhcp_file_found found, void *context)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < sizeof(sources) / sizeof(sources[0]); i++) {
        const struct finding finding = {found, context, sources[i].source};

        r = find_in(&finding, sources[i].folder, sources[i].take);
    }
    return r;
}
