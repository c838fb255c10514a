/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The files go by the names of links, which change: a name may be another link's by the time that
 * its file is open. So the link is asked for its name before and after. A file that is open when
 * its link gets another name is dead (ENOENT), so that what is written after that hits no other.
 */
#include "backend/proc/link_setting.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A link that is renamed has no files for a moment. */
enum { ATTEMPTS_MAX = 100, PAUSE_NS = 1000000 };

static int name_of(uint32_t ifindex, char ret[IF_NAMESIZE])
{
    if (if_indextoname(ifindex, ret))
        return 0;
    return errno == ENXIO ? -ENODEV : -errno;
}

static int open_file(const struct link_setting *setting, const char *folder, int flags)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "/proc/sys/net/%s/conf/%s/%s", setting->family, folder,
                   setting->name);
    int fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* A setting that this kernel does not have need not be waited for. */
static bool kernel_has(const struct link_setting *setting)
{
    int fd = open_file(setting, "all", O_RDONLY);

    if (fd >= 0)
        (void)close(fd);
    return fd != -ENOENT;
}

/* A descriptor of the file, or an error. */
static int open_once(const struct link_setting *setting, int flags)
{
    char before[IF_NAMESIZE] = {0};
    char after[IF_NAMESIZE] = {0};

    if (setting->folder)
        return open_file(setting, setting->folder, flags);
    int r = name_of(setting->ifindex, before);
    if (r < 0)
        return r;
    int fd = open_file(setting, before, flags);
    r = name_of(setting->ifindex, after);
    if (r == 0 && strcmp(before, after) != 0)
        r = -ENOENT;
    if (r < 0 && fd >= 0)
        (void)close(fd);
    return r < 0 ? r : fd;
}

/* Opens the file and does that with it, until it is there. */
static int with_file(const struct link_setting *setting, int flags,
                     int (*use)(int fd, void *context), void *context)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    int r = -ENOENT;

    for (int i = 0; r == -ENOENT && i < ATTEMPTS_MAX; i++) {
        if (i == 1 && !kernel_has(setting))
            break;
        if (i > 0)
            (void)nanosleep(&pause, NULL);
        int fd = open_once(setting, flags);
        r = fd < 0 ? fd : use(fd, context);
        if (fd >= 0)
            (void)close(fd);
    }
    return r;
}

static int use_read(int fd, void *context)
{
    int32_t *value = context;
    char text[32] = {0};

    if (read(fd, text, sizeof(text) - 1) < 0)
        return -errno;
    *value = (int32_t)strtol(text, NULL, 10);
    return 0;
}

static int use_nothing(int fd, void *context)
{
    (void)fd;
    (void)context;
    return 0;
}

static int use_write(int fd, void *context)
{
    const int32_t *value = context;
    char text[16];
    int length = snprintf(text, sizeof(text), "%" PRId32, *value);

    return write(fd, text, (size_t)length) < 0 ? -errno : 0;
}

int link_setting_read(const struct link_setting *setting, int32_t *ret)
{
    int32_t value = 0;
    int r = with_file(setting, O_RDONLY, use_read, &value);

    if (r == 0)
        *ret = value;
    return r;
}

int link_setting_check(const struct link_setting *setting)
{
    return with_file(setting, O_WRONLY, use_nothing, NULL);
}

int link_setting_write(const struct link_setting *setting, int32_t value)
{
    return with_file(setting, O_WRONLY, use_write, &value);
}
