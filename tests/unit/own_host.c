/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mounts and namespaces. */
#include "check.h"
#include "namespace.h"
#include "netns.h"
#include "own_host.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

static const char *const folders[] = {"/run", "/etc", "/var/lib"};

int own_host_prepare(char **argv)
{
    int rc = namespace_begin(argv);

    if (rc != 0)
        return rc;
    if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return namespace_unavailable("no mount namespace");
    return 0;
}

void own_host_begin(void)
{
    netns_enter_new();
    ip("link add name a0 index 10 type veth peer name a0.5 index 11");
    ip("address add 192.0.2.9/24 dev a0");
    ip("link set a0 up");
    ip("link set a0.5 up");
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        check(mount("none", folders[i], "tmpfs", 0, NULL) == 0);
}

void own_host_end(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
        check(umount2(folders[i], MNT_DETACH) == 0);
}

void own_host_put_bytes(const char *path, const void *bytes, size_t size)
{
    char folder[256];

    check((size_t)snprintf(folder, sizeof(folder), "%s", path) < sizeof(folder));
    for (char *end = strchr(folder + 1, '/'); end; end = strchr(end + 1, '/')) {
        *end = '\0';
        check(mkdir(folder, 0755) == 0 || errno == EEXIST);
        *end = '/';
    }
    FILE *file = fopen(path, "we");
    check(file != NULL);
    check(fwrite(bytes, 1, size, file) == size);
    check(fclose(file) == 0);
}

void own_host_put(const char *path, const char *text)
{
    own_host_put_bytes(path, text, strlen(text));
}
