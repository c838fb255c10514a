/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Linux deletes the secondary addresses of a subnet with its primary one, unless the setting
 * promote_secondaries is on, for the link or for all. Windows has no such thing. Called by
 * unicast_change.c where there are secondary addresses.
 */
#include "backend/netlink/table/promote.h"
#include "backend/netlink/socket/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int open_setting(const char *ifname, int flags)
{
    char path[128];

    (void)snprintf(path, sizeof(path), "/proc/sys/net/ipv4/conf/%s/promote_secondaries", ifname);
    int fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static bool is_on(const char *ifname)
{
    char value = '0';
    int fd = open_setting(ifname, O_RDONLY);

    if (fd < 0)
        return false;
    bool read_it = read(fd, &value, 1) == 1;
    (void)close(fd);
    return read_it && value != '0';
}

static int write_setting(int fd, const char *value)
{
    return pwrite(fd, value, 1, 0) == 1 ? 0 : -errno;
}

int promote_while(const char *ifname, const struct address_message *address)
{
    if (is_on("all") || is_on(ifname))
        return netlink_change(address_request_delete(address));
    int fd = open_setting(ifname, O_WRONLY);
    if (fd < 0)
        return fd;
    int r = write_setting(fd, "1");
    if (r == 0) {
        r = netlink_change(address_request_delete(address));
        (void)write_setting(fd, "0");
    }
    (void)close(fd);
    return r;
}
