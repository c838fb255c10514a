/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The query for a process, which /proc answers. */
#include "mib/query/process.h"
#include "backend/netlink/table/table.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int netlink_query_process(void *params)
{
    struct mib_process *query = params;
    const uint32_t pid = query->pid ? query->pid : (uint32_t)getpid();
    char place[32];
    char target[sizeof(query->path)];

    (void)snprintf(place, sizeof(place), "/proc/%u/exe", (unsigned int)pid);
    ssize_t length = readlink(place, target, sizeof(target) - 1);
    if (length < 0 && errno == ENOMEM)
        return -ENOMEM;
    if (length < 0) { /* perhaps it is there all the same */
        (void)snprintf(place, sizeof(place), "/proc/%u", (unsigned int)pid);
        if (pid != (uint32_t)getpid() && access(place, F_OK) < 0)
            return -ESRCH;
        length = 0;
    }
    memset(query->path, 0, sizeof(query->path));
    memcpy(query->path, target, (size_t)length);
    query->pid = pid;
    return 0;
}
