/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the kernel has a family. Asked by what answers -EAFNOSUPPORT where it has not. */
#include "backend/netlink/socket/family.h"

#include <errno.h>
#include <unistd.h>

bool netlink_has_family(enum mib_family family)
{
    int fd = socket(af_of(family), SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        (void)close(fd);
    return fd >= 0 || errno != EAFNOSUPPORT;
}
